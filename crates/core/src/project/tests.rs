use super::*;
use crate::migration::{Direction, Half};

fn project(files: &[(&str, &str)]) -> Project {
    let files: Vec<SourceFile> = files
        .iter()
        .map(|(path, text)| SourceFile {
            path: (*path).into(),
            text: (*text).into(),
        })
        .collect();
    detect(&files, None)
}

/// Revision, up and down of each migration as text; `*` behind a half that runs without a transaction.
fn halves(project: &Project) -> Vec<(String, String, String)> {
    let half = |migration: &Migration, direction| {
        let text = match migration.half(direction) {
            Half::Sql(place) => {
                let text = &project.files[place.file.0 as usize].text;
                let sql = sql_text(place.span.slice(text));
                sql.lines()
                    .map(str::trim)
                    .filter(|line| !line.starts_with("--"))
                    .collect::<Vec<_>>()
                    .join(" ")
            }
            Half::Function(_) => "function".to_owned(),
            Half::Missing => "-".to_owned(),
        };
        let alone = migration.transaction(direction) == Some(TransactionMode::None);
        format!(
            "{}{}",
            text.split_whitespace().collect::<Vec<_>>().join(" "),
            if alone { "*" } else { "" }
        )
    };
    project
        .migrations
        .iter()
        .map(|migration| {
            let revision = migration.header.revision.clone();
            (
                revision,
                half(migration, Direction::Up),
                half(migration, Direction::Down),
            )
        })
        .collect()
}

