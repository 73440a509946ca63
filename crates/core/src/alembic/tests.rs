//! What migrations are read as: whole files in, SQL out.

use super::*;
use crate::schema::World;

/// A migration with these statements in `upgrade()`, after these imports.
fn script(imports: &str, body: &str) -> SourceFile {
    let body: String = body.lines().map(|line| format!("    {line}\n")).collect();
    SourceFile {
        path: "api/migrations/versions/0001_first.py".into(),
        text: format!(
            "import sqlalchemy as sa\nfrom alembic import op\n{imports}\nrevision = '0001'\ndown_revision = None\n\ndef upgrade():\n{body}"
        )
        .into(),
    }
}

fn module(path: &str, text: &str) -> SourceFile {
    SourceFile {
        path: path.into(),
        text: text.into(),
    }
}

/// A database that remembers nothing.
struct Forgetful(Schema);

impl Catalog for Forgetful {
    fn schema(&self) -> &Schema {
        &self.0
    }

    fn execute(&mut self, _: &Step) {}
}

fn upgrade(file: &SourceFile, modules: &[SourceFile]) -> Script {
    let settings = AlembicSettings::default();
    let modules = Modules::new(modules);
    let project = Surroundings {
        settings: &settings,
        modules: &modules,
    };
    let mut catalog = Forgetful(Schema::empty(World::Open));
    let script = evaluate(file, FileId(0), Direction::Up, project, &mut catalog);
    assert!(
        !matches!(script.ending, crate::migration::Ending::Raises(_)),
        "{:?}",
        script.ending
    );
    script
}

/// The statements, on one line each; `?` and the reason for what is not analysed.
fn statements(script: &Script) -> Vec<String> {
    let steps = script.steps.iter();
    steps
        .map(|step| match &step.operation {
            crate::operation::Operation::Opaque(opaque) if step.sql.is_empty() => {
                format!("? {}", opaque.reason)
            }
            _ => step.sql.split_whitespace().collect::<Vec<_>>().join(" "),
        })
        .collect()
}

#[test]
fn column_types_of_the_application_are_read_from_its_modules() {
    let types = module(
        "api/orchard/kit/types.py",
        r#"
import uuid
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql import functions
from sqlalchemy.types import CHAR, TypeDecorator as _Decorator, UserDefinedType

if TYPE_CHECKING:
    Decorator = _Decorator[Any]
else:
    Decorator = _Decorator


class Guid(Decorator):
    impl = CHAR

    def load_dialect_impl(self, dialect):
        if dialect.name == "postgresql":
            return dialect.type_descriptor(postgresql.UUID())
        return dialect.type_descriptor(CHAR(32))


class Moment(Decorator):
    impl = sa.TIMESTAMP


class Word(Decorator):
    impl = sa.String

    def __init__(self, kind, **options):
        super().__init__(**options)
        self.kind = kind


class ShortWord(Word):
    pass


class Weight(UserDefinedType):
    def __init__(self, digits=2):
        self.digits = digits

    def get_col_spec(self, **kw):
        return "NUMERIC(%d, 1)" % self.digits


class NewId(functions.FunctionElement[uuid.UUID]):
    name = "new_id"


@compiles(NewId, "sqlite")
def new_id_sqlite(element, compiler, **kw):
    return "(random_id())"


@compiles(NewId, "postgresql")
def new_id_postgresql(element, compiler, **kw):
    return "(gen_random_uuid())"
"#,
    );
    let package = module("api/orchard/kit/__init__.py", "from .types import *\n");
    let file = script(
        "import orchard.kit.types\nfrom orchard.kit import Guid, Moment, ShortWord\n",
        r#"op.create_table(
    "tree",
    sa.Column("id", Guid(), server_default=orchard.kit.types.NewId(), nullable=False),
    sa.Column("planted", Moment(timezone=True)),
    sa.Column("label", ShortWord(str, length=12)),
    sa.Column("weight", orchard.kit.types.Weight(digits=6)),
)"#,
    );
    assert_eq!(
        statements(&upgrade(&file, &[types, package])),
        [
            "CREATE TABLE tree ( id UUID DEFAULT (gen_random_uuid()) NOT NULL, planted TIMESTAMP WITH TIME ZONE, \
          label VARCHAR(12), weight NUMERIC(6, 1) )"
        ]
    );
}

