use super::seen;
use crate::config::RuleLevel;
use crate::effects;
use crate::rules::{Check, Class, Context, Draft, FixKind, Rule};

/// A new column of a domain with constraints.
pub const RULE: Rule = Rule {
    id: "add-column-constrained-domain",
    class: Class::Blocks,
    level: RuleLevel::Warning,
    title: "A column of a constrained domain is added to a table in use",
    summary: "PostgreSQL checks the constraints of a domain for every row of a new column, with or without a default: the table is written anew with ACCESS EXCLUSIVE held.",
    checklist: &[10],
    fix: FixKind::None,
    page: page!("add-column-constrained-domain.md"),
    check: Check::Migration(check),
};

fn check(cx: &Context<'_>) -> Vec<Draft> {
    let added = seen::new_columns(cx).into_iter();
    let rewriting = added.filter(|(action, column)| {
        let scalar = column.data_type.array_dimensions == 0;
        scalar && effects::is_constrained_domain(action.statement.before(), &column.data_type)
    });
    let finding = rewriting.map(|(action, column)| {
        let (name, table) = (&column.name, &action.table);
        let message = format!("Every row of {table} is written anew, while readers and writers wait, because {name} is of a domain with constraints.");
        let help = "Use the type below the domain, with a CHECK that is added NOT VALID and validated later.";
        seen::say_at_column(&action.statement, column, message).help(help).about(format!("{table}.{name}"))
    });
    finding.collect()
}
