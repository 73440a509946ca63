//! What the rules of other linters are called here.

/// A rule of another linter (squawk by name, eugene and Atlas by number) and one of ours that finds the same.
pub(super) const MEANINGS: &[(&str, &str)] = &[
    ("adding-field-with-default", "add-column-volatile-default"),
    ("adding-field-with-default", "add-column-stored-generated"),
    ("adding-foreign-key-constraint", "add-fk-validates"),
    ("adding-foreign-key-constraint", "add-column-references"),
    ("adding-not-nullable-field", "set-not-null-scans"),
    ("adding-required-field", "add-required-column"),
    (
        "adding-serial-primary-key-field",
        "add-primary-key-builds-index",
    ),
    ("adding-serial-primary-key-field", "add-column-serial"),
    ("ban-alter-domain-with-add-constraint", "domain-constraint"),
    ("ban-char-field", "ban-char"),
    (
        "ban-concurrent-index-creation-in-transaction",
        "concurrently-in-transaction",
    ),
    (
        "ban-create-domain-with-constraint",
        "domain-with-constraint",
    ),
    ("ban-drop-column", "drop-column"),
    ("ban-drop-database", "drop-database"),
    ("ban-drop-not-null", "drop-not-null"),
    ("ban-drop-table", "drop-table"),
    ("ban-truncate-cascade", "truncate-cascade"),
    ("ban-uncommitted-transaction", "uncommitted-transaction"),
    ("ban-duplicate-column-assignments", "duplicate-column"),
    ("changing-column-type", "alter-type-rewrites"),
    ("changing-column-type", "alter-type-rechecks"),
    ("constraint-missing-not-valid", "add-check-validates"),
    ("constraint-missing-not-valid", "add-fk-validates"),
    ("disallowed-unique-constraint", "add-unique-builds-index"),
    ("identifier-too-long", "identifier-too-long"),
    ("prefer-bigint-over-int", "prefer-bigint"),
    ("prefer-bigint-over-int", "short-primary-key"),
    ("prefer-bigint-over-smallint", "prefer-bigint"),
    ("prefer-bigint-over-smallint", "short-primary-key"),
    ("prefer-identity", "prefer-identity"),
    ("prefer-repack", "vacuum-full-or-cluster"),
    ("prefer-robust-stmts", "not-rerunnable"),
    ("prefer-text-field", "prefer-text"),
    ("prefer-timestamptz", "timestamp-without-time-zone"),
    ("prefer-timestamp-tz", "timestamp-without-time-zone"),
    ("renaming-column", "rename-column"),
    ("renaming-table", "rename-table"),
    ("require-concurrent-index-creation", "index-not-concurrent"),
    (
        "require-concurrent-index-deletion",
        "drop-index-not-concurrent",
    ),
    (
        "require-concurrent-partition-detach",
        "detach-not-concurrent",
    ),
    ("require-concurrent-reindex", "reindex-not-concurrent"),
    ("require-enum-value-ordering", "enum-value-order"),
    ("require-lock-timeout", "missing-lock-timeout"),
    ("require-statement-timeout", "missing-statement-timeout"),
    ("require-table-schema", "require-schema-qualified"),
    ("require-timeout-settings", "missing-lock-timeout"),
    ("require-timeout-settings", "missing-statement-timeout"),
    ("transaction-nesting", "transaction-nesting"),
    ("E1", "add-check-validates"),
    ("E1", "add-fk-validates"),
    ("E1", "add-column-with-check"),
    ("E2", "set-not-null-scans"),
    ("E3", "prefer-jsonb"),
    ("E4", "statement-after-access-exclusive"),
    ("E5", "alter-type-rewrites"),
    ("E6", "index-not-concurrent"),
    ("E7", "add-unique-builds-index"),
    ("E7", "add-primary-key-builds-index"),
    ("E8", "add-exclusion-constraint"),
    ("E9", "missing-lock-timeout"),
    ("E10", "alter-type-rewrites"),
    ("E11", "add-column-serial"),
    ("E11", "add-column-stored-generated"),
    ("E15", "fk-without-index"),
    ("W12", "merge-alter-table"),
    ("W13", "creating-enum"),
    ("W14", "primary-key-on-nullable"),
    ("BC101", "rename-table"),
    ("BC102", "rename-column"),
    ("DS101", "drop-schema"),
    ("DS102", "drop-table"),
    ("DS103", "drop-column"),
    ("PG101", "index-not-concurrent"),
    ("PG102", "drop-index-not-concurrent"),
    ("PG103", "concurrently-in-transaction"),
    ("PG104", "add-primary-key-builds-index"),
    ("PG105", "add-unique-builds-index"),
    ("PG301", "alter-type-rewrites"),
    ("PG302", "add-column-volatile-default"),
    ("PG303", "set-not-null-scans"),
    ("PG304", "primary-key-on-nullable"),
    ("PG305", "add-check-validates"),
    ("PG306", "add-fk-validates"),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::by_id;

    #[test]
    fn every_rule_of_ours_exists() {
        for (theirs, ours) in MEANINGS {
            assert!(by_id(ours).is_some(), "{theirs}: {ours}");
        }
    }

    #[test]
    fn the_table_in_the_documents_is_this_one() {
        let document = include_str!("../../../../docs/peers.md");
        for (theirs, ours) in MEANINGS {
            let row = document
                .lines()
                .find(|line| line.contains(&format!("| `{theirs}` |")));
            assert!(
                row.is_some_and(|row| row.contains(&format!("`{ours}`"))),
                "{theirs}: {ours}"
            );
        }
    }
}
