use std::rc::Rc;

use retort_report::Report;
use yew::prelude::*;

use crate::{
    components::{Glyph, Icon, use_scroll_to},
    desk::{Desk, Dispatch, on_click, use_desk},
    editor::Editor,
    state::{Action, file_name},
    views::beside::{Beside, toggle},
    words::count,
};

/// The middle: the opened files, one of them in the editor.
#[component]
pub fn Workspace() -> Html {
    let desk = use_desk();
    let state = &desk.state;
    let file = state.active.as_ref().and_then(|path| state.files.get(path));
    html! {
        <section class="workspace" aria-label="Editor">
            <div class="file-bar">
            <ul class="file-tabs" aria-label="Opened files">
                for path in &state.open {
                    <FileTab
                        key={path.to_string()}
                        path={path.clone()}
                        active={state.active.as_ref() == Some(path)}
                        dispatch={state.dispatcher()}
                    />
                }
            </ul>
            { toggle(state.beside, &state.dispatcher()) }
            </div>
            if let Some(file) = file {
                if file.is_large() {
                    <p class="strip is-note">
                        { "This file is too large to edit here. It is shown as it is, and reviewed all the same." }
                    </p>
                }
                <div class="file-view" data-beside={state.beside.to_string()}>
                <Editor
                    file={file.clone()}
                    report={state.report.clone().filter(|_| state.is_current())}
                    reveal={state.reveal.clone()}
                    dispatch={state.dispatcher()}
                />
                if state.beside {
                    if let Some(report) = &state.report {
                        <Beside
                            report={report.clone()}
                            path={AttrValue::from(file.path.clone())}
                            cursor={state.cursor.clone()}
                            dispatch={state.dispatcher()}
                        />
                    }
                }
                </div>
                { strip(&desk, &file.path) }
            } else {
                <div class="nothing">
                    <p>{ "No file is open." }</p>
                    <p>{ "Choose one in the list of revisions." }</p>
                </div>
            }
        </section>
    }
}

#[derive(PartialEq, Properties)]
struct FileTabProps {
    path: Rc<str>,
    active: bool,
    dispatch: Dispatch,
}

/// The tab of an opened file: in view while the file is.
#[component]
fn FileTab(props: &FileTabProps) -> Html {
    let FileTabProps {
        path,
        active,
        dispatch,
    } = props;
    let node = use_scroll_to(*active);
    let (show, close) = (path.clone(), path.clone());
    html! {
        <li ref={node} class={classes!("file-tab", active.then_some("is-active"))}>
            <button
                type="button"
                class="file-tab-name"
                title={path.to_string()}
                aria-current={active.then_some("true")}
                onclick={on_click(dispatch, move || Action::Show(show.clone()))}
            >{ file_name(path) }</button>
            <button
                type="button"
                class="quiet icon-only small"
                aria-label={format!("Close {}", file_name(path))}
                onclick={on_click(dispatch, move || Action::CloseTab(close.clone()))}
            ><Icon glyph={Glyph::Close} /></button>
        </li>
    }
}

/// What was made of the file, in one line.
fn strip(desk: &Desk, path: &str) -> Html {
    let state = &desk.state;
    let Some(report) = &state.report else {
        return html! { <p class="strip">{ "Reading …" }</p> };
    };
    html! {
        <p class={classes!("strip", (!state.is_current()).then_some("is-stale"))}>
            { analysed(desk, report, path) }
            <span>{ &report.convention }</span>
            <span>{ &report.transaction }</span>
            <span>{ format!("PostgreSQL {}", report.postgres) }</span>
            if report.open_world {
                <span title="Tables that no statement here makes are assumed to exist, with what the statements reveal.">
                    { "history unknown" }
                </span>
            }
        </p>
    }
}

fn analysed(desk: &Desk, report: &Report, path: &str) -> Html {
    let Some(file) = report.files.iter().find(|file| file.path == path) else {
        return Html::default();
    };
    if file.steps == 0 {
        let why = file.note.as_deref().unwrap_or("no statement runs here");
        return html! { <span>{ why }</span> };
    }
    let mut places = report.not_analysed.iter();
    let first = places.find(|place| place.location.file == path);
    let steps = count(file.steps as usize, "step", "steps");
    html! {
        <>
            <span class={classes!((file.steps_analysed < file.steps).then_some("is-partly"))}>
                { format!("{} of {steps} analysed", file.steps_analysed) }
            </span>
            if let Some(place) = first {
                <button
                    type="button"
                    class="link"
                    onclick={
                        let location = place.location.clone();
                        desk.on_click(move || Action::Reveal(location.clone()))
                    }
                >{ "show what was not" }</button>
            }
        </>
    }
}
