//! PostgreSQL's own operators and functions, from its catalog, and those of the state.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use super::data_type::DataType;
use super::extension;
use crate::operation::QualifiedName;
use crate::schema::{ObjectName, Schema};

/// A table of names and what belongs to each.
pub(super) fn rows(table: &'static str) -> impl Iterator<Item = (&'static str, &'static str)> {
    let lines = table.lines().filter(|line| !line.starts_with("# "));
    lines.filter_map(|line| line.split_once('\t'))
}

/// An operator or function that a name may mean.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Candidate {
    /// Where it lives; none for PostgreSQL's own.
    pub home: Option<ObjectName>,
    /// What it takes. The operand of a prefix operator stands alone.
    pub arguments: Vec<DataType>,
    /// Whether the last argument takes the rest.
    pub variadic: bool,
    /// How many arguments may be left out.
    pub defaults: usize,
    /// What it gives.
    pub result: DataType,
    /// Whether it is an aggregate, a window function or gives a set.
    pub kind: CandidateKind,
}

/// Kinds of functions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum CandidateKind {
    /// A value for each row.
    Plain,
    /// Over many rows.
    Aggregate,
    /// Over a window.
    Window,
    /// Several rows.
    Set,
}

/// Operators of a name with this many operands.
pub(super) fn operators(schema: &Schema, name: &str, operands: usize) -> Vec<Candidate> {
    let own = OPERATORS.get(name).into_iter().flatten();
    let own = own.filter(|candidate| candidate.arguments.len() == operands);
    let brought = extension::operators(schema, name);
    let brought = brought
        .into_iter()
        .filter(|c| c.arguments.len() == operands);
    own.cloned().chain(brought).collect()
}

/// Functions of a name, as they are found along the search path.
pub(super) fn functions(schema: &Schema, name: &QualifiedName) -> Vec<Candidate> {
    let mut found = Vec::new();
    if matches!(name.schema.as_deref(), None | Some("pg_catalog")) {
        found.extend(
            FUNCTIONS
                .get(name.name.as_str())
                .into_iter()
                .flatten()
                .cloned(),
        );
    }
    found.extend(extension::functions(schema, name));
    let homes = match &name.schema {
        Some(home) => vec![home.clone()],
        None => schema.search_path.to_vec(),
    };
    for home in homes {
        let place = ObjectName::new(home, &name.name);
        let own = schema
            .functions
            .iter()
            .filter(|((own, _), _)| *own == place);
        for ((_, arguments), function) in own {
            let arguments = split_types(arguments);
            let candidate = Candidate {
                home: Some(place.clone()),
                variadic: function.arguments.contains("VARIADIC "),
                // Which arguments have a default is not kept: any may be left out.
                defaults: arguments.len(),
                arguments,
                result: DataType::read(
                    function
                        .returns
                        .as_deref()
                        .unwrap_or("void")
                        .trim_start_matches("SETOF "),
                ),
                kind: match (function.kind, function.returns.as_deref()) {
                    ("aggregate", _) => CandidateKind::Aggregate,
                    ("window", _) => CandidateKind::Window,
                    (_, Some(returns)) if returns.starts_with("SETOF ") => CandidateKind::Set,
                    (_, Some(returns)) if returns.starts_with("TABLE(") => CandidateKind::Set,
                    _ => CandidateKind::Plain,
                },
            };
            found.push(candidate);
        }
    }
    found
}

fn split_types(list: &str) -> Vec<DataType> {
    let parts = list.split(", ").filter(|part| !part.is_empty());
    parts.map(DataType::read).collect()
}

static OPERATORS: LazyLock<BTreeMap<&'static str, Vec<Candidate>>> = LazyLock::new(|| {
    let rows = rows(include_str!("catalog/operators.tsv"));
    rows.map(|(name, list)| {
        let candidates = list.split(';').filter_map(|entry| {
            let (operands, result) = entry.split_once('>')?;
            let operands = operands.split(',').filter(|operand| !operand.is_empty());
            Some(Candidate {
                home: None,
                arguments: operands.map(DataType::read).collect(),
                variadic: false,
                defaults: 0,
                result: DataType::read(result),
                kind: CandidateKind::Plain,
            })
        });
        (name, candidates.collect())
    })
    .collect()
});

static FUNCTIONS: LazyLock<BTreeMap<&'static str, Vec<Candidate>>> = LazyLock::new(|| {
    let rows = rows(include_str!("catalog/functions.tsv"));
    rows.map(|(name, list)| (name, list.split(';').filter_map(function).collect()))
        .collect()
});

/// `text,*integer[]>text/s/1`.
fn function(entry: &str) -> Option<Candidate> {
    let (arguments, rest) = entry.split_once('>')?;
    let mut parts = rest.split('/');
    let result = parts.next()?;
    let mut candidate = Candidate {
        home: None,
        variadic: arguments.contains('*'),
        arguments: arguments
            .split(',')
            .filter(|argument| !argument.is_empty())
            .map(|argument| DataType::read(argument.trim_start_matches('*')))
            .collect(),
        defaults: 0,
        result: DataType::read(result),
        kind: CandidateKind::Plain,
    };
    for part in parts {
        match part {
            "a" => candidate.kind = CandidateKind::Aggregate,
            "w" => candidate.kind = CandidateKind::Window,
            "s" => candidate.kind = CandidateKind::Set,
            number => candidate.defaults = number.parse().unwrap_or_default(),
        }
    }
    Some(candidate)
}
