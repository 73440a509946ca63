use crate::config::RuleLevel;
use crate::fix;
use crate::operation::Operation;
use crate::rules::loses::looks_like_a_rename;
use crate::rules::loses::saved;
use crate::rules::{Check, Class, Context, Draft, FixKind, Rule};

/// `DROP TABLE` of a table whose rows are not carried over.
pub const RULE: Rule = Rule {
    id: "drop-table",
    class: Class::Loses,
    level: RuleLevel::Warning,
    title: "A table is dropped with its rows",
    summary: "DROP TABLE destroys every row, and the code that is running may still use the table.",
    checklist: &[9],
    fix: FixKind::Edit,
    page: page!("drop-table.md"),
    check: Check::Migration(check),
};

fn check(cx: &Context<'_>) -> Vec<Draft> {
    let renamed = looks_like_a_rename::tables(cx);
    let dropped = cx.up().flat_map(|statement| {
        let names = match statement.operation {
            Operation::DropTable(drop) => drop.names.as_slice(),
            _ => &[],
        };
        names
            .iter()
            .map(move |name| (statement, statement.resolve(name)))
    });
    dropped
        .filter(|(statement, table)| {
            // A table that nobody made is dropped only if it exists; with IF EXISTS it may not.
            let there = statement.before().tables.get(table);
            let guarded =
                matches!(statement.operation, Operation::DropTable(drop) if drop.if_exists);
            let temporary = there.is_some_and(|table| table.persistence == "temporary");
            let missing = there.is_none() && (guarded || !cx.is_open_world());
            !missing
                && !temporary
                && !statement.fails()
                && !cx.is_new(statement, table)
                && !renamed.contains(table)
                && !saved::table_is_saved(cx, statement, table)
        })
        .map(|(statement, table)| {
            let back = if cx.comes_back(&table).is_some() {
                "a downgrade brings it back empty, and "
            } else {
                ""
            };
            let message = format!(
                "This drops table {table} with all its rows; {back}old code that still uses \
                it fails."
            );
            let help = "Stop using it one release earlier; copy the rows that are worth \
                keeping, or rename the table and drop it later.";
            let draft = statement.say(message).about(&table).help(help);
            draft.fix(fix::keep_aside(cx, &table))
        })
        .collect()
}
