use retort_report::{HalfReport, HalfState, Report, RevisionReport, StepReport};
use yew::prelude::*;

use crate::{
    state::{Action, Cursor, Shared, State},
    views::place::Place,
};

type Dispatch = UseReducerDispatcher<State>;

#[derive(PartialEq, Properties)]
pub struct BesideProps {
    pub report: Shared<Report>,
    /// The file that is shown in the editor.
    pub path: AttrValue,
    pub cursor: Option<Cursor>,
    pub dispatch: Dispatch,
}

/// The SQL that a file runs: up and down side by side, each statement linked to its line.
#[component]
pub fn Beside(props: &BesideProps) -> Html {
    let of_file = |revision: &&RevisionReport| {
        revision.file == *props.path || revision.down_file.as_deref() == Some(&*props.path)
    };
    let revisions: Vec<&RevisionReport> = props
        .report
        .revisions
        .iter()
        .map(AsRef::as_ref)
        .filter(of_file)
        .collect();
    html! {
        <section class="beside" aria-label="The SQL that runs">
            <h2 class="unseen">{ "The SQL that runs" }</h2>
            if revisions.is_empty() {
                <p class="waiting">{ "This file runs no SQL of its own." }</p>
            }
            for revision in revisions {
                <div class="beside-halves" key={revision.id.clone()}>
                    { half("Up", &revision.up, props) }
                    { half("Down", &revision.down, props) }
                </div>
            }
        </section>
    }
}

fn half(label: &str, half: &HalfReport, props: &BesideProps) -> Html {
    let nothing = match half.state {
        HalfState::Missing => Some("There is none."),
        HalfState::Empty => Some("It does nothing."),
        HalfState::Raises => Some("It raises an error on purpose."),
        HalfState::Present if half.steps.is_empty() => Some("It runs no statement."),
        HalfState::Present => None,
    };
    html! {
        <div class="beside-half">
            <h3>{ label }</h3>
            if let Some(nothing) = nothing { <p class="muted">{ nothing }</p> }
            <ol>for one in &half.steps { { step(one, props) } }</ol>
        </div>
    }
}

fn step(step: &StepReport, props: &BesideProps) -> Html {
    let lines = step.location.line..=step.location.end_line;
    let here = props.cursor.as_ref().is_some_and(|cursor| {
        cursor.path.as_ref() == step.location.file && lines.contains(&cursor.line)
    });
    let other = step.location.file != *props.path;
    html! {
        <li class={classes!("beside-step", here.then_some("is-selected"))}>
            <div class="step-head">
                <span>{ &step.summary }</span>
                <Place location={step.location.clone()} dispatch={props.dispatch.clone()} with_file={other} />
            </div>
            if let Some(reason) = &step.not_analysed {
                <p class="muted">{ format!("Not analysed: {reason}") }</p>
            }
            if step.sql.trim().is_empty() {
                <p class="muted">{ "No SQL." }</p>
            } else {
                <pre tabindex="0">{ step.sql.trim() }</pre>
            }
        </li>
    }
}

/// Shows or hides the SQL.
pub fn toggle(shown: bool, dispatch: &Dispatch) -> Html {
    let click = {
        let dispatch = dispatch.clone();
        Callback::from(move |_: MouseEvent| dispatch.dispatch(Action::ToggleBeside))
    };
    html! {
        <button
            type="button"
            class="small beside-toggle"
            aria-pressed={shown.to_string()}
            title="Show the SQL that this file runs, up and down"
            onclick={click}
        >{ "SQL" }</button>
    }
}
