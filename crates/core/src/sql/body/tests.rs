use super::*;
use crate::operation::{Expression, Occasion, OpaqueKind, OpaqueScope};

/// What is found in a body: the kind of operation, whether it surely runs, and the text.
fn found(body: &str) -> Vec<(String, Certainty, &str)> {
    read_body("plpgsql", body)
        .iter()
        .map(|statement| {
            let printed = format!("{:?}", statement.operation);
            let kind = printed
                .split(['(', ' '])
                .next()
                .unwrap_or_default()
                .to_owned();
            (kind, statement.certainty, statement.span.slice(body))
        })
        .collect()
}

#[test]
fn statements_are_found_with_whether_they_surely_run() {
    use Certainty::{Always, Repeatedly, Sometimes};
    let cases: &[(&str, &[(&str, Certainty, &str)])] = &[
        (
            "BEGIN DROP TABLE shelf; END",
            &[("DropTable", Always, "DROP TABLE shelf")],
        ),
        (
            "<<l>> DECLARE n int := 1; BEGIN n := n + 1; n = 2; NULL; RAISE NOTICE 'x;'; PERFORM f(n); END l;",
            &[("Select", Always, "PERFORM f(n)")],
        ),
        (
            "BEGIN IF NOT EXISTS (SELECT 1 FROM pg_type) THEN CREATE TYPE t AS ENUM ('a'); \
             ELSIF b THEN DROP TYPE IF EXISTS u; ELSE DROP TYPE v; END IF; DROP TYPE w; END;",
            &[
                ("CreateType", Sometimes, "CREATE TYPE t AS ENUM ('a')"),
                ("DropType", Sometimes, "DROP TYPE IF EXISTS u"),
                ("DropType", Sometimes, "DROP TYPE v"),
                ("DropType", Always, "DROP TYPE w"),
            ],
        ),
        (
            "BEGIN IF a THEN RETURN; END IF; DROP TABLE shelf; END",
            &[("DropTable", Sometimes, "DROP TABLE shelf")],
        ),
        (
            "BEGIN BEGIN ALTER TABLE t ADD c int; EXCEPTION WHEN duplicate_column OR SQLSTATE '42P07' THEN \
             UPDATE t SET a = 1; WHEN OTHERS THEN RAISE EXCEPTION 'no'; END; DROP TABLE t; END",
            &[
                ("AlterTable", Sometimes, "ALTER TABLE t ADD c int"),
                ("Update", Sometimes, "UPDATE t SET a = 1"),
                ("DropTable", Always, "DROP TABLE t"),
            ],
        ),
        (
            "DECLARE r record; BEGIN FOR r IN SELECT * FROM shop.item LOOP DELETE FROM log WHERE id = r.id; \
             EXIT WHEN r.id > 5; END LOOP; FOR i IN 1..3 LOOP NULL; END LOOP; WHILE a LOOP LOOP COMMIT; END LOOP; END LOOP; END",
            &[
                ("Select", Always, "SELECT * FROM shop.item"),
                ("Delete", Repeatedly, "DELETE FROM log WHERE id = r.id"),
                ("Transaction", Repeatedly, "COMMIT"),
            ],
        ),
        (
            "BEGIN CASE x WHEN 1, 2 THEN DROP VIEW a; ELSE DROP VIEW b; END CASE; \
             y := CASE WHEN z THEN 1 ELSE 2 END; DROP VIEW c; END",
            &[
                ("DropView", Sometimes, "DROP VIEW a"),
                ("DropView", Sometimes, "DROP VIEW b"),
                ("DropView", Always, "DROP VIEW c"),
            ],
        ),
        (
            "BEGIN SELECT count(*) INTO STRICT n, m.x FROM t; INSERT INTO t SELECT 1 RETURNING id INTO n; \
             n := (SELECT max(id) FROM u); RETURN QUERY SELECT * FROM v; END",
            &[
                (
                    "Select",
                    Always,
                    "SELECT count(*) INTO STRICT n, m.x FROM t",
                ),
                (
                    "Insert",
                    Always,
                    "INSERT INTO t SELECT 1 RETURNING id INTO n",
                ),
                ("Select", Always, "(SELECT max(id) FROM u)"),
                ("Select", Always, "SELECT * FROM v"),
            ],
        ),
        (
            "BEGIN EXECUTE 'DROP TABLE a; DROP TABLE b'; EXECUTE 'DROP TABLE ' || t; EXECUTE format('UPDATE %I SET a = 1', t); END",
            &[
                ("DropTable", Always, "EXECUTE 'DROP TABLE a; DROP TABLE b'"),
                ("DropTable", Always, "EXECUTE 'DROP TABLE a; DROP TABLE b'"),
                ("Opaque", Always, "EXECUTE 'DROP TABLE ' || t"),
                ("Opaque", Always, "EXECUTE format('UPDATE %I SET a = 1', t)"),
            ],
        ),
        (
            "BEGIN DROP TABLE a; IF b THEN DROP TABLE c; END",
            &[
                ("DropTable", Always, "DROP TABLE a"),
                ("DropTable", Sometimes, "DROP TABLE c"),
                ("Opaque", Always, ""),
            ],
        ),
    ];
    for (body, expected) in cases {
        let found = found(body);
        let found: Vec<_> = found
            .iter()
            .map(|(kind, certainty, text)| (kind.as_str(), *certainty, *text))
            .collect();
        assert_eq!(found, *expected, "{body}");
    }
}

