//! What a statement does to a live database: locks, rewrites, scans, index builds, and what it destroys.
//!
//! [`of`] works it out for one statement on the state it runs on; [`Ledger`] walks the statements of a run and says until
//! when every lock is held. Measured against PostgreSQL 15 to 18: see `tests/effects_facts.rs`.

mod alter_table;
mod catalog;
mod code;
mod data;
mod indexes;
mod ledger;
mod maintenance;
mod model;
mod parameters;
mod proof;
mod queries;
mod recorder;
mod removal;
mod sequences;
mod session;
mod tables;
mod tokens;
mod type_change;
mod types;
mod views;
mod volatility;

pub use ledger::{
    Entry, HeldLock, Hold, Ledger, Opener, RunStatement, Timeline, Transaction, TransactionEnd,
};
pub use model::*;
pub use parameters::{Parameters, Timeout};
pub use proof::not_null as proof_of_not_null;
pub use session::Session;
pub use type_change::is_constrained_domain;
pub use volatility::{Volatility, of as volatility};

use crate::operation::{Drop, Operation};
use crate::schema::{Note, Schema};
use recorder::{Applied, Recorder};

/// What a statement does on a state, in a session.
pub fn of(operation: &Operation, before: &Schema, session: &Session) -> Effects {
    let mut recorder = Recorder::new(before, session);
    record(&mut recorder, operation);
    recorder.finish()
}

/// The same for a statement that was applied already: `after` is the catalog that it leaves, `notes` what happened silently.
pub fn of_applied(
    operation: &Operation,
    before: &Schema,
    (after, notes): (&Schema, &[Note]),
    session: &Session,
) -> Effects {
    let mut recorder = Recorder::new(before, session);
    recorder.applied = Some(Applied {
        operation,
        after,
        notes,
    });
    record(&mut recorder, operation);
    recorder.finish()
}

/// The same without what a block, a procedure or a function called runs.
fn alone(operation: &Operation, before: &Schema, session: &Session) -> Effects {
    let mut recorder = Recorder::new(before, session);
    match operation {
        Operation::Do(_) | Operation::Call(_) => {}
        Operation::Select(select) => data::read(&mut recorder, select),
        _ => record(&mut recorder, operation),
    }
    recorder.finish()
}

fn record(recorder: &mut Recorder<'_>, operation: &Operation) {
    match operation {
        Operation::CreateTable(create) => tables::create(recorder, create),
        Operation::CreateTableAs(create) => tables::create_as(recorder, create),
        Operation::AlterTable(alter) => alter_table::alter_table(recorder, alter),
        Operation::DropTable(Drop { names, cascade, .. })
        | Operation::DropSequence(Drop { names, cascade, .. }) => {
            tables::drop(recorder, operation, names, *cascade);
        }
        Operation::DropView(drop) => {
            tables::drop(recorder, operation, &drop.drop.names, drop.drop.cascade);
        }
        Operation::DropType(drop)
        | Operation::DropSchema(drop)
        | Operation::DropExtension(drop) => {
            tables::drop(recorder, operation, &[], drop.cascade);
        }
        Operation::DropFunction(drop) => tables::drop(recorder, operation, &[], drop.cascade),
        Operation::CreateIndex(create) => indexes::create(recorder, create),
        Operation::AlterIndex(alter) => indexes::alter(recorder, alter),
        Operation::DropIndex(drop) => indexes::drop(recorder, drop),
        Operation::Reindex(reindex) => indexes::reindex(recorder, reindex),
        Operation::AlterType(alter) => types::alter(recorder, alter),
        Operation::AlterDomain(alter) => types::alter_domain(recorder, alter),
        Operation::CreateSequence(create) => sequences::create(recorder, create),
        Operation::AlterSequence(alter) => sequences::alter(recorder, alter),
        Operation::CreateView(create) => views::create(recorder, create),
        Operation::AlterView(alter) => views::alter(recorder, alter),
        Operation::RefreshMaterializedView(refresh) => views::refresh(recorder, refresh),
        Operation::CreateFunction(create) => code::create_function(recorder, create),
        Operation::CreateTrigger(create) => code::create_trigger(recorder, create),
        Operation::RenameTrigger(rename) => {
            code::change_trigger(
                recorder,
                &rename.table,
                &rename.name,
                "a trigger is renamed",
            );
        }
        Operation::DropTrigger(drop) => {
            code::change_trigger(recorder, &drop.table, &drop.name, "a trigger is dropped");
        }
        Operation::CreatePolicy(create) => {
            code::policy(recorder, &create.table);
            code::policy_conditions(recorder, [&create.using, &create.with_check]);
        }
        Operation::AlterPolicy(alter) => {
            code::policy(recorder, &alter.table);
            code::policy_conditions(recorder, [&alter.using, &alter.with_check]);
        }
        Operation::DropPolicy(drop) => code::drop_policy(recorder, drop),
        Operation::Do(block) => code::block(recorder, block),
        Operation::Call(call) => code::call(recorder, call),
        Operation::CreateStatistics(create) => code::create_statistics(recorder, create),
        Operation::DropStatistics(drop) => maintenance::drop_statistics(recorder, drop),
        Operation::Comment(comment) => maintenance::comment(recorder, comment),
        Operation::Insert(insert) => data::insert(recorder, insert),
        Operation::Update(update) => data::update(recorder, update),
        Operation::Delete(delete) => data::delete(recorder, delete),
        Operation::Select(select) => data::select(recorder, select),
        Operation::Truncate(truncate) => tables::truncate(recorder, truncate),
        Operation::Copy(copy) => data::copy(recorder, copy),
        Operation::Lock(lock) => maintenance::lock(recorder, lock),
        Operation::Maintain(maintenance) => maintenance::maintain(recorder, maintenance),
        Operation::Unmodelled(statement) => code::unmodelled(recorder, statement),
        Operation::Opaque(_) => recorder.uncertain(),
        Operation::CreateSchema(create) => {
            for element in &create.elements {
                record(recorder, element);
            }
        }
        // They touch no relation that exists.
        Operation::CreateType(_)
        | Operation::AlterFunction(_)
        | Operation::RenameSchema(_)
        | Operation::CreateExtension(_)
        | Operation::Transaction(_)
        | Operation::Set(_)
        | Operation::SetConstraints(_) => {}
    }
}
