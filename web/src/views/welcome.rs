use retort_report::{Example, InputFile};
use web_sys::HtmlTextAreaElement;
use yew::prelude::*;

use crate::{
    components::{FilePicker, Glyph},
    desk::{Desk, use_desk, use_intake},
    intake,
    state::{Action, Engine, Intake},
};

/// The first page: how to begin, and what there is to see.
#[component]
pub fn Welcome() -> Html {
    let desk = use_desk();
    let take_in = use_intake();
    let paste = {
        let desk = desk.clone();
        Callback::from(move |event: InputEvent| {
            let area: HtmlTextAreaElement = event.target_unchecked_into();
            let text = area.value();
            if !text.trim().is_empty() {
                begin(&desk, intake::pasted(text));
            }
        })
    };
    html! {
        <main class="welcome">
            <section class="entrance" aria-labelledby="entrance-title">
                <h2 id="entrance-title">{ "Know what a migration does before it runs" }</h2>
                <p class="lead">
                    { "Give Retort an Alembic revision, SQL files, or a whole folder. It runs them against a simulated \
                       PostgreSQL and shows what changes, what gets locked, what is lost, and whether the way back works." }
                </p>
                <div class="drop-zone">
                    <textarea
                        aria-label="Paste a migration"
                        placeholder="Paste a migration here, Python or SQL, or drop files anywhere."
                        spellcheck="false"
                        oninput={paste}
                    />
                    <div class="drop-actions">
                        <FilePicker class="primary" label="Open files" glyph={Glyph::Upload} on_files={take_in.clone()} />
                        <FilePicker label="Open a folder" glyph={Glyph::Folder} folder=true on_files={take_in} />
                        <span class="drop-write">
                            { "or begin an empty" }
                            { empty_file(&desk, "revision.py", "Alembic file") }
                            { empty_file(&desk, "migration.sql", "SQL file") }
                        </span>
                    </div>
                </div>
                <p class="promise">
                    { "Nothing leaves your browser: files are read, analysed and kept on this machine only." }
                </p>
            </section>
            <section class="shelf" aria-labelledby="shelf-title">
                <h2 id="shelf-title">{ "Or look at an example" }</h2>
                <ExampleList />
            </section>
        </main>
    }
}

fn empty_file(desk: &Desk, path: &'static str, label: &'static str) -> Html {
    let desk = desk.clone();
    let click = Callback::from(move |_: MouseEvent| {
        begin(
            &desk,
            InputFile {
                path: path.into(),
                text: String::new(),
                history: false,
            },
        );
    });
    html! { <button type="button" class="link" onclick={click}>{ label }</button> }
}

fn begin(desk: &Desk, file: InputFile) {
    desk.dispatch(Action::TakeIn(Intake {
        files: vec![file],
        ..Intake::default()
    }));
}

/// The built-in examples; choosing one starts a review of it.
#[component]
pub fn ExampleList() -> Html {
    let desk = use_desk();
    let examples = use_state(|| None::<Vec<Example>>);
    {
        let (bridge, examples) = (desk.bridge.clone(), examples.setter());
        use_effect_with((), move |()| {
            bridge.examples(move |answer| examples.set(Some(answer.unwrap_or_default())));
        });
    }
    let Some(examples) = examples.as_ref() else {
        let waiting = match &desk.state.engine {
            Engine::Unavailable(_) => "The examples come with the analysis, which could not start.",
            _ => "The examples arrive with the analysis …",
        };
        return html! { <p class="waiting">{ waiting }</p> };
    };
    html! {
        <ul class="examples">
            for example in examples {
                <li key={example.id.clone()}>
                    <button type="button" class="example" onclick={open(&desk, example)}>
                        <strong>{ &example.title }</strong>
                        <span>{ &example.summary }</span>
                    </button>
                </li>
            }
        </ul>
    }
}

fn open(desk: &Desk, example: &Example) -> Callback<MouseEvent> {
    let example = example.clone();
    desk.on_click(move || {
        Action::TakeIn(Intake {
            files: example.files.clone(),
            fresh: Some(example.title.clone()),
            ..Intake::default()
        })
    })
}
