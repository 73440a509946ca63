use crate::config::RuleLevel;
use crate::operation::{ConstraintKind, TableAction};
use crate::rules::{Check, Class, Context, Draft, FixKind, Rule};

/// A primary key is dropped.
pub const RULE: Rule = Rule {
    id: "drop-primary-key",
    class: Class::Loses,
    level: RuleLevel::Warning,
    title: "A primary key is dropped",
    summary: "Without a primary key rows can double, and logical replication refuses to change them.",
    checklist: &[],
    fix: FixKind::None,
    page: page!("drop-primary-key.md"),
    check: Check::Migration(check),
};

fn check(cx: &Context<'_>) -> Vec<Draft> {
    let dropped = cx
        .table_actions()
        .filter_map(|(statement, table, action)| match action {
            TableAction::DropConstraint { name, .. } => {
                let key = statement
                    .before()
                    .tables
                    .get(&table)?
                    .primary_key
                    .as_ref()?;
                (key.name == *name).then_some((statement, table))
            }
            _ => None,
        });
    let gone = dropped.filter(|(statement, table)| {
        let again = |action: &TableAction| match action {
            TableAction::AddConstraint(constraint) => {
                matches!(constraint.kind, ConstraintKind::PrimaryKey(_))
            }
            TableAction::ReplicaIdentity(_) => true,
            _ => false,
        };
        let back = cx
            .table_actions()
            .any(|(_, other, action)| other == *table && again(action));
        let kept = cx
            .now(statement, table)
            .is_some_and(|table| table.primary_key.is_none());
        // The table was put aside, and another has its name.
        let aside = cx.now(statement, table).is_some_and(|now| {
            now.object_name() != *table && cx.after().tables.contains_key(table)
        });
        kept && !aside && !back && !statement.fails() && !cx.is_new(statement, table)
    });
    gone.map(|(statement, table)| {
        let message = format!("{table} is left without a primary key: rows can double, and publications refuse its UPDATE and DELETE.");
        let help = "Add the new key in the same migration, or set REPLICA IDENTITY first.";
        statement.say(message).help(help).about(table)
    })
    .collect()
}
