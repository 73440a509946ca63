use crate::config::RuleLevel;
use crate::fix;
use crate::rules::fails::failure::{Refusal, refused};
use crate::rules::{Check, Class, Context, Draft, FixKind, Rule};

/// A type that nothing has created.
pub const RULE: Rule = Rule {
    id: "enum-type-not-created",
    class: Class::Fails,
    level: RuleLevel::Error,
    title: "A type is used that nothing creates",
    summary: "A column has a type that does not exist.",
    checklist: &[7],
    fix: FixKind::Edit,
    page: page!("enum-type-not-created.md"),
    check: Check::Migration(check),
};

fn check(cx: &Context<'_>) -> Vec<Draft> {
    let drafts = refused(cx, Refusal::TypeNotFound, HELP).into_iter();
    let repaired = drafts.map(|draft| {
        let statement = cx
            .up()
            .find(|statement| Some(statement.outcome.step.place) == draft.statement);
        let repair = statement.and_then(|statement| fix::create_enum(cx, &statement));
        draft.fix(repair)
    });
    repaired.collect()
}

const HELP: &str =
    "Create the type first: in Alembic sa.Enum(…).create(op.get_bind()) before op.add_column.";
