//! Whether an expression must be computed for every row: whether anything in it is `VOLATILE` (manual, "Function
//! Volatility Categories"). `ALTER TABLE … ADD COLUMN` rewrites the table for such a default.

use crate::operation::QualifiedName;
use crate::schema::{Function, Schema};

use super::tokens;

/// What is known of an expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Volatility {
    /// The same value for every row of a statement.
    Constant,
    /// This function may return another value each time.
    Volatile(String),
    /// Nothing is known of this function; PostgreSQL takes a function for volatile unless it says otherwise.
    Unknown(String),
}

/// The volatility of an expression, with the project's own functions looked up.
pub fn of(schema: &Schema, expression: &str) -> Volatility {
    of_nested(schema, expression, 0)
}

/// SQL functions are looked through no deeper than this.
const DEEPEST: u8 = 8;

fn of_nested(schema: &Schema, expression: &str, depth: u8) -> Volatility {
    let Some(calls) = tokens::calls(expression) else {
        return Volatility::Unknown(expression.to_owned());
    };
    let mut unknown = None;
    for call in calls {
        match of_call(schema, &call, depth) {
            Volatility::Constant => {}
            Volatility::Unknown(name) => unknown = unknown.or(Some(name)),
            volatile @ Volatility::Volatile(_) => return volatile,
        }
    }
    unknown.map_or(Volatility::Constant, Volatility::Unknown)
}

fn of_call(schema: &Schema, call: &QualifiedName, depth: u8) -> Volatility {
    let name = call.name.as_str();
    let built_in = matches!(call.schema.as_deref(), None | Some("pg_catalog"));
    if built_in && is_listed(VOLATILE, name) {
        return Volatility::Volatile(format!("{name}()"));
    }
    if built_in && (is_listed(STEADY, name) || is_listed(SYNTAX, name)) {
        return Volatility::Constant;
    }
    let mut own = functions(schema, call).peekable();
    if own.peek().is_some() {
        return own
            .map(|function| of_function(schema, function, depth))
            .find(|found| *found != Volatility::Constant)
            .unwrap_or(Volatility::Constant);
    }
    if is_listed(EXTENSIONS_VOLATILE, name) {
        return Volatility::Volatile(format!("{name}()"));
    }
    if is_listed(EXTENSIONS_STEADY, name) {
        return Volatility::Constant;
    }
    Volatility::Unknown(format!("{call}()"))
}

/// The project's functions of this name, whatever their arguments.
fn functions<'a>(
    schema: &'a Schema,
    call: &'a QualifiedName,
) -> impl Iterator<Item = &'a Function> {
    let matches = move |function: &&Function| {
        function.name == call.name
            && call
                .schema
                .as_ref()
                .is_none_or(|schema| *schema == function.schema)
    };
    schema.functions.values().map(AsRef::as_ref).filter(matches)
}

fn of_function(schema: &Schema, function: &Function, depth: u8) -> Volatility {
    if function.volatility != "volatile" {
        return Volatility::Constant;
    }
    let volatile = Volatility::Volatile(format!("{}()", function.name));
    // A simple SQL function is replaced by its body before PostgreSQL asks.
    match inlined_body(function) {
        Some(body) if depth < DEEPEST => match of_nested(schema, body, depth + 1) {
            Volatility::Constant => Volatility::Constant,
            _ => volatile,
        },
        _ => volatile,
    }
}

/// The expression of a function that is a single `SELECT expression`.
fn inlined_body(function: &Function) -> Option<&str> {
    let simple = function.language == "sql"
        && !function.strict
        && !function.security_definer
        && function.kind == "function";
    let source = function.source.trim().trim_end_matches(';').trim_end();
    let (head, body) = source.split_at_checked("select".len())?;
    let lower = body.to_ascii_lowercase();
    let words = || lower.split(|character: char| !character.is_alphanumeric() && character != '_');
    let plain = !words().any(|word| {
        matches!(
            word,
            "from" | "select" | "into" | "union" | "where" | "limit" | "set"
        )
    });
    (simple && head.eq_ignore_ascii_case("select") && plain && !body.contains(';')).then_some(body)
}

fn is_listed(words: &str, name: &str) -> bool {
    words.split_whitespace().any(|word| word == name)
}

/// Built-in functions marked volatile, of those that stand in expressions (`pg_proc` of PostgreSQL 15 to 18).
const VOLATILE: &str = "array_sample array_shuffle clock_timestamp currval gen_random_uuid lastval nextval pg_advisory_lock
    pg_advisory_xact_lock pg_current_wal_lsn pg_database_size pg_notify pg_relation_size pg_sleep pg_total_relation_size
    random random_normal set_config setseed setval timeofday ts_rewrite txid_status uuidv4 uuidv7";

/// Functions of common extensions that are volatile.
const EXTENSIONS_VOLATILE: &str =
    "gen_random_bytes gen_salt gen_ulid generate_ulid nanoid uuid_generate_v1 uuid_generate_v1mc
    uuid_generate_v4 uuid_generate_v7";

/// Functions of common extensions that are not.
const EXTENSIONS_STEADY: &str = "crypt digest hmac hstore immutable_unaccent similarity unaccent uuid_generate_v3 uuid_generate_v5
    uuid_nil uuid_ns_dns uuid_ns_oid uuid_ns_url uuid_ns_x500";

/// Words that stand before a parenthesis without being functions, and special forms that are never volatile.
const SYNTAX: &str = "all and any array between bit boolean by case cast char character check coalesce collate current_time
    current_timestamp dec decimal default distinct else end escape except exists extract false filter float from greatest
    ilike in interval is isnull json_array json_object json_scalar json_serialize least like localtime localtimestamp
    multirange nchar normalize not notnull null nullif numeric on or order over overlay position precision row similar
    some substring then time timestamp timestamptz timetz to treat trim true union using values varbit varchar when where
    with within xmlconcat xmlelement xmlforest xmlparse xmlpi xmlroot xmlserialize zone";

/// Built-in functions that are stable or immutable in every form (`pg_proc` of PostgreSQL 15; names for `17` and `18` added
/// by hand), without those that only serve the system.
const STEADY: &str = include_str!("steady_functions.txt");

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::World;

    #[test]
    fn defaults_are_told_apart_as_measured() {
        let schema = Schema::empty(World::Closed);
        for steady in [
            "5",
            "now()",
            "CURRENT_TIMESTAMP(3)",
            "statement_timestamp()",
            "(now() AT TIME ZONE 'utc'::text)",
            "to_char(now(), 'YYYY'::text)",
            "'{}'::jsonb",
            "ARRAY[1, 2]",
            "('2020-01-01'::date + 1)",
            "CASE WHEN true THEN 'a'::text ELSE 'b'::text END",
            "txid_current()",
            "'random()'::text",
            "(0)::numeric(10,2)",
            "COALESCE(NULL::text, upper('x'))",
        ] {
            assert_eq!(of(&schema, steady), Volatility::Constant, "{steady}");
        }
        for volatile in [
            "clock_timestamp()",
            "timeofday()",
            "md5((random())::text)",
            "gen_random_uuid()",
            "nextval('s'::regclass)",
        ] {
            assert!(
                matches!(of(&schema, volatile), Volatility::Volatile(_)),
                "{volatile}"
            );
        }
        assert!(matches!(
            of(&schema, "next_label()"),
            Volatility::Unknown(_)
        ));
    }
}
