use super::*;
use crate::effects::Effects;
use crate::migration::{FileId, Isolation, Place, Step};
use crate::operation::Certainty;
use crate::schema::World;
use crate::text::Span;

/// Runs SQL on a state, as a review does.
fn run(start: &Schema, text: &str) -> Vec<StepOutcome> {
    let mut before = start.clone();
    let mut steps = Vec::new();
    for statement in sql::read(text) {
        let result = schema::apply(&before, &statement.operation);
        let after = match &result {
            Ok(applied) => applied.schema.clone(),
            Err(error) => panic!("{}: {error}", statement.span.slice(text)),
        };
        steps.push(StepOutcome {
            step: Step {
                place: Place {
                    file: FileId(0),
                    span: statement.span,
                },
                sql: statement.span.slice(text).to_owned(),
                origins: vec![(Span::new(0, 0), statement.span)],
                operation: statement.operation,
                isolation: Isolation::Ordinary,
                certainty: Certainty::Always,
                condition: None,
                implicit: false,
            },
            before: before.clone(),
            after: after.clone(),
            result: result.map(|applied| applied.notes),
            effects: Effects::default(),
        });
        before = after;
    }
    steps
}

fn state(text: &str) -> Schema {
    let empty = Schema::empty(World::Closed);
    run(&empty, text).pop().map_or(empty, |last| last.after)
}

/// A seed library before the migration.
const BEFORE: &str = "
    CREATE TYPE season AS ENUM ('spring', 'summer', 'autumn');
    CREATE TABLE garden (id bigserial PRIMARY KEY, name text NOT NULL UNIQUE, founded date DEFAULT CURRENT_DATE);
    CREATE TABLE plot (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        garden_id bigint NOT NULL REFERENCES garden (id) ON DELETE CASCADE,
        label varchar(40) NOT NULL DEFAULT '',
        season season NOT NULL DEFAULT 'spring',
        area numeric(8, 2) CHECK (area > 0),
        CONSTRAINT uq_plot UNIQUE (garden_id, label)
    );
    CREATE INDEX ix_plot_area ON plot (area DESC) WHERE area IS NOT NULL;
    COMMENT ON COLUMN plot.area IS 'in square metres';
    CREATE VIEW large_plots AS SELECT id, area FROM plot WHERE area > 100;
";

fn inverted(up: &str) -> (String, Grade) {
    let steps = run(&state(BEFORE), up);
    let reversal = invert(&steps);
    let text: Vec<String> = reversal
        .operations
        .iter()
        .map(|operation| format!("{};", sql::print(operation)))
        .collect();
    (text.join("\n"), reversal.grade)
}

fn exact(up: &str) -> String {
    let (text, grade) = inverted(up);
    assert_eq!(grade, Grade::Exact, "{text}");
    text
}

fn losing(up: &str) -> (String, Vec<String>) {
    match inverted(up) {
        (text, Grade::SchemaOnly { lost } | Grade::Reordered { lost }) => (text, lost),
        (text, grade) => panic!("{grade:?}\n{text}"),
    }
}

#[test]
fn what_was_added_goes_in_reverse_order() {
    insta::assert_snapshot!(exact(
        "CREATE TABLE sowing (id bigserial PRIMARY KEY, plot_id bigint REFERENCES plot (id), seed text);
         CREATE INDEX ix_sowing_plot ON sowing (plot_id);
         ALTER TABLE plot ADD COLUMN slug text;
         CREATE UNIQUE INDEX ix_plot_slug ON plot (slug);
         ALTER TABLE garden ADD CONSTRAINT ck_name CHECK (name <> '');"
    ));
}

#[test]
fn what_was_dropped_comes_back_whole() {
    let (text, lost) = losing("DROP VIEW large_plots; DROP TABLE plot; DROP TABLE garden;");
    insta::assert_snapshot!(text);
    assert_eq!(lost, ["all rows of plot", "all rows of garden"]);
}

#[test]
fn a_dropped_column_comes_back_with_all_that_was_on_it() {
    let (text, grade) = inverted("ALTER TABLE plot DROP COLUMN label;");
    insta::assert_snapshot!(text);
    let lost = vec!["the values of plot.label".to_owned()];
    assert_eq!(grade, Grade::Reordered { lost });
}

