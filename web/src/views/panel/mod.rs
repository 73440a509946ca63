//! The right: what the review says.

mod checklist;
mod findings;
mod locks;
mod point_rules;
mod proof;
mod proof_case;
mod proof_run;
mod rule;

use web_sys::{FocusOptions, HtmlElement};
use yew::prelude::*;

use self::{
    checklist::Checklist,
    findings::Findings,
    locks::{Locks, chosen},
    proof::Proof,
    proof_run::proven,
    rule::RuleView,
};
use super::{
    marks::{Counts, marks},
    schema::SchemaView,
};
use crate::{
    components::{Glyph, Icon, Tab, TabBar},
    desk::{Desk, use_desk},
    state::{Action, Pane, Panel},
};

const PANELS: [(Panel, &str); 5] = [
    (Panel::Checklist, "Checklist"),
    (Panel::Findings, "Findings"),
    (Panel::Schema, "Schema"),
    (Panel::Locks, "Locks"),
    (Panel::Proof, "Proof"),
];

const PANES: [(Pane, &str); 3] = [
    (Pane::Revisions, "Revisions"),
    (Pane::Editor, "Editor"),
    (Pane::Review, "Review"),
];

/// Chooses the pane, on a window that has room for one only.
#[component]
pub fn PaneBar() -> Html {
    let desk = use_desk();
    html! {
        <nav class="pane-bar" aria-label="Panes">
            for (pane, label) in PANES {
                <button
                    type="button"
                    class="pane-choice"
                    aria-pressed={(desk.state.pane == pane).to_string()}
                    onclick={desk.on_click(move || Action::ShowPane(pane))}
                >
                    { label }
                    if pane == Pane::Review {
                        { marks(Counts::of(desk.state.report.iter().flat_map(|report| &report.findings))) }
                    }
                </button>
            }
        </nav>
    }
}

/// The panel with its tabs.
#[component]
pub fn ReviewPanel() -> Html {
    let desk = use_desk();
    let state = &desk.state;
    let content = use_node_ref();
    let opened = use_mut_ref(|| false);
    {
        let (content, chosen) = (content.clone(), state.panel_chosen);
        use_effect_with((state.panel, state.rule.clone()), move |_| {
            if opened.replace(true) && chosen {
                keep_focus(&content);
            }
        });
    }
    let stale = state.report.is_some() && !state.is_current();
    html! {
        <section class="panel" aria-label="Review">
            <h2 class="unseen">{ "Review" }</h2>
            <div class="panel-head">
                { tabs(&desk) }
                { widen(&desk) }
            </div>
            <div
                ref={content}
                class={classes!("panel-body", stale.then_some("is-stale"))}
                role="tabpanel"
                id="review-panel"
                tabindex="0"
                aria-labelledby={format!("review-tab-{}", selected(state.panel))}
                aria-busy={(!state.is_current()).to_string()}
            >
                { body(&desk) }
            </div>
        </section>
    }
}

/// What to do where nothing is under review: that nothing was found would say too much.
fn only_history(desk: &Desk) -> Html {
    html! {
        <div class="nothing">
            <p>{ "No migration is under review: every revision here is only history." }</p>
            <div class="nothing-ways">
                <button type="button" onclick={desk.on_click(|| Action::ReviewHeads)}>{ "Review newest only" }</button>
                <button type="button" onclick={desk.on_click(|| Action::ReviewAll)}>{ "Review all" }</button>
            </div>
        </div>
    }
}

/// A way from one tab to another vanishes with its tab: the focus then goes to what it led to.
fn keep_focus(content: &NodeRef) {
    let body = gloo::utils::body();
    let lost = gloo::utils::document()
        .active_element()
        .is_none_or(|focused| focused == *body);
    if let Some(panel) = content.cast::<HtmlElement>().filter(|_| lost) {
        let options = FocusOptions::new();
        options.set_prevent_scroll(true);
        let _ = panel.focus_with_options(&options);
    }
}

fn selected(panel: Panel) -> usize {
    PANELS
        .iter()
        .position(|(one, _)| *one == panel)
        .unwrap_or(0)
}

fn tabs(desk: &Desk) -> Html {
    let tabs = PANELS.map(|(panel, label)| Tab {
        label: label.into(),
        mark: tab_mark(desk, panel),
        selected: desk.state.panel == panel,
    });
    let dispatch = desk.state.dispatcher();
    let on_select = Callback::from(move |index: usize| {
        if let Some((panel, _)) = PANELS.get(index) {
            dispatch.dispatch(Action::ShowPanel(*panel));
        }
    });
    html! { <TabBar label="Review" id="review" tabs={tabs.to_vec()} {on_select} /> }
}

fn tab_mark(desk: &Desk, panel: Panel) -> Html {
    let Some(report) = &desk.state.report else {
        return Html::default();
    };
    match panel {
        Panel::Findings if !report.findings.is_empty() => {
            html! { <span class="tab-count">{ report.findings.len() }</span> }
        }
        _ => Html::default(),
    }
}

fn widen(desk: &Desk) -> Html {
    let wide = desk.state.wide_panel;
    let (glyph, label) = if wide {
        (Glyph::Compress, "Show the editor again")
    } else {
        (Glyph::Expand, "Give the panel the editor's room")
    };
    html! {
        <button
            type="button"
            class="quiet icon-only widen"
            aria-label={label}
            title={label}
            aria-pressed={wide.to_string()}
            onclick={desk.on_click(move || Action::WidenPanel(!wide))}
        ><Icon {glyph} /></button>
    }
}

fn body(desk: &Desk) -> Html {
    let state = &desk.state;
    if let Some(rule) = &state.rule {
        return html! { <RuleView key={rule.to_string()} id={AttrValue::from(rule.clone())} /> };
    }
    let Some(report) = state.report.clone() else {
        return html! { <p class="waiting">{ "The review appears here as soon as the analysis is ready." }</p> };
    };
    let dispatch = state.dispatcher();
    let reviewed = report.revisions.iter().any(|one| one.under_review);
    let about_reviewed = match state.panel {
        Panel::Findings => true,
        Panel::Locks | Panel::Proof => state.revision.is_none(),
        Panel::Checklist | Panel::Schema => false,
    };
    if !reviewed && !report.revisions.is_empty() && about_reviewed {
        return only_history(desk);
    }
    match state.panel {
        Panel::Checklist => html! {
            <Checklist proven={proven(desk, &chosen(&report, None)).map(AttrValue::from)} {report} words={state.attestations.clone()} point={state.point} {dispatch} />
        },
        Panel::Findings => html! {
            <Findings {report} selected={state.finding} search={AttrValue::from(state.search.clone())} cursor={state.cursor.clone()} {dispatch} />
        },
        Panel::Schema => html! {
            <SchemaView {report} revision={state.revision.clone().map(AttrValue::from)} table={state.table.clone().map(AttrValue::from)} />
        },
        Panel::Locks => html! {
            <Locks {report} revision={state.revision.clone().map(AttrValue::from)} direction={state.lock_direction.unwrap_or(retort_report::Direction::Up)} {dispatch} />
        },
        Panel::Proof => html! {
            <Proof {report} revision={state.revision.clone().map(AttrValue::from)} {dispatch} />
        },
    }
}
