//! Indexes: create and drop.

use std::rc::Rc;

use super::super::evaluate::{Arg, Enrichment, Evaluator, Sent};
use super::super::library::{index_key, index_options};
use super::super::sqlalchemy::schema::{Index, IndexKey, IndexOptions, Table};
use super::super::traced::Traced;
use super::super::value::{Known, Value};
use super::{Call, Done, wrong_call};

impl Evaluator<'_> {
    /// `op.create_index(name, table, columns)`.
    pub(super) fn op_create_index(&mut self, call: Call<'_>) -> Done {
        let args = call.args;
        let table = call.table(1, "table_name")?;
        let Some(columns) = call.at(2, 1, "columns") else {
            return Err(wrong_call(
                "create_index() missing 1 required argument: 'columns'",
            ));
        };
        let index = Index {
            name: args.text(0, "index_name")?,
            keys: keys(columns)?,
            unique: args.flag("unique")?.unwrap_or(false),
            options: index_options(args)?,
            span: args.span,
        };
        let if_not_exists = args.flag("if_not_exists")?.unwrap_or(false);
        let sql = self.ddl().create_index(&index, &table, if_not_exists)?;
        self.emit(sql, args.span, Sent::default(), Enrichment::None);
        Ok(())
    }

    /// `op.drop_index(name, table_name=…)`.
    pub(super) fn op_drop_index(&mut self, call: Call<'_>) -> Done {
        let args = call.args;
        let (table, given) = match call.table_name(1, "table_name") {
            Ok(name) => (name, true),
            Err(_) if args.given(1, "table_name").is_none() && args.doubt.is_none() => {
                (Rc::new(Traced::plain("no_table")), false)
            }
            Err(unknown) => return Err(unknown.into()),
        };
        let table = Table::named(call.schema("schema")?, table);
        let index = Index {
            name: args.text(0, "index_name")?,
            options: IndexOptions {
                concurrently: args.flag("postgresql_concurrently")?.unwrap_or(false),
                ..IndexOptions::default()
            },
            ..Index::default()
        };
        let if_exists = args.flag("if_exists")?.unwrap_or(false);
        let sql = self.ddl().drop_index(&index, &table, if_exists)?;
        let hint = super::table::qualified(&table);
        let enrichment = if given {
            Enrichment::Table(&hint)
        } else {
            Enrichment::None
        };
        self.emit(sql, args.span, Sent::default(), enrichment);
        Ok(())
    }
}

fn keys(columns: &Arg) -> Known<Vec<IndexKey>> {
    if let Value::Str(_) | Value::Column(_) | Value::Expr(_) = &columns.value {
        return Ok(vec![index_key(columns)?]);
    }
    let items = columns.value.items()?.into_iter();
    items
        .map(|value| {
            index_key(&Arg {
                value,
                span: columns.span,
            })
        })
        .collect()
}
