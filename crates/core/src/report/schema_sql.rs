use crate::reversal;
use crate::schema::Schema;

/// The schema as SQL that would make it, in an order in which PostgreSQL takes it.
pub fn schema_sql(schema: &Schema) -> String {
    let statements = reversal::make(schema);
    let text: String = statements
        .iter()
        .map(|statement| format!("{statement};\n\n"))
        .collect();
    text.strip_suffix('\n').unwrap_or_default().to_owned()
}
