//! Types: resolved, made, altered.

use std::sync::Arc;

use super::refusal;
use super::{Note, Object, ObjectKind, Outcome, Simulation, WillFail};
use crate::operation::{
    AlterDomain, AlterType, Attribute, Constraint, ConstraintKind, CreateType, Domain,
    DomainAction, EnumPosition, Expression, QualifiedName, TypeAction, TypeKind, TypeName,
    Validity, quote_identifier,
};
use crate::schema::expression::{self, Scope, Target};
use crate::schema::names::clip;
use crate::schema::type_text;
use crate::schema::{
    DomainCheck, Knowledge, ObjectName, Schema, Type, TypeAttribute, TypeDefinition,
};

impl Simulation {
    /// A type as it stands in a column; one's own must exist.
    pub(super) fn column_type(&mut self, name: &TypeName) -> Outcome<String> {
        if let Some(found) = existing_type(&self.schema, name) {
            return Ok(found);
        }
        let written = written_name(name);
        if !self.schema.may_hold_unknown_types() {
            return Err(refusal::missing("type", &written));
        }
        let place = self.schema.creation_name(&written);
        self.insert_type(&place, TypeDefinition::Base {}, Knowledge::Assumed);
        self.assumed(Object::new(ObjectKind::Type, &place));
        Ok(with_decorations(&type_text::qualified(&place), name))
    }

    fn insert_type(
        &mut self,
        place: &ObjectName,
        definition: TypeDefinition,
        knowledge: Knowledge,
    ) {
        let made = Type {
            schema: place.schema.clone(),
            name: place.name.clone(),
            definition,
            comment: None,
            knowledge,
        };
        self.schema.types.insert(place.clone(), Arc::new(made));
    }

    /// Changes a type's definition.
    pub(super) fn edit_type<T>(
        &mut self,
        place: &ObjectName,
        change: impl FnOnce(&mut TypeDefinition) -> T,
    ) -> Option<T> {
        let types = &mut self.schema.types;
        types
            .get_mut(place)
            .map(|found| change(&mut Arc::make_mut(found).definition))
    }

    pub(super) fn create_type(&mut self, statement: &CreateType) -> Outcome {
        let name = QualifiedName {
            schema: statement.name.schema.clone(),
            name: clip(&statement.name.name).to_owned(),
        };
        let place = self.creation_place(&name)?;
        if let Some(existing) = self.schema.types.get(&place) {
            let shell = matches!(existing.definition, TypeDefinition::Base {});
            if !(shell && matches!(statement.kind, TypeKind::Base(_))) {
                return Err(type_exists(&place));
            }
        }
        let composite = matches!(statement.kind, TypeKind::Composite(_));
        let relation = self.schema.relation_at(&place);
        if composite && relation.is_some() {
            return Err(refusal::relation_exists(&place));
        }
        // Tables and views bring a type of their name; indexes and sequences do not.
        let brings_type =
            self.schema.tables.contains_key(&place) || self.schema.views.contains_key(&place);
        if brings_type {
            return Err(type_exists(&place));
        }
        let definition = match &statement.kind {
            TypeKind::Enum(labels) => {
                require_distinct_labels(labels)?;
                TypeDefinition::Enum {
                    labels: labels.clone(),
                }
            }
            TypeKind::Composite(attributes) => TypeDefinition::Composite {
                attributes: self.attributes(attributes)?,
            },
            TypeKind::Range { subtype, .. } => TypeDefinition::Range {
                subtype: self.column_type(subtype)?,
            },
            TypeKind::Domain(domain) => return self.create_domain(&place, domain),
            TypeKind::Base(_) => TypeDefinition::Base {},
        };
        self.insert_type(&place, definition, Knowledge::Complete);
        Ok(())
    }

    fn attributes(&mut self, attributes: &[Attribute]) -> Outcome<Vec<TypeAttribute>> {
        let mut made = Vec::new();
        for attribute in attributes {
            made.push(TypeAttribute {
                name: clip(&attribute.name).to_owned(),
                data_type: self.column_type(&attribute.data_type)?,
            });
        }
        Ok(made)
    }

    fn create_domain(&mut self, place: &ObjectName, domain: &Domain) -> Outcome {
        let base_type = self.column_type(&domain.base_type)?;
        let default = match &domain.default {
            Some(default) => {
                let target = Target::Assign(base_type.clone());
                let printed = self.print_expression(Scope::Nothing, default, &target)?;
                (!printed.is_null).then_some(printed.text)
            }
            None => None,
        };
        let definition = TypeDefinition::Domain {
            base_type,
            nullable: !domain.not_null,
            default,
            checks: Vec::new(),
        };
        self.insert_type(place, definition, Knowledge::Complete);
        for check in &domain.checks {
            self.add_domain_check(place, check)?;
        }
        Ok(())
    }

