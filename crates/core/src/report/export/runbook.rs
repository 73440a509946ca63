//! The deployment, step by step, with the real revision ids.

use std::collections::BTreeSet;

use retort_report::Report;

use crate::migration::{Direction, Migration};
use crate::project::Convention;
use crate::reversal::{self, Grade, Saving, savings};
use crate::review::{Review, RevisionState, round_trip};

/// What a person does to bring the reviewed migrations to production, and back.
pub(super) fn runbook(review: &Review, report: &Report, name: &str) -> String {
    let reviewed: Vec<(&Migration, &RevisionState)> = review
        .timeline
        .iter()
        .filter(|state| state.under_review)
        .filter_map(|state| Some((review.migration(state.migration)?, state.as_ref())))
        .collect();
    let (Some((first, _)), Some((last, _))) = (reviewed.first(), reviewed.last()) else {
        return format!("# Runbook: {name}\n\nNo migration is under review.\n");
    };
    let target = last.header.revision.as_str();
    let start = first.header.parents.first().map(String::as_str);
    let tool = Tool::of(review.project.convention, reviewed.len());
    let lost = destroyed(&reviewed);
    let mut out = format!("# Runbook: {name}\n\n");
    out.push_str(&format!(
        "From `{}` to `{target}`, {}.\n",
        start.unwrap_or("an empty history"),
        match reviewed.len() {
            1 => "one migration".to_owned(),
            many => format!("{many} migrations"),
        }
    ));
    out.push_str("\n## 1. Back up\n\n```sh\npg_dump --format=custom --file=before_");
    out.push_str(&format!("{}.dump \"$DATABASE_URL\"\n```\n", safe(target)));
    if lost.is_empty() {
        out.push_str("\nThe upgrade takes no data away, as far as it was analysed.\n");
    } else {
        out.push_str("\nThe upgrade takes away, and only the backup brings back:\n\n");
        out.extend(lost.iter().map(|line| format!("- {line}\n")));
        out.push_str("\nTry that the backup can be restored before you go on.\n");
    }
    let saved: Vec<Saving> = reviewed
        .iter()
        .flat_map(|(migration, state)| unsaved(migration, state))
        .collect();
    if !saved.is_empty() {
        out.push_str("\nTo have it at hand without restoring the whole backup, copy it aside in the database first (each copy reads its whole table):\n\n");
        out.push_str(&script(saved.iter().map(|own| &own.copy)));
    }
    out.push_str(&format!(
        "\n## 2. Try it in staging\n\nOn a copy of production's data, up, down and up again, with the time taken:\n\n```sh\n{}\n{}\n{}\n```\n",
        tool.up(target),
        tool.down(start),
        tool.up(target)
    ));
    out.push_str(&format!(
        "\n## 3. Upgrade\n\nSet a limit to the time that a statement may wait for its lock, so that it does not hold up everybody behind it:\n\n```sh\nPGOPTIONS=\"-c lock_timeout=5s\" {}\n```\n",
        tool.up(target)
    ));
    out.push_str(&locks(report));
    out.push_str(&verify(review, &reviewed, &tool, target));
    out.push_str("\n## 5. Watch\n\nWho waits for whom while it runs, and how far an index build is:\n\n```sql\nSELECT pid, pg_blocking_pids(pid) AS blocked_by, wait_event_type, left(query, 80) AS query\nFROM pg_stat_activity WHERE cardinality(pg_blocking_pids(pid)) > 0;\nSELECT relid::regclass, phase, blocks_done, blocks_total FROM pg_stat_progress_create_index;\n```\n\nAfterwards watch error rate and the slowest queries for as long as a day's load needs to come by.\n");
    out.push_str(&format!(
        "\n## 6. Roll back\n\nIf it has to go back:\n\n```sh\n{}\n```\n\n",
        tool.down(start)
    ));
    for (migration, state) in reviewed.iter().rev() {
        out.push_str(&format!(
            "- `{}`: {}\n",
            migration.header.revision,
            way_back(review, state)
        ));
    }
    if !saved.is_empty() {
        out.push_str("\nThen bring back what was copied aside:\n\n");
        out.push_str(&script(saved.iter().rev().flat_map(|own| &own.restore)));
    }
    out
}

