//! From rendered SQL to steps.

use std::rc::Rc;

use super::super::sqlalchemy::Rendered;
use super::super::sqlalchemy::dml::starts_with_data_word;
use super::super::sqlalchemy::schema::{Column, PythonDefault};
use super::super::sqlalchemy::types::SqlType;
use super::super::traced::Traced;
use super::super::value::Unknown;
use super::{Doubt, Evaluator, Interrupt, Mode, Run};
use crate::migration::{Isolation, Place, Step};
use crate::operation::{
    Certainty, Opaque, OpaqueKind, OpaqueScope, Operation, QualifiedName, TableAction, TableHint,
};
use crate::sql;
use crate::text::{Origin, Span};

/// What is known about a statement beside its SQL.
#[derive(Clone, Copy, Debug, Default)]
pub struct Sent {
    /// Whether Alembic sends it on its own behalf.
    pub implicit: bool,
    /// Whether it can only read and write rows, whatever it says.
    pub only_data: bool,
}

/// What the SQL of a statement does not carry.
#[derive(Clone, Copy, Debug)]
pub enum Enrichment<'a> {
    /// Nothing.
    None,
    /// The columns it was made from.
    Columns(&'a [Rc<Column>]),
    /// The table that a dropped index is said to belong to.
    Table(&'a QualifiedName),
}

impl Evaluator<'_> {
    /// One statement of DDL, as Alembic prints it.
    pub fn emit(&mut self, sql: Traced, span: Span, sent: Sent, enrichment: Enrichment<'_>) {
        self.print(&sql.text);
        self.step(&sql, span, sent, enrichment);
    }

    /// One statement that makes columns; types of theirs that are not known are named as steps of their own, and
    /// nothing is printed then.
    pub fn emit_with_columns(&mut self, sql: Traced, span: Span, columns: &[Rc<Column>]) {
        let enrichment = Enrichment::Columns(columns);
        let mut all_known = true;
        for column in columns {
            all_known &= self.require_known_type(&column.name, &column.data_type, span);
        }
        match all_known {
            true => self.emit(sql, span, Sent::default(), enrichment),
            false => self.step(&sql, span, Sent::default(), enrichment),
        }
    }

    /// The statement that gives a column another type.
    pub fn emit_retyping(&mut self, sql: Traced, span: Span, column: &Traced, to: &SqlType) {
        match self.require_known_type(column, to, span) {
            true => self.emit(sql, span, Sent::default(), Enrichment::None),
            false => self.step(&sql, span, Sent::default(), Enrichment::None),
        }
    }

    /// Whether a column's type is known; where it is not, that is a step which says so.
    fn require_known_type(&mut self, column: &Traced, data_type: &SqlType, span: Span) -> bool {
        let Some(unknown) = data_type.doubt() else {
            return true;
        };
        let reason = format!("the type of {} {}", column.text, unknown.reason);
        let place = match data_type.span.is_empty() {
            true => span,
            false => data_type.span,
        };
        self.push_opaque(place, &reason, OpaqueScope::Types, Sent::default());
        false
    }

    fn step(&mut self, sql: &Traced, span: Span, sent: Sent, enrichment: Enrichment<'_>) {
        let sql = sql.trimmed();
        let mut operation = sql::read_bound_statement(&sql.text);
        enrich(&mut operation, enrichment);
        self.push(sql, span, operation, sent);
    }

    /// One statement, or what happens where it could not be rendered.
    pub fn emit_rendered(
        &mut self,
        rendered: Rendered,
        span: Span,
        sent: Sent,
        enrichment: Enrichment<'_>,
    ) -> Run<()> {
        match rendered {
            Ok(sql) => {
                self.emit(sql, span, sent, enrichment);
                Ok(())
            }
            Err(trouble) => self.settle(trouble, span, sent),
        }
    }

    /// SQL that a person wrote: printed as one piece, analysed statement by statement.
    pub fn emit_script(&mut self, script: Traced, span: Span) {
        self.print(&script.text);
        for fragment in sql::split(&script.text) {
            let part = script.slice(fragment.span.start as usize, fragment.span.end as usize);
            let operation = sql::read_bound_statement(&part.text);
            self.push(part, span, operation, Sent::default());
        }
    }

    /// One statement that offline mode prints in another way, which was already printed.
    pub fn emit_unprinted(&mut self, sql: Traced, span: Span) {
        let operation = sql::read_bound_statement(&sql.text);
        self.push(sql, span, operation, Sent::default());
    }

    /// Prints a statement that is no step.
    pub fn print_statement(&mut self, sql: &str) {
        self.print(sql);
    }

    fn push(&mut self, sql: Traced, span: Span, operation: Operation, sent: Sent) {
        let mut sql = sql.ordered();
        sql.origins
            .retain(|(_, source)| source.end as usize <= self.script_length);
        let step = Step {
            place: Place {
                file: self.file,
                span: self.site_of(span),
            },
            sql: sql.text,
            origins: sql.origins,
            operation,
            isolation: match self.autocommit {
                0 => Isolation::Ordinary,
                _ => Isolation::Autocommit,
            },
            certainty: self.certainty(),
            condition: self.condition(),
            implicit: sent.implicit,
        };
        self.catalog.execute(&step);
        self.steps.push(step);
    }

    /// A step of which the SQL is not known.
    pub fn emit_unknown(&mut self, span: Span, unknown: &Unknown, sent: Sent) -> Run<()> {
        if self.loading {
            return Ok(());
        }
        let begins = unknown.begins.as_deref().unwrap_or_default();
        let only_data = sent.only_data || starts_with_data_word(begins);
        let scope = match only_data {
            true => OpaqueScope::Data,
            false => OpaqueScope::Anything,
        };
        self.push_opaque(span, &unknown.reason, scope, sent);
        Ok(())
    }

    fn push_opaque(&mut self, span: Span, reason: &str, scope: OpaqueScope, sent: Sent) {
        if self.mode == Mode::Offline {
            // What Alembic would print is not known, so nothing may be printed.
            self.printed.push(format!("-- not analysed: {reason}"));
        }
        let operation = Operation::Opaque(Opaque {
            text: self.site_of(span).slice(&self.source).to_owned(),
            reason: reason.to_owned(),
            kind: OpaqueKind::Dynamic,
            scope,
            at: Origin::default(),
        });
        self.push(Traced::default(), span, operation, sent);
    }

    /// Something that is known to reach the database, but not what it does.
    pub fn emit_unread(&mut self, span: Span, reason: impl AsRef<str>) -> Run<()> {
        self.emit_unknown(span, &Unknown::data(reason), Sent::default())
    }

    /// The evaluator's own limit was reached: nothing after it is known.
    pub(super) fn emit_limit(&mut self) {
        let unknown =
            Unknown::data("runs longer than Retort follows: what comes after is not known");
        let place = self
            .steps
            .last()
            .map_or(Span::default(), |step| step.place.span);
        self.doubts.clear();
        let _: Result<(), Interrupt> = self.emit_unknown(place, &unknown, Sent::default());
    }

    /// What Alembic's offline mode prints for one construct.
    fn print(&mut self, sql: &str) {
        if self.mode == Mode::Offline {
            let text = sql.replace('\t', "    ");
            self.printed.push(format!("{};", text.trim()));
        }
    }

    /// The word that opens or closes a transaction, as offline mode prints it.
    pub fn print_transaction(&mut self, word: &str) {
        if self.mode == Mode::Offline {
            self.printed.push(format!("{word};"));
        }
    }

    /// Runs what stands in an `autocommit_block()`.
    pub fn in_autocommit<T>(&mut self, run: impl FnOnce(&mut Self) -> T) -> T {
        self.print_transaction("COMMIT");
        self.autocommit += 1;
        let result = run(self);
        self.autocommit -= 1;
        self.print_transaction("BEGIN");
        result
    }

    fn certainty(&self) -> Certainty {
        let has = |wanted: fn(&Doubt) -> bool| self.doubts.iter().any(wanted);
        if has(|doubt| matches!(doubt, Doubt::Loop)) {
            Certainty::Repeatedly
        } else if has(|doubt| matches!(doubt, Doubt::Condition(_))) {
            Certainty::Sometimes
        } else {
            Certainty::Always
        }
    }

    fn condition(&self) -> Option<String> {
        let conditions: Vec<&str> = self
            .doubts
            .iter()
            .filter_map(|doubt| match doubt {
                Doubt::Condition(text) | Doubt::Guard(text) => Some(text.as_str()),
                Doubt::Loop => None,
            })
            .collect();
        (!conditions.is_empty()).then(|| conditions.join(" and "))
    }
}

fn enrich(operation: &mut Operation, enrichment: Enrichment<'_>) {
    match (operation, enrichment) {
        (Operation::CreateTable(table), Enrichment::Columns(columns)) => {
            for column in &mut table.columns {
                column.note.python_default |= has_default(columns, &column.name);
            }
        }
        (Operation::AlterTable(table), Enrichment::Columns(columns)) => {
            for action in &mut table.actions {
                if let TableAction::AddColumn { column, .. } = action {
                    column.note.python_default |= has_default(columns, &column.name);
                }
            }
        }
        (Operation::DropIndex(index), Enrichment::Table(table)) => {
            index.table_hint = TableHint(Some(table.clone()));
        }
        _ => {}
    }
}

fn has_default(columns: &[Rc<Column>], name: &str) -> bool {
    columns
        .iter()
        .any(|column| column.name.text == name && column.default == PythonDefault::Value)
}
