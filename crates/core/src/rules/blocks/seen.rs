//! What these rules ask of a statement: which tables others can see, what it does to them, how long.

use std::borrow::Cow;

use crate::config::RuleLevel;
use crate::effects::{self, Cause, Effects, Lock, Session, TransactionEnd, Via, Work};
use crate::migration::Direction;
use crate::operation::{
    ColumnDefinition, Constraint, ConstraintKind, Operation, QualifiedName, TableAction,
};
use crate::rules::action;
pub(super) use crate::rules::action::{Action, is_visible};
use crate::rules::{Context, Draft, Run, Statement};
use crate::schema::{ObjectName, Table, TableKind};

/// Statements of both halves that PostgreSQL would carry out.
pub(super) fn statements<'a>(cx: &Context<'a>) -> impl Iterator<Item = Statement<'a>> + use<'a> {
    cx.both().filter(|statement| !statement.fails())
}

/// Every action on a table that others can see, of both halves.
pub(super) fn actions<'a>(cx: &Context<'a>) -> Vec<Action<'a>> {
    action::actions(cx)
}

/// Every constraint that is added to a table that others can see; not those of new columns.
pub(super) fn added_constraints<'a>(cx: &Context<'a>) -> Vec<(Action<'a>, &'a Constraint)> {
    let constraint = |action: Action<'a>| match action.action {
        TableAction::AddConstraint(constraint) => Some((action, constraint)),
        _ => None,
    };
    actions(cx).into_iter().filter_map(constraint).collect()
}

/// Every constraint at a column that is added to a table that others can see.
pub(super) fn constraints_of_new_columns<'a>(
    cx: &Context<'a>,
) -> Vec<(Action<'a>, &'a Constraint)> {
    let columns = new_columns(cx).into_iter();
    let constraints = columns.flat_map(|(action, column)| {
        let constraints = column.constraints.iter();
        constraints
            .map(move |constraint| (action.clone(), constraint))
            .collect::<Vec<_>>()
    });
    constraints.collect()
}

/// Every column that is added to a table that others can see and that does not have it.
pub(super) fn new_columns<'a>(cx: &Context<'a>) -> Vec<(Action<'a>, &'a ColumnDefinition)> {
    let column = |action: Action<'a>| match action.action {
        TableAction::AddColumn { column, .. } => {
            let known = action.statement.table(&action.alter.name);
            let exists = known.is_some_and(|table| table.column(&column.name).is_some());
            (!exists).then_some((action, column.as_ref()))
        }
        _ => None,
    };
    actions(cx).into_iter().filter_map(column).collect()
}

/// Something about a new column.
pub(super) fn say_at_column(
    statement: &Statement<'_>,
    column: &ColumnDefinition,
    message: impl Into<String>,
) -> Draft {
    mild(statement, statement.say_at(column.origin, message))
}

/// The first lock of a statement that makes writers or everybody wait on a table that they can see.
pub(super) fn lock_others_wait_for<'a>(
    cx: &Context<'_>,
    statement: &Statement<'a>,
) -> Option<&'a Lock> {
    let locks = &statement.outcome.effects.locks;
    let mut strong = locks
        .iter()
        .filter(|lock| lock.mode.blocks_writes() && lock.kind.holds_rows());
    strong.find(|lock| {
        is_visible(cx, statement, &lock.relation) && !is_tenant_reference(cx, statement, lock)
    })
}

/// Whether a lock comes from a new table's reference to the table of tenants: the house demands that reference of every
/// table, so its brief lock is no choice of the migration's.
pub(super) fn is_tenant_reference(
    cx: &Context<'_>,
    statement: &Statement<'_>,
    lock: &Lock,
) -> bool {
    let creates = matches!(statement.operation, Operation::CreateTable(_));
    creates && lock.via == Via::ForeignKey && lock.relation.name == cx.house().tenant_table
}

/// Whether a table is its parent's default partition.
pub(super) fn is_default_partition(table: &Table) -> bool {
    let place = table.partition_of.as_ref();
    place.is_some_and(|place| place.bound.eq_ignore_ascii_case("default"))
}

/// The relation of this name, if sessions other than the one that migrates can see it at a statement.
pub(super) fn sees(
    cx: &Context<'_>,
    statement: &Statement<'_>,
    name: &QualifiedName,
) -> Option<ObjectName> {
    let relation = statement.resolve(name);
    is_visible(cx, statement, &relation).then_some(relation)
}

/// Whether a table is partitioned, as far as is known.
pub(super) fn is_partitioned(statement: &Statement<'_>, table: &ObjectName) -> bool {
    let known = statement.before().tables.get(table);
    known.is_some_and(|table| table.kind == TableKind::Partitioned)
}

/// What a statement does; for one inside a block its own part of it.
pub(super) fn effects<'a>(cx: &Context<'_>, statement: &Statement<'a>) -> Cow<'a, Effects> {
    if statement.inner.is_none() {
        return Cow::Borrowed(&statement.outcome.effects);
    }
    let session = Session::new(cx.config().postgres);
    Cow::Owned(effects::of(
        statement.operation,
        statement.before(),
        &session,
    ))
}

