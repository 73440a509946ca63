//! Adding, changing and removing columns.

use super::constraints;
use super::members::Pass;
use crate::effects::recorder::Recorder;
use crate::effects::type_change::{self, Request, TypeChange};
use crate::effects::volatility::{self, Volatility};
use crate::effects::{Cause, LockMode, RelationKind, catalog, removal};
use crate::operation::{
    AlterTable, ColumnDefinition, Constraint, ConstraintKind, Expression, Nullability, Operation,
    QualifiedName, TableAction, TypeName,
};
use crate::schema::{ObjectName, Table};

/// `ADD COLUMN`.
pub(super) fn add(recorder: &mut Recorder<'_>, pass: &Pass<'_>, column: &ColumnDefinition) {
    if pass
        .table
        .is_some_and(|table| table.column(&column.name).is_some())
    {
        return;
    }
    if column.data_type.is_unknown() {
        // A domain with a constraint would rewrite the table, and so would a serial.
        recorder.uncertain();
    }
    if let Some(why) = value_per_row(recorder, column) {
        pass.rewrite(Cause::ColumnValue, why);
    }
    if column.nullability == Nullability::NotNull && !has_constant(column) {
        let why = format!("every row is checked for NULL in {}", column.name);
        recorder.scan(pass.name, Cause::NotNull, why);
    }
    for constraint in &column.constraints {
        add_with_constraint(recorder, pass, column, constraint);
    }
}

/// Whether every row that is there gets a value that is stored, or known to be no NULL.
fn has_constant(column: &ColumnDefinition) -> bool {
    let stored = column
        .generated
        .as_ref()
        .is_some_and(|generated| generated.stored);
    stored || column.default.is_some() || column.identity.is_some() || column.data_type.is_serial()
}

/// Why a new column needs a value of its own in every row, if it does.
fn value_per_row(recorder: &Recorder<'_>, column: &ColumnDefinition) -> Option<String> {
    let name = &column.name;
    if column.identity.is_some() {
        return Some(format!("identity column {name} gets a number in every row"));
    }
    if column.data_type.is_serial() {
        return Some(format!("serial column {name} gets a number in every row"));
    }
    if column
        .generated
        .as_ref()
        .is_some_and(|generated| generated.stored)
    {
        return Some(format!("generated column {name} is computed for every row"));
    }
    if column.data_type.array_dimensions == 0
        && type_change::is_constrained_domain(recorder.schema, &column.data_type)
    {
        return Some(format!(
            "the constraints of domain {} are checked for every row",
            column.data_type
        ));
    }
    let default = column.default.as_ref()?;
    match volatility::of(recorder.schema, default.as_str()) {
        Volatility::Constant => None,
        Volatility::Volatile(function) => Some(format!(
            "{function} is volatile: {name} gets a value of its own in every row"
        )),
        Volatility::Unknown(function) => Some(format!(
            "whether {function} is volatile is not known; unless it is declared otherwise, {name} gets a value of its own \
             in every row"
        )),
    }
}

fn add_with_constraint(
    recorder: &mut Recorder<'_>,
    pass: &Pass<'_>,
    column: &ColumnDefinition,
    constraint: &Constraint,
) {
    match &constraint.kind {
        // Without a value there is nothing to look up.
        ConstraintKind::ForeignKey(key) => {
            let has_value = column
                .default
                .as_ref()
                .is_some_and(|default| !default.as_str().eq_ignore_ascii_case("null"))
                || column.generated.is_some()
                || column.identity.is_some()
                || column.data_type.is_serial();
            constraints::add_foreign_key(recorder, pass.name, key, constraint, has_value);
        }
        // The new column is NULL or has the default in every row, so nothing is read for NOT NULL.
        ConstraintKind::PrimaryKey(_) | ConstraintKind::Unique(_) => {
            let columns = [column.name.clone()];
            let index = constraints::index_name(pass.name, constraint, &columns);
            recorder.build(index, pass.name, false, false);
        }
        _ => constraints::add(recorder, pass, constraint),
    }
}

/// `ALTER COLUMN TYPE`.
pub(super) fn set_type(
    recorder: &mut Recorder<'_>,
    pass: &Pass<'_>,
    column: &str,
    new: &TypeName,
    collation: Option<&QualifiedName>,
    using: Option<&Expression>,
) {
    recorder.loses_statistics(pass.name, column);
    let Some(known) = pass.table.and_then(|table| table.column(column)) else {
        recorder.uncertain();
        pass.rewrite(
            Cause::ColumnType,
            format!("{column} becomes {new}, and its type so far is not known"),
        );
        return;
    };
    if known.data_type.is_empty() || new.is_unknown() {
        recorder.uncertain();
        let why = match new.is_unknown() {
            true => format!("{column} gets a type that is not known"),
            false => format!("{column} becomes {new}, and its type so far is not known"),
        };
        pass.rewrite(Cause::ColumnType, why);
        return;
    }
    let change = type_change::of(
        recorder.schema,
        &Request {
            column,
            old: &known.data_type,
            new,
            using: using.map(Expression::as_str),
            time_zone_utc: recorder.session.time_zone_utc,
        },
    );
    if let Some(why) = &change.rewrites {
        pass.rewrite(Cause::ColumnType, format!("{column} becomes {new}: {why}"));
    } else {
        let why = format!("{} and {new} are stored alike", known.data_type);
        recorder.skip_scan(pass.name, Cause::ColumnType, why);
    }
    let same_collation =
        collation.map(|name| name.name.as_str()) == known.collation.as_deref().map(bare);
    pass.change_type(column, change.same_operators && same_collation);
    if let Some(table) = pass.table {
        check_again(recorder, pass.name, table, column);
        referential(recorder, pass.name, table, column, &change);
        sequences(recorder, pass.name, table, column);
    }
}

