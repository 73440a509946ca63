use retort_report::{Location, LockHold, LockRun, LockStep, LockedRelation, Report};
use yew::prelude::*;

use super::{
    Dispatch,
    modes::{facts, mode_words},
};
use crate::{
    components::{Glyph, Icon},
    desk::use_desk,
    state::{Action, Shared},
    views::place::Place,
    words,
};

/// A lock of the picture: the places of its relation and of the stretch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Chosen {
    pub relation: usize,
    pub hold: usize,
}

/// Who waits for a lock, in words.
pub fn who_waits(hold: &LockHold) -> &'static str {
    match (hold.blocks_reads, hold.blocks_writes) {
        (true, _) => "reads and writes wait",
        (false, true) => "writes wait",
        (false, false) => "only schema changes wait",
    }
}

#[derive(PartialEq, Properties)]
pub struct ExplanationProps {
    pub run: Shared<LockRun>,
    pub chosen: Chosen,
    pub dispatch: Dispatch,
    pub on_close: Callback<MouseEvent>,
}

/// One lock: why, from where to where, how long, and what its mode means.
#[component]
pub fn Explanation(props: &ExplanationProps) -> Html {
    let desk = use_desk();
    let relation = props.run.relations.get(props.chosen.relation);
    let hold = relation.and_then(|relation| relation.holds.get(props.chosen.hold));
    let Some((relation, hold)) = relation.zip(hold) else {
        return Html::default();
    };
    let Some(mode) = facts(&hold.mode) else {
        return Html::default();
    };
    let step = |at: u32| props.run.steps.get(at as usize);
    let found = step(hold.from)
        .and_then(|step| step.location.as_ref())
        .zip(desk.state.report.as_ref())
        .map(|(location, report)| findings_at(report, location))
        .unwrap_or_default();
    html! {
        <section class={classes!("lock-explained", mode.class)} aria-label={format!("{} on {}", hold.mode, relation.name)}>
            <div class="lock-explained-head">
                <h3><span class="lock-word">{ &hold.mode }</span>{ " on " }{ table_name(relation, &props.dispatch) }</h3>
                <button type="button" class="quiet icon-only" aria-label="Close" title="Close" onclick={props.on_close.clone()}>
                    <Icon glyph={Glyph::Close} />
                </button>
            </div>
            <dl>
                <dt>{ "Why" }</dt><dd>{ &hold.why }</dd>
                <dt>{ "From" }</dt><dd>{ step(hold.from).map(|one| statement(one, hold.from, &props.dispatch)) }</dd>
                if !found.is_empty() {
                    <dt>{ "Found here" }</dt>
                    <dd><ul>for (id, message) in found { <li>{ finding(id, message, &props.dispatch) }</li> }</ul></dd>
                }
                <dt>{ "Until" }</dt>
                <dd>
                    { &hold.end }
                    if hold.until > hold.from {
                        { ": " }{ words::count((hold.until - hold.from) as usize, "more statement runs", "more statements run") }
                        { " meanwhile" }
                    }
                </dd>
                <dt>{ "Held for" }</dt>
                <dd>
                    { &hold.duration.words }
                    if !hold.duration.work.is_empty() {
                        <ul>for work in &hold.duration.work { <li>{ work }</li> }</ul>
                    }
                    if hold.duration.most.is_none() {
                        <p class="muted">{ "Table sizes go into the settings, under [tables]." }</p>
                    }
                </dd>
            </dl>
            { mode_words(mode) }
        </section>
    }
}

/// A relation's name, leading to the picture of the schema where it is a table.
pub fn table_name(relation: &LockedRelation, dispatch: &Dispatch) -> Html {
    if relation.kind != "table" {
        return html! { { format!("{} ({})", relation.name, relation.kind) } };
    }
    let show = {
        let (dispatch, table) = (dispatch.clone(), relation.name.clone());
        Callback::from(move |_: MouseEvent| {
            dispatch.dispatch(Action::ShowTable(table.as_str().into()));
        })
    };
    html! { <button type="button" class="link" title="Show it in the schema" onclick={show}>{ &relation.name }</button> }
}

/// What was found in the lines of a statement.
fn findings_at<'a>(report: &'a Report, location: &Location) -> Vec<(u32, &'a str)> {
    let lines = location.line..=location.end_line;
    let here = report.findings.iter().filter(|finding| {
        finding.location.file == location.file && lines.contains(&finding.location.line)
    });
    here.map(|finding| (finding.id, finding.message.as_str()))
        .collect()
}

fn finding(id: u32, message: &str, dispatch: &Dispatch) -> Html {
    let show = {
        let dispatch = dispatch.clone();
        Callback::from(move |_: MouseEvent| dispatch.dispatch(Action::ShowFinding(id)))
    };
    html! { <button type="button" class="link" onclick={show}>{ message.to_owned() }</button> }
}

fn statement(step: &LockStep, at: u32, dispatch: &Dispatch) -> Html {
    html! {
        <>
            { format!("statement {}, {} ", at + 1, step.summary) }
            if let Some(location) = &step.location {
                <Place location={location.clone()} dispatch={dispatch.clone()} with_file={true} />
            }
        </>
    }
}
