use crate::config::RuleLevel;
use crate::operation::{Opaque, OpaqueKind, OpaqueScope, Operation};
use crate::rules::{Check, Class, Context, Draft, FixKind, Rule};

/// A statement that Retort could not read or evaluate.
pub const RULE: Rule = Rule {
    id: "dynamic-sql-not-analysed",
    class: Class::Loses,
    level: RuleLevel::Info,
    title: "A statement could not be analysed",
    summary: "What this statement does is known only when it runs; its effects are not part \
        of this review.",
    checklist: &[],
    fix: FixKind::None,
    page: page!("dynamic-sql-not-analysed.md"),
    check: Check::Migration(check),
};

const SYNTAX_HELP: &str = "PostgreSQL most likely refuses it at this place too. If it takes it, \
    this is a form that Retort does not know yet.";
const UNKNOWN_HELP: &str = "Read it by hand; where it can be written with constant SQL or op.* \
    calls, do that.";

fn check(cx: &Context<'_>) -> Vec<Draft> {
    cx.both()
        .filter_map(|statement| {
            let Operation::Opaque(opaque) = statement.operation else {
                return None;
            };
            let (what, level, help) = match opaque.kind {
                OpaqueKind::Syntax => ("Not analysed, ", RuleLevel::Warning, SYNTAX_HELP),
                OpaqueKind::NotModelled | OpaqueKind::Dynamic => {
                    ("Not analysed: ", RuleLevel::Info, UNKNOWN_HELP)
                }
            };
            let message = format!("{what}{}. {}", opaque.why(), consequence(opaque));
            Some(statement.say_at(opaque.at, message).level(level).help(help))
        })
        .collect()
}

fn consequence(opaque: &Opaque) -> &'static str {
    match opaque.scope {
        OpaqueScope::Data => "It changes rows only; the schema is still known.",
        OpaqueScope::Types => "Everything else about the column is still known.",
        OpaqueScope::Anything => "It may change the schema, so what follows is less certain.",
    }
}
