use super::seen;
use crate::config::RuleLevel;
use crate::effects::{self, Volatility};
use crate::rules::{Check, Class, Context, Draft, FixKind, Rule};

/// A new column whose default differs from row to row.
pub const RULE: Rule = Rule {
    id: "add-column-volatile-default",
    class: Class::Blocks,
    level: RuleLevel::Warning,
    title: "A new column has a default that differs from row to row",
    summary: "A volatile default must be computed for every row that is there: the table and all its indexes are written anew with ACCESS EXCLUSIVE held.",
    checklist: &[10],
    fix: FixKind::None,
    page: page!("add-column-volatile-default.md"),
    check: Check::Migration(check),
};

fn check(cx: &Context<'_>) -> Vec<Draft> {
    let added = seen::new_columns(cx).into_iter();
    let finding = added.filter_map(|(action, column)| {
        let (name, table) = (&column.name, &action.table);
        let default = column.default.as_ref()?;
        let draft = match effects::volatility(action.statement.before(), default.as_str()) {
            Volatility::Constant => return None,
            Volatility::Volatile(function) => {
                let message = format!("{function} is volatile: every row of {table} is written anew to give {name} a value of its own, while readers and writers wait.");
                seen::say_at_column(&action.statement, column, message)
            }
            Volatility::Unknown(function) => {
                let message = format!("Unless {function} is declared STABLE or IMMUTABLE, every row of {table} is written anew for the default of {name}, while readers and writers wait.");
                seen::say_at_column(&action.statement, column, message).level(RuleLevel::Info)
            }
        };
        let help = "Add the column without a default, then ALTER COLUMN SET DEFAULT, then fill the old rows in batches.";
        Some(draft.help(help).about(format!("{table}.{name}")))
    });
    finding.collect()
}
