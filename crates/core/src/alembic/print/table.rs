//! Tables, columns and constraints.

use super::Types;
use super::layout::Code;
use super::types::data_type;
use crate::operation::{
    ColumnDefinition, Constraint, ConstraintKind, CreateTable, Deferral, Drop, Expression,
    ForeignKey, Identity, KeyConstraint, Nullability, QualifiedName, ReferentialAction,
    SequenceOptions, Validity,
};

/// `op.create_table(…)`.
pub fn create(table: &CreateTable, types: &Types) -> Option<Code> {
    let name = table.name.as_ref()?;
    let is_plain = CreateTable {
        name: table.name.clone(),
        columns: table.columns.clone(),
        constraints: table.constraints.clone(),
        if_not_exists: table.if_not_exists,
        partition_by: table.partition_by.clone(),
        ..CreateTable::default()
    } == *table;
    if !is_plain {
        return None;
    }
    let mut items = vec![Code::text(&name.name)];
    for definition in &table.columns {
        items.push(column(definition, autoincrement(definition, table), types)?);
    }
    for constraint in &table.constraints {
        items.push(at_table(constraint)?);
    }
    items.extend(schema(name));
    if table.if_not_exists {
        items.push(Code::truth(true).named("if_not_exists"));
    }
    if let Some(partition) = &table.partition_by {
        items.push(Code::text(partition).named("postgresql_partition_by"));
    }
    Some(Code::call("op.create_table", items))
}

/// What `autoincrement=` must say: SQLAlchemy makes a lone whole number in the primary key count up by itself, and
/// another one where it is told to.
fn autoincrement(column: &ColumnDefinition, table: &CreateTable) -> Option<bool> {
    let alone_in_key = table
        .constraints
        .iter()
        .any(|constraint| match &constraint.kind {
            ConstraintKind::PrimaryKey(key) => key.columns == [column.name.clone()],
            _ => false,
        });
    let plain = column.default.is_none() && column.identity.is_none();
    match column.data_type.name.as_str() {
        "serial" | "smallserial" | "bigserial" => (!alone_in_key).then_some(true),
        "integer" | "smallint" | "bigint" => (alone_in_key && plain).then_some(false),
        _ => None,
    }
}

/// `op.drop_table(…)`.
pub fn drop(drop: &Drop) -> Option<Code> {
    let [name] = drop.names.as_slice() else {
        return None;
    };
    if drop.cascade {
        return None;
    }
    let mut items = vec![Code::text(&name.name)];
    items.extend(schema(name));
    if drop.if_exists {
        items.push(Code::truth(true).named("if_exists"));
    }
    Some(Code::call("op.drop_table", items))
}

/// `schema="…"`, if one is written.
pub fn schema(name: &QualifiedName) -> Option<Code> {
    name.schema
        .as_ref()
        .map(|schema| Code::text(schema).named("schema"))
}

/// SQL text where a string would be a literal.
pub fn sql(expression: &Expression) -> Code {
    // `sa.text` takes `:name` for a parameter.
    let mut escaped = String::new();
    let mut previous = ' ';
    let mut characters = expression.as_str().chars().peekable();
    while let Some(character) = characters.next() {
        let opens = characters
            .peek()
            .is_some_and(|next| next.is_alphanumeric() || *next == '_');
        if character == ':' && previous != ':' && opens {
            escaped.push('\\');
        }
        escaped.push(character);
        previous = character;
    }
    Code::call("sa.text", vec![Code::text(escaped)])
}

/// `sa.Column(…)`.
pub fn column(
    column: &ColumnDefinition,
    autoincrement: Option<bool>,
    types: &Types,
) -> Option<Code> {
    if column.collation.is_some()
        || column.storage.is_some()
        || column.compression.is_some()
        || !column.constraints.is_empty()
    {
        return None;
    }
    let mut items = vec![
        Code::text(&column.name),
        data_type(&column.data_type, types)?,
    ];
    if let Some(generated) = &column.generated {
        if !generated.stored {
            return None;
        }
        items.push(Code::call(
            "sa.Computed",
            vec![
                Code::text(generated.expression.as_str()),
                Code::truth(true).named("persisted"),
            ],
        ));
    }
    if let Some(identity) = &column.identity {
        items.push(identity_of(identity)?);
    }
    if let Some(autoincrement) = autoincrement {
        items.push(Code::truth(autoincrement).named("autoincrement"));
    }
    if let Some(default) = &column.default {
        items.push(sql(default).named("server_default"));
    }
    match column.nullability {
        Nullability::NotNull => items.push(Code::truth(false).named("nullable")),
        Nullability::Null => items.push(Code::truth(true).named("nullable")),
        Nullability::Unspecified => {}
    }
    Some(Code::call("sa.Column", items))
}

fn identity_of(identity: &Identity) -> Option<Code> {
    let SequenceOptions {
        start, increment, ..
    } = &identity.options;
    let known = SequenceOptions {
        start: *start,
        increment: *increment,
        ..SequenceOptions::default()
    };
    if known != identity.options {
        return None;
    }
    let mut items = Vec::new();
    if identity.always {
        items.push(Code::truth(true).named("always"));
    }
    let number = |value: &i64| Code::Atom(value.to_string());
    items.extend(start.as_ref().map(|start| number(start).named("start")));
    let step = increment.as_ref();
    items.extend(step.map(|increment| number(increment).named("increment")));
    Some(Code::call("sa.Identity", items))
}

