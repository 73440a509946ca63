//! Types, sequences, views, extensions, statistics and comments.

use super::table::{persistence, sequence_options, table_constraint};
use super::{cascade, identifiers, parameters, role};
use crate::operation::{
    AlterDomain, AlterSequence, AlterType, AlterView, Attribute, Comment, CommentTarget,
    CreateExtension, CreateSequence, CreateStatistics, CreateType, CreateView, Domain,
    DomainAction, EnumPosition, Persistence, RefreshMaterializedView, SequenceAction,
    SequenceOwner, TypeAction, TypeKind, ViewAction, quote_identifier, quote_literal,
};

pub(super) fn create_type(create: &CreateType) -> String {
    let name = &create.name;
    match &create.kind {
        TypeKind::Enum(labels) => {
            let labels: Vec<_> = labels.iter().map(|label| quote_literal(label)).collect();
            format!("CREATE TYPE {name} AS ENUM ({})", labels.join(", "))
        }
        TypeKind::Composite(attributes) => {
            let attributes: Vec<_> = attributes.iter().map(attribute).collect();
            format!("CREATE TYPE {name} AS ({})", attributes.join(", "))
        }
        TypeKind::Range { subtype, options } => {
            let options: String = options.iter().map(|option| format!(", {option}")).collect();
            format!("CREATE TYPE {name} AS RANGE (SUBTYPE = {subtype}{options})")
        }
        TypeKind::Domain(domain) => {
            format!("CREATE DOMAIN {name} AS {}", domain_definition(domain))
        }
        TypeKind::Base(definition) if definition.is_empty() => format!("CREATE TYPE {name}"),
        TypeKind::Base(definition) => format!("CREATE TYPE {name} {definition}"),
    }
}

fn attribute(attribute: &Attribute) -> String {
    format!(
        "{} {}",
        quote_identifier(&attribute.name),
        attribute.data_type
    )
}

fn domain_definition(domain: &Domain) -> String {
    let mut sql = domain.base_type.to_string();
    if let Some(collation) = &domain.collation {
        sql += &format!(" COLLATE {collation}");
    }
    if let Some(default) = &domain.default {
        sql += &format!(" DEFAULT {}", default.as_str());
    }
    if domain.not_null {
        sql += " NOT NULL";
    }
    for check in &domain.checks {
        sql += &format!(" {}", table_constraint(check));
    }
    sql
}

pub(super) fn alter_type(alter: &AlterType) -> String {
    let action = match &alter.action {
        TypeAction::AddValue {
            if_not_exists,
            label,
            position,
        } => {
            let exists = if *if_not_exists { "IF NOT EXISTS " } else { "" };
            let position = match position {
                EnumPosition::Last => String::new(),
                EnumPosition::Before(label) => format!(" BEFORE {}", quote_literal(label)),
                EnumPosition::After(label) => format!(" AFTER {}", quote_literal(label)),
            };
            format!("ADD VALUE {exists}{}{position}", quote_literal(label))
        }
        TypeAction::RenameValue { label, to } => {
            format!(
                "RENAME VALUE {} TO {}",
                quote_literal(label),
                quote_literal(to)
            )
        }
        TypeAction::Rename(to) => format!("RENAME TO {}", quote_identifier(to)),
        TypeAction::SetSchema(schema) => format!("SET SCHEMA {}", quote_identifier(schema)),
        TypeAction::AddAttribute {
            attribute: added,
            cascade: all,
        } => {
            format!("ADD ATTRIBUTE {}{}", attribute(added), cascade(*all))
        }
        TypeAction::DropAttribute {
            if_exists,
            name,
            cascade: all,
        } => {
            let exists = if *if_exists { "IF EXISTS " } else { "" };
            format!(
                "DROP ATTRIBUTE {exists}{}{}",
                quote_identifier(name),
                cascade(*all)
            )
        }
        TypeAction::SetAttributeType {
            attribute,
            cascade: all,
        } => format!(
            "ALTER ATTRIBUTE {} TYPE {}{}",
            quote_identifier(&attribute.name),
            attribute.data_type,
            cascade(*all)
        ),
        TypeAction::RenameAttribute { name, to } => {
            format!(
                "RENAME ATTRIBUTE {} TO {}",
                quote_identifier(name),
                quote_identifier(to)
            )
        }
        TypeAction::Owner(owner) => format!("OWNER TO {}", role(owner)),
        TypeAction::Other(text) => text.clone(),
    };
    format!("ALTER TYPE {} {action}", alter.name)
}

