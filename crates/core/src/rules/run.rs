//! A half in the run it belongs to: which transaction every statement is in, and what that transaction already holds.

use std::rc::Rc;

use super::context::Context;
use super::statement::Statement;
use crate::effects::{
    Entry, HeldLock, Ledger, Lock, Parameters, RunStatement, TransactionEnd, Via,
};
use crate::migration::Direction;
use crate::review::StepOutcome;

/// The statements of every migration that runs together with one, and the ledger of their locks.
pub struct Run<'a> {
    /// Each with the place of its migration in the timeline and its own place in the half.
    statements: Vec<(usize, usize, &'a StepOutcome)>,
    ledger: Ledger,
    /// The place of the migration in the timeline that the run is looked at from.
    position: usize,
}

impl<'a> Run<'a> {
    /// The run of a migration's half. A downgrade runs by itself.
    pub fn of(cx: &Context<'a>, direction: Direction) -> Self {
        let group = match direction {
            Direction::Up => cx.run(),
            Direction::Down => cx.position()..cx.position() + 1,
        };
        let review = cx.review_of_run();
        let states = group
            .clone()
            .zip(review.timeline.get(group).unwrap_or_default());
        let mut statements = Vec::new();
        let mut modes = Vec::new();
        for (position, state) in states {
            let migration = review.migration(state.migration);
            let asked = migration.and_then(|migration| migration.transaction(direction));
            let mode = asked.unwrap_or(review.transaction);
            let steps = state
                .run(direction)
                .map(|run| run.steps.as_slice())
                .unwrap_or_default();
            for (index, outcome) in steps.iter().enumerate() {
                statements.push((position, index, outcome));
                modes.push(mode);
            }
        }
        let run = statements
            .iter()
            .zip(modes)
            .map(|((position, _, outcome), mode)| RunStatement {
                migration: *position,
                mode,
                isolation: outcome.step.isolation,
                operation: &outcome.step.operation,
                effects: &outcome.effects,
            });
        let ledger = Ledger::new(run);
        Self {
            statements,
            ledger,
            position: cx.position(),
        }
    }

    fn place(&self, statement: &Statement<'_>) -> Option<usize> {
        let wanted = (self.position, statement.index);
        let search = |(position, index, _): &(usize, usize, _)| (*position, *index).cmp(&wanted);
        self.statements.binary_search_by(search).ok()
    }

    fn entry(&self, statement: &Statement<'_>) -> Option<&Entry> {
        self.ledger.entries.get(self.place(statement)?)
    }

    /// Whether it runs inside a transaction block.
    pub fn in_block(&self, statement: &Statement<'_>) -> bool {
        statement.inner.is_some() || self.entry(statement).is_some_and(|entry| entry.in_block)
    }

    /// Locks on relations others can see that earlier statements of the transaction took.
    pub fn held(&self, statement: &Statement<'_>) -> impl Iterator<Item = &HeldLock> {
        let held = self
            .entry(statement)
            .map(|entry| entry.held.as_slice())
            .unwrap_or_default();
        held.iter().map(Rc::as_ref).filter(|lock| !lock.invisible)
    }

    /// Whether the migration looked at took a held lock, and not one that runs before it in the same transaction.
    pub fn is_own(&self, lock: &HeldLock) -> bool {
        let taken = self.statements.get(lock.since);
        taken.is_some_and(|(position, _, _)| *position == self.position)
    }

    /// The statement that took a held lock.
    pub fn taken_by(&self, lock: &HeldLock) -> Option<&'a StepOutcome> {
        self.statements
            .get(lock.since)
            .map(|(_, _, outcome)| *outcome)
    }

    /// The transaction that a statement runs in, by its place in the run.
    pub fn transaction(&self, statement: &Statement<'_>) -> Option<usize> {
        self.entry(statement).map(|entry| entry.transaction)
    }

    /// Whether the same transaction is about the relation of a lock itself: another statement takes it as strongly for its
    /// own sake.
    pub fn locks_itself(&self, statement: &Statement<'_>, lock: &Lock) -> bool {
        let place = self.place(statement);
        let transaction = self.transaction(statement);
        let is_it = |other: &Lock| {
            other.relation == lock.relation
                && other.mode >= lock.mode
                && other.via == Via::Statement
        };
        let entries = self.ledger.entries.iter().zip(&self.statements).enumerate();
        let mut others = entries.filter(|(_, (entry, _))| Some(entry.transaction) == transaction);
        others.any(|(at, (_, (_, _, outcome)))| {
            Some(at) != place && outcome.effects.locks.iter().any(is_it)
        })
    }

    /// Whether it is the first statement of its transaction that belongs to the migration looked at.
    pub fn statements_before(
        &self,
        statement: &Statement<'_>,
    ) -> impl Iterator<Item = &'a StepOutcome> {
        let end = self.place(statement).unwrap_or(0);
        let first = self.entry(statement).map(|entry| entry.transaction);
        let entries = self.ledger.entries.iter().zip(&self.statements).take(end);
        entries
            .filter(move |(entry, _)| Some(entry.transaction) == first)
            .map(|(_, (_, _, outcome))| *outcome)
    }

    /// Until when its locks are held.
    pub fn held_until(&self, statement: &Statement<'_>) -> Option<TransactionEnd> {
        self.ledger.held_until(self.place(statement)?)
    }

    /// The session's parameters when it runs, as far as the scripts set them.
    pub fn parameters(&self, statement: &Statement<'_>) -> Option<&Parameters> {
        Some(&self.entry(statement)?.parameters)
    }

    /// How many migrations run together.
    pub fn migrations(&self) -> usize {
        let mut positions: Vec<usize> = self
            .statements
            .iter()
            .map(|(position, _, _)| *position)
            .collect();
        positions.dedup();
        positions.len()
    }
}
