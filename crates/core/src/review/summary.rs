//! What an operation does, in a few words.

use crate::operation::{
    CommentTarget, Constraint, ConstraintKind, IndexTarget, MaintenanceKind, Operation,
    QualifiedName, TableAction, TransactionControl, TypeAction,
};

/// A short description for lists: "add column status to parcel".
pub fn summary(operation: &Operation) -> String {
    use Operation as Op;
    match operation {
        Op::CreateTable(table) => match &table.name {
            Some(name) => format!("create table {name}"),
            None => "create a table".into(),
        },
        Op::CreateTableAs(table) => format!("create table {} from a query", table.name),
        Op::AlterTable(alter) => {
            let actions: Vec<String> = alter
                .actions
                .iter()
                .map(|action| table_action(&alter.name, action))
                .collect();
            actions.join("; ")
        }
        Op::DropTable(drop) => format!("drop table {}", names(&drop.names)),
        Op::CreateIndex(index) => {
            let keys: Vec<&str> = index
                .keys
                .iter()
                .map(|key| match &key.target {
                    IndexTarget::Column(column) => column.as_str(),
                    IndexTarget::Expression(expression) => expression.as_str(),
                })
                .collect();
            let unique = if index.unique { "unique " } else { "" };
            let name = index
                .name
                .as_deref()
                .map(|name| format!(" {name}"))
                .unwrap_or_default();
            format!(
                "create {unique}index{name} on {} ({})",
                index.table,
                keys.join(", ")
            )
        }
        Op::AlterIndex(alter) => format!("alter index {}", alter.name),
        Op::DropIndex(drop) => format!("drop index {}", names(&drop.names)),
        Op::Reindex(reindex) => match &reindex.name {
            Some(name) => format!("rebuild indexes of {name}"),
            None => "rebuild indexes".into(),
        },
        Op::CreateType(create) => format!("create type {}", create.name),
        Op::AlterType(alter) => match &alter.action {
            TypeAction::AddValue { label, .. } => {
                format!("add value '{label}' to type {}", alter.name)
            }
            TypeAction::RenameValue { label, to } => {
                format!("rename value '{label}' of type {} to '{to}'", alter.name)
            }
            TypeAction::Rename(to) => format!("rename type {} to {to}", alter.name),
            TypeAction::SetSchema(_)
            | TypeAction::AddAttribute { .. }
            | TypeAction::DropAttribute { .. }
            | TypeAction::SetAttributeType { .. }
            | TypeAction::RenameAttribute { .. }
            | TypeAction::Owner(_)
            | TypeAction::Other(_) => format!("alter type {}", alter.name),
        },
        Op::AlterDomain(alter) => format!("alter domain {}", alter.name),
        Op::DropType(drop) => format!("drop type {}", names(&drop.names)),
        Op::CreateSequence(create) => format!("create sequence {}", create.name),
        Op::AlterSequence(alter) => format!("alter sequence {}", alter.name),
        Op::DropSequence(drop) => format!("drop sequence {}", names(&drop.names)),
        Op::CreateView(view) => format!("create {} {}", view_kind(view.materialized), view.name),
        Op::AlterView(view) => format!("alter {} {}", view_kind(view.materialized), view.name),
        Op::DropView(view) => format!(
            "drop {} {}",
            view_kind(view.materialized),
            names(&view.drop.names)
        ),
        Op::RefreshMaterializedView(refresh) => {
            format!("refresh materialized view {}", refresh.name)
        }
        Op::CreateFunction(function) => format!("create function {}", function.name),
        Op::AlterFunction(alter) => format!("alter function {}", alter.function.name),
        Op::DropFunction(drop) => {
            let named: Vec<String> = drop
                .functions
                .iter()
                .map(|function| function.name.to_string())
                .collect();
            format!("drop function {}", named.join(", "))
        }
        Op::CreateTrigger(trigger) => {
            format!("create trigger {} on {}", trigger.name, trigger.table)
        }
        Op::RenameTrigger(rename) => format!(
            "rename trigger {} on {} to {}",
            rename.name, rename.table, rename.to
        ),
        Op::DropTrigger(drop) => format!("drop trigger {} on {}", drop.name, drop.table),
        Op::Do(_) => "run an anonymous block".into(),
        Op::Call(call) => format!("call procedure {}", call.procedure),
        Op::CreatePolicy(policy) => format!("create policy {} on {}", policy.name, policy.table),
        Op::AlterPolicy(policy) => format!("alter policy {} on {}", policy.name, policy.table),
        Op::DropPolicy(drop) => format!("drop policy {} on {}", drop.name, drop.table),
        Op::CreateSchema(schema) => format!("create schema {}", schema.name),
        Op::RenameSchema(rename) => format!("rename schema {} to {}", rename.name, rename.to),
        Op::DropSchema(drop) => format!("drop schema {}", names(&drop.names)),
        Op::CreateExtension(extension) => format!("install extension {}", extension.name),
        Op::DropExtension(drop) => format!("remove extension {}", names(&drop.names)),
        Op::CreateStatistics(statistics) => format!("create statistics on {}", statistics.table),
        Op::DropStatistics(drop) => format!("drop statistics {}", names(&drop.names)),
        Op::Comment(comment) => format!("comment on {}", comment_target(&comment.target)),
        Op::Insert(insert) => format!("insert rows into {}", insert.table),
        Op::Update(update) => {
            let columns: Vec<&str> = update
                .assignments
                .iter()
                .map(|(column, _)| column.as_str())
                .collect();
            format!("update {} of {}", columns.join(", "), update.table)
        }
        Op::Delete(delete) => format!("delete rows of {}", delete.table),
        Op::Select(_) => "run a query".into(),
        Op::Truncate(truncate) => format!("empty {}", names(&truncate.tables)),
        Op::Copy(copy) => match &copy.table {
            Some(table) if copy.from => format!("copy rows into {table}"),
            Some(table) => format!("copy rows out of {table}"),
            None => "copy the result of a query".into(),
        },
        Op::Transaction(control) => match control {
            TransactionControl::Begin => "begin a transaction".into(),
            TransactionControl::Commit => "commit".into(),
            TransactionControl::Rollback => "roll back".into(),
            TransactionControl::Savepoint(name) => format!("set savepoint {name}"),
            TransactionControl::Release(name) => format!("release savepoint {name}"),
            TransactionControl::RollbackTo(name) => format!("roll back to savepoint {name}"),
            TransactionControl::Other(text) => text.to_lowercase(),
        },
        Op::Set(set) => match &set.value {
            Some(value) => format!("set {} to {value}", set.name),
            None => format!("reset {}", set.name),
        },
        Op::SetConstraints(set) => {
            let when = if set.deferred { "at commit" } else { "at once" };
            format!("check constraints {when}")
        }
        Op::Lock(lock) => format!("lock {}", names(&lock.tables)),
        Op::Maintain(maintenance) => {
            let verb = match maintenance.kind {
                MaintenanceKind::Vacuum => "vacuum",
                MaintenanceKind::VacuumFull => "vacuum (full)",
                MaintenanceKind::Analyze => "analyze",
                MaintenanceKind::Cluster => "cluster",
            };
            format!("{verb} {}", names(&maintenance.tables))
                .trim_end()
                .to_owned()
        }
        Op::Unmodelled(statement) => statement.kind.to_lowercase(),
        Op::Opaque(_) => "not analysed".into(),
    }
}

