//! What a table's columns imply: keys, checks of types, indexes, the column that counts up.

use std::collections::BTreeSet;
use std::rc::Rc;

use super::super::traced::Traced;
use super::expression::Expr;
use super::schema::{
    Autoincrement, Column, Constraint, ConstraintKind, Index, IndexKey, PythonDefault, Table,
    Target,
};
use super::types::{Family, Kind};
use crate::text::Span;

/// A table with what its columns imply made explicit.
pub(super) struct Expanded {
    pub(super) primary_key: Option<PrimaryKey>,
    /// All others, in SQLAlchemy's order.
    pub(super) constraints: Vec<Rc<Constraint>>,
    pub(super) indexes: Vec<Rc<Index>>,
    /// The column that counts up by itself.
    pub(super) counter: Option<Rc<Traced>>,
}

pub(super) struct PrimaryKey {
    pub(super) constraint: Constraint,
    pub(super) columns: Vec<Rc<Traced>>,
}

/// Makes explicit what a table's columns imply, in the order in which SQLAlchemy makes it.
pub(super) fn expand(made: &Table) -> Expanded {
    let explicit_key = made
        .constraints
        .iter()
        .find(|constraint| matches!(constraint.kind, ConstraintKind::PrimaryKey { .. }));
    let mut constraints: Vec<Rc<Constraint>> = made
        .constraints
        .iter()
        .filter(|constraint| !matches!(constraint.kind, ConstraintKind::PrimaryKey { .. }))
        .cloned()
        .collect();
    let mut indexes = Vec::new();
    for column in &made.columns {
        if column.index {
            indexes.push(Rc::new(Index {
                keys: vec![IndexKey::Column(column.name.clone())],
                unique: column.unique,
                span: column.span,
                ..Index::default()
            }));
        } else if column.unique {
            constraints.push(implied(
                ConstraintKind::Unique {
                    columns: vec![column.name.clone()],
                    nulls_not_distinct: None,
                },
                column.span,
            ));
        }
        constraints.extend(type_check(column));
        constraints.extend(
            column
                .constraints
                .iter()
                .filter_map(|c| at_table(c, column)),
        );
    }
    indexes.extend(made.indexes.iter().cloned());
    let key_columns: Vec<Rc<Traced>> = match explicit_key.map(|key| &key.kind) {
        Some(ConstraintKind::PrimaryKey { columns }) if !columns.is_empty() => columns.clone(),
        _ => {
            let flagged = made.columns.iter().filter(|column| column.primary_key);
            flagged.map(|column| column.name.clone()).collect()
        }
    };
    let counter = counter(made, &key_columns, &constraints);
    let primary_key = (!key_columns.is_empty()).then(|| match explicit_key {
        Some(key) => PrimaryKey {
            constraint: key.as_ref().clone(),
            columns: key_columns,
        },
        None => PrimaryKey {
            constraint: implied(
                ConstraintKind::PrimaryKey {
                    columns: Vec::new(),
                },
                Span::default(),
            )
            .as_ref()
            .clone(),
            columns: counter_first(key_columns, counter.as_ref()),
        },
    });
    Expanded {
        primary_key,
        constraints,
        indexes,
        counter,
    }
}

pub(super) fn implied(kind: ConstraintKind, span: Span) -> Rc<Constraint> {
    Rc::new(Constraint {
        name: None,
        kind,
        deferrable: None,
        initially: None,
        not_valid: false,
        include: Vec::new(),
        use_alter: false,
        span,
    })
}

/// A foreign key written at its column, as a constraint of the table.
pub(super) fn at_table(constraint: &Rc<Constraint>, column: &Column) -> Option<Rc<Constraint>> {
    let ConstraintKind::ForeignKey(key) = &constraint.kind else {
        return None;
    };
    let mut own = constraint.as_ref().clone();
    let mut key = key.clone();
    key.columns = vec![column.name.clone()];
    if key.target.columns.is_empty() {
        key.target = Target {
            columns: vec![column.name.clone()],
            ..key.target
        };
    }
    own.kind = ConstraintKind::ForeignKey(key);
    Some(Rc::new(own))
}

/// The check that stands in for an enum which is not a type of its own.
pub(super) fn type_check(column: &Column) -> Option<Rc<Constraint>> {
    let Kind::Enum(enumeration) = &column.data_type.kind else {
        return None;
    };
    if enumeration.native || !enumeration.create_constraint {
        return None;
    }
    let condition = match &enumeration.labels {
        Ok(labels) => Expr::Binary {
            operator: super::expression::Operator::named("IN"),
            left: Rc::new(Expr::Column(super::expression::ColumnReference::lone(
                column.name.clone(),
            ))),
            right: Rc::new(Expr::Group(Rc::new(Expr::List(
                labels
                    .iter()
                    .map(|label| Rc::new(label_literal(label)))
                    .collect(),
            )))),
        },
        Err(unknown) => Expr::Unknown(unknown.clone()),
    };
    let mut constraint = implied(
        ConstraintKind::Check {
            condition: Rc::new(condition),
        },
        column.span,
    )
    .as_ref()
    .clone();
    constraint.name.clone_from(&enumeration.name);
    Some(Rc::new(constraint))
}

pub(super) fn label_literal(label: &Traced) -> Expr {
    use super::super::value::Value;
    Expr::Bind(super::bind::Bind::value(
        "label",
        Value::Str(Rc::new(label.clone())),
    ))
}

/// SQLAlchemy's rule for the column that counts up by itself.
pub(super) fn counter(
    made: &Table,
    key: &[Rc<Traced>],
    constraints: &[Rc<Constraint>],
) -> Option<Rc<Traced>> {
    let referencing: BTreeSet<&str> = constraints
        .iter()
        .filter_map(|constraint| match &constraint.kind {
            ConstraintKind::ForeignKey(key) => Some(key.columns.iter()),
            _ => None,
        })
        .flatten()
        .map(|name| name.text.as_str())
        .collect();
    let columns = key.iter().filter_map(|name| made.column(&name.text));
    let may_count = |column: &Column| {
        let is_number = matches!(
            column.data_type.family(),
            Family::SmallInteger | Family::Integer | Family::BigInteger | Family::Number
        );
        let has_default = column.default == PythonDefault::Value || column.server_default.is_some();
        let references = referencing.contains(column.name.text.as_str());
        is_number
            && !has_default
            && (!references || column.autoincrement == Autoincrement::IgnoreForeignKey)
    };
    let columns: Vec<&Rc<Column>> = columns.collect();
    let chosen = match columns.as_slice() {
        [only] => match only.autoincrement {
            Autoincrement::Yes => Some(*only),
            Autoincrement::Auto | Autoincrement::IgnoreForeignKey => {
                may_count(only).then_some(*only)
            }
            Autoincrement::No => None,
        },
        several => several
            .iter()
            .find(|column| column.autoincrement == Autoincrement::Yes)
            .copied(),
    };
    chosen.map(|column| column.name.clone())
}

pub(super) fn counter_first(
    mut key: Vec<Rc<Traced>>,
    counter: Option<&Rc<Traced>>,
) -> Vec<Rc<Traced>> {
    if let Some(counter) = counter
        && let Some(at) = key.iter().position(|name| name.text == counter.text)
    {
        let first = key.remove(at);
        key.insert(0, first);
    }
    key
}