/// `op.f("name")`: the name as it is, whatever the naming conventions say.
pub fn final_name(name: &str) -> Code {
    Code::call("op.f", vec![Code::text(name)])
}

/// A constraint as an argument of `op.create_table`.
fn at_table(constraint: &Constraint) -> Option<Code> {
    let (kind, mut items) = match &constraint.kind {
        ConstraintKind::PrimaryKey(key) => ("sa.PrimaryKeyConstraint", key_columns(key)?),
        ConstraintKind::Unique(key) => ("sa.UniqueConstraint", key_columns(key)?),
        ConstraintKind::Check {
            expression,
            no_inherit: false,
        } => ("sa.CheckConstraint", vec![sql(expression)]),
        ConstraintKind::ForeignKey(key) => {
            let table = &key.references;
            let path = match &table.schema {
                Some(schema) => format!("{schema}.{}", table.name),
                None => table.name.clone(),
            };
            let targets = key.referenced_columns.iter();
            let targets: Vec<String> = targets.map(|column| format!("{path}.{column}")).collect();
            let items = vec![Code::texts(&key.columns), Code::texts(&targets)];
            ("sa.ForeignKeyConstraint", items)
        }
        _ => return None,
    };
    items.extend(
        constraint
            .name
            .as_deref()
            .map(|name| final_name(name).named("name")),
    );
    if let ConstraintKind::ForeignKey(key) = &constraint.kind {
        items.extend(actions(key)?);
    }
    items.extend(timing(constraint)?);
    Some(Code::call(kind, items))
}

fn key_columns(key: &KeyConstraint) -> Option<Vec<Code>> {
    is_plain(key).then(|| key.columns.iter().map(Code::text).collect())
}

fn is_plain(key: &KeyConstraint) -> bool {
    let plain = KeyConstraint {
        columns: key.columns.clone(),
        ..KeyConstraint::default()
    };
    plain == *key && !key.columns.is_empty()
}

/// `ondelete=`, `onupdate=`.
fn actions(key: &ForeignKey) -> Option<Vec<Code>> {
    if key.match_full || !key.delete_columns.is_empty() || key.referenced_columns.is_empty() {
        return None;
    }
    let word = |action: ReferentialAction| match action {
        ReferentialAction::NoAction => None,
        ReferentialAction::Restrict => Some(Code::text("RESTRICT")),
        ReferentialAction::Cascade => Some(Code::text("CASCADE")),
        ReferentialAction::SetNull => Some(Code::text("SET NULL")),
        ReferentialAction::SetDefault => Some(Code::text("SET DEFAULT")),
    };
    let on_delete = word(key.on_delete).map(|word| word.named("ondelete"));
    let on_update = word(key.on_update).map(|word| word.named("onupdate"));
    Some(on_delete.into_iter().chain(on_update).collect())
}

/// `deferrable=`, `initially=`, `postgresql_not_valid=`.
fn timing(constraint: &Constraint) -> Option<Vec<Code>> {
    let mut items = match constraint.deferral {
        Deferral::NotDeferrable => Vec::new(),
        Deferral::Deferrable => vec![Code::truth(true).named("deferrable")],
        Deferral::InitiallyDeferred => vec![
            Code::truth(true).named("deferrable"),
            Code::text("DEFERRED").named("initially"),
        ],
    };
    match constraint.validity {
        Validity::Valid => {}
        Validity::NotValid => items.push(Code::truth(true).named("postgresql_not_valid")),
        Validity::NotEnforced => return None,
    }
    Some(items)
}

/// `op.create_unique_constraint(…)` and its kin.
pub fn add_constraint(table: &QualifiedName, constraint: &Constraint) -> Option<Code> {
    let name = match &constraint.name {
        Some(name) => final_name(name),
        None => Code::Atom("None".to_owned()),
    };
    let own_table = Code::text(&table.name);
    let (function, mut items) = match &constraint.kind {
        ConstraintKind::PrimaryKey(key) if is_plain(key) => (
            "op.create_primary_key",
            vec![name, own_table, Code::texts(&key.columns)],
        ),
        ConstraintKind::Unique(key) if is_plain(key) => (
            "op.create_unique_constraint",
            vec![name, own_table, Code::texts(&key.columns)],
        ),
        ConstraintKind::Check {
            expression,
            no_inherit: false,
        } => (
            "op.create_check_constraint",
            vec![name, own_table, sql(expression)],
        ),
        ConstraintKind::ForeignKey(key) => {
            let mut items = vec![
                name,
                own_table,
                Code::text(&key.references.name),
                Code::texts(&key.columns),
                Code::texts(&key.referenced_columns),
            ];
            items.extend(actions(key)?);
            let own = table.schema.as_ref();
            items.extend(own.map(|schema| Code::text(schema).named("source_schema")));
            let other = key.references.schema.as_ref();
            items.extend(other.map(|schema| Code::text(schema).named("referent_schema")));
            ("op.create_foreign_key", items)
        }
        _ => return None,
    };
    if !matches!(constraint.kind, ConstraintKind::ForeignKey(_)) {
        items.extend(schema(table));
    }
    items.extend(timing(constraint)?);
    Some(Code::call(function, items))
}
