//! Tables, columns and constraints.

use super::{cascade, identifiers, joined, lines, parameters, role};
use crate::operation::{
    AlterTable, ColumnDefinition, ColumnOption, Constraint, ConstraintKind, CreateTable,
    CreateTableAs, Deferral, DetachMode, ForeignKey, Identity, KeyConstraint, LikeClause,
    Nullability, Persistence, QualifiedName, ReferentialAction, RowSecurityChange, SequenceOptions,
    TableAction, TriggerEnabled, TriggerSelector, Validity, quote_identifier, quote_literal,
};

pub(super) fn create(table: &CreateTable) -> String {
    let kind = match &table.foreign_server {
        Some(_) => "FOREIGN TABLE ".to_owned(),
        None => format!("{}TABLE ", persistence(table.persistence)),
    };
    let exists = if table.if_not_exists {
        "IF NOT EXISTS "
    } else {
        ""
    };
    let name = table
        .name
        .as_ref()
        .map(ToString::to_string)
        .unwrap_or_default();
    let mut sql = format!("CREATE {kind}{exists}{name}");
    if let Some(of_type) = &table.of_type {
        sql += &format!(" OF {of_type}");
    }
    if let Some(partition) = &table.partition_of {
        sql += &format!(" PARTITION OF {}", partition.parent);
    }
    let elements = elements(table);
    if !elements.is_empty() {
        sql += &format!(" ({}\n)", lines(&elements));
    } else if table.partition_of.is_none() && table.of_type.is_none() {
        sql += " ()";
    }
    if let Some(partition) = &table.partition_of {
        sql += &format!(" {}", partition.bound);
    }
    if !table.inherits.is_empty() {
        sql += &format!(" INHERITS ({})", joined(&table.inherits));
    }
    if let Some(key) = &table.partition_by {
        sql += &format!(" PARTITION BY {key}");
    }
    sql + &storage(table)
}

fn elements(table: &CreateTable) -> Vec<String> {
    let columns = table.columns.iter().map(column);
    let like = table.like.iter().map(like_clause);
    let constraints = table.constraints.iter().map(table_constraint);
    columns.chain(like).chain(constraints).collect()
}

fn storage(table: &CreateTable) -> String {
    let mut sql = String::new();
    if let Some(server) = &table.foreign_server {
        sql += &format!(" SERVER {}", quote_identifier(server));
        if !table.options.is_empty() {
            sql += &format!(" OPTIONS ({})", foreign_options(&table.options));
        }
        return sql;
    }
    if let Some(method) = &table.access_method {
        sql += &format!(" USING {}", quote_identifier(method));
    }
    if !table.options.is_empty() {
        sql += &format!(" WITH ({})", parameters(&table.options));
    }
    if let Some(action) = &table.on_commit {
        sql += &format!(" ON COMMIT {action}");
    }
    if let Some(tablespace) = &table.tablespace {
        sql += &format!(" TABLESPACE {}", quote_identifier(tablespace));
    }
    sql
}

fn foreign_options(options: &[String]) -> String {
    let options = options.iter().map(|option| {
        let (name, value) = option.split_once('=').unwrap_or((option, ""));
        format!("{} {}", quote_identifier(name), quote_literal(value))
    });
    options.collect::<Vec<_>>().join(", ")
}

/// `TEMPORARY `, `UNLOGGED ` or nothing.
pub(super) fn persistence(persistence: Persistence) -> &'static str {
    match persistence {
        Persistence::Permanent => "",
        Persistence::Unlogged => "UNLOGGED ",
        Persistence::Temporary => "TEMPORARY ",
    }
}

fn like_clause(like: &LikeClause) -> String {
    let options: String = like
        .options
        .iter()
        .map(|option| format!(" {}", option.to_ascii_uppercase()))
        .collect();
    format!("LIKE {}{options}", like.source)
}

pub(super) fn create_as(table: &CreateTableAs) -> String {
    let exists = if table.if_not_exists {
        "IF NOT EXISTS "
    } else {
        ""
    };
    let columns = if table.columns.is_empty() {
        String::new()
    } else {
        format!(" ({})", identifiers(&table.columns))
    };
    let data = if table.with_data {
        ""
    } else {
        "\nWITH NO DATA"
    };
    let kept = CreateTable {
        access_method: table.storage.access_method.clone(),
        options: table.storage.options.clone(),
        on_commit: table.storage.on_commit.clone(),
        tablespace: table.storage.tablespace.clone(),
        ..CreateTable::default()
    };
    format!(
        "CREATE {}TABLE {exists}{}{columns}{} AS\n{}{data}",
        persistence(table.persistence),
        table.name,
        storage(&kept),
        table.query
    )
}