    fn add_domain_check(&mut self, domain: &ObjectName, constraint: &Constraint) -> Outcome {
        let expression = match &constraint.kind {
            ConstraintKind::Check { expression, .. } => expression,
            ConstraintKind::NotNull { .. } => {
                self.set_domain_null(domain, false);
                return Ok(());
            }
            _ => return Ok(()),
        };
        let text = self.domain_condition(domain, expression)?;
        let name = match &constraint.name {
            Some(name) => clip(name).to_owned(),
            None => {
                self.schema
                    .choose_constraint_name(&domain.schema, &domain.name, None, "check", &[])
            }
        };
        let validated = constraint.validity == Validity::Valid;
        let clash = self.edit_type(domain, |definition| {
            let TypeDefinition::Domain { checks, .. } = definition else {
                return false;
            };
            if checks.iter().any(|check| check.name == name) {
                return true;
            }
            checks.push(DomainCheck {
                name: name.clone(),
                expression: text,
                validated,
            });
            checks.sort_by(|a, b| a.name.cmp(&b.name));
            false
        });
        if clash == Some(true) {
            return Err(WillFail::new(
                "42710",
                format!(
                    "constraint \"{name}\" for domain \"{}\" already exists",
                    domain.name
                ),
            ));
        }
        Ok(())
    }

    fn domain_condition(
        &mut self,
        domain: &ObjectName,
        expression: &Expression,
    ) -> Outcome<String> {
        let base = match self.schema.types.get(domain).map(|found| &found.definition) {
            Some(TypeDefinition::Domain { base_type, .. }) => base_type.clone(),
            _ => String::new(),
        };
        let printed = self.print_expression(Scope::Value(&base), expression, &Target::Condition)?;
        Ok(printed.text)
    }

    fn set_domain_null(&mut self, domain: &ObjectName, allowed: bool) {
        self.edit_type(domain, |definition| {
            if let TypeDefinition::Domain { nullable, .. } = definition {
                *nullable = allowed;
            }
        });
    }

    /// A type that must exist. In an open world one is assumed.
    fn require_type(&mut self, name: &QualifiedName, word: &str) -> Outcome<ObjectName> {
        if let Some(found) = self.schema.type_named(name) {
            return Ok(ObjectName::new(&found.schema, &found.name));
        }
        if !self.may_exist() {
            return Err(refusal::missing(word, name));
        }
        let place = self.schema.creation_name(name);
        self.insert_type(&place, TypeDefinition::Base {}, Knowledge::Assumed);
        self.assumed(Object::new(ObjectKind::Type, &place));
        Ok(place)
    }

    pub(super) fn alter_type(&mut self, statement: &AlterType) -> Outcome {
        if let TypeAction::Rename(to) = &statement.action {
            // A table's row type is renamed through the table.
            if let Some(place) = self.schema.resolve_relation(&statement.name)
                && self.schema.type_named(&statement.name).is_none()
            {
                return Err(WillFail::new(
                    "42809",
                    format!("{place} is a table's row type; it cannot become {to}"),
                ));
            }
        }
        let place = self.require_type(&statement.name, "type")?;
        match &statement.action {
            TypeAction::AddValue {
                if_not_exists,
                label,
                position,
            } => self.add_label(&place, label, position, *if_not_exists),
            TypeAction::RenameValue { label, to } => self.rename_label(&place, label, to),
            TypeAction::Rename(to) => {
                let to = ObjectName::new(&place.schema, clip(to));
                self.require_free_type(&to)?;
                self.relocate_type(&place, &to);
                Ok(())
            }
            TypeAction::SetSchema(schema) => {
                self.require_schema(schema)?;
                let to = ObjectName::new(schema, &place.name);
                if to != place {
                    self.require_free_type(&to)?;
                    self.relocate_type(&place, &to);
                }
                Ok(())
            }
            TypeAction::AddAttribute { attribute, .. } => {
                let name = clip(&attribute.name).to_owned();
                let data_type = self.column_type(&attribute.data_type)?;
                let clash = self.edit_attributes(&place, |attributes| {
                    let clash = attributes.iter().any(|own| own.name == name);
                    if !clash {
                        attributes.push(TypeAttribute {
                            name: name.clone(),
                            data_type,
                        });
                    }
                    clash
                });
                if clash == Some(true) {
                    return Err(refusal::column_exists(&name, &place));
                }
                Ok(())
            }
            TypeAction::DropAttribute {
                if_exists, name, ..
            } => {
                let gone = self.edit_attributes(&place, |attributes| {
                    let before = attributes.len();
                    attributes.retain(|own| own.name != clip(name));
                    before != attributes.len()
                });
                match gone {
                    Some(false) if *if_exists => {
                        let object = Object::on(ObjectKind::Column, name, &place);
                        self.notes.push(Note::Missing { object });
                        Ok(())
                    }
                    Some(false) => Err(refusal::no_column(name, &place)),
                    _ => Ok(()),
                }
            }
            TypeAction::SetAttributeType { attribute, .. } => {
                let data_type = self.column_type(&attribute.data_type)?;
                let name = clip(&attribute.name);
                self.edit_attributes(&place, |attributes| {
                    for own in attributes.iter_mut().filter(|own| own.name == name) {
                        own.data_type.clone_from(&data_type);
                    }
                });
                Ok(())
            }
            TypeAction::RenameAttribute { name, to } => {
                self.edit_attributes(&place, |attributes| {
                    for own in attributes.iter_mut().filter(|own| own.name == clip(name)) {
                        clip(to).clone_into(&mut own.name);
                    }
                });
                Ok(())
            }
            TypeAction::Owner(_) | TypeAction::Other(_) => Ok(()),
        }
    }

