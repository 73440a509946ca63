use yew::prelude::*;

/// The icons; drawn for this app on a grid of 16.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Glyph {
    Add,
    Back,
    Branch,
    Check,
    Clock,
    Close,
    Compress,
    Copy,
    Cross,
    Dark,
    Download,
    Error,
    Examples,
    Expand,
    File,
    Eye,
    Fit,
    Folder,
    Forward,
    Help,
    Info,
    Less,
    Light,
    Person,
    Pencil,
    Question,
    Redo,
    Search,
    Settings,
    Share,
    System,
    Trash,
    Undo,
    Upload,
    Warning,
}

impl Glyph {
    fn path(self) -> &'static str {
        match self {
            Self::Add => "M8 3v10M3 8h10",
            Self::Back => "M9.5 3.5 5 8l4.5 4.5",
            Self::Branch => {
                "M3 3.5a1.5 1.5 0 1 0 3 0a1.5 1.5 0 1 0-3 0M3 12.5a1.5 1.5 0 1 0 3 0a1.5 1.5 0 1 0-3 0M10.5 6a1.5 1.5 0 1 0 3 0a1.5 1.5 0 1 0-3 0M4.5 5v6M12 7.5c0 2.5-4 2-7 3.5"
            }
            Self::Check => "M1.5 8a6.5 6.5 0 1 0 13 0a6.5 6.5 0 1 0-13 0M5 8.2l2.1 2.1L11 6",
            Self::Clock => "M1.5 8a6.5 6.5 0 1 0 13 0a6.5 6.5 0 1 0-13 0M8 4.5V8l2.5 1.7",
            Self::Close => "M4 4l8 8M12 4l-8 8",
            Self::Compress => "M9.5 2.5v4h4M6.5 13.5v-4h-4M13.5 2.5l-4 4M2.5 13.5l4-4",
            Self::Copy => "M5.5 5.5h8v8h-8zM10.5 5.5v-3h-8v8h3",
            Self::Cross => {
                "M1.5 8a6.5 6.5 0 1 0 13 0a6.5 6.5 0 1 0-13 0M5.7 5.7l4.6 4.6M10.3 5.7l-4.6 4.6"
            }
            Self::Dark => "M13.5 9.5A6 6 0 1 1 6.5 2.5 4.8 4.8 0 0 0 13.5 9.5Z",
            Self::Download => "M8 2.5v8M4.8 7.5 8 10.7l3.2-3.2M2.5 13.5h11",
            Self::Error => {
                "M5.3 1.5h5.4l3.8 3.8v5.4l-3.8 3.8H5.3L1.5 10.7V5.3zM8 4.8v3.9M8 11.1v.1"
            }
            Self::Examples => {
                "M2.5 3.5h4.2c.8 0 1.3.6 1.3 1.3v8.2c0-.7-.6-1-1.3-1H2.5zM13.5 3.5H9.3C8.5 3.5 8 4.1 8 4.8v8.2c0-.7.6-1 1.3-1h4.2z"
            }
            Self::Expand => "M9.5 6.5l4-4M13.5 6.2V2.5H9.8M6.5 9.5l-4 4M2.5 9.8v3.7h3.7",
            Self::File => "M3.5 1.5h5.5l3.5 3.5v9.5h-9zM9 1.5v3.5h3.5",
            Self::Eye => {
                "M1 8s2.5-4.5 7-4.5S15 8 15 8s-2.5 4.5-7 4.5S1 8 1 8ZM6 8a2 2 0 1 0 4 0a2 2 0 1 0-4 0"
            }
            Self::Fit => "M2.5 5.5v-3h3M10.5 2.5h3v3M13.5 10.5v3h-3M5.5 13.5h-3v-3",
            Self::Folder => "M1.5 3.5h4.5l1.5 2h7v7.5h-13z",
            Self::Forward => "M6.5 3.5 11 8l-4.5 4.5",
            Self::Help => {
                "M1.5 8a6.5 6.5 0 1 0 13 0a6.5 6.5 0 1 0-13 0M6 6.3C6 5 6.9 4.4 8 4.4s2 .7 2 1.8C10 7.6 8 7.7 8 9.2M8 11.3v.1"
            }
            Self::Info => "M1.5 8a6.5 6.5 0 1 0 13 0a6.5 6.5 0 1 0-13 0M8 7.3v4M8 4.7v.1",
            Self::Less => "M3 8h10",
            Self::Light => {
                "M5 8a3 3 0 1 0 6 0a3 3 0 1 0-6 0M8 1v1.5M8 13.5V15M1 8h1.5M13.5 8H15M3 3l1 1M12 12l1 1M3 13l1-1M12 4l1-1"
            }
            Self::Person => {
                "M5.3 5a2.7 2.7 0 1 0 5.4 0a2.7 2.7 0 1 0-5.4 0M2.5 14c0-3 2.5-4.5 5.5-4.5s5.5 1.5 5.5 4.5"
            }
            Self::Pencil => "M10.5 2.8l2.7 2.7-7.7 7.7-3.2.5.5-3.2z",
            Self::Question => {
                "M3.2 3.6A6.5 6.5 0 0 1 5.5 2M9 1.6a6.5 6.5 0 0 1 2.8 1.1M13.7 4.9a6.5 6.5 0 0 1 .7 2.9M13.8 11a6.5 6.5 0 0 1-1.7 2.1M9.5 14.3a6.5 6.5 0 0 1-2.9.1M3.8 12.9a6.5 6.5 0 0 1-1.8-2.3M1.5 8.3a6.5 6.5 0 0 1 .4-2.6M6.3 6.3C6.3 5.2 7 4.7 8 4.7s1.7.6 1.7 1.5C9.7 7.5 8 7.6 8 9M8 11.2v.1"
            }
            Self::Settings => {
                "M2 4.5h7M12 4.5h2M9 4.5a1.5 1.5 0 1 0 3 0a1.5 1.5 0 1 0-3 0M2 11.5h2M7 11.5h7M4 11.5a1.5 1.5 0 1 0 3 0a1.5 1.5 0 1 0-3 0"
            }
            Self::Search => "M2.5 7a4.5 4.5 0 1 0 9 0a4.5 4.5 0 1 0-9 0M10.3 10.3l3.7 3.7",
            Self::Share => "M8 10V2M4.8 4.7 8 1.8l3.2 2.9M4.5 7.5h-2v7h11v-7h-2",
            Self::System => "M1.5 2.5h13v8.5h-13zM5.5 14h5M8 11v3",
            Self::Trash => "M2.5 4h11M6 4V2.5h4V4M4 4l.6 9.5h6.8L12 4M6.7 6.8v4M9.3 6.8v4",
            Self::Redo => "M13 6.5H6a3.5 3.5 0 0 0 0 7h3M10 3.5l3 3-3 3",
            Self::Undo => "M3 6.5h7a3.5 3.5 0 0 1 0 7H7M6 3.5l-3 3 3 3",
            Self::Upload => "M8 10.7v-8M4.8 5.7 8 2.5l3.2 3.2M2.5 13.5h11",
            Self::Warning => "M8 2 14.7 13.5H1.3zM8 6.3v3.4M8 11.6v.1",
        }
    }
}

