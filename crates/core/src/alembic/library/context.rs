//! `alembic.context` and what `op` gives.

use super::super::evaluate::{Args, Evaluator, Mode, Run};
use super::super::value::{Handle, Value};

impl Evaluator<'_> {
    /// A function of `alembic.*` other than an operation.
    pub fn alembic_function(&mut self, path: &str, args: &Args) -> Run<Value> {
        Ok(match path {
            "alembic.context.is_offline_mode" => Value::Bool(self.mode == Mode::Offline),
            "alembic.context.get_context"
            | "alembic.migration.MigrationContext.configure"
            | "alembic.runtime.migration.MigrationContext.configure" => {
                Value::Handle(Handle::Context)
            }
            "alembic.context.get_bind" => Value::Handle(Handle::Bind),
            "alembic.context.get_x_argument" => {
                Value::unknown("depends on the command line (`-x`)")
            }
            "alembic.context.execute" => match args.positional.first() {
                Some(statement) => {
                    let statement = statement.value.clone();
                    self.execute(&statement, super::handle::Parameters::None, args.span)?
                }
                None => Value::None,
            },
            "alembic.operations.Operations" => Value::Path("alembic.op".into()),
            _ if path.starts_with("alembic.context.") => {
                Value::unknown("depends on Alembic's configuration")
            }
            _ => Value::unknown(format!("is made by `{path}`, which is not read")),
        })
    }
}
