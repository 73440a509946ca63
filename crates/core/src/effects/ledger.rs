//! From which statement to which commit every lock is held.

use std::collections::BTreeMap;
use std::fmt;
use std::rc::Rc;

use serde::Serialize;

use super::{Effects, Lock, LockMode, Parameters, RelationKind};
use crate::migration::{Isolation, TransactionMode};
use crate::operation::{Operation, TransactionControl};
use crate::schema::ObjectName;

/// One statement of a run, as the ledger reads it.
#[derive(Clone, Copy, Debug)]
pub struct RunStatement<'a> {
    /// Which migration of the run it belongs to, counted from 0 in the order in which they run.
    pub migration: usize,
    /// How the tool wraps that migration.
    pub mode: TransactionMode,
    /// Whether the statement runs inside the tool's transaction.
    pub isolation: Isolation,
    /// The statement.
    pub operation: &'a Operation,
    /// What it does.
    pub effects: &'a Effects,
}

/// What a run holds, statement by statement.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ledger {
    /// One per statement, in order.
    pub entries: Vec<Entry>,
    /// The transactions in order. A statement outside any block is a transaction of its own.
    pub transactions: Vec<Transaction>,
    locks: Vec<Vec<Lock>>,
}

/// A statement's place in its transaction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Which migration.
    pub migration: usize,
    /// Which transaction, by its place in [`Ledger::transactions`].
    pub transaction: usize,
    /// Whether it runs inside a transaction block.
    pub in_block: bool,
    /// Locks that earlier statements of the transaction took and that are still held.
    pub held: Vec<Rc<HeldLock>>,
    /// Parameters in force when it runs.
    pub parameters: Parameters,
}

/// A lock that is held while a later statement runs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct HeldLock {
    /// The relation.
    #[serde(flatten)]
    pub relation: ObjectName,
    /// What it is.
    pub kind: RelationKind,
    /// The strongest mode so far.
    pub mode: LockMode,
    /// The statement that took it in this mode, by its place in the run.
    pub since: usize,
    /// Made in the same transaction: nobody waits.
    pub invisible: bool,
}

/// A transaction of the run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transaction {
    /// Its first statement, by its place in the run.
    pub first: usize,
    /// Its last statement.
    pub last: usize,
    /// Who opened it.
    pub opened_by: Opener,
    /// How it ends.
    pub end: TransactionEnd,
}

/// Who opens a transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Opener {
    /// The tool that runs the migrations.
    Tool,
    /// A `BEGIN` in the script.
    Script,
    /// Nobody: the statement commits by itself.
    Statement,
}

/// What ends a transaction, and with it every lock it holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum TransactionEnd {
    /// The statement is over.
    Statement,
    /// The migration is over.
    Migration,
    /// All migrations of the run are over.
    Run,
    /// The script's own `COMMIT` or `ROLLBACK`.
    Script,
    /// An `autocommit_block()` commits what came before it.
    AutocommitBlock,
}

impl fmt::Display for TransactionEnd {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Statement => "end of the statement",
            Self::Migration => "end of the migration",
            Self::Run => "end of the run, after all of its migrations",
            Self::Script => "script's own COMMIT",
            Self::AutocommitBlock => "autocommit block that follows",
        })
    }
}

/// A stretch of the run in which a relation is locked in one mode.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Hold {
    /// The mode.
    pub mode: LockMode,
    /// The statement that takes it, by its place in the run.
    pub from: usize,
    /// The last statement that runs while it is held.
    pub until: usize,
    /// What ends it.
    pub end: TransactionEnd,
    /// Why it is taken.
    pub why: String,
}

/// Everything that is held on one relation in the course of a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Timeline {
    /// The relation.
    #[serde(flatten)]
    pub relation: ObjectName,
    /// What it is.
    pub kind: RelationKind,
    /// Stretches in order; each stronger than the one before it in the same transaction.
    pub holds: Vec<Hold>,
}

impl Ledger {
    /// Walks the statements of a run.
    pub fn new<'a>(run: impl IntoIterator<Item = RunStatement<'a>>) -> Self {
        let mut walk = Walk::default();
        for statement in run {
            walk.step(&statement);
        }
        walk.close(walk.end_of_open());
        walk.ledger
    }

    /// What ends the transaction of a statement: until then its locks are held.
    pub fn held_until(&self, statement: usize) -> Option<TransactionEnd> {
        let entry = self.entries.get(statement)?;
        Some(self.transactions.get(entry.transaction)?.end)
    }

    /// Table by table, what is held when, of relations that others can see; by name.
    pub fn timelines(&self) -> Vec<Timeline> {
        let mut by_relation: BTreeMap<(ObjectName, RelationKind), Vec<Hold>> = BTreeMap::new();
        for (at, (entry, locks)) in self.entries.iter().zip(&self.locks).enumerate() {
            let Some(transaction) = self.transactions.get(entry.transaction) else {
                continue;
            };
            for lock in locks.iter().filter(|lock| !lock.invisible) {
                let stronger =
                    |held: &Rc<HeldLock>| held.relation == lock.relation && held.mode >= lock.mode;
                if entry.held.iter().any(stronger) {
                    continue;
                }
                let holds = by_relation
                    .entry((lock.relation.clone(), lock.kind))
                    .or_default();
                holds.push(Hold {
                    mode: lock.mode,
                    from: at,
                    until: transaction.last,
                    end: transaction.end,
                    why: lock.why.clone(),
                });
            }
        }
        let timelines = by_relation.into_iter();
        timelines
            .map(|((relation, kind), holds)| Timeline {
                relation,
                kind,
                holds,
            })
            .collect()
    }
}

