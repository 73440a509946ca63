use std::sync::Arc;

use super::*;

/// What each statement prints as, or `None`.
fn printed(statement: &str) -> Option<String> {
    calls(&sql::read_statement(statement), &Types::default())
}

#[test]
fn statements_print_as_a_person_would_write_them() {
    let cases: &[(&str, &str)] = &[
        (
            "ALTER TABLE tree ADD COLUMN height numeric(6, 2) DEFAULT 0 NOT NULL",
            "op.add_column(\n    \"tree\",\n    sa.Column(\n        \"height\",\n        sa.Numeric(precision=6, scale=2),\n        server_default=sa.text(\"0\"),\n        nullable=False,\n    ),\n)",
        ),
        (
            "ALTER TABLE tree DROP COLUMN height, ALTER COLUMN kind SET NOT NULL",
            "op.drop_column(\"tree\", \"height\")\nop.alter_column(\"tree\", \"kind\", nullable=False)",
        ),
        (
            "ALTER TABLE shop.tree RENAME COLUMN kind TO variety",
            "op.alter_column(\"tree\", \"kind\", new_column_name=\"variety\", schema=\"shop\")",
        ),
        (
            "ALTER TABLE tree ALTER COLUMN kind TYPE character varying(20) USING left(kind, 20)",
            "op.alter_column(\n    \"tree\", \"kind\", type_=sa.String(length=20), postgresql_using=\"left(kind, 20)\"\n)",
        ),
        (
            "ALTER TABLE tree RENAME TO plant",
            "op.rename_table(\"tree\", \"plant\")",
        ),
        ("DROP TABLE tree", "op.drop_table(\"tree\")"),
        (
            "DROP INDEX tree_kind_idx",
            "op.drop_index(op.f(\"tree_kind_idx\"))",
        ),
        (
            "CREATE UNIQUE INDEX tree_label ON tree (label, lower(kind)) WHERE felled IS NULL",
            "op.create_index(\n    op.f(\"tree_label\"),\n    \"tree\",\n    [\"label\", sa.text(\"(lower(kind))\")],\n    unique=True,\n    postgresql_where=sa.text(\"felled IS NULL\"),\n)",
        ),
        (
            "ALTER TABLE tree DROP CONSTRAINT tree_label_key",
            "op.drop_constraint(op.f(\"tree_label_key\"), \"tree\")",
        ),
        (
            "COMMENT ON TABLE tree IS 'What grows'",
            "op.create_table_comment(\"tree\", \"What grows\")",
        ),
        (
            "CREATE TYPE mood AS ENUM ('calm', 'wild')",
            "postgresql.ENUM(\"calm\", \"wild\", name=\"mood\").create(op.get_bind(), checkfirst=False)",
        ),
    ];
    for (statement, expected) in cases {
        assert_eq!(
            printed(statement).as_deref(),
            Some(*expected),
            "{statement}"
        );
    }
}

#[test]
fn a_table_prints_with_its_constraints() {
    let table = "CREATE TABLE tree (id bigint NOT NULL, plot_id uuid NOT NULL, tags text[] DEFAULT '{}', \
        CONSTRAINT tree_pkey PRIMARY KEY (id), CONSTRAINT tree_tall CHECK (height > 0), \
        CONSTRAINT tree_plot_id_fkey FOREIGN KEY (plot_id) REFERENCES plot (id) ON DELETE CASCADE)";
    assert_eq!(
        printed(table).as_deref(),
        Some(
            r#"op.create_table(
    "tree",
    sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column("plot_id", postgresql.UUID(), nullable=False),
    sa.Column("tags", postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'")),
    sa.PrimaryKeyConstraint("id", name=op.f("tree_pkey")),
    sa.CheckConstraint(sa.text("height > 0"), name=op.f("tree_tall")),
    sa.ForeignKeyConstraint(
        ["plot_id"], ["plot.id"], name=op.f("tree_plot_id_fkey"), ondelete="CASCADE"
    ),
)"#
        )
    );
}

#[test]
fn columns_that_count_up_print_as_sqlalchemy_makes_them() {
    let alone = "CREATE TABLE tree (id serial NOT NULL, CONSTRAINT tree_pkey PRIMARY KEY (id))";
    assert_eq!(
        printed(alone).as_deref(),
        Some(
            r#"op.create_table(
    "tree",
    sa.Column("id", sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint("id", name=op.f("tree_pkey")),
)"#
        )
    );
    let together = "CREATE TABLE tree (plot_id integer NOT NULL, id bigserial NOT NULL, \
        CONSTRAINT tree_pkey PRIMARY KEY (plot_id, id))";
    assert_eq!(
        printed(together).as_deref(),
        Some(
            r#"op.create_table(
    "tree",
    sa.Column("plot_id", sa.Integer(), nullable=False),
    sa.Column("id", sa.BigInteger(), autoincrement=True, nullable=False),
    sa.PrimaryKeyConstraint("plot_id", "id", name=op.f("tree_pkey")),
)"#
        )
    );
    let in_no_key = "CREATE TABLE tree (id integer PRIMARY KEY, number serial)";
    assert_eq!(printed(in_no_key), None);
}

#[test]
fn a_column_of_an_enum_does_not_make_the_enum_again() {
    let place = ObjectName::new("public", "mood");
    let mood = Type {
        schema: "public".to_owned(),
        name: "mood".to_owned(),
        definition: crate::schema::TypeDefinition::Enum {
            labels: vec!["calm".to_owned(), "wild".to_owned()],
        },
        comment: None,
        knowledge: crate::schema::Knowledge::Complete,
    };
    let types = Types::from_iter([(place, Arc::new(mood))]);
    let add = "ALTER TABLE tree ADD COLUMN mood public.mood DEFAULT 'calm'::public.mood NOT NULL";
    assert_eq!(
        calls(&sql::read_statement(add), &types).as_deref(),
        Some(
            r#"op.add_column(
    "tree",
    sa.Column(
        "mood",
        postgresql.ENUM(
            "calm", "wild", name="mood", schema="public", create_type=False
        ),
        server_default=sa.text("'calm'::public.mood"),
        nullable=False,
    ),
)"#
        )
    );
}

#[test]
fn what_alembic_has_no_operation_for_is_not_printed() {
    let statements = [
        "DROP TABLE tree CASCADE",
        "ALTER TABLE tree ENABLE ROW LEVEL SECURITY",
        "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "ALTER TABLE tree ADD COLUMN place geometry",
        "CREATE INDEX CONCURRENTLY ON tree (kind)",
        "UPDATE tree SET kind = 'oak'",
    ];
    for statement in statements {
        assert_eq!(printed(statement), None, "{statement}");
    }
}

#[test]
fn imports_are_asked_for_once() {
    let code = "op.add_column(\"tree\", sa.Column(\"a\", postgresql.UUID()))";
    let file = "from alembic import op\nimport sqlalchemy as sa\n";
    assert_eq!(
        missing_imports(code, file),
        ["from sqlalchemy.dialects import postgresql"]
    );
    let file = format!("{file}from sqlalchemy.dialects import mysql, postgresql\n");
    assert!(missing_imports(code, &file).is_empty());
    assert_eq!(
        import_lines(
            code,
            "\"\"\"Plant\"\"\"\nfrom alembic import op\nimport sqlalchemy as sa\n\n"
        ),
        Some((
            35,
            "from sqlalchemy.dialects import postgresql\n".to_owned()
        ))
    );
}
