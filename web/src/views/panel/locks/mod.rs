//! Who has to wait while it runs: as a picture over time, and statement by statement.

mod explanation;
mod modes;
mod picture;
mod steps;

use retort_report::{Direction, LockQuestion, LockRun, Report, RevisionReport};
use yew::prelude::*;

use self::{modes::LockModes, picture::LockPicture, steps::half};
use crate::{
    desk::use_desk,
    state::{Action, Shared, State},
};

type Dispatch = UseReducerDispatcher<State>;

#[derive(PartialEq, Properties)]
pub struct LocksProps {
    pub report: Shared<Report>,
    /// The revision that is told about; all under review if none.
    pub revision: Option<AttrValue>,
    pub direction: Direction,
    pub dispatch: Dispatch,
}

/// The tab.
#[component]
pub fn Locks(props: &LocksProps) -> Html {
    let direction = props.direction;
    let turn = {
        let dispatch = props.dispatch.clone();
        Callback::from(move |direction| dispatch.dispatch(Action::TurnLocks(direction)))
    };
    let alone = use_state_eq(|| true);
    let one = props.revision.as_deref().filter(|_| *alone);
    let answer = use_lock_run(&props.report, one, direction);
    let revisions = chosen(&props.report, one);
    html! {
        <div class="lock-panel">
            <p class="muted">
                { format!(
                    "What each statement locks on PostgreSQL {}, with {}. A lock is held until its transaction ends.",
                    props.report.postgres, props.report.transaction,
                ) }
            </p>
            <div class="toolbar">
                { choice("Direction", direction, &turn, [(Direction::Up, "Upgrade"), (Direction::Down, "Downgrade")]) }
                if props.revision.is_some() {
                    { choice("Which migrations run", *alone, &{ let alone = alone.setter(); Callback::from(move |value| alone.set(value)) }, [(true, "This migration"), (false, "Whole run")]) }
                }
            </div>
            // All at once, so that the picture pushes nothing away.
            if let Some(Answer(run)) = answer {
                if let Some(run) = run {
                    <LockPicture {run} report={props.report.clone()} dispatch={props.dispatch.clone()} />
                }
                <LockModes />
                <h3>{ "Statement by statement" }</h3>
                for revision in revisions {
                    <section key={revision.id.clone()} class="locks">
                        <h4>{ heading(revision) }</h4>
                        { statements(revision, direction, &props.dispatch) }
                    </section>
                }
            }
        </div>
    }
}

fn statements(revision: &RevisionReport, direction: Direction, dispatch: &Dispatch) -> Html {
    let wanted = match direction {
        Direction::Up => &revision.up,
        Direction::Down => &revision.down,
    };
    if wanted.steps.is_empty() {
        return html! { <p class="muted">{ "No statement runs here." }</p> };
    }
    half(wanted, dispatch)
}

fn choice<T: Copy + PartialEq + 'static>(
    label: &'static str,
    chosen: T,
    choose: &Callback<T>,
    options: [(T, &'static str); 2],
) -> Html {
    html! {
        <div class="choice" role="group" aria-label={label}>
            for (value, name) in options {
                <button
                    type="button"
                    aria-pressed={(value == chosen).to_string()}
                    onclick={let choose = choose.clone(); Callback::from(move |_: MouseEvent| choose.emit(value))}
                >{ name }</button>
            }
        </div>
    }
}

/// What the core told of a run; nothing if there is none to tell of.
#[derive(Clone, PartialEq)]
struct Answer(Option<Shared<LockRun>>);

/// Asks the core whenever the question or the review changes. The last answer stays until the next is there.
#[hook]
fn use_lock_run(
    report: &Shared<Report>,
    revision: Option<&str>,
    direction: Direction,
) -> Option<Answer> {
    let desk = use_desk();
    let run = use_state_eq(|| None::<Answer>);
    let newest = use_mut_ref(|| 0_u32);
    {
        let (bridge, setter) = (desk.bridge.clone(), run.setter());
        let revision = revision.map(str::to_owned);
        use_effect_with(
            (report.clone(), revision, direction),
            move |(_, revision, direction)| {
                *newest.borrow_mut() += 1;
                let mine = *newest.borrow();
                let question = LockQuestion {
                    revision: revision.clone(),
                    direction: *direction,
                };
                bridge.lock_run(&question, move |answer| {
                    if *newest.borrow() == mine {
                        setter.set(Some(Answer(answer.ok().map(Shared::new))));
                    }
                });
            },
        );
    }
    (*run).clone()
}

/// The chosen revision, or all that are under review.
pub fn chosen<'a>(report: &'a Report, revision: Option<&str>) -> Vec<&'a RevisionReport> {
    let wanted = |one: &&RevisionReport| revision.map_or(one.under_review, |id| one.id == id);
    report
        .revisions
        .iter()
        .map(AsRef::as_ref)
        .filter(wanted)
        .collect()
}

/// What a revision is called, with its id.
pub fn heading(revision: &RevisionReport) -> Html {
    let title = if revision.title.is_empty() {
        &revision.id
    } else {
        &revision.title
    };
    html! { <>{ title }{ " " }<code>{ &revision.id }</code></> }
}