#[test]
fn constants_enums_and_functions_come_from_modules_too() {
    let shapes = module(
        "api/orchard/shapes.py",
        r#"
from enum import StrEnum

from alembic import op

from . import missing

TABLES = ["tree", "press"]


class State(StrEnum):
    ripe = "ripe"
    sold = "sold"


def lock(table):
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
"#,
    );
    let file = script(
        "from orchard.shapes import State, TABLES, lock\nfrom orchard.shapes import missing\n",
        r#"for table in TABLES:
    lock(table)
op.execute(f"UPDATE tree SET state = '{State.sold}'")
op.execute(missing.SQL)"#,
    );
    let script = upgrade(&file, &[shapes]);
    assert_eq!(
        statements(&script),
        [
            "ALTER TABLE tree ENABLE ROW LEVEL SECURITY",
            "ALTER TABLE press ENABLE ROW LEVEL SECURITY",
            "UPDATE tree SET state = 'sold'",
            "? depends on `.missing.SQL`, which is not part of this file",
        ]
    );
    // What happens in a module is shown at the call that led there.
    let places: Vec<&str> = script
        .steps
        .iter()
        .map(|step| step.place.span.slice(&file.text))
        .collect();
    assert_eq!(places.first(), Some(&"lock(table)"));
    for step in &script.steps {
        assert!(
            step.origins
                .iter()
                .all(|(_, source)| (source.end as usize) <= file.text.len())
        );
    }
}

#[test]
fn a_foreign_key_with_use_alter_waits_for_its_alter_table() {
    let file = script(
        "",
        r#"op.create_table(
    "tree",
    sa.Column("id", sa.Integer()),
    sa.Column("best", sa.Integer()),
    sa.ForeignKeyConstraint(["best"], ["fruit.id"], use_alter=True),
)"#,
    );
    assert_eq!(
        statements(&upgrade(&file, &[])),
        ["CREATE TABLE tree ( id INTEGER, best INTEGER )"]
    );
}

#[test]
fn reflected_metadata_knows_the_tables_that_exist_then() {
    use crate::config::Config;
    use crate::review::{Input, review};

    let file = script(
        "",
        "op.create_table('kiln', sa.Column('id', sa.Integer()), sa.Column('name', sa.Text()))
bind = op.get_bind()
metadata = sa.MetaData()
metadata.reflect(bind)
kiln = metadata.tables['kiln']
bind.execute(sa.update(kiln).where(kiln.c.id == 7).values(name='raku'))
bind.execute(sa.delete(metadata.tables['glaze']))",
    );
    let input = Input {
        file,
        history: false,
    };
    let review = review(vec![input], None, Config::default());
    let steps: Vec<String> = review.timeline[0]
        .up
        .steps
        .iter()
        .filter(|outcome| !outcome.step.implicit)
        .map(|outcome| match &outcome.step.operation {
            crate::operation::Operation::Opaque(opaque) => format!("? {}", opaque.reason),
            _ => outcome.step.sql.clone(),
        })
        .collect();
    assert_eq!(
        steps.get(1..),
        Some(
            &[
                "UPDATE kiln SET name='raku' \nWHERE kiln.id = 7".to_owned(),
                "? is a table of metadata that is not read".to_owned(),
            ][..]
        )
    );
}

