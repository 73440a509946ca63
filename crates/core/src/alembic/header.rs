//! What identifies an Alembic revision: its module-level names and its docstring.

use std::collections::BTreeMap;

use ruff_python_ast::{Expr, Stmt, StmtFunctionDef};

use super::excerpt::{self, Excerpt};
use super::python;
use crate::migration::{FileId, Half, Header, Migration, Place, SourceFile};
use crate::project::{InputProblem, ProblemKind};
use crate::text::Span;

/// What a Python file says about itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HeaderReading {
    /// The migration; none where the file is not one, such as `env.py`.
    pub migration: Option<Migration>,
    /// What is wrong with the file. What could be read is there nevertheless.
    pub problems: Vec<InputProblem>,
}

/// Reads the header of a migration script. Its functions are found, but not evaluated.
pub fn read_header(file: &SourceFile, id: FileId) -> HeaderReading {
    let module = match python::parse(&file.text) {
        Ok(module) => module,
        Err(place) => {
            return HeaderReading {
                migration: None,
                problems: vec![problem(
                    file,
                    place,
                    "This file nests deeper than Retort reads. It was left out.".to_owned(),
                )],
            };
        }
    };
    let problems = syntax_problems(file, module.errors());
    let mut names = Names::default();
    for statement in module.suite() {
        names.read(statement);
    }
    let is_script = names.functions.contains_key("upgrade")
        || names.functions.contains_key("downgrade")
        || names.values.contains_key("down_revision");
    let mut migration = match names.values.get("revision") {
        Some((Literal::Text(revision), span)) if is_script => {
            Some(names.migration(file, id, revision, *span, docstring(module.suite())))
        }
        _ => None,
    };
    if let Some(migration) = &mut migration
        && migration.up == Half::Missing
        && excerpt::kind(module.suite()) == Some(Excerpt::Calls)
    {
        let span = Span::new(0, file.text.len());
        migration.up = Half::Function(Place { file: id, span });
    }
    HeaderReading {
        migration,
        problems,
    }
}

/// What a module-level name was last bound to.
#[derive(Clone, Debug)]
enum Literal {
    Text(String),
    Many(Vec<String>),
    Nothing,
}

impl Literal {
    fn texts(&self) -> Vec<String> {
        match self {
            Self::Text(text) => vec![text.clone()],
            Self::Many(texts) => texts.clone(),
            Self::Nothing => Vec::new(),
        }
    }
}

#[derive(Default)]
struct Names {
    values: BTreeMap<String, (Literal, Span)>,
    functions: BTreeMap<String, Span>,
}

impl Names {
    fn read(&mut self, statement: &Stmt) {
        match statement {
            Stmt::Assign(assign) => {
                for target in &assign.targets {
                    self.bind(target, &assign.value);
                }
            }
            Stmt::AnnAssign(assign) => {
                if let Some(value) = &assign.value {
                    self.bind(&assign.target, value);
                }
            }
            Stmt::FunctionDef(function) => self.define(function),
            // `if context.get_x_argument(…): def upgrade()…` and `try: import …`
            Stmt::If(branch) => branch.body.iter().for_each(|inner| self.read(inner)),
            Stmt::Try(block) => block.body.iter().for_each(|inner| self.read(inner)),
            _ => {}
        }
    }

    fn define(&mut self, function: &StmtFunctionDef) {
        let span = python::span(function);
        self.functions.insert(function.name.to_string(), span);
    }

    fn bind(&mut self, target: &Expr, value: &Expr) {
        let Expr::Name(name) = target else { return };
        if let Some(literal) = self.literal(value) {
            self.values
                .insert(name.id.to_string(), (literal, python::span(value)));
        }
    }