#[test]
fn cascade_is_undone_too() {
    let (text, lost) = losing("ALTER TABLE plot DROP COLUMN area CASCADE;");
    insta::assert_snapshot!(text);
    assert_eq!(
        lost.first().map(String::as_str),
        Some("the values of plot.area")
    );
}

#[test]
fn renames_are_renamed_back() {
    insta::assert_snapshot!(exact(
        "ALTER TABLE garden RENAME TO orchard;
         ALTER TABLE orchard RENAME COLUMN founded TO planted;
         ALTER TABLE plot RENAME CONSTRAINT uq_plot TO uq_plot_label;
         ALTER INDEX ix_plot_area RENAME TO ix_plot_size;
         ALTER TYPE season RENAME VALUE 'autumn' TO 'fall';
         ALTER VIEW large_plots RENAME TO big_plots;"
    ));
}

#[test]
fn columns_become_what_they_were() {
    let (text, lost) = losing(
        "DROP VIEW large_plots;
         ALTER TABLE plot ALTER COLUMN label TYPE text, ALTER COLUMN label DROP DEFAULT, ALTER COLUMN label DROP NOT NULL;
         ALTER TABLE garden ALTER COLUMN founded SET NOT NULL;
         ALTER TABLE garden ALTER COLUMN name SET DEFAULT 'unnamed';",
    );
    insta::assert_snapshot!(text);
    assert_eq!(lost, ["what plot.label held beyond what text can hold"]);
}

#[test]
fn an_enum_loses_its_new_label_by_being_made_anew() {
    let before = state(
        "CREATE TYPE season AS ENUM ('spring', 'autumn');
         CREATE TABLE sowing (season season NOT NULL DEFAULT 'spring', others season[]);",
    );
    let reversal = invert(&run(
        &before,
        "ALTER TYPE season ADD VALUE 'summer' AFTER 'spring';",
    ));
    assert_eq!(reversal.grade, Grade::Exact);
    let text: Vec<String> = reversal.operations.iter().map(sql::print).collect();
    insta::assert_snapshot!(text.join(";\n"));
}

#[test]
fn careful_statements_are_undone_carefully() {
    assert_eq!(
        exact("CREATE INDEX CONCURRENTLY ix_garden_founded ON garden (founded);"),
        "DROP INDEX CONCURRENTLY ix_garden_founded;"
    );
}

#[test]
fn what_becomes_of_the_data_is_said() {
    let (text, lost) = losing(
        "INSERT INTO garden (name) VALUES ('north');
         UPDATE plot SET label = upper(label);
         ALTER TABLE plot ADD COLUMN slug text;
         UPDATE plot SET slug = label;
         DELETE FROM garden WHERE founded IS NULL;",
    );
    assert_eq!(text, "ALTER TABLE plot DROP COLUMN slug;");
    assert_eq!(
        lost,
        [
            "rows that were inserted into garden stay",
            "the values that plot.label had before the update",
            "the rows that were deleted from garden"
        ]
    );
}

#[test]
fn what_could_not_be_read_cannot_be_undone() {
    let steps = run(
        &state(BEFORE),
        "ALTER TABLE plot ADD COLUMN slug text; FROBNICATE plot;",
    );
    let Reversal {
        operations, grade, ..
    } = invert(&steps);
    assert!(matches!(grade, Grade::Irreversible { .. }), "{grade:?}");
    assert_eq!(operations.len(), 1);
}

#[test]
fn a_table_that_no_file_defines_cannot_come_back() {
    let open = Schema::empty(World::Open);
    for up in [
        "DROP TABLE loan;",
        "ALTER TABLE loan DROP COLUMN due;",
        "DROP INDEX ix_loan_due;",
    ] {
        let grade = invert(&run(&open, up)).grade;
        assert!(
            matches!(grade, Grade::Irreversible { .. }),
            "{up} {grade:?}"
        );
    }
    let steps = run(
        &open,
        "ALTER TABLE loan ADD COLUMN due date; CREATE INDEX ix_loan_due ON loan (due);",
    );
    let reversal = invert(&steps);
    assert_eq!(reversal.grade, Grade::Exact);
    assert_eq!(reversal.operations.len(), 2);
}

