//! What an SQL expression of a backfill or a predicate says: where NULL can come from, and which columns cannot be NULL.

use sqlparser::ast::{
    BinaryOperator, Expr, Function, FunctionArg, FunctionArgExpr, FunctionArguments, SelectItem,
    SetExpr, TableFactor, UnaryOperator, Value,
};
use sqlparser::dialect::PostgreSqlDialect;
use sqlparser::parser::Parser;

use crate::operation::Expression;

/// Longer expressions are not looked into: the tree of a long chain of operators is as deep as the chain is long.
const LONGEST: usize = 8_000;

/// Where NULL can come from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NullSources {
    /// Columns whose NULL makes the whole NULL.
    pub columns: Vec<ColumnUse>,
    /// Constructs that can give NULL by themselves, in words.
    pub constructs: Vec<&'static str>,
}

/// A column in an expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ColumnUse {
    /// What stands before the dot.
    pub qualifier: Option<String>,
    /// Its name.
    pub name: String,
    /// Whether it is an operand of `||`.
    pub concatenated: bool,
}

/// The tree of an expression; none where it cannot be read.
pub fn parse(expression: &Expression) -> Option<Expr> {
    let text = Some(expression.as_str()).filter(|text| text.len() <= LONGEST)?;
    let mut parser = Parser::new(&PostgreSqlDialect {}).try_with_sql(text).ok()?;
    let tree = parser.parse_expr().ok()?;
    (parser.peek_token().token == sqlparser::tokenizer::Token::EOF).then_some(tree)
}

/// Where NULL can come from in this expression, as far as it is understood.
pub fn null_sources(expression: &Expression) -> NullSources {
    let mut sources = NullSources::default();
    if let Some(tree) = parse(expression) {
        collect(&tree, false, &mut sources);
    }
    sources
}

fn collect(tree: &Expr, concatenated: bool, sources: &mut NullSources) {
    match tree {
        Expr::Identifier(name) => sources.columns.push(ColumnUse {
            qualifier: None,
            name: folded(name),
            concatenated,
        }),
        Expr::CompoundIdentifier(parts) => {
            if let [.., qualifier, name] = parts.as_slice() {
                sources.columns.push(ColumnUse {
                    qualifier: Some(folded(qualifier)),
                    name: folded(name),
                    concatenated,
                });
            }
        }
        Expr::Nested(inner)
        | Expr::UnaryOp { expr: inner, .. }
        | Expr::Cast { expr: inner, .. }
        | Expr::Collate { expr: inner, .. }
        | Expr::Trim { expr: inner, .. }
        | Expr::Substring { expr: inner, .. }
        | Expr::Extract { expr: inner, .. }
        | Expr::Ceil { expr: inner, .. }
        | Expr::Floor { expr: inner, .. }
        | Expr::AtTimeZone {
            timestamp: inner, ..
        } => collect(inner, concatenated, sources),
        Expr::BinaryOp { left, op, right } => {
            collect_operator(left, op, right, concatenated, sources)
        }
        Expr::Function(function) => collect_function(function, concatenated, sources),
        Expr::Case {
            else_result: None, ..
        } => sources.constructs.push("a CASE without ELSE"),
        Expr::JsonAccess { .. } => sources.constructs.push("a JSON key that may be missing"),
        // How many rows a function gives is for the function to say.
        Expr::Subquery(query) if !counts(query.body.as_ref()) && !is_call(query.body.as_ref()) => {
            sources.constructs.push("a subquery that may find no row");
        }
        Expr::Value(value) if value.value == Value::Null => sources.constructs.push("NULL itself"),
        _ => {}
    }
}

/// Whether a query reads from one function and nothing else.
fn is_call(body: &SetExpr) -> bool {
    let SetExpr::Select(select) = body else {
        return false;
    };
    match select.from.as_slice() {
        [from] if from.joins.is_empty() && select.selection.is_none() => {
            matches!(
                &from.relation,
                TableFactor::Table { args: Some(_), .. } | TableFactor::Function { .. }
            )
        }
        _ => false,
    }
}

fn collect_operator(
    left: &Expr,
    op: &BinaryOperator,
    right: &Expr,
    concatenated: bool,
    sources: &mut NullSources,
) {
    match op {
        BinaryOperator::StringConcat => {
            collect(left, true, sources);
            collect(right, true, sources);
        }
        BinaryOperator::And | BinaryOperator::Or => {}
        BinaryOperator::Arrow
        | BinaryOperator::LongArrow
        | BinaryOperator::HashArrow
        | BinaryOperator::HashLongArrow => {
            sources.constructs.push("a JSON key that may be missing");
        }
        _ => {
            collect(left, concatenated, sources);
            collect(right, concatenated, sources);
        }
    }
}

