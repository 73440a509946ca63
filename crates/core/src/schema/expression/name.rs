//! The name PostgreSQL gives to a column that has none (`FigureColname()`).

use sqlparser::ast::{AccessExpr, CastKind, Expr, FunctionArguments, Value};

use super::resolve::folded;

/// How sure a name is: a function's or column's own name beats the name of a cast's type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Strength {
    Type,
    Own,
}

/// The name of an output column; none for `?column?`.
pub(super) fn column_label(expression: &Expr) -> Option<String> {
    label(expression).map(|(name, _)| name)
}

fn label(expression: &Expr) -> Option<(String, Strength)> {
    let own = |name: &str| Some((name.to_owned(), Strength::Own));
    match expression {
        Expr::Nested(inner) => label(inner),
        Expr::Identifier(ident) => own(&folded(ident)),
        Expr::CompoundIdentifier(parts) => own(&folded(parts.last()?)),
        Expr::Function(function) => {
            let name = function.name.0.last()?.as_ident()?;
            if matches!(function.args, FunctionArguments::None) {
                return own(&folded(name));
            }
            own(&folded(name))
        }
        Expr::Cast {
            kind: CastKind::Cast | CastKind::DoubleColon,
            expr,
            data_type,
            ..
        } => match label(expr) {
            Some((name, Strength::Own)) => own(&name),
            _ => Some((type_label(&data_type.to_string())?, Strength::Type)),
        },
        Expr::TypedString(typed) => {
            Some((type_label(&typed.data_type.to_string())?, Strength::Type))
        }
        Expr::Interval(_) => Some(("interval".to_owned(), Strength::Type)),
        Expr::Case { else_result, .. } => match else_result.as_deref().and_then(label) {
            Some((name, Strength::Own)) => own(&name),
            _ => Some(("case".to_owned(), Strength::Type)),
        },
        Expr::Collate { expr, .. } => label(expr),
        Expr::Array(_) => own("array"),
        Expr::Exists { .. } => own("exists"),
        Expr::Extract { .. } => own("extract"),
        Expr::AtTimeZone { .. } => own("timezone"),
        Expr::Position { .. } => own("position"),
        Expr::Substring { .. } => own("substring"),
        Expr::Overlay { .. } => own("overlay"),
        Expr::Ceil { .. } => own("ceil"),
        Expr::Floor { .. } => own("floor"),
        Expr::Trim { trim_where, .. } => own(match trim_where {
            Some(sqlparser::ast::TrimWhereField::Leading) => "ltrim",
            Some(sqlparser::ast::TrimWhereField::Trailing) => "rtrim",
            _ => "btrim",
        }),
        Expr::Subquery(query) => {
            let sqlparser::ast::SetExpr::Select(select) = query.body.as_ref() else {
                return None;
            };
            match select.projection.as_slice() {
                [sqlparser::ast::SelectItem::UnnamedExpr(only)] => label(only),
                [sqlparser::ast::SelectItem::ExprWithAlias { alias, .. }] => own(&folded(alias)),
                _ => None,
            }
        }
        Expr::CompoundFieldAccess { root, access_chain } => {
            let mut fields = access_chain.iter().rev().filter_map(field);
            fields.next().map_or_else(|| label(root), |name| own(&name))
        }
        Expr::Value(value) if matches!(value.value, Value::Boolean(_)) => {
            Some(("bool".to_owned(), Strength::Type))
        }
        _ => None,
    }
}

/// The field that is taken out of a row; none for an element of an array.
fn field(access: &AccessExpr) -> Option<String> {
    match access {
        AccessExpr::Dot(Expr::Identifier(name)) => Some(folded(name)),
        AccessExpr::Dot(_) | AccessExpr::Subscript(_) => None,
    }
}

/// A type's internal name: `int4` for `integer`.
fn type_label(written: &str) -> Option<String> {
    let name = crate::sql::read_type(written)?;
    let short = match name.name.as_str() {
        "integer" => "int4",
        "bigint" => "int8",
        "smallint" => "int2",
        "boolean" => "bool",
        "real" => "float4",
        "double precision" => "float8",
        "character varying" => "varchar",
        "character" => "bpchar",
        "timestamp with time zone" => "timestamptz",
        "timestamp without time zone" => "timestamp",
        "time with time zone" => "timetz",
        "time without time zone" => "time",
        "bit varying" => "varbit",
        other => other,
    };
    Some(short.to_owned())
}
