//! How long a migration takes: from the work of its statements and the sizes of the tables.
//!
//! The rates are orders of magnitude, from a busy small server with wide rows to an idle large one with narrow rows, so an
//! estimate is a wide range too: it tells seconds from minutes from hours, and no more is claimed.

use std::fmt;

use retort_report::Because;

use super::points::located;
use super::{Board, Verdict, reason};
use crate::migration::Direction;
use crate::operation::Operation;
use crate::rules::{Context, Statement};
use crate::schema::ObjectName;

/// The house's limit in seconds.
const LIMIT: f64 = 300.0;

/// Rows a second: from, to.
struct Rate(f64, f64);

const SCAN: Rate = Rate(500_000.0, 5_000_000.0);
const BUILD: Rate = Rate(150_000.0, 1_500_000.0);
const REWRITE: Rate = Rate(80_000.0, 800_000.0);
const CHANGE: Rate = Rate(15_000.0, 150_000.0);

/// Seconds: from, to.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Seconds {
    pub(crate) least: f64,
    pub(crate) most: f64,
}

impl Seconds {
    fn of(rows: u64, rate: &Rate) -> Self {
        Self {
            least: rows as f64 / rate.1,
            most: rows as f64 / rate.0,
        }
    }

    pub(crate) fn plus(self, other: Self) -> Self {
        Self {
            least: self.least + other.least,
            most: self.most + other.most,
        }
    }
}

impl fmt::Display for Seconds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} to {}", words(self.least), words(self.most))
    }
}

/// A number of seconds as a person says it.
pub(crate) fn words(seconds: f64) -> String {
    if seconds < 1.0 {
        "under a second".to_owned()
    } else if seconds < 120.0 {
        format!("{} s", seconds.round())
    } else if seconds < 7200.0 {
        format!("{} min", (seconds / 60.0).round())
    } else {
        format!("{} h", (seconds / 3600.0).round())
    }
}

/// A statement's work that grows with a table.
pub(crate) struct Growing<'a> {
    pub(crate) statement: Statement<'a>,
    /// In words: "Builds index orchard_row on orchard".
    pub(crate) what: String,
    /// None where the table's size is not known.
    pub(crate) seconds: Option<Seconds>,
}

impl fmt::Display for Growing<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.seconds {
            Some(seconds) => write!(f, "{}, about {seconds}.", self.what),
            None => write!(f, "{}, whose size is not known here.", self.what),
        }
    }
}

/// The point that asks how long it takes.
pub(super) const POINT: u8 = 10;

/// What is known of the time, where the point fails for another reason.
pub(super) fn estimate(board: &Board<'_>) -> Option<Because> {
    let steps = board
        .contexts
        .iter()
        .flat_map(|cx| growing(cx, Direction::Up));
    let (known, unknown): (Vec<_>, Vec<_>) =
        steps.map(|step| step.seconds).partition(Option::is_some);
    let total = known.iter().flatten().copied().reduce(Seconds::plus)?;
    Some(reason(match unknown.len() {
        0 => format!("About {total}, from the sizes in the configuration."),
        1 => format!(
            "About {total}, from the sizes in the configuration, and a step whose table's size is not known here."
        ),
        many => format!(
            "About {total}, from the sizes in the configuration, and {many} steps whose tables' sizes are not known here."
        ),
    }))
}

/// How point ten stands.
pub(super) fn verdict(board: &Board<'_>) -> Verdict {
    let growing: Vec<Growing<'_>> = board
        .contexts
        .iter()
        .flat_map(|cx| growing(cx, Direction::Up))
        .collect();
    if growing.is_empty() {
        return board.holds_if_known("No statement's time grows with a table that is in use.");
    }
    let told = |step: &Growing<'_>| located(board, &step.statement, step.to_string());
    let because: Vec<Because> = growing.iter().map(told).collect();
    let known = growing.iter().filter_map(|step| step.seconds);
    let total = known.fold(Seconds::default(), Seconds::plus);
    let all_known = growing.iter().all(|step| step.seconds.is_some());
    if total.least > LIMIT {
        return Verdict::fails(
            [
                vec![reason(format!("Together at least {}.", words(total.least)))],
                because,
            ]
            .concat(),
        );
    }
    if all_known && total.most <= LIMIT && board.unanalysed() == 0 {
        return Verdict {
            because: [
                vec![reason(format!(
                    "About {total}, from the sizes in the configuration."
                ))],
                because,
            ]
            .concat(),
            ..Verdict::holds("")
        };
    }
    Verdict::asks(
        because,
        "How many rows do these tables have in production, and how long did this \
            take on a copy of them?",
    )
}