#[test]
fn an_unknown_type_leaves_the_rest_of_its_table_known() {
    use crate::config::Config;
    use crate::review::{Input, review};

    let body = r"op.create_table(
    'crate',
    sa.Column('id', sa.Integer, primary_key=True),
    sa.Column('mass', Weight(), nullable=False, index=True),
    sa.Column('label', sa.Text),
)
op.add_column('crate', sa.Column('tare', Weight()))
op.alter_column('crate', 'label', type_=Weight())
op.execute('DROP TYPE weight_unit')";
    let file = script("from orchard.types import Weight", body);
    let input = Input {
        file: file.clone(),
        history: false,
    };
    let review = review(vec![input], None, Config::default());
    let run = &review.timeline[0];
    assert!(
        run.up.error().is_none(),
        "an unknown type may have brought weight_unit"
    );
    let schema = &run.up.schema;
    let table = schema.tables.values().next().expect("the table is known");
    let columns: Vec<(&str, &str, bool)> = table
        .columns
        .iter()
        .map(|column| {
            (
                column.name.as_str(),
                column.data_type.as_str(),
                column.nullable,
            )
        })
        .collect();
    assert_eq!(
        columns,
        [
            ("id", "integer", false),
            ("mass", "", false),
            ("label", "", true),
            ("tare", "", true),
        ]
    );
    assert_eq!(table.indexes.len(), 1);
    assert!(table.is_complete());
    assert_eq!((schema.unknown_steps, schema.unknown_types), (0, true));
    let unread = review.report().not_analysed;
    let told: Vec<(&str, u32)> = unread
        .iter()
        .map(|place| (place.reason.as_str(), place.location.line))
        .collect();
    let because = "depends on the column type `orchard.types.Weight`, which is not part of this file: name it under [alembic.types] in retort.toml";
    assert_eq!(
        told,
        [
            (format!("the type of mass {because}").as_str(), 11),
            (format!("the type of tare {because}").as_str(), 14),
            (format!("the type of label {because}").as_str(), 15),
        ]
    );
    let project = Surroundings {
        settings: &AlembicSettings::default(),
        modules: &Modules::new(&[]),
    };
    let printed = offline_sql(&file, FileId(0), Direction::Up, project);
    let printed = printed.statements.join("\n");
    assert!(
        !printed.contains('\u{2026}') && !printed.contains("CREATE TABLE"),
        "{printed}"
    );
    assert!(
        printed.starts_with("-- not analysed: the type of mass"),
        "{printed}"
    );
}

#[test]
fn a_correlated_subquery_leaves_out_the_table_around_it() {
    let tables = "shelf = sa.table('shelf', sa.column('id'), sa.column('depth'))\n    \
                  tool = sa.table('tool', sa.column('shelf_id'), sa.column('length'))";
    let updates = |query: &str| {
        let body = format!("{tables}\n    op.execute(shelf.update().values(depth={query}))");
        statements(&upgrade(&script("", &body), &[]))
    };
    assert_eq!(
        updates("sa.select(tool.c.length).where(tool.c.shelf_id == shelf.c.id).scalar_subquery()"),
        ["UPDATE shelf SET depth=(SELECT tool.length FROM tool WHERE tool.shelf_id = shelf.id)"],
    );
    assert_eq!(
        updates("sa.select(tool.c.length).scalar_subquery()"),
        ["UPDATE shelf SET depth=(SELECT tool.length FROM tool)"],
    );
}

/// What one revision does on a database that begins empty, with its conditions.
fn reviewed(imports: &str, body: &str) -> Vec<String> {
    use crate::config::Config;
    use crate::review::{Input, review};

    let input = Input {
        file: script(imports, body),
        history: false,
    };
    let review = review(vec![input], None, Config::default());
    let steps = review.timeline.first().expect("a revision").up.steps.iter();
    let told = steps.filter(|outcome| !outcome.step.implicit);
    told.map(|outcome| {
        let said = match &outcome.step.operation {
            crate::operation::Operation::Opaque(opaque) if outcome.step.sql.is_empty() => {
                format!("? {}", opaque.reason)
            }
            _ => outcome
                .step
                .sql
                .split_whitespace()
                .collect::<Vec<_>>()
                .join(" "),
        };
        match (&outcome.step.condition, outcome.step.certainty) {
            (Some(condition), _) => format!("[{condition}] {said}"),
            (None, crate::operation::Certainty::Repeatedly) => format!("[again and again] {said}"),
            (None, _) => said,
        }
    })
    .collect()
}

