use crate::config::RuleLevel;
use crate::rules::{Check, Class, FixKind, Rule};

/// A comment that ignores a rule without saying why.
pub const RULE: Rule = Rule {
    id: "suppression-without-reason",
    class: Class::History,
    level: RuleLevel::Warning,
    title: "A comment ignores a rule without a reason",
    summary: "An ignore comment must say why the finding is right to be ignored here.",
    checklist: &[],
    fix: FixKind::None,
    page: page!("suppression-without-reason.md"),
    check: Check::Elsewhere,
};