fn names(names: &[QualifiedName]) -> String {
    let named: Vec<String> = names.iter().map(ToString::to_string).collect();
    named.join(", ")
}

fn view_kind(materialized: bool) -> &'static str {
    if materialized {
        "materialized view"
    } else {
        "view"
    }
}

fn table_action(table: &QualifiedName, action: &TableAction) -> String {
    use TableAction as Action;
    match action {
        Action::AddColumn { column, .. } => format!("add column {} to {table}", column.name),
        Action::DropColumn { column, .. } => format!("drop column {column} of {table}"),
        Action::RenameColumn { column, to } => format!("rename column {column} of {table} to {to}"),
        Action::SetType {
            column, data_type, ..
        } => format!("change type of {table}.{column} to {data_type}"),
        Action::SetDefault { column, default } => {
            format!("set default of {table}.{column} to {}", default.as_str())
        }
        Action::DropDefault { column } => format!("drop default of {table}.{column}"),
        Action::SetNotNull { column } => format!("make {table}.{column} not null"),
        Action::DropNotNull { column } => format!("allow null in {table}.{column}"),
        Action::SetExpression { column, .. } => format!("change expression of {table}.{column}"),
        Action::DropExpression { column, .. } => {
            format!("make {table}.{column} an ordinary column")
        }
        Action::AddIdentity { column, .. } => format!("make {table}.{column} an identity column"),
        Action::AlterIdentity { column, .. } => format!("alter identity of {table}.{column}"),
        Action::DropIdentity { column, .. } => format!("drop identity of {table}.{column}"),
        Action::SetColumnOption { column, .. } => format!("set options of {table}.{column}"),
        Action::AddConstraint(constraint) => {
            format!("add {} to {table}", constraint_words(constraint))
        }
        Action::DropConstraint { name, .. } => format!("drop constraint {name} of {table}"),
        Action::ValidateConstraint { name } => format!("validate constraint {name} of {table}"),
        Action::AlterConstraint { name, .. } => format!("alter constraint {name} of {table}"),
        Action::RenameConstraint { name, to } => {
            format!("rename constraint {name} of {table} to {to}")
        }
        Action::RenameTable { to } => format!("rename {table} to {to}"),
        Action::SetSchema { schema } => format!("move {table} to schema {schema}"),
        Action::AttachPartition { partition, .. } => {
            format!("attach partition {partition} to {table}")
        }
        Action::DetachPartition { partition, .. } => {
            format!("detach partition {partition} from {table}")
        }
        Action::Inherit(parent) => format!("make {table} inherit {parent}"),
        Action::NoInherit(parent) => format!("stop {table} inheriting {parent}"),
        Action::SetTrigger { .. } => format!("switch triggers of {table}"),
        Action::SetRule { rule, .. } => format!("switch rule {rule} of {table}"),
        Action::RowSecurity(_) => format!("switch row security of {table}"),
        Action::ReplicaIdentity(_) => format!("set replica identity of {table}"),
        Action::ClusterOn(index) => format!("cluster {table} on {index}"),
        Action::WithoutCluster => format!("stop clustering {table}"),
        Action::SetPersistence(_) => format!("change persistence of {table}"),
        Action::SetAccessMethod(method) => format!("set access method of {table} to {method}"),
        Action::SetTablespace(tablespace) => format!("move {table} to tablespace {tablespace}"),
        Action::SetOptions(_) | Action::ResetOptions(_) => format!("set options of {table}"),
        Action::Owner(owner) => format!("give {table} to {owner}"),
        Action::Other(text) => format!("alter {table}: {text}"),
    }
}

