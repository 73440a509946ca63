//! One module for each command.

mod check;
mod diff;
mod effects;
mod export;
mod fix;
mod history;
mod locks_of;
mod plan;
mod reverse;
mod rules;
mod schema;
mod sql;
mod stages;

use std::fs;
use std::path::Path;

use retort_core::config::SIZES_QUERY;
use retort_core::report::UnknownRevision;
use retort_core::review::Review;
use serde::Serialize;
use serde_json::Value;

use crate::arguments::{Arguments, Command};
use crate::input;
use crate::output::{Failure, Outcome};

/// Carries out what was asked for.
pub fn run(arguments: &Arguments) -> Result<Outcome, Failure> {
    match &arguments.command {
        Command::Check(check) => check::run(check),
        Command::Schema(schema) => schema::run(schema),
        Command::Sql(sql) => sql::run(sql),
        Command::Effects(effects) => effects::run(effects),
        Command::LocksOf(locks_of) => locks_of::run(locks_of),
        Command::Diff(diff) => diff::run(diff),
        Command::Reverse(reverse) => reverse::run(reverse),
        Command::Export(export) => export::run(export),
        Command::Fix(fix) => fix::run(fix),
        Command::Plan(plan) => plan::run(plan),
        Command::Stages(stages) => stages::run(stages),
        Command::History(history) => history::run(history),
        Command::Heads(history) => history::heads(history),
        Command::Rules(rules) => rules::run(rules),
        Command::Sizes => Ok(Outcome::fine(SIZES_QUERY)),
    }
}

/// JSON for people and programs alike.
fn pretty(value: &impl Serialize) -> Result<String, Failure> {
    serde_json::to_string_pretty(value).map_err(|error| {
        Failure::new(
            format!("the result cannot be written as JSON: {error}"),
            "please report this as a defect",
        )
    })
}

/// Writes each value into `NNNN.json` of a folder, which is made if it is not there.
fn write_each(
    folder: &Path,
    values: impl Iterator<Item = (Value, usize)>,
) -> Result<Outcome, Failure> {
    let cannot = |error: std::io::Error| {
        Failure::new(
            format!("{} cannot be written: {error}", input::shown(folder)),
            "name a folder that may be written to",
        )
    };
    fs::create_dir_all(folder).map_err(cannot)?;
    for (value, number) in values {
        let file = folder.join(format!("{number:04}.json"));
        fs::write(file, value.to_string()).map_err(cannot)?;
    }
    Ok(Outcome::fine(""))
}

/// A revision that a person named is not there.
fn unknown_revision(review: &Review, unknown: &UnknownRevision) -> Failure {
    let mut ids = review
        .timeline
        .iter()
        .rev()
        .filter_map(|state| review.migration(state.migration))
        .map(|migration| migration.header.revision.as_str());
    let help = match ids.next() {
        None => "no file among those given holds a migration".to_owned(),
        Some(last) => format!("`retort history` lists all revisions; the last one is {last}"),
    };
    Failure::new(unknown.to_string(), help)
}
