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

fn check(cx: &Context<'_>) -> Vec<Draft> {
    cx.both()
        .filter_map(|statement| {
            let Operation::Opaque(opaque) = statement.operation else {
                return None;
            };
            let draft = statement.say_at(
                opaque.at,
                format!(
                    "Not analysed: {}. {}",
                    opaque.reason.trim_end_matches('.'),
                    consequence(opaque)
                ),
            );
            let draft = draft.help(
                "Read it by hand; where it can be written with constant SQL or op.* \
                calls, do that.",
            );
            Some(match opaque.kind {
                OpaqueKind::Syntax => draft.level(RuleLevel::Warning),
                OpaqueKind::NotModelled | OpaqueKind::Dynamic => draft,
            })
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
