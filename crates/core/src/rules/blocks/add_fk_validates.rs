use super::seen;
use crate::config::RuleLevel;
use crate::operation::{ConstraintKind, Validity};
use crate::rules::{Check, Class, Context, Draft, FixKind, Rule};

/// A foreign key verified while writers wait.
pub const RULE: Rule = Rule {
    id: "add-fk-validates",
    class: Class::Blocks,
    level: RuleLevel::Info,
    title: "A foreign key is verified while writers wait",
    summary: "ADD FOREIGN KEY reads both tables with SHARE ROW EXCLUSIVE held on them, so nobody writes to either, unless it is NOT VALID.",
    checklist: &[10],
    fix: FixKind::None,
    page: page!("add-fk-validates.md"),
    check: Check::Migration(check),
};

fn check(cx: &Context<'_>) -> Vec<Draft> {
    let mut found = Vec::new();
    for (action, constraint) in seen::added_constraints(cx) {
        let (ConstraintKind::ForeignKey(key), Validity::Valid) =
            (&constraint.kind, constraint.validity)
        else {
            continue;
        };
        let (statement, table) = (&action.statement, &action.table);
        // NOT VALID came to partitioned tables with PostgreSQL 18.
        if seen::is_partitioned(statement, table) && cx.config().postgres < 18 {
            continue;
        }
        let (name, other) = (
            seen::name_of(constraint),
            statement.resolve(&key.references),
        );
        let message = if other == **table {
            format!("Adding {name} looks up every row of {table}; nobody writes to it meanwhile.")
        } else {
            format!(
                "Adding {name} looks up every row of {table} in {other}; nobody writes to either meanwhile."
            )
        };
        let help = format!(
            "{} (Alembic: postgresql_not_valid=True.)",
            seen::two_steps("the foreign key")
        );
        let help = if cx.is_alembic() {
            help
        } else {
            seen::two_steps("the foreign key")
        };
        let draft = statement
            .say_at(constraint.origin, message)
            .help(help)
            .about(table);
        found.extend(seen::weigh(cx, statement, table, draft));
    }
    found
}
