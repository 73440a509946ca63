//! What `ALTER COLUMN TYPE` does to the bytes in the table and to the order in its indexes, from the type the column has.
//!
//! Follows `ATColumnChangeRequiresRewrite()`: the table is left alone where the new value is the old one, byte for byte,
//! after PostgreSQL has simplified the cast.

use sqlparser::ast::Expr;
use sqlparser::dialect::PostgreSqlDialect;
use sqlparser::parser::Parser;

use super::catalog;
use crate::operation::{QualifiedName, TypeName};
use crate::schema::{Schema, TypeDefinition};

/// What a change of type does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct TypeChange {
    /// Why every row is written anew, if it is.
    pub rewrites: Option<String>,
    /// Whether indexes and foreign keys compare the new type with the operators of the old.
    pub same_operators: bool,
}

/// What is asked for.
pub(super) struct Request<'a> {
    /// The column.
    pub column: &'a str,
    /// Its type, as the catalog prints it.
    pub old: &'a str,
    /// The type it is to have.
    pub new: &'a TypeName,
    /// `USING`.
    pub using: Option<&'a str>,
    /// Whether the session's time zone is known to be UTC.
    pub time_zone_utc: bool,
}

/// Works out a change of type.
pub(super) fn of(schema: &Schema, request: &Request<'_>) -> TypeChange {
    let old = SqlType::parse(request.old).resolved(schema);
    let new = SqlType::from_name(request.new).resolved(schema);
    let step = Step {
        schema,
        time_zone_utc: request.time_zone_utc,
    };
    let rewrites = match request.using {
        None => step.cast(&old, &new),
        Some(using) => step.using(using, request.column, &old, &new),
    };
    let same_operators = operator_family(&step.base(&old)) == operator_family(&step.base(&new));
    TypeChange {
        rewrites,
        same_operators,
    }
}

/// A type with its modifiers, resolved.
#[derive(Clone, Debug, PartialEq, Eq)]
struct SqlType {
    /// With its schema, unless it is built in.
    name: String,
    modifiers: Vec<String>,
    array: bool,
}

impl SqlType {
    /// Reads what `format_type()` prints.
    fn parse(printed: &str) -> Self {
        let (scalar, array) = match printed.strip_suffix("[]") {
            Some(scalar) => (scalar, true),
            None => (printed, false),
        };
        let (head, inside, tail) = match (scalar.find('('), scalar.rfind(')')) {
            (Some(open), Some(close)) if open < close => (
                scalar.get(..open).unwrap_or_default(),
                scalar.get(open + 1..close).unwrap_or_default(),
                scalar.get(close + 1..).unwrap_or_default(),
            ),
            _ => (scalar, "", ""),
        };
        let modifiers = inside
            .split(',')
            .map(str::trim)
            .filter(|part| !part.is_empty());
        let mut modifiers: Vec<String> = modifiers.map(str::to_owned).collect();
        let mut name = format!("{head}{tail}");
        // interval year to month(3): the fields are part of the modifier.
        if let Some(fields) = name.strip_prefix("interval ") {
            modifiers.insert(0, fields.to_owned());
            "interval".clone_into(&mut name);
        }
        Self {
            name,
            modifiers,
            array,
        }
    }

    fn from_name(name: &TypeName) -> Self {
        Self::parse(&name.to_string())
    }

    /// With the schema of a type of one's own written out.
    fn resolved(self, schema: &Schema) -> Self {
        if self.name.contains('.') || TypeName::named(&self.name).is_built_in() {
            let name = self.name.strip_prefix("pg_catalog.").map(str::to_owned);
            return Self {
                name: name.unwrap_or(self.name),
                ..self
            };
        }
        let bare = QualifiedName::bare(self.name.trim_matches('"'));
        let found = catalog::resolve_type(schema, &bare);
        let name = found.map_or(self.name, |found| {
            format!("{}.{}", found.schema, found.name)
        });
        Self { name, ..self }
    }

    fn is_same(&self, other: &Self) -> bool {
        self.name == other.name && self.array == other.array
    }

    fn numbers(&self) -> Vec<i64> {
        self.modifiers
            .iter()
            .filter_map(|part| part.parse().ok())
            .collect()
    }

    /// The name without schema and quotes.
    fn bare(&self) -> &str {
        let bare = self.name.rsplit('.').next().unwrap_or_default();
        bare.trim_matches('"')
    }
}

