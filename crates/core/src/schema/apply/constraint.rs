//! Constraints: added, dropped, validated, altered.

mod key;

use super::create_table::Reach;
use super::refusal;
use super::{Note, Object, ObjectKind, Outcome, Simulation, WillFail};
use crate::operation::{Constraint, ConstraintKind, Deferral, Exclusion, Expression, Validity};
use crate::schema::expression::{Scope, Target};
use crate::schema::names::{clip, joined};
use crate::schema::{Check, ExclusionConstraint, ObjectName, Table};

impl Simulation {
    /// Adds a constraint to a table and, where PostgreSQL does so, to its children.
    pub(super) fn add_constraint(
        &mut self,
        table: &ObjectName,
        constraint: &Constraint,
        reach: Reach,
    ) -> Outcome {
        let name = constraint.name.as_deref().map(clip);
        match &constraint.kind {
            ConstraintKind::PrimaryKey(key) => self
                .add_key(
                    table,
                    name,
                    key,
                    constraint.deferral,
                    KeyKind::Primary,
                    None,
                )
                .map(drop),
            ConstraintKind::Unique(key) => self
                .add_key(table, name, key, constraint.deferral, KeyKind::Unique, None)
                .map(drop),
            ConstraintKind::Check {
                expression,
                no_inherit,
            } => {
                let check = self.new_check(table, name, expression, constraint.validity)?;
                let check = Check {
                    no_inherit: *no_inherit,
                    ..check
                };
                self.add_check(table, check, reach)
            }
            ConstraintKind::ForeignKey(key) => self.add_foreign_key(table, name, key, constraint),
            ConstraintKind::Exclude(exclusion) => {
                self.add_exclusion(table, name, exclusion, constraint.deferral)
            }
            ConstraintKind::NotNull { column } => {
                let mut name = name.map(str::to_owned);
                if constraint.validity == Validity::NotValid {
                    // The column stays nullable for the rows that are there: see `Column::not_null_name`.
                    name.get_or_insert_with(|| format!("{}_{}_not_null", table.name, column));
                } else {
                    self.set_not_null(table, clip(column), reach)?;
                }
                self.edit_table(table, |table| {
                    table.edit_column(clip(column), |column| column.not_null_name = name);
                });
                Ok(())
            }
        }
    }

    fn new_check(
        &mut self,
        table: &ObjectName,
        name: Option<&str>,
        expression: &Expression,
        validity: Validity,
    ) -> Outcome<Check> {
        let Some(found) = self.table_at(table) else {
            return Err(WillFail::new("42P01", "relation does not exist"));
        };
        let printed =
            self.print_expression(Scope::Table(&found), expression, &Target::Condition)?;
        let name = match name {
            Some(name) => name.to_owned(),
            None => {
                let only = match printed.columns.as_slice() {
                    [only] => Some(only.as_str()),
                    _ => None,
                };
                let chosen = self.schema.choose_constraint_name(
                    &table.schema,
                    &table.name,
                    only,
                    "check",
                    &[],
                );
                self.named(ObjectKind::Constraint, &chosen, table);
                chosen
            }
        };
        Ok(Check {
            name,
            expression: printed.text,
            no_inherit: false,
            validated: validity == Validity::Valid,
            comment: None,
            columns: printed.columns,
            not_enforced: validity == Validity::NotEnforced,
            inherited: false,
        })
    }

    fn add_check(&mut self, table: &ObjectName, check: Check, reach: Reach) -> Outcome {
        let Some(found) = self.table_at(table) else {
            return Ok(());
        };
        let existing = found
            .check_constraints
            .iter()
            .find(|existing| existing.name == check.name);
        if let Some(existing) = existing {
            let merges = existing.inherited && existing.expression == check.expression;
            if !merges {
                return Err(refusal::constraint_exists(&check.name, table));
            }
            self.edit_table(table, |table| {
                for existing in &mut table.check_constraints {
                    existing.inherited &= existing.name != check.name;
                }
            });
            return Ok(());
        }
        if found.has_constraint(&check.name) {
            return Err(refusal::constraint_exists(&check.name, table));
        }
        let children = self.child_names(table);
        if reach == Reach::Alone && !check.no_inherit && !children.is_empty() {
            return Err(refusal::table_definition(
                "constraint must be added to child tables too",
            ));
        }
        let no_inherit = check.no_inherit;
        let inherited = Check {
            inherited: true,
            ..check.clone()
        };
        self.edit_table(table, |table| {
            table.check_constraints.push(check);
            table.sort_parts();
        });
        if no_inherit {
            return Ok(());
        }
        for child in children {
            let same = self.table_at(&child).is_some_and(|child| {
                let mut checks = child.check_constraints.iter();
                checks.any(|c| c.name == inherited.name && c.expression == inherited.expression)
            });
            if !same {
                self.add_check(&child, inherited.clone(), Reach::Whole)?;
            }
        }
        Ok(())
    }

