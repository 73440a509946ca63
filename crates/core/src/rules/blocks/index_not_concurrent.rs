use super::seen::{self, Runs};
use crate::config::RuleLevel;
use crate::operation::{CreateIndex, Operation};
use crate::rules::{Check, Class, Context, Draft, FixKind, Rule, Statement};

/// An index built while writers wait.
pub const RULE: Rule = Rule {
    id: "index-not-concurrent",
    class: Class::Blocks,
    level: RuleLevel::Info,
    title: "An index is built while writers wait",
    summary: "CREATE INDEX without CONCURRENTLY stops every INSERT, UPDATE and DELETE on the table until the transaction ends.",
    checklist: &[10],
    fix: FixKind::None,
    page: page!("index-not-concurrent.md"),
    check: Check::Migration(check),
};

fn check(cx: &Context<'_>) -> Vec<Draft> {
    let runs = Runs::of(cx);
    let finding = |statement: Statement<'_>| {
        let Operation::CreateIndex(create) = statement.operation else {
            return None;
        };
        let table = seen::sees(cx, &statement, &create.table)?;
        if create.concurrently
            || seen::is_partitioned(&statement, &table)
            || exists(&statement, create)
        {
            return None;
        }
        let name = create.name.as_deref().unwrap_or("the index");
        let until = runs.until(&statement);
        let shut = (runs.run(&statement).held(&statement))
            .any(|lock| lock.relation == table && lock.mode.blocks_reads());
        let message = if shut {
            format!(
                "Building {name} reads all of {table}, which an earlier statement of the transaction keeps readers and writers out of: they wait for the build too."
            )
        } else {
            format!(
                "Building {name} reads all of {table}; INSERT, UPDATE and DELETE on it wait {until}."
            )
        };
        let draft = statement
            .say(message)
            .help(seen::concurrently_help(cx))
            .about(&table);
        seen::weigh(cx, &statement, &table, draft)
    };
    seen::statements(cx).filter_map(finding).collect()
}

/// `IF NOT EXISTS`, and it does: nothing is built.
fn exists(statement: &Statement<'_>, create: &CreateIndex) -> bool {
    let found = create
        .name
        .as_deref()
        .and_then(|name| seen::index_of(statement, &create.table, name));
    create.if_not_exists && found.is_some()
}