struct Step<'a> {
    schema: &'a Schema,
    time_zone_utc: bool,
}

impl Step<'_> {
    /// `USING`: the column itself, or casts of it, are judged like the cast they are.
    fn using(&self, using: &str, column: &str, old: &SqlType, new: &SqlType) -> Option<String> {
        let parsed = Parser::new(&PostgreSqlDialect {}).try_with_sql(using);
        let expression = parsed.and_then(|mut parser| parser.parse_expr());
        let computed = || Some(format!("USING computes a value for every row: {using}"));
        let Ok(expression) = expression else {
            return computed();
        };
        match self.value(&expression, column, old) {
            // There and back: the types at the ends say what becomes of the values, not the one between.
            Some(Value {
                kind,
                rewrites: Some(_),
            }) if kind != *new => Some(format!(
                "{} is cast to {} and on to {}",
                shown(old),
                shown(&kind),
                shown(new)
            )),
            Some(Value { kind, rewrites }) => rewrites.or_else(|| self.cast(&kind, new)),
            None => computed(),
        }
    }

    /// The type of an expression that is the column or a cast of it; nothing for any other.
    fn value(&self, expression: &Expr, column: &str, old: &SqlType) -> Option<Value> {
        match expression {
            Expr::Identifier(name)
                if name.value == column || name.value.to_lowercase() == column =>
            {
                Some(Value {
                    kind: old.clone(),
                    rewrites: None,
                })
            }
            Expr::Nested(inner) | Expr::Collate { expr: inner, .. } => {
                self.value(inner, column, old)
            }
            Expr::Cast {
                expr, data_type, ..
            } => {
                let inner = self.value(expr, column, old)?;
                let kind =
                    SqlType::parse(&written_type(&data_type.to_string())).resolved(self.schema);
                let rewrites = inner.rewrites.or_else(|| self.cast(&inner.kind, &kind));
                Some(Value { kind, rewrites })
            }
            _ => None,
        }
    }

    /// Why a cast from one type to another changes the bytes, if it does.
    fn cast(&self, old: &SqlType, new: &SqlType) -> Option<String> {
        let change = format!("{} and {} are stored differently", shown(old), shown(new));
        if old == new {
            return None;
        }
        if let Some(domain) = self.domain(new) {
            if !old.is_same(new) {
                return if domain.constrained {
                    Some(format!(
                        "every value is checked by the domain {}",
                        new.bare()
                    ))
                } else {
                    self.cast(old, &domain.base)
                };
            }
            return None;
        }
        let from = self.base(old);
        if from.is_same(new) {
            return if length_is_kept(&from, new) {
                None
            } else {
                Some(format!(
                    "{} does not hold every value of {}",
                    shown(new),
                    shown(&from)
                ))
            };
        }
        if from.array || new.array {
            return Some(change);
        }
        if is_time_zone_change(&from.name, &new.name) {
            if !self.time_zone_utc {
                return Some(format!(
                    "{} and {} have the same bytes only in a session whose TimeZone is UTC",
                    shown(&from),
                    shown(new)
                ));
            }
            // The cast itself has no precision, so a precision is applied to every value.
            return match new.numbers().as_slice() {
                [] | [6] => None,
                _ => Some(format!(
                    "the precision of {} is applied to every value",
                    shown(new)
                )),
            };
        }
        if !is_binary_coercible(from.bare(), new.bare()) {
            return Some(change);
        }
        // After a binary cast nothing is known of the old length.
        let unlimited = SqlType {
            modifiers: Vec::new(),
            ..new.clone()
        };
        if length_is_kept(&unlimited, new) {
            None
        } else {
            Some(format!(
                "the length of every value is checked for {}",
                shown(new)
            ))
        }
    }

    /// The type below any domains.
    fn base(&self, kind: &SqlType) -> SqlType {
        let mut kind = kind.clone();
        // A domain cannot stand on itself; the bound only guards against a catalog that says so.
        for _ in 0..16 {
            match self.domain(&kind) {
                Some(domain) => kind = domain.base,
                None => break,
            }
        }
        kind
    }

    fn domain(&self, kind: &SqlType) -> Option<Domain> {
        if kind.array {
            return None;
        }
        let definition = domain_of(self.schema, &kind.name)?;
        let TypeDefinition::Domain {
            base_type,
            nullable,
            checks,
            ..
        } = definition
        else {
            return None;
        };
        let base = SqlType::parse(base_type).resolved(self.schema);
        let below = self.domain(&base).is_some_and(|domain| domain.constrained);
        Some(Domain {
            base,
            constrained: !nullable || !checks.is_empty() || below,
        })
    }
}

