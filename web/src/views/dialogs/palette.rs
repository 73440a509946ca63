use std::rc::Rc;

use wasm_bindgen::JsCast;
use web_sys::HtmlInputElement;
use yew::prelude::*;

use super::share::copy_review;
use crate::{
    desk::{Desk, use_desk},
    state::{Action, Dialog, Pane, Panel, Theme, file_name},
};

/// So many are shown; more letters find the others.
const MOST: usize = 40;

/// Something to go to or to do.
struct Entry {
    kind: &'static str,
    name: String,
    /// Other words that people look for it by.
    also: &'static str,
    act: Rc<dyn Fn(&Desk)>,
}

impl Entry {
    fn new(kind: &'static str, name: impl Into<String>, act: impl Fn(&Desk) + 'static) -> Self {
        Self {
            kind,
            name: name.into(),
            also: "",
            act: Rc::new(act),
        }
    }

    fn action(
        kind: &'static str,
        name: impl Into<String>,
        action: impl Fn() -> Action + 'static,
    ) -> Self {
        Self::new(kind, name, move |desk| desk.dispatch(action()))
    }

    fn also(self, also: &'static str) -> Self {
        Self { also, ..self }
    }

    /// Whether every word of the query stands in its name, its kind or its other words.
    fn fits(&self, query: &str) -> bool {
        fits(query, &format!("{} {} {}", self.name, self.kind, self.also))
    }
}

/// Finds commands, revisions, files, tables and findings by a few letters.
#[component]
pub fn Palette() -> Html {
    let desk = use_desk();
    let query = use_state(String::new);
    let chosen = use_state_eq(|| 0_usize);
    let entries: Vec<Entry> = entries(&desk)
        .into_iter()
        .filter(|entry| entry.fits(&query))
        .take(MOST)
        .collect();
    let at = (*chosen).min(entries.len().saturating_sub(1));
    let run: Vec<Rc<dyn Fn(&Desk)>> = entries.iter().map(|entry| entry.act.clone()).collect();
    let act = {
        let desk = desk.clone();
        Callback::from(move |index: usize| {
            desk.dispatch(Action::CloseDialog);
            if let Some(act) = run.get(index) {
                act(&desk);
            }
        })
    };
    let keys = {
        let (chosen, act, count) = (chosen.setter(), act.clone(), entries.len().max(1));
        Callback::from(move |event: KeyboardEvent| {
            match event.key().as_str() {
                "ArrowDown" => chosen.set((at + 1) % count),
                "ArrowUp" => chosen.set((at + count - 1) % count),
                "Enter" => act.emit(at),
                _ => return,
            }
            event.prevent_default();
        })
    };
    let typed = {
        let (query, chosen) = (query.setter(), chosen.setter());
        Callback::from(move |event: InputEvent| {
            let input: HtmlInputElement = event.target_unchecked_into();
            query.set(input.value());
            chosen.set(0);
        })
    };
    html! {
        <>
            <input
                role="combobox"
                autofocus=true
                aria-label="Command, revision, file, table or finding"
                aria-expanded="true"
                aria-controls="palette-list"
                aria-activedescendant={(!entries.is_empty()).then(|| format!("palette-{at}"))}
                placeholder="Command, revision, file, table or finding"
                autocomplete="off"
                spellcheck="false"
                oninput={typed}
                onkeydown={keys}
            />
            <ul id="palette-list" class="palette-list" role="listbox" aria-label="Found">
                for (index, entry) in entries.iter().enumerate() {
                    <li
                        key={format!("{index} {}", entry.name)}
                        id={format!("palette-{index}")}
                        role="option"
                        aria-selected={(index == at).to_string()}
                        onclick={act.reform(move |_: MouseEvent| index)}
                    ><span title={entry.name.clone()}>{ &entry.name }</span><span class="muted">{ entry.kind }</span></li>
                }
            </ul>
            if entries.is_empty() { <p class="waiting">{ "Nothing has these letters." }</p> }
        </>
    }
}

