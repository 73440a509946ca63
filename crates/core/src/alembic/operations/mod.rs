//! `op.*` and `batch_op.*`: what each call sends to the database, in Alembic's order.

mod column;
mod constraint;
mod execute;
mod extension;
mod index;
mod table;
mod types;

use std::rc::Rc;

use super::evaluate::{Arg, Args, Evaluator, Interrupt, Raised, Run, Sent};
use super::sqlalchemy::Trouble;
use super::sqlalchemy::quote::{quote, quote_dotted};
use super::sqlalchemy::schema::Table;
use super::traced::Traced;
use super::value::{Batch, Handle, Known, Unknown, Value};

/// A call of `op` or of a batch, whose arguments leave out the table.
#[derive(Clone, Copy, Debug)]
pub struct Call<'a> {
    /// The arguments.
    pub args: &'a Args,
    /// The batch.
    pub batch: Option<&'a Batch>,
}

impl Call<'_> {
    /// An argument by its place among those of `op`; `table_at` is where the table stands, which a batch leaves out.
    fn at(&self, index: usize, table_at: usize, name: &str) -> Option<&Arg> {
        let index = match self.batch {
            Some(_) if index > table_at => index - 1,
            _ => index,
        };
        self.args.get(index, name)
    }

    /// The table's name.
    fn table_name(&self, index: usize, name: &str) -> Known<Rc<Traced>> {
        if let Some(batch) = self.batch {
            return Ok(batch.table.clone());
        }
        match self.args.given(index, name) {
            Some(arg) => arg.text(),
            None => Err(self
                .args
                .doubt
                .clone()
                .unwrap_or_else(|| Unknown::data("is an operation without a table"))),
        }
    }

    /// The table's schema.
    fn schema(&self, name: &str) -> Known<Option<Rc<Traced>>> {
        match self.batch {
            Some(batch) => Ok(batch.schema.clone()),
            None => self.args.text_option(name),
        }
    }

    /// The table with nothing but its name.
    fn table(&self, index: usize, name: &str) -> Known<Table> {
        Ok(Table::named(
            self.schema("schema")?,
            self.table_name(index, name)?,
        ))
    }
}

/// `ALTER TABLE schema.name`, as Alembic's own constructs begin.
fn alter_table(table: &Table) -> Traced {
    let mut sql = Traced::plain("ALTER TABLE ");
    sql.push(&dotted(table));
    sql
}

/// A table's name, its schema quoted part by part.
fn dotted(table: &Table) -> Traced {
    let mut sql = Traced::default();
    if let Some(schema) = table
        .schema
        .as_ref()
        .filter(|schema| !schema.text.is_empty())
    {
        sql.push(&quote_dotted(schema));
        sql.push_str(".");
    }
    sql.push(&quote(&table.name));
    sql
}

impl Evaluator<'_> {
    /// `op.name(…)`.
    pub fn operation(&mut self, name: &str, batch: Option<&Rc<Batch>>, args: &Args) -> Run<Value> {
        let call = Call {
            args,
            batch: batch.map(Rc::as_ref),
        };
        let done = match name {
            "add_column" | "add_geospatial_column" => self.op_add_column(call),
            "drop_column" | "drop_geospatial_column" => self.op_drop_column(call),
            "alter_column" => self.op_alter_column(call),
            "create_table" | "create_geospatial_table" => return self.op_create_table(call),
            "drop_table" | "drop_geospatial_table" => self.op_drop_table(call),
            "rename_table" => self.op_rename_table(call),
            "create_table_comment" => self.op_table_comment(call, true),
            "drop_table_comment" => self.op_table_comment(call, false),
            "create_index" | "create_geospatial_index" => self.op_create_index(call),
            "drop_index" | "drop_geospatial_index" => self.op_drop_index(call),
            "create_primary_key" => self.op_create_primary_key(call),
            "create_unique_constraint" => self.op_create_unique_constraint(call),
            "create_foreign_key" => self.op_create_foreign_key(call),
            "create_check_constraint" => self.op_create_check_constraint(call),
            "create_exclude_constraint" => self.op_create_exclude_constraint(call),
            "drop_constraint" => self.op_drop_constraint(call),
            "bulk_insert" => self.op_bulk_insert(args),
            "execute" => {
                return match args.get(0, "sqltext") {
                    Some(statement) => {
                        self.execute(
                            &statement.value.clone(),
                            super::library::Parameters::None,
                            args.span,
                        )?;
                        Ok(Value::None)
                    }
                    None => super::evaluate::raise(
                        "TypeError",
                        "execute() missing 1 required argument: 'sqltext'",
                    ),
                };
            }
            "f" => {
                return Ok(match args.positional.first() {
                    Some(arg) => match arg.text() {
                        Ok(text) => {
                            let mut name = text.as_ref().clone();
                            name.is_final = true;
                            Value::Str(Rc::new(name))
                        }
                        Err(unknown) => Value::Unknown(unknown),
                    },
                    None => Value::None,
                });
            }
            "get_bind" => return Ok(Value::Handle(Handle::Bind)),
            "get_context" => return Ok(Value::Handle(Handle::Context)),
            "inline_literal" => {
                return Ok(self
                    .expression_construct("inline_literal", args)?
                    .unwrap_or(Value::None));
            }
            "batch_alter_table" => return self.op_batch(args),
            "run_async" => {
                self.emit_unread(args.span, "runs a coroutine that is not read")?;
                return Ok(Value::None);
            }
            "implementation_for" | "register_operation" => return Ok(Value::Handle(Handle::Inert)),
            _ => return self.extension_operation(name, args),
        };
        done.or_else(|trouble| self.stop(trouble, args))?;
        Ok(Value::None)
    }

    fn op_batch(&mut self, args: &Args) -> Run<Value> {
        let made = || -> Known<Value> {
            let Some(table) = args.text(0, "table_name")? else {
                return Err(Unknown::data("is a batch without a table"));
            };
            Ok(Value::Handle(Handle::Batch(Rc::new(Batch {
                table,
                schema: args.text(1, "schema")?,
            }))))
        };
        Ok(match made() {
            Ok(batch) => batch,
            Err(unknown) => {
                self.emit_unknown(args.span, &unknown, Sent::default())?;
                Value::Handle(Handle::Inert)
            }
        })
    }

    /// What happens where an operation cannot be carried out.
    fn stop(&mut self, stopped: Stopped, args: &Args) -> Run<()> {
        match stopped {
            Stopped::Interrupt(interrupt) => Err(interrupt),
            Stopped::Trouble(trouble) => self.settle(trouble, args.span, Sent::default()),
        }
    }
}

/// Why an operation was not carried out.
#[derive(Clone, Debug)]
pub enum Stopped {
    /// Something in it is not known, or refused.
    Trouble(Trouble),
    /// Running it ended early.
    Interrupt(Interrupt),
}

impl From<Trouble> for Stopped {
    fn from(trouble: Trouble) -> Self {
        Self::Trouble(trouble)
    }
}

impl From<Unknown> for Stopped {
    fn from(unknown: Unknown) -> Self {
        Self::Trouble(Trouble::Unknown(unknown))
    }
}

impl From<Interrupt> for Stopped {
    fn from(interrupt: Interrupt) -> Self {
        Self::Interrupt(interrupt)
    }
}

/// What an operation gives.
pub type Done = Result<(), Stopped>;

/// A call that Python itself refuses.
fn wrong_call(message: impl Into<String>) -> Stopped {
    Stopped::Interrupt(Interrupt::Raise(Raised {
        class: "TypeError".to_owned(),
        message: message.into(),
    }))
}
