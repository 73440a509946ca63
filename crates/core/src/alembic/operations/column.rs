//! Columns: add, drop, alter.

use std::rc::Rc;

use super::super::evaluate::Evaluator;
use super::super::evaluate::{Enrichment, Sent};
use super::super::sqlalchemy::ddl::identity_clause;
use super::super::sqlalchemy::quote::{quote, table as table_name};
use super::super::sqlalchemy::schema::{Column, Sequence, ServerDefault, Table};
use super::super::sqlalchemy::types::SqlType;
use super::super::traced::Traced;
use super::super::value::{Unknown, Value};
use super::{Call, Done, Stopped, alter_table, wrong_call};
use crate::text::Span;

impl Evaluator<'_> {
    /// `op.add_column(table, column)`.
    pub(super) fn op_add_column(&mut self, call: Call<'_>) -> Done {
        let Some(arg) = call.at(1, 0, "column") else {
            return Err(wrong_call(
                "add_column() missing 1 required argument: 'column'",
            ));
        };
        let column = match &arg.value {
            Value::Column(column) => column.clone(),
            Value::Unknown(unknown) => return Err(unknown.clone().into()),
            _ => return Err(Unknown::data("adds a column that is not read").into()),
        };
        let mut table = call.table(0, "table_name")?;
        table.columns = vec![column.clone()];
        let if_not_exists = call.args.flag("if_not_exists")?.unwrap_or(false);
        let span = call.args.span;
        let mut sql = alter_table(&table);
        sql.push_str(" ADD COLUMN ");
        if if_not_exists {
            sql.push_str("IF NOT EXISTS ");
        }
        let definition = self.ddl().lone_column(&column, &table)?;
        sql.push(&definition);
        if call.args.flag("inline_primary_key")?.unwrap_or(false) && column.primary_key {
            sql.push_str(" PRIMARY KEY");
        }
        let inline = call.args.flag("inline_references")?.unwrap_or(false);
        let reference = self.ddl().inline_reference(&table).filter(|_| inline);
        let additions = match reference {
            Some(reference) => {
                sql.push(&reference?);
                self.ddl().additions_but_reference(&table)
            }
            None => self.ddl().additions_of(&table),
        };
        let columns = [column.clone()];
        self.emit_with_columns(sql, span, &columns);
        for addition in additions {
            self.emit_rendered(addition, span, Sent::default(), Enrichment::None)?;
        }
        if let Some(comment) = &column.comment {
            let on = table_name(table.schema.as_deref(), &table.name);
            let sql = self.ddl().column_comment(&on, &column.name, Some(comment));
            self.emit(sql, span, Sent::default(), Enrichment::None);
        }
        Ok(())
    }

    /// `op.drop_column(table, column)`.
    pub(super) fn op_drop_column(&mut self, call: Call<'_>) -> Done {
        let table = call.table(0, "table_name")?;
        let column = column_name(&call)?;
        let mut sql = alter_table(&table);
        sql.push_str(" DROP COLUMN ");
        if call.args.flag("if_exists")?.unwrap_or(false) {
            sql.push_str("IF EXISTS ");
        }
        sql.push(&quote(&column));
        self.emit(sql, call.args.span, Sent::default(), Enrichment::None);
        Ok(())
    }

    /// `op.alter_column(table, column, …)`: one statement for each thing that changes, in Alembic's order.
    pub(super) fn op_alter_column(&mut self, call: Call<'_>) -> Done {
        let args = call.args;
        if let Some(unknown) = &args.doubt {
            return Err(unknown.clone().into());
        }
        let table = call.table(0, "table_name")?;
        let column = column_name(&call)?;
        let alter = {
            let mut sql = alter_table(&table);
            sql.push_str(" ALTER COLUMN ");
            sql.push(&quote(&column));
            sql
        };
        let new_type = match args.option("type_") {
            Some(arg) => Some(self.as_type(&arg.value.clone(), arg.span)?),
            None => None,
        };
        let using = args.text_option("postgresql_using")?;
        let existing = match args.option("existing_type") {
            Some(arg) => Some(self.as_type(&arg.value.clone(), arg.span)?),
            None => None,
        };
        if let (Some(existing), Some(_)) = (existing, &new_type) {
            self.drop_type_check(&table, &column, existing, args.span)?;
        }
        if let Some(new_type) = &new_type {
            let mut sql = alter.clone();
            sql.push_str(" TYPE ");
            sql.push(&new_type.render_for_column()?);
            sql.push_str(" ");
            if let Some(using) = &using {
                sql.push_str("USING ");
                sql.push(using);
            }
            self.emit_retyping(sql, args.span, &column, new_type);
        } else if using.is_some() {
            return Err(super::super::sqlalchemy::Trouble::refused(
                "postgresql_using must be used with the type_ parameter",
            )
            .into());
        }
        if let Some(arg) = args.option("nullable") {
            let mut sql = alter.clone();
            let word = if arg.value.truth()? {
                " DROP NOT NULL"
            } else {
                " SET NOT NULL"
            };
            sql.push_made(word, arg.span);
            self.emit(sql, args.span, Sent::default(), Enrichment::None);
        }
        self.alter_default(&call, &alter)?;
        if let Some(arg) = args.keyword("comment") {
            let comment = match &arg.value {
                Value::Bool(false) => None,
                Value::None => Some(None),
                _ => Some(Some(arg.text()?)),
            };
            if let Some(comment) = comment {
                let on = super::dotted(&table);
                let sql = self.ddl().column_comment(&on, &column, comment.as_deref());
                self.emit(sql, args.span, Sent::default(), Enrichment::None);
            }
        }
        if let Some(new_name) = args.text_option("new_column_name")? {
            let mut sql = alter_table(&table);
            sql.push_str(" RENAME ");
            sql.push(&quote(&column));
            sql.push_str(" TO ");
            sql.push(&quote(&new_name));
            self.emit(sql, args.span, Sent::default(), Enrichment::None);
        }
        if let Some(new_type) = new_type {
            self.add_type_check(table, column, new_type, args.span)?;
        }
        Ok(())
    }

    fn alter_default(&mut self, call: &Call<'_>, alter: &Traced) -> Done {
        let args = call.args;
        let Some(arg) = args.keyword("server_default") else {
            return Ok(());
        };
        let existing = args.option("existing_server_default").map(|arg| &arg.value);
        let was_identity = match existing {
            Some(Value::Sequence(identity)) => Some(identity.clone()),
            _ => None,
        };
        let computed = |value: &Value| matches!(value, Value::Computed(_));
        if computed(&arg.value) || existing.is_some_and(computed) {
            return Err(super::super::sqlalchemy::Trouble::refused(
                "Adding or removing a \"computed\" construct to or from an existing column is not supported",
            )
            .into());
        }
        let mut sql = alter.clone();
        match (&arg.value, was_identity) {
            (Value::Bool(false), _) => return Ok(()),
            (Value::None, Some(_)) => sql.push_made(" DROP IDENTITY", arg.span),
            (Value::Sequence(identity), None) => {
                sql.push_made(&format!(" ADD {}", identity_clause(identity)), arg.span);
            }
            (Value::Sequence(identity), Some(before)) => {
                sql.push_made(
                    &format!(" {}", altered_identity(&before, identity)),
                    arg.span,
                );
            }
            (Value::None, None) => sql.push_made(" DROP DEFAULT", arg.span),
            _ => {
                let default: ServerDefault = self.server_default(arg)?;
                sql.push_str(" SET DEFAULT ");
                let rendered = default.render(self.literals())?;
                sql.push(&rendered);
            }
        }
        self.emit(sql, args.span, Sent::default(), Enrichment::None);
        Ok(())
    }

    /// The check of an enum that is no type of its own goes before its column changes its type.
    fn drop_type_check(
        &mut self,
        table: &Table,
        column: &Rc<Traced>,
        existing: SqlType,
        span: Span,
    ) -> Done {
        let before = with_column(table.clone(), column, existing, span);
        for constraint in self.ddl().type_checks_of(&before) {
            let sql = self.ddl().drop_constraint(&constraint, &before, false);
            self.emit_rendered(sql, span, Sent::default(), Enrichment::None)?;
        }
        Ok(())
    }

    fn add_type_check(
        &mut self,
        table: Table,
        column: Rc<Traced>,
        new: SqlType,
        span: Span,
    ) -> Done {
        let after = with_column(table, &column, new, span);
        for addition in self.ddl().additions_of(&after) {
            self.emit_rendered(addition, span, Sent::default(), Enrichment::None)?;
        }
        Ok(())
    }
}

