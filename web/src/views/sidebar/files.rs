use std::rc::Rc;

use yew::prelude::*;

use crate::{
    components::{Glyph, Icon},
    desk::{Desk, use_desk},
    state::{Action, Dialog, SourceFile, file_name},
};

/// The files that hold no revision, and why.
#[component]
pub fn OtherFiles() -> Html {
    let desk = use_desk();
    let report = desk.state.report.as_deref();
    let in_revision = |path: &str| {
        report.is_some_and(|report| {
            let mut revisions = report.revisions.iter();
            revisions.any(|one| one.file == path || one.down_file.as_deref() == Some(path))
        })
    };
    let others: Vec<&Rc<SourceFile>> = desk
        .state
        .files
        .iter()
        .filter(|file| !in_revision(&file.path))
        .collect();
    if others.is_empty() {
        return Html::default();
    }
    let note = |path: &str| {
        let mut files = report.into_iter().flat_map(|report| &report.files);
        files
            .find(|file| file.path == path)
            .and_then(|file| file.note.clone())
    };
    html! {
        <section aria-labelledby="files-title">
            <div class="sidebar-title">
                <h2 id="files-title">{ if report.is_some() { "Other files" } else { "Files" } }</h2>
            </div>
            <ul class="other-files">
                for file in others {
                    <li key={file.path.to_string()} class="other-file">
                        <div class="revision-text">
                            <button
                                type="button"
                                class="revision-name"
                                title={file.path.to_string()}
                                onclick={
                                    let path = file.path.clone();
                                    desk.on_click(move || Action::Show(path.clone()))
                                }
                            >{ file_name(&file.path) }</button>
                            if let Some(note) = note(&file.path) {
                                <div class="revision-facts">{ note }</div>
                            }
                        </div>
                        <div class="row-actions">{ file_actions(&desk, &file.path) }</div>
                    </li>
                }
            </ul>
        </section>
    }
}

/// What can be done with a file.
pub fn file_actions(desk: &Desk, path: &str) -> Html {
    let Some(file) = desk.state.files.get(path) else {
        return Html::default();
    };
    let name = file_name(path);
    let (switch, rename, delete) = (file.path.clone(), file.path.clone(), file.path.clone());
    let history = !file.history;
    let label = if history {
        format!("Use {name} only as history")
    } else {
        format!("Put {name} under review")
    };
    html! {
        <>
            <button
                type="button"
                class="quiet icon-only small"
                title={label.clone()}
                aria-label={label}
                onclick={desk.on_click(move || Action::SetHistory { path: switch.clone(), history })}
            ><Icon glyph={if history { Glyph::Clock } else { Glyph::Eye }} /></button>
            <button
                type="button"
                class="quiet icon-only small"
                title="Rename"
                aria-label={format!("Rename {name}")}
                onclick={desk.on_click(move || Action::OpenDialog(Dialog::Rename(rename.clone())))}
            ><Icon glyph={Glyph::Pencil} /></button>
            <button
                type="button"
                class="quiet icon-only small"
                title="Remove from the review"
                aria-label={format!("Remove {name} from the review")}
                onclick={desk.on_click(move || Action::DeleteFile(delete.clone()))}
            ><Icon glyph={Glyph::Trash} /></button>
        </>
    }
}
