use crate::config::RuleLevel;
use crate::operation::{Operation, TableAction, Validity};
use crate::rules::Statement;
use crate::rules::{Check, Class, Context, Draft, FixKind, Rule};
use crate::schema::ObjectName;

/// Two statements read one table from end to end.
pub const RULE: Rule = Rule {
    id: "merge-alter-table",
    class: Class::Style,
    level: RuleLevel::Off,
    title: "Two statements read one table from end to end",
    summary: "Several ALTER TABLE that scan or rewrite one table can share one pass.",
    checklist: &[],
    fix: FixKind::None,
    page: page!("merge-alter-table.md"),
    check: Check::Migration(check),
};

fn check(cx: &Context<'_>) -> Vec<Draft> {
    let mut seen: Vec<(ObjectName, Statement<'_>)> = Vec::new();
    let mut found = Vec::new();
    for statement in cx
        .up()
        .filter(|statement| reads_all(statement) && cx.in_transaction(statement))
    {
        let Operation::AlterTable(alter) = statement.operation else {
            continue;
        };
        let table = statement.resolve(&alter.name);
        if cx.is_new(&statement, &table) {
            continue;
        }
        if let Some((_, first)) = seen.iter().find(|(other, _)| *other == table) {
            let message =
                format!("{table} is read from end to end a second time in one transaction.");
            let help =
                "Put both actions into one ALTER TABLE, separated by commas: they share the pass.";
            found.push(
                statement
                    .say(message)
                    .help(help)
                    .about(&table)
                    .related(first.place(), "the first time"),
            );
        } else {
            seen.push((table, statement));
        }
    }
    found
}

/// Whether it scans or rewrites and merging would spoil no proof: what drops or validates a NOT NULL's helping check is kept
/// apart from it.
fn reads_all(statement: &Statement<'_>) -> bool {
    let delicate = |action: &TableAction| match action {
        TableAction::DropConstraint { .. } | TableAction::ValidateConstraint { .. } => true,
        TableAction::AddConstraint(constraint) => constraint.validity != Validity::Valid,
        _ => false,
    };
    let effects = &statement.outcome.effects;
    !statement.table_actions().iter().any(delicate)
        && (!effects.rewrites.is_empty() || !effects.scans.is_empty())
}
