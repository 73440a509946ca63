//! Bounds of partitions, checked against those already there (`check_new_partition_bound()`).

use std::cmp::Ordering;

use super::{Outcome, Simulation, WillFail};
use crate::schema::expression;
use crate::schema::{ObjectName, Table};

/// A bound as printed, taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Bound {
    Default,
    /// From (inclusive) and to (exclusive).
    Range(Vec<Datum>, Vec<Datum>),
    List(Vec<Datum>),
    Hash {
        modulus: u64,
        remainder: u64,
    },
}

/// One value of a bound.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Datum {
    Least,
    Greatest,
    /// A whole number.
    Number(i128),
    /// A date or a timestamp without time zone, as PostgreSQL prints it: ISO, so that text sorts as time does.
    Time(String),
    /// Compared for equality only.
    Text(String),
}

impl Datum {
    /// Which comes first, where that does not depend on a collation or a setting.
    fn order(&self, other: &Self) -> Option<Ordering> {
        Some(match (self, other) {
            (Self::Least, Self::Least) | (Self::Greatest, Self::Greatest) => Ordering::Equal,
            (Self::Least, _) | (_, Self::Greatest) => Ordering::Less,
            (Self::Greatest, _) | (_, Self::Least) => Ordering::Greater,
            (Self::Number(left), Self::Number(right)) => left.cmp(right),
            (Self::Time(left), Self::Time(right)) => left.cmp(right),
            (Self::Text(left), Self::Text(right)) if left == right => Ordering::Equal,
            _ => return None,
        })
    }
}

/// Row-wise order of two bounds; none where it is not known.
fn order(left: &[Datum], right: &[Datum]) -> Option<Ordering> {
    for (left, right) in left.iter().zip(right) {
        match left.order(right)? {
            // After MINVALUE or MAXVALUE the remaining columns do not count.
            Ordering::Equal if matches!(left, Datum::Least | Datum::Greatest) => break,
            Ordering::Equal => {}
            unequal => return Some(unequal),
        }
    }
    Some(Ordering::Equal)
}

impl Simulation {
    /// A new partition's bound must suit its parent and leave the other partitions theirs.
    pub(super) fn require_free_bound(
        &self,
        parent: &Table,
        partition: &ObjectName,
        bound: &str,
    ) -> Outcome {
        let Some(key) = &parent.partition_by else {
            return Ok(());
        };
        let types = key_types(parent, key);
        let Some(new) = read_bound(bound, &types) else {
            return Ok(());
        };
        require_suitable(key, partition, &new)?;
        let siblings = self.child_names(&parent.object_name());
        let siblings = siblings.iter().filter(|name| *name != partition);
        let siblings: Vec<(String, Bound)> = siblings
            .filter_map(|name| {
                let table = self.table_at(name)?;
                let bound = read_bound(&table.partition_of.as_ref()?.bound, &types)?;
                Some((name.name.clone(), bound))
            })
            .collect();
        for (name, other) in &siblings {
            if new == Bound::Default && *other == Bound::Default {
                return Err(definition(format!(
                    "partition \"{}\" conflicts with existing default partition \"{name}\"",
                    partition.name
                )));
            }
        }
        if let Bound::Hash { modulus, .. } = new {
            require_factors(modulus, &siblings)?;
        }
        let taken = siblings.iter().find(|(_, other)| overlap(&new, other));
        match taken {
            Some((name, _)) => Err(definition(format!(
                "partition \"{}\" would overlap partition \"{name}\"",
                partition.name
            ))),
            None => Ok(()),
        }
    }
}