#[test]
fn guards_say_what_a_statement_depends_on() {
    let body = "BEGIN IF a = 1 THEN CREATE TABLE t (); END IF; EXCEPTION WHEN duplicate_table THEN NULL; END";
    let statements = read_body("plpgsql", body);
    let occasion = Occasion::default();
    let condition = Guard::Condition {
        condition: Expression::new("a = 1"),
        negated: false,
        occasion,
    };
    let errors = vec!["duplicate_table".into()];
    assert_eq!(
        statements[0].guards,
        [Guard::Catches { errors, occasion }, condition]
    );
}

#[test]
fn string_scopes_tell_rows_from_schema() {
    let scope = |body: &str| match &read_body("plpgsql", body)[0].operation {
        Operation::Opaque(opaque) => (opaque.kind, opaque.scope),
        other => panic!("{other:?}"),
    };
    assert_eq!(
        scope("BEGIN EXECUTE 'DELETE FROM ' || t; END"),
        (OpaqueKind::Dynamic, OpaqueScope::Data)
    );
    assert_eq!(
        scope("BEGIN EXECUTE t; END"),
        (OpaqueKind::Dynamic, OpaqueScope::Anything)
    );
}

#[test]
fn sql_bodies_are_lists_of_statements() {
    for body in [
        "DELETE FROM a; SELECT 1",
        "BEGIN ATOMIC DELETE FROM a; SELECT 1; END",
        "RETURN a + 1",
    ] {
        let statements = read_body("sql", body);
        assert!(
            statements
                .iter()
                .all(|statement| !matches!(statement.operation, Operation::Opaque(_))),
            "{body}"
        );
    }
    assert_eq!(read_body("plpython3u", "pass").len(), 1);
}

#[test]
fn what_nests_too_deeply_is_named_and_not_followed() {
    for (open, close) in [
        ("IF true THEN ", "END IF; "),
        ("IF a() THEN ", "END IF; "),
        ("CASE WHEN a() THEN ", "END CASE; "),
        ("LOOP ", "END LOOP; "),
        ("WHILE a() LOOP ", "END LOOP; "),
        ("FOR i IN 1..2 LOOP ", "END LOOP; "),
        ("BEGIN ", "END; "),
    ] {
        let body = format!(
            "BEGIN {} NULL; {} END",
            open.repeat(4_000),
            close.repeat(4_000)
        );
        let kinds: Vec<_> = found(&body).into_iter().map(|(kind, ..)| kind).collect();
        assert!(kinds.contains(&"Opaque".to_owned()), "{open}: {kinds:?}");
    }
}
