//! What valid check constraints already prove, so that PostgreSQL need not read the table.
//!
//! Follows `predicate_implied_by()` as far as it surely goes; whatever is not understood proves nothing.

use std::cmp::Ordering;

use sqlparser::ast::{BinaryOperator, Expr, UnaryOperator, Value};
use sqlparser::dialect::PostgreSqlDialect;
use sqlparser::parser::Parser;

use crate::schema::{Check, Table};

/// Whether a valid check of the table proves that a column is never NULL. Checks named in `dropped` do not count.
pub fn not_null<'a>(table: &'a Table, column: &str, dropped: &[&str]) -> Option<&'a Check> {
    usable(table, dropped).find(|check| {
        parse(&check.expression).is_some_and(|condition| excludes_null(&condition, column))
    })
}

/// Whether a valid check of the table proves a partition bound (`FOR VALUES …`) over these key columns.
pub(super) fn partition_bound(table: &Table, key: &[String], bound: &str) -> bool {
    let [column] = key else {
        return false;
    };
    let nullable = table.column(column).is_none_or(|column| column.nullable);
    let proved = || usable(table, &[]).filter_map(|check| parse(&check.expression));
    if nullable && !proved().any(|condition| excludes_null(&condition, column)) {
        return false;
    }
    let Some(wanted) = Bound::read(bound) else {
        return false;
    };
    let facts: Vec<Fact> = proved()
        .flat_map(|condition| facts(&condition, column))
        .collect();
    wanted.follows_from(&facts)
}

/// Whether a valid check of a default partition proves that none of its rows belongs to a new bound over these columns.
pub(super) fn outside_of(table: &Table, key: &[String], bound: &str) -> bool {
    let ([column], Some(Bound::Range { from, to })) = (key, Bound::read(bound)) else {
        return false;
    };
    let mut proved = usable(table, &[]).filter_map(|check| parse(&check.expression));
    proved.any(|condition| avoids(&condition, column, &from, &to))
}

/// Whether every row that a condition lets through lies before `from` or from `to` on.
fn avoids(condition: &Expr, column: &str, from: &End, to: &End) -> bool {
    match bare(condition) {
        Expr::BinaryOp {
            left,
            op: BinaryOperator::Or,
            right,
        } => avoids(left, column, from, to) && avoids(right, column, from, to),
        Expr::BinaryOp {
            left,
            op: BinaryOperator::And,
            right,
        } => avoids(left, column, from, to) || avoids(right, column, from, to),
        other => facts(other, column).iter().any(|fact| {
            let before = matches!(from, End::At(from) if is_below(fact, from));
            let after = matches!(to, End::At(to) if is_at_least(fact, to));
            before || after
        }),
    }
}

/// Checks that hold for every row that is there.
fn usable<'a>(table: &'a Table, dropped: &[&str]) -> impl Iterator<Item = &'a Check> {
    let holds = |check: &&Check| {
        check.validated && !check.not_enforced && !dropped.contains(&check.name.as_str())
    };
    table.check_constraints.iter().filter(holds)
}

fn parse(text: &str) -> Option<Expr> {
    let parser = Parser::new(&PostgreSqlDialect {}).try_with_sql(text).ok()?;
    let mut parser = parser;
    parser.parse_expr().ok()
}

/// Whether a condition that is known to be true or NULL can only be so where the column is not NULL.
fn excludes_null(condition: &Expr, column: &str) -> bool {
    match condition {
        Expr::Nested(inner) => excludes_null(inner, column),
        Expr::IsNotNull(inner) => is_column(inner, column),
        Expr::UnaryOp {
            op: UnaryOperator::Not,
            expr,
        } => matches!(bare(expr), Expr::IsNull(inner) if is_column(inner, column)),
        Expr::BinaryOp {
            left,
            op: BinaryOperator::And,
            right,
        } => excludes_null(left, column) || excludes_null(right, column),
        Expr::BinaryOp {
            left,
            op: BinaryOperator::Or,
            right,
        } => excludes_null(left, column) && excludes_null(right, column),
        _ => false,
    }
}

fn bare(expression: &Expr) -> &Expr {
    match expression {
        Expr::Nested(inner) => bare(inner),
        other => other,
    }
}

fn is_column(expression: &Expr, column: &str) -> bool {
    matches!(bare(expression), Expr::Identifier(name) if name.value == column)
}

/// A constant that can be compared: a number, or a text that is compared by its characters.
#[derive(Clone, Debug, PartialEq)]
enum Constant {
    Number(f64),
    Text(String),
}

impl Constant {
    /// `None` where the order is not certain: two texts of different shape may be dates, or sorted by a collation.
    fn compare(&self, other: &Self) -> Option<Ordering> {
        match (self, other) {
            (Self::Number(one), Self::Number(two)) => one.partial_cmp(two),
            (Self::Text(one), Self::Text(two)) if one == two => Some(Ordering::Equal),
            (Self::Text(one), Self::Text(two))
                if is_timestamp(one) && is_timestamp(two) && one.len() == two.len() =>
            {
                Some(one.cmp(two))
            }
            _ => None,
        }
    }
}