/// What can be kept aside by hand, unless the migration does that itself.
fn unsaved(migration: &Migration, state: &RevisionState) -> Vec<Saving> {
    let ledger = reversal::ledger(state);
    let copied = |saving: &Saving| {
        let own = ledger
            .iter()
            .filter(|entry| entry.direction == Direction::Up && entry.taken.table == saving.table);
        let mut own = own.peekable();
        own.peek().is_some() && own.all(|entry| entry.copied_at.is_some())
    };
    let all = savings(state, &migration.header.revision).into_iter();
    all.filter(|saving| !copied(saving)).collect()
}

fn script<'a>(statements: impl Iterator<Item = &'a String>) -> String {
    let lines: String = statements
        .map(|statement| format!("{statement};\n"))
        .collect();
    format!("```sql\n{lines}```\n")
}

/// How the project's tool is called.
struct Tool {
    convention: Convention,
    count: usize,
}

impl Tool {
    fn of(convention: Convention, count: usize) -> Self {
        Self { convention, count }
    }

    fn up(&self, target: &str) -> String {
        let count = self.count;
        match self.convention {
            Convention::Alembic => format!("alembic upgrade {target}"),
            Convention::GolangMigrate => {
                format!("migrate -path migrations -database \"$DATABASE_URL\" up {count}")
            }
            Convention::Sqlx => "sqlx migrate run".into(),
            Convention::Popx => "soda migrate".into(),
            Convention::Diesel => "diesel migration run".into(),
            Convention::Dbmate => "dbmate migrate".into(),
            Convention::Goose => {
                format!(
                    "goose postgres \"$DATABASE_URL\" up-to {}",
                    leading_number(target)
                )
            }
            Convention::Flyway => format!("flyway migrate -target={target}"),
            Convention::Prisma => "prisma migrate deploy".into(),
            Convention::SqlMigrate => format!("sql-migrate up -limit={count}"),
            Convention::Liquibase => format!("liquibase update-count --count={count}"),
            Convention::Supabase => "supabase db push".into(),
            Convention::Atlas => format!("atlas migrate apply {count} --url \"$DATABASE_URL\""),
            Convention::SchemaDump | Convention::SingleSql => {
                format!(
                    "psql --set ON_ERROR_STOP=1 --single-transaction --file={target}.up.sql \"$DATABASE_URL\""
                )
            }
        }
    }

    fn down(&self, start: Option<&str>) -> String {
        let count = self.count;
        let again = |command: &str| vec![command; count].join("\n");
        match self.convention {
            Convention::Alembic => format!("alembic downgrade {}", start.unwrap_or("base")),
            Convention::GolangMigrate => {
                format!("migrate -path migrations -database \"$DATABASE_URL\" down {count}")
            }
            Convention::Sqlx => again("sqlx migrate revert"),
            Convention::Popx => format!("soda migrate down --step {count}"),
            Convention::Diesel => format!("diesel migration revert --number {count}"),
            Convention::Dbmate => again("dbmate rollback"),
            Convention::Goose => again("goose postgres \"$DATABASE_URL\" down"),
            Convention::SqlMigrate => format!("sql-migrate down -limit={count}"),
            Convention::Liquibase => format!("liquibase rollback-count --count={count}"),
            Convention::Flyway
            | Convention::Prisma
            | Convention::Supabase
            | Convention::Atlas
            | Convention::SchemaDump
            | Convention::SingleSql => {
                "psql --set ON_ERROR_STOP=1 --single-transaction --file=DOWN.sql \"$DATABASE_URL\"  # the .down.sql files of this archive, last first".into()
            }
        }
    }
}

fn leading_number(id: &str) -> String {
    let digits: String = id.chars().take_while(char::is_ascii_digit).collect();
    if digits.is_empty() {
        id.to_owned()
    } else {
        digits
    }
}

