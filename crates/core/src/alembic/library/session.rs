//! ORM sessions: queries become SQL where they can, objects become inserts.

use std::rc::Rc;

use super::super::evaluate::{Args, Evaluator, Mode, Run, model, raise};
use super::super::sqlalchemy::bind::Bind;
use super::super::sqlalchemy::dml::{Insert, Statement};
use super::super::sqlalchemy::expression::Expr;
use super::super::sqlalchemy::schema::Table;
use super::super::sqlalchemy::select::{From, Select};
use super::super::traced::Traced;
use super::super::value::{Handle, Session, Unknown, Value};
use super::handle::{Parameters, ROWS};
use super::statement::{as_table, assignments, delete, operands, update};
use crate::text::Span;

impl Evaluator<'_> {
    /// `Session(bind=bind)`, `sessionmaker(bind=bind)`.
    pub fn session(&mut self, name: &str, _args: &Args) -> Run<Value> {
        let session = Value::Handle(Handle::Session(Rc::new(Session::default())));
        if name == "Session" {
            return Ok(session);
        }
        // `sessionmaker()` gives a factory; a session that is called gives itself.
        Ok(Value::Method(Rc::new(super::super::value::Method {
            receiver: session,
            name: "<new>".to_owned(),
            span: Span::default(),
        })))
    }

    /// `session.name(…)`.
    pub fn session_method(&mut self, session: &Rc<Session>, name: &str, args: &Args) -> Run<Value> {
        let this = || Value::Handle(Handle::Session(session.clone()));
        let needs_connection = !matches!(name, "<new>" | "close" | "add" | "add_all");
        if self.mode == Mode::Offline && needs_connection {
            return raise(
                "AttributeError",
                "'MockConnection' object has no attribute 'close'",
            );
        }
        Ok(match name {
            "<new>" | "begin" | "begin_nested" | "configure" => this(),
            "execute" | "scalar" | "scalars" | "exec" => match args.positional.first() {
                Some(statement) => {
                    self.flush(session, args.span)?;
                    let statement = statement.value.clone();
                    let parameters = super::handle::parameters(args);
                    self.execute(&statement, parameters, args.span)?
                }
                None => Value::None,
            },
            "connection" | "get_bind" => Value::Handle(Handle::Bind),
            "query" => self.query(args),
            "add" | "merge" => {
                if let Some(arg) = args.positional.first() {
                    self.pend(session, arg.value.clone(), arg.span);
                }
                Value::None
            }
            "add_all" | "bulk_save_objects" => {
                if let Some(arg) = args.positional.first() {
                    match self.members(&arg.value) {
                        Ok(objects) => {
                            for object in objects {
                                self.pend(session, object, arg.span);
                            }
                        }
                        Err(unknown) => self.pend(session, Value::Unknown(unknown), arg.span),
                    }
                }
                Value::None
            }
            "flush" | "commit" => {
                self.flush(session, args.span)?;
                Value::None
            }
            "delete" => {
                let target = args.positional.first().map(|arg| arg.value.clone());
                self.delete_object(target.as_ref(), args.span)?;
                Value::None
            }
            "get" => Value::unknown(ROWS),
            "bulk_insert_mappings" => {
                let table = args.positional.first().map(|arg| as_table(&arg.value));
                match table {
                    Some(Ok(table)) => self.insert_unknown(&table, args.span)?,
                    _ => self.emit_data(args.span, "inserts rows of a class that is not read")?,
                }
                Value::None
            }
            "rollback" | "close" | "expunge" | "expunge_all" | "expire_all" | "refresh"
            | "expire" | "remove" => Value::None,
            _ => {
                self.emit_data(args.span, format!("`{name}` of a session is not read"))?;
                Value::unknown(ROWS)
            }
        })
    }

    fn emit_data(&mut self, span: Span, reason: impl AsRef<str>) -> Run<()> {
        let sent = super::super::evaluate::Sent {
            only_data: true,
            ..Default::default()
        };
        self.emit_unknown(span, &Unknown::data(reason), sent)
    }

    /// `session.query(Model)`: a select that also updates and deletes.
    fn query(&mut self, args: &Args) -> Value {
        let mut select = Select::default();
        for arg in &args.positional {
            match &arg.value {
                Value::Class(_) | Value::Table(_) => match as_table(&arg.value) {
                    Ok(table) => {
                        let columns = table.columns.iter();
                        select.columns.extend(
                            columns.map(|column| Rc::new(Expr::Column(column.reference()))),
                        );
                        select.from.push(From::Table(table));
                    }
                    Err(unknown) => select.columns.push(Rc::new(Expr::Unknown(unknown))),
                },
                Value::Unknown(unknown) => {
                    select.columns.push(Rc::new(Expr::Unknown(unknown.clone())))
                }
                other => select
                    .columns
                    .extend(operands(&Args::one(other.clone(), arg.span))),
            }
        }
        Value::Method(Rc::new(super::super::value::Method {
            receiver: Value::Statement(Rc::new(Statement::Select(Box::new(select)))),
            name: "<query>".to_owned(),
            span: args.span,
        }))
    }

    /// `session.query(…).name(…)`: builds on, or runs.
    pub fn query_method(&mut self, query: &Rc<Statement>, name: &str, args: &Args) -> Run<Value> {
        let Statement::Select(select) = query.as_ref() else {
            self.emit_data(args.span, "is a query that is not read")?;
            return Ok(Value::unknown(ROWS));
        };
        let table = match select.from.first() {
            Some(From::Table(table)) => Some(table.clone()),
            _ => None,
        };
        match (name, table) {
            (
                "filter" | "filter_by" | "where" | "order_by" | "group_by" | "having" | "distinct"
                | "limit" | "offset" | "join" | "outerjoin" | "with_for_update" | "options"
                | "execution_options" | "select_from" | "yield_per" | "populate_existing"
                | "enable_eagerloads",
                _,
            ) => {
                let built = match name {
                    "yield_per" | "populate_existing" | "enable_eagerloads" => {
                        Value::Statement(query.clone())
                    }
                    _ => self.statement_method(query, name, args)?,
                };
                let Value::Statement(built) = built else {
                    return Ok(built);
                };
                Ok(Value::Method(Rc::new(super::super::value::Method {
                    receiver: Value::Statement(built),
                    name: "<query>".to_owned(),
                    span: args.span,
                })))
            }
            ("update", Some(table)) => {
                let mut statement = update(table.clone());
                if let Statement::Update(update) = &mut statement {
                    update.predicates.clone_from(&select.predicates);
                    let values = args
                        .positional
                        .first()
                        .map(|arg| Args::one(arg.value.clone(), arg.span));
                    match values.map(|values| assignments(&table, &values)) {
                        Some(Ok(values)) => update.values = values,
                        Some(Err(unknown)) => update.unknown = Some(unknown),
                        None => {}
                    }
                }
                let statement = Value::Statement(Rc::new(statement));
                self.execute(&statement, Parameters::None, args.span)
            }
            ("delete", Some(table)) => {
                let mut statement = delete(table);
                if let Statement::Delete(delete) = &mut statement {
                    delete.predicates.clone_from(&select.predicates);
                }
                let statement = Value::Statement(Rc::new(statement));
                self.execute(&statement, Parameters::None, args.span)
            }
            _ => {
                let statement = Value::Statement(query.clone());
                self.execute(&statement, Parameters::None, args.span)?;
                Ok(Value::unknown(ROWS))
            }
        }
    }

    fn pend(&mut self, session: &Rc<Session>, object: Value, span: Span) {
        // In a loop or under a condition the object must be sent while that is still known.
        session.pending.borrow_mut().push((object, span));
        if self.stretch > 0 {
            let _ = self.flush(session, span);
        }
    }

    /// Sends what was added to a session.
    pub fn flush(&mut self, session: &Rc<Session>, span: Span) -> Run<()> {
        let pending = std::mem::take(&mut *session.pending.borrow_mut());
        if pending.is_empty() {
            return Ok(());
        }
        if self.mode == Mode::Offline {
            return raise(
                "AttributeError",
                "'MockConnection' object has no attribute 'close'",
            );
        }
        for (object, place) in pending {
            let Value::Instance(instance) = &object else {
                self.emit_data(place, "adds an object that is not known to the session")?;
                continue;
            };
            let Some(table) = model(&instance.class) else {
                self.emit_data(
                    place,
                    format!("adds a `{}`, whose table is not read", instance.class.name),
                )?;
                continue;
            };
            let attributes = instance.attributes.borrow().clone();
            let columns = table.columns.iter().filter_map(|column| {
                let value = attributes.get(&column.name.text)?;
                let bind = Bind {
                    name: column.name.text.as_str().into(),
                    value: Some(value.clone()),
                    data_type: Some(column.data_type.clone()),
                };
                Some((column.name.clone(), Rc::new(Expr::Bind(bind))))
            });
            let row = columns.collect();
            self.insert_row(&table, row, if place.is_empty() { span } else { place })?;
        }
        Ok(())
    }

    fn insert_row(
        &mut self,
        table: &Rc<Table>,
        row: Vec<(Rc<Traced>, Rc<Expr>)>,
        span: Span,
    ) -> Run<()> {
        let statement = Statement::Insert(Insert {
            table: table.clone(),
            rows: vec![row],
            from_select: None,
            on_conflict: None,
            returning: Vec::new(),
            unknown: None,
        });
        self.execute(
            &Value::Statement(Rc::new(statement)),
            Parameters::None,
            span,
        )?;
        Ok(())
    }

    /// An insert of rows that are not known into a table that is.
    pub fn insert_unknown(&mut self, table: &Rc<Table>, span: Span) -> Run<()> {
        let unknown = || Value::unknown(ROWS);
        let row = table.columns.iter().map(|column| {
            let bind = Bind::value(column.name.text.as_str(), unknown());
            (column.name.clone(), Rc::new(Expr::Bind(bind)))
        });
        let row = row.collect();
        self.many_times(|this| this.insert_row(table, row, span))
    }

    fn delete_object(&mut self, target: Option<&Value>, span: Span) -> Run<()> {
        let table = match target {
            Some(Value::Instance(instance)) => model(&instance.class),
            _ => None,
        };
        match table {
            Some(table) => {
                let statement = Value::Statement(Rc::new(delete(table)));
                self.execute(&statement, Parameters::None, span)?;
                Ok(())
            }
            None => self.emit_data(span, "deletes an object that is not known"),
        }
    }
}