#[test]
fn every_convention_is_told_and_read() {
    type Case<'c> = (
        &'c [(&'c str, &'c str)],
        Convention,
        &'c [(&'c str, &'c str, &'c str)],
    );
    let cases: &[Case<'_>] = &[
        (
            &[
                ("m/2_b.up.sql", "B; C"),
                ("m/10_c.up.sql", "D"),
                ("m/2_b.down.sql", "E"),
                ("m/10_c.down.sql", ""),
            ],
            Convention::GolangMigrate,
            &[("2", "B; C", "E*"), ("10", "D*", "")],
        ),
        (
            &[
                ("m/20240101000000_a.up.sql", "A"),
                ("m/20240101000000_a.down.sql", "-- no-transaction\nB"),
            ],
            Convention::Sqlx,
            &[("20240101000000", "A", "B*")],
        ),
        (
            &[("m/2_b.sql", "B"), ("m/10_c.sql", "\n-- no-transaction\nC")],
            Convention::Sqlx,
            &[("2", "B", "-"), ("10", "C*", "-")],
        ),
        (
            &[
                ("m/1_a.up.sql", "general"),
                ("m/1_a.down.sql", "down"),
                ("m/1_a.postgres.up.sql", "own"),
                ("m/1_a.mysql.up.sql", "other"),
                ("m/2_b.autocommit.up.sql", "B"),
            ],
            Convention::Popx,
            &[("1", "own", "down"), ("2", "B*", "-")],
        ),
        (
            &[
                ("m/2024-01-02-000000_b/up.sql", "B"),
                ("m/2024-01-02-000000_b/down.sql", "C"),
                (
                    "m/2024-01-02-000000_b/metadata.toml",
                    "run_in_transaction = false",
                ),
                ("m/2024-01-01-000000_a/up.sql", "A"),
            ],
            Convention::Diesel,
            &[
                ("2024-01-01-000000", "A", "-"),
                ("2024-01-02-000000", "B*", "C*"),
            ],
        ),
        (
            &[(
                "m/1_a.sql",
                "-- migrate:up transaction:false\r\nA\r\n-- migrate:down\r\nB\r\n",
            )],
            Convention::Dbmate,
            &[("1", "A*", "B")],
        ),
        (
            &[
                ("m/1_a.sql", "-- +goose Up\nA\n-- +goose Down\nB"),
                ("m/2_b.sql", "-- +goose NO TRANSACTION\n-- +goose up\nC"),
            ],
            Convention::Goose,
            &[("1", "A", "B"), ("2", "C*", "-")],
        ),
        (
            &[(
                "m/1.sql",
                "-- +migrate Up\nA\n-- +migrate Up notransaction\nB\n-- +migrate Down\nC",
            )],
            Convention::SqlMigrate,
            &[("1", "A B*", "C")],
        ),
        (
            &[
                ("db/R__views.sql", "R"),
                ("db/V1.10__b.sql", "CREATE INDEX CONCURRENTLY i ON t (a)"),
                ("db/V1.9__a.sql", "A"),
                ("db/U1.9__a.sql", "B"),
            ],
            Convention::Flyway,
            &[
                ("1.9", "A", "B"),
                ("1.10", "CREATE INDEX CONCURRENTLY i ON t (a)*", "-"),
                ("R__views", "R", "-"),
            ],
        ),
        (
            &[
                ("p/20240101_a/migration.sql", "A; B"),
                ("p/20240102_b/migration.sql", "C;"),
            ],
            Convention::Prisma,
            &[("20240101", "A; B", "-"), ("20240102", "C;*", "-")],
        ),
        (
            &[(
                "c.sql",
                "--liquibase formatted sql\n--changeset ann:1\nA;\n--rollback B;\n--rollback C;\n\n--changeset ann:2 runInTransaction:false\nD;\n--rollback not required\n",
            )],
            Convention::Liquibase,
            &[("ann:1", "A;", "B; C;"), ("ann:2", "D;*", "-*")],
        ),
        (
            &[(
                "c.sql",
                "-- liquibase formatted sql\n-- changeset ann:1 dbms:mysql\nX;\n-- changeset ann:2\nA\n/\nB\n/\n/* liquibase rollback\nC;\n*/\n-- changeset ann:3\nD;\n-- rollback changesetId:2 changesetAuthor:ann\n",
            )],
            Convention::Liquibase,
            &[
                ("ann:2", "A ; B ; /* liquibase rollback C; */", "C;"),
                ("ann:3", "D;", "A ; B ; /* liquibase rollback C; */"),
            ],
        ),
        (
            &[("supabase/migrations/20240101000000_a.sql", "A")],
            Convention::Supabase,
            &[("20240101000000", "A", "-")],
        ),
        (
            &[
                ("m/20240101000000_a.sql", "-- atlas:txmode none\n\nA"),
                ("m/atlas.sum", "h1:x"),
            ],
            Convention::Atlas,
            &[("20240101000000", "A*", "-")],
        ),
        (
            &[("schema.sql", "--\n-- PostgreSQL database dump\n--\nA;")],
            Convention::SchemaDump,
            &[("schema", "A;", "-")],
        ),
        (
            &[("paste.sql", "A; B;")],
            Convention::SingleSql,
            &[("paste", "A; B;", "-")],
        ),
        (
            &[("paste", "-- up\nA;\n-- Down:\nB;")],
            Convention::SingleSql,
            &[("paste", "A;", "B;")],
        ),
        (
            &[("paste", "A;\n---- down migration ----\nB;")],
            Convention::SingleSql,
            &[("paste", "A;", "B;")],
        ),
        (
            &[(
                "v/a1.py",
                "revision = 'a1'\ndown_revision = None\ndef upgrade():\n    pass\ndef downgrade():\n    pass\n",
            )],
            Convention::Alembic,
            &[("a1", "function", "function")],
        ),
        (&[], Convention::SingleSql, &[]),
    ];
    for (files, convention, expected) in cases {
        let project = project(files);
        assert_eq!(project.convention, *convention, "{files:?}");
        let found = halves(&project);
        let found: Vec<_> = found
            .iter()
            .map(|(a, b, c)| (a.as_str(), b.as_str(), c.as_str()))
            .collect();
        assert_eq!(found, *expected, "{files:?}");
    }
}

#[test]
fn a_broken_python_file_does_not_put_the_sql_beside_it_aside() {
    let broken = "revision = 'b'\ndown_revision = None\ndef upgrade(:\n    pass\n";
    let beside_sql = project(&[
        ("0001_shelf.sql", "CREATE TABLE shelf ();"),
        ("b.py", broken),
    ]);
    assert_eq!(halves(&beside_sql).len(), 1);
    let syntax = |problem: &InputProblem| problem.kind == ProblemKind::Syntax;
    assert!(beside_sql.problems.iter().any(syntax));
    let alone = project(&[("b.py", broken)]);
    assert_eq!(alone.convention, Convention::Alembic);
}

