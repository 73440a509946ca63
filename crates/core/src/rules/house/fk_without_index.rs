use crate::config::RuleLevel;
use crate::fix;
use crate::operation::quote_identifier;
use crate::rules::{Check, Class, Context, Draft, FixKind, Rule};
use crate::schema::Table;

/// A foreign key whose columns no index leads with.
pub const RULE: Rule = Rule {
    id: "fk-without-index",
    class: Class::House,
    level: RuleLevel::Warning,
    title: "A foreign key has no index",
    summary: "Without an index that leads with the columns of a foreign key, every delete of \
        a parent row reads the whole child table.",
    checklist: &[5],
    fix: FixKind::Edit,
    page: page!("fk-without-index.md"),
    check: Check::Migration(check),
};

fn check(cx: &Context<'_>) -> Vec<Draft> {
    let made = cx.foreign_keys_made().into_iter();
    made.filter_map(|(statement, table, key)| {
        let indexed = |table: &Table| cx.covered_by_index(table, &key.columns);
        // Of a table that is only assumed an index may exist, unless the columns are new.
        let surely_none = table.is_complete()
            || key
                .columns
                .iter()
                .any(|column| cx.added_in(&table.object_name(), column));
        if table.partition_of.is_some() || !surely_none || cx.holds_in_the_end(table, indexed) {
            return None;
        }
        let name = table.object_name();
        let columns: Vec<String> = (key.columns.iter())
            .map(|column| quote_identifier(column))
            .collect();
        let columns = columns.join(", ");
        let parent = key.references.table_name();
        let message = format!(
            "No index of {name} leads with {columns}: look-ups by it, and every DELETE \
            or key UPDATE in {parent}, read the whole of {name}."
        );
        let draft = Draft {
            place: statement.place_of_foreign_key(&key.columns),
            ..statement.say(message)
        };
        let help = format!(
            "Create an index on {name} ({columns}), or one over more columns that starts \
            with them."
        );
        Some(
            draft
                .help(help)
                .about(format!("{name}.{}", key.columns.join(", ")))
                .fix(fix::missing_index(cx, &statement, table, &key.columns)),
        )
    })
    .collect()
}