/// The work of a migration's half on tables that are in use.
pub(crate) fn growing<'a>(cx: &Context<'a>, direction: Direction) -> Vec<Growing<'a>> {
    let mut found = Vec::new();
    for statement in cx.both().filter(|one| one.direction == direction) {
        let mut add = |what: String, table: &ObjectName, rate: &Rate| {
            let rows = cx.size(table).and_then(|size| size.rows);
            found.push(Growing {
                statement,
                what,
                seconds: rows.map(|rows| Seconds::of(rows, rate)),
            });
        };
        if let Some(table) = changed_rows(&statement).filter(|table| !cx.is_new(&statement, table))
        {
            add(format!("Changes rows of {table}"), &table, &CHANGE);
        }
        if statement.is_nested() {
            continue;
        }
        let effects = &statement.outcome.effects;
        let rewritten: Vec<&ObjectName> =
            effects.rewrites.iter().map(|work| &work.relation).collect();
        for work in effects
            .rewrites
            .iter()
            .filter(|work| !work.invisible && work.cause.grows())
        {
            add(
                format!("Writes {} anew ({})", work.relation, work.why),
                &work.relation,
                &REWRITE,
            );
        }
        for build in effects.index_builds.iter().filter(|build| !build.invisible) {
            let table = ObjectName::new(&build.index.schema, &build.table);
            if !rewritten.contains(&&table) {
                add(
                    format!("Builds index {} on {table}", build.index),
                    &table,
                    &BUILD,
                );
            }
        }
        let built: Vec<&str> = effects
            .index_builds
            .iter()
            .map(|build| build.table.as_str())
            .collect();
        let alone = effects.scans.iter().filter(|work| {
            !work.invisible
                && !rewritten.contains(&&work.relation)
                && !built.contains(&work.relation.name.as_str())
        });
        if changed_rows(&statement).is_none() {
            for work in alone {
                add(
                    format!("Reads all of {} ({})", work.relation, work.why),
                    &work.relation,
                    &SCAN,
                );
            }
        }
    }
    found
}

/// The table whose rows a statement changes, more than a handful.
fn changed_rows(statement: &Statement<'_>) -> Option<ObjectName> {
    match statement.operation {
        Operation::Update(update) => Some(statement.resolve(&update.table)),
        Operation::Delete(delete) => Some(statement.resolve(&delete.table)),
        Operation::Insert(insert) if !insert.reads.is_empty() => {
            insert.reads.first().map(|name| statement.resolve(name))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use retort_report::ChecklistStatus;

    use super::*;
    use crate::config::Config;
    use crate::migration::SourceFile;
    use crate::review::{Input, review};

    /// What is said of the time of a migration, `crate` having so many rows.
    fn point(sizes: &str, sql: &str) -> (ChecklistStatus, Vec<String>) {
        let file = |path: &str, text: &str, history| Input {
            file: SourceFile {
                path: path.into(),
                text: text.into(),
            },
            history,
        };
        let tables = "CREATE TABLE crate (id bigint PRIMARY KEY, label text); CREATE TABLE bench (id bigint PRIMARY KEY, label text);";
        let inputs = vec![
            file("0001_tables.up.sql", tables, true),
            file("0002_example.up.sql", sql, false),
        ];
        let config = Config::from_toml(sizes).unwrap();
        let report = review(inputs, None, config).report();
        let item = report
            .checklist
            .into_iter()
            .find(|item| item.item == POINT)
            .unwrap();
        let because = item.because.into_iter().map(|because| because.text);
        (item.status, because.collect())
    }

    #[test]
    fn the_time_is_told_also_where_a_finding_fails_the_point() {
        let sizes = "[tables.crate]\nrows = 60_000_000\n";
        let rewrite = "ALTER TABLE crate ADD COLUMN made timestamptz DEFAULT clock_timestamp();";
        let (status, because) = point(sizes, rewrite);
        assert_eq!(status, ChecklistStatus::Fails);
        assert_eq!(
            because.first().map(String::as_str),
            Some("About 75 s to 13 min, from the sizes in the configuration.")
        );
        assert!(because.len() > 1, "{because:?}");
        let both = format!("{rewrite} CREATE INDEX bench_label ON bench (label);");
        let (_, because) = point(sizes, &both);
        assert_eq!(
            because.first().map(String::as_str),
            Some(
                "About 75 s to 13 min, from the sizes in the configuration, and a step whose table's size is not known here."
            )
        );
        let (_, because) = point("", rewrite);
        assert!(
            !because.iter().any(|text| text.contains("About")),
            "{because:?}"
        );
    }

    #[test]
    fn an_estimate_is_a_range_in_words() {
        assert_eq!(Seconds::of(60_000_000, &SCAN).to_string(), "12 s to 2 min");
        assert_eq!(
            Seconds::of(100, &SCAN).to_string(),
            "under a second to under a second"
        );
        assert_eq!(
            Seconds::of(3_000_000_000, &CHANGE).to_string(),
            "6 h to 56 h"
        );
    }
}
