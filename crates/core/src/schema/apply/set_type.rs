//! `ALTER COLUMN … TYPE`.

use super::create_table::Reach;
use super::refusal;
use super::sequence::retype;
use super::{Outcome, Simulation, WillFail};
use crate::operation::{Expression, QualifiedName, TypeName};
use crate::schema::expression::{self, Scope, Target, mentions_column};
use crate::schema::{Knowledge, ObjectName, Table};

impl Simulation {
    pub(super) fn set_type(
        &mut self,
        table: &ObjectName,
        column: &str,
        data_type: &TypeName,
        collation: Option<&QualifiedName>,
        using: Option<&Expression>,
        reach: Reach,
    ) -> Outcome {
        self.require_column(table, column)?;
        let wanted = self.column_type(data_type)?;
        let Some(found) = self.table_at(table) else {
            return Ok(());
        };
        self.require_not_partition_key(&found, column, "alter")?;
        let parents: Vec<ObjectName> = found.parents().collect();
        let inherited = parents.iter().any(|parent| {
            self.table_at(parent)
                .is_some_and(|parent| parent.column(column).is_some())
        });
        if inherited {
            return Err(refusal::table_definition(format!(
                "cannot alter inherited column \"{column}\""
            )));
        }
        let children = self.child_names(table);
        if reach == Reach::Alone && !children.is_empty() {
            return Err(refusal::table_definition(format!(
                "type of inherited column \"{column}\" must be changed in child tables too"
            )));
        }
        self.retype_column(table, column, &wanted, collation, using)
    }

    fn retype_column(
        &mut self,
        table: &ObjectName,
        column: &str,
        wanted: &str,
        collation: Option<&QualifiedName>,
        using: Option<&Expression>,
    ) -> Outcome {
        let Some(found) = self.table_at(table) else {
            return Ok(());
        };
        let Some(existing) = found.column(column) else {
            return Ok(());
        };
        let known = existing.knowledge == Knowledge::Complete && !existing.data_type.is_empty();
        if known {
            self.require_castable(&found, column, wanted, using)?;
        }
        self.require_unused_column(&found, column)?;
        if existing.identity.is_some() && !matches!(wanted, "" | "smallint" | "integer" | "bigint")
        {
            return Err(WillFail::new(
                "22023",
                "identity column type must be smallint, integer, or bigint",
            ));
        }
        if let Some(using) = using {
            self.print_expression(Scope::Table(&found), using, &Target::Key)?;
        }
        let collation = collation
            .filter(|collation| collation.name != "default")
            .map(|collation| collation.name.clone());
        self.edit_table(table, |table| {
            table.edit_column(column, |column| {
                wanted.clone_into(&mut column.data_type);
                if wanted.is_empty() {
                    column.knowledge = Knowledge::Assumed;
                }
                column.collation = collation.clone();
            });
        });
        if let Some(sequence) = self.identity_sequence_of(table, column) {
            self.edit_sequence(&sequence, |sequence| retype(sequence, wanted));
        }
        self.reprint(table, column)?;
        self.recheck_foreign_keys(table, column)?;
        for child in self.child_names(table) {
            self.retype_column(&child, column, wanted, None, using)?;
        }
        Ok(())
    }

    /// Without `USING` the old type must cast by assignment; so must the default.
    fn require_castable(
        &mut self,
        table: &Table,
        column: &str,
        wanted: &str,
        using: Option<&Expression>,
    ) -> Outcome {
        let Some(existing) = table.column(column) else {
            return Ok(());
        };
        let bare = crate::schema::type_text::without_modifier(wanted);
        let castable = |from: &str| expression::assignable(&self.schema, from, wanted);
        if using.is_none() && castable(&existing.data_type) == Some(false) {
            return Err(WillFail {
                sqlstate: "42804",
                message: format!("column \"{column}\" cannot be cast automatically to type {bare}"),
                detail: None,
            });
        }
        let Some(default) = &existing.default else {
            return Ok(());
        };
        let default_type = expression::type_of_default(&self.schema, default);
        if default_type.is_some_and(|from| castable(&from) == Some(false)) {
            return Err(WillFail::new(
                "42804",
                format!(
                    "default for column \"{column}\" cannot be cast automatically to type {bare}"
                ),
            ));
        }
        Ok(())
    }

