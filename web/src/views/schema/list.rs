use retort_report::{ChangeLine, Diagram, DiagramEdge, Mark, SchemaDiffReport, TableCard};
use yew::prelude::*;

use super::{
    Mode,
    card::{detail_in, is_there, kind, marked, name_in},
};
use crate::{state::Shared, words};

#[derive(PartialEq, Properties)]
pub struct TableListProps {
    pub diagram: Shared<Diagram>,
    pub diff: Option<Shared<SchemaDiffReport>>,
    pub mode: Mode,
}

/// The picture in words: what changed, then every table with its rows.
#[component]
pub fn TableList(props: &TableListProps) -> Html {
    let lines = props
        .diff
        .as_ref()
        .map(|diff| diff.lines.as_slice())
        .unwrap_or_default();
    let edges = props
        .diagram
        .edges
        .iter()
        .filter(|edge| is_there(edge.change, props.mode));
    html! {
        <div class="table-list">
            if props.mode == Mode::Difference && !lines.is_empty() {
                <ul class="changes">for line in lines { { change_line(line) } }</ul>
            }
            for card in &props.diagram.tables { { table(card, props.mode) } }
            if !props.diagram.edges.is_empty() {
                <section class="listed-table">
                    <h3>{ "Foreign keys" }</h3>
                    <ul class="changes">for edge in edges { { foreign_key(edge, props.mode) } }</ul>
                </section>
            }
        </div>
    }
}

fn foreign_key(edge: &DiagramEdge, mode: Mode) -> Html {
    let mark = marked(Mark::from(edge.change), mode);
    let how_many = match (edge.unique, edge.optional) {
        (true, true) => "at most one each way",
        (true, false) => "at most one to exactly one",
        (false, true) => "any number to at most one",
        (false, false) => "any number to exactly one",
    };
    html! {
        <li class={classes!("change", words::mark_class(mark))}>
            <b aria-hidden="true">{ mark.sign() }</b>
            <span>{ format!("{}: {} ({how_many})", edge.name, edge.description) }</span>
        </li>
    }
}

/// A change of the schema, with its sign and its word.
pub fn change_line(line: &ChangeLine) -> Html {
    let (word, sign, class) = words::change(line.change);
    html! {
        <li class={classes!("change", class)}>
            <b aria-hidden="true">{ sign }</b><span class="unseen">{ format!("{word}: ") }</span><span>{ &line.text }</span>
        </li>
    }
}

fn table(card: &TableCard, mode: Mode) -> Html {
    if !is_there(card.change, mode) {
        return Html::default();
    }
    let mark = marked(card.mark(), mode);
    let (word, sign, class) = (mark.word(), mark.sign(), words::mark_class(mark));
    let name = name_in(&card.name, card.renamed_from.as_ref(), mode);
    html! {
        <section class={classes!("listed-table", class)}>
            <h3>
                <b aria-hidden="true">{ sign }</b>{ name }<span class="chip">{ word }</span>
                if let Some(was) = card.renamed_from.as_ref().filter(|_| mode == Mode::Difference) {
                    <span class="muted">{ format!("was {was}") }</span>
                }
            </h3>
            <div class="table-frame" tabindex="0" role="region" aria-label={format!("Table {name}")}>
                <table>
                    <thead><tr><th>{ "What" }</th><th>{ "Name" }</th><th>{ "Definition" }</th><th>{ "Change" }</th></tr></thead>
                    <tbody>for row in &card.rows { { listed(row, mode) } }</tbody>
                </table>
            </div>
            if card.hidden_rows > 0 {
                <p class="muted">{ format!("{} did not change.", words::count(card.hidden_rows as usize, "more row", "more rows")) }</p>
            }
        </section>
    }
}

fn listed(row: &retort_report::CardRow, mode: Mode) -> Html {
    if !is_there(row.change, mode) {
        return Html::default();
    }
    let mark = marked(row.mark(), mode);
    let (word, sign, class) = (mark.word(), mark.sign(), words::mark_class(mark));
    let name = name_in(&row.name, row.renamed_from.as_ref(), mode);
    let definition = detail_in(row, mode);
    let was = row
        .renamed_from
        .as_ref()
        .filter(|_| mode == Mode::Difference);
    html! {
        <tr class={class}>
            <td>{ kind(row.kind) }</td>
            <th scope="row">
                { name }
                if let Some(was) = was { <span class="muted">{ format!(" was {was}") }</span> }
            </th>
            <td>{ definition }{ " " }for badge in &row.badges { <span class="chip">{ badge }</span> }</td>
            <td class="change-word"><b aria-hidden="true">{ sign }</b>{ " " }{ word }</td>
        </tr>
    }
}