fn safe(id: &str) -> String {
    id.chars()
        .map(|c| if c.is_ascii_alphanumeric() { c } else { '_' })
        .collect()
}

fn destroyed(reviewed: &[(&Migration, &RevisionState)]) -> BTreeSet<String> {
    let steps = reviewed.iter().flat_map(|(_, state)| &state.up.steps);
    steps
        .flat_map(|outcome| outcome.effects.destroys.iter().map(ToString::to_string))
        .collect()
}

fn locks(report: &Report) -> String {
    let mut lines = BTreeSet::new();
    let reviewed = report.revisions.iter().filter(|own| own.under_review);
    for lock in reviewed
        .flat_map(|revision| &revision.up.steps)
        .flat_map(|step| &step.locks)
        .filter(|lock| !lock.invisible && lock.blocks_writes)
    {
        let what = if lock.blocks_reads {
            "reads and writes wait"
        } else {
            "writes wait"
        };
        lines.insert(format!(
            "- `{}`: {} until {}; {what}\n",
            lock.relation, lock.mode, lock.held_until
        ));
    }
    if lines.is_empty() {
        return "\nNo lock that others have to wait for was found.\n".into();
    }
    format!(
        "\nWhile it runs, others wait for:\n\n{}",
        lines.into_iter().collect::<String>()
    )
}

fn verify(
    review: &Review,
    reviewed: &[(&Migration, &RevisionState)],
    tool: &Tool,
    target: &str,
) -> String {
    let mut out = String::from("\n## 4. Verify\n\n");
    if tool.convention == Convention::Alembic {
        let table = match &review.config.alembic.version_table_schema {
            Some(schema) => format!("{schema}.alembic_version"),
            None => "alembic_version".to_owned(),
        };
        out.push_str(&format!(
            "```sql\nSELECT version_num FROM {table};  -- {target}\n```\n\n"
        ));
    }
    let invalid = reviewed.iter().flat_map(|(_, state)| &state.up.steps);
    let concurrent = invalid
        .filter(|outcome| outcome.step.sql.to_uppercase().contains("CONCURRENTLY"))
        .count();
    if concurrent > 0 {
        out.push_str("An index that was built concurrently and failed stays behind as invalid; this must find none:\n\n```sql\nSELECT indexrelid::regclass FROM pg_index WHERE NOT indisvalid;\n```\n\n");
    }
    let unvalidated: BTreeSet<String> = reviewed
        .last()
        .map(|(_, state)| {
            let tables = state.after().tables.values();
            let keys = tables.flat_map(|table| {
                let keys = table.foreign_keys.iter().filter(|key| !key.validated);
                keys.map(|key| format!("- `{}` of `{}`\n", key.name, table.name))
            });
            keys.collect()
        })
        .unwrap_or_default();
    if !unvalidated.is_empty() {
        out.push_str("Foreign keys that are still to be validated:\n\n");
        out.extend(unvalidated);
        out.push('\n');
    }
    out.push_str("Then the application's own checks: sign in, read and write what the changed tables hold.\n");
    out
}

fn way_back(review: &Review, state: &RevisionState) -> String {
    use retort_report::RoundTripVerdict as Verdict;
    let proof = round_trip(state);
    match proof.verdict {
        Verdict::Restores => "its downgrade restores the schema (simulated).".into(),
        Verdict::ColumnOrder => {
            "its downgrade restores the schema but for the order of columns (simulated).".into()
        }
        Verdict::Differs => format!(
            "its downgrade does not restore the schema: {}.",
            proof.differences.join("; ")
        ),
        Verdict::Fails => format!("its downgrade fails: {}.", proof.differences.join("; ")),
        Verdict::Unknown => "whether its downgrade restores the schema is not known.".into(),
        Verdict::Missing => match reversal::of_revision(review, state).grade {
            Grade::Irreversible { why } => {
                format!("there is no way back: {}. Restore the backup.", why.join("; "))
            }
            _ => "it has no downgrade; the .down.sql file of this archive holds one that was worked out.".into(),
        },
    }
}
