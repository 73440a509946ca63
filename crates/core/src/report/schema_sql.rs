use crate::schema::Schema;

/// The schema as SQL that would make it, in an order in which PostgreSQL takes it.
pub fn schema_sql(schema: &Schema) -> String {
    let _ = schema;
    String::new()
}
