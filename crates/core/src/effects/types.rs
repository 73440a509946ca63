//! Types and domains. Enums never touch a table; domains look at every table that uses them.

use super::recorder::Recorder;
use super::{Cause, LockMode, RelationKind, catalog};
use crate::operation::{
    AlterDomain, AlterType, ConstraintKind, DomainAction, TypeAction, Validity,
};
use crate::schema::{ObjectName, TableKind, TypeDefinition};

/// `ALTER TYPE`.
pub(super) fn alter(recorder: &mut Recorder<'_>, alter: &AlterType) {
    let Some(name) = catalog::resolve_type(recorder.schema, &alter.name) else {
        return;
    };
    let of_attributes = matches!(
        alter.action,
        TypeAction::AddAttribute { .. }
            | TypeAction::DropAttribute { .. }
            | TypeAction::SetAttributeType { .. }
            | TypeAction::RenameAttribute { .. }
    );
    if of_attributes {
        recorder.lock(
            &name,
            RelationKind::CompositeType,
            LockMode::AccessExclusive,
            "an attribute changes",
        );
    }
}

/// `ALTER DOMAIN`.
pub(super) fn alter_domain(recorder: &mut Recorder<'_>, alter: &AlterDomain) {
    let Some(name) = catalog::resolve_type(recorder.schema, &alter.name) else {
        return;
    };
    let Some(TypeDefinition::Domain {
        nullable, checks, ..
    }) = recorder
        .schema
        .types
        .get(&name)
        .map(|kind| &kind.definition)
    else {
        return;
    };
    let why = match &alter.action {
        DomainAction::SetNotNull if *nullable => "every value of the domain is checked for NULL",
        DomainAction::AddConstraint(constraint) => match (&constraint.kind, constraint.validity) {
            (ConstraintKind::NotNull { .. }, _) if *nullable => {
                "every value of the domain is checked for NULL"
            }
            (_, Validity::Valid) => "every value of the domain is checked",
            _ => return,
        },
        DomainAction::ValidateConstraint(name) => {
            let check = checks.iter().find(|check| check.name == *name);
            if check.is_none_or(|check| check.validated) {
                return;
            }
            "every value of the domain is checked"
        }
        _ => return,
    };
    for table in tables_with(recorder, &name) {
        recorder.lock_table(&table, LockMode::Share, why);
        recorder.scan(&table, Cause::Domain, why);
    }
}

/// Tables that have a column of the domain, or of a domain over it.
fn tables_with(recorder: &Recorder<'_>, domain: &ObjectName) -> Vec<ObjectName> {
    let schema = recorder.schema;
    let mut domains = vec![printed(domain)];
    let mut next = 0;
    while let Some(base) = domains.get(next).cloned() {
        let over = schema.types.iter().filter(|(_, kind)| {
            matches!(&kind.definition, TypeDefinition::Domain { base_type, .. } if *base_type == base)
        });
        let names: Vec<String> = over
            .map(|(name, _)| printed(name))
            .filter(|name| !domains.contains(name))
            .collect();
        domains.extend(names);
        next += 1;
    }
    let uses = |table: &crate::schema::Table| {
        table.kind == TableKind::Table
            && table
                .columns
                .iter()
                .any(|column| domains.contains(&column.data_type))
    };
    let tables = schema.tables.iter().filter(|(_, table)| uses(table));
    tables.map(|(name, _)| name.clone()).collect()
}

/// As the catalog writes the type of a column.
fn printed(name: &ObjectName) -> String {
    use crate::operation::quote_identifier;
    format!(
        "{}.{}",
        quote_identifier(&name.schema),
        quote_identifier(&name.name)
    )
}
