use crate::config::RuleLevel;
use crate::fix;
use crate::operation::{DetachMode, Operation, TableAction};
use crate::rules::{Check, Class, Context, Draft, FixKind, Rule, Statement};

/// `CONCURRENTLY` in a transaction block.
pub const RULE: Rule = Rule {
    id: "concurrently-in-transaction",
    class: Class::Fails,
    level: RuleLevel::Error,
    title: "CONCURRENTLY inside a transaction",
    summary: "CREATE INDEX, DROP INDEX, REINDEX and DETACH PARTITION with CONCURRENTLY cannot \
        run inside a transaction.",
    checklist: &[7],
    fix: FixKind::Edit,
    page: include_str!("concurrently-in-transaction.md"),
    check: Check::Migration(check),
};

fn check(cx: &Context<'_>) -> Vec<Draft> {
    cx.both()
        .filter_map(|statement| {
            let what = concurrent(&statement)?;
            if !cx.in_transaction(&statement) {
                return None;
            }
            let draft = statement.say(format!(
                "{what} CONCURRENTLY cannot run inside a transaction, and this migration \
                runs in one: PostgreSQL refuses it."
            ));
            let help = if cx.is_alembic() {
                "Put it into `with op.get_context().autocommit_block():`."
            } else {
                "Put it into a migration of its own that the tool runs without a transaction."
            };
            Some(draft.help(help).fix(fix::autocommit_block(cx, &statement)))
        })
        .collect()
}

/// What is done concurrently, if it is.
fn concurrent(statement: &Statement<'_>) -> Option<&'static str> {
    match statement.operation {
        Operation::CreateIndex(index) => index.concurrently.then_some("CREATE INDEX"),
        Operation::DropIndex(index) => index.concurrently.then_some("DROP INDEX"),
        Operation::Reindex(reindex) => reindex.concurrently.then_some("REINDEX"),
        Operation::AlterTable(_) => {
            let detaches = |action: &TableAction| {
                matches!(
                    action,
                    TableAction::DetachPartition {
                        mode: DetachMode::Concurrently,
                        ..
                    }
                )
            };
            statement
                .table_actions()
                .iter()
                .any(detaches)
                .then_some("DETACH PARTITION")
        }
        _ => None,
    }
}