/// `2031-04-01`, with or without a time.
fn is_timestamp(text: &str) -> bool {
    let shape = |at: usize, byte: u8| match at {
        4 | 7 => byte == b'-',
        10 => byte == b' ' || byte == b'T',
        13 | 16 => byte == b':',
        _ => byte.is_ascii_digit(),
    };
    matches!(text.len(), 10 | 16 | 19) && text.bytes().enumerate().all(|(at, byte)| shape(at, byte))
}

fn constant(expression: &Expr) -> Option<Constant> {
    match bare(expression) {
        Expr::Value(value) => match &value.value {
            Value::Number(number, _) => number.clone().parse().ok().map(Constant::Number),
            Value::SingleQuotedString(text) => Some(
                text.parse()
                    .map_or_else(|_| Constant::Text(text.clone()), Constant::Number),
            ),
            _ => None,
        },
        Expr::UnaryOp {
            op: UnaryOperator::Minus,
            expr,
        } => match constant(expr)? {
            Constant::Number(number) => Some(Constant::Number(-number)),
            Constant::Text(_) => None,
        },
        Expr::Cast { expr, .. } => constant(expr),
        _ => None,
    }
}

/// Something a check says of the key column.
#[derive(Clone, Debug, PartialEq)]
enum Fact {
    AtLeast(Constant),
    Above(Constant),
    AtMost(Constant),
    Below(Constant),
    OneOf(Vec<Constant>),
}

/// What the conditions joined by AND say of the column.
fn facts(condition: &Expr, column: &str) -> Vec<Fact> {
    match bare(condition) {
        Expr::BinaryOp {
            left,
            op: BinaryOperator::And,
            right,
        } => [facts(left, column), facts(right, column)].concat(),
        Expr::BinaryOp { left, op, right } if is_column(left, column) => {
            let Some(value) = constant(right) else {
                return Vec::new();
            };
            match op {
                BinaryOperator::GtEq => vec![Fact::AtLeast(value)],
                BinaryOperator::Gt => vec![Fact::Above(value)],
                BinaryOperator::LtEq => vec![Fact::AtMost(value)],
                BinaryOperator::Lt => vec![Fact::Below(value)],
                BinaryOperator::Eq => vec![Fact::OneOf(vec![value])],
                _ => Vec::new(),
            }
        }
        Expr::Between {
            expr,
            negated: false,
            low,
            high,
        } if is_column(expr, column) => {
            let low = constant(low).map(Fact::AtLeast);
            let high = constant(high).map(Fact::AtMost);
            low.into_iter().chain(high).collect()
        }
        Expr::InList {
            expr,
            list,
            negated: false,
        } if is_column(expr, column) => {
            let values: Option<Vec<_>> = list.iter().map(constant).collect();
            values.map(Fact::OneOf).into_iter().collect()
        }
        Expr::AnyOp {
            left,
            compare_op: BinaryOperator::Eq,
            right,
            ..
        } if is_column(left, column) => array(right).map(Fact::OneOf).into_iter().collect(),
        _ => Vec::new(),
    }
}

fn array(expression: &Expr) -> Option<Vec<Constant>> {
    match bare(expression) {
        Expr::Array(array) => array.elem.iter().map(constant).collect(),
        Expr::Cast { expr, .. } => array(expr),
        _ => None,
    }
}

/// The bound of a partition over one column.
#[derive(Clone, Debug, PartialEq)]
enum Bound {
    Range { from: End, to: End },
    List(Vec<Constant>),
}

/// One end of a range.
#[derive(Clone, Debug, PartialEq)]
enum End {
    /// `MINVALUE`, `MAXVALUE`.
    Unbounded,
    At(Constant),
}

impl End {
    /// Whether a test of the end's value holds; always where there is none.
    fn is_unbounded_or(&self, test: impl Fn(&Constant) -> bool) -> bool {
        match self {
            Self::Unbounded => true,
            Self::At(value) => test(value),
        }
    }
}

impl Bound {
    /// Reads `FOR VALUES FROM (…) TO (…)` and `FOR VALUES IN (…)`.
    fn read(bound: &str) -> Option<Self> {
        let rest = strip_word(strip_word(bound, "for")?, "values")?;
        if let Some(list) = strip_word(rest, "in") {
            let Expr::Tuple(values) = tuple(list)? else {
                return None;
            };
            let values: Option<Vec<_>> = values.iter().map(constant).collect();
            return values.map(Self::List);
        }
        let rest = strip_word(rest, "from")?;
        let middle = rest.to_ascii_lowercase().find(") to")?;
        let (from, to) = rest.split_at_checked(middle + 1)?;
        Some(Self::Range {
            from: end(from, "minvalue")?,
            to: end(strip_word(to, "to")?, "maxvalue")?,
        })
    }

    fn follows_from(&self, facts: &[Fact]) -> bool {
        match self {
            Self::Range { from, to } => {
                from.is_unbounded_or(|from| facts.iter().any(|fact| is_at_least(fact, from)))
                    && to.is_unbounded_or(|to| facts.iter().any(|fact| is_below(fact, to)))
            }
            Self::List(wanted) => facts.iter().any(|fact| match fact {
                Fact::OneOf(values) => values.iter().all(|value| wanted.contains(value)),
                _ => false,
            }),
        }
    }
}

