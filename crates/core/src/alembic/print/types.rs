//! Column types as SQLAlchemy names them.

use super::Types;
use super::layout::Code;
use crate::operation::TypeName;
use crate::schema::{ObjectName, TypeDefinition};

/// The type; none where neither SQLAlchemy nor its PostgreSQL dialect has it, and it is no enum of the schema's.
pub fn data_type(data_type: &TypeName, types: &Types) -> Option<Code> {
    let scalar = scalar(data_type).or_else(|| existing_enum(data_type, types))?;
    Some(match data_type.array_dimensions {
        0 => scalar,
        _ => Code::call("postgresql.ARRAY", vec![scalar]),
    })
}

/// An enum that is there: `create_type=False` keeps the table's statement from making it.
fn existing_enum(data_type: &TypeName, types: &Types) -> Option<Code> {
    let of_name = |place: &ObjectName| {
        let schema = data_type.schema.as_ref();
        place.name == data_type.name && schema.is_none_or(|schema| place.schema == *schema)
    };
    let mut found = types.iter().filter(|(place, _)| of_name(place));
    let (Some((_, only)), None) = (found.next(), found.next()) else {
        return None;
    };
    let TypeDefinition::Enum { labels } = &only.definition else {
        return None;
    };
    let mut items: Vec<Code> = labels.iter().map(Code::text).collect();
    items.push(Code::text(&data_type.name).named("name"));
    let schema = data_type.schema.as_ref();
    items.extend(schema.map(|schema| Code::text(schema).named("schema")));
    items.push(Code::truth(false).named("create_type"));
    Some(Code::call("postgresql.ENUM", items))
}

fn scalar(data_type: &TypeName) -> Option<Code> {
    if !data_type.is_built_in() && !data_type.is_serial() {
        return None;
    }
    let numbers: Option<Vec<u32>> = data_type
        .modifiers
        .iter()
        .map(|modifier| modifier.trim().parse().ok())
        .collect();
    let numbers = numbers?;
    let number = |value: u32| Code::Atom(value.to_string());
    let plain = |name: &str| Some(Code::call(name, Vec::new()));
    let sized = |name: &str| {
        let length = numbers
            .first()
            .map(|length| number(*length).named("length"));
        Some(Code::call(name, length.into_iter().collect()))
    };
    let moment = |name: &str, detailed: &str, with_zone: bool| {
        let zone = with_zone.then(|| Code::truth(true).named("timezone"));
        Some(match numbers.first() {
            None => Code::call(name, zone.into_iter().collect()),
            Some(precision) => {
                let precision = number(*precision).named("precision");
                Code::call(detailed, zone.into_iter().chain([precision]).collect())
            }
        })
    };
    let (date_time, time) = ("sa.DateTime", "sa.Time");
    match (data_type.name.as_str(), numbers.as_slice()) {
        ("integer", []) => plain("sa.Integer"),
        ("smallint", []) => plain("sa.SmallInteger"),
        ("bigint", []) => plain("sa.BigInteger"),
        // SQLAlchemy makes a column of the primary key that counts up a serial one.
        ("serial", []) => plain("sa.Integer"),
        ("smallserial", []) => plain("sa.SmallInteger"),
        ("bigserial", []) => plain("sa.BigInteger"),
        ("boolean", []) => plain("sa.Boolean"),
        ("text", []) => plain("sa.Text"),
        ("character varying", [] | [_]) => sized("sa.String"),
        ("character", [_]) => sized("sa.CHAR"),
        ("date", []) => plain("sa.Date"),
        ("timestamp without time zone", [] | [_]) => {
            moment(date_time, "postgresql.TIMESTAMP", false)
        }
        ("timestamp with time zone", [] | [_]) => moment(date_time, "postgresql.TIMESTAMP", true),
        ("time without time zone", [] | [_]) => moment(time, "postgresql.TIME", false),
        ("time with time zone", [] | [_]) => moment(time, "postgresql.TIME", true),
        ("numeric", []) => plain("sa.Numeric"),
        ("numeric", [precision]) => Some(Code::call(
            "sa.Numeric",
            vec![number(*precision).named("precision")],
        )),
        ("numeric", [precision, scale]) => Some(Code::call(
            "sa.Numeric",
            vec![
                number(*precision).named("precision"),
                number(*scale).named("scale"),
            ],
        )),
        ("real", []) => plain("sa.REAL"),
        ("double precision", []) => plain("postgresql.DOUBLE_PRECISION"),
        ("bytea", []) => plain("sa.LargeBinary"),
        ("json", []) => plain("sa.JSON"),
        ("jsonb", []) => plain("postgresql.JSONB"),
        ("uuid", []) => plain("postgresql.UUID"),
        ("interval", []) => plain("postgresql.INTERVAL"),
        ("inet", []) => plain("postgresql.INET"),
        ("cidr", []) => plain("postgresql.CIDR"),
        ("macaddr", []) => plain("postgresql.MACADDR"),
        ("money", []) => plain("postgresql.MONEY"),
        ("oid", []) => plain("postgresql.OID"),
        ("tsvector", []) => plain("postgresql.TSVECTOR"),
        ("int4range", []) => plain("postgresql.INT4RANGE"),
        ("int8range", []) => plain("postgresql.INT8RANGE"),
        ("numrange", []) => plain("postgresql.NUMRANGE"),
        ("daterange", []) => plain("postgresql.DATERANGE"),
        ("tsrange", []) => plain("postgresql.TSRANGE"),
        ("tstzrange", []) => plain("postgresql.TSTZRANGE"),
        _ => None,
    }
}