pub(super) fn alter_domain(alter: &AlterDomain) -> String {
    let action = match &alter.action {
        DomainAction::SetDefault(default) => format!("SET DEFAULT {}", default.as_str()),
        DomainAction::DropDefault => "DROP DEFAULT".to_owned(),
        DomainAction::SetNotNull => "SET NOT NULL".to_owned(),
        DomainAction::DropNotNull => "DROP NOT NULL".to_owned(),
        DomainAction::AddConstraint(constraint) => format!("ADD {}", table_constraint(constraint)),
        DomainAction::DropConstraint {
            if_exists,
            name,
            cascade: all,
        } => {
            let exists = if *if_exists { "IF EXISTS " } else { "" };
            format!(
                "DROP CONSTRAINT {exists}{}{}",
                quote_identifier(name),
                cascade(*all)
            )
        }
        DomainAction::RenameConstraint { name, to } => {
            format!(
                "RENAME CONSTRAINT {} TO {}",
                quote_identifier(name),
                quote_identifier(to)
            )
        }
        DomainAction::ValidateConstraint(name) => {
            format!("VALIDATE CONSTRAINT {}", quote_identifier(name))
        }
        DomainAction::Rename(to) => format!("RENAME TO {}", quote_identifier(to)),
        DomainAction::SetSchema(schema) => format!("SET SCHEMA {}", quote_identifier(schema)),
        DomainAction::Owner(owner) => format!("OWNER TO {}", role(owner)),
    };
    format!("ALTER DOMAIN {} {action}", alter.name)
}

pub(super) fn create_sequence(create: &CreateSequence) -> String {
    let exists = if create.if_not_exists {
        "IF NOT EXISTS "
    } else {
        ""
    };
    let mut clauses = sequence_options(&create.options);
    clauses.extend(create.owned_by.as_ref().map(owned_by));
    let clauses: String = clauses.iter().map(|clause| format!(" {clause}")).collect();
    format!(
        "CREATE {}SEQUENCE {exists}{}{clauses}",
        persistence(create.persistence),
        create.name
    )
}

fn owned_by(owner: &SequenceOwner) -> String {
    match owner {
        SequenceOwner::None => "OWNED BY NONE".to_owned(),
        SequenceOwner::Column { table, column } => {
            format!("OWNED BY {table}.{}", quote_identifier(column))
        }
    }
}

pub(super) fn alter_sequence(alter: &AlterSequence) -> String {
    let exists = if alter.if_exists { "IF EXISTS " } else { "" };
    let action = match &alter.action {
        SequenceAction::Set {
            options,
            owned_by: owner,
        } => {
            let mut clauses = sequence_options(options);
            clauses.extend(owner.as_ref().map(owned_by));
            clauses.join(" ")
        }
        SequenceAction::Rename(to) => format!("RENAME TO {}", quote_identifier(to)),
        SequenceAction::SetSchema(schema) => format!("SET SCHEMA {}", quote_identifier(schema)),
        SequenceAction::Owner(owner) => format!("OWNER TO {}", role(owner)),
        SequenceAction::SetPersistence(Persistence::Unlogged) => "SET UNLOGGED".to_owned(),
        SequenceAction::SetPersistence(_) => "SET LOGGED".to_owned(),
    };
    format!("ALTER SEQUENCE {exists}{} {action}", alter.name)
}

pub(super) fn create_view(view: &CreateView) -> String {
    let flag = |wanted: bool, words: &'static str| if wanted { words } else { "" };
    let mut sql = format!(
        "CREATE {}{}{}VIEW {}{}",
        flag(view.or_replace, "OR REPLACE "),
        flag(view.temporary, "TEMPORARY "),
        flag(view.materialized, "MATERIALIZED "),
        flag(view.if_not_exists, "IF NOT EXISTS "),
        view.name
    );
    if !view.columns.is_empty() {
        sql += &format!(" ({})", identifiers(&view.columns));
    }
    if let Some(method) = &view.access_method {
        sql += &format!(" USING {}", quote_identifier(method));
    }
    if !view.options.is_empty() {
        sql += &format!(" WITH ({})", parameters(&view.options));
    }
    if let Some(tablespace) = &view.tablespace {
        sql += &format!(" TABLESPACE {}", quote_identifier(tablespace));
    }
    sql += &format!(" AS\n{}", view.query);
    sql + flag(!view.with_data, "\nWITH NO DATA")
}

