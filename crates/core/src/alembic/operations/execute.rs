//! `op.execute`, `bind.execute`, `op.bulk_insert`.

use std::rc::Rc;

use super::super::evaluate::{Args, Enrichment, Evaluator, Interrupt, Mode, Run, Sent};
use super::super::library::{Parameters, ROWS, as_table, assignments};
use super::super::sqlalchemy::bind::Bind;
use super::super::sqlalchemy::dml::{Insert, Statement};
use super::super::sqlalchemy::expression::{Expr, TextClause};
use super::super::sqlalchemy::schema::Table;
use super::super::sqlalchemy::select::Select;
use super::super::traced::Traced;
use super::super::value::{Handle, Known, Unknown, Value};
use super::Done;
use crate::text::Span;

/// How many rows of `execute(statement, rows)` are shown as statements of their own.
const MOST_ROWS: usize = 20;

type Row = Vec<(Rc<Traced>, Rc<Expr>)>;

impl Evaluator<'_> {
    /// Executes a value; gives what the call gives.
    pub fn execute(&mut self, value: &Value, parameters: Parameters, span: Span) -> Run<Value> {
        match value {
            Value::Str(text) => {
                let clause = TextClause {
                    text: Rc::new(located(text, span)),
                    parameters: Vec::new(),
                };
                self.execute_text(&clause, parameters, span)?;
            }
            Value::Expr(expression) => match expression.as_ref() {
                Expr::Text(clause) => self.execute_text(clause, parameters, span)?,
                _ => {
                    let select = Statement::Select(Box::new(Select {
                        columns: vec![expression.clone()],
                        ..Select::default()
                    }));
                    self.execute_statement(&select, parameters, span)?;
                }
            },
            Value::Statement(statement) => self.execute_statement(statement, parameters, span)?,
            Value::Unknown(unknown) => {
                let sent = Sent::default();
                self.emit_unknown(span, unknown, sent)?;
            }
            _ => self.emit_unread(span, "executes something that is not read")?,
        }
        Ok(match self.mode {
            Mode::Offline => Value::Handle(Handle::NoResult),
            Mode::Online => Value::unknown(ROWS),
        })
    }

    fn execute_text(&mut self, clause: &TextClause, parameters: Parameters, span: Span) -> Run<()> {
        let binds = |values: Vec<(String, Value)>| -> Vec<Bind> {
            let values = values.into_iter();
            values
                .map(|(name, value)| Bind::value(name, value))
                .collect()
        };
        match parameters {
            Parameters::None => self.send_text(clause, span),
            Parameters::Named(values) => self.send_text(&clause.with(binds(values)), span),
            Parameters::Rows(rows) if rows.len() <= MOST_ROWS => {
                for row in rows {
                    self.send_text(&clause.with(binds(row)), span)?;
                }
                Ok(())
            }
            Parameters::Rows(_) => {
                let clause = self.with_unknown(clause, &Unknown::data("is one of many rows"));
                self.many_times(|this| this.send_text(&clause, span))
            }
            Parameters::Unknown(unknown) => {
                let clause = self.with_unknown(clause, &unknown);
                self.send_text(&clause, span)
            }
        }
    }

    fn with_unknown(&self, clause: &TextClause, unknown: &Unknown) -> TextClause {
        let names = clause.names().into_iter();
        let binds = names.map(|name| Bind::value(name, Value::Unknown(unknown.clone())));
        clause.with(binds.collect())
    }

    fn send_text(&mut self, clause: &TextClause, span: Span) -> Run<()> {
        match clause.sql(self.literals()) {
            Ok(sql) => {
                self.emit_script(sql, span);
                Ok(())
            }
            Err(trouble) => {
                let only_data =
                    super::super::sqlalchemy::dml::starts_with_data_word(&clause.text.text);
                let sent = Sent {
                    only_data,
                    ..Sent::default()
                };
                self.settle(trouble, span, sent)
            }
        }
    }

    fn execute_statement(
        &mut self,
        statement: &Statement,
        parameters: Parameters,
        span: Span,
    ) -> Run<()> {
        let sent = Sent {
            only_data: statement.only_data(),
            ..Sent::default()
        };
        let with_rows = match (statement, parameters) {
            (Statement::Text(clause), parameters) => {
                return self.execute_text(clause, parameters, span);
            }
            (Statement::Plain(text), _) => {
                let text = located(text, span);
                self.emit_script(text, span);
                return Ok(());
            }
            (Statement::Insert(insert), Parameters::Named(row)) if insert.rows.is_empty() => {
                inserted(insert, vec![row])
            }
            (Statement::Insert(insert), Parameters::Rows(rows)) if insert.rows.is_empty() => {
                inserted(insert, rows)
            }
            (Statement::Insert(insert), Parameters::Unknown(_)) if insert.rows.is_empty() => {
                let table = insert.table.clone();
                return self.insert_unknown(&table, span);
            }
            _ => Ok(statement.clone()),
        };
        match with_rows {
            Ok(statement) => {
                let sql = statement.sql(self.literals());
                self.emit_rendered(sql, span, sent, Enrichment::None)
            }
            Err(unknown) => self.emit_unknown(span, &unknown, sent),
        }
    }

    /// `op.bulk_insert(table, rows)`: printed row by row, run as one statement.
    pub(super) fn op_bulk_insert(&mut self, args: &Args) -> Done {
        let Some(table) = args.get(0, "table") else {
            return Err(super::wrong_call(
                "bulk_insert() missing 1 required argument: 'table'",
            ));
        };
        let table = as_table(&table.value)?;
        let rows = match args.get(1, "rows").map(|arg| self.members(&arg.value)) {
            Some(Ok(rows)) => rows,
            Some(Err(_)) if !table.columns.is_empty() => {
                self.insert_unknown(&table, args.span)?;
                return Ok(());
            }
            Some(Err(unknown)) => {
                let sent = Sent {
                    only_data: true,
                    ..Sent::default()
                };
                self.emit_unknown(args.span, &unknown, sent)?;
                return Ok(());
            }
            None => {
                return Err(super::wrong_call(
                    "bulk_insert() missing 1 required argument: 'rows'",
                ));
            }
        };
        let read: Known<Vec<Row>> = rows
            .into_iter()
            .map(|row| {
                let mut row = assignments(&table, &Args::one(row, args.span))?;
                super::super::library::in_table_order(&table, &mut row);
                Ok(row)
            })
            .collect();
        let rows = read?;
        if rows.is_empty() {
            return Ok(());
        }
        let literals = self.literals();
        if self.mode == Mode::Offline {
            for row in &rows {
                let sql = insert_of(&table, vec![row.clone()]).sql(literals)?;
                self.print_statement(&sql.text);
            }
        }
        let sql = insert_of(&table, rows).sql(literals)?;
        self.emit_unprinted(sql, args.span);
        Ok(())
    }

    /// Runs something that happens once for each of many.
    pub fn many_times(&mut self, run: impl FnOnce(&mut Self) -> Run<()>) -> Run<()> {
        match self.in_unknown_rounds(run) {
            Err(Interrupt::Raise(_)) | Ok(()) => Ok(()),
            Err(Interrupt::Limit) => Err(Interrupt::Limit),
        }
    }
}

