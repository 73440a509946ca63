use retort_report::{Finding, Level, Report};
use yew::prelude::*;

use crate::{
    components::{Glyph, Icon},
    state::{Action, Cursor, Shared, State},
    views::{finding::FindingCard, place::Place},
    words::{self, count},
};

type Dispatch = UseReducerDispatcher<State>;

/// So many are drawn at once; a button shows more.
const PAGE: usize = 100;

#[derive(PartialEq, Properties)]
pub struct FindingsProps {
    pub report: Shared<Report>,
    pub selected: Option<u32>,
    /// Words that must stand in what is shown.
    pub search: AttrValue,
    pub cursor: Option<Cursor>,
    pub dispatch: Dispatch,
}

/// The findings by file, and what could not be analysed.
#[component]
pub fn Findings(props: &FindingsProps) -> Html {
    let hidden = use_state(Vec::<Level>::new);
    let shown = use_state_eq(|| PAGE);
    let report = &props.report;
    if report.findings.is_empty() && report.not_analysed.is_empty() {
        return html! {
            <div class="nothing">
                <Icon glyph={Glyph::Check} class="large is-good" />
                <p>{ "Nothing was found." }</p>
                <p>{ "The checklist still has points that only you can confirm." }</p>
            </div>
        };
    }
    let visible: Vec<&Finding> = report
        .findings
        .iter()
        .filter(|one| !hidden.contains(&one.level) && has(one, &props.search))
        .collect();
    let selected_at = visible
        .iter()
        .position(|one| Some(one.id) == props.selected);
    let limit = (*shown).max(selected_at.map_or(0, |at| at + 1));
    let (drawn, rest) = visible.split_at(limit.min(visible.len()));
    let more = {
        let shown = shown.clone();
        Callback::from(move |_: MouseEvent| shown.set(limit + PAGE))
    };
    html! {
        <>
            { search(props) }
            { filters(report, &hidden) }
            if visible.is_empty() && !report.findings.is_empty() {
                <p class="waiting">{ "No finding fits the filters and the search." }</p>
            }
            for group in drawn.chunk_by(|one, other| one.location.file == other.location.file) {
                { file_group(group, props) }
            }
            if !rest.is_empty() {
                <button type="button" onclick={more}>{ format!("Show more of {}", count(rest.len(), "finding", "findings")) }</button>
            }
            { not_analysed(props) }
        </>
    }
}

/// Whether all words of a search stand in a finding.
fn has(finding: &Finding, search: &str) -> bool {
    let text = format!(
        "{} {} {} {}",
        finding.message, finding.rule, finding.class, finding.location.file
    )
    .to_lowercase();
    search
        .to_lowercase()
        .split_whitespace()
        .all(|word| text.contains(word))
}

fn search(props: &FindingsProps) -> Html {
    let typed = {
        let dispatch = props.dispatch.clone();
        Callback::from(move |event: InputEvent| {
            let input: web_sys::HtmlInputElement = event.target_unchecked_into();
            dispatch.dispatch(Action::Search(input.value()));
        })
    };
    html! {
        <input
            id="finding-search"
            type="search"
            class="finding-search"
            aria-label="Search the findings"
            placeholder="Search the findings ( / )"
            value={props.search.clone()}
            oninput={typed}
        />
    }
}

fn filters(report: &Report, hidden: &UseStateHandle<Vec<Level>>) -> Html {
    html! {
        <div class="filters" role="group" aria-label="Levels shown">
            for level in [Level::Error, Level::Warning, Level::Info] {
                { filter(report, level, hidden) }
            }
        </div>
    }
}

fn filter(report: &Report, level: Level, hidden: &UseStateHandle<Vec<Level>>) -> Html {
    let (name, glyph, class) = words::level(level);
    let number = report
        .findings
        .iter()
        .filter(|finding| finding.level == level)
        .count();
    let on = !hidden.contains(&level);
    let toggle = {
        let hidden = hidden.clone();
        Callback::from(move |_: MouseEvent| {
            let mut levels = (*hidden).clone();
            if on {
                levels.push(level);
            } else {
                levels.retain(|other| *other != level);
            }
            hidden.set(levels);
        })
    };
    html! {
        <button
            type="button"
            class={classes!("filter", class)}
            aria-pressed={on.to_string()}
            disabled={number == 0}
            onclick={toggle}
        ><Icon {glyph} {class} /><span>{ count(number, name, &format!("{name}s")) }</span></button>
    }
}

fn file_group(findings: &[&Finding], props: &FindingsProps) -> Html {
    let Some(first) = findings.first() else {
        return Html::default();
    };
    let file = &first.location.file;
    let covers = |finding: &Finding, cursor: &Cursor| {
        let lines = finding.location.line..=finding.location.end_line;
        *cursor.path == finding.location.file && lines.contains(&cursor.line)
    };
    // Of several at one line, the one that was chosen.
    let chosen = findings.iter().find(|one| Some(one.id) == props.selected);
    let cursor = props
        .cursor
        .as_ref()
        .filter(|cursor| !chosen.is_some_and(|finding| covers(finding, cursor)));
    let at_cursor = |finding: &Finding| cursor.is_some_and(|cursor| covers(finding, cursor));
    html! {
        <section key={file.clone()} class="finding-group">
            <h3 title={file.clone()}>{ file }</h3>
            <ul>
                for finding in findings {
                    <FindingCard
                        key={finding.id}
                        finding={(*finding).clone()}
                        points={points(&props.report, finding.id)}
                        selected={Some(finding.id) == props.selected || at_cursor(finding)}
                        dispatch={props.dispatch.clone()}
                    />
                }
            </ul>
        </section>
    }
}

fn not_analysed(props: &FindingsProps) -> Html {
    let places = &props.report.not_analysed;
    if places.is_empty() {
        return Html::default();
    }
    html! {
        <section class="finding-group">
            <h3>{ "Not analysed" }</h3>
            <p class="muted">{ "No claim of this review covers these places. Read them yourself." }</p>
            <ul>
                for place in places.iter().take(PAGE) {
                    <li class="unread">
                        <Icon glyph={Glyph::Question} class="is-unknown" />
                        <div>
                            <p>{ &place.reason }{ " " }<Place location={place.location.clone()} dispatch={props.dispatch.clone()} with_file=true /></p>
                            <code>{ &place.text }</code>
                        </div>
                    </li>
                }
            </ul>
            if places.len() > PAGE { <p class="muted">{ format!("… and {} more.", places.len() - PAGE) }</p> }
        </section>
    }
}

/// The points of the checklist that a finding is a reason of.
fn points(report: &Report, finding: u32) -> Vec<u8> {
    let of_it = report.checklist.iter().filter(|item| {
        let mut reasons = item.because.iter();
        reasons.any(|because| because.finding == Some(finding))
    });
    of_it.map(|item| item.item).collect()
}