#[test]
fn a_schema_made_from_its_own_sql_is_the_same() {
    let schema = state(
        "CREATE EXTENSION citext;
         CREATE SCHEMA farm;
         CREATE TYPE farm.kind AS ENUM ('root', 'leaf');
         CREATE DOMAIN farm.weight AS numeric(6,2) CHECK (VALUE > 0);
         CREATE TABLE farm.crop (id serial PRIMARY KEY, kind farm.kind[], grams farm.weight, parent_id integer REFERENCES farm.crop (id));
         CREATE TABLE a (id integer PRIMARY KEY, b_id integer);
         CREATE TABLE b (id integer PRIMARY KEY, a_id integer REFERENCES a (id) DEFERRABLE INITIALLY DEFERRED);
         ALTER TABLE a ADD CONSTRAINT a_b FOREIGN KEY (b_id) REFERENCES b (id) ON DELETE SET NULL NOT VALID;
         CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.b_id := 1; RETURN NEW; END $$;
         CREATE TRIGGER touch BEFORE UPDATE OF b_id ON a FOR EACH ROW EXECUTE FUNCTION touch();
         ALTER TABLE a ENABLE ROW LEVEL SECURITY;
         CREATE POLICY own ON a FOR SELECT USING (id > 0);
         CREATE VIEW v2 AS SELECT id FROM a;
         CREATE VIEW v1 AS SELECT id FROM v2;
         CREATE SEQUENCE counter START 10;
         COMMENT ON TABLE a IS 'it''s';",
    );
    let text: String = make(&schema)
        .iter()
        .map(|statement| format!("{statement};\n"))
        .collect();
    let again = state(&text);
    assert_eq!(
        schema::diff(&schema, &again, &[]).lines(),
        Vec::<String>::new(),
        "{text}"
    );
    insta::assert_snapshot!(text);
}

#[test]
fn code_comes_back_with_all_that_was_written() {
    let before = state(
        "CREATE TABLE plot (id integer PRIMARY KEY, note text);
         CREATE FUNCTION pad(value text, width integer DEFAULT 8) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
             SET search_path = public AS $$ SELECT lpad(value, width) $$;
         CREATE FUNCTION twice(n integer) RETURNS integer LANGUAGE sql RETURN n * 2;
         CREATE FUNCTION log_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$;
         CREATE TRIGGER log_change AFTER UPDATE ON plot REFERENCING NEW TABLE AS fresh
             FOR EACH STATEMENT EXECUTE FUNCTION log_change('plot', 'note');",
    );
    let reversal = invert(&run(
        &before,
        "DROP TRIGGER log_change ON plot; DROP FUNCTION log_change(); DROP FUNCTION pad(text, integer);
         DROP FUNCTION twice(integer);",
    ));
    assert_eq!(reversal.grade, Grade::Exact);
    let text: Vec<String> = reversal.operations.iter().map(sql::print).collect();
    insta::assert_snapshot!(text.join(";\n"));
}

#[test]
fn what_no_cast_brings_back_is_left_to_a_person() {
    let (text, grade) = inverted(
        "ALTER TABLE plot ALTER COLUMN area DROP DEFAULT;
         DROP VIEW large_plots;
         ALTER TABLE plot DROP CONSTRAINT plot_area_check;
         DROP INDEX ix_plot_area;
         ALTER TABLE plot ALTER COLUMN area TYPE boolean USING area > 10;",
    );
    assert!(matches!(grade, Grade::Irreversible { .. }), "{text}");
}

#[test]
fn what_a_single_migration_only_reveals_is_not_called_exact() {
    let open = Schema::empty(World::Open);
    for up in [
        "ALTER TABLE loan ALTER COLUMN due SET NOT NULL;",
        "ALTER TABLE loan ALTER COLUMN due TYPE timestamptz; ALTER TABLE loan ALTER COLUMN due SET NOT NULL;",
        "ALTER TABLE loan ADD COLUMN IF NOT EXISTS due date;",
        "ALTER TABLE loan ENABLE ROW LEVEL SECURITY;",
        "DROP TRIGGER IF EXISTS touch ON loan;",
        "DROP FUNCTION IF EXISTS touch();",
        "COMMENT ON COLUMN loan.due IS 'the last day';",
    ] {
        let grade = invert(&run(&open, up)).grade;
        assert!(
            matches!(grade, Grade::Irreversible { .. }),
            "{up} {grade:?}"
        );
    }
}
