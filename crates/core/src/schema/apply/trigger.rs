//! Triggers and policies.

use super::constraint::clipped;
use super::refusal;
use super::{Object, ObjectKind, Outcome, Simulation, WillFail};
use crate::operation::{
    AlterPolicy, CreatePolicy, CreateTrigger, Deferral, Expression, QualifiedName, RenameOnTable,
    TriggerEvent, TriggerTiming,
};
use crate::schema::expression::{Scope, Target};
use crate::schema::lookup::Relation;
use crate::schema::names::clip;
use crate::schema::{ObjectName, Policy, TableKind, Trigger};

impl Simulation {
    pub(super) fn create_trigger(&mut self, statement: &CreateTrigger) -> Outcome {
        require_sound_trigger(statement)?;
        let (place, is_view) = match self.schema.relation(&statement.table) {
            Some((place, Relation::Table(_))) => (place, false),
            Some((place, Relation::View(view))) if !view.is_materialized() => (place, true),
            Some(_) => {
                return Err(WillFail::new(
                    "42809",
                    format!("relation \"{}\" cannot have triggers", statement.table.name),
                ));
            }
            None => (self.assume_table(&statement.table)?, false),
        };
        require_timing(statement, &place, is_view)?;
        let function = self.trigger_function(&statement.function)?;
        let update_of = clipped(&statement.update_of);
        for column in &update_of {
            self.require_column(&place, column)?;
        }
        let name = clip(&statement.name);
        let trigger = Trigger {
            name: name.to_owned(),
            timing: match statement.timing {
                TriggerTiming::Before => "before",
                TriggerTiming::After => "after",
                TriggerTiming::InsteadOf => "instead of",
            },
            events: event_words(&statement.events),
            update_of,
            level: if statement.for_each_row {
                "row"
            } else {
                "statement"
            },
            function,
            enabled: "origin",
            constraint: statement.constraint,
            deferrable: statement.deferral != Deferral::NotDeferrable,
            initially_deferred: statement.deferral == Deferral::InitiallyDeferred,
            comment: None,
            when: statement.when.as_ref().map(|when| when.as_str().to_owned()),
            inherited: false,
            referencing: statement.referencing.clone(),
            arguments: statement.arguments.clone(),
        };
        let exists = if is_view {
            let view = self.schema.views.get(&place);
            view.is_some_and(|view| view.triggers.iter().any(|t| t.name == name))
        } else {
            self.table_at(&place)
                .is_some_and(|table| table.triggers.iter().any(|t| t.name == name))
        };
        if exists && !statement.or_replace {
            return Err(WillFail::new(
                "42710",
                format!(
                    "trigger \"{name}\" for relation \"{}\" already exists",
                    place.name
                ),
            ));
        }
        if is_view {
            self.edit_view(&place, |view| {
                view.triggers.retain(|own| own.name != name);
                view.triggers.push(trigger);
                view.triggers.sort_by(|a, b| a.name.cmp(&b.name));
            });
            return Ok(());
        }
        self.edit_table(&place, |table| {
            table.triggers.retain(|own| own.name != name);
            table.triggers.push(trigger.clone());
            table.sort_parts();
        });
        let partitioned = self
            .table_at(&place)
            .is_some_and(|table| table.kind == TableKind::Partitioned);
        if partitioned {
            for child in self.child_names(&place) {
                self.copy_trigger(&child, &trigger);
            }
        }
        Ok(())
    }

