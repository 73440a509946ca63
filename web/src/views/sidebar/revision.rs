use std::rc::Rc;

use retort_report::RevisionReport;
use yew::prelude::*;

use super::files::file_actions;
use crate::{
    desk::{Desk, use_desk},
    state::Action,
    views::marks::marks,
};

#[derive(PartialEq, Properties)]
pub struct RevisionRowProps {
    pub revision: Rc<RevisionReport>,
    pub rail: Html,
}

/// A revision: its place in the graph, what it is called, what was found in it.
#[component]
pub fn RevisionRow(props: &RevisionRowProps) -> Html {
    let desk = use_desk();
    let revision = &props.revision;
    let selected = desk.state.revision.as_deref() == Some(revision.id.as_str());
    let findings = desk.state.report.iter().flat_map(|report| &report.findings);
    let of_it =
        findings.filter(|finding| finding.revision.as_deref() == Some(revision.id.as_str()));
    let title = if revision.title.is_empty() {
        &revision.id
    } else {
        &revision.title
    };
    let id: Rc<str> = revision.id.as_str().into();
    html! {
        <li class={classes!(
            "revision",
            selected.then_some("is-selected"),
            (!revision.under_review).then_some("is-history"),
        )}>
            { props.rail.clone() }
            <div class="revision-text">
                <button
                    type="button"
                    class="revision-name"
                    aria-current={selected.then_some("true")}
                    onclick={desk.on_click(move || Action::SelectRevision(Some(id.clone())))}
                >{ title }</button>
                <div class="revision-facts">
                    <code title={revision.file.clone()}>{ &revision.id }</code>
                    if revision.parents.len() > 1 {
                        <span>{ format!("merges {}", revision.parents.join(", ")) }</span>
                    }
                    for label in &revision.branch_labels { <span class="chip">{ label }</span> }
                    if is_one_of_several_heads(&desk, revision) {
                        <span class="chip" title="Another head stands beside it: a merge is missing.">{ "head" }</span>
                    }
                    if !revision.under_review { <span class="chip">{ "history" }</span> }
                    { marks(of_it) }
                </div>
            </div>
            { actions(&desk, revision) }
        </li>
    }
}

fn is_one_of_several_heads(desk: &Desk, revision: &RevisionReport) -> bool {
    let heads = desk.state.report.iter().flat_map(|report| &report.heads);
    let heads: Vec<&String> = heads.collect();
    heads.len() > 1 && heads.contains(&&revision.id)
}

fn actions(desk: &Desk, revision: &RevisionReport) -> Html {
    html! {
        <div class="row-actions">
            if let Some(down) = &revision.down_file {
                <button
                    type="button"
                    class="link"
                    onclick={
                        let down: Rc<str> = down.as_str().into();
                        desk.on_click(move || Action::Show(down.clone()))
                    }
                >{ "down" }</button>
            }
            { file_actions(desk, &revision.file) }
        </div>
    }
}
