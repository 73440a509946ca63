use retort_report::{ExportRequest, ExportedFile};
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use crate::{
    components::{Glyph, Icon, TextField, copy, download},
    desk::{Desk, use_desk},
    state::{Action, Tone, file_name},
};

/// Everything the review gives, one file at a time or in one archive.
#[component]
pub fn Export() -> Html {
    let desk = use_desk();
    let files = use_state(|| None::<Result<Vec<ExportedFile>, ()>>);
    let chosen = use_state_eq(|| 0_usize);
    let signature = use_state_eq(String::new);
    let request = request(&desk, &signature);
    {
        let (bridge, files, request) = (desk.bridge.clone(), files.setter(), request.clone());
        use_effect_with((*signature).clone(), move |_| {
            bridge.export(&request, move |answer| {
                files.set(Some(answer.map_err(|_| ())));
            });
        });
    }
    match files.as_ref() {
        None => html! { <p class="waiting">{ "Writing the files …" }</p> },
        Some(Err(())) => {
            html! { <p class="waiting">{ "The files could not be written: the analysis stopped. Try again." }</p> }
        }
        Some(Ok(files)) => html! { <ExportList files={files.clone()} chosen={*chosen} on_choice={
            let setter = chosen.setter();
            Callback::from(move |index| setter.set(index))
        } {request} on_signature={
            let setter = signature.setter();
            Callback::from(move |text: String| setter.set(text.trim().to_owned()))
        } /> },
    }
}

/// What is exported, with a first line for every migration if the person wants one.
pub fn request(desk: &Desk, signature: &str) -> ExportRequest {
    let name = desk.state.name.trim();
    ExportRequest {
        name: if name.is_empty() {
            "Review".to_owned()
        } else {
            name.to_owned()
        },
        attestations: desk.state.words(),
        signature: (!signature.is_empty()).then(|| signature.to_owned()),
    }
}

#[derive(PartialEq, Properties)]
struct ExportListProps {
    files: Vec<ExportedFile>,
    chosen: usize,
    on_choice: Callback<usize>,
    request: ExportRequest,
    on_signature: Callback<String>,
}

#[component]
fn ExportList(props: &ExportListProps) -> Html {
    let desk = use_desk();
    let zip = {
        let desk = desk.clone();
        let request = props.request.clone();
        Callback::from(move |_: MouseEvent| save_zip(&desk, &request))
    };
    let shown = props.files.get(props.chosen);
    html! {
        <div class="export">
            <div class="export-files">
                <ul aria-label="Files">
                    for (index, file) in props.files.iter().enumerate() {
                        <li>
                            <button
                                type="button"
                                class="export-file"
                                title={file.path.clone()}
                                aria-current={(index == props.chosen).then_some("true")}
                                onclick={props.on_choice.reform(move |_| index)}
                            ><Icon glyph={Glyph::File} /><span>{ &file.path }</span></button>
                        </li>
                    }
                </ul>
                <label class="signature">
                    <span>{ "Sign the migrations" }</span>
                    <TextField
                        placeholder="e.g. Reviewed by Ada, 5 May"
                        value={props.request.signature.clone().unwrap_or_default()}
                        on_change={props.on_signature.clone()}
                    />
                    <span class="muted">{ "Optional: the first line of every exported migration." }</span>
                </label>
                <button type="button" class="primary" onclick={zip}>
                    <Icon glyph={Glyph::Download} /><span>{ "Download all as zip" }</span>
                </button>
            </div>
            if let Some(file) = shown {
                <div class="export-preview">
                    <div class="export-head">
                        <h3>{ &file.path }</h3>
                        <button type="button" class="small" onclick={copied(&desk, file)}>
                            <Icon glyph={Glyph::Copy} /><span>{ "Copy" }</span>
                        </button>
                        <button type="button" class="small" onclick={saved(file)}>
                            <Icon glyph={Glyph::Download} /><span>{ "Download" }</span>
                        </button>
                    </div>
                    <pre tabindex="0">{ &file.text }</pre>
                </div>
            }
        </div>
    }
}

fn copied(desk: &Desk, file: &ExportedFile) -> Callback<MouseEvent> {
    let (desk, file) = (desk.clone(), file.clone());
    Callback::from(move |_| {
        let (desk, file) = (desk.clone(), file.clone());
        spawn_local(async move {
            let (tone, text) = if copy(&file.text).await {
                (Tone::Done, format!("{} is on the clipboard.", file.path))
            } else {
                (
                    Tone::Problem,
                    "The browser did not let this page use the clipboard.".to_owned(),
                )
            };
            desk.dispatch(Action::Tell {
                tone,
                text,
                details: Vec::new(),
            });
        });
    })
}

fn saved(file: &ExportedFile) -> Callback<MouseEvent> {
    let file = file.clone();
    Callback::from(move |_| {
        let _ = download(
            file_name(&file.path),
            "text/plain;charset=utf-8",
            &file.text.as_str().into(),
        );
    })
}

fn save_zip(desk: &Desk, request: &ExportRequest) {
    let name = format!("{}.zip", slug(&request.name));
    let told = desk.clone();
    desk.bridge.export_zip(request, move |answer| {
        let saved =
            answer.is_ok_and(|bytes| download(&name, "application/zip", &bytes.into()).is_ok());
        if !saved {
            told.dispatch(Action::Tell {
                tone: Tone::Problem,
                text: "The archive could not be made.".to_owned(),
                details: Vec::new(),
            });
        }
    });
}

/// A name that every file system takes.
pub fn slug(name: &str) -> String {
    let words = name
        .split(|letter: char| !letter.is_alphanumeric())
        .filter(|word| !word.is_empty());
    let slug = words.collect::<Vec<_>>().join("-").to_lowercase();
    if slug.is_empty() {
        "review".to_owned()
    } else {
        slug
    }
}

#[cfg(test)]
mod tests {
    use super::slug;

    #[test]
    fn any_name_makes_a_file_name() {
        assert_eq!(slug("Add shelves / part 2"), "add-shelves-part-2");
        assert_eq!(slug("../.."), "review");
    }
}