/// Whether every word of the query stands in the name.
fn fits(query: &str, name: &str) -> bool {
    let name = name.to_lowercase();
    query
        .to_lowercase()
        .split_whitespace()
        .all(|word| name.contains(word))
}

fn entries(desk: &Desk) -> Vec<Entry> {
    let mut all = Vec::new();
    if !desk.state.files.is_empty() {
        all.extend(panels());
        all.extend(commands_of_a_review(desk));
    }
    all.extend(commands());
    let state = &desk.state;
    if let Some(report) = &state.report {
        for revision in report.revisions.iter().rev() {
            let id: Rc<str> = revision.id.as_str().into();
            all.push(Entry::action(
                "revision",
                format!("{} {}", revision.title, revision.id),
                move || Action::SelectRevision(Some(id.clone())),
            ));
        }
        let mut tables: Vec<&String> = report
            .revisions
            .iter()
            .filter(|revision| revision.under_review)
            .flat_map(|revision| &revision.changes)
            .filter_map(|change| change.table.as_ref())
            .collect();
        tables.sort();
        tables.dedup();
        for table in tables {
            let key: Rc<str> = table.as_str().into();
            all.push(Entry::action("table", table.clone(), move || {
                Action::ShowTable(key.clone())
            }));
        }
        let mut rules: Vec<&str> = report
            .findings
            .iter()
            .map(|one| one.rule.as_str())
            .collect();
        rules.sort_unstable();
        rules.dedup();
        for rule in rules {
            let id: Rc<str> = rule.into();
            all.push(Entry::action("rule", rule, move || {
                Action::ShowRule(Some(id.clone()))
            }));
        }
        for finding in &report.findings {
            let id = finding.id;
            all.push(Entry::new(
                "finding",
                finding.message.clone(),
                move |desk| {
                    desk.dispatch(Action::ShowPanel(Panel::Findings));
                    desk.dispatch(Action::SelectFinding(id));
                },
            ));
        }
    }
    for file in state.files.iter() {
        let path = file.path.clone();
        all.push(Entry::action(
            "file",
            file_name(&path).to_owned(),
            move || Action::Show(path.clone()),
        ));
    }
    all
}

fn panels() -> Vec<Entry> {
    let panels = [
        (
            "Checklist",
            Panel::Checklist,
            "points word confirm note review",
        ),
        (
            "Findings",
            Panel::Findings,
            "problems lint search filter quick fix repair silence suppress ignore",
        ),
        (
            "Schema",
            Panel::Schema,
            "er diagram picture tables table view minimap zoom timeline compare two revisions before after difference \
             svg png mermaid dbml sql",
        ),
        (
            "Locks",
            Panel::Locks,
            "lock modes blocking waits timeline upgrade downgrade",
        ),
        (
            "Proof",
            Panel::Proof,
            "round trip downgrade run postgresql pglite data loss",
        ),
    ];
    let shown = panels.map(|(name, panel, also)| {
        Entry::action("panel", name, move || Action::ShowPanel(panel)).also(also)
    });
    let mut all: Vec<Entry> = shown.into_iter().collect();
    all.push(Entry::action("panel", "Editor", || {
        Action::ShowPane(Pane::Editor)
    }));
    all.push(
        Entry::action("panel", "Revisions", || Action::ShowPane(Pane::Revisions))
            .also("graph branches heads history files"),
    );
    all
}

