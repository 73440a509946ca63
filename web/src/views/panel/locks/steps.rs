use retort_report::{HalfReport, LockReport, StepReport, WorkReport};
use yew::prelude::*;

use super::Dispatch;
use crate::{
    components::{Glyph, Icon},
    state::Action,
    views::place::Place,
};

/// The statements of one half of a revision, each with what it locks.
pub fn half(half: &HalfReport, dispatch: &Dispatch) -> Html {
    html! { <ol class="steps">for one in &half.steps { { step(one, dispatch) } }</ol> }
}

fn step(step: &StepReport, dispatch: &Dispatch) -> Html {
    let work = [
        ("Writes anew", &step.rewrites),
        ("Builds an index on", &step.index_builds),
        ("Reads all of", &step.scans),
    ];
    html! {
        <li class="step">
            <div class="step-head">
                <span>{ &step.summary }</span>
                <Place location={step.location.clone()} dispatch={dispatch.clone()} />
            </div>
            if let Some(reason) = &step.not_analysed {
                <p class="fact is-unknown"><Icon glyph={Glyph::Question} />{ format!("Not analysed: {reason}") }</p>
            }
            if let Some(condition) = &step.condition {
                <p class="fact"><Icon glyph={Glyph::Info} />{ format!("Only if {condition}") }</p>
            }
            if step.autocommit {
                <p class="fact"><Icon glyph={Glyph::Info} />{ "Runs in a transaction of its own" }</p>
            }
            if step.locks.is_empty() {
                if step.not_analysed.is_none() { <p class="fact is-good"><Icon glyph={Glyph::Check} />{ "Nobody waits" }</p> }
            } else {
                { lock_table(&step.locks, dispatch) }
            }
            for (label, list) in work { { works(label, list) } }
            for text in &step.destroys {
                <p class="fact is-error"><Icon glyph={Glyph::Warning} />{ format!("Lost: {text}") }</p>
            }
            for note in &step.notes {
                <p class="fact"><Icon glyph={Glyph::Info} />{ note }</p>
            }
        </li>
    }
}

fn lock_table(locks: &[LockReport], dispatch: &Dispatch) -> Html {
    html! {
        <div class="table-frame" tabindex="0" role="group" aria-label="Locks">
            <table>
                <thead>
                    <tr><th>{ "Relation" }</th><th>{ "Lock" }</th><th>{ "Blocks" }</th><th>{ "Why, and until when" }</th></tr>
                </thead>
                <tbody>for lock in locks { { row(lock, dispatch) } }</tbody>
            </table>
        </div>
    }
}

fn row(lock: &LockReport, dispatch: &Dispatch) -> Html {
    let (blocks, class) = match (lock.invisible, lock.blocks_reads, lock.blocks_writes) {
        (true, _, _) => ("nobody: new here", "is-good"),
        (_, true, _) => ("reads and writes", "is-error"),
        (_, false, true) => ("writes", "is-warning"),
        (_, false, false) => ("schema changes only", "is-info"),
    };
    let show = {
        let (dispatch, table) = (dispatch.clone(), lock.relation.clone());
        Callback::from(move |_: MouseEvent| {
            dispatch.dispatch(Action::ShowTable(table.as_str().into()));
        })
    };
    html! {
        <tr>
            <th scope="row">
                if lock.kind == "table" {
                    <button type="button" class="link" title="Show it in the schema" onclick={show}>{ &lock.relation }</button>
                } else {
                    { format!("{} ({})", lock.relation, lock.kind) }
                }
            </th>
            <td class="mode">{ &lock.mode }</td>
            <td class={class}>{ blocks }</td>
            <td>{ &lock.why }<span class="until">{ format!("until {}", lock.held_until) }</span></td>
        </tr>
    }
}

fn works(label: &str, list: &[WorkReport]) -> Html {
    html! {
        for work in list {
            <p class={classes!("fact", (!work.invisible).then_some("is-warning"))}>
                <Icon glyph={if work.invisible { Glyph::Info } else { Glyph::Clock }} />
                { format!("{label} {}: {}", work.relation, work.why) }
                if work.invisible { { " (new here, so it is small)" } }
            </p>
        }
    }
}
