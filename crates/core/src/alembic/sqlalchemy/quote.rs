//! Identifiers as SQLAlchemy's PostgreSQL dialect prints them.

use md5::{Digest, Md5};

use super::super::traced::Traced;
use super::Trouble;

/// PostgreSQL's limit in bytes; SQLAlchemy counts characters against it.
const LONGEST_NAME: usize = 63;

/// An identifier, quoted where SQLAlchemy quotes it.
pub fn quote(name: &Traced) -> Traced {
    if !needs_quotes(&name.text) {
        return name.clone();
    }
    let mut quoted = Traced::plain("\"");
    if name.text.contains('"') {
        quoted.push_str(&name.text.replace('"', "\"\""));
    } else {
        quoted.push(name);
    }
    quoted.push_str("\"");
    quoted
}

/// Each part of a dotted name by itself, as Alembic's own constructs quote schemas.
pub fn quote_dotted(name: &Traced) -> Traced {
    let parts: Vec<Traced> = name.split(".").iter().map(quote).collect();
    super::super::traced::join(&parts, &Traced::plain("."))
}

/// A table's name with its schema.
pub fn table(schema: Option<&Traced>, name: &Traced) -> Traced {
    // An empty name is none.
    match schema.filter(|schema| !schema.text.is_empty()) {
        Some(schema) => {
            let mut qualified = quote(schema);
            qualified.push_str(".");
            qualified.push(&quote(name));
            qualified
        }
        None => quote(name),
    }
}

/// The name of a constraint or index. One made by a naming convention is cut where it is too long.
///
/// # Errors
/// Where SQLAlchemy refuses a name that is too long.
pub fn constraint_name(name: &Traced) -> Result<Traced, Trouble> {
    let length = name.text.chars().count();
    if length <= LONGEST_NAME {
        return Ok(quote(name));
    }
    if !name.is_final {
        return Err(Trouble::refused(format!(
            "SQLAlchemy refuses the name {:?}: it exceeds the maximum length of {LONGEST_NAME} characters",
            name.text
        )));
    }
    let digest = Md5::digest(name.text.as_bytes());
    let digits: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    let kept: String = name.text.chars().take(LONGEST_NAME - 8).collect();
    let tail = digits
        .get(digits.len().saturating_sub(4)..)
        .unwrap_or_default();
    let mut cut = name.slice(0, kept.len());
    cut.push_str(&format!("_{tail}"));
    Ok(quote(&cut))
}

fn needs_quotes(name: &str) -> bool {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_' || c == '$';
    let starts_badly = name.starts_with(|c: char| c.is_ascii_digit() || c == '$');
    name.is_empty() || starts_badly || !name.chars().all(plain) || is_reserved(name)
}

fn is_reserved(name: &str) -> bool {
    RESERVED.binary_search(&name).is_ok()
}

/// `RESERVED_WORDS` of SQLAlchemy's PostgreSQL dialect, which is not PostgreSQL's own list.
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
    "authorization",
    "between",
    "binary",
    "both",
    "case",
    "cast",
    "check",
    "collate",
    "column",
    "constraint",
    "create",
    "cross",
    "current_catalog",
    "current_date",
    "current_role",
    "current_schema",
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
    "freeze",
    "from",
    "full",
    "grant",
    "group",
    "having",
    "ilike",
    "in",
    "initially",
    "inner",
    "intersect",
    "into",
    "is",
    "isnull",
    "join",
    "leading",
    "left",
    "like",
    "limit",
    "localtime",
    "localtimestamp",
    "natural",
    "new",
    "not",
    "notnull",
    "null",
    "of",
    "off",
    "offset",
    "old",
    "on",
    "only",
    "or",
    "order",
    "outer",
    "over",
    "overlaps",
    "placing",
    "primary",
    "references",
    "returning",
    "right",
    "select",
    "session_user",
    "similar",
    "some",
    "symmetric",
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
    "verbose",
    "when",
    "where",
    "window",
    "with",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_quoted_as_sqlalchemy_quotes_them() {
        let quoted = |name: &str| quote(&Traced::plain(name)).text;
        assert_eq!(quoted("shelf"), "shelf");
        assert_eq!(quoted("order"), "\"order\"");
        assert_eq!(quoted("Shelf"), "\"Shelf\"");
        assert_eq!(quoted("a$b"), "a$b");
        assert_eq!(quoted("1a"), "\"1a\"");
        assert_eq!(quoted("say \"hi\""), "\"say \"\"hi\"\"\"");
        assert!(RESERVED.is_sorted());
    }

    #[test]
    fn only_names_of_a_convention_are_cut() {
        let long = "ix_".to_owned() + &"a".repeat(70);
        assert!(constraint_name(&Traced::plain(long.clone())).is_err());
        let mut name = Traced::plain(long);
        name.is_final = true;
        let cut = constraint_name(&name).unwrap().text;
        assert_eq!(cut.len(), 60);
    }
}
