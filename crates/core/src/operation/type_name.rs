use std::fmt;

use super::quote_identifier;

/// A type with its modifiers, as `format_type()` names it.
///
/// For a built-in type `name` is always the long name (`integer`, `character varying`, `timestamp with time zone`,
/// `double precision`) whatever was written (`int4`, `varchar`, `timestamptz`, `float8`). `serial`, `bigserial` and
/// `smallserial` stay: applying the operation turns them into a type, a sequence and a default.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TypeName {
    /// The schema, if written.
    pub schema: Option<String>,
    /// The name; see above.
    pub name: String,
    /// What stands in parentheses: `["10", "2"]`.
    pub modifiers: Vec<String>,
    /// 0 for a scalar. PostgreSQL keeps no number of dimensions: anything above 0 is an array.
    pub array_dimensions: u8,
}

/// Stands for a type of which nothing is known.
pub const UNKNOWN_TYPE: &str = "\u{2026}";

impl TypeName {
    /// Stands for a type of which nothing is known.
    pub fn unknown() -> Self {
        Self::named(UNKNOWN_TYPE)
    }

    /// Whether it only stands for a type of which nothing is known.
    pub fn is_unknown(&self) -> bool {
        self.schema.is_none() && self.name == UNKNOWN_TYPE
    }

    /// A type by any of its names, without modifiers. A built-in name is made the long one.
    pub fn named(name: &str) -> Self {
        Self {
            schema: None,
            name: long_name(name).unwrap_or(name).to_owned(),
            modifiers: Vec::new(),
            array_dimensions: 0,
        }
    }

    /// The same with these modifiers.
    #[must_use]
    pub fn with_modifiers<I: Into<String>>(
        mut self,
        modifiers: impl IntoIterator<Item = I>,
    ) -> Self {
        self.modifiers = modifiers.into_iter().map(Into::into).collect();
        self
    }

    /// Whether PostgreSQL itself brings this type.
    pub fn is_built_in(&self) -> bool {
        matches!(self.schema.as_deref(), None | Some("pg_catalog")) && is_built_in_name(&self.name)
    }

    /// Whether it is `smallserial`, `serial` or `bigserial`.
    pub fn is_serial(&self) -> bool {
        self.schema.is_none()
            && matches!(self.name.as_str(), "smallserial" | "serial" | "bigserial")
    }
}

/// As `format_type()` prints it, with quotes where they are needed.
impl fmt::Display for TypeName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_unknown() {
            return f.write_str(UNKNOWN_TYPE);
        }
        let built_in = self.is_built_in();
        if let (Some(schema), false) = (&self.schema, built_in) {
            write!(f, "{}.", quote_identifier(schema))?;
        }
        let modifiers = match self.modifiers.as_slice() {
            [] => String::new(),
            some => format!("({})", some.join(",")),
        };
        if (!built_in && !self.is_serial()) || self.name == "any" {
            write!(f, "{}{modifiers}", quote_identifier(&self.name))?;
        } else if let Some((head, tail)) = self.name.split_once(" with") {
            // timestamp(3) with time zone
            write!(f, "{head}{modifiers} with{tail}")?;
        } else if let ("interval", [fields]) = (self.name.as_str(), self.modifiers.as_slice()) {
            match fields.parse::<u8>() {
                Ok(precision) => write!(f, "interval({precision})")?,
                Err(_) => write!(f, "interval {fields}")?,
            }
        } else if self.name == "character" && self.modifiers.is_empty() {
            // Without a length it is not `character`, which means `character(1)`.
            f.write_str("bpchar")?;
        } else {
            write!(f, "{}{modifiers}", self.name)?;
        }
        if self.array_dimensions > 0 {
            f.write_str("[]")?;
        }
        Ok(())
    }
}

/// The long name of a built-in type, from any name PostgreSQL accepts for it (lower case).
pub fn long_name(name: &str) -> Option<&'static str> {
    let found = match name {
        "int" | "int4" | "integer" => "integer",
        "int2" | "smallint" => "smallint",
        "int8" | "bigint" => "bigint",
        "serial" | "serial4" => "serial",
        "bigserial" | "serial8" => "bigserial",
        "smallserial" | "serial2" => "smallserial",
        "bool" | "boolean" => "boolean",
        "varchar"
        | "character varying"
        | "char varying"
        | "national character varying"
        | "nchar varying" => "character varying",
        "char" | "character" | "bpchar" | "nchar" | "national character" => "character",
        "decimal" | "dec" | "numeric" => "numeric",
        "float4" | "real" => "real",
        "float8" | "float" | "double precision" => "double precision",
        "timestamp" | "timestamp without time zone" => "timestamp without time zone",
        "timestamptz" | "timestamp with time zone" => "timestamp with time zone",
        "time" | "time without time zone" => "time without time zone",
        "timetz" | "time with time zone" => "time with time zone",
        "varbit" | "bit varying" => "bit varying",
        _ => return OTHER_BUILT_IN.iter().find(|known| **known == name).copied(),
    };
    Some(found)
}

fn is_built_in_name(name: &str) -> bool {
    long_name(name)
        .is_some_and(|long| long == name && !matches!(name, "serial" | "bigserial" | "smallserial"))
}

/// Built-in types whose only name is their own.
const OTHER_BUILT_IN: &[&str] = &[
    "aclitem",
    "any",
    "anyarray",
    "anycompatible",
    "anycompatiblearray",
    "anyelement",
    "anyenum",
    "anyrange",
    "bit",
    "box",
    "bytea",
    "cid",
    "cidr",
    "circle",
    "cstring",
    "date",
    "daterange",
    "datemultirange",
    "event_trigger",
    "fdw_handler",
    "inet",
    "int4multirange",
    "int4range",
    "int8multirange",
    "int8range",
    "internal",
    "interval",
    "json",
    "jsonb",
    "jsonpath",
    "language_handler",
    "line",
    "lseg",
    "macaddr",
    "macaddr8",
    "money",
    "name",
    "nummultirange",
    "numrange",
    "oid",
    "path",
    "pg_lsn",
    "pg_snapshot",
    "point",
    "polygon",
    "record",
    "refcursor",
    "regclass",
    "regcollation",
    "regconfig",
    "regdictionary",
    "regnamespace",
    "regoper",
    "regoperator",
    "regproc",
    "regprocedure",
    "regrole",
    "regtype",
    "text",
    "tid",
    "trigger",
    "tsmultirange",
    "tsquery",
    "tsrange",
    "tstzmultirange",
    "tstzrange",
    "tsvector",
    "txid_snapshot",
    "uuid",
    "void",
    "xid",
    "xid8",
    "xml",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_print_as_format_type_prints_them() {
        let print = |name: &str, modifiers: &[&str]| {
            TypeName::named(name)
                .with_modifiers(modifiers.iter().copied())
                .to_string()
        };
        assert_eq!(print("varchar", &["255"]), "character varying(255)");
        assert_eq!(print("timestamptz", &["3"]), "timestamp(3) with time zone");
        assert_eq!(print("timestamp", &[]), "timestamp without time zone");
        assert_eq!(print("numeric", &["10", "2"]), "numeric(10,2)");
        assert_eq!(print("Mood", &[]), "\"Mood\"");
        let array = TypeName {
            array_dimensions: 2,
            ..TypeName::named("int4")
        };
        assert_eq!(array.to_string(), "integer[]");
    }
}
