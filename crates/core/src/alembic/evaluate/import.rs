//! Imports: names of libraries that we know, and all others.

use std::rc::Rc;

use ruff_python_ast::{StmtImport, StmtImportFrom};

use super::super::value::{Unknown, Value};
use super::Evaluator;
use super::scope::Scope;

/// Packages whose names are read, or whose functions do nothing to a database.
const LIBRARIES: &[&str] = &[
    "__future__",
    "abc",
    "alembic",
    "alembic_postgresql_enum",
    "alembic_utils",
    "base64",
    "bisect",
    "builtins",
    "citext",
    "collections",
    "contextlib",
    "copy",
    "dataclasses",
    "datetime",
    "decimal",
    "enum",
    "fastapi_users_db_sqlalchemy",
    "functools",
    "geoalchemy2",
    "hashlib",
    "inspect",
    "itertools",
    "json",
    "logging",
    "loguru",
    "math",
    "operator",
    "os",
    "pathlib",
    "pgvector",
    "random",
    "re",
    "secrets",
    "six",
    "sqlalchemy",
    "sqlalchemy_citext",
    "sqlalchemy_json",
    "sqlalchemy_utils",
    "sqlmodel",
    "string",
    "structlog",
    "sys",
    "textwrap",
    "time",
    "tqdm",
    "typing",
    "typing_extensions",
    "uuid",
    "warnings",
    "zoneinfo",
];

/// What a dotted name of another module is.
pub fn foreign(path: &str) -> Value {
    let root = path.split('.').next().unwrap_or(path);
    if LIBRARIES.contains(&root) {
        Value::Path(Rc::from(path))
    } else {
        Value::Unknown(Unknown::application(path))
    }
}

impl Evaluator<'_> {
    /// `import a.b, c as d`.
    pub fn import(import: &StmtImport, scope: &Scope) {
        for alias in &import.names {
            let path = alias.name.as_str();
            match &alias.asname {
                Some(name) => scope.set(name.as_str(), foreign(path)),
                None => {
                    let root = path.split('.').next().unwrap_or(path);
                    scope.set(root, foreign(root));
                }
            }
        }
    }

    /// `from a import b as c`.
    pub fn import_from(import: &StmtImportFrom, scope: &Scope) {
        let module = import.module.as_ref().map_or("", |module| module.as_str());
        let dots = ".".repeat(import.level as usize);
        for alias in &import.names {
            let name = alias.name.as_str();
            let bound = alias.asname.as_ref().map_or(name, |name| name.as_str());
            let value = if import.level > 0 || module.is_empty() {
                Value::Unknown(Unknown::application(format!("{dots}{module}.{name}")))
            } else {
                foreign(&format!("{module}.{name}"))
            };
            scope.set(bound, value);
        }
    }
}
