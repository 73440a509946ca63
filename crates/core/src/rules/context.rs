//! What a rule may ask: the migration, the catalog around each statement, the run it belongs to, the house's conventions.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::config::{Config, House, TableSize};
use crate::history::MigrationIndex;
use crate::migration::{Direction, FileId, Isolation, Migration, TransactionMode};
use crate::operation::{
    Certainty, ColumnDefinition, CreateTable, Operation, Persistence, QualifiedName, TableAction,
    TransactionControl, Update,
};
use crate::project::Convention;
use crate::review::{Review, RevisionState, StepOutcome};
use crate::schema::{ForeignKeyConstraint, ObjectName, Schema, Table, World};
use crate::text::{Origin, Span};

/// One migration under review, in its place in the history.
#[derive(Clone, Debug)]
pub struct Context<'a> {
    review: &'a Review,
    position: usize,
    state: &'a RevisionState,
    migration: &'a Migration,
    /// Where in the timeline the transaction starts that this migration runs in.
    run_start: usize,
    /// Tables that earlier migrations of the same transaction made.
    made_before: BTreeSet<ObjectName>,
}

/// One statement that runs, or one inside a `DO` block.
#[derive(Clone, Copy, Debug)]
pub struct Statement<'a> {
    /// The half it is in.
    pub direction: Direction,
    /// Its place in the half, counted from 0.
    pub index: usize,
    /// What was simulated.
    pub outcome: &'a StepOutcome,
    /// What it does.
    pub operation: &'a Operation,
    /// Whether it surely runs, once.
    pub certainty: Certainty,
    /// Where it stands inside a block.
    pub(super) inner: Option<Span>,
}