    fn require_free_type(&self, place: &ObjectName) -> Outcome {
        let taken = self.schema.types.contains_key(place)
            || self.schema.tables.contains_key(place)
            || self.schema.views.contains_key(place);
        if taken {
            Err(type_exists(place))
        } else {
            Ok(())
        }
    }

    fn edit_attributes<T>(
        &mut self,
        place: &ObjectName,
        change: impl FnOnce(&mut Vec<TypeAttribute>) -> T,
    ) -> Option<T> {
        self.edit_type(place, |definition| match definition {
            TypeDefinition::Composite { attributes } => Some(change(attributes)),
            _ => None,
        })
        .flatten()
    }

    fn add_label(
        &mut self,
        place: &ObjectName,
        label: &str,
        position: &EnumPosition,
        if_not_exists: bool,
    ) -> Outcome {
        let assumed = self
            .schema
            .types
            .get(place)
            .is_some_and(|found| found.knowledge == Knowledge::Assumed);
        if assumed {
            self.edit_type(place, |definition| {
                if matches!(definition, TypeDefinition::Base {}) {
                    *definition = TypeDefinition::Enum { labels: Vec::new() };
                }
            });
        }
        let outcome = self.edit_type(place, |definition| {
            let TypeDefinition::Enum { labels } = definition else {
                return LabelOutcome::NotAnEnum;
            };
            insert_label(labels, label, position)
        });
        match outcome {
            None | Some(LabelOutcome::Added) => Ok(()),
            Some(LabelOutcome::Exists) if if_not_exists => {
                let object = Object::new(ObjectKind::Type, place);
                self.notes.push(Note::Exists {
                    object,
                    differs: Some(false),
                });
                Ok(())
            }
            Some(LabelOutcome::Exists) => Err(WillFail::new(
                "42710",
                format!("enum label \"{label}\" already exists"),
            )),
            Some(LabelOutcome::NoNeighbour(neighbour)) if assumed => {
                let end = EnumPosition::Last;
                self.add_label(place, &neighbour, &end, true)?;
                self.add_label(place, label, position, if_not_exists)
            }
            Some(LabelOutcome::NoNeighbour(neighbour)) => Err(WillFail::new(
                "22023",
                format!("\"{neighbour}\" is not an existing enum label"),
            )),
            Some(LabelOutcome::NotAnEnum) => {
                Err(WillFail::new("42809", format!("{place} is not an enum")))
            }
        }
    }

    fn rename_label(&mut self, place: &ObjectName, label: &str, to: &str) -> Outcome {
        let assumed = self
            .schema
            .types
            .get(place)
            .is_some_and(|found| found.knowledge == Knowledge::Assumed);
        let labels = match self.schema.types.get(place).map(|found| &found.definition) {
            Some(TypeDefinition::Enum { labels }) => labels.clone(),
            Some(TypeDefinition::Base {}) if assumed => vec![label.to_owned()],
            _ => {
                return Err(WillFail::new("42809", format!("{place} is not an enum")));
            }
        };
        if !labels.iter().any(|own| own == label) && !assumed {
            return Err(WillFail::new(
                "22023",
                format!("\"{label}\" is not an existing enum label"),
            ));
        }
        if labels.iter().any(|own| own == to) {
            return Err(WillFail::new(
                "42710",
                format!("enum label \"{to}\" already exists"),
            ));
        }
        let labels = labels
            .into_iter()
            .map(|own| if own == label { to.to_owned() } else { own })
            .collect();
        self.edit_type(place, |definition| {
            *definition = TypeDefinition::Enum { labels };
        });
        self.rename_label_in_texts(place, label, to);
        Ok(())
    }

