use super::seen;
use crate::config::RuleLevel;
use crate::effects::Cause;
use crate::operation::{AlterDomain, DomainAction, Operation, Validity};
use crate::rules::{Check, Class, Context, Draft, FixKind, Rule, Statement};

/// A domain's constraint reads every table that uses it.
pub const RULE: Rule = Rule {
    id: "domain-constraint",
    class: Class::Blocks,
    level: RuleLevel::Info,
    title: "A domain's constraint reads every table that uses it",
    summary: "ALTER DOMAIN … ADD CONSTRAINT and SET NOT NULL take SHARE on each table with a column of the domain and read it.",
    checklist: &[10],
    fix: FixKind::None,
    page: page!("domain-constraint.md"),
    check: Check::Migration(check),
};

fn check(cx: &Context<'_>) -> Vec<Draft> {
    let mut found = Vec::new();
    for statement in seen::statements(cx) {
        let Operation::AlterDomain(alter) = statement.operation else {
            continue;
        };
        let effects = seen::effects(cx, &statement);
        let mut tables = effects
            .scans
            .iter()
            .filter(|work| work.cause == Cause::Domain)
            .map(|work| &work.relation);
        let names: Vec<String> = tables
            .by_ref()
            .filter(|table| seen::is_visible(cx, &statement, table))
            .map(ToString::to_string)
            .collect();
        let unknown = is_unknown(cx, &statement, alter);
        if names.is_empty() && !unknown {
            continue;
        }
        let tables = if unknown {
            "every table with a column of it".to_owned()
        } else {
            names.join(", ")
        };
        let message = format!(
            "All of {tables} is read to check the domain {}; nobody writes there meanwhile.",
            alter.name
        );
        let help = "Add the constraint NOT VALID (no table is locked); for NOT NULL put a CHECK on the columns instead.";
        found.push(seen::say(&statement, message).help(help).about(&alter.name));
    }
    found
}

/// Whether the domain is older than what is at hand, and the action one that reads tables.
fn is_unknown(cx: &Context<'_>, statement: &Statement<'_>, alter: &AlterDomain) -> bool {
    let reads = match &alter.action {
        DomainAction::SetNotNull | DomainAction::ValidateConstraint(_) => true,
        DomainAction::AddConstraint(constraint) => constraint.validity == Validity::Valid,
        _ => false,
    };
    reads
        && cx.is_open_world()
        && !statement
            .before()
            .types
            .keys()
            .any(|name| name.name == alter.name.name)
}
