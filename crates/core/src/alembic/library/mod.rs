//! What the functions and classes of libraries do: Alembic's, SQLAlchemy's, Python's own.

mod context;
mod expression;
mod extension;
mod handle;
mod schema;
mod select;
mod session;
mod standard;
mod statement;
mod types;

use std::rc::Rc;

pub use self::expression::sql_text;
pub use self::extension::{field, optional_field};
pub use self::handle::{Parameters, ROWS};
pub use self::schema::{
    Parts, blank_column, constraint_with, exclude_elements, index_key, index_options, table_options,
};
pub use self::statement::{as_table, assignments, in_table_order};

use super::evaluate::{Arg, Args, COMPILED, Evaluator, Run};
use super::value::{Handle, Known, Method, Unknown, Value};

/// What is passed where SQLAlchemy's version matters: the one whose output is reproduced.
const SQLALCHEMY_VERSION: &str = "2.0.58";

impl Evaluator<'_> {
    /// `library.name`.
    pub fn path_attribute(&self, path: &str, name: &str) -> Value {
        let full = format!("{path}.{name}");
        match full.as_str() {
            "alembic.context.config" | "alembic.op.config" => {
                Value::unknown("depends on Alembic's configuration")
            }
            "os.environ" => Value::unknown("depends on the environment"),
            "sys.argv" => Value::unknown("depends on the command line"),
            "sys.version_info" => Value::unknown("depends on Python's version"),
            "sqlalchemy.__version__" => Value::text(SQLALCHEMY_VERSION),
            "typing.TYPE_CHECKING" | "typing_extensions.TYPE_CHECKING" => Value::Bool(false),
            "string.ascii_letters" => {
                Value::text("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
            }
            "string.ascii_lowercase" => Value::text("abcdefghijklmnopqrstuvwxyz"),
            "string.ascii_uppercase" => Value::text("ABCDEFGHIJKLMNOPQRSTUVWXYZ"),
            "string.digits" => Value::text("0123456789"),
            _ if path == "sqlalchemy.orm.Session" && name == "object_session" => {
                Value::Unknown(Unknown::data("is a session that is not read"))
            }
            _ => Value::Path(Rc::from(full.as_str())),
        }
    }

    /// A function or class of SQLAlchemy's.
    pub fn sqlalchemy_function(&mut self, path: &str, args: &Args) -> Run<Value> {
        if let Some(name) = function_name(path) {
            return Ok(self.sql_function(name, args));
        }
        let name = path.rsplit('.').next().unwrap_or(path);
        if let Some(data_type) = self.type_named(path, args)? {
            return Ok(Value::Type(Rc::new(data_type.at(args.span))));
        }
        if let Some(value) = self.schema_construct(name, args)? {
            return Ok(value);
        }
        if let Some(value) = self.expression_construct(name, args)? {
            return Ok(value);
        }
        if let Some(value) = self.statement_construct(name, args)? {
            return Ok(value);
        }
        match name {
            "compiles" => Ok(compiles(args)),
            "inspect" | "from_engine" | "Inspector" => self.inspector(args),
            "Session" | "sessionmaker" | "scoped_session" => self.session(name, args),
            "quoted_name" | "conv" => Ok(match args.positional.first() {
                Some(arg) => arg.value.clone(),
                None => Value::None,
            }),
            "declarative_base" | "registry" | "relationship" | "backref" | "DeclarativeBase"
            | "declared_attr" | "hybrid_property" | "configure_mappers" | "automap_base"
            | "listen" | "listens_for" => Ok(Value::Handle(Handle::Inert)),
            _ => Ok(Value::unknown(format!(
                "is made by `{name}`, which is not read"
            ))),
        }
    }
}

/// `@compiles(Class, "postgresql")`: a decorator that ties a function to a class, where it is for PostgreSQL.
fn compiles(args: &Args) -> Value {
    let mut dialects = args.positional.iter().skip(1).peekable();
    let is_for_postgresql = dialects.peek().is_none()
        || dialects.any(|dialect| dialect.value.as_str() == Some("postgresql"));
    match args.positional.first() {
        Some(class) if is_for_postgresql => Value::Method(Rc::new(Method {
            receiver: class.value.clone(),
            name: COMPILED.to_owned(),
            span: class.span,
        })),
        _ => Value::Handle(Handle::Inert),
    }
}

/// `sqlalchemy.func.name`, `sqlalchemy.sql.func.name`: the name.
fn function_name(path: &str) -> Option<&str> {
    let at = path.find(".func.")?;
    path.get(at + ".func.".len()..)
}

/// The schema that an argument names; `public` where it is missing.
///
/// # Errors
/// If it is not known.
pub fn schema_name(arg: Option<&Arg>) -> Known<String> {
    match arg {
        None => Ok("public".to_owned()),
        Some(arg) if matches!(arg.value, Value::None) => Ok("public".to_owned()),
        Some(arg) => Ok(arg.text()?.text.clone()),
    }
}
