//! `CREATE STATISTICS`.

use super::{Note, Object, ObjectKind, Outcome, Simulation, WillFail};
use crate::operation::{CreateStatistics, Expression, quote_identifier};
use crate::schema::expression::{Scope, Target};
use crate::schema::names::{clip, joined};
use crate::schema::{ObjectName, Statistics};

impl Simulation {
    pub(super) fn create_statistics(&mut self, statement: &CreateStatistics) -> Outcome {
        let table = self.require_table(&statement.table)?;
        let mut columns = Vec::new();
        let mut expressions = Vec::new();
        for target in &statement.targets {
            let Some(found) = self.table_at(&table) else {
                return Ok(());
            };
            let expression = Expression::new(target);
            let printed = self.print_expression(Scope::Table(&found), &expression, &Target::Key)?;
            match printed.plain_column {
                Some(column) => columns.push((column.clone(), quote_identifier(&column))),
                None => expressions.push(printed),
            }
        }
        // Columns come first, in the order of the table.
        if let Some(found) = self.table_at(&table) {
            let place = |name: &str| found.columns.iter().position(|c| c.name == name);
            columns.sort_by_key(|(name, _)| place(name));
        }
        let place = match &statement.name {
            Some(name) => {
                let mut place = self.creation_place(name)?;
                place.name = clip(&place.name).to_owned();
                place
            }
            None => {
                let names = columns.iter().map(|(name, _)| name.clone());
                let names = names.chain(expressions.iter().map(|_| "expr".to_owned()));
                let addition = joined(names);
                let chosen =
                    self.schema
                        .choose_statistics_name(&table.schema, &table.name, &addition);
                ObjectName::new(&table.schema, chosen)
            }
        };
        let mut all = self
            .schema
            .tables
            .values()
            .flat_map(|table| &table.statistics);
        let exists = all.any(|one| one.schema == place.schema && one.name == place.name);
        if exists {
            if statement.if_not_exists {
                self.notes.push(Note::Exists {
                    object: Object::new(ObjectKind::Statistics, &place),
                    differs: None,
                });
                return Ok(());
            }
            return Err(WillFail::new(
                "42710",
                format!("statistics object \"{}\" already exists", place.name),
            ));
        }
        if columns.len() == 1 && expressions.is_empty() {
            return Err(WillFail::new(
                "42P17",
                "extended statistics require at least 2 columns".to_owned(),
            ));
        }
        let listed = columns.iter().map(|(_, text)| text.clone());
        let listed = listed.chain(expressions.iter().map(|printed| {
            // Only a function call stands without parentheses of its own.
            if printed.is_call || printed.text.starts_with('(') {
                printed.text.clone()
            } else {
                format!("({})", printed.text)
            }
        }));
        let listed: Vec<String> = listed.collect();
        // All three kinds are the default, and so is naming none.
        let kinds = match statement.kinds.as_slice() {
            [] => String::new(),
            kinds if kinds.len() == 3 => String::new(),
            kinds => format!(" ({})", ordered_kinds(kinds).join(", ")),
        };
        let definition = format!(
            "CREATE STATISTICS {}{kinds} ON {} FROM {}",
            super::types::quoted(&place),
            listed.join(", "),
            super::types::quoted(&table)
        );
        let mentioned = expressions.into_iter().flat_map(|printed| printed.columns);
        let statistics = Statistics {
            schema: place.schema,
            name: place.name,
            definition,
            columns: columns
                .into_iter()
                .map(|(name, _)| name)
                .chain(mentioned)
                .collect(),
        };
        self.edit_table(&table, |table| {
            table.statistics.push(statistics);
            table.sort_parts();
        });
        Ok(())
    }
}

fn ordered_kinds(kinds: &[String]) -> Vec<&'static str> {
    ["ndistinct", "dependencies", "mcv"]
        .into_iter()
        .filter(|known| kinds.iter().any(|kind| kind == known))
        .collect()
}