/// The state of the walk.
#[derive(Default)]
struct Walk {
    ledger: Ledger,
    open: Option<Open>,
    parameters: Parameters,
    /// The migration of the last statement, and the tool's way with it.
    last: Option<(usize, TransactionMode)>,
    /// The script has ended the tool's transaction: until the tool opens another, statements stand alone.
    abandoned: bool,
}

/// A transaction that has not ended.
struct Open {
    first: usize,
    by: Opener,
    held: BTreeMap<ObjectName, Rc<HeldLock>>,
}

impl Walk {
    fn step(&mut self, statement: &RunStatement<'_>) {
        self.enter_migration(statement);
        let at = self.ledger.entries.len();
        if statement.isolation == Isolation::Autocommit {
            self.close(TransactionEnd::AutocommitBlock);
            self.abandoned = false;
            self.record(statement, at);
            return;
        }
        match statement.operation {
            Operation::Transaction(TransactionControl::Begin) => self.begin(at, Opener::Script),
            _ if self.open.is_none()
                && statement.mode != TransactionMode::None
                && !self.abandoned =>
            {
                self.begin(at, Opener::Tool);
            }
            _ => {}
        }
        self.record(statement, at);
        let ends = matches!(
            statement.operation,
            Operation::Transaction(TransactionControl::Commit | TransactionControl::Rollback)
        );
        if ends && self.open.is_some() {
            if matches!(
                statement.operation,
                Operation::Transaction(TransactionControl::Rollback)
            ) {
                self.parameters.roll_back();
            }
            self.close(TransactionEnd::Script);
            self.abandoned = true;
        }
    }

    /// A transaction per migration ends with it; one per run goes on.
    fn enter_migration(&mut self, statement: &RunStatement<'_>) {
        let Some((migration, mode)) = self.last.replace((statement.migration, statement.mode))
        else {
            return;
        };
        if migration == statement.migration {
            return;
        }
        self.abandoned = false;
        let goes_on = mode == TransactionMode::PerRun && statement.mode == TransactionMode::PerRun;
        if !goes_on {
            self.close(TransactionEnd::Migration);
        }
    }

    fn begin(&mut self, at: usize, by: Opener) {
        // BEGIN inside a transaction only gives a warning.
        if self.open.is_none() {
            let held = BTreeMap::new();
            self.open = Some(Open {
                first: at,
                by,
                held,
            });
        }
    }

    fn record(&mut self, statement: &RunStatement<'_>, at: usize) {
        let in_block = self.open.is_some();
        let held = self
            .open
            .as_ref()
            .map(|open| open.held.values().cloned().collect());
        self.ledger.entries.push(Entry {
            migration: statement.migration,
            transaction: self.ledger.transactions.len(),
            in_block,
            held: held.unwrap_or_default(),
            parameters: self.parameters.clone(),
        });
        self.ledger.locks.push(statement.effects.locks.clone());
        self.parameters.record(statement.operation, in_block);
        match &mut self.open {
            Some(open) => statement
                .effects
                .locks
                .iter()
                .for_each(|lock| open.hold(lock, at)),
            None => self.ledger.transactions.push(Transaction {
                first: at,
                last: at,
                opened_by: Opener::Statement,
                end: TransactionEnd::Statement,
            }),
        }
    }

    fn end_of_open(&self) -> TransactionEnd {
        match self.last {
            Some((_, TransactionMode::PerRun)) => TransactionEnd::Run,
            _ => TransactionEnd::Migration,
        }
    }

    fn close(&mut self, end: TransactionEnd) {
        let Some(open) = self.open.take() else {
            return;
        };
        self.parameters.end_transaction();
        self.ledger.transactions.push(Transaction {
            first: open.first,
            last: self.ledger.entries.len().saturating_sub(1),
            opened_by: open.by,
            end,
        });
    }
}