fn collect_function(function: &Function, concatenated: bool, sources: &mut NullSources) {
    let name = function.name.to_string().to_ascii_lowercase();
    let arguments = arguments(function);
    match name.as_str() {
        "coalesce" => {
            if let Some(last) = arguments.last() {
                collect(last, concatenated, sources);
            }
        }
        "nullif" => sources.constructs.push("NULLIF"),
        name if STRICT.contains(&name) => {
            for argument in arguments {
                collect(argument, concatenated, sources);
            }
        }
        _ => {}
    }
}

/// Built-in functions that give NULL as soon as an argument is NULL.
const STRICT: &[&str] = &[
    "abs",
    "ascii",
    "btrim",
    "ceil",
    "char_length",
    "chr",
    "date_part",
    "date_trunc",
    "decode",
    "encode",
    "floor",
    "initcap",
    "left",
    "length",
    "lower",
    "lpad",
    "ltrim",
    "make_date",
    "md5",
    "regexp_replace",
    "repeat",
    "replace",
    "reverse",
    "right",
    "round",
    "rpad",
    "rtrim",
    "split_part",
    "sqrt",
    "strpos",
    "substr",
    "substring",
    "timezone",
    "to_char",
    "to_date",
    "to_hex",
    "to_number",
    "to_timestamp",
    "translate",
    "trim",
    "trunc",
    "unaccent",
    "upper",
];

fn arguments(function: &Function) -> Vec<&Expr> {
    let FunctionArguments::List(list) = &function.args else {
        return Vec::new();
    };
    list.args.iter().filter_map(argument).collect()
}

fn argument(argument: &FunctionArg) -> Option<&Expr> {
    match argument {
        FunctionArg::Unnamed(FunctionArgExpr::Expr(expression))
        | FunctionArg::Named {
            arg: FunctionArgExpr::Expr(expression),
            ..
        }
        | FunctionArg::ExprNamed {
            arg: FunctionArgExpr::Expr(expression),
            ..
        } => Some(expression),
        _ => None,
    }
}

/// Whether a query is a bare `SELECT count(…)`, which always gives a row and a number.
fn counts(body: &SetExpr) -> bool {
    let SetExpr::Select(select) = body else {
        return false;
    };
    let is_count = |item: &SelectItem| match item {
        SelectItem::UnnamedExpr(Expr::Function(function)) => {
            function.name.to_string().eq_ignore_ascii_case("count")
        }
        _ => false,
    };
    select.projection.iter().all(is_count)
}

fn folded(name: &sqlparser::ast::Ident) -> String {
    match name.quote_style {
        Some(_) => name.value.clone(),
        None => name.value.to_lowercase(),
    }
}

/// The parts of a predicate that must all hold.
pub fn conjuncts(predicate: &Expression) -> Vec<Expr> {
    let mut parts = Vec::new();
    if let Some(tree) = parse(predicate) {
        split(tree, &mut parts);
    }
    parts
}

fn split(tree: Expr, parts: &mut Vec<Expr>) {
    match tree {
        Expr::Nested(inner) => split(*inner, parts),
        Expr::BinaryOp {
            left,
            op: BinaryOperator::And,
            right,
        } => {
            split(*left, parts);
            split(*right, parts);
        }
        other => parts.push(other),
    }
}

/// The column an expression is, whatever stands before the dot.
pub fn column(tree: &Expr) -> Option<String> {
    match tree {
        Expr::Identifier(name) => Some(folded(name)),
        Expr::CompoundIdentifier(parts) => parts.last().map(folded),
        Expr::Nested(inner) => column(inner),
        _ => None,
    }
}

/// Whether a predicate holds only for rows where the column is not NULL.
pub fn demands_not_null(predicate: &Expression, name: &str) -> bool {
    let is = |tree: &Expr| column(tree).as_deref() == Some(name);
    let demands = |part: &Expr| match part {
        Expr::IsNotNull(inner) => is(inner),
        Expr::UnaryOp {
            op: UnaryOperator::Not,
            expr,
        } => matches!(expr.as_ref(), Expr::IsNull(inner) if is(inner)),
        Expr::BinaryOp { left, op, right } => {
            !matches!(op, BinaryOperator::Or) && (is(left) || is(right))
        }
        Expr::Like { expr, .. }
        | Expr::ILike { expr, .. }
        | Expr::InList {
            expr,
            negated: false,
            ..
        }
        | Expr::Between { expr, .. } => is(expr),
        _ => false,
    };
    conjuncts(predicate).iter().any(demands)
}

