//! Tables: create, drop, rename, comment.

use std::rc::Rc;

use super::super::evaluate::{Args, Enrichment, Evaluator, Mode, Run, Sent};
use super::super::library::{Parts, table_options};
use super::super::sqlalchemy::quote::{quote, table as table_name};
use super::super::sqlalchemy::schema::{Metadata, Table};
use super::super::sqlalchemy::types::Family;
use super::super::traced::Traced;
use super::super::value::{Known, Unknown, Value};
use super::{Call, Done, alter_table, wrong_call};
use crate::operation::QualifiedName;
use crate::schema::ObjectName;
use crate::text::Span;

impl Evaluator<'_> {
    /// `op.create_table(name, …)`; gives the table.
    pub(super) fn op_create_table(&mut self, call: Call<'_>) -> Run<Value> {
        let args = call.args;
        let made = read_table(args).and_then(|table| {
            let if_not_exists = args.flag("if_not_exists")?.unwrap_or(false);
            Ok((table, if_not_exists))
        });
        let (table, if_not_exists) = match made {
            Ok(made) => made,
            Err(unknown) => {
                self.emit_unknown(args.span, &unknown, Sent::default())?;
                return Ok(Value::Unknown(Unknown::data(&unknown.reason)));
            }
        };
        let table = Rc::new(table.adopted());
        self.create_table(&table, if_not_exists, args.span)?;
        Ok(Value::Table(table))
    }

    /// A table with its types, indexes and comments, as Alembic and SQLAlchemy create it.
    pub fn create_table(&mut self, table: &Rc<Table>, if_not_exists: bool, span: Span) -> Run<()> {
        let rendered = self.ddl().create_table(table, if_not_exists);
        // Nothing of it is sent if the table itself cannot be rendered.
        let sql = match rendered {
            Ok(sql) => sql,
            Err(trouble) => return self.settle(trouble, span, Sent::default()),
        };
        self.create_types_of(table, span)?;
        self.emit_with_columns(sql, span, &table.columns);
        self.create_spatial_indexes(table, span);
        for index in self.ddl().indexes_of(table) {
            self.emit_rendered(index, span, Sent::default(), Enrichment::None)?;
        }
        if let Some(comment) = &table.comment {
            let sql = self.ddl().table_comment(table, Some(comment));
            self.emit(sql, span, Sent::default(), Enrichment::None);
        }
        for column in &table.columns {
            if let Some(comment) = &column.comment {
                let on = table_name(table.schema.as_deref(), &table.name);
                let sql = self.ddl().column_comment(&on, &column.name, Some(comment));
                let place = if column.span.is_empty() {
                    span
                } else {
                    column.span
                };
                self.emit(sql, place, Sent::default(), Enrichment::None);
            }
        }
        Ok(())
    }

    /// The indexes that GeoAlchemy2 makes when it is told that a table was created; without a connection it cannot.
    fn create_spatial_indexes(&mut self, table: &Table, span: Span) {
        let spatial = table.columns.iter().filter(|column| {
            self.mode == Mode::Online && column.data_type.family() == Family::Indexed
        });
        let made: Vec<Traced> = spatial
            .map(|column| {
                let mut sql = Traced::plain("CREATE INDEX ");
                let name = format!("idx_{}_{}", table.name.text, column.name.text);
                sql.push(&quote(&Traced::plain(name)));
                sql.push_str(" ON ");
                sql.push(&table_name(table.schema.as_deref(), &table.name));
                sql.push_str(" USING gist (");
                sql.push(&quote(&column.name));
                sql.push_str(")");
                sql
            })
            .collect();
        for sql in made {
            self.emit(sql, span, Sent::default(), Enrichment::None);
        }
    }

    /// `op.drop_table(name)`.
    pub(super) fn op_drop_table(&mut self, call: Call<'_>) -> Done {
        let table = call.table(0, "table_name")?;
        let if_exists = call.args.flag("if_exists")?.unwrap_or(false);
        self.emit(
            drop_table(&table, if_exists),
            call.args.span,
            Sent::default(),
            Enrichment::None,
        );
        Ok(())
    }

    /// `op.rename_table(old, new)`.
    pub(super) fn op_rename_table(&mut self, call: Call<'_>) -> Done {
        let table = call.table(0, "old_table_name")?;
        let Some(new) = call.args.text(1, "new_table_name")? else {
            return Err(wrong_call(
                "rename_table() missing 1 required argument: 'new_table_name'",
            ));
        };
        let mut sql = alter_table(&table);
        sql.push_str(" RENAME TO ");
        sql.push(&quote(&new));
        self.emit(sql, call.args.span, Sent::default(), Enrichment::None);
        Ok(())
    }

    /// `op.create_table_comment(table, comment)`, `op.drop_table_comment(table)`.
    pub(super) fn op_table_comment(&mut self, call: Call<'_>, sets: bool) -> Done {
        let table = call.table(0, "table_name")?;
        let comment = match call.at(1, 0, "comment").filter(|_| sets) {
            Some(arg) if !matches!(arg.value, Value::None) => Some(arg.text()?),
            _ => None,
        };
        let sql = self.ddl().table_comment(&table, comment.as_deref());
        self.emit(sql, call.args.span, Sent::default(), Enrichment::None);
        Ok(())
    }

    /// `table.create(bind)`, `table.drop(bind)`.
    pub fn create_or_drop_table(
        &mut self,
        table: &Rc<Table>,
        create: bool,
        args: &Args,
    ) -> Run<()> {
        if let Some(unknown) = &table.reflected {
            return self.emit_unknown(args.span, unknown, Sent::default());
        }
        let checks = match args.get(1, "checkfirst") {
            Some(arg) => arg.value.truth().unwrap_or(true),
            None => true,
        };
        if checks && self.mode == Mode::Online {
            let schema = table
                .schema
                .as_ref()
                .map_or("public", |name| name.text.as_str());
            let key = ObjectName::new(schema, table.name.text.as_str());
            let exists = self.catalog.schema().tables.contains_key(&key);
            let known = exists || self.catalog.schema().unknown_steps == 0;
            if known && exists == create && (create || self.is_closed()) {
                return Ok(());
            }
        }
        if create {
            self.create_table(table, false, args.span)
        } else {
            self.emit(
                drop_table(table, false),
                args.span,
                Sent::default(),
                Enrichment::None,
            );
            self.drop_types_of(table, args.span)
        }
    }

    /// `metadata.create_all(bind)` and its kin.
    pub fn metadata_method(
        &mut self,
        metadata: &Rc<Metadata>,
        name: &str,
        args: &Args,
    ) -> Run<Value> {
        let chosen = match args.get(1, "tables").map(|arg| arg.value.items()) {
            None => metadata.tables.borrow().clone(),
            Some(Ok(items)) => items
                .into_iter()
                .filter_map(|item| match item {
                    Value::Table(table) => Some(table),
                    _ => None,
                })
                .collect(),
            Some(Err(unknown)) => {
                self.emit_unknown(args.span, &unknown, Sent::default())?;
                return Ok(Value::None);
            }
        };
        let rest = Args {
            positional: args.positional.iter().take(1).cloned().collect(),
            keywords: args
                .keywords
                .iter()
                .filter(|(name, _)| name == "checkfirst")
                .cloned()
                .collect(),
            ..Args::none(args.span)
        };
        match name {
            "create_all" => {
                for table in &chosen {
                    self.create_or_drop_table(table, true, &rest)?;
                }
            }
            "drop_all" => {
                for table in chosen.iter().rev() {
                    self.create_or_drop_table(table, false, &rest)?;
                }
            }
            "reflect" => self.reflect(metadata),
            _ => {
                return Ok(Value::unknown(format!(
                    "is made by `{name}` of metadata, which is not read"
                )));
            }
        }
        Ok(Value::None)
    }

    /// The tables that exist now, as far as they are known, become tables of the metadata.
    fn reflect(&self, metadata: &Metadata) {
        let schema = metadata.schema.as_ref().map(|name| name.text.as_str());
        let names: Vec<String> = self
            .catalog
            .schema()
            .tables
            .keys()
            .filter(|key| key.schema == schema.unwrap_or("public"))
            .map(|key| key.name.clone())
            .collect();
        let mut tables = metadata.tables.borrow_mut();
        for name in names {
            if tables.iter().any(|known| known.name.text == name) {
                continue;
            }
            if let Ok(columns) = self.reflected_columns(schema, &name) {
                let table = Table {
                    columns,
                    ..Table::named(metadata.schema.clone(), Rc::new(Traced::plain(name)))
                };
                tables.push(Rc::new(table.adopted()));
            }
        }
    }

    /// Whether everything that exists was made by a step that was read.
    pub(super) fn is_closed(&self) -> bool {
        let schema = self.catalog.schema();
        schema.world == crate::schema::World::Closed && schema.unknown_steps == 0
    }
}

fn read_table(args: &Args) -> Known<Table> {
    if let Some(unknown) = &args.doubt {
        return Err(unknown.clone());
    }
    let Some(name) = args.text(0, "table_name")? else {
        return Err(Unknown::data("creates a table without a name"));
    };
    let parts = Parts::read(args.positional.iter().skip(1))?;
    Ok(Table {
        columns: parts.columns,
        constraints: parts.constraints,
        indexes: parts.indexes,
        comment: args.text_option("comment")?,
        prefixes: args.texts(usize::MAX, "prefixes")?,
        options: table_options(args)?,
        ..Table::named(args.text_option("schema")?, name)
    })
}

fn drop_table(table: &Table, if_exists: bool) -> Traced {
    let mut sql = Traced::plain("DROP TABLE ");
    if if_exists {
        sql.push_str("IF EXISTS ");
    }
    sql.push(&table_name(table.schema.as_deref(), &table.name));
    sql
}

/// A table's name as operations have it.
pub(super) fn qualified(table: &Table) -> QualifiedName {
    QualifiedName {
        schema: table.schema.as_ref().map(|schema| schema.text.clone()),
        name: table.name.text.clone(),
    }
}