pub(super) fn alter_view(alter: &AlterView) -> String {
    let kind = if alter.materialized {
        "MATERIALIZED VIEW"
    } else {
        "VIEW"
    };
    let exists = if alter.if_exists { "IF EXISTS " } else { "" };
    let action = match &alter.action {
        ViewAction::Rename(to) => format!("RENAME TO {}", quote_identifier(to)),
        ViewAction::RenameColumn { column, to } => {
            format!(
                "RENAME COLUMN {} TO {}",
                quote_identifier(column),
                quote_identifier(to)
            )
        }
        ViewAction::SetSchema(schema) => format!("SET SCHEMA {}", quote_identifier(schema)),
        ViewAction::Owner(owner) => format!("OWNER TO {}", role(owner)),
        ViewAction::SetOptions(options) => format!("SET ({})", parameters(options)),
        ViewAction::ResetOptions(options) => format!("RESET ({})", parameters(options)),
        ViewAction::Other(text) => text.clone(),
    };
    format!("ALTER {kind} {exists}{} {action}", alter.name)
}

pub(super) fn refresh(refresh: &RefreshMaterializedView) -> String {
    let concurrently = if refresh.concurrently {
        "CONCURRENTLY "
    } else {
        ""
    };
    let data = if refresh.with_data {
        ""
    } else {
        " WITH NO DATA"
    };
    format!(
        "REFRESH MATERIALIZED VIEW {concurrently}{}{data}",
        refresh.name
    )
}

pub(super) fn create_extension(create: &CreateExtension) -> String {
    let exists = if create.if_not_exists {
        "IF NOT EXISTS "
    } else {
        ""
    };
    let mut sql = format!(
        "CREATE EXTENSION {exists}{}",
        quote_identifier(&create.name)
    );
    if let Some(schema) = &create.schema {
        sql += &format!(" SCHEMA {}", quote_identifier(schema));
    }
    if let Some(version) = &create.version {
        sql += &format!(" VERSION {}", quote_literal(version));
    }
    sql + cascade(create.cascade)
}

pub(super) fn create_statistics(create: &CreateStatistics) -> String {
    let exists = if create.if_not_exists {
        "IF NOT EXISTS "
    } else {
        ""
    };
    let name = match &create.name {
        Some(name) => format!("{name} "),
        None => String::new(),
    };
    let kinds = if create.kinds.is_empty() {
        String::new()
    } else {
        format!("({}) ", identifiers(&create.kinds))
    };
    format!(
        "CREATE STATISTICS {exists}{name}{kinds}ON {} FROM {}",
        create.targets.join(", "),
        create.table
    )
}

pub(super) fn comment(comment: &Comment) -> String {
    let on_table = |kind: &str, name: &str, table: &dyn std::fmt::Display| {
        format!("{kind} {} ON {table}", quote_identifier(name))
    };
    let target = match &comment.target {
        CommentTarget::Table(name) => format!("TABLE {name}"),
        CommentTarget::Column { table, column } => {
            format!("COLUMN {table}.{}", quote_identifier(column))
        }
        CommentTarget::Constraint { name, table } => on_table("CONSTRAINT", name, table),
        CommentTarget::Trigger { name, table } => on_table("TRIGGER", name, table),
        CommentTarget::Policy { name, table } => on_table("POLICY", name, table),
        CommentTarget::Index(name) => format!("INDEX {name}"),
        CommentTarget::Sequence(name) => format!("SEQUENCE {name}"),
        CommentTarget::View(name) => format!("VIEW {name}"),
        CommentTarget::MaterializedView(name) => format!("MATERIALIZED VIEW {name}"),
        CommentTarget::Type(name) => format!("TYPE {name}"),
        CommentTarget::Domain(name) => format!("DOMAIN {name}"),
        CommentTarget::Schema(name) => format!("SCHEMA {}", quote_identifier(name)),
        CommentTarget::Function(kind, function) => {
            let word = super::code::kind(*kind);
            format!("{word} {}", super::code::signature_of(*kind, function))
        }
        CommentTarget::Other(text) => text.clone(),
    };
    let text = comment
        .text
        .as_deref()
        .map_or_else(|| "NULL".to_owned(), quote_literal);
    format!("COMMENT ON {target} IS {text}")
}
