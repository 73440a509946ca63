use crate::config::RuleLevel;
use crate::operation::{MaintenanceKind, Operation, TableAction};
use crate::rules::{Check, Class, Context, Draft, FixKind, Rule};

/// A column loses its statistics.
pub const RULE: Rule = Rule {
    id: "alter-type-loses-stats",
    class: Class::Loses,
    level: RuleLevel::Info,
    title: "A column loses its statistics",
    summary: "ALTER COLUMN TYPE removes what the planner knows about the column until the next ANALYZE.",
    checklist: &[],
    fix: FixKind::None,
    page: page!("alter-type-loses-stats.md"),
    check: Check::Migration(check),
};

fn check(cx: &Context<'_>) -> Vec<Draft> {
    let changed = cx
        .table_actions()
        .filter_map(|(statement, table, action)| match action {
            TableAction::SetType { column, .. } => Some((statement, table, column)),
            _ => None,
        });
    let forgotten = changed.filter(|(statement, table, _)| {
        let analyzed = cx.later(statement).any(|later| match later.operation {
            Operation::Maintain(maintenance) => {
                let names = &maintenance.tables;
                maintenance.kind == MaintenanceKind::Analyze
                    && (names.is_empty() || names.iter().any(|name| later.resolve(name) == *table))
            }
            _ => false,
        });
        let loses = !statement.outcome.effects.loses_statistics.is_empty();
        // Only of a table that is said to be large it makes a difference before autovacuum comes by.
        let large = cx
            .size(table)
            .and_then(|size| size.rows)
            .is_some_and(|rows| rows >= ENOUGH);
        loses && large && !analyzed && !statement.fails() && !cx.is_new(statement, table)
    });
    forgotten
        .map(|(statement, table, column)| {
            let message = format!("The statistics of {table}.{column} are gone until the next ANALYZE: plans may turn bad at once.");
            statement.say(message).help(format!("ANALYZE {table} ({column}) at the end of the migration.")).about(format!("{table}.{column}"))
        })
        .collect()
}

/// From how many rows on a bad plan hurts.
const ENOUGH: u64 = 100_000;
