use std::rc::Rc;

use retort_report::{Direction, Finding};
use yew::prelude::*;

use super::place::Place;
use crate::{
    components::{Glyph, Icon, use_scroll_to},
    state::{Action, Dialog, State},
    words,
};

#[derive(PartialEq, Properties)]
pub struct FindingCardProps {
    pub finding: Finding,
    pub selected: bool,
    /// The points of the checklist that it decides.
    pub points: Vec<u8>,
    pub dispatch: UseReducerDispatcher<State>,
}

/// A finding: what, why, what to do; and the ways from it.
#[component]
pub fn FindingCard(props: &FindingCardProps) -> Html {
    let finding = &props.finding;
    let node = use_scroll_to(props.selected);
    let id = finding.id;
    let click = |action: fn(u32) -> Action| {
        let dispatch = props.dispatch.clone();
        Callback::from(move |_: MouseEvent| dispatch.dispatch(action(id)))
    };
    let show_rule = {
        let (dispatch, rule) = (props.dispatch.clone(), finding.rule.clone());
        Callback::from(move |_: MouseEvent| {
            dispatch.dispatch(Action::ShowRule(Some(rule.as_str().into())));
        })
    };
    let (level, glyph, class) = words::level(finding.level);
    html! {
        <li ref={node} class={classes!("finding", class, props.selected.then_some("is-selected"))}>
            <button
                type="button"
                class="finding-head"
                aria-current={props.selected.then_some("true")}
                onclick={click(Action::SelectFinding)}
            >
                <Icon {glyph} {class} />
                <span class="finding-message"><span class="unseen">{ format!("{level}: ") }</span>{ &finding.message }</span>
                <span class="finding-line">{ format!("line {}", finding.location.line) }</span>
            </button>
            <div class="finding-body">
                if !finding.help.is_empty() { <p>{ &finding.help }</p> }
                if !finding.related.is_empty() {
                    <ul class="related">
                        for related in &finding.related {
                            <li>
                                { &related.message }{ " " }
                                <Place location={related.location.clone()} dispatch={props.dispatch.clone()} with_file=true />
                            </li>
                        }
                    </ul>
                }
                <div class="finding-ways">
                    <button type="button" class="link rule-id" title="Read the rule's page" onclick={show_rule}>{ &finding.rule }</button>
                    if let Some(fix) = &finding.fix {
                        <button type="button" class="small" onclick={click(|id| Action::PreviewFix(Some(id)))}>
                            <Icon glyph={Glyph::Pencil} /><span>{ &fix.title }</span>
                        </button>
                    }
                    { elsewhere(props) }
                    <button type="button" class="link" onclick={click(|id| Action::OpenDialog(Dialog::Suppress(id)))}>{ "Silence" }</button>
                    <button type="button" class="link" title="Copy as Markdown, for a comment" onclick={click(Action::CopyFinding)}>{ "Copy" }</button>
                </div>
            </div>
        </li>
    }
}

/// The ways to the other views: the table's picture, the locks, the points of the checklist.
fn elsewhere(props: &FindingCardProps) -> Html {
    let finding = &props.finding;
    let direction = finding.direction.unwrap_or(Direction::Up);
    let blocks = finding.class == "blocks";
    let go = |action: fn(Rc<str>) -> Action, name: &str| {
        let (dispatch, name): (_, Rc<str>) = (props.dispatch.clone(), name.into());
        Callback::from(move |_: MouseEvent| dispatch.dispatch(action(name.clone())))
    };
    let show_locks = |revision: &str| {
        let (dispatch, revision): (_, Rc<str>) = (props.dispatch.clone(), revision.into());
        Callback::from(move |_: MouseEvent| {
            dispatch.dispatch(Action::ShowLocks(Some(revision.clone()), direction));
        })
    };
    html! {
        <>
            if let Some(object) = &finding.object {
                <button type="button" class="link" title={format!("Show {object} in the schema")} onclick={go(Action::ShowTable, object)}>{ "Schema" }</button>
            }
            if let Some(revision) = finding.revision.as_ref().filter(|_| blocks) {
                <button type="button" class="link" title="Show what waits meanwhile" onclick={show_locks(revision)}>{ "Locks" }</button>
            }
            for &point in &props.points {
                <button
                    type="button"
                    class="link"
                    title="Show the point of the checklist"
                    onclick={let dispatch = props.dispatch.clone(); Callback::from(move |_: MouseEvent| dispatch.dispatch(Action::ShowPoint(point)))}
                >{ format!("Point {point}") }</button>
            }
        </>
    }
}
