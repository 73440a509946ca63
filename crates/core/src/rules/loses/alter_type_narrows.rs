use crate::config::RuleLevel;
use crate::operation::{TableAction, TypeName};
use crate::rules::{Check, Class, Context, Draft, FixKind, Rule};

/// `ALTER COLUMN TYPE` to a type of smaller range.
pub const RULE: Rule = Rule {
    id: "alter-type-narrows",
    class: Class::Loses,
    level: RuleLevel::Warning,
    title: "The new type holds less than the old one",
    summary: "Values that fitted the old type may not fit the new one: the statement fails, \
        or cuts them.",
    checklist: &[9],
    fix: FixKind::None,
    page: page!("alter-type-narrows.md"),
    check: Check::Migration(check),
};

fn check(cx: &Context<'_>) -> Vec<Draft> {
    let changed = cx
        .table_actions()
        .filter_map(|(statement, table, action)| match action {
            TableAction::SetType {
                column, data_type, ..
            } => Some((statement, table, column.as_str(), data_type)),
            _ => None,
        });
    changed
        .filter_map(|(statement, table, column, to)| {
            let from = &statement
                .before()
                .tables
                .get(&table)?
                .column(column)?
                .data_type;
            let loss = loss(from, to)?;
            if statement.fails()
                || cx.is_new(&statement, &table)
                || cx.added_here(&statement, &table, column)
            {
                return None;
            }
            let message = format!("{table}.{column} changes from {from} to {to}: {loss}.");
            let draft = statement.say(message).about(format!("{table}.{column}"));
            Some(draft.help(
                "Count the values that do not fit before the migration runs, and decide \
                what becomes of them.",
            ))
        })
        .collect()
}

/// What a change of type can lose, if anything.
fn loss(from: &str, to: &TypeName) -> Option<String> {
    let to_name = to.name.as_str();
    let (from_name, from_modifiers) = split(from);
    let rank = |name: &str| INTEGERS.iter().position(|known| *known == name);
    let fails = |what: &str| Some(format!("{what} make the statement fail"));
    match (rank(from_name), rank(to_name)) {
        (Some(old), Some(new)) if new < old => return fails("values beyond its range"),
        _ => {}
    }
    let strings = ["character varying", "character", "text"];
    if strings.contains(&from_name) && strings.contains(&to_name) {
        let new: u64 = to.modifiers.first()?.parse().ok()?;
        let old = from_modifiers
            .first()
            .and_then(|length| length.parse().ok())
            .unwrap_or(u64::MAX);
        return (new < old)
            .then(|| fails(&format!("values longer than {new} characters")))
            .flatten();
    }
    if let Some(digits) = rank(from_name).and_then(|rank| DIGITS.get(rank))
        && to_name == "numeric"
    {
        return numeric_loss(&[digits, "0"], &to.modifiers);
    }
    if base(from_name) == to_name && to_name.starts_with("timestamp") {
        let digits = |text: Option<&str>| {
            text.and_then(|text| text.trim().parse().ok())
                .unwrap_or(6_u32)
        };
        let (old, new) = (
            digits(from_modifiers.first().copied()),
            digits(to.modifiers.first().map(String::as_str)),
        );
        return (new < old).then(|| "fractions of a second are rounded away".to_owned());
    }
    match (base(from_name).as_str(), to_name) {
        ("numeric", "numeric") => numeric_loss(&from_modifiers, &to.modifiers),
        ("numeric" | "double precision" | "real", name) if rank(name).is_some() => {
            Some("fractions are rounded away".to_owned())
        }
        ("double precision", "real") | ("numeric", "real" | "double precision") => {
            Some("digits are lost".to_owned())
        }
        (name, "date") if name.starts_with("timestamp") => {
            Some("the time of day is lost".to_owned())
        }
        ("timestamp with time zone", "timestamp without time zone") => {
            Some("the zone is lost".to_owned())
        }
        ("jsonb" | "json", "character varying" | "text") => None,
        _ => None,
    }
}

/// Integers by range.
const INTEGERS: &[&str] = &["smallint", "integer", "bigint"];

/// The digits that hold any value of these integers.
const DIGITS: &[&str] = &["5", "10", "19"];

/// A printed type's name without its modifiers: `timestamp(3) with time zone` is `timestamp with time zone`.
fn base(printed: &str) -> String {
    match (printed.split_once('('), printed.split_once(')')) {
        (Some((name, _)), Some((_, rest))) => format!("{name}{rest}"),
        _ => printed.to_owned(),
    }
}

fn numeric_loss(from: &[&str], to: &[String]) -> Option<String> {
    let number = |text: Option<&str>| text.and_then(|digits| digits.trim().parse::<i64>().ok());
    let new_precision = number(to.first().map(String::as_str))?;
    let new_scale = number(to.get(1).map(String::as_str)).unwrap_or(0);
    let (old_whole, old_scale) = match number(from.first().copied()) {
        Some(precision) => {
            let scale = number(from.get(1).copied()).unwrap_or(0);
            (precision - scale, scale)
        }
        None => (i64::MAX, i64::MAX),
    };
    if new_precision - new_scale < old_whole {
        return Some("values with more digits make the statement fail".to_owned());
    }
    (new_scale < old_scale).then(|| "digits after the point are rounded away".to_owned())
}

/// A printed type in its name and its modifiers.
fn split(printed: &str) -> (&str, Vec<&str>) {
    match printed.split_once('(') {
        Some((name, rest)) => {
            let modifiers = rest.split(')').next().unwrap_or_default();
            let name = if name.starts_with("timestamp") {
                printed
            } else {
                name
            };
            (name, modifiers.split(',').collect())
        }
        None => (printed, Vec::new()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_narrowing_loses() {
        let loses = |from: &str, to: &str, modifiers: &[&str]| {
            loss(
                from,
                &TypeName::named(to).with_modifiers(modifiers.iter().copied()),
            )
            .is_some()
        };
        assert!(loses("bigint", "integer", &[]));
        assert!(!loses("integer", "bigint", &[]));
        assert!(loses("character varying(50)", "varchar", &["20"]));
        assert!(!loses("character varying(20)", "varchar", &["50"]));
        assert!(!loses("character varying(20)", "text", &[]));
        assert!(loses("text", "varchar", &["20"]));
        assert!(loses("numeric(10,4)", "numeric", &["10", "2"]));
        assert!(!loses("numeric(10,2)", "numeric", &["12", "2"]));
        assert!(loses("timestamp with time zone", "date", &[]));
        assert!(!loses("timestamp without time zone", "timestamptz", &[]));
        assert!(loses("timestamp(6) without time zone", "timestamp", &["3"]));
        assert!(loses("timestamp with time zone", "timestamptz", &["0"]));
        assert!(!loses("timestamp(3) with time zone", "timestamptz", &[]));
        assert!(loses("bigint", "numeric", &["5", "0"]));
        assert!(!loses("integer", "numeric", &["10", "0"]));
        assert!(!loses("integer", "numeric", &[]));
    }
}
