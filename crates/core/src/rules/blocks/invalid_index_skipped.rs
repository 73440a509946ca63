use super::seen;
use crate::config::RuleLevel;
use crate::operation::{CreateIndex, Operation, ReindexTarget};
use crate::project::Convention;
use crate::rules::{Check, Class, Context, Draft, FixKind, Rule, Statement};

/// A retry that takes a half-built index for a good one.
pub const RULE: Rule = Rule {
    id: "invalid-index-skipped",
    class: Class::Blocks,
    level: RuleLevel::Warning,
    title: "A retry takes a half-built index for a good one",
    summary: "A concurrent build that fails leaves an invalid index of that name; IF NOT EXISTS then skips the build and no query ever uses the index.",
    checklist: &[],
    fix: FixKind::None,
    page: page!("invalid-index-skipped.md"),
    check: Check::Migration(check),
};

fn check(cx: &Context<'_>) -> Vec<Draft> {
    let finding = |statement: Statement<'_>| {
        let Operation::CreateIndex(create) = statement.operation else {
            return None;
        };
        let name = create.name.as_deref()?;
        let skips = create.concurrently && create.if_not_exists;
        if !skips
            || cx
                .earlier(&statement)
                .any(|earlier| repairs(earlier.operation, create))
        {
            return None;
        }
        let message = format!(
            "If an earlier attempt to build {name} failed, its invalid index is still there, and IF NOT EXISTS leaves it so."
        );
        let first = match cx.convention() {
            // The file is sent as one query, in which nothing may run CONCURRENTLY beside another statement.
            Convention::GolangMigrate | Convention::Prisma => {
                "in a migration file of its own before this one"
            }
            _ => "first",
        };
        let help = format!(
            "Run DROP INDEX CONCURRENTLY IF EXISTS {name} {first}, and build without IF NOT EXISTS."
        );
        Some(seen::say(&statement, message).help(help).about(name))
    };
    seen::statements(cx).filter_map(finding).collect()
}

/// Whether a statement before it removes or rebuilds what a failed attempt left.
fn repairs(operation: &Operation, create: &CreateIndex) -> bool {
    let named = |name: &crate::operation::QualifiedName| create.name.as_ref() == Some(&name.name);
    match operation {
        Operation::DropIndex(drop) => drop.names.iter().any(named),
        Operation::Reindex(reindex) => {
            reindex.target == ReindexTarget::Index && reindex.name.as_ref().is_some_and(named)
        }
        _ => false,
    }
}