    fn add_exclusion(
        &mut self,
        table: &ObjectName,
        name: Option<&str>,
        exclusion: &Exclusion,
        deferral: Deferral,
    ) -> Outcome {
        let Some(found) = self.table_at(table) else {
            return Ok(());
        };
        let predicate = match &exclusion.predicate {
            Some(predicate) => {
                let scope = Scope::Table(&found);
                Some(self.print_expression(scope, predicate, &Target::Condition)?)
            }
            None => None,
        };
        let method = exclusion.method.as_deref().unwrap_or("btree");
        let mut elements = Vec::new();
        let mut columns = Vec::new();
        for element in &exclusion.elements {
            let printed = self.exclusion_element(&found, element)?;
            columns.extend(printed.columns);
            elements.push((printed.name, printed.text));
        }
        let name = match name {
            Some(name) => {
                self.require_key_name_free(&found, name)?;
                name.to_owned()
            }
            None => {
                let names = crate::schema::names::distinct(elements.iter().map(|e| e.0.clone()));
                let addition = joined(names);
                let chosen = self.schema.choose_key_name(
                    &table.schema,
                    &table.name,
                    Some(&addition),
                    "excl",
                );
                self.named(ObjectKind::Constraint, &chosen, table);
                chosen
            }
        };
        let texts: Vec<String> = elements.into_iter().map(|element| element.1).collect();
        let mut definition = format!("EXCLUDE USING {method} ({})", texts.join(", "));
        if let Some(predicate) = &predicate {
            columns.extend(predicate.columns.iter().cloned());
            definition.push_str(&format!(" WHERE ({})", predicate.text));
        }
        definition.push_str(match deferral {
            Deferral::NotDeferrable => "",
            Deferral::Deferrable => " DEFERRABLE",
            Deferral::InitiallyDeferred => " DEFERRABLE INITIALLY DEFERRED",
        });
        columns.sort();
        columns.dedup();
        let made = ExclusionConstraint {
            name,
            method: method.to_owned(),
            predicate: predicate.map(|predicate| predicate.text),
            deferrable: deferral != Deferral::NotDeferrable,
            initially_deferred: deferral == Deferral::InitiallyDeferred,
            comment: None,
            definition,
            columns,
        };
        self.edit_table(table, |table| {
            table.exclusion_constraints.push(made);
            table.sort_parts();
        });
        Ok(())
    }

    /// `DROP CONSTRAINT`, on the children too.
    pub(super) fn drop_constraint(
        &mut self,
        table: &ObjectName,
        name: &str,
        if_exists: bool,
        cascade: bool,
        reach: Reach,
    ) -> Outcome {
        let Some(found) = self.table_at(table) else {
            return Ok(());
        };
        let object = Object::on(ObjectKind::Constraint, name, table);
        if !found.has_constraint(name) {
            if let Some(column) = not_null_column(&found, name) {
                return self.drop_not_null(table, &column, reach);
            }
            if if_exists {
                self.notes.push(Note::Missing { object });
            } else if found.is_complete() && self.schema.unknown_steps == 0 {
                return Err(refusal::no_constraint(name, table));
            } else {
                self.assumed(object);
            }
            return Ok(());
        }
        if is_part(&found, name) || self.inherits_check(&found, name) {
            return Err(refusal::table_definition(format!(
                "cannot drop inherited constraint \"{name}\" of relation \"{}\"",
                table.name
            )));
        }
        let is_check = found.check_constraints.iter().any(|c| c.name == name);
        self.drop_objects(&[object], cascade)?;
        for child in self.child_names(table) {
            if is_check {
                self.drop_inherited_check(&child, table, name, reach);
            }
        }
        Ok(())
    }

    /// Whether a table has a check of this name from a table that it inherits from.
    fn inherits_check(&self, table: &Table, name: &str) -> bool {
        let has = |checks: &[Check]| {
            let mut checks = checks.iter();
            checks.any(|check| check.name == name && !check.no_inherit)
        };
        let from = |parent: ObjectName| {
            let parent = self.table_at(&parent);
            parent.is_some_and(|parent| has(&parent.check_constraints))
        };
        has(&table.check_constraints) && table.parents().any(from)
    }

    /// A parent's check is gone; so is the child's, unless it has another source.
    fn drop_inherited_check(
        &mut self,
        child: &ObjectName,
        parent: &ObjectName,
        name: &str,
        reach: Reach,
    ) {
        let Some(found) = self.table_at(child) else {
            return;
        };
        let elsewhere = found
            .parents()
            .filter(|other| other != parent)
            .filter_map(|other| self.table_at(&other))
            .any(|other| other.check_constraints.iter().any(|c| c.name == name));
        if elsewhere {
            return;
        }
        let goes = reach == Reach::Whole
            && found
                .check_constraints
                .iter()
                .any(|check| check.name == name && check.inherited);
        self.edit_table(child, |table| {
            if goes {
                table.check_constraints.retain(|check| check.name != name);
            } else {
                for check in &mut table.check_constraints {
                    check.inherited &= check.name != name;
                }
            }
        });
        if goes {
            for grandchild in self.child_names(child) {
                self.drop_inherited_check(&grandchild, child, name, reach);
            }
        }
    }

