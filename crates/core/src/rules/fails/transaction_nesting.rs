use crate::config::RuleLevel;
use crate::migration::{Direction, TransactionMode};
use crate::operation::{Operation, TransactionControl};
use crate::project::Convention;
use crate::rules::{Check, Class, Context, Draft, FixKind, Rule, Statement};

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
    page: page!("transaction-nesting.md"),
    check: Check::Migration(check),
};

fn check(cx: &Context<'_>) -> Vec<Draft> {
    if !is_managed(cx) {
        return unpaired(cx);
    }
    cx.both()
        .filter_map(|statement| {
            let Operation::Transaction(control) = statement.operation else {
                return None;
            };
            if statement.is_nested() {
                return in_block(cx, &statement);
            }
            let (what, consequence) = match control {
                // After a COMMIT, which is told, it gives the tool back a transaction to end.
                TransactionControl::Begin if !cx.in_open_transaction(&statement) => return None,
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
                cx.convention()
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

/// `COMMIT` in a block is a batch's end where no transaction is open around the block, and refused where one is.
fn in_block(cx: &Context<'_>, statement: &Statement<'_>) -> Option<Draft> {
    if !cx.in_open_transaction(statement) {
        return None;
    }
    let draft = statement.say(
        "A block that commits cannot run inside a transaction: PostgreSQL refuses it (\u{201c}invalid transaction termination\u{201d}).",
    );
    Some(draft.help("Run the block outside of a transaction: in an autocommit_block(), or in a file that the tool does not wrap."))
}

/// Where nobody else opens a transaction: `BEGIN` inside one, `COMMIT` and `ROLLBACK` outside of any.
fn unpaired(cx: &Context<'_>) -> Vec<Draft> {
    let alone =
        cx.convention() == Convention::SingleSql || cx.transaction_mode() == TransactionMode::None;
    let mut found = Vec::new();
    let mut open = (Direction::Up, false);
    for statement in cx
        .both()
        .filter(|statement| alone && !statement.is_nested())
    {
        if open.0 != statement.direction {
            open = (statement.direction, false);
        }
        let Operation::Transaction(control) = statement.operation else {
            continue;
        };
        let told = match (control, open.1) {
            (TransactionControl::Begin, true) => Some(
                "BEGIN inside a transaction: PostgreSQL only warns, and the next COMMIT ends all of it.",
            ),
            (TransactionControl::Commit | TransactionControl::Rollback, false) => Some(
                "No transaction is open here: PostgreSQL only warns, and each statement before was final by itself.",
            ),
            _ => None,
        };
        match control {
            TransactionControl::Begin => open.1 = true,
            TransactionControl::Commit | TransactionControl::Rollback => open.1 = false,
            _ => {}
        }
        let draft = told.map(|told| statement.say(told).level(RuleLevel::Warning));
        found.extend(
            draft.map(|draft| draft.help("Pair BEGIN and COMMIT, one transaction at a time.")),
        );
    }
    found
}

/// Whether the tool opens a transaction around this migration by itself.
pub(super) fn is_managed(cx: &Context<'_>) -> bool {
    let said = cx.config().transaction.is_some();
    let wraps = said
        || matches!(
            cx.convention(),
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
