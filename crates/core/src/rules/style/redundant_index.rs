use crate::config::RuleLevel;
use crate::operation::Operation;
use crate::rules::{Check, Class, Context, Draft, FixKind, Rule};
use crate::schema::{Index, Table};

/// An index adds nothing to another.
pub const RULE: Rule = Rule {
    id: "redundant-index",
    class: Class::Style,
    level: RuleLevel::Off,
    title: "An index adds nothing to another",
    summary: "An index whose columns lead another index, key or unique constraint costs every write and speeds up nothing.",
    checklist: &[],
    fix: FixKind::None,
    page: page!("redundant-index.md"),
    check: Check::Migration(check),
};

fn check(cx: &Context<'_>) -> Vec<Draft> {
    let mut found = Vec::new();
    for statement in cx.up() {
        let Operation::CreateIndex(create) = statement.operation else {
            continue;
        };
        let Some(now) = cx.now(&statement, &statement.resolve(&create.table)) else {
            continue;
        };
        let made = create
            .name
            .as_deref()
            .and_then(|name| now.indexes.iter().find(|index| index.name == name));
        let Some((index, other)) = made.and_then(|index| Some((index, covering(now, index)?)))
        else {
            continue;
        };
        let (name, table) = (&index.name, now.object_name());
        let message = format!(
            "{name} adds nothing to {other}, which leads with the same columns of {table}."
        );
        found.push(
            statement
                .say(message)
                .help("Leave it out, or drop the narrower one.")
                .about(name),
        );
    }
    found
}

/// The name of another index or constraint that serves all that this index serves.
fn covering<'a>(table: &'a Table, index: &Index) -> Option<&'a str> {
    let plain = |index: &Index| {
        index.method == "btree" && index.predicate.is_none() && index.include.is_empty()
    };
    let simple = |index: &Index| {
        index.keys.iter().all(|key| {
            key.opclass.is_none()
                && key.collation.is_none()
                && key.order == "asc"
                && key.nulls == "last"
        })
    };
    let columns: Option<Vec<&str>> = index.keys.iter().map(|key| key.column.as_deref()).collect();
    let columns = columns.filter(|_| plain(index) && simple(index) && !index.unique)?;
    let leads = |other: &[String]| {
        other.len() >= columns.len() && other.iter().zip(&columns).all(|(one, other)| one == other)
    };
    let keys = table.primary_key.iter().chain(&table.unique_constraints);
    let by_key = keys
        .filter(|key| leads(&key.columns))
        .map(|key| key.name.as_str())
        .next();
    by_key.or_else(|| {
        let others = table
            .indexes
            .iter()
            .filter(|other| other.name != index.name && plain(other) && simple(other));
        let mut others = others.filter(|other| {
            let named: Vec<String> = other
                .keys
                .iter()
                .filter_map(|key| key.column.clone())
                .collect();
            // Of two equal ones the later one is told of.
            let same = named.len() == columns.len() && !other.unique;
            named.len() == other.keys.len() && leads(&named) && (!same || other.name < index.name)
        });
        others.next().map(|other| other.name.as_str())
    })
}
