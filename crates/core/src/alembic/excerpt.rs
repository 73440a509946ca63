//! Excerpts of migrations, as people paste them: functions without a header, calls of `op` without a function, a column
//! alone.

use ruff_python_ast::{Expr, Stmt};

use super::python;
use crate::migration::{FileId, Half, Header, Migration, Place, SourceFile};
use crate::text::Span;

/// What an excerpt leaves out and every migration has.
pub(super) const IMPORTS: &str = "\
from alembic import op
import sqlalchemy as sa
from sqlalchemy import text
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects.postgresql import ARRAY, ENUM, JSON, JSONB, TIMESTAMP, UUID
";

/// The table that a column without one is taken to be added to.
pub(super) const TABLE: &str = "excerpt";

/// Kinds of excerpts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Excerpt {
    /// `upgrade()` or `downgrade()`.
    Functions,
    /// Calls of `op`, or a column, outside of any function: an upgrade.
    Calls,
}

/// What kind of excerpt a module is; none for a whole migration and for any other file. A header with calls below it and
/// no function is an excerpt too: nothing of it may be left out in silence.
pub(super) fn kind(suite: &[Stmt]) -> Option<Excerpt> {
    let has_revision = suite.iter().any(|statement| match statement {
        Stmt::Assign(assign) => assign.targets.iter().any(is_revision),
        Stmt::AnnAssign(assign) => is_revision(&assign.target),
        _ => false,
    });
    let function = |name: &str| function(suite, name).is_some();
    if function("upgrade") || function("downgrade") {
        (!has_revision).then_some(Excerpt::Functions)
    } else {
        let called = |statement: &Stmt| is_operation(statement) || is_column(statement);
        suite.iter().any(called).then_some(Excerpt::Calls)
    }
}

/// Whether a module leaves out its imports, as samples do.
pub(super) fn lacks_imports(suite: &[Stmt]) -> bool {
    !suite
        .iter()
        .any(|statement| matches!(statement, Stmt::Import(_) | Stmt::ImportFrom(_)))
}

fn is_revision(target: &Expr) -> bool {
    matches!(target, Expr::Name(name) if matches!(name.id.as_str(), "revision" | "down_revision"))
}

/// `op.name(…)`.
fn is_operation(statement: &Stmt) -> bool {
    let Some(Expr::Attribute(attribute)) = callee(statement) else {
        return false;
    };
    matches!(attribute.value.as_ref(), Expr::Name(name) if name.id.as_str() == "op")
}

/// `sa.Column(…)`, `Column(…)`.
pub(super) fn is_column(statement: &Stmt) -> bool {
    match callee(statement) {
        Some(Expr::Attribute(attribute)) => attribute.attr.as_str() == "Column",
        Some(Expr::Name(name)) => name.id.as_str() == "Column",
        _ => false,
    }
}

fn callee(statement: &Stmt) -> Option<&Expr> {
    match statement {
        Stmt::Expr(expression) => match expression.value.as_ref() {
            Expr::Call(call) => Some(&call.func),
            _ => None,
        },
        _ => None,
    }
}

fn function(suite: &[Stmt], name: &str) -> Option<Span> {
    suite.iter().find_map(|statement| match statement {
        Stmt::FunctionDef(function) if function.name.as_str() == name => {
            Some(python::span(function))
        }
        _ => None,
    })
}

/// An excerpt as a migration without a revision of its own: it is called after its file.
pub fn read_excerpt(file: &SourceFile, id: FileId) -> Option<Migration> {
    let module = python::parse(&file.text).ok()?;
    let suite = module.suite();
    let half = |name: &str| match function(suite, name) {
        Some(span) => Half::Function(Place { file: id, span }),
        None => Half::Missing,
    };
    let up = match kind(suite)? {
        Excerpt::Functions => half("upgrade"),
        Excerpt::Calls => Half::Function(Place {
            file: id,
            span: Span::new(0, file.text.len()),
        }),
    };
    let name = file.path.rsplit('/').next().unwrap_or(&file.path);
    let stem = name.strip_suffix(".py").unwrap_or(name);
    Some(Migration {
        header: Header {
            revision: stem.to_owned(),
            title: stem.replace('_', " "),
            ..Header::default()
        },
        file: id,
        revision_span: Span::default(),
        parents_span: Span::default(),
        up,
        down: half("downgrade"),
        transaction: None,
        down_transaction: None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn halves(text: &str) -> Option<(bool, bool)> {
        let file = SourceFile {
            path: "versions/paste.py".into(),
            text: text.into(),
        };
        let migration = read_excerpt(&file, FileId(0))?;
        assert_eq!(migration.header.revision, "paste");
        Some((
            migration.up != Half::Missing,
            migration.down != Half::Missing,
        ))
    }

    #[test]
    fn functions_calls_and_columns_are_excerpts() {
        assert_eq!(
            halves("def upgrade():\n    op.drop_table('kite')\n"),
            Some((true, false))
        );
        assert_eq!(halves("def downgrade():\n    pass\n"), Some((false, true)));
        assert_eq!(halves("op.drop_table('kite')\n"), Some((true, false)));
        assert_eq!(
            halves("# why\nsa.Column('a', sa.Text())\n"),
            Some((true, false))
        );
    }

    #[test]
    fn calls_below_a_header_are_an_upgrade() {
        let file = SourceFile {
            path: "versions/a.py".into(),
            text: "revision = 'a'\ndown_revision = None\nop.drop_table('kite')\n".into(),
        };
        let reading = crate::alembic::read_header(&file, FileId(0));
        let migration = reading.migration.expect("a migration");
        assert_eq!(migration.header.revision, "a");
        assert_ne!(migration.up, Half::Missing);
    }

    #[test]
    fn whole_migrations_and_other_files_are_not() {
        assert_eq!(halves("revision = 'a'\ndef upgrade():\n    pass\n"), None);
        assert_eq!(
            halves("from alembic import context\ncontext.configure()\n"),
            None
        );
        assert_eq!(halves("print('x')\n"), None);
    }
}