    /// Views, generated columns, triggers and policies pin a column's type.
    fn require_unused_column(&mut self, table: &Table, column: &str) -> Outcome {
        let place = table.object_name();
        for view in self.schema.views.values() {
            let reads = view.reads.iter().filter(|read| read.relation == place);
            let named = reads
                .filter_map(|read| read.columns.as_ref())
                .any(|columns| columns.iter().any(|name| name == column));
            if named {
                let view = ObjectName::new(&view.schema, &view.name);
                return Err(WillFail {
                    sqlstate: "0A000",
                    message: "cannot alter type of a column used by a view or rule".to_owned(),
                    detail: Some(format!(
                        "rule _RETURN on view {view} depends on column \"{column}\""
                    )),
                });
            }
        }
        let mut generated = table.columns.iter().filter(|other| {
            let text = other.generated.as_deref();
            text.is_some_and(|text| mentions_column(text, column))
        });
        if let Some(generated) = generated.next() {
            return Err(WillFail {
                sqlstate: "0A000",
                message: "cannot alter type of a column used by a generated column".to_owned(),
                detail: Some(format!(
                    "Column \"{column}\" is used by generated column \"{}\".",
                    generated.name
                )),
            });
        }
        let mut triggers = table.triggers.iter().filter(|trigger| {
            trigger.update_of.iter().any(|name| name == column)
                || trigger
                    .when
                    .as_deref()
                    .is_some_and(|when| expression::mentions_row_column(when, column))
        });
        if let Some(trigger) = triggers.next() {
            return Err(WillFail {
                sqlstate: "0A000",
                message: "cannot alter type of a column used in a trigger definition".to_owned(),
                detail: Some(format!(
                    "trigger {} on table {place} depends on column \"{column}\"",
                    trigger.name
                )),
            });
        }
        let mut policies = table.policies.iter().filter(|policy| {
            let texts = policy.using.iter().chain(&policy.with_check);
            texts.into_iter().any(|text| mentions_column(text, column))
        });
        if let Some(policy) = policies.next() {
            return Err(WillFail {
                sqlstate: "0A000",
                message: "cannot alter type of a column used in a policy definition".to_owned(),
                detail: Some(format!(
                    "policy {} on table {place} depends on column \"{column}\"",
                    policy.name
                )),
            });
        }
        Ok(())
    }

    /// Checks, predicates and index expressions on the column are read again from their text, as PostgreSQL does.
    fn reprint(&mut self, table: &ObjectName, column: &str) -> Outcome {
        let Some(found) = self.table_at(table) else {
            return Ok(());
        };
        let mut changed = (*found).clone();
        for check in &mut changed.check_constraints {
            if check.columns.iter().any(|name| name == column) {
                self.reprint_text(&found, &mut check.expression, &Target::Condition)?;
            }
        }
        for index in &mut changed.indexes {
            for text in index
                .predicate
                .iter_mut()
                .filter(|t| mentions_column(t, column))
            {
                self.reprint_text(&found, text, &Target::Condition)?;
            }
            for key in &mut index.keys {
                let Some(text) = key.expression.as_mut() else {
                    continue;
                };
                if mentions_column(text, column) {
                    self.reprint_text(&found, text, &Target::Key)?;
                }
                // A cast to the type that the column has now is none any more.
                if found.column(text).is_some() {
                    key.column = key.expression.take();
                }
            }
        }
        self.edit_table(table, |table| {
            table.check_constraints = changed.check_constraints;
            table.indexes = changed.indexes;
        });
        Ok(())
    }

    fn reprint_text(&mut self, table: &Table, text: &mut String, target: &Target) -> Outcome {
        let expression = Expression::new(&*text);
        let printed = self.print_expression(Scope::Table(table), &expression, target)?;
        if printed.exact {
            *text = printed.text;
        }
        Ok(())
    }

    /// Foreign keys on either side must still compare.
    fn recheck_foreign_keys(&self, table: &ObjectName, column: &str) -> Outcome {
        for other in self.schema.tables.values() {
            let place = other.object_name();
            for key in &other.foreign_keys {
                let own = place == *table && key.columns.iter().any(|name| name == column);
                let target = key.references.table_name();
                let referenced =
                    target == *table && key.references.columns.iter().any(|name| name == column);
                if own || referenced {
                    self.require_comparable(
                        &place,
                        &key.columns,
                        &target,
                        &key.references.columns,
                        &key.name,
                    )?;
                }
            }
        }
        Ok(())
    }
}
