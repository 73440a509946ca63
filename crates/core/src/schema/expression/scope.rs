//! What the names of an expression can mean.

use std::cell::RefCell;
use std::collections::BTreeSet;

use super::data_type::DataType;
use super::node::{Kind, Node};
use super::{Resolved, Trouble};
use crate::schema::type_text;
use crate::schema::{ObjectName, Schema, Table, WillFail};

/// Something with columns: a table, a view, a subquery.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Source {
    /// The name its columns can be qualified with.
    pub alias: String,
    /// The relation, if it is one.
    pub relation: Option<ObjectName>,
    /// Its columns in order.
    pub columns: Vec<(String, DataType)>,
    /// Columns that a join merged into another source's: only reached with a qualifier.
    pub merged: Vec<String>,
    /// Whether all its columns are known.
    pub complete: bool,
}

impl Source {
    /// A table of the state, under its own name.
    pub(super) fn of_table(table: &Table) -> Self {
        let columns = table.columns.iter();
        let columns =
            columns.map(|column| (column.name.clone(), DataType::read(&column.data_type)));
        Self {
            alias: table.name.clone(),
            relation: Some(table.object_name()),
            columns: columns.collect(),
            merged: Vec::new(),
            complete: table.is_complete(),
        }
    }
}

/// Names in reach: those of one query level, then those around it.
#[derive(Debug)]
pub(super) struct Names<'a> {
    pub schema: &'a Schema,
    pub sources: Vec<Source>,
    /// Queries named by `WITH`: name and columns.
    pub named_queries: Vec<Source>,
    /// The level around this one.
    pub outer: Option<&'a Names<'a>>,
    /// What `VALUE` is, in a domain's check.
    pub value: Option<DataType>,
    /// Columns found so far.
    used: RefCell<BTreeSet<(ObjectName, String)>>,
}

impl<'a> Names<'a> {
    /// Nothing but what is built in.
    pub(super) fn none(schema: &'a Schema) -> Self {
        Self {
            schema,
            sources: Vec::new(),
            named_queries: Vec::new(),
            outer: None,
            value: None,
            used: RefCell::default(),
        }
    }

    /// One table.
    pub(super) fn of_table(schema: &'a Schema, table: &Table) -> Self {
        Self {
            sources: vec![Source::of_table(table)],
            ..Self::none(schema)
        }
    }

    /// A domain's value.
    pub(super) fn of_value(schema: &'a Schema, data_type: &str) -> Self {
        Self {
            value: Some(DataType::read(data_type)),
            ..Self::none(schema)
        }
    }

    /// A level inside another.
    pub(super) fn inside(outer: &'a Names<'a>) -> Self {
        Self {
            outer: Some(outer),
            ..Self::none(outer.schema)
        }
    }

    /// The columns of relations that were named.
    pub(super) fn used_columns(&self) -> BTreeSet<(ObjectName, String)> {
        self.used.borrow().clone()
    }

    /// Notes columns found at a level inside.
    pub(super) fn note_used(&self, columns: BTreeSet<(ObjectName, String)>) {
        self.used.borrow_mut().extend(columns);
    }

    /// A query named by `WITH`.
    pub(super) fn named_query(&self, name: &str) -> Option<Source> {
        let own = self.named_queries.iter().rev();
        let found = own.into_iter().find(|query| query.alias == name).cloned();
        found.or_else(|| self.outer.and_then(|outer| outer.named_query(name)))
    }

    /// A column by its name alone.
    pub(super) fn column(&self, name: &str) -> Resolved<Node> {
        let holding: Vec<&Source> = self
            .sources
            .iter()
            .filter(|source| {
                source.columns.iter().any(|(own, _)| own == name)
                    && !source.merged.iter().any(|merged| merged == name)
            })
            .collect();
        match holding.as_slice() {
            [one] => self.found(one, name),
            [] if self.source(name).is_some() => self.whole_row(name),
            [] if self.sources.iter().any(|source| !source.complete) => Err(Trouble::Unclear),
            [] => match self.outer {
                Some(outer) => outer.column(name),
                None => Err(Trouble::Refused(WillFail::new(
                    "42703",
                    format!("column \"{name}\" does not exist"),
                ))),
            },
            _ => Err(Trouble::Refused(WillFail::new(
                "42702",
                format!("column reference \"{name}\" is ambiguous"),
            ))),
        }
    }

    /// A column with what stands before its name.
    pub(super) fn qualified_column(&self, qualifier: &str, name: &str) -> Resolved<Node> {
        let Some(source) = self.source(qualifier) else {
            return match self.outer {
                Some(outer) => outer.qualified_column(qualifier, name),
                None => Err(Trouble::Unclear),
            };
        };
        if source.columns.iter().any(|(own, _)| own == name) {
            return self.found(source, name);
        }
        if !source.complete {
            return Err(Trouble::Unclear);
        }
        Err(Trouble::Refused(WillFail::new(
            "42703",
            format!("column {qualifier}.{name} does not exist"),
        )))
    }

    /// A source named as a value: its row.
    fn whole_row(&self, alias: &str) -> Resolved<Node> {
        let source = self.source(alias).ok_or(Trouble::Unclear)?;
        let data_type = match &source.relation {
            Some(relation) => DataType::named(&type_text::qualified(relation)),
            None => DataType::named("record"),
        };
        Ok(Node::new(Kind::Opaque, data_type))
    }

    /// What a qualifier means at this level.
    pub(super) fn source(&self, alias: &str) -> Option<&Source> {
        self.sources.iter().find(|source| source.alias == alias)
    }

    fn found(&self, source: &Source, name: &str) -> Resolved<Node> {
        let column = source.columns.iter().find(|(own, _)| own == name);
        let (_, data_type) = column.ok_or(Trouble::Unclear)?;
        if let Some(relation) = &source.relation {
            let mut used = self.used.borrow_mut();
            used.insert((relation.clone(), name.to_owned()));
        }
        Ok(Node::new(Kind::Column(name.to_owned()), data_type.clone()))
    }
}
