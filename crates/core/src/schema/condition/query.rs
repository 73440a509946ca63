//! Queries over the system catalogs and the information schema.

use sqlparser::ast::{
    Expr, FunctionArg, FunctionArgExpr, FunctionArguments, GroupByExpr, Join, JoinConstraint,
    JoinOperator, Query, Select, SelectItem, SetExpr, TableFactor,
};

use super::State;
use super::catalog::{self, Row, Rows};
use crate::sql::value::{Value, evaluate, folded};

/// A row that a name in a query's `FROM` stands for just now.
#[derive(Clone, Copy)]
pub(super) struct Binding<'a> {
    pub alias: &'a str,
    pub row: &'a Row,
}

/// What a query reads.
struct Source {
    alias: String,
    rows: Rows,
}

/// What is known about the rows that a query gives.
struct Found {
    /// How many surely are there.
    sure: usize,
    /// Whether there may be more.
    more: bool,
    /// The value of the first column in the first row that is sure.
    first: Option<Value>,
}

/// More combinations of rows than this are not looked at.
const MOST_STEPS: usize = 2_000_000;

pub(super) fn exists(state: &State<'_>, query: &Query) -> Value {
    match found(state, query) {
        Some(found) if found.sure > 0 => Value::Bool(true),
        Some(found) if !found.more => Value::Bool(false),
        _ => Value::Unknown,
    }
}

pub(super) fn scalar(state: &State<'_>, query: &Query) -> Value {
    let Some(select) = plain_select(query) else {
        return Value::Unknown;
    };
    let [SelectItem::UnnamedExpr(item) | SelectItem::ExprWithAlias { expr: item, .. }] =
        select.projection.as_slice()
    else {
        return Value::Unknown;
    };
    if select.from.is_empty() && select.selection.is_none() {
        return evaluate(state, item);
    }
    let Some(found) = found(state, query) else {
        return Value::Unknown;
    };
    match (counts_rows(item), found.more) {
        (_, true) => Value::Unknown,
        (true, false) => i64::try_from(found.sure).map_or(Value::Unknown, Value::Number),
        (false, false) if found.sure == 0 => Value::Null,
        (false, false) => found.first.unwrap_or(Value::Unknown),
    }
}

/// `count(*)`, `count(1)`.
fn counts_rows(item: &Expr) -> bool {
    let Expr::Function(function) = item else {
        return false;
    };
    let FunctionArguments::List(list) = &function.args else {
        return false;
    };
    let counts = function.name.to_string().eq_ignore_ascii_case("count")
        && list.duplicate_treatment.is_none()
        && function.filter.is_none();
    let of_rows = matches!(
        list.args.as_slice(),
        [FunctionArg::Unnamed(
            FunctionArgExpr::Wildcard | FunctionArgExpr::Expr(Expr::Value(_))
        )]
    );
    counts && of_rows
}

/// A query that is one `SELECT` without grouping; `LIMIT` and `ORDER BY` change nothing about whether there are rows.
fn plain_select(query: &Query) -> Option<&Select> {
    let SetExpr::Select(select) = query.body.as_ref() else {
        return None;
    };
    let ungrouped =
        matches!(&select.group_by, GroupByExpr::Expressions(keys, _) if keys.is_empty());
    (query.with.is_none() && ungrouped && select.having.is_none()).then_some(select)
}

fn found(state: &State<'_>, query: &Query) -> Option<Found> {
    let select = plain_select(query)?;
    let mut sources = Vec::new();
    let mut conditions: Vec<&Expr> = select.selection.iter().collect();
    let literals = literals_in(query);
    for item in &select.from {
        sources.push(source(state, &item.relation, &literals)?);
        for join in &item.joins {
            sources.push(source(state, &join.relation, &literals)?);
            conditions.extend(join_conditions(join)?);
        }
    }
    let item = match select.projection.as_slice() {
        [SelectItem::UnnamedExpr(item) | SelectItem::ExprWithAlias { expr: item, .. }]
            if !counts_rows(item) =>
        {
            Some(item)
        }
        _ => None,
    };
    let mut search = Search {
        state,
        sources: &sources,
        conditions: &conditions,
        item,
        found: Found {
            sure: 0,
            more: sources.iter().any(|source| !source.rows.complete),
            first: None,
        },
        steps: 0,
    };
    search.descend(&mut Vec::new());
    (search.steps <= MOST_STEPS).then_some(search.found)
}

fn source(state: &State<'_>, factor: &TableFactor, literals: &[String]) -> Option<Source> {
    let TableFactor::Table {
        name,
        alias,
        args: None,
        ..
    } = factor
    else {
        return None;
    };
    let mut parts = Vec::new();
    for part in &name.0 {
        parts.push(folded(part.as_ident()?));
    }
    let (home, name) = match parts.as_slice() {
        [name] => (None, name),
        [home, name] => (Some(home.as_str()), name),
        _ => return None,
    };
    let rows = catalog::rows(state.schema, home, name, literals)?;
    let alias = alias
        .as_ref()
        .map_or(name.clone(), |alias| folded(&alias.name));
    Some(Source { alias, rows })
}

/// The conditions of an inner join. Nothing is known of an outer one.
fn join_conditions(join: &Join) -> Option<Vec<&Expr>> {
    let (JoinOperator::Join(constraint)
    | JoinOperator::Inner(constraint)
    | JoinOperator::CrossJoin(constraint)) = &join.join_operator
    else {
        return None;
    };
    match constraint {
        JoinConstraint::On(condition) => Some(vec![condition]),
        JoinConstraint::None => Some(Vec::new()),
        JoinConstraint::Using(_) | JoinConstraint::Natural => None,
    }
}

/// The texts that a query names: those that functions may be looked up by.
fn literals_in(query: &Query) -> Vec<String> {
    let text = query.to_string();
    let parts = text.split('\'');
    parts.skip(1).step_by(2).map(str::to_owned).collect()
}

/// A walk over the combinations of rows, left as soon as a condition is false for the rows chosen so far.
struct Search<'a> {
    state: &'a State<'a>,
    sources: &'a [Source],
    conditions: &'a [&'a Expr],
    item: Option<&'a Expr>,
    found: Found,
    steps: usize,
}

impl<'a> Search<'a> {
    fn descend(&mut self, bindings: &mut Vec<Binding<'a>>) {
        self.steps += 1;
        if self.steps > MOST_STEPS {
            return;
        }
        let inside = State {
            schema: self.state.schema,
            bindings,
            outer: Some(self.state),
        };
        let start = Value::Bool(true);
        let held = self.conditions.iter().fold(start, |held, condition| {
            held.and(&evaluate(&inside, condition))
        });
        if held.truth() == Some(false) {
            return;
        }
        match self.sources.get(bindings.len()) {
            Some(source) => {
                for row in &source.rows.rows {
                    let alias = source.alias.as_str();
                    bindings.push(Binding { alias, row });
                    self.descend(bindings);
                    bindings.pop();
                }
            }
            None if held.truth() == Some(true) => {
                self.found.sure += 1;
                if self.found.first.is_none() {
                    self.found.first = self.item.map(|item| evaluate(&inside, item));
                }
            }
            None => self.found.more = true,
        }
    }
}