/// A column's definition.
pub(super) fn column(column: &ColumnDefinition) -> String {
    let mut sql = quote_identifier(&column.name);
    if column.data_type.is_unknown() {
        // What a partition or a table of a type adds to a column that it has already.
        sql += " WITH OPTIONS";
    } else {
        sql += &format!(" {}", column.data_type);
    }
    if let Some(storage) = &column.storage {
        sql += &format!(" STORAGE {}", quote_identifier(storage));
    }
    if let Some(compression) = &column.compression {
        sql += &format!(" COMPRESSION {}", quote_identifier(compression));
    }
    if let Some(collation) = &column.collation {
        sql += &format!(" COLLATE {collation}");
    }
    if let Some(default) = &column.default {
        sql += &format!(" DEFAULT {}", default.as_str());
    }
    if let Some(generated) = &column.generated {
        let kind = if generated.stored {
            "STORED"
        } else {
            "VIRTUAL"
        };
        sql += &format!(
            " GENERATED ALWAYS AS ({}) {kind}",
            generated.expression.as_str()
        );
    }
    if let Some(identity) = &column.identity {
        sql += &format!(" GENERATED {}", identity_clause(identity));
    }
    sql += nullability(column);
    for constraint in &column.constraints {
        sql += &format!(" {}", column_constraint(constraint));
    }
    sql
}

/// ` NOT NULL`, unless a named constraint says it.
fn nullability(column: &ColumnDefinition) -> &'static str {
    let named = |constraint: &Constraint| matches!(constraint.kind, ConstraintKind::NotNull { .. });
    match column.nullability {
        Nullability::NotNull if column.constraints.iter().any(named) => "",
        Nullability::NotNull => " NOT NULL",
        Nullability::Null => " NULL",
        Nullability::Unspecified => "",
    }
}

/// `ALWAYS AS IDENTITY (…)`.
fn identity_clause(identity: &Identity) -> String {
    let when = if identity.always {
        "ALWAYS"
    } else {
        "BY DEFAULT"
    };
    let options = sequence_options(&identity.options);
    if options.is_empty() {
        return format!("{when} AS IDENTITY");
    }
    format!("{when} AS IDENTITY ({})", options.join(" "))
}

/// The clauses of a sequence.
pub(super) fn sequence_options(options: &SequenceOptions) -> Vec<String> {
    let mut clauses = Vec::new();
    if let Some(name) = &options.name {
        clauses.push(format!("SEQUENCE NAME {name}"));
    }
    if let Some(data_type) = &options.data_type {
        clauses.push(format!("AS {data_type}"));
    }
    if let Some(start) = options.start {
        clauses.push(format!("START WITH {start}"));
    }
    if let Some(increment) = options.increment {
        clauses.push(format!("INCREMENT BY {increment}"));
    }
    match options.min {
        Some(Some(min)) => clauses.push(format!("MINVALUE {min}")),
        Some(None) => clauses.push("NO MINVALUE".to_owned()),
        None => {}
    }
    match options.max {
        Some(Some(max)) => clauses.push(format!("MAXVALUE {max}")),
        Some(None) => clauses.push("NO MAXVALUE".to_owned()),
        None => {}
    }
    if let Some(cache) = options.cache {
        clauses.push(format!("CACHE {cache}"));
    }
    match options.cycle {
        Some(true) => clauses.push("CYCLE".to_owned()),
        Some(false) => clauses.push("NO CYCLE".to_owned()),
        None => {}
    }
    match options.restart {
        Some(Some(value)) => clauses.push(format!("RESTART WITH {value}")),
        Some(None) => clauses.push("RESTART".to_owned()),
        None => {}
    }
    clauses
}

/// A constraint at a table.
pub(super) fn table_constraint(constraint: &Constraint) -> String {
    let body = match &constraint.kind {
        ConstraintKind::PrimaryKey(key) => format!("PRIMARY KEY{}", listed_key(key)),
        ConstraintKind::Unique(key) => format!("UNIQUE{}{}", nulls(key), listed_key(key)),
        ConstraintKind::ForeignKey(key) => {
            format!(
                "FOREIGN KEY ({}) {}",
                identifiers(&key.columns),
                references(key)
            )
        }
        ConstraintKind::NotNull { column } => format!("NOT NULL {}", quote_identifier(column)),
        kind => anywhere(kind),
    };
    dressed(constraint, &body)
}