impl<'a> Statement<'a> {
    /// The catalog before it.
    pub fn before(&self) -> &'a Schema {
        &self.outcome.before
    }

    /// The catalog after it.
    pub fn after(&self) -> &'a Schema {
        &self.outcome.after
    }

    /// What a name means here: the relation it finds on the search path, else the one it would make.
    pub fn resolve(&self, name: &QualifiedName) -> ObjectName {
        let schema = self.before();
        schema
            .resolve_relation(name)
            .unwrap_or_else(|| schema.creation_name(name))
    }

    /// A table before this statement.
    pub fn table(&self, name: &QualifiedName) -> Option<&'a Table> {
        self.before()
            .tables
            .get(&self.resolve(name))
            .map(AsRef::as_ref)
    }

    /// The actions, if it is an `ALTER TABLE`.
    pub fn table_actions(&self) -> &'a [TableAction] {
        match self.operation {
            Operation::AlterTable(alter) => &alter.actions,
            _ => &[],
        }
    }

    /// Whether it stands inside a `DO` block; the block as a whole is a statement of its own.
    pub fn is_nested(&self) -> bool {
        self.inner.is_some()
    }

    /// Whether PostgreSQL would surely refuse it.
    pub fn fails(&self) -> bool {
        self.outcome.result.is_err()
    }
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
        let mut made: BTreeSet<ObjectName> = BTreeSet::new();
        let mut last: Option<usize> = None;
        let mut run_start = 0;
        for (position, state) in review.timeline.iter().enumerate() {
            let Some(migration) = review
                .migration(state.migration)
                .filter(|_| state.under_review)
            else {
                continue;
            };
            let together =
                last.is_some_and(|last| last + 1 == position) && runs_as_one(review, migration);
            if !together {
                made.clear();
                run_start = position;
            }
            let cx = Self {
                review,
                position,
                state,
                migration,
                run_start,
                made_before: made.clone(),
            };
            made = cx.made_until(Direction::Up, usize::MAX, made);
            contexts.push(cx);
            last = Some(position);
        }
        contexts
    }

    /// The review it is part of.
    pub fn review(&self) -> &'a Review {
        self.review
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

    /// The text of a file.
    pub fn text(&self, file: FileId) -> &'a str {
        self.review
            .source(file)
            .map_or("", |source| source.file.text.as_str())
    }

    /// Whether it is an Alembic migration.
    pub fn is_alembic(&self) -> bool {
        self.review.project.convention == Convention::Alembic
    }

    /// Whether it is an excerpt: Python without a revision id, or SQL of no tool. Conventions for whole files do not apply.
    pub fn is_snippet(&self) -> bool {
        match self.review.project.convention {
            Convention::Alembic => self.migration.revision_span.is_empty(),
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
        let index = statement.index;
        statements(self.state, statement.direction).take_while(move |other| other.index < index)
    }

    /// The statements of the same half after this one.
    pub fn later(
        &self,
        statement: &Statement<'a>,
    ) -> impl Iterator<Item = Statement<'a>> + use<'a> {
        let index = statement.index;
        statements(self.state, statement.direction).filter(move |other| other.index > index)
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

    /// Whether nobody else can see a table at this statement: it was made earlier in the same transaction.
    pub fn is_new(&self, statement: &Statement<'_>, table: &ObjectName) -> bool {
        let start = match statement.direction {
            Direction::Up => self.made_before.clone(),
            Direction::Down => BTreeSet::new(),
        };
        self.made_until(statement.direction, statement.index, start)
            .contains(table)
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
        let later = self
            .review
            .head()
            .and_then(|head| head.tables.get(&table.object_name()));
        holds(table) || later.is_some_and(|table| holds(table))
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
        let evident =
            self.is_open_world() || known(self.after()) || self.review.head().is_some_and(known);
        (!house.tenant_column.is_empty() && (evident || *house != House::default())).then_some(
            Tenancy {
                column: &house.tenant_column,
                table: &house.tenant_table,
            },
        )
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
        let tables: Vec<_> = match self.review.head() {
            Some(head) if by_default && !self.is_open_world() => head.tables.values().collect(),
            _ => Vec::new(),
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
        for statement in self.up().filter(|statement| statement.inner.is_none()) {
            for (name, table) in statement.after().tables.iter() {
                let before = statement.before().tables.get(name);
                if before.is_some_and(|before| Arc::ptr_eq(before, table))
                    || !makes_foreign_key(statement.operation)
                {
                    continue;
                }
                let had = |key: &ForeignKeyConstraint| {
                    before.is_some_and(|table| has_foreign_key(table, key))
                };
                let now = self.name_after(&statement, name.clone());
                let Some(last) = self.after().tables.get(&now) else {
                    continue;
                };
                let new = table
                    .foreign_keys
                    .iter()
                    .filter(|key| !had(key) && key.part_of.is_none());
                let kept = new.filter(|key| has_foreign_key(last, key));
                made.extend(kept.map(|key| (statement, last.as_ref(), key)));
            }
        }
        made
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
        let unknown = |other: Statement<'a>| {
            matches!(other.operation, Operation::Opaque(_) | Operation::Call(_))
        };
        self.earlier(statement).any(unknown)
    }

    /// Whether a statement runs inside a transaction block.
    pub fn in_transaction(&self, statement: &Statement<'_>) -> bool {
        let asked = self.migration.transaction(statement.direction);
        let mode = asked.unwrap_or(self.review.transaction);
        let mut open = mode != TransactionMode::None;
        for other in statements(self.state, statement.direction)
            .take_while(|other| other.index < statement.index)
        {
            match other.operation {
                Operation::Transaction(TransactionControl::Begin) => open = true,
                Operation::Transaction(
                    TransactionControl::Commit | TransactionControl::Rollback,
                ) => open = false,
                _ => {}
            }
        }
        statement.inner.is_some()
            || (open && statement.outcome.step.isolation == Isolation::Ordinary)
    }

    /// How the tool wraps this migration in transactions.
    pub fn transaction_mode(&self) -> TransactionMode {
        transaction_mode(self.review, self.migration)
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
        let alone =
            |statement: &Statement<'_>| statement.outcome.step.isolation == Isolation::Autocommit;
        let ends = |statement: &Statement<'_>| {
            let control = statement.operation;
            matches!(
                control,
                Operation::Transaction(TransactionControl::Commit | TransactionControl::Rollback)
            ) || alone(statement)
        };
        let run = self.run_before().chain(self.up());
        let between = run
            .skip_while(|other| other.place() != earlier.place())
            .take_while(|other| other.place() != later.place());
        self.in_transaction(later) && !alone(earlier) && !between.skip(1).any(|other| ends(&other))
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
        let renames = self.later(statement).flat_map(actions_of);
        renames.fold(name, |name, (_, table, action)| {
            if table == name {
                renamed(name, action)
            } else {
                name
            }
        })
    }

    /// The tables made in a half before a statement, `made` before the half.
    fn made_until(
        &self,
        direction: Direction,
        index: usize,
        mut made: BTreeSet<ObjectName>,
    ) -> BTreeSet<ObjectName> {
        for statement in statements(self.state, direction).take_while(|other| other.index < index) {
            match statement.operation {
                Operation::CreateTable(create) => {
                    let name = create
                        .name
                        .as_ref()
                        .and_then(|name| newly(&statement, name));
                    made.extend(name);
                }
                Operation::CreateTableAs(create) => made.extend(newly(&statement, &create.name)),
                Operation::CreateView(create) if create.materialized => {
                    made.extend(newly(&statement, &create.name))
                }
                Operation::AlterTable(_) => {
                    for (_, table, action) in actions_of(statement) {
                        if made.remove(&table) {
                            made.insert(renamed(table, action));
                        }
                    }
                }
                Operation::Transaction(TransactionControl::Commit) => made.clear(),
                _ if statement.outcome.step.isolation == Isolation::Autocommit => made.clear(),
                _ => {}
            }
        }
        made
    }
}