/// A bound of the kind that the parent is partitioned by.
fn require_suitable(key: &str, partition: &ObjectName, bound: &Bound) -> Outcome {
    let strategy = key.split_whitespace().next().unwrap_or_default();
    let strategy = strategy.split('(').next().unwrap_or_default();
    let suits = match bound {
        Bound::Default if strategy.eq_ignore_ascii_case("hash") => {
            return Err(super::refusal::table_definition(
                "a hash-partitioned table may not have a default partition",
            ));
        }
        Bound::Default => true,
        Bound::Range(..) => strategy.eq_ignore_ascii_case("range"),
        Bound::List(_) => strategy.eq_ignore_ascii_case("list"),
        Bound::Hash { .. } => strategy.eq_ignore_ascii_case("hash"),
    };
    if !suits {
        return Err(super::refusal::table_definition(format!(
            "invalid bound specification for a {} partition",
            strategy.to_lowercase()
        )));
    }
    match bound {
        Bound::Hash { modulus: 0, .. } => Err(super::refusal::table_definition(
            "modulus for hash partition must be an integer value greater than zero",
        )),
        Bound::Hash { modulus, remainder } if remainder >= modulus => {
            Err(super::refusal::table_definition(
                "remainder for hash partition must be less than modulus",
            ))
        }
        Bound::Range(from, to) if order(from, to).is_some_and(|order| order != Ordering::Less) => {
            Err(definition(format!(
                "empty range bound specified for partition \"{}\"",
                partition.name
            )))
        }
        _ => Ok(()),
    }
}

/// Each modulus must be a factor of the next larger one.
fn require_factors(modulus: u64, siblings: &[(String, Bound)]) -> Outcome {
    let others = siblings.iter().filter_map(|(_, bound)| match bound {
        Bound::Hash { modulus, .. } => Some(*modulus),
        _ => None,
    });
    let fits = |other: u64| other.max(modulus).checked_rem(other.min(modulus)) == Some(0);
    if others.into_iter().all(fits) {
        return Ok(());
    }
    Err(definition(
        "every hash partition modulus must be a factor of the next larger modulus".to_owned(),
    ))
}

/// Whether two bounds certainly share a row.
fn overlap(left: &Bound, right: &Bound) -> bool {
    match (left, right) {
        (Bound::Range(from, to), Bound::Range(other_from, other_to)) => {
            order(from, other_to) == Some(Ordering::Less)
                && order(other_from, to) == Some(Ordering::Less)
        }
        (Bound::List(values), Bound::List(others)) => {
            values.iter().any(|value| others.contains(value))
        }
        (
            Bound::Hash { modulus, remainder },
            Bound::Hash {
                modulus: other,
                remainder: rest,
            },
        ) => {
            let least = *modulus.min(other);
            remainder.checked_rem(least) == rest.checked_rem(least)
        }
        _ => false,
    }
}

fn definition(message: String) -> WillFail {
    WillFail::new("42P17", message)
}

/// The types of the key's columns, in order; an expression has none.
fn key_types<'a>(parent: &'a Table, key: &str) -> Vec<Option<&'a str>> {
    let inner = key
        .split_once('(')
        .and_then(|(_, rest)| rest.trim_end().strip_suffix(')'));
    let columns = inner.map(expression::split_list).unwrap_or_default();
    let column = |name: &str| parent.column(name.trim_matches('"'));
    columns
        .into_iter()
        .map(|name| column(name).map(|column| column.data_type.as_str()))
        .collect()
}

/// Reads a bound as printed; none where a value is not understood.
fn read_bound(text: &str, types: &[Option<&str>]) -> Option<Bound> {
    if text.eq_ignore_ascii_case("default") {
        return Some(Bound::Default);
    }
    let rest = text.strip_prefix("FOR VALUES ")?;
    let lists = expression::parenthesised(rest);
    let datums = |list: &str| -> Option<Vec<Datum>> {
        let values = expression::split_list(list).into_iter().enumerate();
        values
            .map(|(place, value)| read_datum(value, types.get(place).copied().flatten()))
            .collect()
    };
    match (rest.split_whitespace().next()?, lists.as_slice()) {
        ("FROM", [from, to]) => Some(Bound::Range(datums(from)?, datums(to)?)),
        ("IN", [list]) => {
            let data_type = types.first().copied().flatten();
            let values = expression::split_list(list).into_iter();
            values
                .map(|value| read_datum(value, data_type))
                .collect::<Option<_>>()
                .map(Bound::List)
        }
        ("WITH", [list]) => {
            let number = |word: &str| {
                let mut parts = expression::split_list(list).into_iter();
                parts.find_map(|part| part.strip_prefix(word)?.trim().parse().ok())
            };
            Some(Bound::Hash {
                modulus: number("modulus")?,
                remainder: number("remainder")?,
            })
        }
        _ => None,
    }
}

