use crate::config::RuleLevel;
use crate::operation::{Expression, Operation};
use crate::rules::expression;
use crate::rules::{Check, Class, Context, Draft, FixKind, Rule, Statement};
use crate::schema::ObjectName;

/// An UPDATE or DELETE of many rows at once.
pub const RULE: Rule = Rule {
    id: "large-update",
    class: Class::House,
    level: RuleLevel::Info,
    title: "Many rows change in one statement",
    summary: "One statement that changes many rows holds them all locked and is undone as a \
        whole if it fails.",
    checklist: &[10],
    fix: FixKind::None,
    page: page!("large-update.md"),
    check: Check::Migration(check),
};

fn check(cx: &Context<'_>) -> Vec<Draft> {
    cx.up()
        .filter_map(|statement| {
            let (verb, table, predicate, batched) = match statement.operation {
                Operation::Update(update) => (
                    "UPDATE",
                    &update.table,
                    update.predicate.as_ref(),
                    update.batched,
                ),
                Operation::Delete(delete) => (
                    "DELETE",
                    &delete.table,
                    delete.predicate.as_ref(),
                    delete.batched,
                ),
                _ => return None,
            };
            let table = statement.resolve(table);
            // PostgreSQL's own catalogs are small.
            let is_catalog =
                table.name.starts_with("pg_") && !statement.before().tables.contains_key(&table);
            if batched
                || is_catalog
                || cx.has_one_row(&statement, &table)
                || cx.is_new(&statement, &table)
                || predicate
                    .is_some_and(|predicate| names_single_rows(&statement, &table, predicate))
            {
                return None;
            }
            let rows = cx.size(&table).and_then(|size| size.rows);
            let (level, size) = match rows {
                Some(rows) if rows < SMALL => return None,
                Some(rows) if rows >= LARGE => (RuleLevel::Warning, format!("of {rows} rows")),
                // That it changes every row is told by a rule of its own, which has more to say than this.
                _ if predicate.is_none_or(expression::is_always_true)
                    && !fills_new_columns(cx, &statement, &table) =>
                {
                    return None;
                }
                _ => (RuleLevel::Info, "whose size is not known here".to_owned()),
            };
            let draft = statement.say(format!(
                "One {verb} on {table}, {size}: all rows it changes stay locked \
                    until the end, and a failure undoes all of it."
            ));
            let help = "If it is many rows, change some thousands at a time in a migration of \
                their own, each batch committed by itself.";
            Some(draft.help(help).about(&table).level(level))
        })
        .collect()
}

/// Below this many rows a single statement is quick.
const SMALL: u64 = 100_000;

/// From this many rows on it is a matter of minutes.
const LARGE: u64 = 1_000_000;

/// Whether an `UPDATE` gives columns their values that the same migration adds.
fn fills_new_columns<'a>(cx: &Context<'a>, statement: &Statement<'a>, table: &ObjectName) -> bool {
    let Operation::Update(update) = statement.operation else {
        return false;
    };
    let mut columns = update.assignments.iter().map(|(name, _)| name);
    columns.all(|column| cx.added_here(statement, table, column))
}

/// Whether a predicate compares a key with given values.
fn names_single_rows(
    statement: &Statement<'_>,
    table: &ObjectName,
    predicate: &Expression,
) -> bool {
    let known = statement.before().tables.get(table);
    let equated = expression::equated_columns(predicate);
    let is_key = |columns: &[String]| {
        !columns.is_empty() && columns.iter().all(|column| equated.contains(column))
    };
    let keys = known
        .into_iter()
        .flat_map(|table| table.primary_key.iter().chain(&table.unique_constraints));
    keys.into_iter().any(|key| is_key(&key.columns)) || equated.iter().any(|column| column == "id")
}