fn end(text: &str, unbounded: &str) -> Option<End> {
    let Expr::Tuple(values) = tuple(text)? else {
        return None;
    };
    let [value] = values.as_slice() else {
        return None;
    };
    match value {
        Expr::Identifier(word) if word.value.eq_ignore_ascii_case(unbounded) => {
            Some(End::Unbounded)
        }
        other => constant(other).map(End::At),
    }
}

fn tuple(text: &str) -> Option<Expr> {
    match parse(text)? {
        Expr::Nested(inner) => Some(Expr::Tuple(vec![*inner])),
        tuple @ Expr::Tuple(_) => Some(tuple),
        _ => None,
    }
}

fn strip_word<'a>(text: &'a str, word: &str) -> Option<&'a str> {
    let text = text.trim_start();
    let head = text.get(..word.len())?;
    let rest = text.get(word.len()..)?;
    head.eq_ignore_ascii_case(word).then_some(rest.trim_start())
}

fn is_at_least(fact: &Fact, from: &Constant) -> bool {
    let reaches = |value: &Constant| value.compare(from).is_some_and(Ordering::is_ge);
    match fact {
        Fact::AtLeast(value) | Fact::Above(value) => reaches(value),
        Fact::OneOf(values) => values.iter().all(reaches),
        Fact::AtMost(_) | Fact::Below(_) => false,
    }
}

fn is_below(fact: &Fact, to: &Constant) -> bool {
    let stays = |value: &Constant| value.compare(to).is_some_and(Ordering::is_lt);
    match fact {
        Fact::Below(value) => value.compare(to).is_some_and(Ordering::is_le),
        Fact::AtMost(value) => stays(value),
        Fact::OneOf(values) => values.iter().all(stays),
        Fact::AtLeast(_) | Fact::Above(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn proves(condition: &str) -> bool {
        parse(condition).is_some_and(|condition| excludes_null(&condition, "qty"))
    }

    #[test]
    fn not_null_is_proved_as_postgresql_proves_it() {
        assert!(proves("(qty IS NOT NULL)"));
        assert!(proves("((qty > 0) AND (qty IS NOT NULL))"));
        assert!(proves("(NOT (qty IS NULL))"));
        assert!(proves(
            "((qty IS NOT NULL) OR ((qty IS NOT NULL) AND (note IS NULL)))"
        ));
        assert!(!proves("(qty > 0)"));
        assert!(!proves("((qty IS NOT NULL) OR (note IS NULL))"));
        assert!(!proves("(note IS NOT NULL)"));
        assert!(!proves("this is no condition ("));
    }

    fn implies(condition: &str, bound: &str) -> bool {
        let condition = parse(condition).expect("a condition");
        Bound::read(bound).is_some_and(|bound| bound.follows_from(&facts(&condition, "id")))
    }

    #[test]
    fn a_default_partition_is_not_read_where_a_check_keeps_the_bound_out() {
        let keeps_out = |condition: &str| {
            let condition = parse(condition).expect("a condition");
            let Some(Bound::Range { from, to }) = Bound::read("FOR VALUES FROM (10) TO (20)")
            else {
                return false;
            };
            avoids(&condition, "id", &from, &to)
        };
        assert!(keeps_out("((id < 10) OR (id >= 20))"));
        assert!(keeps_out("(id >= 20)"));
        assert!(keeps_out("((note IS NOT NULL) AND (id < 5))"));
        assert!(!keeps_out("((id < 11) OR (id >= 20))"));
        assert!(!keeps_out("((id < 10) OR (note IS NULL))"));
        assert!(!keeps_out("(id <> 15)"));
    }

    #[test]
    fn bounds_follow_from_checks_that_are_as_narrow() {
        let bound = "FOR VALUES FROM (1) TO (1000)";
        assert!(implies("((id >= 1) AND (id < 1000))", bound));
        assert!(implies("((id >= 5) AND (id <= 999))", bound));
        assert!(!implies("((id >= 0) AND (id < 1000))", bound));
        assert!(!implies("((id >= 1) AND (id <= 1000))", bound));
        assert!(!implies("(id >= 1)", bound));
        assert!(implies("(id < 9)", "FOR VALUES FROM (MINVALUE) TO (9)"));
        let month = "FOR VALUES FROM ('2031-04-01') TO ('2031-05-01')";
        assert!(implies(
            "((id >= '2031-04-01'::date) AND (id < '2031-05-01'::date))",
            month
        ));
        assert!(!implies(
            "((id >= 'April') AND (id < 'May'))",
            "FOR VALUES FROM ('Apri') TO ('Mayo')"
        ));
        assert!(implies(
            "(id = ANY (ARRAY['de'::text, 'at'::text]))",
            "FOR VALUES IN ('at', 'ch', 'de')"
        ));
        assert!(!implies(
            "(id = 'fr'::text)",
            "FOR VALUES IN ('at', 'ch', 'de')"
        ));
    }
}