fn constraint_words(constraint: &Constraint) -> String {
    let what = match &constraint.kind {
        ConstraintKind::PrimaryKey(_) => "primary key".to_owned(),
        ConstraintKind::Unique(_) => "unique constraint".to_owned(),
        ConstraintKind::Check { .. } => "check constraint".to_owned(),
        ConstraintKind::ForeignKey(key) => format!("foreign key to {}", key.references),
        ConstraintKind::Exclude(_) => "exclusion constraint".to_owned(),
        ConstraintKind::NotNull { column } => format!("not-null constraint on {column}"),
    };
    match &constraint.name {
        Some(name) => format!("{what} {name}"),
        None => what,
    }
}

fn comment_target(target: &CommentTarget) -> String {
    match target {
        CommentTarget::Table(name)
        | CommentTarget::Index(name)
        | CommentTarget::Sequence(name)
        | CommentTarget::View(name)
        | CommentTarget::MaterializedView(name)
        | CommentTarget::Type(name)
        | CommentTarget::Domain(name) => name.to_string(),
        CommentTarget::Column { table, column } => format!("{table}.{column}"),
        CommentTarget::Constraint { name, table }
        | CommentTarget::Trigger { name, table }
        | CommentTarget::Policy { name, table } => format!("{name} of {table}"),
        CommentTarget::Schema(name) | CommentTarget::Other(name) => name.clone(),
        CommentTarget::Function(_, function) => function.name.to_string(),
    }
}
