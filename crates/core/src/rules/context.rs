//! What a rule may ask: the migration, the catalog around each statement, the run it belongs to, the house's conventions.

use std::cell::{Cell, OnceCell};
use std::ops::Range;
use std::rc::Rc;

use super::action;
use super::habits::Habits;
use super::lifetimes::Lifetimes;
use super::statement::{Statement, actions_of, column_definitions, statements};
use crate::config::{Config, House, TableSize};
use crate::history::MigrationIndex;
use crate::migration::{Direction, FileId, Half, Isolation, Migration, TransactionMode};
use crate::operation::{
    ColumnDefinition, CreateTable, OpaqueScope, Operation, Persistence, TableAction,
    TransactionControl, Update,
};
use crate::project::Convention;
use crate::review::{Review, RevisionState};
use crate::schema::{ForeignKeyConstraint, ObjectName, Schema, Table, World};
use crate::text::Origin;

/// One migration under review, in its place in the history.
#[derive(Clone, Debug)]
pub struct Context<'a> {
    review: &'a Review,
    position: usize,
    state: &'a RevisionState,
    migration: &'a Migration,
    /// Where in the timeline the transaction starts that this migration runs in.
    run_start: usize,
    /// What the upgrades that run together with this one, before it, made.
    made: Vec<ObjectName>,
    /// The tables of the upgrade, once they were asked for.
    up_tables: OnceCell<Lifetimes>,
    /// The tables of the downgrade, once they were asked for.
    down_tables: OnceCell<Lifetimes>,
    /// What begins and ends transactions in the upgrades that run together with this one, before it.
    run_controls: Vec<Statement<'a>>,
    /// The same in the upgrade.
    up_controls: Vec<Statement<'a>>,
    /// The same in the downgrade.
    down_controls: Vec<Statement<'a>>,
    /// Whether every migration was deployed on its own: all of a project is under review.
    deployed_apart: bool,
    /// What [`action::altered_tables`] finds, once it was asked for.
    altered_tables: OnceCell<Vec<(usize, Rc<ObjectName>)>>,
    /// What the project leaves out by habit.
    pub(super) habits: Rc<Habits>,
    /// Whether more was asked for than this migration and those before it.
    looked_further: Cell<bool>,
}

/// A table that a migration makes.
#[derive(Clone, Copy, Debug)]
pub struct Creation<'a> {
    /// The statement.
    pub statement: Statement<'a>,
    /// What it says.
    pub definition: &'a CreateTable,
    /// The table after the migration, under whatever name it then has.
    pub table: &'a Table,
}

/// How the house tells tenants apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tenancy<'a> {
    /// The column that names the tenant.
    pub column: &'a str,
    /// The table it references.
    pub table: &'a str,
}

impl<'a> Context<'a> {
    /// Every migration under review, in upgrade order.
    pub fn all(review: &'a Review) -> Vec<Self> {
        let mut contexts: Vec<Self> = Vec::new();
        let mut last: Option<usize> = None;
        let mut run_start = 0;
        let mut run_controls = Vec::new();
        let deployed_apart = deployed_apart(review);
        let habits = Rc::new(Habits::default());
        for (position, state) in review.timeline.iter().enumerate() {
            let Some(migration) = review
                .migration(state.migration)
                .filter(|_| state.under_review)
            else {
                continue;
            };
            let together = last.is_some_and(|last| last + 1 == position)
                && !deployed_apart
                && runs_as_one(review, migration);
            let before = contexts.last().filter(|_| together);
            let made = before.map_or_else(Vec::new, |cx| cx.up_tables().left());
            if !together {
                run_controls.clear();
                run_start = position;
            }
            let up_controls = controls(state, Direction::Up);
            let cx = Self {
                review,
                position,
                state,
                migration,
                run_start,
                made,
                up_tables: OnceCell::new(),
                down_tables: OnceCell::new(),
                run_controls: run_controls.clone(),
                up_controls: up_controls.clone(),
                down_controls: controls(state, Direction::Down),
                deployed_apart,
                altered_tables: OnceCell::new(),
                habits: Rc::clone(&habits),
                looked_further: Cell::new(false),
            };
            run_controls.extend(up_controls);
            contexts.push(cx);
            last = Some(position);
        }
        contexts
    }

