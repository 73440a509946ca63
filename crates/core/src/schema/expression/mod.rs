//! SQL expressions in the form in which PostgreSQL prints them (`pg_get_expr()`), and what they depend on.

mod token;

pub(super) use token::{
    calls_function, mentions_column, mentions_row_column, mentions_sequence, mentions_type,
    rename_column_in, rename_object_in, rename_row_column_in,
};

use super::{ObjectName, Schema, Table, ViewColumn, ViewRead};
use crate::operation::{Expression, TypeName, quote_identifier, quote_literal};
use crate::schema::WillFail;

/// What the names in an expression can mean.
#[derive(Clone, Copy, Debug)]
pub(super) enum Scope<'a> {
    /// No columns: a default.
    Nothing,
    /// The columns of a table.
    Table(&'a Table),
    /// `VALUE` of a domain over this type.
    Value(&'a str),
}

/// What an expression is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Target {
    /// A truth value: a check, a predicate.
    Condition,
    /// A value for a column of this type.
    Assign(String),
    /// A value of any type: a key of an index.
    Key,
}

/// An expression, printed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Printed {
    /// As PostgreSQL prints it; as written where that could not be worked out.
    pub text: String,
    /// The columns it names, in the order of the table.
    pub columns: Vec<String>,
    /// Whether `text` is PostgreSQL's own form.
    pub exact: bool,
    /// Whether it is just `NULL`.
    pub is_null: bool,
    /// The column, if it is nothing but one.
    pub plain_column: Option<String>,
    /// Whether it is a function call, which needs no parentheses in an index.
    pub is_call: bool,
}

impl Printed {
    /// The expression as it was written.
    pub(super) fn as_written(expression: &Expression) -> Self {
        Self {
            text: expression.as_str().to_owned(),
            columns: token::possible_columns(expression.as_str()),
            exact: false,
            is_null: expression.as_str().eq_ignore_ascii_case("null"),
            plain_column: None,
            is_call: false,
        }
    }
}

pub(super) fn print(
    _s: &Schema,
    scope: Scope<'_>,
    e: &Expression,
    _t: &Target,
) -> Result<Printed, WillFail> {
    let mut p = Printed::as_written(e);
    if let Scope::Table(t) = scope {
        p.columns.retain(|c| t.column(c).is_some());
        if t.column(e.as_str()).is_some() {
            p.plain_column = Some(e.as_str().to_owned());
        }
    } else {
        p.columns.clear();
    }
    Ok(p)
}
pub(super) fn nextval(sequence: &ObjectName) -> String {
    let name = format!(
        "{}.{}",
        quote_identifier(&sequence.schema),
        quote_identifier(&sequence.name)
    );
    format!("nextval({}::regclass)", quote_literal(&name))
}
pub(super) fn comparable(_s: &Schema, _a: &str, _b: &str) -> Option<bool> {
    None
}
pub(super) fn assignable(_s: &Schema, _a: &str, _b: &str) -> Option<bool> {
    None
}
pub(super) fn type_of_default(_s: &Schema, _a: &str) -> Option<String> {
    None
}
pub(super) fn column_name(_e: &str) -> Option<String> {
    None
}
pub(super) fn is_default_operator_class(_m: &str, _n: &str) -> bool {
    false
}
pub(super) fn is_built_in_operator_class(_n: &str) -> bool {
    true
}
pub(super) fn operator_class_extension(_n: &str) -> Option<&'static str> {
    None
}
pub(super) struct ExclusionKey {
    pub expression: String,
    pub operator_class: Option<String>,
}
pub(super) fn split_exclusion_element(_e: &str) -> Option<(ExclusionKey, String)> {
    None
}
pub(super) fn partition_key(_s: &Schema, _t: &Table, b: &str) -> String {
    b.to_owned()
}
pub(super) fn partition_columns(_t: &str) -> Vec<String> {
    Vec::new()
}
pub(super) fn partition_bound(_s: &Schema, _t: &Table, b: &str) -> String {
    b.to_owned()
}
pub(super) fn extension_types(_n: &str) -> Option<&'static [&'static str]> {
    None
}
pub(super) fn extension_functions(_n: &str) -> &'static [&'static str] {
    &[]
}
pub(super) fn extension_schema(_n: &str) -> Option<&'static str> {
    None
}
pub(super) fn extension_requires(_n: &str) -> &'static [&'static str] {
    &[]
}
pub(super) fn set_search_path_call(_s: &str) -> Option<(String, bool)> {
    None
}
pub(super) fn read_type(_t: &str) -> Option<TypeName> {
    None
}
#[derive(Clone)]
pub(super) struct QueryShape {
    pub columns: Option<Vec<ViewColumn>>,
    pub reads: Vec<ViewRead>,
    pub refusal: Option<WillFail>,
}
pub(super) fn query_shape(_s: &Schema, _q: &str) -> QueryShape {
    QueryShape {
        columns: None,
        reads: Vec::new(),
        refusal: None,
    }
}
