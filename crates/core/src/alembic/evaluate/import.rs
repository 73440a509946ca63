//! Imports: names of libraries that we know, and all others.

use std::rc::Rc;

use ruff_python_ast::{StmtImport, StmtImportFrom};

use super::super::modules;
use super::super::value::{Unknown, Value};
use super::scope::Scope;
use super::{Evaluator, Run};

/// Packages whose names are read, or whose functions do nothing to a database: none of them calls back what it is given.
const LIBRARIES: &[&str] = &[
    "__future__",
    "abc",
    "alembic",
    "alembic_postgresql_enum",
    "alembic_utils",
    "babel",
    "base64",
    "bcrypt",
    "bisect",
    "boto3",
    "botocore",
    "bs4",
    "builtins",
    "citext",
    "click",
    "collections",
    "colorama",
    "contextlib",
    "copy",
    "csv",
    "dataclasses",
    "datetime",
    "dateutil",
    "decimal",
    "email",
    "emoji",
    "enum",
    "fastapi_users_db_sqlalchemy",
    "functools",
    "geoalchemy2",
    "glob",
    "hashlib",
    "html",
    "http",
    "httpx",
    "inspect",
    "io",
    "itertools",
    "json",
    "jwt",
    "logging",
    "loguru",
    "markdown",
    "math",
    "nanoid",
    "numpy",
    "operator",
    "orjson",
    "os",
    "oslo_log",
    "oslo_serialization",
    "oslo_utils",
    "packaging",
    "passlib",
    "pathlib",
    "pgvector",
    "phonenumbers",
    "pprint",
    "progressbar",
    "pytz",
    "random",
    "re",
    "requests",
    "rich",
    "secrets",
    "semver",
    "sentry_sdk",
    "shapely",
    "shutil",
    "six",
    "slugify",
    "sqlalchemy",
    "sqlalchemy_citext",
    "sqlalchemy_json",
    "sqlalchemy_utils",
    "sqlmodel",
    "statistics",
    "string",
    "structlog",
    "sys",
    "tempfile",
    "textwrap",
    "time",
    "tomllib",
    "tqdm",
    "traceback",
    "types",
    "typing",
    "typing_extensions",
    "ulid",
    "unicodedata",
    "urllib",
    "uuid",
    "warnings",
    "yaml",
    "zoneinfo",
];

/// Whether a dotted name belongs to a library that is known.
pub fn is_library(path: &str) -> bool {
    let root = path.split('.').next().unwrap_or(path);
    LIBRARIES.contains(&root)
}

/// What a dotted name of another module is, as far as its name tells.
fn foreign(path: &str) -> Value {
    if is_library(path) {
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
    pub fn import_from(&mut self, import: &StmtImportFrom, scope: &Scope) -> Run<()> {
        let written = import.module.as_ref().map_or("", |module| module.as_str());
        let module = match import.level {
            0 => written.to_owned(),
            level => modules::absolute(&self.path_of(scope), level, written),
        };
        for alias in &import.names {
            let name = alias.name.as_str();
            if name == "*" {
                self.import_all(&module, scope);
                continue;
            }
            let bound = alias.asname.as_ref().map_or(name, |name| name.as_str());
            let full = format!("{module}.{name}");
            let value = match self.application_value(&full)? {
                Some(value) => value,
                None if import.level > 0 => {
                    let dots = ".".repeat(import.level as usize);
                    Value::Unknown(Unknown::application(match written {
                        _ if self.is_module(&full) => full,
                        "" => format!("{dots}{name}"),
                        module => format!("{dots}{module}.{name}"),
                    }))
                }
                None => foreign(&full),
            };
            scope.set(bound, value);
        }
        Ok(())
    }
}