    /// The review it is part of: anything in it may matter to who asks.
    pub fn review(&self) -> &'a Review {
        self.looked_further.set(true);
        self.review
    }

    /// The review, for who looks at no more than the migrations up to this one and those of [`Self::run`].
    pub(super) fn review_of_run(&self) -> &'a Review {
        self.review
    }

    /// The catalog after the last migration that is known.
    fn head(&self) -> Option<&'a Schema> {
        self.review().head()
    }

    /// Takes back whether more was asked for, since the last time, than this migration and those before it.
    pub(super) fn take_looked_further(&self) -> bool {
        self.looked_further.take()
    }

    /// Who wrote the files.
    pub fn convention(&self) -> Convention {
        self.review.project.convention
    }

    /// The settings.
    pub fn config(&self) -> &'a Config {
        &self.review.config
    }

    /// The house's conventions.
    pub fn house(&self) -> &'a House {
        &self.review.config.house
    }

    /// The migration.
    pub fn migration(&self) -> &'a Migration {
        self.migration
    }

    /// Its place in the project's list.
    pub fn migration_index(&self) -> MigrationIndex {
        self.state.migration
    }

    /// What was simulated of it.
    pub fn state(&self) -> &'a RevisionState {
        self.state
    }

    /// Its place in the timeline.
    pub fn position(&self) -> usize {
        self.position
    }

    /// The catalog before it.
    pub fn before(&self) -> &'a Schema {
        &self.state.before
    }

    /// The catalog after its upgrade.
    pub fn after(&self) -> &'a Schema {
        self.state.after()
    }

    /// The table of this name after the downgrade, as far as that is known.
    pub fn comes_back(&self, table: &ObjectName) -> Option<&'a Table> {
        let down = self.state.down.as_ref()?;
        down.schema.tables.get(table).map(AsRef::as_ref)
    }

    /// The path of its file.
    pub fn path(&self) -> &'a str {
        let source = self.review.source(self.migration.file);
        source.map_or("", |source| source.file.path.as_ref())
    }

    /// The text of a file.
    pub fn text(&self, file: FileId) -> &'a str {
        let own = self.migration.files().any(|own| own == file);
        let review = if own { self.review } else { self.review() };
        review
            .source(file)
            .map_or("", |source| source.file.text.as_ref())
    }

    /// Whether it is an Alembic migration.
    pub fn is_alembic(&self) -> bool {
        self.convention() == Convention::Alembic
    }

    /// Whether it is an excerpt: Python without a revision id or without functions, or SQL of no tool. Conventions for whole files do not apply.
    pub fn is_snippet(&self) -> bool {
        match self.review.project.convention {
            Convention::Alembic => {
                let header = self.migration.revision_span;
                let around = |half: &Half| matches!(half, Half::Function(place) if place.span.contains(header));
                header.is_empty() || around(&self.migration.up)
            }
            Convention::SingleSql | Convention::SchemaDump => true,
            _ => false,
        }
    }

    /// Whether what it touches is only assumed to exist.
    pub fn is_open_world(&self) -> bool {
        self.before().world == World::Open
    }

    /// The statements of the upgrade in order, those inside blocks too.
    pub fn up(&self) -> impl Iterator<Item = Statement<'a>> + use<'a> {
        statements(self.state, Direction::Up)
    }

    /// The statements of the downgrade in order, those inside blocks too.
    pub fn down(&self) -> impl Iterator<Item = Statement<'a>> + use<'a> {
        statements(self.state, Direction::Down)
    }

    /// Upgrade, then downgrade.
    pub fn both(&self) -> impl Iterator<Item = Statement<'a>> + use<'a> {
        self.up().chain(self.down())
    }

    /// The statements of the same half before this one.
    pub fn earlier(
        &self,
        statement: &Statement<'a>,
    ) -> impl Iterator<Item = Statement<'a>> + use<'a> {
        let at = statement.point();
        statements(self.state, statement.direction).take_while(move |other| other.point() < at)
    }

    /// The statements of the same half after this one.
    pub fn later(
        &self,
        statement: &Statement<'a>,
    ) -> impl Iterator<Item = Statement<'a>> + use<'a> {
        let (at, index) = (statement.point(), statement.index);
        let nested = statement.is_nested();
        let later =
            move |other: &Statement<'a>| other.point() > at && (nested || other.index > index);
        statements(self.state, statement.direction).filter(later)
    }

    /// Every statement that ran before this one: the upgrades of earlier migrations, then the same half.
    pub fn history_before(
        &self,
        statement: &Statement<'a>,
    ) -> impl Iterator<Item = Statement<'a>> + use<'a> {
        let earlier = self.review.timeline.iter().take(self.position);
        let history = earlier.flat_map(|state| statements(state, Direction::Up));
        history.chain(self.earlier(statement))
    }

    /// Every action of every `ALTER TABLE` of the upgrade, with its table.
    pub fn table_actions(
        &self,
    ) -> impl Iterator<Item = (Statement<'a>, ObjectName, &'a TableAction)> + use<'a> {
        self.up().flat_map(actions_of)
    }

    fn up_tables(&self) -> &Lifetimes {
        self.up_tables
            .get_or_init(|| Lifetimes::of(self.state, Direction::Up, &self.made))
    }

    fn down_tables(&self) -> &Lifetimes {
        self.down_tables
            .get_or_init(|| Lifetimes::of(self.state, Direction::Down, &[]))
    }

    /// Whether nobody else can see a table at this statement: it was made earlier in the same transaction.
    pub fn is_new(&self, statement: &Statement<'_>, table: &ObjectName) -> bool {
        let tables = match statement.direction {
            Direction::Up => self.up_tables(),
            Direction::Down => self.down_tables(),
        };
        tables.is_new(table, statement.point())
    }

    /// Whether this upgrade adds a column to a table before this statement (or to a table it makes).
    pub fn added_here(&self, statement: &Statement<'a>, table: &ObjectName, column: &str) -> bool {
        let had = self
            .before()
            .tables
            .get(table)
            .is_some_and(|table| table.column(column).is_some());
        let adds = |(_, owner, definition): (_, ObjectName, &ColumnDefinition)| {
            owner == *table && definition.name == column
        };
        !had && self
            .earlier(statement)
            .flat_map(column_definitions)
            .any(adds)
    }

    /// The tables that others can see and that an `ALTER TABLE` changes, by the statement's place in both halves.
    pub(super) fn altered_tables(&self) -> &[(usize, Rc<ObjectName>)] {
        self.altered_tables
            .get_or_init(|| action::altered_tables(self))
    }

    /// Tables that the upgrade makes and keeps: no temporary ones, no partitions, not Alembic's own.
    pub fn created_tables(&self) -> Vec<Creation<'a>> {
        let creation = |statement: Statement<'a>| {
            let Operation::CreateTable(definition) = statement.operation else {
                return None;
            };
            let name = statement.resolve(definition.name.as_ref()?);
            let skipped = definition.persistence == Persistence::Temporary
                || definition.partition_of.is_some()
                || definition.foreign_server.is_some()
                || name.name == "alembic_version"
                || statement.before().tables.contains_key(&name);
            let now = self.name_after(&statement, name);
            let table = self.after().tables.get(&now).filter(|_| !skipped)?;
            Some(Creation {
                statement,
                definition,
                table,
            })
        };
        self.up().filter_map(creation).collect()
    }

    /// Every column that the upgrade defines, with its table: in `CREATE TABLE` and in `ADD COLUMN`.
    pub fn defined_columns(
        &self,
    ) -> impl Iterator<Item = (Statement<'a>, ObjectName, &'a ColumnDefinition)> + use<'a> {
        self.up().flat_map(column_definitions)
    }

    /// The table as it is after the upgrade, that a statement knows by this name.
    pub fn now(&self, statement: &Statement<'a>, table: &ObjectName) -> Option<&'a Table> {
        let name = self.name_after(statement, table.clone());
        self.after().tables.get(&name).map(AsRef::as_ref)
    }

    /// Whether the upgrade adds this column, by the names that hold after it.
    pub fn added_in(&self, table: &ObjectName, column: &str) -> bool {
        let is =
            |(statement, owner, definition): (Statement<'a>, ObjectName, &ColumnDefinition)| {
                definition.name == column && self.name_after(&statement, owner) == *table
            };
        self.defined_columns().any(is)
    }

    /// Whether something holds of a table after this migration or after the last one that is known: what a later migration
    /// puts right is not wrong.
    pub fn holds_in_the_end(&self, table: &Table, holds: impl Fn(&Table) -> bool) -> bool {
        if holds(table) {
            return true;
        }
        let later = self
            .head()
            .and_then(|head| head.tables.get(&table.object_name()));
        later.is_some_and(|table| holds(table))
    }

    /// How the house tells tenants apart; none where it does not, or where the whole history shows no table of tenants.
    pub fn tenancy(&self) -> Option<Tenancy<'a>> {
        let house = self.house();
        let known = |schema: &Schema| {
            schema
                .tables
                .keys()
                .any(|name| name.name == house.tenant_table)
        };
        let evident = self.is_open_world() || known(self.after()) || self.head().is_some_and(known);
        (!house.tenant_column.is_empty() && (evident || *house != House::default())).then_some(
            Tenancy {
                column: &house.tenant_column,
                table: &house.tenant_table,
            },
        )
    }

    /// Whether the upgrade defines a column that is named as the house names the tenant's.
    pub fn defines_tenant_column(&self) -> bool {
        let name = &self.house().tenant_column;
        self.defined_columns()
            .any(|(_, _, column)| column.name == *name)
    }

    /// Whether a table belongs to no tenant by the house's word.
    pub fn is_shared(&self, table: &ObjectName) -> bool {
        let house = self.house();
        let named = |listed: &String| *listed == table.name || *listed == table.to_string();
        table.name == house.tenant_table || house.shared_tables.iter().any(named)
    }

    /// Columns that every table of the house has. Of the built-in list only those that most tables of a known project have.
    pub fn required_columns(&self) -> Vec<&'a str> {
        let house = self.house();
        let by_default = house.required_columns == House::default().required_columns;
        let tables: Vec<_> = if by_default && !self.is_open_world() {
            let head = self.head().into_iter();
            head.flat_map(|head| head.tables.values()).collect()
        } else {
            Vec::new()
        };
        let usual = |column: &&str| {
            let having = tables
                .iter()
                .filter(|table| table.column(column).is_some())
                .count();
            tables.len() < ENOUGH_TO_JUDGE || having * 2 >= tables.len()
        };
        house
            .required_columns
            .iter()
            .map(String::as_str)
            .filter(usual)
            .collect()
    }

    /// Whether an index serves look-ups by these columns: they lead its keys, in whatever order.
    pub fn covered_by_index(&self, table: &Table, columns: &[String]) -> bool {
        let leads = |keys: &Vec<&str>| {
            let head = keys.get(..columns.len()).unwrap_or_default();
            !columns.is_empty() && columns.iter().all(|column| head.contains(&column.as_str()))
        };
        table.indexed_column_lists().iter().any(leads)
    }

    /// Foreign keys that statements of the upgrade make, each with its table, where both still exist after it.
    pub fn foreign_keys_made(&self) -> Vec<(Statement<'a>, &'a Table, &'a ForeignKeyConstraint)> {
        let mut made = Vec::new();
        for statement in self.up() {
            let named = match statement.operation {
                Operation::CreateTable(create) => create.name.as_ref(),
                Operation::AlterTable(alter) => Some(&alter.name),
                _ => None,
            };
            let Some(name) = named.map(|name| statement.resolve(name)) else {
                continue;
            };
            let Some(last) = self.now(&statement, &name) else {
                continue;
            };
            let before = statement.before().tables.get(&name);
            let had = |key: &ForeignKeyConstraint| {
                before.is_some_and(|before| has_foreign_key(before, key))
            };
            let after = statement.after().tables.get(&name).into_iter();
            let keys = after.flat_map(|table| &table.foreign_keys);
            let kept =
                keys.filter(|key| !had(key) && key.part_of.is_none() && has_foreign_key(last, key));
            made.extend(kept.map(|key| (statement, last, key)));
        }
        made
    }

    /// Whether a constraint was validated before this statement of which nothing more is known: it may be the proof that a
    /// column holds no NULL.
    pub fn validated_unknown(&self, statement: &Statement<'a>, table: &ObjectName) -> bool {
        let known = statement.before().tables.get(table);
        let is_unknown = |constraint: &String| {
            !known.is_some_and(|table| {
                let checks = table.check_constraints.iter().map(|check| &check.name);
                let keys = table.foreign_keys.iter().map(|key| &key.name);
                checks.chain(keys).any(|name| name == constraint)
            })
        };
        let validates = |(_, owner, action): (Statement<'a>, ObjectName, &TableAction)| {
            owner == *table
                && matches!(action, TableAction::ValidateConstraint { name } if is_unknown(name))
        };
        self.is_open_world()
            && self
                .history_before(statement)
                .flat_map(actions_of)
                .any(validates)
    }

    /// `UPDATE`s of the same half before this statement that set a column.
    pub fn updates_of(
        &self,
        statement: &Statement<'a>,
        table: &ObjectName,
        column: &str,
    ) -> Vec<(Statement<'a>, &'a Update)> {
        let matching = |other: Statement<'a>| match other.operation {
            Operation::Update(update) if other.resolve(&update.table) == *table => {
                let sets = update.assignments.iter().any(|(name, _)| name == column);
                sets.then_some((other, update))
            }
            _ => None,
        };
        self.earlier(statement).filter_map(matching).collect()
    }

    /// Whether a statement before this one could not be analysed and may have changed anything, or rows.
    pub fn unknown_before(&self, statement: &Statement<'a>) -> bool {
        let unknown = |other: Statement<'a>| match other.operation {
            Operation::Opaque(opaque) => opaque.scope != OpaqueScope::Types,
            Operation::Call(_) => true,
            _ => false,
        };
        self.earlier(statement).any(unknown)
    }

    /// Whether a statement runs inside a transaction block; what stands in a `DO` block always does.
    pub fn in_transaction(&self, statement: &Statement<'_>) -> bool {
        statement.inner.is_some() || self.in_open_transaction(statement)
    }

    /// Whether a transaction is open when a statement starts, or the `DO` block it stands in.
    pub fn in_open_transaction(&self, statement: &Statement<'_>) -> bool {
        let asked = self.migration.transaction(statement.direction);
        let mode = asked.unwrap_or(self.review.transaction);
        // Nobody knows what will run a lone statement that was pasted; psql does not wrap it.
        let lone = self.review.project.convention == Convention::SingleSql
            && self.config().transaction.is_none()
            && statements(self.state, statement.direction).nth(1).is_none();
        let controls = match statement.direction {
            Direction::Up => &self.up_controls,
            Direction::Down => &self.down_controls,
        };
        let mut open = mode != TransactionMode::None && !lone;
        let earlier = controls.partition_point(|control| control.index < statement.index);
        for control in controls.iter().take(earlier) {
            match control.operation {
                Operation::Transaction(TransactionControl::Begin) => open = true,
                operation if ends_transaction(operation) => open = false,
                _ => {}
            }
        }
        open && statement.outcome.step.isolation == Isolation::Ordinary
    }

    /// How the tool wraps this migration in transactions.
    pub fn transaction_mode(&self) -> TransactionMode {
        transaction_mode(self.review, self.migration)
    }

    /// The places in the timeline of the migrations that run in one transaction with this one, itself included.
    pub fn run(&self) -> Range<usize> {
        if self.deployed_apart {
            return self.run_start..self.position + 1;
        }
        self.looked_further.set(true);
        let later = self.review.timeline.iter().skip(self.position + 1);
        let together = later.take_while(|state| {
            let migration = self.review.migration(state.migration);
            state.under_review && migration.is_some_and(|next| runs_as_one(self.review, next))
        });
        self.run_start..self.position + 1 + together.count()
    }

    /// The upgrades that ran earlier in the same transaction as this migration, if it runs together with others.
    pub fn run_before(&self) -> impl Iterator<Item = Statement<'a>> + use<'a> {
        let states = self
            .review
            .timeline
            .get(self.run_start..self.position)
            .unwrap_or_default();
        states
            .iter()
            .flat_map(|state| statements(state, Direction::Up))
    }

    /// Whether two statements of this run, the earlier one first, run in one transaction.
    pub fn same_transaction(&self, earlier: &Statement<'a>, later: &Statement<'a>) -> bool {
        if !self.in_transaction(later) || is_alone(earlier) {
            return false;
        }
        let (from, to) = (self.place_in_run(earlier), self.place_in_run(later));
        let between = |at: RunPlace| from < at && at < to;
        let own = match later.direction {
            Direction::Up => &self.up_controls,
            Direction::Down => &self.down_controls,
        };
        let before = self.run_controls.iter().chain(own);
        let ends =
            |control: &&Statement<'a>| is_alone(control) || ends_transaction(control.operation);
        !before
            .filter(ends)
            .any(|control| between(self.place_in_run(control)))
    }

    /// Where a statement of this run stands: its migration, its place there, its place in a block.
    fn place_in_run(&self, statement: &Statement<'a>) -> RunPlace {
        let is_here = |position: &usize| {
            let run = self.review.timeline.get(*position);
            let run = run.and_then(|state| state.run(statement.direction));
            let step = run.and_then(|run| run.steps.get(statement.index));
            step.is_some_and(|step| std::ptr::eq(step, statement.outcome))
        };
        let position = (self.run_start..=self.position).rev().find(is_here);
        let inner = statement.inner.map_or(0, |span| span.start);
        (position.unwrap_or(self.position), statement.index, inner)
    }

    /// How large a table is said to be.
    pub fn size(&self, table: &ObjectName) -> Option<&'a TableSize> {
        let tables = &self.config().tables;
        let qualified = format!("{}.{}", table.schema, table.name);
        tables
            .get(&table.to_string())
            .or_else(|| tables.get(&qualified))
            .or_else(|| tables.get(&table.name))
    }

    /// What a table of this name is called after the upgrade, from a statement on.
    fn name_after(&self, statement: &Statement<'a>, name: ObjectName) -> ObjectName {
        self.up_tables().name_after(statement.point(), name)
    }
}

