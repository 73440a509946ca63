use super::seen;
use crate::config::RuleLevel;
use crate::operation::TableAction;
use crate::rules::{Check, Class, Context, Draft, FixKind, Rule};

/// A table changes how it is stored.
pub const RULE: Rule = Rule {
    id: "set-access-method",
    class: Class::Blocks,
    level: RuleLevel::Warning,
    title: "A table changes how it is stored",
    summary: "SET ACCESS METHOD and SET TABLESPACE copy the whole table with ACCESS EXCLUSIVE held.",
    checklist: &[10],
    fix: FixKind::None,
    page: page!("set-access-method.md"),
    check: Check::Migration(check),
};

fn check(cx: &Context<'_>) -> Vec<Draft> {
    let finding = seen::actions(cx).into_iter().filter_map(|action| {
        let what = match action.action {
            TableAction::SetAccessMethod(method)
                if !matches!(method.as_str(), "heap" | "default") =>
            {
                format!("access method {method}")
            }
            TableAction::SetTablespace(space) if space != "pg_default" => {
                format!("tablespace {space}")
            }
            _ => return None,
        };
        let (statement, table) = (&action.statement, &action.table);
        let message = format!("All of {table} is copied to {what} while readers and writers wait.");
        let help = "Copy it online with pg_repack, or make a new table there and copy in batches.";
        Some(seen::say(statement, message).help(help).about(table))
    });
    finding.collect()
}