    fn literal(&self, value: &Expr) -> Option<Literal> {
        Some(match value {
            Expr::StringLiteral(text) => Literal::Text(text.value.to_str().to_owned()),
            Expr::NoneLiteral(_) => Literal::Nothing,
            Expr::Tuple(tuple) => self.many(&tuple.elts)?,
            Expr::List(list) => self.many(&list.elts)?,
            Expr::Set(set) => self.many(&set.elts)?,
            Expr::Name(name) => self.values.get(name.id.as_str())?.0.clone(),
            _ => return None,
        })
    }

    fn many(&self, elements: &[Expr]) -> Option<Literal> {
        let texts = elements
            .iter()
            .map(|element| self.literal(element).map(|literal| literal.texts()));
        let texts: Option<Vec<_>> = texts.collect();
        Some(Literal::Many(texts?.concat()))
    }

    fn migration(
        &self,
        file: &SourceFile,
        id: FileId,
        revision: &str,
        revision_span: Span,
        docstring: Option<&str>,
    ) -> Migration {
        let texts = |name: &str| match self.values.get(name) {
            Some((literal, _)) => literal.texts(),
            None => Vec::new(),
        };
        let half = |name: &str| match self.functions.get(name) {
            Some(span) => Half::Function(Place {
                file: id,
                span: *span,
            }),
            None => Half::Missing,
        };
        Migration {
            header: Header {
                revision: revision.to_owned(),
                parents: texts("down_revision"),
                branch_labels: texts("branch_labels"),
                depends_on: texts("depends_on"),
                replaces: texts("replaces"),
                title: title(docstring, &file.path, revision),
                created: docstring.and_then(created),
            },
            file: id,
            revision_span,
            parents_span: self
                .values
                .get("down_revision")
                .map(|(_, span)| *span)
                .unwrap_or_default(),
            up: half("upgrade"),
            down: half("downgrade"),
            transaction: None,
            down_transaction: None,
        }
    }
}

fn docstring(suite: &[Stmt]) -> Option<&str> {
    match suite.first() {
        Some(Stmt::Expr(statement)) => match statement.value.as_ref() {
            Expr::StringLiteral(text) => Some(text.value.to_str()),
            _ => None,
        },
        _ => None,
    }
}

/// The first line of the docstring; else the words of the file's name without the revision id.
fn title(docstring: Option<&str>, path: &str, revision: &str) -> String {
    let first =
        docstring.and_then(|text| text.lines().map(str::trim).find(|line| !line.is_empty()));
    match first {
        Some(line) if !line.starts_with("Revision ID:") => line.to_owned(),
        _ => {
            let name = path.rsplit('/').next().unwrap_or(path);
            let stem = name.strip_suffix(".py").unwrap_or(name);
            let words = stem.strip_prefix(revision).unwrap_or(stem);
            words.replace('_', " ").trim().to_owned()
        }
    }
}

fn created(docstring: &str) -> Option<String> {
    let line = docstring
        .lines()
        .find_map(|line| line.trim().strip_prefix("Create Date:"))?;
    let date = line.trim();
    (!date.is_empty()).then(|| date.to_owned())
}

fn syntax_problems(
    file: &SourceFile,
    errors: &[ruff_python_parser::ParseError],
) -> Vec<InputProblem> {
    let mut problems = Vec::new();
    // What follows the first error is often only its echo.
    for error in errors.iter().take(3) {
        let span = python::range(error.location);
        let message = match python_2(line_at(&file.text, span)) {
            Some(what) => format!(
                "This file is written for Python 2 ({what}). Alembic needs Python 3: convert the file. What could be read was read."
            ),
            None => format!(
                "Python syntax error: {}. What could be read was read.",
                error.error
            ),
        };
        let is_echo = problems
            .iter()
            .any(|earlier: &InputProblem| earlier.message == message);
        if !is_echo {
            problems.push(problem(file, span, message));
        }
    }
    problems
}

fn problem(file: &SourceFile, span: Span, message: String) -> InputProblem {
    InputProblem {
        file: file.path.to_string(),
        span,
        kind: ProblemKind::Syntax,
        message,
    }
}

