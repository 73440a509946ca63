use std::rc::Rc;

use retort_report::{RulePage, RuleSetting, Settings};
use web_sys::{HtmlSelectElement, HtmlTextAreaElement};
use yew::prelude::*;

use crate::{bridge::CallError, components::TextField, desk::use_desk, state::Action};

const MODES: [(&str, &str); 4] = [
    ("", "as the tool does"),
    ("per-run", "one for all revisions of a run"),
    ("per-migration", "one for each migration"),
    ("none", "none: each statement by itself"),
];

const LEVELS: [(&str, &str); 4] = [
    ("off", "off"),
    ("info", "note"),
    ("warning", "warning"),
    ("error", "error"),
];

/// The settings as a form, and as the `retort.toml` that it stands for. Both say the same at any time; a text that is no
/// valid TOML is kept while it is being written, with what is wrong, and not used.
#[component]
pub fn SettingsForm() -> Html {
    let desk = use_desk();
    let text = use_state(|| desk.state.config.to_string());
    let settings = use_state(|| None::<Settings>);
    let problem = use_state(|| None::<String>);
    let rules = use_state(Vec::<RulePage>::new);
    {
        let (bridge, rules) = (desk.bridge.clone(), rules.setter());
        use_effect_with((), move |()| {
            bridge.rules(move |answer| rules.set(answer.unwrap_or_default()));
        });
    }
    {
        let (desk, settings, problem) = (desk.clone(), settings.setter(), problem.setter());
        use_effect_with((*text).clone(), move |text| {
            let toml: Rc<str> = text.as_str().into();
            let bridge = desk.bridge.clone();
            bridge.read_settings(text, move |answer| match answer {
                Ok(read) => {
                    settings.set(Some(read));
                    problem.set(None);
                    if desk.state.config != toml {
                        desk.dispatch(Action::Configure(toml));
                    }
                }
                Err(CallError::Refused(reason)) => problem.set(Some(reason)),
                Err(CallError::Crashed) => {}
            });
        });
    }
    let change = {
        let (bridge, text, problem) = (desk.bridge.clone(), text.clone(), problem.setter());
        Callback::from(move |settings: Settings| {
            let (text, problem) = (text.clone(), problem.clone());
            bridge.write_settings(&text.clone(), &settings, move |answer| match answer {
                Ok(written) => text.set(written),
                Err(CallError::Refused(reason)) => problem.set(Some(reason)),
                Err(CallError::Crashed) => {}
            });
        })
    };
    let typed = {
        let text = text.setter();
        Callback::from(move |event: InputEvent| {
            let area: HtmlTextAreaElement = event.target_unchecked_into();
            text.set(area.value());
        })
    };
    html! {
        <div class="settings">
            if let Some(settings) = settings.as_ref() {
                <Form settings={settings.clone()} rules={(*rules).clone()} on_change={change} />
            } else {
                <p class="waiting">{ "Reading the settings …" }</p>
            }
            <div class="settings-text">
                <label for="toml">{ "retort.toml" }</label>
                <textarea
                    id="toml"
                    spellcheck="false"
                    rows="14"
                    value={(*text).clone()}
                    aria-invalid={problem.is_some().to_string()}
                    aria-describedby="toml-state"
                    oninput={typed}
                />
                { toml_state(problem.as_deref()) }
            </div>
        </div>
    }
}

fn toml_state(problem: Option<&str>) -> Html {
    match problem {
        Some(reason) => html! {
            <div id="toml-state" class="toml-problem" role="alert">
                <p>{ "Not used yet:" }</p><pre>{ reason }</pre>
            </div>
        },
        None => html! {
            <p id="toml-state" class="muted">
                { "The same settings as a file: put it beside your migrations for the command line and for others." }
            </p>
        },
    }
}

/// Label, hint, value, and how to set it.
type Field = (
    &'static str,
    &'static str,
    String,
    fn(&mut Settings, String),
);

#[derive(PartialEq, Properties)]
struct FormProps {
    settings: Settings,
    rules: Vec<RulePage>,
    on_change: Callback<Settings>,
}

