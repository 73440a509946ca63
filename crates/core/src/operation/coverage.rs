//! Whether the fixtures that run on real PostgreSQL cover every operation: each kind must come in a statement that is
//! accepted, or stand below with the reason why it cannot.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use super::*;
use crate::schema::{self, Schema, World};
use crate::sql;

/// Names every variant of an enum; one that is missing here does not compile.
macro_rules! kinds {
    ($($name:ident($($variant:ident)+))+) => {
        trait Kind {
            fn kind(&self) -> &'static str;
        }
        $(impl Kind for $name {
            fn kind(&self) -> &'static str {
                match self {
                    $($name::$variant { .. } => concat!(stringify!($name), "::", stringify!($variant)),)+
                }
            }
        })+
        const KINDS: &[&str] = &[$($(concat!(stringify!($name), "::", stringify!($variant)),)+)+];
    };
}

kinds! {
    Operation(
        CreateTable CreateTableAs AlterTable DropTable CreateIndex AlterIndex DropIndex Reindex CreateType AlterType
        AlterDomain DropType CreateSequence AlterSequence DropSequence CreateView AlterView DropView
        RefreshMaterializedView CreateFunction AlterFunction DropFunction CreateTrigger RenameTrigger DropTrigger Do Call
        CreatePolicy AlterPolicy DropPolicy CreateSchema RenameSchema DropSchema CreateExtension DropExtension
        CreateStatistics DropStatistics Comment Insert Update Delete Select Truncate Copy Transaction Set SetConstraints
        Lock Maintain Unmodelled Opaque
    )
    TableAction(
        AddColumn DropColumn RenameColumn SetType SetDefault DropDefault SetNotNull DropNotNull SetExpression
        DropExpression AddIdentity AlterIdentity DropIdentity SetColumnOption AddConstraint DropConstraint
        ValidateConstraint AlterConstraint RenameConstraint RenameTable SetSchema AttachPartition DetachPartition Inherit
        NoInherit SetTrigger SetRule RowSecurity ReplicaIdentity ClusterOn WithoutCluster SetPersistence SetAccessMethod
        SetTablespace SetOptions ResetOptions Owner Other
    )
    ColumnOption(Statistics Storage Compression Set Reset)
    RowSecurityChange(Enable Disable Force NoForce)
    TriggerEnabled(Origin Disabled Replica Always)
    ConstraintKind(PrimaryKey Unique Check ForeignKey Exclude NotNull)
    IndexAction(Rename AttachPartition SetOptions ResetOptions SetTablespace Other)
    ReindexTarget(Index Table Schema Database System)
    TypeKind(Enum Composite Range Domain Base)
    TypeAction(
        AddValue RenameValue Rename SetSchema AddAttribute DropAttribute SetAttributeType RenameAttribute Owner Other
    )
    DomainAction(
        SetDefault DropDefault SetNotNull DropNotNull AddConstraint DropConstraint RenameConstraint ValidateConstraint
        Rename SetSchema Owner
    )
    SequenceAction(Set Rename SetSchema Owner SetPersistence)
    ViewAction(Rename RenameColumn SetSchema Owner SetOptions ResetOptions Other)
    FunctionKind(Function Procedure Aggregate Routine)
    FunctionAction(Rename SetSchema Owner Other)
    CommentTarget(
        Table Column Constraint Trigger Policy Index Sequence View MaterializedView Type Domain Schema Function Other
    )
    MaintenanceKind(Vacuum VacuumFull Analyze Cluster)
}