    /// The function that a trigger calls: without arguments.
    fn trigger_function(&mut self, name: &QualifiedName) -> Outcome<ObjectName> {
        let schemas = match &name.schema {
            Some(schema) => vec![schema.clone()],
            None => self.schema.search_path.to_vec(),
        };
        for schema in &schemas {
            let place = ObjectName::new(schema, clip(&name.name));
            let key = (place, String::new());
            if let Some(function) = self.schema.functions.get(&key) {
                if function.returns.as_deref() != Some("trigger") {
                    let name = refusal::as_written(name);
                    return Err(WillFail::new(
                        "42P17",
                        format!("function {name} must return type trigger"),
                    ));
                }
                return Ok(key.0);
            }
        }
        if is_built_in_trigger_function(&name.name) {
            return Ok(ObjectName::new("pg_catalog", &name.name));
        }
        let mut extensions = self.schema.extensions.values();
        let extension = extensions.find(|extension| {
            crate::schema::expression::extension_brings_function(&extension.name, &name.name)
        });
        if let Some(extension) = extension {
            return Ok(ObjectName::new(&extension.schema, &name.name));
        }
        let place = self.schema.creation_name(name);
        if !self.may_exist() && !self.has_unknown_extension() {
            return Err(WillFail::new(
                "42883",
                format!("function {}() does not exist", refusal::as_written(name)),
            ));
        }
        self.assumed(Object::new(
            ObjectKind::Function,
            &ObjectName::new(&place.schema, format!("{}()", place.name)),
        ));
        Ok(place)
    }

    /// Whether an extension is installed whose contents we do not know.
    pub(super) fn has_unknown_extension(&self) -> bool {
        let mut names = self.schema.extensions.keys();
        names.any(|name| crate::schema::expression::extension_types(name).is_none())
    }

    pub(super) fn rename_trigger(&mut self, statement: &RenameOnTable) -> Outcome {
        let place = self.require_table(&statement.table)?;
        let (from, to) = (clip(&statement.name), clip(&statement.to));
        let Some(found) = self.table_at(&place) else {
            return Ok(());
        };
        if !found.triggers.iter().any(|trigger| trigger.name == from) {
            if found.is_complete() && self.schema.unknown_steps == 0 {
                return Err(WillFail::new(
                    "42704",
                    format!(
                        "trigger \"{from}\" for table \"{}\" does not exist",
                        place.name
                    ),
                ));
            }
            self.assumed(Object::on(ObjectKind::Trigger, from, &place));
            return Ok(());
        }
        if found.triggers.iter().any(|trigger| trigger.name == to) {
            return Err(WillFail::new(
                "42710",
                format!(
                    "trigger \"{to}\" for relation \"{}\" already exists",
                    place.name
                ),
            ));
        }
        self.rename_trigger_deep(&place, from, to);
        Ok(())
    }

    fn rename_trigger_deep(&mut self, table: &ObjectName, from: &str, to: &str) {
        self.edit_table(table, |table| {
            for trigger in table.triggers.iter_mut().filter(|t| t.name == from) {
                to.clone_into(&mut trigger.name);
            }
            table.sort_parts();
        });
        for child in self.child_names(table) {
            self.rename_trigger_deep(&child, from, to);
        }
    }

    pub(super) fn create_policy(&mut self, statement: &CreatePolicy) -> Outcome {
        require_sound_policy(statement)?;
        let place = self.require_table(&statement.table)?;
        let name = clip(&statement.name);
        let exists = self
            .table_at(&place)
            .is_some_and(|table| table.policies.iter().any(|policy| policy.name == name));
        if exists {
            return Err(WillFail::new(
                "42710",
                format!(
                    "policy \"{name}\" for table \"{}\" already exists",
                    place.name
                ),
            ));
        }
        let policy = Policy {
            name: name.to_owned(),
            command: statement.command.clone(),
            permissive: statement.permissive,
            roles: sorted_roles(&statement.roles),
            using: self.policy_text(&place, statement.using.as_ref())?,
            with_check: self.policy_text(&place, statement.with_check.as_ref())?,
        };
        self.edit_table(&place, |table| {
            table.policies.push(policy);
            table.sort_parts();
        });
        Ok(())
    }

    fn policy_text(
        &mut self,
        table: &ObjectName,
        expression: Option<&Expression>,
    ) -> Outcome<Option<String>> {
        let (Some(expression), Some(table)) = (expression, self.table_at(table)) else {
            return Ok(None);
        };
        let printed =
            self.print_expression(Scope::Table(&table), expression, &Target::Condition)?;
        Ok(Some(printed.text))
    }

