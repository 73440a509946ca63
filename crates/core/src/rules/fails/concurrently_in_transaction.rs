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
    page: page!("concurrently-in-transaction.md"),
    check: Check::Migration(check),
};

fn check(cx: &Context<'_>) -> Vec<Draft> {
    cx.both()
        .filter_map(|statement| {
            let what = concurrent(&statement)?;
            if !cx.in_transaction(&statement) {
                return sent_with_others(cx, &statement, what);
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

/// Several statements in one string are one query, and so one transaction, also where none was begun.
fn sent_with_others(cx: &Context<'_>, statement: &Statement<'_>, what: &str) -> Option<Draft> {
    let place = statement.place();
    let shared = cx.both().any(|other| {
        other.direction == statement.direction
            && other.index != statement.index
            && other.place() == place
    });
    let source = cx.review().source(place.file)?.file.text.as_ref();
    if !cx.is_alembic() || !shared || !holds_several(place.span.slice(source)) {
        return None;
    }
    let draft = statement.say(format!(
        "{what} CONCURRENTLY is sent in one string with other statements: PostgreSQL runs such a string as one transaction, and refuses it."
    ));
    Some(draft.help("Give each statement an op.execute() of its own."))
}

/// Whether something other than the end of the string comes after a semicolon: a loop's body has none there.
fn holds_several(source: &str) -> bool {
    source.split(';').skip(1).any(|rest| {
        let rest = rest.trim_start_matches(|c: char| c.is_whitespace() || "'\"\\".contains(c));
        rest.starts_with(|c: char| c.is_ascii_alphabetic())
    })
}