#[component]
fn Form(props: &FormProps) -> Html {
    let settings = &props.settings;
    let texts: [Field; 4] = [
        (
            "Tenant column",
            "Every table of a tenant has it. Empty: there are no tenants.",
            settings.tenant_column.clone(),
            |settings, value| settings.tenant_column = value.trim().into(),
        ),
        (
            "Tenant table",
            "What that column references.",
            settings.tenant_table.clone(),
            |settings, value| settings.tenant_table = value.trim().into(),
        ),
        (
            "Shared tables",
            "They belong to no tenant. Separated by commas.",
            settings.shared_tables.join(", "),
            |settings, value| settings.shared_tables = list(&value),
        ),
        (
            "Required columns",
            "Every table has them. Separated by commas.",
            settings.required_columns.join(", "),
            |settings, value| settings.required_columns = list(&value),
        ),
    ];
    let version = settings.postgres.to_string();
    let mode = settings.transaction.as_deref().unwrap_or_default();
    let modes = MODES.map(|(value, name)| (value.to_owned(), name.to_owned()));
    let set_version = setter(props, |settings, value| {
        settings.postgres = value.parse().unwrap_or(settings.postgres);
    });
    let set_mode = setter(props, |settings, value| {
        settings.transaction = Some(value).filter(|mode| !mode.is_empty());
    });
    html! {
        <div class="settings-form">
            <h3>{ "Database" }</h3>
            { select("postgres", "PostgreSQL", &versions(settings.postgres), &version, set_version) }
            { select("transaction", "Transactions", &modes, mode, set_mode) }
            <h3>{ "House" }</h3>
            for (label, hint, value, set) in texts { { text_field(props, label, hint, value, set) } }
            <details class="rule-levels">
                <summary>{ format!("Levels of the {}", crate::words::count(props.rules.len(), "rule", "rules")) }</summary>
                for rule in &props.rules { { rule_level(props, rule) } }
            </details>
        </div>
    }
}

fn versions(chosen: u16) -> Vec<(String, String)> {
    let known = (12..=18).chain(Some(chosen).filter(|version| !(12..=18).contains(version)));
    known
        .map(|version| (version.to_string(), version.to_string()))
        .collect()
}

fn list(text: &str) -> Vec<String> {
    let names = text
        .split(',')
        .map(str::trim)
        .filter(|name| !name.is_empty());
    names.map(str::to_owned).collect()
}

/// A callback that changes one setting to the value of the field that calls it.
fn setter(props: &FormProps, set: impl Fn(&mut Settings, String) + 'static) -> Callback<String> {
    let (settings, on_change) = (props.settings.clone(), props.on_change.clone());
    Callback::from(move |value: String| {
        let mut settings = settings.clone();
        set(&mut settings, value);
        on_change.emit(settings);
    })
}

fn of_select(event: Event) -> String {
    event.target_unchecked_into::<HtmlSelectElement>().value()
}

fn text_field(
    props: &FormProps,
    label: &str,
    hint: &str,
    value: String,
    set: fn(&mut Settings, String),
) -> Html {
    let id = label.to_lowercase().replace(' ', "-");
    let hint_id = format!("{id}-hint");
    html! {
        <div class="field">
            <label for={id.clone()}>{ label }</label>
            <TextField
                {id}
                {value}
                described_by={hint_id.clone()}
                on_change={setter(props, set)}
            />
            <p class="hint" id={hint_id}>{ hint }</p>
        </div>
    }
}

fn select(
    id: &str,
    label: &str,
    options: &[(String, String)],
    chosen: &str,
    on_change: Callback<String>,
) -> Html {
    html! {
        <div class="field">
            <label for={id.to_owned()}>{ label }</label>
            <select id={id.to_owned()} onchange={on_change.reform(of_select)}>
                for (value, name) in options {
                    <option value={value.clone()} selected={value == chosen}>{ name }</option>
                }
            </select>
        </div>
    }
}

fn rule_level(props: &FormProps, rule: &RulePage) -> Html {
    let mut set = props.settings.rules.iter();
    let own = set
        .find(|setting| setting.rule == rule.id)
        .map(|setting| setting.level.as_str());
    let mut options = vec![(String::new(), format!("its own ({})", rule.level))];
    options.extend(LEVELS.map(|(value, name)| (value.to_owned(), name.to_owned())));
    let id = rule.id.clone();
    let change = setter(props, move |settings, level| {
        settings.rules.retain(|setting| setting.rule != id);
        if !level.is_empty() {
            settings.rules.push(RuleSetting {
                rule: id.clone(),
                level,
            });
        }
    });
    select(
        &format!("rule-{}", rule.id),
        &rule.title,
        &options,
        own.unwrap_or_default(),
        change,
    )
}