    /// Stored expressions hold an enum's value, not its label: they print the new one.
    fn rename_label_in_texts(&mut self, place: &ObjectName, label: &str, to: &str) {
        let suffix = format!("::{}", type_text::qualified(place));
        let old = format!("{}{suffix}", crate::operation::quote_literal(label));
        let new = format!("{}{suffix}", crate::operation::quote_literal(to));
        self.schema.tables.edit_all(|table| {
            let mut hit = false;
            for text in super::rename::table_texts(table) {
                if text.contains(&old) {
                    *text = text.replace(&old, &new);
                    hit = true;
                }
            }
            hit
        });
    }

    pub(super) fn alter_domain(&mut self, statement: &AlterDomain) -> Outcome {
        let place = self.require_type(&statement.name, "type")?;
        let definition = self
            .schema
            .types
            .get(&place)
            .map(|found| found.definition.clone());
        let Some(TypeDefinition::Domain {
            base_type, checks, ..
        }) = definition
        else {
            if self.may_exist() {
                return Ok(());
            }
            return Err(WillFail::new("42809", format!("{place} is not a domain")));
        };
        let require = |name: &str| {
            if checks.iter().any(|check| check.name == name) {
                Ok(())
            } else {
                Err(WillFail::new(
                    "42704",
                    format!(
                        "constraint \"{name}\" of domain \"{}\" does not exist",
                        place.name
                    ),
                ))
            }
        };
        match &statement.action {
            DomainAction::SetDefault(expression) => {
                let target = Target::Assign(base_type);
                let printed = self.print_expression(Scope::Nothing, expression, &target)?;
                let text = (!printed.is_null).then_some(printed.text);
                self.edit_type(&place, |definition| {
                    if let TypeDefinition::Domain { default, .. } = definition {
                        *default = text;
                    }
                });
            }
            DomainAction::DropDefault => {
                self.edit_type(&place, |definition| {
                    if let TypeDefinition::Domain { default, .. } = definition {
                        *default = None;
                    }
                });
            }
            DomainAction::SetNotNull => self.set_domain_null(&place, false),
            DomainAction::DropNotNull => self.set_domain_null(&place, true),
            DomainAction::AddConstraint(constraint) => self.add_domain_check(&place, constraint)?,
            DomainAction::DropConstraint {
                if_exists, name, ..
            } => {
                let name = clip(name);
                match require(name) {
                    Err(_) if *if_exists => self.notes.push(Note::Missing {
                        object: Object::on(ObjectKind::Constraint, name, &place),
                    }),
                    other => other?,
                }
                self.edit_type(&place, |definition| {
                    if let TypeDefinition::Domain { checks, .. } = definition {
                        checks.retain(|check| check.name != name);
                    }
                });
            }
            DomainAction::RenameConstraint { name, to } => {
                require(clip(name))?;
                self.edit_type(&place, |definition| {
                    if let TypeDefinition::Domain { checks, .. } = definition {
                        for check in checks.iter_mut().filter(|c| c.name == clip(name)) {
                            clip(to).clone_into(&mut check.name);
                        }
                        checks.sort_by(|a, b| a.name.cmp(&b.name));
                    }
                });
            }
            DomainAction::ValidateConstraint(name) => {
                require(clip(name))?;
                self.edit_type(&place, |definition| {
                    if let TypeDefinition::Domain { checks, .. } = definition {
                        for check in checks.iter_mut().filter(|c| c.name == clip(name)) {
                            check.validated = true;
                        }
                    }
                });
            }
            DomainAction::Rename(to) => {
                let to = ObjectName::new(&place.schema, clip(to));
                self.require_free_type(&to)?;
                self.relocate_type(&place, &to);
            }
            DomainAction::SetSchema(schema) => {
                self.require_schema(schema)?;
                let to = ObjectName::new(schema, &place.name);
                if to != place {
                    self.require_free_type(&to)?;
                    self.relocate_type(&place, &to);
                }
            }
            DomainAction::Owner(_) => {}
        }
        Ok(())
    }
}