#[test]
fn migrations_form_a_line_in_the_order_of_the_tool() {
    let project = project(&[
        ("m/10_c.up.sql", ""),
        ("m/2_b.up.sql", ""),
        ("m/9_add_shelf.up.sql", ""),
    ]);
    let parents: Vec<_> = project
        .migrations
        .iter()
        .map(|migration| migration.header.parents.join(","))
        .collect();
    assert_eq!(parents, ["", "2", "9"]);
    assert_eq!(project.migrations[1].header.title, "add shelf");
}

#[test]
fn alembic_runs_all_revisions_in_one_transaction_unless_told_otherwise() {
    let script = (
        "v/a.py",
        "revision = 'a'\ndown_revision = None\ndef upgrade(): pass\n",
    );
    assert_eq!(project(&[script]).transaction, TransactionMode::PerRun);
    let env = (
        "env.py",
        "context.configure(\n    connection=c, transaction_per_migration = True,\n)",
    );
    assert_eq!(
        project(&[script, env]).transaction,
        TransactionMode::PerMigration
    );
}

#[test]
fn problems_with_the_input_are_told() {
    type Case<'c> = (&'c [(&'c str, &'c str)], &'c [(&'c str, ProblemKind)]);
    let cases: &[Case<'_>] = &[
        (&[("a.sql", " \n")], &[("a.sql", ProblemKind::Empty)]),
        (
            &[("m/1_a.up.sql", "A"), ("m/1_b.up.sql", "B")],
            &[("m/1_b.up.sql", ProblemKind::Duplicate)],
        ),
        (
            &[
                ("m/1_a.up.sql", "A"),
                ("m/1_a.down.sql", "A"),
                ("m/3_b.up.sql", "B"),
                ("m/4_c.down.sql", "C"),
            ],
            &[
                ("m/3_b.up.sql", ProblemKind::NoDown),
                ("m/3_b.up.sql", ProblemKind::Gap),
                ("m/4_c.down.sql", ProblemKind::NoUp),
            ],
        ),
        (&[("m/1_a.up.sql", "A"), ("m/2_b.up.sql", "B")], &[]),
        (
            &[
                ("m/1_a.up.sql", "A"),
                ("README.md", "x"),
                ("m/seed.sql", "y"),
                ("m/7_x.go", "z"),
                ("s.sql", "-- PostgreSQL database dump"),
            ],
            &[
                ("README.md", ProblemKind::Ignored),
                ("m/7_x.go", ProblemKind::Ignored),
                ("m/seed.sql", ProblemKind::Ignored),
                ("s.sql", ProblemKind::Ignored),
            ],
        ),
        (&[("env.py", "x = 1")], &[("env.py", ProblemKind::Ignored)]),
    ];
    for (files, expected) in cases {
        let project = project(files);
        let found: Vec<_> = project
            .problems
            .iter()
            .map(|problem| (problem.file.as_str(), problem.kind))
            .collect();
        assert_eq!(found, *expected, "{files:?}");
        assert!(
            project
                .problems
                .iter()
                .all(|problem| problem.message.ends_with('.'))
        );
    }
}

#[test]
fn the_order_in_which_files_are_given_does_not_matter() {
    let files = [
        ("m/1_a.up.sql", "A"),
        ("m/1_a.down.sql", "B"),
        ("m/2_b.up.sql", "C"),
    ];
    let mut turned = files;
    turned.reverse();
    assert_eq!(project(&files), project(&turned));
}

#[test]
fn numbers_that_begin_again_in_numbered_folders_follow_the_folders() {
    let project = project(&[
        ("sql/2/01_page.up.sql", "SELECT 3;"),
        ("sql/10/01_loan.up.sql", "SELECT 4;"),
        ("sql/0/01_shelf.up.sql", "SELECT 1;"),
        ("sql/0/10_book.up.sql", "SELECT 2;"),
    ]);
    let revisions: Vec<String> = halves(&project).into_iter().map(|half| half.0).collect();
    assert_eq!(revisions, ["0/01", "0/10", "2/01", "10/01"]);
    assert!(
        project
            .problems
            .iter()
            .all(|problem| problem.kind != ProblemKind::Duplicate),
        "{:?}",
        project.problems
    );
}
