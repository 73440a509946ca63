//! Connections, contexts, dialects: what migrations ask and tell them.

use std::rc::Rc;

use super::super::evaluate::{Arg, Args, Evaluator, Mode, Run, raise};
use super::super::sqlalchemy::quote::quote;
use super::super::value::{Handle, Method, Unknown, Value};
use crate::text::Span;

/// What a query gives.
pub const ROWS: &str = "depends on the rows of a query";

impl Evaluator<'_> {
    /// `handle.name`.
    pub fn handle_attribute(&mut self, handle: Handle, name: &str, span: Span) -> Run<Value> {
        Ok(match (&handle, name) {
            (Handle::NoResult, _) => {
                return raise(
                    "AttributeError",
                    format!("'NoneType' object has no attribute '{name}'"),
                );
            }
            (Handle::Inert, _) => Value::Handle(Handle::Inert),
            (Handle::Bind | Handle::Context | Handle::Impl | Handle::Inspector, "dialect") => {
                Value::Handle(Handle::Dialect)
            }
            (Handle::Bind, "engine") => Value::Handle(Handle::Bind),
            (Handle::Bind | Handle::Dialect, "name") => Value::text("postgresql"),
            (Handle::Bind, _) if self.mode == Mode::Offline && !is_mocked(name) => {
                return raise(
                    "AttributeError",
                    format!("'MockConnection' object has no attribute '{name}'"),
                );
            }
            (
                Handle::Context | Handle::Impl | Handle::Session(_) | Handle::Inspector,
                "bind" | "connection" | "engine",
            ) => Value::Handle(Handle::Bind),
            (Handle::Context, "impl") => Value::Handle(Handle::Impl),
            (Handle::Context | Handle::Impl, "as_sql") => Value::Bool(self.mode == Mode::Offline),
            (Handle::Context, "version_table_schema") => {
                match &self.settings.version_table_schema {
                    Some(schema) => Value::text(schema.as_str()),
                    None => Value::None,
                }
            }
            (Handle::Context, "opts" | "config" | "environment_context" | "script") => {
                Value::unknown("depends on Alembic's configuration")
            }
            (Handle::Dialect | Handle::Inspector, "default_schema_name") => Value::text("public"),
            (Handle::Dialect, "identifier_preparer") => Value::Handle(Handle::Preparer),
            (Handle::Dialect, "server_version_info") => {
                Value::unknown("depends on the version of the server")
            }
            (Handle::Dialect, "driver" | "paramstyle") => {
                Value::unknown("depends on the driver of the connection")
            }
            _ => Value::Method(Rc::new(Method {
                receiver: Value::Handle(handle),
                name: name.to_owned(),
                span,
            })),
        })
    }

    /// `handle.name(…)`.
    pub fn handle_method(&mut self, handle: &Handle, name: &str, args: &Args) -> Run<Value> {
        match handle {
            Handle::Bind => self.bind_method(name, args),
            Handle::Dialect => self.dialect_method(name, args),
            Handle::Context | Handle::Impl => self.context_method(name, args),
            Handle::Inspector => Ok(self.inspector_method(name, args)),
            Handle::Session(session) => self.session_method(session, name, args),
            Handle::Batch(batch) => self.batch_method(batch, name, args),
            Handle::Preparer => Ok(match (name, args.text(0, "value")) {
                ("quote" | "quote_identifier" | "quote_schema", Ok(Some(text))) => {
                    if name == "quote_identifier" {
                        Value::text(format!("\"{}\"", text.text.replace('"', "\"\"")))
                    } else {
                        Value::Str(Rc::new(quote(&text)))
                    }
                }
                (_, Err(unknown)) => Value::Unknown(unknown),
                _ => Value::unknown(format!("is made by `{name}`, which is not read")),
            }),
            Handle::AutocommitBlock | Handle::Inert => Ok(Value::Handle(Handle::Inert)),
            Handle::NoResult => raise(
                "AttributeError",
                format!("'NoneType' object has no attribute '{name}'"),
            ),
        }
    }

    fn bind_method(&mut self, name: &str, args: &Args) -> Run<Value> {
        Ok(match name {
            "execute" | "scalar" | "scalars" | "scalar_one" => {
                let Some(statement) = args.get(0, "statement").or_else(|| args.keyword("object_"))
                else {
                    return self.unread_execution(args);
                };
                self.execute(&statement.value.clone(), parameters(args), args.span)?
            }
            "exec_driver_sql" => match args.get(0, "statement").map(Arg::text) {
                Some(Ok(text)) => {
                    self.emit_script(text.as_ref().clone(), args.span);
                    Value::unknown(ROWS)
                }
                Some(Err(unknown)) => {
                    self.emit_unknown(
                        args.span,
                        &unknown,
                        super::super::evaluate::Sent::default(),
                    )?;
                    Value::unknown(ROWS)
                }
                None => self.unread_execution(args)?,
            },
            "begin" | "begin_nested" | "get_transaction" | "begin_twophase" => {
                Value::Handle(Handle::Inert)
            }
            "commit" | "rollback" | "close" | "detach" | "invalidate" | "dispose" => Value::None,
            "execution_options" | "connect" | "get_bind" | "connection" | "raw_connection" => {
                Value::Handle(Handle::Bind)
            }
            "in_transaction" => Value::Bool(true),
            "has_table" => self.has_table(args.positional.first(), args.get(1, "schema")),
            "run_callable" => {
                // run_callable(dialect.has_table, name)
                let Some(callable) = args.positional.first() else {
                    return self.unread_execution(args);
                };
                let mut arguments = Args::one(Value::Handle(Handle::Bind), args.span);
                arguments
                    .positional
                    .extend(args.positional.iter().skip(1).cloned());
                arguments.keywords.clone_from(&args.keywords);
                self.call(&callable.value.clone(), arguments)?
            }
            "schema_for_object" | "get_execution_options" | "get_isolation_level" => {
                Value::unknown("depends on the connection")
            }
            _ => self.unread_execution(args)?,
        })
    }

    fn unread_execution(&mut self, args: &Args) -> Run<Value> {
        self.emit_unread(args.span, "is a call on the connection that is not read")?;
        Ok(Value::unknown("is the result of a call that is not read"))
    }

    fn dialect_method(&mut self, name: &str, args: &Args) -> Run<Value> {
        Ok(match name {
            "has_table" if self.mode == Mode::Offline => {
                return raise("AttributeError", "there is no connection to ask");
            }
            "has_table" => self.has_table(args.positional.get(1), args.get(2, "schema")),
            "type_descriptor" => match args.positional.first() {
                Some(arg) => {
                    let data_type = self.as_type(&arg.value.clone(), arg.span)?;
                    Value::Type(Rc::new(data_type))
                }
                None => Value::None,
            },
            "get_columns"
            | "get_indexes"
            | "get_foreign_keys"
            | "get_pk_constraint"
            | "get_unique_constraints"
            | "get_table_names" => {
                let mut rest = args.clone();
                if !rest.positional.is_empty() {
                    rest.positional.remove(0);
                }
                self.inspector_method(name, &rest)
            }
            _ => Value::unknown(format!("depends on `{name}` of the dialect")),
        })
    }

    fn context_method(&mut self, name: &str, args: &Args) -> Run<Value> {
        Ok(match name {
            "autocommit_block" => Value::Handle(Handle::AutocommitBlock),
            "begin_transaction" | "configure" => Value::Handle(Handle::Inert),
            "get_bind" | "connection" => Value::Handle(Handle::Bind),
            "get_current_revision" | "get_current_heads" => {
                Value::unknown("depends on the revision that the database is at")
            }
            "execute" | "_exec" => match args.positional.first() {
                Some(statement) => {
                    self.execute(&statement.value.clone(), parameters(args), args.span)?
                }
                None => Value::None,
            },
            "static_output" => Value::None,
            _ => {
                self.emit_unread(
                    args.span,
                    format!("`{name}` of Alembic's context is not read"),
                )?;
                Value::unknown("is the result of a call that is not read")
            }
        })
    }

    /// `sa.inspect(…)`, `Inspector.from_engine(…)`.
    pub fn inspector(&mut self, args: &Args) -> Run<Value> {
        let of_connection = args
            .positional
            .first()
            .or_else(|| args.keyword("subject"))
            .is_some_and(|arg| {
                matches!(arg.value, Value::Handle(Handle::Bind | Handle::Session(_)))
            });
        if !of_connection {
            return Ok(Value::unknown("inspects something that is not read"));
        }
        if self.mode == Mode::Offline {
            return raise(
                "NoInspectionAvailable",
                "No inspection system is available for object of type MockConnection",
            );
        }
        Ok(Value::Handle(Handle::Inspector))
    }
}