    pub(super) fn alter_policy(&mut self, statement: &AlterPolicy) -> Outcome {
        let place = self.require_table(&statement.table)?;
        let name = clip(&statement.name);
        let Some(found) = self.table_at(&place) else {
            return Ok(());
        };
        if !found.policies.iter().any(|policy| policy.name == name) {
            if found.is_complete() && self.schema.unknown_steps == 0 {
                return Err(WillFail::new(
                    "42704",
                    format!(
                        "policy \"{name}\" for table \"{}\" does not exist",
                        place.name
                    ),
                ));
            }
            self.assumed(Object::on(ObjectKind::Policy, name, &place));
            return Ok(());
        }
        if let Some(to) = statement.rename_to.as_deref().map(clip)
            && found.policies.iter().any(|policy| policy.name == to)
        {
            return Err(WillFail::new(
                "42710",
                format!(
                    "policy \"{to}\" for table \"{}\" already exists",
                    place.name
                ),
            ));
        }
        let using = self.policy_text(&place, statement.using.as_ref())?;
        let with_check = self.policy_text(&place, statement.with_check.as_ref())?;
        self.edit_table(&place, |table| {
            for policy in table.policies.iter_mut().filter(|p| p.name == name) {
                if let Some(to) = &statement.rename_to {
                    clip(to).clone_into(&mut policy.name);
                }
                if let Some(roles) = &statement.roles {
                    policy.roles = sorted_roles(roles);
                }
                if using.is_some() {
                    policy.using.clone_from(&using);
                }
                if with_check.is_some() {
                    policy.with_check.clone_from(&with_check);
                }
            }
            table.sort_parts();
        });
        Ok(())
    }
}

/// What `CREATE TRIGGER` refuses whatever the table.
fn require_sound_trigger(statement: &CreateTrigger) -> Outcome {
    if statement.for_each_row && statement.events.contains(&TriggerEvent::Truncate) {
        return Err(WillFail::new(
            "0A000",
            "TRUNCATE FOR EACH ROW triggers are not supported",
        ));
    }
    Ok(())
}

/// `BEFORE` and `AFTER` each row are for tables, `INSTEAD OF` for views.
fn require_timing(statement: &CreateTrigger, place: &ObjectName, is_view: bool) -> Outcome {
    let instead = statement.timing == TriggerTiming::InsteadOf;
    let (kind, detail) = match (is_view, instead) {
        (false, true) => ("table", "Tables cannot have INSTEAD OF triggers."),
        (true, false) if statement.for_each_row => (
            "view",
            "Views cannot have row-level BEFORE or AFTER triggers.",
        ),
        (true, false) if statement.events.contains(&TriggerEvent::Truncate) => {
            ("view", "Views cannot have TRUNCATE triggers.")
        }
        _ => return Ok(()),
    };
    Err(WillFail {
        sqlstate: "42809",
        message: format!("\"{}\" is a {kind}", place.name),
        detail: Some(detail.to_owned()),
    })
}

/// A policy's conditions must suit its command.
fn require_sound_policy(statement: &CreatePolicy) -> Outcome {
    let command = statement.command.to_lowercase();
    let message = match command.as_str() {
        "select" | "delete" if statement.with_check.is_some() => {
            "WITH CHECK cannot be applied to SELECT or DELETE"
        }
        "insert" if statement.using.is_some() => "only WITH CHECK expression allowed for INSERT",
        _ => return Ok(()),
    };
    Err(WillFail::new("42601", message))
}

fn sorted_roles(roles: &[String]) -> Vec<String> {
    let mut roles = roles.to_vec();
    if roles.is_empty() {
        roles.push("public".to_owned());
    }
    roles.sort();
    roles
}

fn event_words(events: &[TriggerEvent]) -> Vec<&'static str> {
    let mut events = events.to_vec();
    events.sort();
    events.dedup();
    let words = events.into_iter().map(|event| match event {
        TriggerEvent::Insert => "insert",
        TriggerEvent::Delete => "delete",
        TriggerEvent::Update => "update",
        TriggerEvent::Truncate => "truncate",
    });
    words.collect()
}

fn is_built_in_trigger_function(name: &str) -> bool {
    matches!(
        name,
        "tsvector_update_trigger"
            | "tsvector_update_trigger_column"
            | "suppress_redundant_updates_trigger"
    )
}
