//! Which relations a query reads and which functions it calls.

use std::ops::ControlFlow;

use sqlparser::ast::{
    Expr, Ident, ObjectName, ObjectNamePart, Query, SetExpr, TableFactor, Visit, Visitor,
};

use super::keywords;
use crate::operation::QualifiedName;

/// What expressions and queries refer to, each once, in the order met.
#[derive(Default)]
pub(super) struct Seen {
    /// Tables and views.
    pub reads: Vec<QualifiedName>,
    /// Functions.
    pub calls: Vec<QualifiedName>,
    /// Whether rows are locked: `FOR UPDATE` and its kin.
    pub locks_rows: bool,
    /// A reserved word that sqlparser took for a name.
    pub misread: Option<Ident>,
    scopes: Vec<Scope>,
}

/// Names of common table expressions.
enum Scope {
    /// These hide tables of the same name.
    Defines(Vec<String>),
    /// In the text of these the definitions around them do not count: a plain `WITH` does not see itself.
    Hides(Vec<String>),
}

impl Seen {
    /// Notes all that `node` refers to.
    pub fn walk(&mut self, node: &impl Visit) {
        let mut walker = Walker {
            seen: self,
            inner: Vec::new(),
        };
        let _ = node.visit(&mut walker);
    }

    /// Common table expressions that hold for all that follows.
    pub fn define(&mut self, names: Vec<String>) {
        self.scopes.push(Scope::Defines(names));
    }

    /// A relation that is read.
    pub fn read(&mut self, name: QualifiedName) {
        if !self.is_common_table(&name) && !self.reads.contains(&name) {
            self.reads.push(name);
        }
    }

    fn call(&mut self, name: QualifiedName) {
        if !self.calls.contains(&name) {
            self.calls.push(name);
        }
    }

    fn is_common_table(&self, name: &QualifiedName) -> bool {
        if name.schema.is_some() {
            return false;
        }
        let mut hidden = false;
        for scope in self.scopes.iter().rev() {
            match scope {
                Scope::Hides(names) => hidden |= names.contains(&name.name),
                Scope::Defines(names) if names.contains(&name.name) => {
                    if !std::mem::take(&mut hidden) {
                        return true;
                    }
                }
                Scope::Defines(_) => {}
            }
        }
        false
    }
}

/// An identifier as the catalog has it.
pub(super) fn fold(ident: &Ident) -> String {
    match ident.quote_style {
        None => ident.value.to_ascii_lowercase(),
        Some(_) => ident.value.clone(),
    }
}

/// The last one or two parts of a name.
pub(super) fn qualified(name: &ObjectName) -> QualifiedName {
    let mut parts = name.0.iter().rev().filter_map(ObjectNamePart::as_ident);
    let last = parts.next().map(fold).unwrap_or_default();
    QualifiedName {
        schema: parts.next().map(fold),
        name: last,
    }
}

struct Walker<'s> {
    seen: &'s mut Seen,
    /// Bodies of common table expressions still to be met, by address, with the names that they do not see.
    inner: Vec<(usize, Vec<String>)>,
}

fn address(query: &Query) -> usize {
    std::ptr::from_ref(query) as usize
}

impl Walker<'_> {
    /// Notes a reserved word in the place of a name.
    fn check(&mut self, name: Option<&Ident>) {
        if let Some(name) = name
            && name.quote_style.is_none()
            && keywords::is_no_value(&name.value)
        {
            self.seen.misread.get_or_insert_with(|| name.clone());
        }
    }

    fn enter(&mut self, query: &Query) {
        let hides = self
            .inner
            .iter()
            .position(|(body, _)| *body == address(query))
            .map(|at| self.inner.swap_remove(at).1)
            .unwrap_or_default();
        self.seen.scopes.push(Scope::Hides(hides));
        let Some(with) = &query.with else {
            self.seen.scopes.push(Scope::Defines(Vec::new()));
            return;
        };
        let names: Vec<_> = with
            .cte_tables
            .iter()
            .map(|cte| fold(&cte.alias.name))
            .collect();
        if !with.recursive {
            for (at, cte) in with.cte_tables.iter().enumerate() {
                let unseen = names.iter().skip(at).cloned().collect();
                self.inner.push((address(&cte.query), unseen));
            }
        }
        self.seen.scopes.push(Scope::Defines(names));
    }

    /// `TABLE name`, which sqlparser keeps as two strings.
    fn table_command(&mut self, body: &SetExpr) {
        match body {
            SetExpr::Table(table) => {
                if let Some(name) = &table.table_name {
                    self.seen.read(QualifiedName {
                        schema: table
                            .schema_name
                            .as_ref()
                            .map(|name| name.to_ascii_lowercase()),
                        name: name.to_ascii_lowercase(),
                    });
                }
            }
            SetExpr::SetOperation { left, right, .. } => {
                self.table_command(left);
                self.table_command(right);
            }
            _ => {}
        }
    }
}

impl Visitor for Walker<'_> {
    type Break = ();

    fn pre_visit_query(&mut self, query: &Query) -> ControlFlow<()> {
        self.enter(query);
        self.seen.locks_rows |= !query.locks.is_empty();
        self.table_command(&query.body);
        ControlFlow::Continue(())
    }

    fn post_visit_query(&mut self, _: &Query) -> ControlFlow<()> {
        self.seen.scopes.pop();
        self.seen.scopes.pop();
        ControlFlow::Continue(())
    }

    fn pre_visit_table_factor(&mut self, factor: &TableFactor) -> ControlFlow<()> {
        match factor {
            TableFactor::Table {
                name, args: None, ..
            } => {
                self.check(name.0.iter().find_map(ObjectNamePart::as_ident));
                self.seen.read(qualified(name));
            }
            TableFactor::Table { name, .. } | TableFactor::Function { name, .. } => {
                self.seen.call(qualified(name));
            }
            _ => {}
        }
        ControlFlow::Continue(())
    }

    fn pre_visit_expr(&mut self, expression: &Expr) -> ControlFlow<()> {
        match expression {
            Expr::Function(function) => self.seen.call(qualified(&function.name)),
            Expr::Identifier(name) => self.check(Some(name)),
            _ => {}
        }
        ControlFlow::Continue(())
    }
}