fn read_datum(text: &str, data_type: Option<&str>) -> Option<Datum> {
    match text {
        "MINVALUE" => return Some(Datum::Least),
        "MAXVALUE" => return Some(Datum::Greatest),
        "NULL" => return Some(Datum::Text(String::new())),
        _ => {}
    }
    let inner = text
        .strip_prefix('\'')
        .and_then(|text| text.strip_suffix('\''));
    let data_type = data_type?;
    match data_type.split('(').next().unwrap_or(data_type) {
        "smallint" | "integer" | "bigint" => inner.unwrap_or(text).parse().ok().map(Datum::Number),
        "date" | "timestamp without time zone" => {
            let inner = inner?;
            is_iso_date(inner).then(|| Datum::Time(inner.to_owned()))
        }
        "text" | "character varying" | "uuid" => inner.map(|text| Datum::Text(text.to_owned())),
        _ => None,
    }
}

/// `2024-01-31…`, after Christ.
fn is_iso_date(text: &str) -> bool {
    let head: Vec<u8> = text.bytes().take(10).collect();
    let digits = |at: usize| head.get(at).is_some_and(u8::is_ascii_digit);
    let dash = |at: usize| head.get(at) == Some(&b'-');
    [0, 1, 2, 3, 5, 6, 8, 9].into_iter().all(digits) && dash(4) && dash(7) && !text.ends_with("BC")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds_overlap_where_they_certainly_share_a_row() {
        let overlaps = |types: &[Option<&str>], left: &str, right: &str| {
            let left = read_bound(left, types).expect("a bound");
            let right = read_bound(right, types).expect("a bound");
            overlap(&left, &right)
        };
        let date = [Some("date")];
        let first = "FOR VALUES FROM ('2024-01-01') TO ('2025-01-01')";
        for (second, wanted) in [
            ("FOR VALUES FROM ('2025-01-01') TO ('2026-01-01')", false),
            ("FOR VALUES FROM ('2024-12-31') TO ('2026-01-01')", true),
            ("FOR VALUES FROM (MINVALUE) TO ('2024-01-01')", false),
            ("FOR VALUES FROM (MINVALUE) TO (MAXVALUE)", true),
        ] {
            assert_eq!(overlaps(&date, first, second), wanted, "{second}");
        }
        let text = [Some("text")];
        assert!(overlaps(
            &text,
            "FOR VALUES IN ('a', 'b')",
            "FOR VALUES IN ('b')"
        ));
        assert!(!overlaps(
            &text,
            "FOR VALUES IN ('a')",
            "FOR VALUES IN ('A')"
        ));
        let hash = |modulus, remainder| {
            format!("FOR VALUES WITH (modulus {modulus}, remainder {remainder})")
        };
        assert!(overlaps(&[], &hash(4, 1), &hash(8, 5)));
        assert!(!overlaps(&[], &hash(4, 1), &hash(8, 6)));
    }

    #[test]
    fn the_order_of_two_texts_is_not_known() {
        let text = [Some("text")];
        let read = |bound| read_bound(bound, &text).expect("a bound");
        let left = read("FOR VALUES FROM ('a') TO ('c')");
        let right = read("FOR VALUES FROM ('b') TO ('d')");
        assert!(!overlap(&left, &right));
    }
}