/// What offline mode cannot do: questions to the database, sessions, rows.
#[test]
fn questions_to_the_database_are_answered_from_the_simulated_schema() {
    let steps = reviewed(
        "from sqlalchemy import orm\n",
        r#"op.create_table('kiln', sa.Column('id', sa.Integer, primary_key=True), sa.Column('name', sa.Text, unique=True))
op.create_index('ix_kiln_name', 'kiln', ['name'])
bind = op.get_bind()
inspector = sa.inspect(bind)
if inspector.has_table('kiln'):
    op.execute("SELECT 'has_table'")
if 'heat' not in [column['name'] for column in inspector.get_columns('kiln')]:
    op.add_column('kiln', sa.Column('heat', sa.Integer))
if any(index['name'] == 'ix_kiln_name' for index in sa.inspect(bind).get_indexes('kiln')):
    op.drop_index('ix_kiln_name', 'kiln')
op.execute(f"SELECT '{sa.inspect(bind).get_unique_constraints('kiln')[0]['name']}'")
op.execute(f"SELECT '{', '.join(sa.inspect(bind).get_table_names())}'")
op.execute(f"SELECT '{sa.inspect(bind).get_pk_constraint('kiln')['constrained_columns'][0]}'")
session = orm.Session(bind=bind)
session.execute(sa.text('DELETE FROM kiln WHERE id = :id'), {'id': 3})
session.commit()
bind.execute(sa.text('UPDATE kiln SET name = :name'), {'name': "it's"})
for row in bind.execute(sa.text('SELECT id FROM kiln')).fetchall():
    bind.execute(sa.text('UPDATE kiln SET heat = 1 WHERE id = :id'), {'id': row.id})
if bind.execute(sa.text('SELECT count(*) FROM kiln')).scalar() > 0:
    op.execute('SELECT 1')
else:
    op.execute('SELECT 2')"#,
    );
    assert_eq!(
        steps,
        [
            "CREATE TABLE kiln ( id SERIAL NOT NULL, name TEXT, PRIMARY KEY (id), UNIQUE (name) )",
            "CREATE INDEX ix_kiln_name ON kiln (name)",
            "SELECT 'has_table'",
            "ALTER TABLE kiln ADD COLUMN heat INTEGER",
            "DROP INDEX ix_kiln_name",
            "SELECT 'kiln_name_key'",
            // The file may have others before it.
            "? depends on the database, whose history is not here",
            "SELECT 'id'",
            "DELETE FROM kiln WHERE id = 3",
            "UPDATE kiln SET name = 'it''s'",
            "SELECT id FROM kiln",
            "[again and again] UPDATE kiln SET heat = 1 WHERE id = :id",
            "SELECT count(*) FROM kiln",
            "[bind.execute(sa.text('SELECT count(*) FROM kiln')).scalar() > 0] SELECT 1",
            "[not (bind.execute(sa.text('SELECT count(*) FROM kiln')).scalar() > 0)] SELECT 2",
        ]
    );
}

#[test]
fn loops_and_recursion_without_an_end_are_left() {
    let endless = reviewed(
        "",
        "n = 1\nwhile n:\n    n += 1\n    op.execute(f'SELECT {n}')",
    );
    assert!(endless.len() < 10_000, "{}", endless.len());
    assert_eq!(
        endless.last().map(String::as_str),
        Some("[again and again] ? changes from round to round of a loop")
    );
    let deep = reviewed(
        "def dig(n):\n    return dig(n + 1)\n",
        "op.execute('SELECT 1')\ndig(0)\nop.execute('SELECT 2')",
    );
    assert_eq!(deep.first().map(String::as_str), Some("SELECT 1"));
    assert!(!deep.contains(&"SELECT 2".to_owned()), "{deep:?}");
}

#[test]
fn a_logger_from_elsewhere_changes_nothing_other_calls_may() {
    let file = script(
        "from orchard.tools import logger, press\n",
        "logger.info('pressing')\npress.info('pressing')\nlogger.press()",
    );
    assert_eq!(
        statements(&upgrade(&file, &[])),
        [
            "? calls `press.info`, which is not part of this file",
            "? calls `logger.press`, which is not part of this file",
        ]
    );
}
