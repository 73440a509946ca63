//! PostgreSQL's keywords that cannot be used as any name (`pg_get_keywords()`, PostgreSQL 15 to 18).

/// Category "reserved": can name nothing without quotes.
const RESERVED: &[&str] = &[
    "all",
    "analyse",
    "analyze",
    "and",
    "any",
    "array",
    "as",
    "asc",
    "asymmetric",
    "both",
    "case",
    "cast",
    "check",
    "collate",
    "column",
    "constraint",
    "create",
    "current_catalog",
    "current_date",
    "current_role",
    "current_time",
    "current_timestamp",
    "current_user",
    "default",
    "deferrable",
    "desc",
    "distinct",
    "do",
    "else",
    "end",
    "except",
    "false",
    "fetch",
    "for",
    "foreign",
    "from",
    "grant",
    "group",
    "having",
    "in",
    "initially",
    "intersect",
    "into",
    "lateral",
    "leading",
    "limit",
    "localtime",
    "localtimestamp",
    "not",
    "null",
    "offset",
    "on",
    "only",
    "or",
    "order",
    "placing",
    "primary",
    "references",
    "returning",
    "select",
    "session_user",
    "some",
    "symmetric",
    "system_user",
    "table",
    "then",
    "to",
    "trailing",
    "true",
    "union",
    "unique",
    "user",
    "using",
    "variadic",
    "when",
    "where",
    "window",
    "with",
];

/// Category "reserved (can be function or type name)".
const FUNCTION_OR_TYPE: &[&str] = &[
    "authorization",
    "binary",
    "collation",
    "concurrently",
    "cross",
    "current_schema",
    "freeze",
    "full",
    "ilike",
    "inner",
    "is",
    "isnull",
    "join",
    "left",
    "like",
    "natural",
    "notnull",
    "outer",
    "overlaps",
    "right",
    "similar",
    "tablesample",
    "verbose",
];

/// Category "unreserved (cannot be function or type name)".
const COLUMN_NAME: &[&str] = &[
    "between",
    "bigint",
    "bit",
    "boolean",
    "char",
    "character",
    "coalesce",
    "dec",
    "decimal",
    "exists",
    "extract",
    "float",
    "greatest",
    "grouping",
    "inout",
    "int",
    "integer",
    "interval",
    "json",
    "json_array",
    "json_arrayagg",
    "json_exists",
    "json_object",
    "json_objectagg",
    "json_query",
    "json_scalar",
    "json_serialize",
    "json_table",
    "json_value",
    "least",
    "merge_action",
    "national",
    "nchar",
    "none",
    "normalize",
    "nullif",
    "numeric",
    "out",
    "overlay",
    "position",
    "precision",
    "real",
    "row",
    "setof",
    "smallint",
    "substring",
    "time",
    "timestamp",
    "treat",
    "trim",
    "values",
    "varchar",
    "xmlattributes",
    "xmlconcat",
    "xmlelement",
    "xmlexists",
    "xmlforest",
    "xmlnamespaces",
    "xmlparse",
    "xmlpi",
    "xmlroot",
    "xmlserialize",
    "xmltable",
];

fn lists(keywords: &[&str], word: &str) -> bool {
    let lower = word.to_ascii_lowercase();
    keywords.binary_search(&lower.as_str()).is_ok()
}

/// Whether an unquoted word can name a column, a table, a constraint.
pub(super) fn names_column(word: &str) -> bool {
    !lists(RESERVED, word) && !lists(FUNCTION_OR_TYPE, word)
}

/// Whether an unquoted word can name a type or a function.
pub(super) fn names_type(word: &str) -> bool {
    !lists(RESERVED, word) && !lists(COLUMN_NAME, word)
}

/// Whether an unquoted word cannot stand for a value, whatever it names elsewhere.
pub(super) fn is_no_value(word: &str) -> bool {
    let values = [
        "current_catalog",
        "current_date",
        "current_role",
        "current_time",
        "current_timestamp",
        "current_user",
        "default",
        "localtime",
        "localtimestamp",
        "session_user",
        "system_user",
        "user",
    ];
    lists(RESERVED, word) && !lists(&values, word)
}

/// Whether an unquoted word can name a role.
pub(super) fn names_role(word: &str) -> bool {
    !lists(RESERVED, word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keywords_are_sorted_for_the_search() {
        assert!(RESERVED.is_sorted());
        assert!(FUNCTION_OR_TYPE.is_sorted());
        assert!(COLUMN_NAME.is_sorted());
        assert!(names_column("name") && names_column("Integer") && !names_column("User"));
        assert!(names_type("left") && !names_type("integer"));
    }
}