#[derive(PartialEq, Properties)]
pub struct IconProps {
    pub glyph: Glyph,
    #[prop_or_default]
    pub class: Classes,
}

/// An icon. It is never the only way something is told: words stand beside it, or are its control's name.
#[component]
pub fn Icon(props: &IconProps) -> Html {
    html! {
        <svg class={classes!("icon", props.class.clone())} viewBox="0 0 16 16" aria-hidden="true">
            <path d={props.glyph.path()} />
        </svg>
    }
}

/// The glyph of the name: a distiller's retort.
#[component]
pub fn Logo() -> Html {
    html! {
        <svg class="logo" viewBox="0 0 32 32" aria-hidden="true">
            <path class="logo-liquid" d="M4.3 19.5h14.6a7.4 7.4 0 0 1-14.6 0Z" />
            <path
                class="logo-glass"
                d="M16.2 11.7C14.9 10.9 13.3 10.4 11.6 10.4a8.4 8.4 0 1 0 8.3 9.7c.3-3.3 2-5 4.6-5.4l4-.5M16.2 11.7
                   C17.5 8.6 20 6.9 23.3 7.2l5.2 1.7"
            />
            <path class="logo-drop" d="M28.3 19.5c1 1.5 1.5 2.3 1.5 3.1a1.5 1.5 0 0 1-3 0c0-.8.5-1.6 1.5-3.1Z" />
        </svg>
    }
}
