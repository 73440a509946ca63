use retort_report::RulePage;
use yew::prelude::*;

use crate::{
    desk::use_desk,
    state::{Action, State},
};

#[derive(PartialEq, Properties)]
pub struct PointRulesProps {
    /// The checklist's point, 1 to 11.
    pub item: u8,
    pub dispatch: UseReducerDispatcher<State>,
}

/// Which rules look after a point of the checklist, each with its page; asked for when it is folded out.
#[component]
pub fn PointRules(props: &PointRulesProps) -> Html {
    let bridge = use_desk().bridge;
    let rules = use_state(|| None::<Vec<RulePage>>);
    let open = {
        let (rules, item) = (rules.clone(), props.item);
        Callback::from(move |_: Event| {
            if rules.is_some() {
                return;
            }
            let setter = rules.setter();
            bridge.rules(move |answer| {
                let all = answer.unwrap_or_default().into_iter();
                setter.set(Some(
                    all.filter(|rule| rule.checklist.contains(&item)).collect(),
                ));
            });
        })
    };
    html! {
        <details class="explain point-rules" ontoggle={open}>
            <summary>{ "How it is checked" }</summary>
            {
                match rules.as_deref() {
                    None => html! { <p class="muted">{ "Fetching …" }</p> },
                    Some([]) => html! {
                        <p class="muted">{ "No rule decides it: it follows from the whole review, or from your word." }</p>
                    },
                    Some(rules) => html! {
                        <ul>
                            for rule in rules { { line(rule, &props.dispatch) } }
                        </ul>
                    },
                }
            }
        </details>
    }
}

fn line(rule: &RulePage, dispatch: &UseReducerDispatcher<State>) -> Html {
    let show = {
        let (dispatch, id) = (dispatch.clone(), rule.id.clone());
        Callback::from(move |_: MouseEvent| {
            dispatch.dispatch(Action::ShowRule(Some(id.as_str().into())));
        })
    };
    html! {
        <li key={rule.id.clone()}>
            <button type="button" class="link" title="Read the rule's page" onclick={show}>{ &rule.title }</button>
        </li>
    }
}
