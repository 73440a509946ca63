use crate::config::RuleLevel;
use crate::operation::Operation;
use crate::rules::{Check, Class, Context, Draft, FixKind, Rule};
use crate::schema::{ForeignKeyConstraint, ObjectName, Schema};
use std::collections::BTreeSet;

/// `TRUNCATE … CASCADE`.
pub const RULE: Rule = Rule {
    id: "truncate-cascade",
    class: Class::Loses,
    level: RuleLevel::Error,
    title: "TRUNCATE CASCADE empties other tables",
    summary: "TRUNCATE CASCADE empties every table that references the named one, and those \
        that reference these.",
    checklist: &[9],
    fix: FixKind::None,
    page: page!("truncate-cascade.md"),
    check: Check::Migration(check),
};

fn check(cx: &Context<'_>) -> Vec<Draft> {
    cx.up()
        .filter_map(|statement| {
            let Operation::Truncate(truncate) = statement.operation else {
                return None;
            };
            let named: BTreeSet<ObjectName> = truncate
                .tables
                .iter()
                .map(|name| statement.resolve(name))
                .collect();
            if !truncate.cascade
                || statement.fails()
                || named.iter().all(|table| cx.is_new(&statement, table))
            {
                return None;
            }
            let reached: Vec<String> = reached(statement.before(), &named)
                .iter()
                .map(ToString::to_string)
                .collect();
            let names: Vec<String> = named.iter().map(ToString::to_string).collect();
            let names = names.join(", ");
            let others = match (reached.is_empty(), cx.is_open_world()) {
                (false, false) => reached.join(", "),
                (false, true) => format!("{} and whatever else references it", reached.join(", ")),
                (true, true) => "every table that references it, whatever they are".to_owned(),
                (true, false) => {
                    let message = format!(
                        "TRUNCATE CASCADE on {names}: nothing references it now, but it \
                        would empty whatever does by then."
                    );
                    let draft = statement
                        .say(message)
                        .about(&names)
                        .level(RuleLevel::Warning);
                    return Some(draft.help(
                        "Leave CASCADE away: then PostgreSQL refuses instead of emptying \
                        more.",
                    ));
                }
            };
            let message = format!("TRUNCATE CASCADE on {names} also empties {others}.");
            Some(
                statement
                    .say(message)
                    .about(&names)
                    .help("Name the tables that are to be emptied, without CASCADE."),
            )
        })
        .collect()
}

/// The tables that a foreign key leads from, to one of these or to one so reached.
fn reached(schema: &Schema, named: &BTreeSet<ObjectName>) -> BTreeSet<ObjectName> {
    let mut all = named.clone();
    loop {
        let references = |key: &ForeignKeyConstraint| all.contains(&key.references.table_name());
        let more: Vec<ObjectName> = schema
            .tables
            .iter()
            .filter(|(name, table)| {
                !all.contains(*name) && table.foreign_keys.iter().any(references)
            })
            .map(|(name, _)| name.clone())
            .collect();
        if more.is_empty() {
            return all.difference(named).cloned().collect();
        }
        all.extend(more);
    }
}