fn commands_of_a_review(desk: &Desk) -> Vec<Entry> {
    let command = |name: &'static str, also, action: fn() -> Action| {
        Entry::action("command", name, action).also(also)
    };
    let mut all = vec![
        command("Next finding", "", || Action::NextFinding { back: false }),
        command(
            "Show the SQL that runs",
            "beside up and down side by side",
            || Action::ToggleBeside,
        ),
        command("Share", "link file", || Action::OpenDialog(Dialog::Share)),
        command(
            "Export",
            "download zip sarif json markdown sql runbook alembic suggested change",
            || Action::OpenDialog(Dialog::Export),
        ),
        Entry::new("command", "Copy the review as Markdown", copy_review)
            .also("comment pull request github gitlab"),
        Entry::new("command", "Print the review", |_| {
            let _ = gloo::utils::window().print();
        })
        .also("paper pdf"),
        command("Review all", "under review history", || Action::ReviewAll),
        command(
            "Review the newest only",
            "under review history heads",
            || Action::ReviewHeads,
        ),
        command("New review", "empty start paste", || Action::StartAnew),
        command("Show me around", "guide guided tour first review", || {
            Action::Guide(Some(0))
        }),
    ];
    if let Some(label) = desk.state.undo.label() {
        all.push(Entry::action("command", format!("Undo {label}"), || {
            Action::Undo
        }));
    }
    if let Some(label) = desk.state.undo.redo_label() {
        all.push(Entry::action("command", format!("Redo {label}"), || {
            Action::Redo
        }));
    }
    all
}

fn commands() -> Vec<Entry> {
    let dialogs = [
        (
            "New migration",
            Dialog::Recipe,
            "recipe write tenant table column backfill rename index foreign key data migration batched update empty",
        ),
        (
            "Review a pull request",
            Dialog::PullRequest,
            "github gitlab merge request address diff token",
        ),
        ("Your reviews", Dialog::Reviews, "kept saved rename delete"),
        ("Examples", Dialog::Examples, ""),
        ("Lessons", Dialog::Lessons, "learn course"),
        (
            "Settings",
            Dialog::Settings,
            "retort.toml rules levels postgresql version tenant column house",
        ),
        ("Help and keys", Dialog::Help, "keyboard shortcuts"),
    ];
    let themes = [
        ("Light colours", Theme::Light),
        ("Dark colours", Theme::Dark),
        ("The system's colours", Theme::System),
    ];
    let opening = [
        (
            "Open files",
            "input[type=file]:not([webkitdirectory])",
            "drop zip archive diff patch upload",
        ),
        (
            "Open a folder",
            "input[webkitdirectory]",
            "project history drop upload",
        ),
    ];
    let opening = opening
        .map(|(name, field, also)| Entry::new("command", name, move |_| choose(field)).also(also));
    let dialogs = dialogs.map(|(name, dialog, also)| {
        Entry::action("command", name, move || Action::OpenDialog(dialog.clone())).also(also)
    });
    let themes = themes.map(|(name, theme)| {
        Entry::action("command", name, move || Action::SetTheme(theme)).also("theme mode")
    });
    let documentation = Entry::new("command", "Documentation", |_| {
        let _ = gloo::utils::window().open_with_url_and_target("./docs/index.html", "_blank");
    })
    .also("rules lock modes command line offline install");
    opening
        .into_iter()
        .chain(dialogs)
        .chain(themes)
        .chain([documentation])
        .collect()
}

/// Opens the browser's chooser of the field on the page that takes files.
fn choose(field: &str) {
    let found = gloo::utils::document().query_selector(field).ok().flatten();
    if let Some(input) = found.and_then(|input| input.dyn_into::<HtmlInputElement>().ok()) {
        input.click();
    }
}

#[cfg(test)]
mod tests {
    use super::{commands, fits, panels};

    #[test]
    fn all_words_must_stand_in_the_name() {
        assert!(fits("add SHELF", "Add column to shelf"));
        assert!(!fits("add bin", "Add column to shelf"));
        assert!(fits("", "anything"));
    }

    #[test]
    fn what_the_app_can_do_is_found_by_the_words_people_use() {
        let all: Vec<_> = panels().into_iter().chain(commands()).collect();
        for words in [
            "zip",
            "open folder",
            "diff",
            "gitlab",
            "recipe",
            "backfill",
            "batched",
            "graph",
            "suppress",
            "quick fix",
            "filter",
            "er diagram",
            "minimap",
            "timeline",
            "compare",
            "mermaid",
            "dbml",
            "lock modes",
            "retort.toml",
            "shortcuts",
            "theme",
            "rules",
            "offline",
        ] {
            assert!(all.iter().any(|entry| entry.fits(words)), "{words}");
        }
    }
}
