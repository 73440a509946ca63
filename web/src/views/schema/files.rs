use retort_report::{Between, PictureFormat};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{
    Blob, BlobPropertyBag, CanvasRenderingContext2d, HtmlCanvasElement, HtmlImageElement, Url,
};
use yew::prelude::*;

use crate::{
    bridge::CallError,
    components::{Glyph, Icon, download},
    desk::use_desk,
    state::{Action, Tone},
};

/// The longest side that every browser's canvas bears.
const LONGEST: f64 = 8192.0;

/// What a picture can be saved as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum File {
    Svg,
    Png,
    Mermaid,
    Dbml,
    Sql,
}

const FILES: [(File, &str, &str); 5] = [
    (File::Svg, "SVG", "the picture, sharp at every size"),
    (File::Png, "PNG", "the picture as an image"),
    (
        File::Mermaid,
        "Mermaid",
        "for Markdown on GitHub and GitLab",
    ),
    (File::Dbml, "DBML", "the later schema, for dbdiagram"),
    (File::Sql, "SQL", "the later schema as statements"),
];

#[derive(PartialEq, Properties)]
pub struct FilesProps {
    pub between: Between,
}

/// Saves the picture as it is arranged, or the later of its states.
#[component]
pub fn Files(props: &FilesProps) -> Html {
    let desk = use_desk();
    let open = use_state_eq(|| false);
    let toggle = {
        let open = open.clone();
        Callback::from(move |_: MouseEvent| open.set(!*open))
    };
    let close_on_escape = {
        let open = open.clone();
        Callback::from(move |event: KeyboardEvent| {
            if event.key() == "Escape" && *open {
                event.stop_propagation();
                open.set(false);
            }
        })
    };
    let save = |file: File| {
        let (desk, between, open) = (desk.clone(), props.between.clone(), open.clone());
        Callback::from(move |_: MouseEvent| {
            open.set(false);
            let (name, dispatch) = (name_of(file, &between), desk.state.dispatcher());
            desk.bridge
                .diagram_file(&between, format_of(file), move |answer| {
                    spawn_local(async move {
                        if hand_out(file, &name, answer).await.is_none() {
                            let text = format!("{name} could not be made.");
                            dispatch.dispatch(Action::Tell {
                                tone: Tone::Problem,
                                text,
                                details: Vec::new(),
                            });
                        }
                    });
                });
        })
    };
    html! {
        <div class="files" onkeydown={close_on_escape}>
            <button type="button" class="quiet" aria-expanded={open.to_string()} onclick={toggle}>
                <Icon glyph={Glyph::Download} />{ "Save" }
            </button>
            if *open {
                <ul class="files-list" aria-label="Save the picture as">
                    for (file, label, what) in FILES {
                        <li><button type="button" class="quiet" onclick={save(file)}>
                            <b>{ label }</b>{ " " }<span class="muted">{ what }</span>
                        </button></li>
                    }
                </ul>
            }
        </div>
    }
}

fn format_of(file: File) -> PictureFormat {
    match file {
        File::Svg => PictureFormat::Svg,
        // An image keeps its colours wherever it is looked at: the paper's.
        File::Png => PictureFormat::SvgLight,
        File::Mermaid => PictureFormat::Mermaid,
        File::Dbml => PictureFormat::Dbml,
        File::Sql => PictureFormat::Sql,
    }
}

fn media_type(file: File) -> &'static str {
    match file {
        File::Svg => "image/svg+xml",
        File::Png => "image/png",
        File::Mermaid | File::Dbml | File::Sql => "text/plain",
    }
}

fn name_of(file: File, between: &Between) -> String {
    let ending = match file {
        File::Svg => "svg",
        File::Png => "png",
        File::Mermaid => "mmd",
        File::Dbml => "dbml",
        File::Sql => "sql",
    };
    format!("schema-{}.{ending}", between.to)
}

/// Gives the person the file; none where that failed.
async fn hand_out(file: File, name: &str, answer: Result<String, CallError>) -> Option<()> {
    let text = answer.ok()?;
    let given = match file {
        File::Png => save_image(name, &text).await,
        _ => download(name, media_type(file), &text.as_str().into()),
    };
    given.ok()
}

/// Draws an SVG on a canvas, at twice its size where that fits, and hands it out.
async fn save_image(name: &str, svg: &str) -> Result<(), JsValue> {
    let options = BlobPropertyBag::new();
    options.set_type("image/svg+xml");
    let parts = js_sys::Array::of1(&svg.into());
    let source = Blob::new_with_str_sequence_and_options(&parts, &options)?;
    let address = Url::create_object_url_with_blob(&source)?;
    let image = HtmlImageElement::new()?;
    image.set_src(&address);
    let loaded = JsFuture::from(image.decode()).await;
    Url::revoke_object_url(&address)?;
    loaded?;
    let (width, height) = (
        f64::from(image.natural_width()),
        f64::from(image.natural_height()),
    );
    let scale = (LONGEST / width.max(height).max(1.0)).min(2.0);
    let canvas: HtmlCanvasElement = gloo::utils::document()
        .create_element("canvas")?
        .unchecked_into();
    canvas.set_width((width * scale) as u32);
    canvas.set_height((height * scale) as u32);
    let context: CanvasRenderingContext2d = canvas
        .get_context("2d")?
        .ok_or(JsValue::NULL)?
        .unchecked_into();
    context.draw_image_with_html_image_element_and_dw_and_dh(
        &image,
        0.0,
        0.0,
        width * scale,
        height * scale,
    )?;
    let drawn = js_sys::Promise::new(&mut |resolve, reject| {
        let taken = Closure::once_into_js(move |blob: JsValue| {
            let answer = if blob.is_null() { reject } else { resolve };
            let _ = answer.call1(&JsValue::NULL, &blob);
        });
        let _ = canvas.to_blob(taken.unchecked_ref());
    });
    let blob: Blob = JsFuture::from(drawn).await?.unchecked_into();
    let bytes = JsFuture::from(blob.array_buffer()).await?;
    download(name, "image/png", &js_sys::Uint8Array::new(&bytes).into())
}
