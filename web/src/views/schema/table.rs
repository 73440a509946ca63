use retort_report::{Direction, Finding, Location, Report, TableCard};
use yew::prelude::*;

use super::{Mode, card::marked, picture::is_of};
use crate::{
    components::{Glyph, Icon},
    desk::use_desk,
    state::{Action, Panel, Shared},
    views::place::Place,
    words,
};

/// More statements than this are only counted.
const SHOWN: usize = 6;

#[derive(PartialEq, Properties)]
pub struct TableDetailsProps {
    pub report: Shared<Report>,
    pub card: TableCard,
    pub mode: Mode,
    /// The revisions on the way, in order: places in the report.
    pub revisions: std::ops::Range<usize>,
    pub on_hide: Callback<MouseEvent>,
    pub on_close: Callback<MouseEvent>,
}

/// What is known of the selected table, and where it is written.
#[component]
pub fn TableDetails(props: &TableDetailsProps) -> Html {
    let desk = use_desk();
    let card = &props.card;
    let mark = marked(card.mark(), props.mode);
    let statements = statements(&props.report, &card.key, props.revisions.clone());
    let findings: Vec<&Finding> = findings(&props.report, &card.key).collect();
    let more = statements.len().saturating_sub(SHOWN);
    html! {
        <section class={classes!("table-details", words::mark_class(mark))} aria-label={format!("Table {}", card.name)}>
            <div class="table-details-head">
                <h3><b aria-hidden="true">{ mark.sign() }</b>{ &card.name }</h3>
                <span class="chip">{ mark.word() }</span>
                <button type="button" class="quiet" onclick={props.on_hide.clone()}><Icon glyph={Glyph::Eye} />{ "Hide" }</button>
                <button type="button" class="quiet icon-only" aria-label="Close" title="Close" onclick={props.on_close.clone()}>
                    <Icon glyph={Glyph::Close} />
                </button>
            </div>
            if statements.is_empty() {
                <p class="muted">{ "No statement of these revisions touches it." }</p>
            } else {
                <ul class="table-statements">
                    for (summary, location) in statements.iter().take(SHOWN) {
                        <li>
                            <span>{ summary }</span>
                            <Place location={(*location).clone()} dispatch={desk.state.dispatcher()} with_file={true} />
                        </li>
                    }
                    if more > 0 { <li class="muted">{ words::count(more, "more statement", "more statements") }</li> }
                </ul>
            }
            <p class="table-links">
                if let Some(first) = findings.first().map(|finding| finding.id) {
                    <button type="button" class="link" onclick={desk.on_click(move || Action::ShowFinding(first))}>
                        { words::count(findings.len(), "finding", "findings") }
                    </button>
                }
                <button type="button" class="link" onclick={desk.on_click(|| Action::ShowPanel(Panel::Locks))}>{ "Its locks" }</button>
            </p>
        </section>
    }
}

/// What the upgrades on the way do with a table, and where.
fn statements<'a>(
    report: &'a Report,
    key: &str,
    revisions: std::ops::Range<usize>,
) -> Vec<(&'a str, &'a Location)> {
    let on_the_way = report.revisions.get(revisions).unwrap_or_default();
    let steps = on_the_way.iter().flat_map(|revision| &revision.up.steps);
    // A statement that makes a table locks nothing yet; its summary names what it makes.
    let named = |summary: &str| {
        summary
            .split([' ', ';', ',', '(', ')'])
            .any(|word| word == key)
    };
    let touching = steps
        .filter(|step| step.locks.iter().any(|lock| lock.relation == key) || named(&step.summary));
    touching
        .map(|step| (step.summary.as_str(), &step.location))
        .collect()
}

/// What was found about a table or one of its columns.
fn findings<'a>(report: &'a Report, key: &'a str) -> impl Iterator<Item = &'a Finding> {
    let about = move |object: &String| is_of(object, key);
    let upward = |finding: &&Finding| finding.direction != Some(Direction::Down);
    report
        .findings
        .iter()
        .filter(upward)
        .filter(move |finding| finding.object.as_ref().is_some_and(about))
}