/// Whether a statement reads or writes a table from end to end for this reason.
pub(super) fn works(works: &[Work], table: &ObjectName, cause: Cause) -> bool {
    works
        .iter()
        .any(|work| work.relation == *table && work.cause == cause)
}

/// Something about a statement. A downgrade rarely runs, so there it is only worth knowing.
pub(super) fn say(statement: &Statement<'_>, message: impl Into<String>) -> Draft {
    mild(statement, statement.say(message))
}

/// Something whose weight depends on the table's size. Of a table that is said to be large it is a warning, in either half;
/// otherwise it is worth knowing, and in a downgrade, which rarely runs, not even that. Of a table that was emptied just
/// before there is nothing to say.
pub(super) fn weigh<'a>(
    cx: &Context<'a>,
    statement: &Statement<'a>,
    table: &ObjectName,
    draft: Draft,
) -> Option<Draft> {
    if cx.is_emptied(statement, table) {
        return None;
    }
    by_size(cx, statement, table, draft)
}

/// The same, where it is not the rows of the table that are worked on.
pub(super) fn by_size(
    cx: &Context<'_>,
    statement: &Statement<'_>,
    table: &ObjectName,
    draft: Draft,
) -> Option<Draft> {
    match (is_large(cx, table), statement.direction) {
        (true, _) => Some(draft.level(RuleLevel::Warning)),
        (false, Direction::Up) => Some(draft),
        (false, Direction::Down) => None,
    }
}

/// Whether the configuration says that a table is large: reading all of it takes longer than anybody wants to wait.
pub(super) fn is_large(cx: &Context<'_>, table: &ObjectName) -> bool {
    let size = cx.size(table);
    let rows = size.and_then(|size| size.rows).unwrap_or(0);
    let bytes = size.and_then(|size| size.bytes).unwrap_or(0);
    rows >= LARGE_ROWS || bytes >= LARGE_BYTES
}

const LARGE_ROWS: u64 = 1_000_000;
const LARGE_BYTES: u64 = 1_000_000_000;

/// Something about a constraint.
pub(super) fn say_of(
    statement: &Statement<'_>,
    constraint: &Constraint,
    message: impl Into<String>,
) -> Draft {
    mild(statement, statement.say_at(constraint.origin, message))
}

fn mild(statement: &Statement<'_>, draft: Draft) -> Draft {
    match statement.direction {
        Direction::Up => draft,
        Direction::Down => draft.level(RuleLevel::Info),
    }
}

/// The runs of both halves.
pub(super) struct Runs<'a> {
    up: Run<'a>,
    down: Run<'a>,
}

impl<'a> Runs<'a> {
    pub fn of(cx: &Context<'a>) -> Self {
        Self {
            up: Run::of(cx, Direction::Up),
            down: Run::of(cx, Direction::Down),
        }
    }

    /// The run of a statement.
    pub fn run(&self, statement: &Statement<'_>) -> &Run<'a> {
        match statement.direction {
            Direction::Up => &self.up,
            Direction::Down => &self.down,
        }
    }

    /// How long a statement's locks are held: "until the end of the migration".
    pub fn until(&self, statement: &Statement<'_>) -> String {
        match self.run(statement).held_until(statement) {
            None | Some(TransactionEnd::Statement) => "while it runs".to_owned(),
            Some(end) => format!("until the {end}"),
        }
    }
}

/// What a constraint is called: its name, or its kind and columns.
pub(super) fn name_of(constraint: &Constraint) -> String {
    if let Some(name) = &constraint.name {
        return name.clone();
    }
    match &constraint.kind {
        ConstraintKind::PrimaryKey(_) => "the primary key".to_owned(),
        ConstraintKind::Unique(key) => {
            format!("the unique constraint on {}", key.columns.join(", "))
        }
        ConstraintKind::Check { .. } => "the check".to_owned(),
        ConstraintKind::ForeignKey(key) => format!("the foreign key on {}", key.columns.join(", ")),
        ConstraintKind::Exclude(_) => "the exclusion constraint".to_owned(),
        ConstraintKind::NotNull { column } => format!("NOT NULL on {column}"),
    }
}

/// How an index is built or dropped without making others wait.
pub(super) fn concurrently_help(cx: &Context<'_>) -> &'static str {
    if cx.is_alembic() {
        "Pass postgresql_concurrently=True, inside `with op.get_context().autocommit_block():`."
    } else {
        "Use CONCURRENTLY, in a migration of its own that runs outside a transaction."
    }
}

/// The index of this name in a table's schema, with the table it belongs to.
pub(super) fn index_of(
    statement: &Statement<'_>,
    table: &QualifiedName,
    name: &str,
) -> Option<ObjectName> {
    let table = statement.resolve(table);
    let name = QualifiedName::qualified(table.schema, name);
    statement.before().find_index(&name).map(|(owner, _)| owner)
}

/// Which tool of the safe way to a constraint applies.
pub(super) fn two_steps(what: &str) -> String {
    format!(
        "Add {what} NOT VALID; validate it in a later transaction: VALIDATE CONSTRAINT lets readers and writers pass."
    )
}