fn has_foreign_key(table: &Table, key: &ForeignKeyConstraint) -> bool {
    let same = |other: &ForeignKeyConstraint| {
        other.columns == key.columns && other.references == key.references
    };
    table.foreign_keys.iter().any(same)
}

/// Whether a statement can make foreign keys at all: what is only assumed along the way is not made.
fn makes_foreign_key(operation: &Operation) -> bool {
    matches!(
        operation,
        Operation::CreateTable(_) | Operation::AlterTable(_) | Operation::Do(_)
    )
}

/// From how many tables on a project shows what its conventions are.
const ENOUGH_TO_JUDGE: usize = 4;

fn newly(statement: &Statement<'_>, name: &QualifiedName) -> Option<ObjectName> {
    let name = statement.resolve(name);
    let schema = statement.before();
    (!schema.tables.contains_key(&name) && !schema.views.contains_key(&name)).then_some(name)
}

fn renamed(table: ObjectName, action: &TableAction) -> ObjectName {
    match action {
        TableAction::RenameTable { to } => ObjectName::new(table.schema, to),
        TableAction::SetSchema { schema } => ObjectName::new(schema, table.name),
        _ => table,
    }
}

fn transaction_mode(review: &Review, migration: &Migration) -> TransactionMode {
    migration.transaction.unwrap_or(review.transaction)
}

/// Whether a migration runs in one transaction with the one before it. Where a project is read from its first migration on
/// and all of it is under review, each was deployed on its own.
fn runs_as_one(review: &Review, migration: &Migration) -> bool {
    let whole_project =
        !review.is_open_world() && review.timeline.iter().all(|state| state.under_review);
    transaction_mode(review, migration) == TransactionMode::PerRun && !whole_project
}

fn statements<'a>(
    state: &'a RevisionState,
    direction: Direction,
) -> impl Iterator<Item = Statement<'a>> + use<'a> {
    let steps = state
        .run(direction)
        .map(|run| run.steps.as_slice())
        .unwrap_or_default();
    steps.iter().enumerate().flat_map(move |(index, outcome)| {
        let whole = Statement {
            direction,
            index,
            outcome,
            operation: &outcome.step.operation,
            certainty: outcome.step.certainty,
            inner: None,
        };
        let block = match &outcome.step.operation {
            Operation::Do(block) => block.statements.as_slice(),
            _ => &[],
        };
        let inner = block.iter().map(move |part| Statement {
            operation: &part.operation,
            certainty: part.certainty,
            inner: Some(part.span),
            ..whole
        });
        std::iter::once(whole).chain(inner)
    })
}

/// The actions of an `ALTER TABLE`, with its table.
fn actions_of<'a>(
    statement: Statement<'a>,
) -> impl Iterator<Item = (Statement<'a>, ObjectName, &'a TableAction)> {
    let table = match statement.operation {
        Operation::AlterTable(alter) => Some(statement.resolve(&alter.name)),
        _ => None,
    };
    let actions = statement.table_actions().iter();
    actions.filter_map(move |action| Some((statement, table.clone()?, action)))
}

/// The columns that a statement defines, with their table.
fn column_definitions<'a>(
    statement: Statement<'a>,
) -> Vec<(Statement<'a>, ObjectName, &'a ColumnDefinition)> {
    match statement.operation {
        Operation::CreateTable(create) => {
            let table = create.name.as_ref().map(|name| statement.resolve(name));
            let columns = create.columns.iter();
            columns
                .filter_map(|column| Some((statement, table.clone()?, column)))
                .collect()
        }
        Operation::AlterTable(_) => {
            let added = |(statement, table, action)| match action {
                &TableAction::AddColumn { ref column, .. } => {
                    Some((statement, table, column.as_ref()))
                }
                _ => None,
            };
            actions_of(statement).filter_map(added).collect()
        }
        _ => Vec::new(),
    }
}

impl<'a> Creation<'a> {
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
