use retort_report::{LockHold, LockRun, LockStep, LockTransaction, LockedRelation, Report};
use yew::prelude::*;

use super::{
    Dispatch,
    explanation::{Chosen, Explanation, table_name, who_waits},
    modes::facts,
};
use crate::{
    state::{Action, Shared},
    words,
};

#[derive(PartialEq, Properties)]
pub struct LockPictureProps {
    pub run: Shared<LockRun>,
    pub report: Shared<Report>,
    pub dispatch: Dispatch,
}

/// Table by table, a bar from the statement that takes a lock to the commit that ends it.
#[component]
pub fn LockPicture(props: &LockPictureProps) -> Html {
    let run = &props.run;
    let chosen = use_state_eq(|| None::<Chosen>);
    {
        let chosen = chosen.setter();
        use_effect_with(run.clone(), move |_| chosen.set(None));
    }
    if run.steps.is_empty() {
        return html! { <p class="nothing">{ "No statement runs here." }</p> };
    }
    let unknown = run
        .steps
        .iter()
        .filter(|step| step.not_analysed.is_some())
        .count();
    html! {
        <section class="lock-run" aria-label="Locks over time">
            <p>
                { words::count(run.steps.len(), "statement", "statements") }{ " in " }
                { words::count(run.transactions.len(), "transaction", "transactions") }
                { ". Together: " }{ &run.duration.words }{ "." }
            </p>
            if unknown > 0 {
                <p class="fact is-unknown">
                    { format!("{} could not be analysed: what it locks is not in the picture.", words::count(unknown, "statement", "statements")) }
                </p>
            }
            if run.relations.is_empty() {
                <p class="fact is-good">{ "Nobody waits: no table that others can see is locked." }</p>
            } else {
                { bars(props, &chosen) }
            }
            if !run.new_relations.is_empty() {
                <p class="muted">{ format!("Made here, so nobody waits for them yet: {}.", run.new_relations.join(", ")) }</p>
            }
            if let Some(lock) = *chosen {
                <Explanation
                    run={run.clone()}
                    chosen={lock}
                    dispatch={props.dispatch.clone()}
                    on_close={let chosen = chosen.setter(); Callback::from(move |_: MouseEvent| chosen.set(None))}
                />
            }
        </section>
    }
}

fn bars(props: &LockPictureProps, chosen: &UseStateHandle<Option<Chosen>>) -> Html {
    let run = &props.run;
    let columns = format!("--statements:{}", run.steps.len());
    html! {
        <div class="lock-frame" tabindex="0" role="region" aria-label="Bars of the locks, table by table">
            <div class="lock-grid" style={columns}>
                <span class="lock-corner">{ "Statement" }</span>
                for (at, step) in run.steps.iter().enumerate() { { step_number(at, step, &props.dispatch) } }
                <span class="lock-corner">{ "Transaction" }</span>
                for (at, transaction) in run.transactions.iter().enumerate() { { bracket(at, transaction) } }
                for (at, relation) in run.relations.iter().enumerate() { { row(run, at, relation, chosen, &props.dispatch) } }
            </div>
        </div>
    }
}

/// A statement's number, leading to its line.
fn step_number(at: usize, step: &LockStep, dispatch: &Dispatch) -> Html {
    let go = {
        let (dispatch, location) = (dispatch.clone(), step.location.clone());
        Callback::from(move |_: MouseEvent| {
            if let Some(location) = &location {
                dispatch.dispatch(Action::Reveal(location.clone()));
            }
        })
    };
    let label = format!(
        "Statement {}: {}. {}",
        at + 1,
        step.summary,
        step.duration.words
    );
    html! {
        <button
            type="button"
            class={classes!("lock-step", step.not_analysed.is_some().then_some("is-unknown"))}
            style={format!("grid-column:{}", at + 2)}
            title={label.clone()}
            aria-label={label}
            onclick={go}
        >{ if step.not_analysed.is_some() { "?".to_owned() } else { (at + 1).to_string() } }</button>
    }
}

/// The stretch of one transaction, over its statements.
fn bracket(at: usize, transaction: &LockTransaction) -> Html {
    let title = format!(
        "Transaction {}, until the {}. {}",
        at + 1,
        transaction.end,
        transaction.duration.words
    );
    html! {
        <span
            class="lock-transaction"
            style={format!("grid-column:{} / {}", transaction.first + 2, transaction.last + 3)}
            title={title}
        >{ (at + 1).to_string() }</span>
    }
}

fn row(
    run: &LockRun,
    at: usize,
    relation: &LockedRelation,
    chosen: &UseStateHandle<Option<Chosen>>,
    dispatch: &Dispatch,
) -> Html {
    let strongest = relation.holds.iter().max_by_key(|hold| rank(&hold.mode));
    let line = at + 3;
    html! {
        <>
            <div class="lock-relation" style={format!("grid-row:{line}")}>
                { table_name(relation, dispatch) }
                if let Some(rows) = relation.rows { <span class="muted">{ format!(" {rows} rows") }</span> }
                if let Some(hold) = strongest {
                    <span class={classes!("lock-summary", class_of(hold))}>{ format!("{}: {}", hold.mode, who_waits(hold)) }</span>
                }
            </div>
            for (place, hold) in relation.holds.iter().enumerate() {
                { bar(run, relation, Chosen { relation: at, hold: place }, hold, chosen) }
            }
        </>
    }
}

fn bar(
    run: &LockRun,
    relation: &LockedRelation,
    here: Chosen,
    hold: &LockHold,
    chosen: &UseStateHandle<Option<Chosen>>,
) -> Html {
    let summary = run
        .steps
        .get(hold.from as usize)
        .map_or("", |step| step.summary.as_str());
    let label = format!(
        "{} on {}, from statement {} ({summary}) to the {}: {}. {}",
        hold.mode,
        relation.name,
        hold.from + 1,
        hold.end,
        who_waits(hold),
        hold.duration.words,
    );
    let pick = {
        let (setter, now) = (chosen.setter(), **chosen);
        Callback::from(move |_: MouseEvent| setter.set((now != Some(here)).then_some(here)))
    };
    let end = shown_until(relation, here.hold, hold);
    html! {
        <button
            type="button"
            class={classes!("lock-bar", class_of(hold))}
            style={format!("grid-row:{};grid-column:{} / {}", here.relation + 3, hold.from + 2, end + 3)}
            title={label.clone()}
            aria-label={label}
            aria-pressed={(**chosen == Some(here)).to_string()}
            onclick={pick}
        ><span>{ &hold.mode }</span></button>
    }
}

/// The last statement that a bar covers: where a stronger lock of the same transaction takes over, the bar ends.
fn shown_until(relation: &LockedRelation, place: usize, hold: &LockHold) -> u32 {
    let next = relation.holds.get(place + 1);
    match next.filter(|next| next.from <= hold.until && next.from > hold.from) {
        Some(next) => next.from - 1,
        None => hold.until,
    }
}

fn class_of(hold: &LockHold) -> &'static str {
    facts(&hold.mode).map_or("is-unknown", |mode| mode.class)
}

fn rank(mode: &str) -> usize {
    let mut modes = super::modes::LOCK_MODES.iter();
    modes.position(|one| one.name == mode).unwrap_or_default()
}