fn with_column(mut table: Table, name: &Rc<Traced>, data_type: SqlType, span: Span) -> Table {
    table.columns = vec![Rc::new(Column {
        name: name.clone(),
        ..super::super::library::blank_column(data_type, span)
    })];
    table
}

fn column_name(call: &Call<'_>) -> Result<Rc<Traced>, Stopped> {
    match call.at(1, 0, "column_name") {
        Some(arg) => Ok(arg.text()?),
        None => Err(wrong_call("missing 1 required argument: 'column_name'")),
    }
}

/// `SET GENERATED …`, `SET INCREMENT BY …` for what differs, in alphabetical order of SQLAlchemy's attributes.
fn altered_identity(before: &Sequence, after: &Sequence) -> String {
    let mut parts = Vec::new();
    if before.always != after.always {
        let kind = if after.always { "ALWAYS" } else { "BY DEFAULT" };
        parts.push(format!("SET GENERATED {kind} "));
    }
    let only = |sequence: Sequence| {
        let options = super::super::sqlalchemy::ddl::sequence_options(&sequence);
        format!("SET {options} ")
    };
    let blank = Sequence::default;
    if before.cache != after.cache {
        parts.push(only(Sequence {
            cache: after.cache,
            ..blank()
        }));
    }
    if before.cycle != after.cycle {
        parts.push(only(Sequence {
            cycle: after.cycle,
            ..blank()
        }));
    }
    if before.increment != after.increment {
        parts.push(only(Sequence {
            increment: after.increment,
            ..blank()
        }));
    }
    if before.max != after.max {
        parts.push(only(Sequence {
            max: after.max,
            ..blank()
        }));
    }
    if before.min != after.min {
        parts.push(only(Sequence {
            min: after.min,
            ..blank()
        }));
    }
    if before.start != after.start {
        parts.push(only(Sequence {
            start: after.start,
            ..blank()
        }));
    }
    parts.concat()
}
