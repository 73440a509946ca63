//! Functions, procedures and aggregates.

use super::{Expression, QualifiedName, TypeName};

/// Kinds of routines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FunctionKind {
    /// `FUNCTION`.
    Function,
    /// `PROCEDURE`.
    Procedure,
    /// `AGGREGATE`.
    Aggregate,
    /// `ROUTINE`, in `DROP` and `ALTER`: any of them.
    Routine,
}

/// How far a function's result can be relied on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Volatility {
    /// The default.
    #[default]
    Volatile,
    /// The same within a statement.
    Stable,
    /// Always the same.
    Immutable,
}

/// An argument of a function.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Argument {
    /// `IN`, `OUT`, `INOUT`, `VARIADIC`.
    pub mode: ArgumentMode,
    /// Its name.
    pub name: Option<String>,
    /// Its type.
    pub data_type: TypeName,
    /// Its default.
    pub default: Option<Expression>,
}

/// How an argument is passed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ArgumentMode {
    /// The default.
    #[default]
    In,
    /// `OUT`.
    Out,
    /// `INOUT`.
    InOut,
    /// `VARIADIC`.
    Variadic,
}

/// `CREATE FUNCTION`, `CREATE PROCEDURE`, `CREATE AGGREGATE`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CreateFunction {
    /// The function.
    pub name: QualifiedName,
    /// What it is.
    pub kind: FunctionKind,
    /// `OR REPLACE`.
    pub or_replace: bool,
    /// Its arguments.
    pub arguments: Vec<Argument>,
    /// `RETURNS …`: as `pg_get_function_result()` prints it; none for procedures and functions with `OUT` arguments.
    pub returns: Option<String>,
    /// `LANGUAGE`; `sql` with a standard body.
    pub language: String,
    /// `VOLATILE`, `STABLE`, `IMMUTABLE`.
    pub volatility: Volatility,
    /// `STRICT`.
    pub strict: bool,
    /// `SECURITY DEFINER`.
    pub security_definer: bool,
    /// `SET name = value` clauses, as written.
    pub settings: Vec<String>,
    /// Other attributes, upper case as `pg_get_functiondef()` prints them: `PARALLEL SAFE`, `COST 10`, `LEAKPROOF`.
    pub attributes: Vec<String>,
    /// The body: the text between the quotes.
    pub body: String,
}

/// `ALTER FUNCTION`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AlterFunction {
    /// What it is.
    pub kind: FunctionKind,
    /// The function.
    pub function: FunctionSignature,
    /// What is done.
    pub action: FunctionAction,
}

/// What `ALTER FUNCTION` does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FunctionAction {
    /// `RENAME TO`.
    Rename(String),
    /// `SET SCHEMA`.
    SetSchema(String),
    /// `OWNER TO`.
    Owner(String),
    /// As written.
    Other(String),
}

/// A function named with its argument types.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FunctionSignature {
    /// The name.
    pub name: QualifiedName,
    /// The argument types, if written.
    pub arguments: Option<Vec<TypeName>>,
}

/// `DROP FUNCTION`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DropFunction {
    /// What it is.
    pub kind: FunctionKind,
    /// The functions.
    pub functions: Vec<FunctionSignature>,
    /// `IF EXISTS`.
    pub if_exists: bool,
    /// `CASCADE`.
    pub cascade: bool,
}
