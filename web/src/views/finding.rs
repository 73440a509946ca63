use retort_report::Finding;
use yew::prelude::*;

use super::place::Place;
use crate::{
    components::{Glyph, Icon},
    state::{Action, Dialog, State},
    words,
};

#[derive(PartialEq, Properties)]
pub struct FindingCardProps {
    pub finding: Finding,
    pub selected: bool,
    pub dispatch: UseReducerDispatcher<State>,
}

/// A finding: what, why, what to do; and the ways from it.
#[component]
pub fn FindingCard(props: &FindingCardProps) -> Html {
    let finding = &props.finding;
    let node = use_node_ref();
    {
        let node = node.clone();
        use_effect_with(props.selected, move |selected| {
            if let Some(element) = node.cast::<web_sys::Element>().filter(|_| *selected) {
                let options = web_sys::ScrollIntoViewOptions::new();
                options.set_block(web_sys::ScrollLogicalPosition::Nearest);
                element.scroll_into_view_with_scroll_into_view_options(&options);
            }
        });
    }
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
                    <button type="button" class="link" onclick={click(|id| Action::OpenDialog(Dialog::Suppress(id)))}>{ "Silence" }</button>
                    <button type="button" class="link" title="Copy as Markdown, for a comment" onclick={click(Action::CopyFinding)}>{ "Copy" }</button>
                </div>
            </div>
        </li>
    }
}