fn bare(name: &str) -> &str {
    name.rsplit('.').next().unwrap_or(name).trim_matches('"')
}

/// Checks that name the column are made again, and verified if they were valid.
fn check_again(recorder: &mut Recorder<'_>, name: &ObjectName, table: &Table, column: &str) {
    for check in &table.check_constraints {
        let names = check.columns.iter().any(|named| named == column);
        if names && check.validated && !check.not_enforced {
            recorder.scan(
                name,
                Cause::Check,
                format!("check {} is verified again", check.name),
            );
        }
    }
}

/// Foreign keys on the column, in either direction, are made again: the other table is locked, and both are read unless
/// the comparison is the same as before.
fn referential(
    recorder: &mut Recorder<'_>,
    name: &ObjectName,
    table: &Table,
    column: &str,
    change: &TypeChange,
) {
    let verified = change.rewrites.is_some() || !change.same_operators;
    for key in table
        .foreign_keys
        .iter()
        .filter(|key| key.columns.iter().any(|named| named == column))
    {
        let other = key.references.table_name();
        recorder.lock_partner(
            &other,
            LockMode::AccessExclusive,
            "referenced by a foreign key on the changed column",
        );
        if verified && key.validated {
            constraints::verify_foreign_key(recorder, name, &other, &key.name);
        }
    }
    let incoming: Vec<_> = catalog::incoming(recorder.schema, name).collect();
    for (child, key) in incoming {
        if key.references.columns.iter().any(|named| named == column) {
            recorder.lock_partner(
                child,
                LockMode::AccessExclusive,
                "references the changed column",
            );
            if verified && key.validated {
                constraints::verify_foreign_key(recorder, child, name, &key.name);
            }
        }
    }
}

/// An identity column's sequence changes its type with it; that of a `serial` column is only looked at.
fn sequences(recorder: &mut Recorder<'_>, name: &ObjectName, table: &Table, column: &str) {
    let Some(known) = table.column(column) else {
        return;
    };
    for (sequence, owner) in catalog::owned_sequences(recorder.schema, name) {
        if owner != column {
            continue;
        }
        if known.identity.is_some() {
            recorder.lock(
                sequence,
                RelationKind::Sequence,
                LockMode::ShareRowExclusive,
                "changes its type with the column",
            );
        } else if recorder.postgres() >= 18
            && known
                .default
                .as_deref()
                .is_some_and(|default| default.contains("nextval("))
        {
            recorder.lock(
                sequence,
                RelationKind::Sequence,
                LockMode::AccessShare,
                "named by the column's default",
            );
        }
    }
}

/// `SET EXPRESSION`: a stored column is computed anew, a virtual one holds nothing.
pub(super) fn set_expression(recorder: &mut Recorder<'_>, pass: &Pass<'_>, column: &str) {
    let known = pass.table.and_then(|table| table.column(column));
    if known.is_some_and(|column| column.generated_virtual) {
        recorder.skip_scan(
            pass.name,
            Cause::ColumnValue,
            format!("{column} is virtual"),
        );
        return;
    }
    pass.rewrite(
        Cause::ColumnValue,
        format!("{column} is computed anew for every row"),
    );
    pass.change_type(column, false);
}

/// `SET GENERATED`, `RESTART`, …: the identity's sequence changes.
pub(super) fn alter_identity(recorder: &mut Recorder<'_>, pass: &Pass<'_>, column: &str) {
    for (sequence, owner) in catalog::owned_sequences(recorder.schema, pass.name) {
        if owner == column {
            recorder.lock(
                sequence,
                RelationKind::Sequence,
                LockMode::ShareRowExclusive,
                "the identity's sequence changes",
            );
        }
    }
}

/// `DROP COLUMN`, `DROP CONSTRAINT`, `DROP IDENTITY`, with everything that goes along.
pub(super) fn remove(recorder: &mut Recorder<'_>, table: &ObjectName, action: &TableAction) {
    let alone = Operation::AlterTable(AlterTable {
        name: QualifiedName::qualified(&table.schema, &table.name),
        if_exists: false,
        only: false,
        actions: vec![action.clone()],
    });
    removal::record(recorder, &alone);
}
