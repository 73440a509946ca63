//! What a reviewer takes away: the reviewed files as SQL and as Alembic revisions, and the review itself.

mod forms;
mod repaired;
mod runbook;
#[cfg(test)]
mod tests;

use retort_report::{DiagramScope, ExportRequest, ExportedFile, Report};

use crate::diagram::{self, Theme};
use crate::migration::{Ending, Isolation, Migration};
use crate::operation::Certainty;
use crate::project::Convention;
use crate::report::{Heading, compare_reviewed, markdown, sarif};
use crate::reversal::{self, Language, writing};
use crate::review::{Review, RevisionState, Run};

/// The files of an export, by path. The same review always gives the same files.
pub fn export(review: &Review, report: &Report, request: &ExportRequest) -> Vec<ExportedFile> {
    let mut files = Vec::new();
    let reviewed = review
        .timeline
        .iter()
        .zip(1..)
        .filter(|(state, _)| state.under_review);
    let mut parent: Option<String> = None;
    for (state, number) in reviewed {
        let Some(migration) = review.migration(state.migration) else {
            continue;
        };
        files.extend(forms::all(migration, state, number, &slug(migration)));
        files.push(alembic(review, migration, state, parent.as_deref()));
        parent = Some(migration.header.revision.clone());
    }
    files.extend(repaired::files(review));
    files.push(file(
        "RUNBOOK.md",
        runbook::runbook(review, report, &one_line(&request.name)),
    ));
    let heading = Heading {
        name: request.name.clone(),
        attestations: request.attestations.clone(),
    };
    files.push(file("REVIEW.md", markdown(review, report, &heading)));
    files.push(file("review.sarif", pretty(&sarif(report))));
    files.push(file("review.json", pretty(report)));
    if let Some(compared) = compare_reviewed(review) {
        let picture = diagram::between(
            &compared.before,
            &compared.after,
            &compared.renames,
            DiagramScope::Changed,
        );
        files.push(file("diagram.svg", diagram::svg(&picture, Theme::System)));
    }
    if let Some(signature) = request
        .signature
        .as_deref()
        .filter(|it| !it.trim().is_empty())
    {
        sign(&mut files, &one_line(signature));
    }
    files.sort_by(|one, other| one.path.cmp(&other.path));
    files.dedup_by(|one, other| one.path == other.path);
    files
}

/// Says in a comment line of every file that is a migration who reviewed it.
fn sign(files: &mut [ExportedFile], signature: &str) {
    for file in files {
        let mark = match file.path.rsplit('.').next() {
            Some("sql") => "--",
            Some("py") => "#",
            _ => continue,
        };
        file.text = format!("{mark} {signature}\n{}", file.text);
    }
}

/// As JSON for services and scripts.
fn pretty(value: &impl serde::Serialize) -> String {
    serde_json::to_string_pretty(value).unwrap_or_default() + "\n"
}

fn file(path: impl Into<String>, text: String) -> ExportedFile {
    ExportedFile {
        path: path.into(),
        text,
    }
}

/// The words of the title as a file name: letters, digits and underscores.
fn slug(migration: &Migration) -> String {
    let title = match migration.header.title.trim() {
        "" => migration.header.revision.as_str(),
        title => title,
    };
    let words: Vec<String> = title
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_ascii_lowercase)
        .collect();
    let joined: String = words.join("_").chars().take(60).collect();
    if joined.is_empty() {
        "migration".to_owned()
    } else {
        joined
    }
}

fn up_sql(run: &Run) -> String {
    let mut out = String::new();
    for outcome in &run.steps {
        let step = &outcome.step;
        if step.sql.trim().is_empty() {
            continue;
        }
        if step.isolation == Isolation::Autocommit {
            out.push_str("-- Runs outside a transaction.\n");
        }
        if let Some(condition) = &step.condition {
            out.push_str(&format!("-- Runs only if: {}\n", one_line(condition)));
        } else if step.certainty == Certainty::Repeatedly {
            out.push_str("-- Runs several times.\n");
        }
        out.push_str(&format!(
            "{};\n\n",
            step.sql.trim_end().trim_end_matches(';')
        ));
    }
    if out.is_empty() {
        out.push_str("-- Nothing to do.\n");
    }
    out.trim_end().to_owned() + "\n"
}

/// The project's own downgrade, or one worked out where there is none.
fn down_sql(state: &RevisionState) -> String {
    match &state.down {
        Some(run) if run.ending == Ending::Normal && !run.steps.is_empty() => up_sql(run),
        Some(run) if matches!(run.ending, Ending::Raises(_)) => {
            let said = match &run.ending {
                Ending::Raises(message) => one_line(message),
                Ending::Normal | Ending::Empty => String::new(),
            };
            format!("-- The downgrade raises an error on purpose: {said}\n")
        }
        _ => {
            let reversal = reversal::invert(&state.up.steps);
            let text = reversal::write(&reversal, Language::Sql);
            let text = if text.is_empty() {
                "-- Nothing to do.\n".to_owned()
            } else {
                text
            };
            format!(
                "-- Worked out from the upgrade by Retort; the project has no downgrade.\n{text}"
            )
        }
    }
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The revision as an Alembic script: the project's own, or one that sends the same SQL.
fn alembic(
    review: &Review,
    migration: &Migration,
    state: &RevisionState,
    parent: Option<&str>,
) -> ExportedFile {
    let source = review.source(migration.file);
    if let (Convention::Alembic, Some(source)) = (review.project.convention, source) {
        let name = source
            .file
            .path
            .rsplit('/')
            .next()
            .unwrap_or(&source.file.path);
        return file(format!("alembic/{name}"), source.file.text.to_string());
    }
    let id = &migration.header.revision;
    let title = one_line(&migration.header.title)
        .replace('\\', "\\\\")
        .replace('"', "'");
    let parent_text = parent.map_or_else(|| "None".to_owned(), writing::python_string);
    let downgrade = match &state.down {
        Some(run) if run.ending == Ending::Normal && !run.steps.is_empty() => {
            function("downgrade", run)
        }
        _ => reversal::write(&reversal::invert(&state.up.steps), Language::Alembic),
    };
    let text = format!(
        "\"\"\"{title}\n\nRevision ID: {id}\nRevises: {}\n\"\"\"\n\nfrom alembic import op\n\n\
         revision = {}\ndown_revision = {parent_text}\nbranch_labels = None\ndepends_on = None\n\n\n{}\n\n{downgrade}",
        parent.unwrap_or_default(),
        writing::python_string(id),
        function("upgrade", &state.up),
    );
    file(format!("alembic/{}.py", file_name(id)), text)
}

fn file_name(id: &str) -> String {
    id.chars()
        .map(|c| if c.is_ascii_alphanumeric() { c } else { '_' })
        .collect()
}

fn function(name: &str, run: &Run) -> String {
    let calls: Vec<String> = run
        .steps
        .iter()
        .filter(|outcome| !outcome.step.sql.trim().is_empty())
        .map(|outcome| writing::execute(outcome.step.sql.trim()))
        .collect();
    let body = if calls.is_empty() {
        "pass".to_owned()
    } else {
        calls.join("\n    ")
    };
    format!("def {name}() -> None:\n    {body}\n")
}