fn line_at(text: &str, span: Span) -> &str {
    let at = span.start as usize;
    let before = text.get(..at).unwrap_or_default();
    let start = before.rfind('\n').map_or(0, |newline| newline + 1);
    text.get(start..)
        .and_then(|rest| rest.lines().next())
        .unwrap_or_default()
}

/// What makes a line Python 2, if it looks like it.
fn python_2(line: &str) -> Option<&'static str> {
    let code = line.trim_start();
    let word = |name: &str| {
        code.strip_prefix(name).is_some_and(|rest| {
            rest.starts_with([' ', '"', '\'']) && !rest.trim_start().starts_with(['(', '='])
        })
    };
    if word("print") {
        Some("a `print` statement")
    } else if word("exec") {
        Some("an `exec` statement")
    } else if code.starts_with("except ") && code.contains(',') && !code.contains('(') {
        Some("`except Error, name`")
    } else if code.starts_with("raise ") && code.contains(", ") && !code.contains('(') {
        Some("`raise Error, message`")
    } else if code.contains("ur\"") || code.contains("ur'") {
        Some("an `ur` string")
    } else if code.contains("<>") {
        Some("the operator `<>`")
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> HeaderReading {
        let file = SourceFile {
            path: "versions/1a2b_add_shelf.py".into(),
            text: text.into(),
        };
        read_header(&file, FileId(0))
    }

    #[test]
    fn a_header_is_read_in_every_way_it_is_written() {
        let text = r#""""Add shelf

Revision ID: 1a2b
Revises: 9f, 8e
Create Date: 2024-03-01 10:00:00.123

"""
from typing import Sequence, Union
from alembic import op

revision: str = "1a2b"
down_revision: Union[str, Sequence[str], None] = ("9f", "8e")
branch_labels = ["library"]
depends_on = None


def upgrade() -> None:
    pass
"#;
        let reading = read(text);
        assert_eq!(reading.problems, []);
        let migration = reading.migration.unwrap();
        assert_eq!(migration.header.revision, "1a2b");
        assert_eq!(migration.header.parents, ["9f", "8e"]);
        assert_eq!(migration.header.branch_labels, ["library"]);
        assert_eq!(migration.header.depends_on, Vec::<String>::new());
        assert_eq!(migration.header.title, "Add shelf");
        assert_eq!(
            migration.header.created.as_deref(),
            Some("2024-03-01 10:00:00.123")
        );
        assert_eq!(migration.revision_span.slice(text), "\"1a2b\"");
        assert_eq!(migration.parents_span.slice(text), "(\"9f\", \"8e\")");
        assert_eq!(
            migration.up.place().unwrap().span.slice(text),
            "def upgrade() -> None:\n    pass"
        );
        assert_eq!(migration.down, Half::Missing);
    }

    #[test]
    fn an_environment_is_no_migration() {
        assert_eq!(
            read("from alembic import context\ndef run_migrations_online(): pass\n"),
            HeaderReading::default()
        );
    }

    #[test]
    fn python_2_is_named_and_the_rest_still_read() {
        let reading =
            read("revision = 'a'\ndown_revision = None\ndef upgrade():\n    print \"hello\"\n");
        assert!(reading.problems[0].message.contains("`print` statement"));
        let migration = reading.migration.unwrap();
        assert_eq!(migration.header.title, "1a2b add shelf");
        assert!(matches!(migration.up, Half::Function(_)));
    }

    #[test]
    fn deep_nesting_is_refused_and_does_not_exhaust_the_stack() {
        for text in [
            "(".repeat(10_000),
            "-".repeat(10_000),
            "not ".repeat(10_000),
            format!("x = {}1", "a+".repeat(50_000)),
            (0..500)
                .map(|n| format!("{}if x:\n", " ".repeat(n)))
                .collect(),
        ] {
            assert!(
                read(&text).problems[0].message.contains("nests deeper"),
                "{}",
                &text[..9]
            );
        }
    }
}
