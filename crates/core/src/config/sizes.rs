//! How large the tables are: asked of the database by a person, never by Retort.

/// A query for production (or a replica of it) whose answer is the part of `retort.toml` that holds the sizes:
/// `psql --no-align --tuples-only`. It reads catalogs only. Rows are the planner's estimate.
pub const SIZES_QUERY: &str = r#"SELECT format(E'[tables."%s"]\nrows = %s\nbytes = %s\n',
              CASE WHEN n.nspname = 'public' THEN c.relname ELSE n.nspname || '.' || c.relname END,
              greatest(c.reltuples, 0)::bigint, pg_total_relation_size(c.oid))
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'm') AND n.nspname NOT IN ('pg_catalog', 'information_schema')
  AND n.nspname NOT LIKE 'pg\_toast%' AND n.nspname NOT LIKE 'pg\_temp%'
ORDER BY pg_total_relation_size(c.oid) DESC;
"#;

#[cfg(test)]
mod tests {
    use crate::config::Config;

    #[test]
    fn its_answer_is_read() {
        let answer = "[tables.\"log.visit\"]\nrows = 12\nbytes = 8192\n\n[tables.\"order\"]\nrows = 0\nbytes = 16384\n";
        let config = Config::from_toml(answer).unwrap();
        assert_eq!(config.tables["log.visit"].rows, Some(12));
        assert_eq!(config.tables["order"].bytes, Some(16384));
    }
}
