//! Constraints: create and drop.

use std::rc::Rc;

use super::super::evaluate::{Arg, Enrichment, Evaluator, Sent};
use super::super::library::{constraint_with, exclude_elements, sql_text};
use super::super::sqlalchemy::Trouble;
use super::super::sqlalchemy::expression::Expr;
use super::super::sqlalchemy::schema::{
    Constraint, ConstraintKind, Exclude, ForeignKey, Table, Target,
};
use super::super::traced::Traced;
use super::super::value::{Known, Unknown, Value};
use super::{Call, Done, Stopped, wrong_call};

impl Evaluator<'_> {
    /// `op.create_primary_key(name, table, columns)`.
    pub(super) fn op_create_primary_key(&mut self, call: Call<'_>) -> Done {
        let table = call.table(1, "table_name")?;
        let columns = columns(&call, 2, "columns")?;
        self.add(&call, &table, ConstraintKind::PrimaryKey { columns })
    }

    /// `op.create_unique_constraint(name, table, columns)`.
    pub(super) fn op_create_unique_constraint(&mut self, call: Call<'_>) -> Done {
        let table = call.table(1, "table_name")?;
        let columns = columns(&call, 2, "columns")?;
        let nulls_not_distinct = call.args.flag("postgresql_nulls_not_distinct")?;
        let kind = ConstraintKind::Unique {
            columns,
            nulls_not_distinct,
        };
        self.add(&call, &table, kind)
    }

    /// `op.create_check_constraint(name, table, condition)`.
    pub(super) fn op_create_check_constraint(&mut self, call: Call<'_>) -> Done {
        let table = call.table(1, "table_name")?;
        let Some(arg) = call.at(2, 1, "condition") else {
            return Err(wrong_call(
                "create_check_constraint() missing 1 required argument: 'condition'",
            ));
        };
        let condition = Rc::new(sql_text(arg)?);
        self.add(&call, &table, ConstraintKind::Check { condition })
    }

    /// `op.create_exclude_constraint(name, table, (column, operator), …)`.
    pub(super) fn op_create_exclude_constraint(&mut self, call: Call<'_>) -> Done {
        let table = call.table(1, "table_name")?;
        let skipped = if call.batch.is_some() { 1 } else { 2 };
        let elements: Vec<Arg> = call.args.positional.iter().skip(skipped).cloned().collect();
        let predicate = call.args.option("where").map(sql_text).transpose()?;
        let exclude = Exclude {
            elements: exclude_elements(&elements)?,
            using: call
                .args
                .text_option("using")?
                .unwrap_or_else(|| Rc::new(Traced::plain("gist"))),
            predicate: predicate.map(Rc::new),
        };
        self.add(&call, &table, ConstraintKind::Exclude(exclude))
    }

    /// `op.create_foreign_key(name, source, referent, local, remote)`.
    pub(super) fn op_create_foreign_key(&mut self, call: Call<'_>) -> Done {
        let args = call.args;
        if let Some(unknown) = &args.doubt {
            return Err(unknown.clone().into());
        }
        let table = Table::named(
            call.schema("source_schema")?,
            call.table_name(1, "source_table")?,
        );
        let Some(referent) = call.at(2, 1, "referent_table") else {
            return Err(wrong_call(
                "create_foreign_key() missing required arguments",
            ));
        };
        let key = ForeignKey {
            columns: columns(&call, 3, "local_cols")?,
            target: Target {
                schema: args.text_option("referent_schema")?,
                table: referent.text()?,
                columns: columns(&call, 4, "remote_cols")?,
            },
            on_delete: args.text_option("ondelete")?,
            on_update: args.text_option("onupdate")?,
            match_type: args.text_option("match")?,
        };
        self.add(&call, &table, ConstraintKind::ForeignKey(key))
    }

    fn add(&mut self, call: &Call<'_>, table: &Table, kind: ConstraintKind) -> Done {
        let mut constraint = constraint_with(kind, call.args)?;
        constraint.name = name(call)?;
        let sql = self.ddl().add_constraint(&constraint, table)?;
        self.emit(sql, call.args.span, Sent::default(), Enrichment::None);
        Ok(())
    }

    /// `op.drop_constraint(name, table, type_)`.
    pub(super) fn op_drop_constraint(&mut self, call: Call<'_>) -> Done {
        if let Some(unknown) = &call.args.doubt {
            return Err(unknown.clone().into());
        }
        let table = call.table(1, "table_name")?;
        let kind = match call.at(2, 1, "type_").map(|arg| &arg.value) {
            None | Some(Value::None) => None,
            Some(Value::Str(kind)) => Some(kind.text.clone()),
            Some(Value::Unknown(unknown)) => return Err(unknown.clone().into()),
            Some(_) => {
                return Err(Unknown::data("drops a constraint of a kind that is not read").into());
            }
        };
        let kind = match kind.as_deref() {
            Some("primary") => ConstraintKind::PrimaryKey {
                columns: Vec::new(),
            },
            Some("unique") => ConstraintKind::Unique {
                columns: Vec::new(),
                nulls_not_distinct: None,
            },
            Some("foreignkey") => ConstraintKind::ForeignKey(ForeignKey {
                columns: Vec::new(),
                target: Target {
                    schema: None,
                    table: Rc::default(),
                    columns: Vec::new(),
                },
                on_delete: None,
                on_update: None,
                match_type: None,
            }),
            Some("check") => ConstraintKind::Check {
                condition: Rc::new(Expr::text(Rc::default())),
            },
            // A plain `Constraint` matches no naming convention.
            None => ConstraintKind::Exclude(Exclude {
                elements: Vec::new(),
                using: Rc::default(),
                predicate: None,
            }),
            Some(other) => {
                return Err(wrong_call(format!(
                    "'type' can be one of 'check', 'foreignkey', 'primary', 'unique', None; not {other:?}"
                )));
            }
        };
        let constraint = Constraint {
            name: name(&call)?,
            kind,
            deferrable: None,
            initially: None,
            use_alter: false,
            not_valid: false,
            include: Vec::new(),
            span: call.args.span,
        };
        let if_exists = call.args.flag("if_exists")?.unwrap_or(false);
        let sql = self.ddl().drop_constraint(&constraint, &table, if_exists)?;
        self.emit(sql, call.args.span, Sent::default(), Enrichment::None);
        Ok(())
    }
}

/// The constraint's name; none where it is `None`.
fn name(call: &Call<'_>) -> Known<Option<Rc<Traced>>> {
    call.args.text(0, "constraint_name")
}

fn columns(call: &Call<'_>, index: usize, name: &str) -> Result<Vec<Rc<Traced>>, Stopped> {
    match call.at(index, 1, name) {
        Some(arg) => Ok(arg.texts()?),
        None => Err(Stopped::Trouble(Trouble::unknown(format!(
            "is an operation without `{name}`"
        )))),
    }
}
