//! The left: revisions in the order in which they run, then the other files.

mod files;
mod rail;
mod revision;

use std::rc::Rc;

use retort_report::RevisionReport;
use yew::prelude::*;

use self::{files::OtherFiles, rail::Rail, revision::RevisionRow};
use crate::{
    components::{Glyph, Icon},
    desk::{Desk, use_desk},
    state::{Action, Dialog},
    words::count,
};

/// Above this many revisions of history, they are folded away.
const FOLD_FROM: usize = 6;

/// The list of revisions and files.
#[component]
pub fn Sidebar() -> Html {
    let desk = use_desk();
    html! {
        <nav class="sidebar" aria-label="Revisions and files">
            <div class="sidebar-scroll">
                <Revisions />
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

/// The list of revisions; those that are only history, if there are many, in a fold.
#[component]
fn Revisions() -> Html {
    let desk = use_desk();
    let unfolded = use_state(|| false);
    let toggled = {
        let unfolded = unfolded.clone();
        Callback::from(move |event: Event| {
            let fold = event.target_dyn_into::<web_sys::HtmlDetailsElement>();
            unfolded.set(fold.is_some_and(|fold| fold.open()));
        })
    };
    let report = desk.state.report.as_deref();
    let Some(report) = report.filter(|report| !report.revisions.is_empty()) else {
        return Html::default();
    };
    let rail = Rail::new(&report.revisions);
    let rows: Vec<(usize, &RevisionReport)> = report
        .revisions
        .iter()
        .map(AsRef::as_ref)
        .enumerate()
        .collect();
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
    let row = |(index, revision): &(usize, &RevisionReport)| {
        html! {
            <RevisionRow key={revision.id.clone()} revision={Rc::new((*revision).clone())} rail={rail.draw(*index)} />
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
                { scope_switch(&desk, reviewed, rows.len()) }
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

fn scope_switch(desk: &Desk, reviewed: usize, all: usize) -> Html {
    if all < 2 {
        return Html::default();
    }
    let (label, click) = if reviewed == all {
        ("Review newest only", desk.on_click(|| Action::ReviewHeads))
    } else {
        ("Review all", desk.on_click(|| Action::ReviewAll))
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
                            onclick={
                                let location = problem.location.clone();
                                desk.on_click(move || Action::Reveal(location.clone()))
                            }
                        >
                            <Icon glyph={Glyph::Warning} class="is-warning" />
                            <span>
                                <span class="problem-place">{ format!("{}:{}", problem.location.file, problem.location.line) }</span>
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
