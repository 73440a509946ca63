use crate::config::RuleLevel;
use crate::operation::{Expression, Operation, TableAction};
use crate::rules::{Check, Class, Context, Draft, FixKind, Rule, Statement};
use crate::schema::{ObjectName, Table};

/// ALTER TABLE after DML on a table with a deferred constraint.
pub const RULE: Rule = Rule {
    id: "pending-trigger-events",
    class: Class::Fails,
    level: RuleLevel::Error,
    title: "ALTER TABLE while deferred checks are pending",
    summary: "Rows of a table with a deferred constraint were changed, and the table is \
        altered in the same transaction.",
    checklist: &[7],
    fix: FixKind::None,
    page: page!("pending-trigger-events.md"),
    check: Check::Migration(check),
};

fn check(cx: &Context<'_>) -> Vec<Draft> {
    let altered = cx.up().filter_map(|statement| match statement.operation {
        Operation::AlterTable(alter) if !alter.actions.iter().all(is_harmless) => {
            Some((statement, "ALTER TABLE", statement.resolve(&alter.name)))
        }
        Operation::DropTable(drop) => drop
            .names
            .first()
            .map(|name| (statement, "DROP TABLE", statement.resolve(name))),
        _ => None,
    });
    altered
        .filter_map(|(statement, what, table)| {
            let pending = pending(cx, &statement, &table)?;
            let message = format!(
                "{table} has rows whose deferred constraints are checked only at commit; \
                {what} in the same transaction fails with \u{201c}pending trigger \
                events\u{201d}."
            );
            let draft = statement
                .say(message)
                .about(&table)
                .related(pending.place(), "rows change here");
            Some(draft.help(
                "Write SET CONSTRAINTS ALL IMMEDIATE between the two, or commit between \
                them.",
            ))
        })
        .collect()
}

/// The last change of rows whose deferred checks still wait at this statement.
fn pending<'a>(
    cx: &Context<'a>,
    statement: &Statement<'a>,
    table: &ObjectName,
) -> Option<Statement<'a>> {
    let mut waiting = None;
    for other in cx
        .earlier(statement)
        .filter(|other| cx.same_transaction(other, statement))
    {
        let (changed, columns) = match other.operation {
            Operation::Insert(insert) => (&insert.table, None),
            Operation::Update(update) => (&update.table, Some(&update.assignments)),
            Operation::SetConstraints(set) if !set.deferred => {
                waiting = None;
                continue;
            }
            _ => continue,
        };
        if other.resolve(changed) == *table
            && other
                .before()
                .tables
                .get(table)
                .is_some_and(|known| defers(known, columns))
        {
            waiting = Some(other);
        }
    }
    waiting
}

/// Whether a change is checked at commit: of any column, or of those that are assigned. A key whose columns stay as they are
/// is not checked again.
fn defers(table: &Table, assigned: Option<&Vec<(String, Expression)>>) -> bool {
    let changes = |columns: &[String]| {
        assigned.is_none_or(|assigned| assigned.iter().any(|(name, _)| columns.contains(name)))
    };
    let mut keys = table.foreign_keys.iter();
    let mut triggers = table.triggers.iter();
    keys.any(|key| key.initially_deferred && changes(&key.columns))
        || triggers.any(|trigger| trigger.constraint && trigger.initially_deferred)
}

/// Actions that do not care about pending events.
fn is_harmless(action: &TableAction) -> bool {
    matches!(
        action,
        TableAction::Owner(_) | TableAction::SetColumnOption { .. } | TableAction::SetOptions(_)
    )
}
