use crate::config::RuleLevel;
use crate::rules::{Check, Class, Context, Draft, FixKind, Rule};

/// A table has no comment.
pub const RULE: Rule = Rule {
    id: "require-comment",
    class: Class::Style,
    level: RuleLevel::Off,
    title: "A table has no comment",
    summary: "A table without a comment leaves its meaning to guessing.",
    checklist: &[],
    fix: FixKind::None,
    page: page!("require-comment.md"),
    check: Check::Migration(check),
};

fn check(cx: &Context<'_>) -> Vec<Draft> {
    let creations = cx.created_tables().into_iter();
    let without = creations
        .filter(|creation| !cx.holds_in_the_end(creation.table, |table| table.comment.is_some()));
    without
        .map(|creation| {
            let name = creation.name();
            let message = format!(
                "{name} has no comment: whoever meets it in production has to guess what a row is."
            );
            creation
                .statement
                .say(message)
                .help("COMMENT ON TABLE … IS '…' (comment= in Alembic).")
                .about(name)
        })
        .collect()
}