/// Whether a predicate holds only for rows where the column is NULL.
pub fn demands_null(predicate: &Expression, name: &str) -> bool {
    let is_null =
        |part: &Expr| matches!(part, Expr::IsNull(inner) if column(inner).as_deref() == Some(name));
    conjuncts(predicate).iter().any(is_null)
}

/// Whether an expression is this column and nothing else.
pub fn is_column(expression: &Expression, name: &str) -> bool {
    parse(expression).as_ref().and_then(column).as_deref() == Some(name)
}

/// Whether an expression is a literal that is not NULL.
pub fn is_constant(expression: &Expression) -> bool {
    matches!(parse(expression), Some(Expr::Value(value)) if value.value != Value::Null)
}

/// Columns that a predicate compares with a value: `id = 7`, `id IN (7, 8)`.
pub fn equated_columns(predicate: &Expression) -> Vec<String> {
    let equated = |part: &Expr| match part {
        Expr::BinaryOp {
            left,
            op: BinaryOperator::Eq,
            right,
        } => match (column(left), column(right)) {
            (Some(name), None) | (None, Some(name)) => Some(name),
            _ => None,
        },
        Expr::InList {
            expr,
            negated: false,
            ..
        } => column(expr),
        _ => None,
    };
    conjuncts(predicate).iter().filter_map(equated).collect()
}

/// Whether a predicate holds for every row: `true`, `1 = 1`.
pub fn is_always_true(predicate: &Expression) -> bool {
    match parse(predicate) {
        Some(Expr::Value(value)) => value.value == Value::Boolean(true),
        Some(Expr::BinaryOp {
            left,
            op: BinaryOperator::Eq,
            right,
        }) => {
            matches!((left.as_ref(), right.as_ref()), (Expr::Value(one), Expr::Value(other)) if one.value == other.value)
        }
        _ => false,
    }
}

/// Whether a text names an identifier as a word of its own.
pub fn mentions(text: &str, name: &str) -> bool {
    let is_part = |c: char| c.is_alphanumeric() || c == '_' || c == '$';
    text.match_indices(name).any(|(at, _)| {
        let before = text.get(..at).and_then(|head| head.chars().next_back());
        let after = text
            .get(at + name.len()..)
            .and_then(|tail| tail.chars().next());
        !before.is_some_and(is_part) && !after.is_some_and(is_part)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sources(text: &str) -> (Vec<String>, Vec<&'static str>) {
        let found = null_sources(&Expression::new(text));
        (
            found
                .columns
                .into_iter()
                .map(|column| column.name)
                .collect(),
            found.constructs,
        )
    }

    #[test]
    fn null_flows_through_strict_functions_and_operators_only() {
        assert_eq!(sources("lower(trim(sku))").0, ["sku"]);
        assert_eq!(sources("first || ' ' || last").0, ["first", "last"]);
        assert_eq!(sources("price * 2 + p.tax").0, ["price", "tax"]);
        assert!(sources("concat(notes, old)").0.is_empty());
        assert!(sources("coalesce(lower(sku), '')").0.is_empty());
        assert_eq!(sources("coalesce(a, b)").0, ["b"]);
        assert!(sources("my_function(a)").0.is_empty());
        assert!(sources("'NEW'").0.is_empty());
    }

    #[test]
    fn some_constructs_give_null_by_themselves() {
        assert_eq!(sources("CASE WHEN a THEN 1 END").1, ["a CASE without ELSE"]);
        assert_eq!(
            sources("data ->> 'name'").1,
            ["a JSON key that may be missing"]
        );
        assert_eq!(
            sources("(SELECT x FROM t WHERE t.id = 1)").1,
            ["a subquery that may find no row"]
        );
        assert!(sources("(SELECT count(*) FROM t)").1.is_empty());
        assert!(
            sources("(SELECT * FROM readers_since('1 day'))")
                .1
                .is_empty()
        );
        assert_eq!(sources("NULLIF(a, '')").1, ["NULLIF"]);
    }

    #[test]
    fn predicates_say_what_cannot_be_null() {
        let predicate = Expression::new("a IS NOT NULL AND (b = 'x') AND c IS NULL");
        assert!(demands_not_null(&predicate, "a"));
        assert!(demands_not_null(&predicate, "b"));
        assert!(!demands_not_null(&predicate, "c"));
        assert!(!demands_not_null(&Expression::new("a = 1 OR b = 2"), "a"));
        assert_eq!(
            equated_columns(&Expression::new("id = 7 AND x > 2")),
            ["id"]
        );
        assert!(is_always_true(&Expression::new("1 = 1")));
        assert!(is_always_true(&Expression::new("true")));
        assert!(mentions("UPDATE a SET b = old_b", "old_b") && !mentions("old_bb", "old_b"));
    }
}
