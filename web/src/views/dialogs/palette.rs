use std::rc::Rc;

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
    act: Rc<dyn Fn(&Desk)>,
}

impl Entry {
    fn new(kind: &'static str, name: impl Into<String>, act: impl Fn(&Desk) + 'static) -> Self {
        Self {
            kind,
            name: name.into(),
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
}

/// Finds commands, revisions, files, tables and findings by a few letters.
#[component]
pub fn Palette() -> Html {
    let desk = use_desk();
    let query = use_state(String::new);
    let chosen = use_state_eq(|| 0_usize);
    let entries: Vec<Entry> = entries(&desk)
        .into_iter()
        .filter(|entry| fits(&query, &entry.name) || fits(&query, entry.kind))
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
        ("Checklist", Panel::Checklist),
        ("Findings", Panel::Findings),
        ("Schema", Panel::Schema),
        ("Locks", Panel::Locks),
        ("Proof", Panel::Proof),
    ];
    let shown =
        panels.map(|(name, panel)| Entry::action("panel", name, move || Action::ShowPanel(panel)));
    let mut all: Vec<Entry> = shown.into_iter().collect();
    all.push(Entry::action("panel", "Editor", || {
        Action::ShowPane(Pane::Editor)
    }));
    all
}

fn commands_of_a_review(desk: &Desk) -> Vec<Entry> {
    let mut all = vec![
        Entry::action("command", "Next finding", || Action::NextFinding {
            back: false,
        }),
        Entry::action("command", "Show the SQL that runs", || Action::ToggleBeside),
        Entry::action("command", "Share", || Action::OpenDialog(Dialog::Share)),
        Entry::action("command", "Export", || Action::OpenDialog(Dialog::Export)),
        Entry::new("command", "Copy the review as Markdown", copy_review),
        Entry::new("command", "Print the review", |_| {
            let _ = gloo::utils::window().print();
        }),
        Entry::action("command", "Review all", || Action::ReviewAll),
        Entry::action("command", "Review the newest only", || Action::ReviewHeads),
        Entry::action("command", "New review", || Action::StartAnew),
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
        ("New migration", Dialog::Recipe),
        ("Review a pull request", Dialog::PullRequest),
        ("Your reviews", Dialog::Reviews),
        ("Examples", Dialog::Examples),
        ("Lessons", Dialog::Lessons),
        ("Settings", Dialog::Settings),
        ("Help and keys", Dialog::Help),
    ];
    let themes = [
        ("Light colours", Theme::Light),
        ("Dark colours", Theme::Dark),
        ("The system's colours", Theme::System),
    ];
    let dialogs = dialogs.map(|(name, dialog)| {
        Entry::action("command", name, move || Action::OpenDialog(dialog.clone()))
    });
    let themes =
        themes.map(|(name, theme)| Entry::action("command", name, move || Action::SetTheme(theme)));
    dialogs.into_iter().chain(themes).collect()
}

#[cfg(test)]
mod tests {
    use super::fits;

    #[test]
    fn all_words_must_stand_in_the_name() {
        assert!(fits("add SHELF", "Add column to shelf"));
        assert!(!fits("add bin", "Add column to shelf"));
        assert!(fits("", "anything"));
    }
}