/// What the connection of offline mode has.
fn is_mocked(name: &str) -> bool {
    matches!(
        name,
        "engine"
            | "dialect"
            | "name"
            | "connect"
            | "schema_for_object"
            | "execution_options"
            | "execute"
            | "_run_ddl_visitor"
    )
}

/// The parameters of `execute(statement, parameters)`.
pub fn parameters(args: &Args) -> Parameters {
    if let Some(unknown) = &args.doubt {
        return Parameters::Unknown(unknown.clone());
    }
    let given = args
        .positional
        .get(1)
        .or_else(|| args.keyword("parameters"))
        .or_else(|| args.keyword("params"));
    match given.map(|arg| &arg.value) {
        None | Some(Value::None) => {
            let named = args.keywords.iter().filter(|(name, _)| {
                !matches!(
                    name.as_str(),
                    "statement" | "execution_options" | "bind_arguments"
                )
            });
            // SQLAlchemy 1: execute(text, name=value).
            let named: Vec<(String, Value)> = named
                .map(|(name, arg)| (name.clone(), arg.value.clone()))
                .collect();
            if named.is_empty() {
                Parameters::None
            } else {
                Parameters::Named(named)
            }
        }
        Some(Value::Unknown(unknown)) => Parameters::Unknown(unknown.clone()),
        Some(Value::Dict(dict)) => match dict.known() {
            Ok(pairs) => Parameters::Named(named(pairs)),
            Err(unknown) => Parameters::Unknown(unknown),
        },
        Some(Value::List(list)) => match list.known() {
            Ok(rows) if rows.iter().all(|row| matches!(row, Value::Dict(_))) => {
                let rows = rows.into_iter().filter_map(|row| match row {
                    Value::Dict(dict) => dict.known().ok().map(named),
                    _ => None,
                });
                Parameters::Rows(rows.collect())
            }
            Ok(_) => Parameters::Unknown(Unknown::data("has parameters that are not read")),
            Err(unknown) => Parameters::Unknown(unknown),
        },
        Some(_) => Parameters::Unknown(Unknown::data("has parameters that are not read")),
    }
}

fn named(pairs: Vec<(Value, Value)>) -> Vec<(String, Value)> {
    let pairs = pairs.into_iter();
    pairs
        .filter_map(|(key, value)| Some((key.as_str()?.to_owned(), value)))
        .collect()
}

/// What a statement is executed with.
#[derive(Clone, Debug)]
pub enum Parameters {
    /// Nothing.
    None,
    /// Values by name.
    Named(Vec<(String, Value)>),
    /// Once for each of these.
    Rows(Vec<Vec<(String, Value)>>),
    /// Something that is not known.
    Unknown(Unknown),
}