struct Value {
    kind: SqlType,
    rewrites: Option<String>,
}

struct Domain {
    base: SqlType,
    constrained: bool,
}

/// Whether a type, as the catalog prints it, is a domain whose values are checked.
pub fn is_constrained_domain(schema: &Schema, name: &TypeName) -> bool {
    let step = Step {
        schema,
        time_zone_utc: false,
    };
    let kind = SqlType::from_name(name).resolved(schema);
    step.domain(&kind).is_some_and(|domain| domain.constrained)
}

fn domain_of<'a>(schema: &'a Schema, name: &str) -> Option<&'a TypeDefinition> {
    let (place, bare) = name.split_once('.')?;
    let (place, bare) = (place.trim_matches('"'), bare.trim_matches('"'));
    let found = schema
        .types
        .iter()
        .find(|(known, _)| known.schema == place && known.name == bare);
    found.map(|(_, kind)| &kind.definition)
}

fn shown(kind: &SqlType) -> String {
    let array = if kind.array { "[]" } else { "" };
    match kind.modifiers.as_slice() {
        [] => format!("{}{array}", kind.name),
        modifiers => format!("{}({}){array}", kind.name, modifiers.join(",")),
    }
}

/// A type as a person wrote it in a cast, in the form of `format_type()`.
fn written_type(written: &str) -> String {
    let lower = written.to_lowercase();
    let (scalar, array) = match lower.strip_suffix("[]") {
        Some(scalar) => (scalar, "[]"),
        None => (lower.as_str(), ""),
    };
    let (name, modifiers) = match scalar.split_once('(') {
        Some((name, rest)) => (name.trim(), rest.split(')').next().unwrap_or_default()),
        None => (scalar, ""),
    };
    let modifiers = modifiers
        .split(',')
        .map(str::trim)
        .filter(|part| !part.is_empty());
    format!("{}{array}", TypeName::named(name).with_modifiers(modifiers))
}

/// Whether a change of length, precision or scale within one type keeps every value as it is.
fn length_is_kept(old: &SqlType, new: &SqlType) -> bool {
    if old.modifiers == new.modifiers {
        return true;
    }
    if new.array {
        return new.modifiers.is_empty();
    }
    let (from, to) = (old.numbers(), new.numbers());
    match new.name.as_str() {
        "character varying" | "bit varying" => match (from.as_slice(), to.as_slice()) {
            (_, []) => true,
            ([from], [to]) => from <= to,
            _ => false,
        },
        "numeric" => match (from.as_slice(), to.as_slice()) {
            (_, []) => true,
            ([precision, scale @ ..], [to_precision, to_scale @ ..]) => {
                let scale_of = |scale: &[i64]| scale.first().copied().unwrap_or(0);
                scale_of(scale) == scale_of(to_scale) && precision <= to_precision
            }
            _ => false,
        },
        "timestamp without time zone"
        | "timestamp with time zone"
        | "time without time zone"
        | "time with time zone" => match (from.as_slice(), to.as_slice()) {
            (_, [] | [6]) => true,
            ([from], [to]) => from <= to,
            _ => false,
        },
        "interval" => match (old.modifiers.as_slice(), new.modifiers.as_slice()) {
            (_, []) => true,
            ([from], [to]) => match (from.parse::<i64>(), to.parse::<i64>()) {
                (Ok(from), Ok(to)) => from <= to,
                _ => false,
            },
            _ => false,
        },
        // Nothing simplifies char(n) and bit(n).
        _ => false,
    }
}

fn is_time_zone_change(from: &str, to: &str) -> bool {
    let kinds = ["timestamp without time zone", "timestamp with time zone"];
    from != to && kinds.contains(&from) && kinds.contains(&to)
}