/// A constraint at its column.
fn column_constraint(constraint: &Constraint) -> String {
    let body = match &constraint.kind {
        ConstraintKind::PrimaryKey(key) => format!("PRIMARY KEY{}", key_storage(key)),
        ConstraintKind::Unique(key) => format!("UNIQUE{}{}", nulls(key), key_storage(key)),
        ConstraintKind::ForeignKey(key) => references(key),
        ConstraintKind::NotNull { .. } => "NOT NULL".to_owned(),
        kind => anywhere(kind),
    };
    dressed(constraint, &body)
}

/// Constraints that look the same at a column and at a table.
fn anywhere(kind: &ConstraintKind) -> String {
    match kind {
        ConstraintKind::Check {
            expression,
            no_inherit,
        } => {
            let inherit = if *no_inherit { " NO INHERIT" } else { "" };
            format!("CHECK ({}){inherit}", expression.as_str())
        }
        ConstraintKind::Exclude(exclusion) => {
            let method = match &exclusion.method {
                Some(method) => format!(" USING {}", quote_identifier(method)),
                None => String::new(),
            };
            let predicate = match &exclusion.predicate {
                Some(predicate) => format!(" WHERE ({})", predicate.as_str()),
                None => String::new(),
            };
            format!(
                "EXCLUDE{method} ({}){predicate}",
                exclusion.elements.join(", ")
            )
        }
        ConstraintKind::PrimaryKey(_)
        | ConstraintKind::Unique(_)
        | ConstraintKind::ForeignKey(_)
        | ConstraintKind::NotNull { .. } => String::new(),
    }
}

/// With the name before it and when it is checked behind it.
fn dressed(constraint: &Constraint, body: &str) -> String {
    let name = match &constraint.name {
        Some(name) => format!("CONSTRAINT {} ", quote_identifier(name)),
        None => String::new(),
    };
    let deferral = deferral(constraint.deferral);
    let validity = match constraint.validity {
        Validity::Valid => "",
        Validity::NotValid => " NOT VALID",
        Validity::NotEnforced => " NOT ENFORCED",
    };
    format!("{name}{body}{deferral}{validity}")
}

/// ` DEFERRABLE …`, with its space, or nothing.
pub(super) fn deferral(deferral: Deferral) -> &'static str {
    match deferral {
        Deferral::NotDeferrable => "",
        Deferral::Deferrable => " DEFERRABLE",
        Deferral::InitiallyDeferred => " DEFERRABLE INITIALLY DEFERRED",
    }
}

fn nulls(key: &KeyConstraint) -> &'static str {
    if key.nulls_not_distinct {
        " NULLS NOT DISTINCT"
    } else {
        ""
    }
}

fn listed_key(key: &KeyConstraint) -> String {
    if let Some(index) = &key.using_index {
        return format!(" USING INDEX {}", quote_identifier(index));
    }
    let include = if key.include.is_empty() {
        String::new()
    } else {
        format!(" INCLUDE ({})", identifiers(&key.include))
    };
    format!(
        " ({}){include}{}",
        identifiers(&key.columns),
        key_storage(key)
    )
}

fn key_storage(key: &KeyConstraint) -> String {
    let mut sql = String::new();
    if !key.options.is_empty() {
        sql += &format!(" WITH ({})", parameters(&key.options));
    }
    if let Some(tablespace) = &key.tablespace {
        sql += &format!(" USING INDEX TABLESPACE {}", quote_identifier(tablespace));
    }
    sql
}

fn references(key: &ForeignKey) -> String {
    let mut sql = format!("REFERENCES {}", key.references);
    if !key.referenced_columns.is_empty() {
        sql += &format!(" ({})", identifiers(&key.referenced_columns));
    }
    if key.match_full {
        sql += " MATCH FULL";
    }
    if let Some(action) = referential_action(key.on_delete) {
        sql += &format!(" ON DELETE {action}");
        if !key.delete_columns.is_empty() {
            sql += &format!(" ({})", identifiers(&key.delete_columns));
        }
    }
    if let Some(action) = referential_action(key.on_update) {
        sql += &format!(" ON UPDATE {action}");
    }
    sql
}

fn referential_action(action: ReferentialAction) -> Option<&'static str> {
    match action {
        ReferentialAction::NoAction => None,
        ReferentialAction::Restrict => Some("RESTRICT"),
        ReferentialAction::Cascade => Some("CASCADE"),
        ReferentialAction::SetNull => Some("SET NULL"),
        ReferentialAction::SetDefault => Some("SET DEFAULT"),
    }
}