/// What no fixture can hold.
const EXCEPT: &[(&str, &str)] = &[
    ("Operation::Copy", "its rows do not come as a statement"),
    (
        "Operation::Transaction",
        "the catalog is read after every statement, outside of any transaction",
    ),
    ("Operation::Opaque", "it could not be read"),
    (
        "TableAction::SetExpression",
        "PostgreSQL 15 does not have it",
    ),
    ("ConstraintKind::NotNull", "PostgreSQL 15 does not have it"),
    (
        "ReindexTarget::Database",
        "it locks the whole database, system catalogs included",
    ),
    ("ReindexTarget::System", "it locks the system catalogs"),
    ("TypeAction::Other", "only a base type has such properties"),
    ("TypeKind::Base", "its input function is written in C"),
];

#[test]
fn the_fixtures_cover_every_operation() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/postgres/fixtures");
    let mut seen = BTreeSet::new();
    for entry in fs::read_dir(folder).unwrap() {
        let text = fs::read_to_string(entry.unwrap().path()).unwrap();
        let mut state = Schema::empty(World::Closed);
        for statement in sql::read(&text) {
            if let Ok(applied) = schema::apply(&state, &statement.operation) {
                state = applied.schema;
                note(&statement.operation, &mut seen);
            }
            state.end_transaction();
        }
    }
    let excepted: BTreeSet<&str> = EXCEPT.iter().map(|(kind, _)| *kind).collect();
    let all: BTreeSet<&str> = KINDS.iter().copied().collect();
    let missing: Vec<_> = all
        .difference(&seen)
        .filter(|kind| !excepted.contains(*kind))
        .collect();
    assert!(
        missing.is_empty(),
        "no fixture in tests/postgres has {missing:?}"
    );
    let needless: Vec<_> = excepted.intersection(&seen).collect();
    assert!(
        needless.is_empty(),
        "{needless:?} are covered and need no exception"
    );
}

/// The kinds that a statement is of, those of the statements inside it included.
fn note(operation: &Operation, seen: &mut BTreeSet<&'static str>) {
    seen.insert(operation.kind());
    match operation {
        Operation::CreateTable(table) => {
            let at_columns = table.columns.iter().flat_map(|column| &column.constraints);
            let constraints = table.constraints.iter().chain(at_columns);
            seen.extend(constraints.map(|constraint| constraint.kind.kind()));
        }
        Operation::AlterTable(alter) => {
            for action in &alter.actions {
                note_action(action, seen);
            }
        }
        Operation::AlterIndex(alter) => note_kind(&alter.action, seen),
        Operation::Reindex(reindex) => note_kind(&reindex.target, seen),
        Operation::CreateType(create) => note_kind(&create.kind, seen),
        Operation::AlterType(alter) => note_kind(&alter.action, seen),
        Operation::AlterDomain(alter) => note_kind(&alter.action, seen),
        Operation::AlterSequence(alter) => note_kind(&alter.action, seen),
        Operation::AlterView(alter) => note_kind(&alter.action, seen),
        Operation::CreateFunction(create) => note_kind(&create.kind, seen),
        Operation::AlterFunction(alter) => {
            note_kind(&alter.kind, seen);
            note_kind(&alter.action, seen);
        }
        Operation::Comment(comment) => note_kind(&comment.target, seen),
        Operation::Maintain(maintenance) => note_kind(&maintenance.kind, seen),
        Operation::Do(block) => {
            for inner in &block.statements {
                note(&inner.operation, seen);
            }
        }
        Operation::CreateSchema(create) => {
            for element in &create.elements {
                note(element, seen);
            }
        }
        _ => {}
    }
}

fn note_kind(kind: &impl Kind, seen: &mut BTreeSet<&'static str>) {
    seen.insert(kind.kind());
}

fn note_action(action: &TableAction, seen: &mut BTreeSet<&'static str>) {
    note_kind(action, seen);
    match action {
        TableAction::SetColumnOption { option, .. } => note_kind(option, seen),
        TableAction::RowSecurity(change) => note_kind(change, seen),
        TableAction::SetTrigger { enabled, .. } => note_kind(enabled, seen),
        TableAction::AddConstraint(constraint) => note_kind(&constraint.kind, seen),
        _ => {}
    }
}
