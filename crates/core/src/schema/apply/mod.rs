//! Carrying out operations on the simulated catalog, by PostgreSQL's rules.

mod alter_table;
mod block;
mod bounds;
mod column;
mod comment;
mod constraint;
mod create_table;
mod dependency;
mod drop;
mod find;
mod foreign_key;
mod function;
mod index;
mod like;
mod namespace;
mod outcome;
mod partition;
mod refusal;
mod rename;
mod sequence;
mod set_type;
mod statistics;
mod trigger;
mod types;
mod view;

pub(crate) use block::{InnerStep, inner_steps};
pub(crate) use find::{empty_table, plain_column};
pub(super) use types::existing_type;

pub use outcome::{Applied, Note, Object, ObjectKind, WillFail};

use std::sync::Arc;

use super::expression::{self, Printed, Scope, Target};
use super::lookup::Relation;
use super::{ObjectName, Schema, Table};
use crate::operation::{
    Copy, Expression, Insert, Maintenance, OpaqueScope, Operation, QualifiedName, Select,
    TransactionControl, Truncate,
};

/// Carries out one operation. Fails where PostgreSQL would certainly refuse it on this state.
///
/// After a step that could not be analysed nothing is certain any more: a refusal then becomes
/// [`Note::Uncertain`], and the state stays as it was.
pub fn apply(schema: &Schema, operation: &Operation) -> Result<Applied, WillFail> {
    let mut simulation = Simulation::new(schema.clone());
    match simulation.run(operation) {
        Ok(()) => Ok(Applied {
            schema: simulation.schema,
            notes: simulation.notes,
        }),
        Err(refused) if schema.unknown_steps == 0 => Err(refused),
        Err(refused) => Ok(Applied {
            schema: schema.clone(),
            notes: vec![Note::Uncertain {
                reason: format!(
                    "fails with \"{}\" unless an earlier step that could not be analysed prevents it",
                    refused.message
                ),
            }],
        }),
    }
}

type Outcome<T = ()> = Result<T, WillFail>;

/// A state being changed.
#[derive(Clone, Debug)]
struct Simulation {
    schema: Schema,
    notes: Vec<Note>,
    /// How many functions are being run, one called by the other.
    calls: u32,
    /// The statements inside that are run, where they are asked for.
    steps: Option<Vec<InnerStep>>,
}

impl Simulation {
    fn new(schema: Schema) -> Self {
        Self {
            schema,
            notes: Vec::new(),
            calls: 0,
            steps: None,
        }
    }

