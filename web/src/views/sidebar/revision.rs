use std::{rc::Rc, sync::Arc};

use retort_report::RevisionReport;
use yew::prelude::*;

use super::files::file_actions;
use crate::{
    components::use_scroll_to,
    desk::{Dispatch, on_click},
    state::Action,
    views::marks::{Counts, marks},
};

/// All that a row shows: one of many is drawn again when this changes, and only then.
#[derive(PartialEq, Properties)]
pub struct RevisionRowProps {
    pub revision: Arc<RevisionReport>,
    pub rail: Html,
    /// Its findings.
    pub counts: Counts,
    pub selected: bool,
    /// Whether its file is in the editor.
    pub shown: bool,
    /// Whether its file is only history.
    pub only_history: bool,
    /// Whether it is a head and another one stands beside it.
    pub one_of_several_heads: bool,
    pub dispatch: Dispatch,
}

/// A revision: its place in the graph, what it is called, what was found in it.
#[component]
pub fn RevisionRow(props: &RevisionRowProps) -> Html {
    let RevisionRowProps {
        revision,
        selected,
        shown,
        dispatch,
        ..
    } = props;
    let node = use_scroll_to(*shown);
    let title = if revision.title.is_empty() {
        &revision.id
    } else {
        &revision.title
    };
    let id: Rc<str> = revision.id.as_str().into();
    html! {
        <li ref={node} class={classes!(
            "revision",
            selected.then_some("is-selected"),
            shown.then_some("is-shown"),
            (!revision.under_review).then_some("is-history"),
        )}>
            { props.rail.clone() }
            <div class="revision-text">
                <button
                    type="button"
                    class="revision-name"
                    title={title.clone()}
                    aria-current={selected.then_some("true")}
                    onclick={on_click(dispatch, move || Action::SelectRevision(Some(id.clone())))}
                >{ title }</button>
                <div class="revision-facts">
                    <code title={revision.file.clone()}>{ &revision.id }</code>
                    if revision.parents.len() > 1 {
                        <span>{ format!("merges {}", revision.parents.join(", ")) }</span>
                    }
                    for label in &revision.branch_labels { <span class="chip">{ label }</span> }
                    if props.one_of_several_heads {
                        <span class="chip" title="Another head stands beside it: a merge is missing.">{ "head" }</span>
                    }
                    if !revision.under_review { <span class="chip">{ "history" }</span> }
                    { marks(props.counts) }
                </div>
            </div>
            { actions(dispatch, revision, props.only_history) }
        </li>
    }
}

fn actions(dispatch: &Dispatch, revision: &RevisionReport, only_history: bool) -> Html {
    html! {
        <div class="row-actions">
            if let Some(down) = &revision.down_file {
                <button
                    type="button"
                    class="link"
                    onclick={
                        let down: Rc<str> = down.as_str().into();
                        on_click(dispatch, move || Action::Show(down.clone()))
                    }
                >{ "down" }</button>
            }
            { file_actions(dispatch, &revision.file.as_str().into(), only_history) }
        </div>
    }
}
