//! Alembic: migration scripts to operations, without running Python, and operations to migration scripts.
//!
//! A script is evaluated, not matched: see [`evaluate()`]. Each `op.*` call and SQLAlchemy construct is rendered as the SQL
//! that Alembic's offline mode prints for PostgreSQL, and that SQL is read by [`crate::sql`]. What the evaluator cannot
//! know stays unknown, and what depends on it becomes [`Operation::Opaque`](crate::operation::Operation::Opaque).

mod evaluate;
mod excerpt;
mod header;
mod library;
mod modules;
mod offline;
mod operations;
pub mod print;
mod python;
mod sqlalchemy;
#[cfg(test)]
mod tests;
mod traced;
mod value;

pub use excerpt::read_excerpt;
pub use header::{HeaderReading, read_header};
pub use modules::{Modules, imported, unreached};
pub use offline::{Offline, Run, offline_sql};

use crate::config::AlembicSettings;
use crate::migration::{Direction, FileId, Script, SourceFile, Step};
use crate::schema::Schema;

/// The simulated database that a script runs against.
pub trait Catalog {
    /// Its state at this moment: what `sa.inspect(bind)` is answered from.
    fn schema(&self) -> &Schema;
    /// Runs one step.
    fn execute(&mut self, step: &Step);
}

/// What surrounds a script.
#[derive(Clone, Copy, Debug)]
pub struct Surroundings<'a> {
    /// What `env.py` would say.
    pub settings: &'a AlembicSettings,
    /// The project's own modules.
    pub modules: &'a Modules,
}

/// Evaluates one half of a migration script: the steps it would run, in order, as far as that can be known.
///
/// Each step is given to the catalog as soon as it is known, so that later questions see what it did.
pub fn evaluate(
    file: &SourceFile,
    id: FileId,
    direction: Direction,
    project: Surroundings<'_>,
    catalog: &mut dyn Catalog,
) -> Script {
    evaluate::run(
        file,
        id,
        direction,
        evaluate::Mode::Online,
        project,
        catalog,
    )
    .script
}