impl Open {
    fn hold(&mut self, lock: &Lock, at: usize) {
        let held = self.held.get(&lock.relation);
        if held.is_some_and(|held| held.mode >= lock.mode) {
            return;
        }
        let now = HeldLock {
            relation: lock.relation.clone(),
            kind: lock.kind,
            mode: lock.mode,
            since: at,
            invisible: lock.invisible,
        };
        self.held.insert(lock.relation.clone(), Rc::new(now));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::effects::{Session, of};
    use crate::schema::{Schema, World};
    use crate::sql;

    /// A run in an open world: `--` starts the next migration, `~` stands before a statement in an autocommit block.
    fn ledger(mode: TransactionMode, script: &[&str]) -> Ledger {
        let schema = Schema::empty(World::Open);
        let mut migration = 0;
        let mut statements = Vec::new();
        for line in script {
            match line.strip_prefix('~') {
                _ if *line == "--" => migration += 1,
                Some(sql) => {
                    statements.push((migration, Isolation::Autocommit, sql::read_statement(sql)));
                }
                None => {
                    statements.push((migration, Isolation::Ordinary, sql::read_statement(line)));
                }
            }
        }
        let effects: Vec<Effects> = statements
            .iter()
            .map(|(_, _, operation)| of(operation, &schema, &Session::new(15)))
            .collect();
        let run =
            statements
                .iter()
                .zip(&effects)
                .map(
                    |((migration, isolation, operation), effects)| RunStatement {
                        migration: *migration,
                        mode,
                        isolation: *isolation,
                        operation,
                        effects,
                    },
                );
        Ledger::new(run)
    }

    fn ends(ledger: &Ledger) -> Vec<(usize, usize, TransactionEnd)> {
        ledger
            .transactions
            .iter()
            .map(|transaction| (transaction.first, transaction.last, transaction.end))
            .collect()
    }

    const TWO: &[&str] = &[
        "ALTER TABLE press ADD COLUMN vat int",
        "CREATE INDEX press_vat ON press (vat)",
        "--",
        "ALTER TABLE barrel ADD COLUMN vat int",
    ];

    #[test]
    fn one_transaction_for_the_run_holds_everything_to_its_end() {
        let ledger = ledger(TransactionMode::PerRun, TWO);
        assert_eq!(ends(&ledger), [(0, 2, TransactionEnd::Run)]);
        let held: Vec<_> = ledger.entries[2]
            .held
            .iter()
            .map(|held| (held.relation.name.as_str(), held.mode, held.since))
            .collect();
        assert_eq!(held, [("press", LockMode::AccessExclusive, 0)]);
        let press = &ledger.timelines()[1];
        assert_eq!(
            (
                press.relation.name.as_str(),
                press.holds[0].from,
                press.holds[0].until
            ),
            ("press", 0, 2)
        );
        assert_eq!(press.holds.len(), 1, "the weaker lock adds nothing");
    }

    #[test]
    fn a_transaction_per_migration_ends_with_it() {
        let ledger = ledger(TransactionMode::PerMigration, TWO);
        assert_eq!(
            ends(&ledger),
            [
                (0, 1, TransactionEnd::Migration),
                (2, 2, TransactionEnd::Migration)
            ]
        );
        assert!(ledger.entries[2].held.is_empty());
    }

    #[test]
    fn without_transactions_every_statement_stands_alone() {
        let ledger = ledger(TransactionMode::None, TWO);
        assert_eq!(ledger.transactions.len(), 3);
        assert!(
            ledger
                .entries
                .iter()
                .all(|entry| !entry.in_block && entry.held.is_empty())
        );
        let press = &ledger.timelines()[1];
        assert_eq!(press.holds.len(), 2);
    }

    #[test]
    fn an_autocommit_block_commits_what_came_before() {
        let script = [
            "ALTER TABLE press ADD COLUMN vat int",
            "~CREATE INDEX CONCURRENTLY press_vat ON press (vat)",
            "DROP TABLE barrel",
        ];
        let ledger = ledger(TransactionMode::PerRun, &script);
        let expected = [
            (0, 0, TransactionEnd::AutocommitBlock),
            (1, 1, TransactionEnd::Statement),
            (2, 2, TransactionEnd::Run),
        ];
        assert_eq!(ends(&ledger), expected);
        assert!(!ledger.entries[1].in_block);
    }

    #[test]
    fn a_commit_of_the_script_ends_the_transaction_of_the_tool() {
        let script = [
            "ALTER TABLE press ADD COLUMN vat int",
            "COMMIT",
            "DROP TABLE barrel",
            "BEGIN",
            "DROP TABLE cask",
            "COMMIT",
        ];
        let ledger = ledger(TransactionMode::PerMigration, &script);
        let expected = [
            (0, 1, TransactionEnd::Script),
            (2, 2, TransactionEnd::Statement),
            (3, 5, TransactionEnd::Script),
        ];
        assert_eq!(ends(&ledger), expected);
        assert_eq!(ledger.transactions[2].opened_by, Opener::Script);
        assert_eq!(ledger.held_until(2), Some(TransactionEnd::Statement));
    }
}
