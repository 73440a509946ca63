use super::seen;
use crate::config::RuleLevel;
use crate::operation::{ConstraintKind, Operation, TableAction};
use crate::rules::fails::add_required_column::demands_a_value;
use crate::rules::{Check, Class, Context, Draft, FixKind, Rule, Statement};

/// A primary key that builds its index under the strongest lock.
pub const RULE: Rule = Rule {
    id: "add-primary-key-builds-index",
    class: Class::Blocks,
    level: RuleLevel::Warning,
    title: "A primary key builds its index under the strongest lock",
    summary: "ADD PRIMARY KEY builds an index with ACCESS EXCLUSIVE held: on a table in use nobody reads or writes meanwhile.",
    checklist: &[10],
    fix: FixKind::None,
    page: page!("add-primary-key-builds-index.md"),
    check: Check::Migration(check),
};

fn check(cx: &Context<'_>) -> Vec<Draft> {
    let added = seen::added_constraints(cx).into_iter();
    let at_columns = seen::constraints_of_new_columns(cx);
    let builds = added
        .chain(at_columns)
        .filter(|(action, constraint)| match &constraint.kind {
            ConstraintKind::PrimaryKey(key) => {
                key.using_index.is_none() && !only_when_empty(&action.statement, &key.columns)
            }
            _ => false,
        });
    let filled = builds.filter(|(action, _)| !cx.is_emptied(&action.statement, &action.table));
    let finding = filled.map(|(action, constraint)| {
        let (name, table) = (seen::name_of(constraint), &action.table);
        let message = format!("The index of {name} is built from all rows of {table} while readers and writers wait.");
        let help = "Build a unique index CONCURRENTLY first; then ADD CONSTRAINT … PRIMARY KEY USING INDEX takes a moment.";
        seen::say_of(&action.statement, constraint, message).help(help).about(table)
    });
    finding.collect()
}

/// Whether the same statement adds one of these columns in a way that only an empty table takes.
fn only_when_empty(statement: &Statement<'_>, columns: &[String]) -> bool {
    let Operation::AlterTable(alter) = statement.operation else {
        return false;
    };
    alter.actions.iter().any(|action| match action {
        TableAction::AddColumn { column, .. } => {
            columns.contains(&column.name) && demands_a_value(column)
        }
        _ => false,
    })
}
