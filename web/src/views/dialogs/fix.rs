use retort_report::Finding;
use yew::prelude::*;

use crate::{
    components::Modal,
    desk::use_desk,
    state::{
        Action,
        repair::{PreviewLine, apply, preview},
    },
};

/// So many unchanged lines are shown around the repair.
const CONTEXT: usize = 3;

#[derive(PartialEq, Properties)]
pub struct FixPreviewProps {
    pub finding: Finding,
}

/// What a repair would change, before it does.
#[component]
pub fn FixPreview(props: &FixPreviewProps) -> Html {
    let desk = use_desk();
    let finding = &props.finding;
    let close = {
        let dispatch = desk.state.dispatcher();
        Callback::from(move |()| dispatch.dispatch(Action::PreviewFix(None)))
    };
    let Some(fix) = &finding.fix else {
        return Html::default();
    };
    let mut paths: Vec<&str> = fix.edits.iter().map(|edit| edit.file.as_str()).collect();
    paths.dedup();
    let id = finding.id;
    html! {
        <Modal title={fix.title.clone()} class="wide" on_close={close.clone()}>
            <p>{ &finding.message }</p>
            for path in paths {
                <h3>{ path }</h3>
                { lines(&desk, finding, path) }
            }
            <div class="dialog-foot">
                <button type="button" onclick={close.reform(|_: MouseEvent| ())}>{ "Leave it" }</button>
                <button
                    type="button"
                    class="primary"
                    autofocus=true
                    disabled={!desk.state.is_current()}
                    onclick={desk.on_click(move || Action::ApplyFix(id))}
                >{ "Apply" }</button>
            </div>
        </Modal>
    }
}

fn lines(desk: &crate::desk::Desk, finding: &Finding, path: &str) -> Html {
    let file = desk.state.files.get(path);
    let fix = finding.fix.as_ref();
    let after = file
        .zip(fix)
        .and_then(|(file, fix)| apply(&file.text, path, fix));
    let (Some(file), Some(after)) = (file, after) else {
        return html! { <p class="muted">{ "The text changed since; the repair is being worked out anew." }</p> };
    };
    html! {
        <div class="text-diff" tabindex="0" role="region" aria-label={format!("Changes to {path}")}>
            for line in preview(&file.text, &after, CONTEXT) { { diff_line(&line) } }
        </div>
    }
}

fn diff_line(line: &PreviewLine) -> Html {
    let (class, sign, word, text) = match line {
        PreviewLine::Same(text) => ("is-same", " ", None, text),
        PreviewLine::Removed(text) => ("is-removed", "−", Some("removed: "), text),
        PreviewLine::Added(text) => ("is-added", "+", Some("added: "), text),
    };
    html! {
        <div class={classes!("diff-line", class)}>
            <b aria-hidden="true">{ sign }</b>
            if let Some(word) = word { <span class="unseen">{ word }</span> }
            <span>{ text }</span>
        </div>
    }
}
