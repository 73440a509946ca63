use std::cmp::Ordering;

use crate::config::RuleLevel;
use crate::rules::fails::failure::{Refusal, refused};
use crate::rules::{Check, Class, Context, Draft, FixKind, Rule, Statement};
use crate::schema::{ForeignKeyConstraint, Table};

/// A foreign key between incompatible types.
pub const RULE: Rule = Rule {
    id: "fk-type-mismatch",
    class: Class::Fails,
    level: RuleLevel::Error,
    title: "A foreign key joins different types",
    summary: "The columns of a foreign key need the types of the columns they reference.",
    checklist: &[7],
    fix: FixKind::None,
    page: page!("fk-type-mismatch.md"),
    check: Check::Migration(check),
};

fn check(cx: &Context<'_>) -> Vec<Draft> {
    let mut drafts = refused(cx, Refusal::ForeignKeyTypes, HELP);
    drafts.extend(cx.foreign_keys_made().into_iter().filter_map(unequal));
    drafts
}

/// A key that PostgreSQL accepts, though one side cannot hold all values of the other.
fn unequal(
    (statement, table, key): (Statement<'_>, &Table, &ForeignKeyConstraint),
) -> Option<Draft> {
    let parent_name = key.references.table_name();
    let parent = statement.after().tables.get(&parent_name)?;
    let pairs = key.columns.iter().zip(&key.references.columns);
    let (own, theirs, (difference, level)) = pairs.into_iter().find_map(|(own, theirs)| {
        let own = table.column(own)?;
        let theirs = parent.column(theirs)?;
        Some((own, theirs, difference(&own.data_type, &theirs.data_type)?))
    })?;
    let name = table.object_name();
    let message = format!(
        "{name}.{} is {}, and {parent_name}.{}, which it references, is {}: {difference}.",
        own.name, own.data_type, theirs.name, theirs.data_type
    );
    let draft = statement
        .say(message)
        .at(statement.place_of_foreign_key(&key.columns))
        .level(level);
    Some(draft.help(HELP).about(format!("{name}.{}", own.name)))
}

/// What becomes of values where PostgreSQL compares the two types, and how bad that is.
fn difference(own: &str, theirs: &str) -> Option<(&'static str, RuleLevel)> {
    let rank = |name: &str| INTEGERS.iter().position(|known| *known == name);
    if let (Some(one), Some(other)) = (rank(own), rank(theirs)) {
        return match one.cmp(&other) {
            Ordering::Less => Some((
                "the referencing column runs out of numbers first",
                RuleLevel::Warning,
            )),
            Ordering::Greater => Some((
                "numbers beyond the narrower type can never be referenced",
                RuleLevel::Info,
            )),
            Ordering::Equal => None,
        };
    }
    let own = longest(own)?;
    let shorter = longest(theirs).is_none_or(|theirs| own < theirs) && is_text(theirs);
    shorter.then_some((
        "longer values that are there cannot be referenced",
        RuleLevel::Info,
    ))
}

/// Integers by range.
const INTEGERS: &[&str] = &["smallint", "integer", "bigint"];

/// `n` of `character varying(n)`.
fn longest(printed: &str) -> Option<u32> {
    let length = printed.strip_prefix("character varying(")?;
    length.strip_suffix(')')?.parse().ok()
}

fn is_text(printed: &str) -> bool {
    printed == "text" || printed.starts_with("character varying")
}

const HELP: &str = "Give the referencing column the type of the column it references.";