pub(super) fn alter(alter: &AlterTable) -> String {
    let exists = if alter.if_exists { "IF EXISTS " } else { "" };
    let only = if alter.only { "ONLY " } else { "" };
    let actions: Vec<_> = alter.actions.iter().map(action).collect();
    let actions = match actions.as_slice() {
        [action] => format!(" {action}"),
        actions => lines(actions),
    };
    format!("ALTER TABLE {exists}{only}{}{actions}", alter.name)
}

fn action(action: &TableAction) -> String {
    let if_exists = |wanted: bool| if wanted { "IF EXISTS " } else { "" };
    match action {
        TableAction::AddColumn {
            if_not_exists,
            column: added,
        } => {
            let exists = if *if_not_exists { "IF NOT EXISTS " } else { "" };
            format!("ADD COLUMN {exists}{}", column(added))
        }
        TableAction::DropColumn {
            if_exists: exists,
            column,
            cascade: all,
        } => {
            format!(
                "DROP COLUMN {}{}{}",
                if_exists(*exists),
                quote_identifier(column),
                cascade(*all)
            )
        }
        TableAction::RenameColumn { column, to } => {
            format!(
                "RENAME COLUMN {} TO {}",
                quote_identifier(column),
                quote_identifier(to)
            )
        }
        TableAction::AddConstraint(constraint) => format!("ADD {}", table_constraint(constraint)),
        TableAction::DropConstraint {
            if_exists: exists,
            name,
            cascade: all,
        } => {
            format!(
                "DROP CONSTRAINT {}{}{}",
                if_exists(*exists),
                quote_identifier(name),
                cascade(*all)
            )
        }
        TableAction::ValidateConstraint { name } => {
            format!("VALIDATE CONSTRAINT {}", quote_identifier(name))
        }
        TableAction::AlterConstraint {
            name,
            deferral,
            enforced,
        } => {
            format!(
                "ALTER CONSTRAINT {}{}",
                quote_identifier(name),
                constraint_change(*deferral, *enforced)
            )
        }
        TableAction::RenameConstraint { name, to } => {
            format!(
                "RENAME CONSTRAINT {} TO {}",
                quote_identifier(name),
                quote_identifier(to)
            )
        }
        TableAction::RenameTable { to } => format!("RENAME TO {}", quote_identifier(to)),
        TableAction::SetSchema { schema } => format!("SET SCHEMA {}", quote_identifier(schema)),
        TableAction::AttachPartition { partition, bound } => {
            format!("ATTACH PARTITION {partition} {bound}")
        }
        TableAction::DetachPartition { partition, mode } => detach(partition, *mode),
        TableAction::Inherit(parent) => format!("INHERIT {parent}"),
        TableAction::NoInherit(parent) => format!("NO INHERIT {parent}"),
        TableAction::SetTrigger { trigger, enabled } => {
            let trigger = match trigger {
                TriggerSelector::Named(name) => quote_identifier(name),
                TriggerSelector::All => "ALL".to_owned(),
                TriggerSelector::User => "USER".to_owned(),
            };
            format!("{} TRIGGER {trigger}", enabling(*enabled))
        }
        TableAction::SetRule { rule, enabled } => {
            format!("{} RULE {}", enabling(*enabled), quote_identifier(rule))
        }
        TableAction::RowSecurity(change) => row_security(*change).to_owned(),
        TableAction::ReplicaIdentity(identity) => format!("REPLICA IDENTITY {identity}"),
        TableAction::ClusterOn(index) => format!("CLUSTER ON {}", quote_identifier(index)),
        TableAction::WithoutCluster => "SET WITHOUT CLUSTER".to_owned(),
        TableAction::SetPersistence(Persistence::Unlogged) => "SET UNLOGGED".to_owned(),
        TableAction::SetPersistence(_) => "SET LOGGED".to_owned(),
        TableAction::SetAccessMethod(method) if method == "default" => {
            "SET ACCESS METHOD DEFAULT".to_owned()
        }
        TableAction::SetAccessMethod(method) => {
            format!("SET ACCESS METHOD {}", quote_identifier(method))
        }
        TableAction::SetTablespace(tablespace) => {
            format!("SET TABLESPACE {}", quote_identifier(tablespace))
        }
        TableAction::SetOptions(options) => format!("SET ({})", parameters(options)),
        TableAction::ResetOptions(options) => format!("RESET ({})", parameters(options)),
        TableAction::Owner(owner) => format!("OWNER TO {}", role(owner)),
        TableAction::Other(text) => text.clone(),
        column_action => alter_column(column_action),
    }
}

