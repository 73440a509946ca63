//! One migration in the form of each tool that reads plain SQL.

use retort_report::ExportedFile;

use super::{down_sql, file, file_name, up_sql};
use crate::migration::{Isolation, Migration};
use crate::review::{RevisionState, Run};
use crate::sql;

/// `NNN.up.sql` and `NNN.down.sql`, a folder for diesel, single files for dbmate and goose.
pub(super) fn all(
    migration: &Migration,
    state: &RevisionState,
    number: usize,
    slug: &str,
) -> Vec<ExportedFile> {
    let stem = format!("{number:04}_{slug}");
    let (up, down) = (up_sql(&state.up), down_sql(state));
    let outside = runs_outside_transactions(&state.up);
    let mut files = vec![
        file(format!("sql/{stem}.up.sql"), up.clone()),
        file(format!("sql/{stem}.down.sql"), down.clone()),
        file(format!("dbmate/{stem}.sql"), dbmate(&up, &down, outside)),
        file(
            format!("goose/{number:05}_{slug}.sql"),
            goose(&up, &down, outside),
        ),
    ];
    let folder = format!("diesel/{}_{slug}", diesel_version(migration, number));
    files.push(file(format!("{folder}/up.sql"), up));
    files.push(file(format!("{folder}/down.sql"), down));
    if outside {
        files.push(file(
            format!("{folder}/metadata.toml"),
            "run_in_transaction = false\n".to_owned(),
        ));
    }
    files
}

fn runs_outside_transactions(run: &Run) -> bool {
    run.steps.iter().any(|outcome| {
        outcome.step.isolation == Isolation::Autocommit
            || outcome.effects.refuses_transaction.is_some()
    })
}

/// Diesel orders folders by what stands before the first underscore.
fn diesel_version(migration: &Migration, number: usize) -> String {
    let id = file_name(&migration.header.revision);
    let digits = id.chars().filter(char::is_ascii_digit).count();
    if digits == id.len() && digits >= 4 {
        id
    } else {
        format!("{number:04}")
    }
}

fn dbmate(up: &str, down: &str, outside: bool) -> String {
    let option = if outside { " transaction:false" } else { "" };
    format!("-- migrate:up{option}\n{up}\n-- migrate:down{option}\n{down}")
}

fn goose(up: &str, down: &str, outside: bool) -> String {
    let head = if outside {
        "-- +goose NO TRANSACTION\n"
    } else {
        ""
    };
    format!(
        "{head}-- +goose Up\n{}\n-- +goose Down\n{}",
        marked(up),
        marked(down)
    )
}

/// Goose splits at semicolons; a statement that holds one is marked.
fn marked(script: &str) -> String {
    let mut out = String::with_capacity(script.len());
    let mut written = 0;
    for statement in sql::read(script) {
        let (start, end) = (statement.span.start as usize, statement.span.end as usize);
        let text = statement.span.slice(script);
        if !text.trim_end().trim_end_matches(';').contains(';') {
            continue;
        }
        let rest = script.get(end..).unwrap_or_default();
        let semicolon = rest.trim_start().starts_with(';');
        let end = if semicolon && !text.trim_end().ends_with(';') {
            end + rest.find(';').map_or(0, |at| at + 1)
        } else {
            end
        };
        out.push_str(script.get(written..start).unwrap_or_default());
        out.push_str("-- +goose StatementBegin\n");
        out.push_str(script.get(start..end).unwrap_or_default());
        out.push_str("\n-- +goose StatementEnd");
        written = end;
    }
    out.push_str(script.get(written..).unwrap_or_default());
    out
}
