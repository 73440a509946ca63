use crate::config::RuleLevel;
use crate::operation::{Operation, TableAction};
use crate::rules::{Check, Class, Context, Draft, FixKind, Rule, Statement};

/// A table moves to another schema.
pub const RULE: Rule = Rule {
    id: "set-schema",
    class: Class::Loses,
    level: RuleLevel::Warning,
    title: "A table moves to another schema",
    summary: "Running code that finds the table by its old schema, or by the search path, fails from that commit on.",
    checklist: &[],
    fix: FixKind::None,
    page: page!("set-schema.md"),
    check: Check::Migration(check),
};

fn check(cx: &Context<'_>) -> Vec<Draft> {
    let moved = cx
        .table_actions()
        .filter_map(|(statement, table, action)| match action {
            TableAction::SetSchema { schema } => Some((statement, table, schema)),
            _ => None,
        });
    let used = moved.filter(|(statement, table, schema)| {
        table.schema != **schema && !statement.fails() && !cx.is_new(statement, table)
    });
    let drafts = used.map(|(statement, table, schema)| {
        let message = format!("{table} moves to {schema}: instances of the old code that still run do not find it.");
        let help = format!("Create a view of the old name over {schema}.{} in the same transaction and drop it a release later.", table.name);
        statement.say(message).help(help).about(table)
    });
    drafts.chain(cx.up().filter_map(renamed)).collect()
}

/// A schema of another name: everything in it moves.
fn renamed(statement: Statement<'_>) -> Option<Draft> {
    let Operation::RenameSchema(rename) = statement.operation else {
        return None;
    };
    let message = format!(
        "Everything in {} moves to {}: instances of the old code that still run do not find it.",
        rename.name, rename.to
    );
    let help = format!(
        "Deploy code whose search_path names both schemas first, then rename {}.",
        rename.name
    );
    (!statement.fails()).then(|| statement.say(message).help(help).about(&rename.name))
}
