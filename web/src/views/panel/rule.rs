use retort_report::RulePage;
use yew::prelude::*;

use crate::{
    components::{Glyph, Icon, Markdown},
    desk::use_desk,
    state::Action,
};

#[derive(PartialEq, Properties)]
pub struct RuleViewProps {
    pub id: AttrValue,
}

/// A rule's page, in place of the panel's content.
#[component]
pub fn RuleView(props: &RuleViewProps) -> Html {
    let desk = use_desk();
    let page = use_state(|| None::<Option<RulePage>>);
    {
        let (bridge, page) = (desk.bridge.clone(), page.setter());
        use_effect_with(props.id.clone(), move |id| {
            let id = id.clone();
            bridge.rules(move |answer| {
                let mut rules = answer.unwrap_or_default().into_iter();
                page.set(Some(rules.find(|rule| rule.id == id.as_str())));
            });
        });
    }
    html! {
        <article class="rule-page">
            <button type="button" class="quiet back" onclick={desk.on_click(|| Action::ShowRule(None))}>
                <Icon glyph={Glyph::Back} /><span>{ "Back" }</span>
            </button>
            { content(props, page.as_ref()) }
        </article>
    }
}

fn content(props: &RuleViewProps, page: Option<&Option<RulePage>>) -> Html {
    match page {
        None => html! { <p class="waiting">{ "Fetching the page …" }</p> },
        Some(None) => html! { <p>{ format!("There is no page for {}.", props.id) }</p> },
        Some(Some(rule)) => html! {
            <>
                <h2>{ &rule.title }</h2>
                <p class="rule-facts">
                    <code>{ &rule.id }</code><span class="chip">{ &rule.class }</span><span class="chip">{ &rule.level }</span>
                </p>
                <p class="lead">{ &rule.summary }</p>
                <Markdown text={rule.markdown.clone()} />
            </>
        },
    }
}
