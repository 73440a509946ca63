//! The left: revisions in the order in which they run, then the other files.

mod files;
mod rail;
mod revision;

use std::{
    collections::{BTreeMap, BTreeSet},
    rc::Rc,
    sync::Arc,
};

use retort_report::{FileRole, Finding, Report, RevisionReport};
use yew::prelude::*;

use self::{files::OtherFiles, rail::Rail, revision::RevisionRow};
use crate::{
    components::{Glyph, Icon},
    desk::{Desk, Dispatch, on_click, use_desk},
    state::{Action, Dialog, Shared, file_name},
    views::marks::Counts,
    words::count,
};

/// Above this many revisions of history, they are folded away.
const FOLD_FROM: usize = 6;

/// The list of revisions and files.
#[component]
pub fn Sidebar() -> Html {
    let desk = use_desk();
    let report = desk.state.report.clone();
    html! {
        <nav class="sidebar" aria-label="Revisions and files">
            <div class="sidebar-scroll">
                if let Some(report) = report.filter(|report| !report.revisions.is_empty()) {
                    <Revisions
                        {report}
                        selected={desk.state.revision.clone()}
                        shown={desk.state.active.clone()}
                        dispatch={desk.state.dispatcher()}
                    />
                }
                <OtherFiles />
                { problems(&desk) }
            </div>
            <div class="sidebar-foot">
                <button type="button" class="quiet" onclick={desk.on_click(|| Action::OpenDialog(Dialog::Recipe))}>
                    <Icon glyph={Glyph::Add} /><span>{ "New migration" }</span>
                </button>
                { undo_button(&desk) }
                { redo_button(&desk) }
            </div>
        </nav>
    }
}

/// What the list of revisions shows: it is drawn again when this changes, and not with every key.
#[derive(PartialEq, Properties)]
struct RevisionsProps {
    report: Shared<Report>,
    selected: Option<Rc<str>>,
    /// The file in the editor.
    shown: Option<Rc<str>>,
    dispatch: Dispatch,
}

/// The list of revisions; those that are only history, if there are many, in a fold.
#[component]
fn Revisions(props: &RevisionsProps) -> Html {
    let unfolded = use_state(|| false);
    let toggled = {
        let unfolded = unfolded.clone();
        Callback::from(move |event: Event| {
            let fold = event.target_dyn_into::<web_sys::HtmlDetailsElement>();
            unfolded.set(fold.is_some_and(|fold| fold.open()));
        })
    };
    let report = &props.report;
    let rail = Rail::new(&report.revisions);
    let rows: Vec<(usize, &Arc<RevisionReport>)> = report.revisions.iter().enumerate().collect();
    let mut found: BTreeMap<&str, Vec<&Finding>> = BTreeMap::new();
    for finding in &report.findings {
        if let Some(revision) = &finding.revision {
            found.entry(revision).or_default().push(finding);
        }
    }
    let history: BTreeSet<&str> = report
        .files
        .iter()
        .filter(|file| file.role == FileRole::History)
        .map(|file| file.path.as_str())
        .collect();
    let several_heads = report.heads.len() > 1;
    let before = rows
        .iter()
        .take_while(|(_, revision)| !revision.under_review)
        .count();
    let folded = if before >= FOLD_FROM && before < rows.len() {
        before
    } else {
        0
    };
    let (early, late) = rows.split_at(folded);
    let row = |(index, revision): &(usize, &Arc<RevisionReport>)| {
        let id = revision.id.as_str();
        html! {
            <RevisionRow
                key={revision.id.clone()}
                revision={Arc::clone(revision)}
                rail={rail.draw(*index)}
                counts={Counts::of(found.get(id).into_iter().flatten().copied())}
                selected={props.selected.as_deref() == Some(id)}
                shown={props.shown.as_deref().is_some_and(|path| is_of(revision, path))}
                only_history={history.contains(revision.file.as_str())}
                one_of_several_heads={several_heads && report.heads.contains(&revision.id)}
                dispatch={props.dispatch.clone()}
            />
        }
    };
    let reviewed = rows
        .iter()
        .filter(|(_, revision)| revision.under_review)
        .count();
    html! {
        <section aria-labelledby="revisions-title">
            <div class="sidebar-title">
                <h2 id="revisions-title">{ count(rows.len(), "revision", "revisions") }</h2>
                { scope_switch(&props.dispatch, reviewed, rows.len()) }
            </div>
            if !early.is_empty() {
                <details class="earlier" ontoggle={toggled}>
                    <summary>{ count(early.len(), "earlier revision", "earlier revisions") }</summary>
                    // Made only once somebody looks: a long history costs nothing until then.
                    if *unfolded { <ol class="revisions">for one in early { { row(one) } }</ol> }
                </details>
            }
            <ol class="revisions">for one in late { { row(one) } }</ol>
        </section>
    }
}

/// Whether a file is one of a revision's.
fn is_of(revision: &RevisionReport, path: &str) -> bool {
    revision.file == path || revision.down_file.as_deref() == Some(path)
}

fn scope_switch(dispatch: &Dispatch, reviewed: usize, all: usize) -> Html {
    if all < 2 {
        return Html::default();
    }
    let (label, click) = if reviewed == all {
        (
            "Review newest only",
            on_click(dispatch, || Action::ReviewHeads),
        )
    } else {
        ("Review all", on_click(dispatch, || Action::ReviewAll))
    };
    html! {
        <span class="scope">
            { format!("{reviewed} under review · ") }<button type="button" class="link" onclick={click}>{ label }</button>
        </span>
    }
}

fn problems(desk: &Desk) -> Html {
    let problems = desk
        .state
        .report
        .as_ref()
        .map(|report| report.problems.as_slice())
        .unwrap_or_default();
    if problems.is_empty() {
        return Html::default();
    }
    html! {
        <section aria-labelledby="problems-title">
            <div class="sidebar-title"><h2 id="problems-title">{ "Problems with the input" }</h2></div>
            <ul class="problems">
                for problem in problems {
                    <li>
                        <button
                            type="button"
                            class="problem"
                            title={problem.location.file.clone()}
                            onclick={
                                let location = problem.location.clone();
                                desk.on_click(move || Action::Reveal(location.clone()))
                            }
                        >
                            <Icon glyph={Glyph::Warning} class="is-warning" />
                            <span>
                                <span class="problem-place">{ format!("{}, line {}", file_name(&problem.location.file), problem.location.line) }</span>
                                <span>{ &problem.message }</span>
                            </span>
                        </button>
                    </li>
                }
            </ul>
        </section>
    }
}

fn undo_button(desk: &Desk) -> Html {
    let label = desk.state.undo.label();
    step_button(desk, Glyph::Undo, "Undo", label, || Action::Undo)
}

fn redo_button(desk: &Desk) -> Html {
    let label = desk.state.undo.redo_label();
    step_button(desk, Glyph::Redo, "Redo", label, || Action::Redo)
}

fn step_button(
    desk: &Desk,
    glyph: Glyph,
    word: &str,
    what: Option<&str>,
    action: fn() -> Action,
) -> Html {
    let label = what.map_or_else(
        || format!("{word}: nothing yet"),
        |what| format!("{word} {what}"),
    );
    html! {
        <button
            type="button"
            class="quiet icon-only"
            aria-label={label.clone()}
            title={label}
            disabled={what.is_none()}
            onclick={desk.on_click(action)}
        ><Icon {glyph} /></button>
    }
}
