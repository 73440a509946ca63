use std::{collections::BTreeSet, rc::Rc};

use retort_report::Language;
use yew::prelude::*;

use crate::{
    components::{Glyph, Icon},
    desk::{Desk, Dispatch, on_click, use_desk},
    state::{Action, Dialog, SourceFile, file_name},
    words::count,
};

/// The files that hold no revision, and why.
#[component]
pub fn OtherFiles() -> Html {
    let desk = use_desk();
    let report = desk.state.report.as_deref();
    let revisions = report.into_iter().flat_map(|report| &report.revisions);
    let in_revisions: BTreeSet<&str> = revisions
        .flat_map(|one| [Some(one.file.as_str()), one.down_file.as_deref()])
        .flatten()
        .collect();
    let others: Vec<&Rc<SourceFile>> = desk
        .state
        .files
        .iter()
        .filter(|file| !in_revisions.contains(&*file.path))
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
    // A Python file without a note is one that migrations import.
    let (modules, others): (Vec<_>, Vec<_>) = others.into_iter().partition(|file| {
        report.is_some() && file.language() == Language::Python && note(&file.path).is_none()
    });
    html! {
        <>
            if !others.is_empty() {
                <section aria-labelledby="files-title">
                    <div class="sidebar-title">
                        <h2 id="files-title">{ if report.is_some() { "Other files" } else { "Files" } }</h2>
                    </div>
                    <ul class="other-files">for file in others { { row(&desk, file, note(&file.path)) } }</ul>
                </section>
            }
            if !modules.is_empty() {
                <details class="earlier modules">
                    <summary>{ count(modules.len(), "module of the application", "modules of the application") }</summary>
                    <p class="modules-why">{ "Read for the types and constants that migrations import." }</p>
                    <ul class="other-files">for file in modules { { row(&desk, file, Some(folder(&file.path).to_owned())) } }</ul>
                </details>
            }
        </>
    }
}

fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

fn row(desk: &Desk, file: &Rc<SourceFile>, facts: Option<String>) -> Html {
    let path = file.path.clone();
    html! {
        <li key={file.path.to_string()} class="other-file">
            <div class="revision-text">
                <button
                    type="button"
                    class="revision-name"
                    title={file.path.to_string()}
                    onclick={desk.on_click(move || Action::Show(path.clone()))}
                >{ file_name(&file.path) }</button>
                if let Some(facts) = facts.filter(|facts| !facts.is_empty()) {
                    <div class="revision-facts">{ facts }</div>
                }
            </div>
            <div class="row-actions">{ file_actions(&desk.state.dispatcher(), &file.path, file.history) }</div>
        </li>
    }
}

/// What can be done with a file, which is only history or under review.
pub fn file_actions(dispatch: &Dispatch, path: &Rc<str>, only_history: bool) -> Html {
    let name = file_name(path);
    let (switch, rename, delete) = (Rc::clone(path), Rc::clone(path), Rc::clone(path));
    let history = !only_history;
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
                onclick={on_click(dispatch, move || Action::SetHistory { path: switch.clone(), history })}
            ><Icon glyph={if history { Glyph::Clock } else { Glyph::Eye }} /></button>
            <button
                type="button"
                class="quiet icon-only small"
                title="Rename"
                aria-label={format!("Rename {name}")}
                onclick={on_click(dispatch, move || Action::OpenDialog(Dialog::Rename(rename.clone())))}
            ><Icon glyph={Glyph::Pencil} /></button>
            <button
                type="button"
                class="quiet icon-only small"
                title="Remove from the review"
                aria-label={format!("Remove {name} from the review")}
                onclick={on_click(dispatch, move || Action::DeleteFile(delete.clone()))}
            ><Icon glyph={Glyph::Trash} /></button>
        </>
    }
}