fn insert_of(table: &Rc<Table>, rows: Vec<Row>) -> Statement {
    Statement::Insert(Insert {
        table: table.clone(),
        rows,
        from_select: None,
        on_conflict: None,
        returning: Vec::new(),
        unknown: None,
    })
}

/// An insert with the rows it is executed with.
fn inserted(insert: &Insert, rows: Vec<Vec<(String, Value)>>) -> Known<Statement> {
    let rows = rows.into_iter().map(|row| {
        let args = Args {
            keywords: row
                .into_iter()
                .map(|(name, value)| {
                    let arg = super::super::evaluate::Arg {
                        value,
                        span: Span::default(),
                    };
                    (name, arg)
                })
                .collect(),
            ..Args::none(Span::default())
        };
        let mut row = assignments(&insert.table, &args)?;
        super::super::library::in_table_order(&insert.table, &mut row);
        Ok(row)
    });
    let rows: Known<Vec<Row>> = rows.collect();
    Ok(Statement::Insert(Insert {
        rows: rows?,
        ..insert.clone()
    }))
}

/// Text that is at least known to come from the call.
fn located(text: &Rc<Traced>, span: Span) -> Traced {
    let mut text = text.as_ref().clone();
    if text.origins.is_empty() {
        text.mark(0, span);
    }
    text
}