    pub(super) fn validate_constraint(&mut self, table: &ObjectName, name: &str) -> Outcome {
        let Some(found) = self.table_at(table) else {
            return Ok(());
        };
        let checkable = found.check_constraints.iter().any(|c| c.name == name)
            || found.foreign_keys.iter().any(|c| c.name == name);
        if !checkable {
            if found.has_constraint(name) {
                return Err(WillFail::new(
                    "42809",
                    format!(
                        "constraint \"{name}\" of relation \"{}\" is not a foreign key or check constraint",
                        table.name
                    ),
                ));
            }
            if let Some(column) = not_null_column(&found, name) {
                return self.set_not_null(table, &column, Reach::Whole);
            }
            return self.missing_constraint(&found, name);
        }
        self.edit_table(table, |table| {
            for check in &mut table.check_constraints {
                check.validated |= check.name == name;
            }
            for key in &mut table.foreign_keys {
                key.validated |= key.name == name;
            }
        });
        for child in self.child_names(table) {
            let has = self.table_at(&child).is_some_and(|child| {
                let mut checks = child.check_constraints.iter();
                checks.any(|check| check.name == name)
            });
            if has {
                self.validate_constraint(&child, name)?;
            }
        }
        Ok(())
    }

    /// What a statement that names a missing constraint gets.
    fn missing_constraint(&mut self, table: &Table, name: &str) -> Outcome {
        let place = table.object_name();
        if table.is_complete() && self.schema.unknown_steps == 0 {
            return Err(refusal::no_constraint(name, &place));
        }
        self.assumed(Object::on(ObjectKind::Constraint, name, &place));
        Ok(())
    }

    pub(super) fn alter_constraint(
        &mut self,
        table: &ObjectName,
        name: &str,
        deferral: Option<Deferral>,
        enforced: Option<bool>,
    ) -> Outcome {
        let Some(found) = self.table_at(table) else {
            return Ok(());
        };
        if !found.foreign_keys.iter().any(|key| key.name == name) {
            if found.has_constraint(name) {
                return Err(WillFail::new(
                    "42809",
                    format!(
                        "constraint \"{name}\" of relation \"{}\" is not a foreign key constraint",
                        table.name
                    ),
                ));
            }
            return self.missing_constraint(&found, name);
        }
        self.edit_table(table, |table| {
            for key in table.foreign_keys.iter_mut().filter(|key| key.name == name) {
                if let Some(deferral) = deferral {
                    key.deferrable = deferral != Deferral::NotDeferrable;
                    key.initially_deferred = deferral == Deferral::InitiallyDeferred;
                }
                if let Some(enforced) = enforced {
                    key.not_enforced = !enforced;
                    key.validated = enforced;
                }
            }
        });
        Ok(())
    }

    /// Notes a name that PostgreSQL chose for something on a table.
    pub(super) fn named(&mut self, kind: ObjectKind, name: &str, table: &ObjectName) {
        self.notes.push(Note::Named {
            object: Object::on(kind, name, table),
        });
    }
}

/// The two kinds of keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum KeyKind {
    /// `PRIMARY KEY`.
    Primary,
    /// `UNIQUE`.
    Unique,
}

impl KeyKind {
    fn words(self) -> &'static str {
        match self {
            Self::Primary => "PRIMARY KEY",
            Self::Unique => "UNIQUE",
        }
    }
}

/// Names as the catalog keeps them.
pub(super) fn clipped(names: &[String]) -> Vec<String> {
    names.iter().map(|name| clip(name).to_owned()).collect()
}

/// The column whose not-null constraint has this name (PostgreSQL 18).
fn not_null_column(table: &Table, name: &str) -> Option<String> {
    let mut columns = table.columns.iter();
    columns
        .find(|column| column.not_null_name.as_deref() == Some(name))
        .map(|column| column.name.clone())
}

/// Whether a constraint only exists because a parent has it.
pub(super) fn is_part(table: &Table, name: &str) -> bool {
    let keys = table.primary_key.iter().chain(&table.unique_constraints);
    keys.clone()
        .any(|key| key.name == name && key.part_of.is_some())
        || table
            .foreign_keys
            .iter()
            .any(|key| key.name == name && key.part_of.is_some())
        || table
            .check_constraints
            .iter()
            .any(|check| check.name == name && check.inherited)
}