    fn run(&mut self, operation: &Operation) -> Outcome {
        match operation {
            Operation::CreateTable(statement) => self.create_table(statement),
            Operation::CreateTableAs(statement) => self.create_table_as(statement),
            Operation::AlterTable(statement) => self.alter_table(statement),
            Operation::DropTable(statement) => self.drop_table(statement),
            Operation::CreateIndex(statement) => self.create_index(statement),
            Operation::AlterIndex(statement) => self.alter_index(statement),
            Operation::DropIndex(statement) => self.drop_index(statement),
            Operation::CreateType(statement) => self.create_type(statement),
            Operation::AlterType(statement) => self.alter_type(statement),
            Operation::AlterDomain(statement) => self.alter_domain(statement),
            Operation::DropType(statement) => self.drop_type(statement),
            Operation::CreateSequence(statement) => self.create_sequence(statement),
            Operation::AlterSequence(statement) => self.alter_sequence(statement),
            Operation::DropSequence(statement) => self.drop_sequence(statement),
            Operation::CreateView(statement) => self.create_view(statement),
            Operation::AlterView(statement) => self.alter_view(statement),
            Operation::DropView(statement) => self.drop_view(statement),
            Operation::RefreshMaterializedView(statement) => self.refresh(statement),
            Operation::CreateFunction(statement) => self.create_function(statement),
            Operation::AlterFunction(statement) => self.alter_function(statement),
            Operation::DropFunction(statement) => self.drop_function(statement),
            Operation::CreateTrigger(statement) => self.create_trigger(statement),
            Operation::RenameTrigger(statement) => self.rename_trigger(statement),
            Operation::DropTrigger(statement) => self.drop_trigger(statement),
            Operation::Do(block) => self.run_block(block),
            Operation::CreatePolicy(statement) => self.create_policy(statement),
            Operation::AlterPolicy(statement) => self.alter_policy(statement),
            Operation::DropPolicy(statement) => self.drop_policy(statement),
            Operation::CreateSchema(statement) => self.create_schema(statement),
            Operation::RenameSchema(statement) => self.rename_schema(statement),
            Operation::DropSchema(statement) => self.drop_schema(statement),
            Operation::CreateExtension(statement) => self.create_extension(statement),
            Operation::DropExtension(statement) => self.drop_extension(statement),
            Operation::CreateStatistics(statement) => self.create_statistics(statement),
            Operation::DropStatistics(statement) => self.drop_statistics(statement),
            Operation::Comment(statement) => self.comment(statement),
            Operation::Insert(statement) => self.insert(statement),
            Operation::Update(statement) => {
                let columns = statement.assignments.iter();
                let columns: Vec<String> = columns.map(|(column, _)| column.clone()).collect();
                self.require_written(&statement.table, &columns)?;
                self.require_all(&statement.reads)
            }
            Operation::Delete(statement) => {
                self.require_written(&statement.table, &[])?;
                self.require_all(&statement.reads)
            }
            Operation::Truncate(statement) => self.truncate(statement),
            Operation::Lock(statement) => self.require_all(&statement.tables),
            Operation::Copy(statement) => self.copy(statement),
            Operation::Select(statement) => self.select(statement),
            Operation::Set(statement) => {
                self.set_parameter(statement);
                Ok(())
            }
            Operation::Transaction(control) => {
                self.transaction(control);
                Ok(())
            }
            Operation::Call(statement) => self.run_procedure(statement),
            Operation::Opaque(opaque) => {
                match opaque.scope {
                    OpaqueScope::Data => {}
                    OpaqueScope::Types => self.schema.unknown_types = true,
                    OpaqueScope::Anything => {
                        self.schema.unknown_steps += 1;
                        self.uncertain(&opaque.reason);
                    }
                }
                Ok(())
            }
            Operation::Maintain(Maintenance { tables, .. }) => self.require_all(tables),
            Operation::Reindex(_) | Operation::SetConstraints(_) | Operation::Unmodelled(_) => {
                Ok(())
            }
        }
    }

    fn uncertain(&mut self, reason: &str) {
        self.notes.push(Note::Uncertain {
            reason: reason.to_owned(),
        });
    }

    /// The relation that rows go to, and the columns named.
    fn require_written(&mut self, name: &QualifiedName, columns: &[String]) -> Outcome {
        self.require_readable(name)?;
        let found = self.schema.relation(name).map(|(_, relation)| relation);
        if let Some(Relation::View(view)) = found
            && view.is_materialized()
        {
            return Err(WillFail::new(
                "42809",
                format!("cannot change materialized view \"{}\"", view.name),
            ));
        }
        let Some(table) = self.schema.table(name) else {
            return Ok(());
        };
        let place = table.object_name();
        for column in columns {
            self.require_column(&place, super::names::clip(column))?;
        }
        Ok(())
    }

    /// The columns are named once, and what is read exists.
    fn insert(&mut self, statement: &Insert) -> Outcome {
        self.require_written(&statement.table, &statement.columns)?;
        let mut seen = std::collections::BTreeSet::new();
        let mut columns = statement.columns.iter();
        let twice = columns.find(|column| !seen.insert(column.as_str()));
        // Fields and elements of one column may stand side by side.
        let has_parts = |column: &&String| {
            [".", "["]
                .iter()
                .any(|part| statement.sql.contains(&format!("{column}{part}")))
        };
        if let Some(column) = twice.filter(|column| !has_parts(column)) {
            return Err(WillFail::new(
                "42701",
                format!("column \"{column}\" specified more than once"),
            ));
        }
        self.require_all(&statement.reads)
    }

    fn require_all(&mut self, names: &[QualifiedName]) -> Outcome {
        names
            .iter()
            .try_for_each(|name| self.require_readable(name))
    }

