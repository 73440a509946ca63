//! Enums and domains: when they are created and dropped.

use std::rc::Rc;

use super::super::evaluate::{Args, Enrichment, Evaluator, Mode, Run, Sent};
use super::super::sqlalchemy::Rendered;
use super::super::sqlalchemy::quote::table as table_name;
use super::super::sqlalchemy::schema::Table;
use super::super::sqlalchemy::types::{EnumType, Kind, SqlType};
use super::super::traced::Traced;
use super::super::value::{Known, Value};
use crate::schema::ObjectName;
use crate::text::Span;

impl Evaluator<'_> {
    /// `type.create(bind)`, `type.drop(bind)`.
    pub fn create_or_drop_type(
        &mut self,
        data_type: &SqlType,
        create: bool,
        checks: Known<bool>,
        span: Span,
    ) -> Run<()> {
        let literals = self.literals();
        let (name, schema, rendered): (_, _, Rendered) = match &data_type.kind {
            Kind::Enum(enumeration) if enumeration.native => (
                enumeration.name.clone(),
                enumeration.schema.clone(),
                if create {
                    enumeration.create_sql(literals)
                } else {
                    enumeration.drop_sql()
                },
            ),
            Kind::Domain(domain) => (
                Some(domain.name.clone()),
                domain.schema.clone(),
                if create {
                    domain.create_sql(literals)
                } else {
                    domain.drop_sql()
                },
            ),
            Kind::Unknown(unknown) => {
                let unknown = unknown.clone();
                return self.emit_unknown(span, &unknown, Sent::default());
            }
            // Other types have nothing to create.
            _ => return Ok(()),
        };
        if checks.unwrap_or(true)
            && self.mode == Mode::Online
            && self.already(name.as_ref(), schema.as_ref(), create)
        {
            return Ok(());
        }
        self.emit_rendered(rendered, span, Sent::default(), Enrichment::None)
    }

    /// Whether the type is known to exist (or not to), so that `checkfirst` does nothing.
    fn already(
        &self,
        name: Option<&Rc<Traced>>,
        schema: Option<&Rc<Traced>>,
        exists: bool,
    ) -> bool {
        let Some(name) = name else { return false };
        let schema = schema.map_or("public", |schema| schema.text.as_str());
        let key = ObjectName::new(schema, name.text.as_str());
        let there = self.catalog.schema().types.contains_key(&key);
        // Either way the type is there (or gone) afterwards; only what is certain is left out.
        if exists {
            there && self.catalog.schema().unknown_steps == 0
        } else {
            !there && self.is_closed()
        }
    }

    /// Types that a table creates before itself.
    pub(super) fn create_types_of(&mut self, table: &Rc<Table>, span: Span) -> Run<()> {
        for (enumeration, place) in owned_enums(table) {
            if !self.meets(&enumeration) {
                continue;
            }
            let rendered = enumeration.create_sql(self.literals());
            let sent = Sent {
                implicit: true,
                ..Sent::default()
            };
            let place = if place.is_empty() { span } else { place };
            self.emit_rendered(rendered, place, sent, Enrichment::None)?;
        }
        for column in &table.columns {
            if let Kind::Domain(domain) = &column.data_type.kind
                && domain.create_type
            {
                let rendered = domain.create_sql(self.literals());
                let sent = Sent {
                    implicit: true,
                    ..Sent::default()
                };
                self.emit_rendered(rendered, span, sent, Enrichment::None)?;
            }
        }
        Ok(())
    }

    /// Types that a table drops after itself.
    pub(super) fn drop_types_of(&mut self, table: &Rc<Table>, span: Span) -> Run<()> {
        for (enumeration, _) in owned_enums(table) {
            if !self.meets(&enumeration) {
                continue;
            }
            let sent = Sent {
                implicit: true,
                ..Sent::default()
            };
            self.emit_rendered(enumeration.drop_sql(), span, sent, Enrichment::None)?;
        }
        Ok(())
    }

    /// Notes an enum; whether it was not met before in this run.
    fn meets(&mut self, enumeration: &EnumType) -> bool {
        let text = |name: &Rc<Traced>| name.text.clone();
        let schema = enumeration.schema.as_ref().map(text);
        let name = enumeration.name.as_ref().map(text).unwrap_or_default();
        self.enums_met.insert((schema, name))
    }

    /// `index.create(bind)`, `sequence.drop(bind)`, ….
    pub fn construct_method(&mut self, construct: &Value, name: &str, args: &Args) -> Run<Value> {
        let rendered: Rendered = match (construct, name) {
            (Value::Sequence(sequence), "create") => match &sequence.name {
                Some(own) => super::super::sqlalchemy::ddl::create_sequence(sequence, own, false),
                None => return Ok(Value::None),
            },
            (Value::Sequence(sequence), "drop") => match &sequence.name {
                Some(own) => {
                    let mut sql = Traced::plain("DROP SEQUENCE ");
                    sql.push(&table_name(sequence.schema.as_deref(), own));
                    Ok(sql)
                }
                None => return Ok(Value::None),
            },
            (Value::Sequence(sequence), "next_value") => {
                let Some(own) = &sequence.name else {
                    return Ok(Value::None);
                };
                let own = table_name(sequence.schema.as_deref(), own);
                let text = format!("nextval('{}')", own.text.replace('\'', "''"));
                let expression = super::super::sqlalchemy::expression::Expr::Verbatim(Rc::new(
                    Traced::plain(text),
                ));
                return Ok(Value::Expr(Rc::new(expression)));
            }
            (_, "create" | "drop") => {
                self.emit_unread(
                    args.span,
                    "creates or drops an object of a table that is not read",
                )?;
                return Ok(Value::None);
            }
            _ => {
                return Ok(Value::unknown(format!(
                    "is made by `{name}`, which is not read"
                )));
            }
        };
        self.emit_rendered(rendered, args.span, Sent::default(), Enrichment::None)?;
        Ok(Value::None)
    }
}

/// The enums that belong to a table, in the order of its columns.
fn owned_enums(table: &Table) -> Vec<(EnumType, Span)> {
    let columns = table.columns.iter();
    let enums = columns.filter_map(|column| {
        let enumeration = column.data_type.enumeration()?;
        let owned = enumeration.native && enumeration.create_type && !enumeration.has_metadata;
        owned.then(|| {
            let own = enumeration.within(table.schema.as_ref());
            (own, column.data_type.span)
        })
    });
    enums.collect()
}