/// `pg_cast` with `castmethod = 'b'`, PostgreSQL 15 to 18, and citext's.
fn is_binary_coercible(from: &str, to: &str) -> bool {
    const TEXTS: [&str; 2] = ["text", "character varying"];
    const REGISTERED: &[&str] = &[
        "regproc",
        "regprocedure",
        "regoper",
        "regoperator",
        "regclass",
        "regtype",
        "regconfig",
        "regdictionary",
        "regnamespace",
        "regrole",
        "regcollation",
    ];
    let is_registered = |name: &str| REGISTERED.contains(&name);
    match (from, to) {
        ("text" | "character varying" | "xml", "text" | "character varying" | "character") => true,
        ("citext", to) => TEXTS.contains(&to) || to == "character",
        (from, "citext") => TEXTS.contains(&from),
        ("cidr", "inet") | ("bit", "bit varying") | ("bit varying", "bit") => true,
        ("integer" | "oid", "oid" | "integer") => true,
        ("integer" | "oid", to) => is_registered(to),
        (from, "integer" | "oid") => is_registered(from),
        _ => false,
    }
}

/// Types with the same default operator class share a family; every other type is its own.
fn operator_family(kind: &SqlType) -> (String, bool) {
    let family = match kind.bare() {
        "character varying" => "text",
        "cidr" => "inet",
        "regproc" | "regprocedure" | "regoper" | "regoperator" | "regclass" | "regtype"
        | "regconfig" | "regdictionary" | "regnamespace" | "regrole" | "regcollation" => "oid",
        _ if !kind.array => kind.name.as_str(),
        _ => kind.name.as_str(),
    };
    // Arrays of different types never share: array_ops knows the type of its elements.
    let family = if kind.array {
        kind.name.as_str()
    } else {
        family
    };
    (family.to_owned(), kind.array)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::World;

    fn rewrites(old: &str, new: &str) -> bool {
        let step = Step {
            schema: &Schema::empty(World::Closed),
            time_zone_utc: true,
        };
        step.cast(&SqlType::parse(old), &SqlType::parse(new))
            .is_some()
    }

    /// The matrix as it was measured on PostgreSQL 15 to 18.
    #[test]
    fn only_changes_of_bytes_rewrite() {
        for (old, new) in [
            ("integer", "integer"),
            ("character varying(50)", "character varying(100)"),
            ("character varying(50)", "character varying"),
            ("character varying(50)", "text"),
            ("text", "character varying"),
            ("numeric(10,2)", "numeric(12,2)"),
            ("numeric(10,2)", "numeric"),
            (
                "timestamp(3) without time zone",
                "timestamp(6) without time zone",
            ),
            (
                "timestamp(3) without time zone",
                "timestamp without time zone",
            ),
            (
                "timestamp without time zone",
                "timestamp(6) without time zone",
            ),
            ("timestamp without time zone", "timestamp with time zone"),
            ("timestamp(3) without time zone", "timestamp with time zone"),
            ("time(0) without time zone", "time without time zone"),
            ("interval(0)", "interval"),
            ("cidr", "inet"),
            ("bit varying(8)", "bit varying(16)"),
            ("character varying(10)[]", "character varying[]"),
        ] {
            assert!(!rewrites(old, new), "{old} to {new}");
        }
        for (old, new) in [
            ("integer", "bigint"),
            ("bigint", "integer"),
            ("integer", "numeric"),
            ("integer", "text"),
            ("character varying(50)", "character varying(20)"),
            ("text", "character varying(50)"),
            ("character(10)", "character(12)"),
            ("character(10)", "text"),
            ("numeric(10,2)", "numeric(10,3)"),
            ("numeric", "numeric(10,2)"),
            (
                "timestamp without time zone",
                "timestamp(3) without time zone",
            ),
            (
                "timestamp(3) without time zone",
                "timestamp(3) with time zone",
            ),
            ("json", "jsonb"),
            ("character varying(10)[]", "character varying(20)[]"),
            ("character varying(10)[]", "text[]"),
            ("text", "xml"),
        ] {
            assert!(rewrites(old, new), "{old} to {new}");
        }
    }

    #[test]
    fn using_is_judged_as_the_cast_it_is() {
        let schema = Schema::empty(World::Closed);
        let using = |using| {
            let request = Request {
                column: "label",
                old: "character varying(50)",
                new: &TypeName::named("text"),
                using: Some(using),
                time_zone_utc: false,
            };
            of(&schema, &request).rewrites.is_some()
        };
        assert!(!using("label"));
        assert!(!using("(label)::text"));
        assert!(!using("label::varchar::text"));
        assert!(using("lower(label)"));
        assert!(using("label::integer::text"));
        assert!(using("label::varchar(10)"));
    }
}
