use super::seen;
use crate::config::RuleLevel;
use crate::effects;
use crate::operation::TableAction;
use crate::rules::{Check, Class, Context, Draft, FixKind, Rule};

/// NOT NULL without a proof.
pub const RULE: Rule = Rule {
    id: "set-not-null-scans",
    class: Class::Blocks,
    level: RuleLevel::Info,
    title: "NOT NULL is verified while everybody waits",
    summary: "SET NOT NULL reads the whole table with ACCESS EXCLUSIVE held, unless a valid CHECK (column IS NOT NULL) already proves it.",
    checklist: &[10],
    fix: FixKind::None,
    page: page!("set-not-null-scans.md"),
    check: Check::Migration(check),
};

fn check(cx: &Context<'_>) -> Vec<Draft> {
    let finding = seen::actions(cx).into_iter().filter_map(|action| {
        let TableAction::SetNotNull { column } = action.action else {
            return None;
        };
        let (statement, table) = (&action.statement, &action.table);
        let known = statement.before().tables.get(table);
        let is_not_null = known.and_then(|table| table.column(column)).is_some_and(|column| !column.nullable);
        let proved = known.is_some_and(|table| effects::proof_of_not_null(table, column, &[]).is_some());
        // A proof that is spoilt in the same statement is another rule's matter.
        if is_not_null || proved {
            return None;
        }
        let unless = if cx.validated_unknown(statement, table) {
            ", unless the constraint that was validated before proves that there is none"
        } else {
            ""
        };
        let message = format!(
            "Every row of {table} is checked for NULL in {column} while readers and writers wait{unless}."
        );
        let help = format!(
            "Add CHECK ({column} IS NOT NULL) NOT VALID, validate it in a later transaction, then SET NOT NULL, then drop the check."
        );
        let draft = statement.say(message).help(help).about(format!("{table}.{column}"));
        seen::weigh(cx, statement, table, draft)
    });
    finding.collect()
}