    /// Without `CASCADE`, whatever references the tables must be emptied with them.
    fn truncate(&mut self, statement: &Truncate) -> Outcome {
        self.require_all(&statement.tables)?;
        for name in &statement.tables {
            let found = self.schema.relation(name).map(|(_, relation)| relation);
            if found.is_some_and(|relation| !matches!(relation, Relation::Table(_))) {
                return Err(refusal::wrong_kind(name, "a table"));
            }
        }
        let names = statement.tables.iter();
        let emptied: Vec<ObjectName> = names
            .filter_map(|name| self.schema.resolve_relation(name))
            .collect();
        let reference = |table: &Arc<Table>| {
            let keys = table.foreign_keys.iter();
            let to = keys.map(|key| ObjectName::new(&key.references.schema, &key.references.table));
            let own = table.object_name();
            let mut parents = emptied.iter();
            let goes_too = parents.any(|parent| self.schema.descends_from(&own, parent));
            let mut to = to.filter(|_| !goes_too);
            to.find(|name| emptied.contains(name))
                .map(|name| (table.name.clone(), name.name))
        };
        let found = self.schema.tables.values().find_map(reference);
        match found.filter(|_| !statement.cascade) {
            Some((table, referenced)) => Err(WillFail {
                sqlstate: "0A000",
                message: "cannot truncate a table referenced in a foreign key constraint"
                    .to_owned(),
                detail: Some(format!("Table \"{table}\" references \"{referenced}\".")),
            }),
            None => Ok(()),
        }
    }

    fn copy(&mut self, statement: &Copy) -> Outcome {
        match &statement.table {
            Some(table) => self.require_readable(table),
            None => Ok(()),
        }
    }

    fn select(&mut self, statement: &Select) -> Outcome {
        self.require_all(&statement.reads)?;
        if statement.calls.iter().any(|call| call.name == "set_config") {
            self.set_config(&statement.sql);
        }
        self.run_called(statement)
    }

    /// The end of a transaction ends `SET LOCAL`.
    fn transaction(&mut self, control: &TransactionControl) {
        match control {
            TransactionControl::Commit | TransactionControl::Rollback => {
                self.schema.end_transaction();
            }
            TransactionControl::Begin
            | TransactionControl::Savepoint(_)
            | TransactionControl::Release(_)
            | TransactionControl::RollbackTo(_)
            | TransactionControl::Other(_) => {}
        }
    }

    /// An expression as PostgreSQL prints it. Where what it names may be unknown, a refusal is no refusal.
    fn print_expression(
        &mut self,
        scope: Scope<'_>,
        expression: &Expression,
        target: &Target,
    ) -> Outcome<Printed> {
        let printed = expression::print(&self.schema, scope, expression, target);
        let known = match scope {
            Scope::Table(table) => table.is_complete(),
            Scope::Nothing | Scope::Value(_) => true,
        };
        match printed {
            Err(refused) if known && !self.may_exist() => Err(refused),
            Err(_) => Ok(Printed::as_written(expression)),
            Ok(printed) => {
                if !printed.exact && !expression.as_str().is_empty() {
                    self.notes.push(Note::KeptAsWritten {
                        text: expression.as_str().to_owned(),
                    });
                }
                Ok(printed)
            }
        }
    }
}

/// Whether an operation can change the catalog.
fn changes_schema(operation: &Operation) -> bool {
    match operation {
        Operation::Insert(_)
        | Operation::Update(_)
        | Operation::Delete(_)
        | Operation::Select(_)
        | Operation::Truncate(_)
        | Operation::Copy(_)
        | Operation::Transaction(_)
        | Operation::Set(_)
        | Operation::SetConstraints(_)
        | Operation::Lock(_)
        | Operation::Reindex(_)
        | Operation::RefreshMaterializedView(_)
        | Operation::Maintain(_)
        | Operation::Unmodelled(_) => false,
        Operation::Opaque(opaque) => opaque.scope == OpaqueScope::Anything,
        Operation::Do(block) => {
            let mut statements = block.statements.iter();
            statements.any(|statement| changes_schema(&statement.operation))
        }
        _ => true,
    }
}