fn written_name(name: &TypeName) -> QualifiedName {
    QualifiedName {
        schema: name.schema.clone(),
        name: clip(&name.name).to_owned(),
    }
}

/// A type's name with its modifiers and brackets.
fn with_decorations(base: &str, name: &TypeName) -> String {
    let modifiers = match name.modifiers.as_slice() {
        [] => String::new(),
        some => format!("({})", some.join(",")),
    };
    let brackets = if name.array_dimensions > 0 { "[]" } else { "" };
    format!("{base}{modifiers}{brackets}")
}

/// A type as it stands in a column, if it is there.
pub(in crate::schema) fn existing_type(schema: &Schema, name: &TypeName) -> Option<String> {
    if name.is_unknown() {
        return Some(String::new());
    }
    if name.is_built_in() {
        return Some(built_in_text(name));
    }
    let written = written_name(name);
    if let Some(found) = schema.type_named(&written) {
        let place = ObjectName::new(&found.schema, &found.name);
        return Some(with_decorations(&type_text::qualified(&place), name));
    }
    // A table's row type, or that of a view.
    let row = schema.resolve_relation(&written);
    if let Some(place) = row.or_else(|| extension_type(schema, &written)) {
        return Some(with_decorations(&type_text::qualified(&place), name));
    }
    // The "char" type.
    if name.name == "char" && name.schema.as_deref() == Some("pg_catalog") {
        return Some("\"char\"".to_owned());
    }
    // An array by its internal name.
    let element = TypeName::named(name.name.strip_prefix('_')?);
    let internal = name.schema.is_none() && element.is_built_in();
    internal.then(|| format!("{}[]", built_in_text(&element)))
}

/// A type that an installed extension brings. One that we do not know may bring any.
fn extension_type(schema: &Schema, name: &QualifiedName) -> Option<ObjectName> {
    let reachable = |home: &str| match &name.schema {
        Some(wanted) => wanted == home,
        None => true,
    };
    let brings = |extension: &str| match expression::extension_types(extension) {
        Some(types) => types.contains(&name.name.as_str()),
        None => true,
    };
    let mut extensions = schema.extensions.values();
    let found = extensions.find(|one| reachable(&one.schema) && brings(&one.name));
    found.map(|one| ObjectName::new(&one.schema, &name.name))
}

enum LabelOutcome {
    Added,
    Exists,
    NoNeighbour(String),
    NotAnEnum,
}

fn insert_label(labels: &mut Vec<String>, label: &str, position: &EnumPosition) -> LabelOutcome {
    if labels.iter().any(|own| own == label) {
        return LabelOutcome::Exists;
    }
    let at = match position {
        EnumPosition::Last => Some(labels.len()),
        EnumPosition::Before(other) => labels.iter().position(|own| own == other),
        EnumPosition::After(other) => labels.iter().position(|own| own == other).map(|at| at + 1),
    };
    match (at, position) {
        (Some(at), _) => {
            labels.insert(at, label.to_owned());
            LabelOutcome::Added
        }
        (None, EnumPosition::Before(other) | EnumPosition::After(other)) => {
            LabelOutcome::NoNeighbour(other.clone())
        }
        (None, EnumPosition::Last) => LabelOutcome::Added,
    }
}

fn require_distinct_labels(labels: &[String]) -> Outcome {
    for (at, label) in labels.iter().enumerate() {
        if labels.iter().take(at).any(|earlier| earlier == label) {
            return Err(WillFail::new(
                "23505",
                "duplicate key value violates unique constraint \"pg_enum_typid_label_index\"",
            ));
        }
        if label.len() > 63 {
            return Err(WillFail {
                sqlstate: "42602",
                message: format!("invalid enum label \"{label}\""),
                detail: Some("Labels must be 63 bytes or less.".to_owned()),
            });
        }
    }
    Ok(())
}

fn type_exists(place: &ObjectName) -> WillFail {
    WillFail::new("42710", format!("type \"{}\" already exists", place.name))
}

/// A built-in type as `format_type()` prints it in a column: the lengths that are there without being written.
pub(super) fn built_in_text(name: &TypeName) -> String {
    let mut name = name.clone();
    name.schema = None;
    match (name.name.as_str(), name.modifiers.len()) {
        ("bit", 0) => name.modifiers.push("1".to_owned()),
        ("numeric", 1) => name.modifiers.push("0".to_owned()),
        _ => {}
    }
    name.to_string()
}

/// A name with its schema, quoted where needed.
pub(super) fn quoted(place: &ObjectName) -> String {
    format!(
        "{}.{}",
        quote_identifier(&place.schema),
        quote_identifier(&place.name)
    )
}