/// The actions that start with `ALTER COLUMN`.
fn alter_column(action: &TableAction) -> String {
    let (column, change) = match action {
        TableAction::SetType {
            column,
            data_type,
            collation,
            using,
        } => {
            let mut change = format!("TYPE {data_type}");
            if let Some(collation) = collation {
                change += &format!(" COLLATE {collation}");
            }
            if let Some(using) = using {
                change += &format!(" USING {}", using.as_str());
            }
            (column, change)
        }
        TableAction::SetDefault { column, default } => {
            (column, format!("SET DEFAULT {}", default.as_str()))
        }
        TableAction::DropDefault { column } => (column, "DROP DEFAULT".to_owned()),
        TableAction::SetNotNull { column } => (column, "SET NOT NULL".to_owned()),
        TableAction::DropNotNull { column } => (column, "DROP NOT NULL".to_owned()),
        TableAction::SetExpression { column, expression } => (
            column,
            format!("SET EXPRESSION AS ({})", expression.as_str()),
        ),
        TableAction::DropExpression { column, if_exists } => {
            let exists = if *if_exists { " IF EXISTS" } else { "" };
            (column, format!("DROP EXPRESSION{exists}"))
        }
        TableAction::AddIdentity { column, identity } => (
            column,
            format!("ADD GENERATED {}", identity_clause(identity)),
        ),
        TableAction::AlterIdentity {
            column,
            always,
            options,
        } => (column, identity_change(*always, options)),
        TableAction::DropIdentity { column, if_exists } => {
            let exists = if *if_exists { " IF EXISTS" } else { "" };
            (column, format!("DROP IDENTITY{exists}"))
        }
        TableAction::SetColumnOption {
            column,
            option,
            value,
        } => {
            let verb = match option {
                ColumnOption::Statistics => "SET STATISTICS",
                ColumnOption::Storage => "SET STORAGE",
                ColumnOption::Compression => "SET COMPRESSION",
                ColumnOption::Set => "SET",
                ColumnOption::Reset => "RESET",
            };
            (column, format!("{verb} {value}"))
        }
        _ => return String::new(),
    };
    format!("ALTER COLUMN {} {change}", quote_identifier(column))
}

/// `SET GENERATED ALWAYS SET START WITH 1 RESTART`.
fn identity_change(always: Option<bool>, options: &SequenceOptions) -> String {
    let when = always.map(|always| {
        format!(
            "SET GENERATED {}",
            if always { "ALWAYS" } else { "BY DEFAULT" }
        )
    });
    let clauses = sequence_options(options).into_iter().map(|clause| {
        let restarts = clause.starts_with("RESTART");
        if restarts {
            clause
        } else {
            format!("SET {clause}")
        }
    });
    when.into_iter()
        .chain(clauses)
        .collect::<Vec<_>>()
        .join(" ")
}

fn constraint_change(deferral: Option<Deferral>, enforced: Option<bool>) -> String {
    let enforced = match enforced {
        Some(true) => " ENFORCED",
        Some(false) => " NOT ENFORCED",
        None => "",
    };
    let when = match deferral {
        Some(Deferral::NotDeferrable) => " NOT DEFERRABLE",
        Some(other) => self::deferral(other),
        None => "",
    };
    format!("{enforced}{when}")
}

fn detach(partition: &QualifiedName, mode: DetachMode) -> String {
    let mode = match mode {
        DetachMode::Plain => "",
        DetachMode::Concurrently => " CONCURRENTLY",
        DetachMode::Finalize => " FINALIZE",
    };
    format!("DETACH PARTITION {partition}{mode}")
}

fn enabling(enabled: TriggerEnabled) -> &'static str {
    match enabled {
        TriggerEnabled::Origin => "ENABLE",
        TriggerEnabled::Disabled => "DISABLE",
        TriggerEnabled::Replica => "ENABLE REPLICA",
        TriggerEnabled::Always => "ENABLE ALWAYS",
    }
}

fn row_security(change: RowSecurityChange) -> &'static str {
    match change {
        RowSecurityChange::Enable => "ENABLE ROW LEVEL SECURITY",
        RowSecurityChange::Disable => "DISABLE ROW LEVEL SECURITY",
        RowSecurityChange::Force => "FORCE ROW LEVEL SECURITY",
        RowSecurityChange::NoForce => "NO FORCE ROW LEVEL SECURITY",
    }
}
