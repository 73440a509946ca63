use crate::config::RuleLevel;
use crate::rules::{Check, Class, FixKind, Rule};

/// A comment that ignores a rule and silences nothing.
pub const RULE: Rule = Rule {
    id: "suppression-unused",
    class: Class::History,
    level: RuleLevel::Warning,
    title: "A comment ignores a rule that finds nothing",
    summary: "An ignore comment outlived what it was written for, or names no rule.",
    checklist: &[],
    fix: FixKind::None,
    page: page!("suppression-unused.md"),
    check: Check::Elsewhere,
};
