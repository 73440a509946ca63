use crate::config::RuleLevel;
use crate::migration::TransactionMode;
use crate::operation::{Operation, TransactionControl};
use crate::project::Convention;
use crate::rules::{Check, Class, Context, Draft, FixKind, Rule};

/// Transaction control inside a transaction that the tool manages.
pub const RULE: Rule = Rule {
    id: "transaction-nesting",
    class: Class::Fails,
    level: RuleLevel::Warning,
    title: "A migration begins or ends a transaction that is not its own",
    summary: "The tool wraps the migration in a transaction; BEGIN and COMMIT inside it break \
        that.",
    checklist: &[7],
    fix: FixKind::None,
    page: include_str!("transaction-nesting.md"),
    check: Check::Migration(check),
};

fn check(cx: &Context<'_>) -> Vec<Draft> {
    if !is_managed(cx) {
        return Vec::new();
    }
    cx.both()
        .filter_map(|statement| {
            let Operation::Transaction(control) = statement.operation else {
                return None;
            };
            let (what, consequence) = match control {
                TransactionControl::Begin => (
                    "BEGIN",
                    "PostgreSQL only warns, and the next COMMIT ends the tool's \
                    transaction",
                ),
                TransactionControl::Commit => (
                    "COMMIT",
                    "what follows runs without a transaction, and if it fails the \
                    version is not recorded while half of the work stays",
                ),
                TransactionControl::Rollback => (
                    "ROLLBACK",
                    "what ran before is undone, and the version may be recorded all the \
                    same",
                ),
                _ => return None,
            };
            let draft = statement.say(format!(
                "{what} inside the transaction of {}: {consequence}.",
                cx.review().project.convention
            ));
            let help = if cx.is_alembic() {
                "Remove it; for statements that need no transaction use autocommit_block()."
            } else {
                "Remove it, or tell the tool to run this file without a transaction."
            };
            Some(draft.help(help))
        })
        .collect()
}

/// Whether the tool opens a transaction around this migration by itself.
fn is_managed(cx: &Context<'_>) -> bool {
    let wraps = matches!(
        cx.review().project.convention,
        Convention::Alembic
            | Convention::Sqlx
            | Convention::Diesel
            | Convention::Dbmate
            | Convention::Goose
            | Convention::Flyway
            | Convention::SqlMigrate
            | Convention::Liquibase
    );
    wraps && cx.transaction_mode() != TransactionMode::None
}