/// A migration's place in the timeline, a statement's in the migration, and its place in a block.
type RunPlace = (usize, usize, u32);

/// The statements of a half that begin or end a transaction, or run in one of their own.
fn controls(state: &RevisionState, direction: Direction) -> Vec<Statement<'_>> {
    let is_control = |statement: &Statement<'_>| {
        is_alone(statement) || matches!(statement.operation, Operation::Transaction(_))
    };
    statements(state, direction).filter(is_control).collect()
}

fn is_alone(statement: &Statement<'_>) -> bool {
    statement.outcome.step.isolation == Isolation::Autocommit
}

fn ends_transaction(operation: &Operation) -> bool {
    matches!(
        operation,
        Operation::Transaction(TransactionControl::Commit | TransactionControl::Rollback)
    )
}

fn has_foreign_key(table: &Table, key: &ForeignKeyConstraint) -> bool {
    let same = |other: &ForeignKeyConstraint| {
        other.columns == key.columns && other.references == key.references
    };
    table.foreign_keys.iter().any(same)
}

/// From how many tables on a project shows what its conventions are.
const ENOUGH_TO_JUDGE: usize = 4;

fn transaction_mode(review: &Review, migration: &Migration) -> TransactionMode {
    migration.transaction.unwrap_or(review.transaction)
}

/// Whether a migration runs in one transaction with the one before it, unless each was deployed on its own.
fn runs_as_one(review: &Review, migration: &Migration) -> bool {
    transaction_mode(review, migration) == TransactionMode::PerRun
}

/// A project that is read from its first migration on, all of it under review, was not deployed in one go.
pub(super) fn deployed_apart(review: &Review) -> bool {
    !review.is_open_world() && review.timeline.iter().all(|state| state.under_review)
}

impl Creation<'_> {
    /// The name the table ends up with.
    pub fn name(&self) -> ObjectName {
        self.table.object_name()
    }

    /// Where a column is defined; the whole statement where that is not known.
    pub fn place_of_column(&self, column: &str) -> crate::migration::Place {
        let definition = self
            .definition
            .columns
            .iter()
            .find(|definition| definition.name == column);
        self.statement
            .place_of(definition.map_or(Origin::default(), |definition| definition.origin))
    }
}
