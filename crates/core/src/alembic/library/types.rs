//! Column types by name.

use std::rc::Rc;

use super::super::evaluate::{Arg, Args, Evaluator, Run};
use super::super::sqlalchemy::schema::ServerDefault;
use super::super::sqlalchemy::types::{DomainType, EnumType, Family, Kind, SqlType};
use super::super::traced::Traced;
use super::super::value::{Class, Handle, Known, Unknown, Value};
use crate::text::Span;

impl Evaluator<'_> {
    /// A value where a type is expected: an object, or a class that is made one.
    pub fn as_type(&mut self, value: &Value, span: Span) -> Run<SqlType> {
        let args = Args::none(span);
        let made = match value {
            Value::Type(data_type) => return Ok(data_type.as_ref().clone()),
            Value::Path(path)
                if path.starts_with("sqlalchemy") && !path.contains('_')
                    || path.starts_with("sqlalchemy.") =>
            {
                self.call_path(&path.clone(), &args)?
            }
            Value::Path(path) => self.library_type(path, &args).unwrap_or_else(|| {
                Value::unknown(format!("depends on the type `{path}`, which is not read"))
            }),
            Value::Class(class) => self.instantiate(class, args)?,
            Value::Unknown(unknown) => match unknown
                .path
                .as_ref()
                .and_then(|path| self.application_type(path, &args))
            {
                Some(value) => value,
                None => value.clone(),
            },
            other => other.clone(),
        };
        Ok(match made {
            Value::Type(data_type) => match data_type.span.is_empty() {
                true => data_type.as_ref().clone().at(span),
                false => data_type.as_ref().clone(),
            },
            Value::Unknown(unknown) => SqlType::unknown(Unknown {
                reason: match &unknown.path {
                    Some(path) => format!(
                        "depends on the column type `{path}`, which is not part of this file: name it under [alembic.types] in retort.toml"
                    )
                    .into(),
                    None => unknown.reason.clone(),
                },
                ..unknown
            })
            .at(span),
            Value::None => SqlType::null(),
            _ => SqlType::unknown(Unknown::data("has a type that is not read")).at(span),
        })
    }

    /// A type of SQLAlchemy's own.
    pub fn type_named(&mut self, path: &str, args: &Args) -> Run<Option<SqlType>> {
        let name = path.rsplit('.').next().unwrap_or(path);
        let is_postgresql = path.contains("postgresql");
        let made = match name {
            "Enum" | "ENUM" => Ok(self.enumeration(args, is_postgresql)?),
            "ARRAY" => self.array(args)?,
            "DOMAIN" => self.domain(args)?,
            "Variant" | "TypeDecorator" | "UserDefinedType" => return Ok(None),
            "TypeEngine" | "SchemaType" => return Ok(None),
            _ => match plain_type(name, is_postgresql, args) {
                Some(made) => made,
                None => return Ok(None),
            },
        };
        Ok(Some(match made {
            Ok(data_type) => data_type,
            Err(unknown) => SqlType::unknown(unknown),
        }))
    }

    fn array(&mut self, args: &Args) -> Run<Known<SqlType>> {
        let Some(item) = args.get(0, "item_type") else {
            return Ok(Err(Unknown::data(
                "is an array of a type that is not known",
            )));
        };
        let item = self.as_type(&item.value.clone(), item.span)?;
        let dimensions = match args.number(2, "dimensions") {
            Ok(dimensions) => dimensions.and_then(|count| usize::try_from(count).ok()),
            Err(unknown) => return Ok(Err(unknown)),
        };
        Ok(Ok(SqlType {
            kind: Kind::Array {
                item: Rc::new(item),
                dimensions: dimensions.unwrap_or(1).min(6),
            },
            span: Span::default(),
        }))
    }

    fn domain(&mut self, args: &Args) -> Run<Known<SqlType>> {
        let Some(base) = args.get(1, "data_type") else {
            return Ok(Err(Unknown::data(
                "is a domain over a type that is not known",
            )));
        };
        let base = self.as_type(&base.value.clone(), base.span)?;
        let default = args.option("default").map(|arg| self.server_default(arg));
        let made = || -> Known<SqlType> {
            Ok(SqlType {
                kind: Kind::Domain(Rc::new(DomainType {
                    name: args
                        .text(0, "name")?
                        .ok_or_else(|| Unknown::data("is a domain without a name"))?,
                    schema: args.text_option("schema")?,
                    base: Rc::new(base),
                    collation: args.text_option("collation")?,
                    default: default.transpose()?,
                    not_null: args.flag("not_null")?.unwrap_or(false),
                    constraint_name: args.text_option("constraint_name")?,
                    check: args
                        .option("check")
                        .map(super::expression::sql_text)
                        .transpose()?
                        .map(Rc::new),
                    create_type: args.flag("create_type")?.unwrap_or(true),
                })),
                span: Span::default(),
            })
        };
        Ok(made())
    }

    /// `sa.Enum(…)`, `postgresql.ENUM(…)`.
    fn enumeration(&mut self, args: &Args, is_postgresql: bool) -> Run<SqlType> {
        let mut class_name = None;
        let mut uses_values = false;
        let labels = match (args.positional.as_slice(), &args.doubt) {
            (_, Some(unknown)) => Err(unknown.clone()),
            ([only], None) => match &only.value {
                Value::Class(class) if class.is_enum => {
                    class_name = Some(class.name.to_lowercase());
                    match args.option("values_callable") {
                        Some(callable) => {
                            uses_values = true;
                            let callable = callable.value.clone();
                            let made =
                                self.call(&callable, Args::one(only.value.clone(), only.span))?;
                            Arg {
                                value: made,
                                span: only.span,
                            }
                            .texts()
                        }
                        None => Ok(members(class)),
                    }
                }
                _ => labels(&args.positional),
            },
            (several, None) => labels(several),
        };
        let option = |name: &str| args.text_option(name).ok().flatten();
        let flag = |name: &str, default: bool| args.flag(name).ok().flatten().unwrap_or(default);
        let name = match (args.text_option("name"), class_name) {
            (Ok(Some(name)), _) => Ok(Some(name)),
            (Ok(None), class) => Ok(class.map(|name| Rc::new(Traced::plain(name)))),
            (Err(unknown), _) => Err(unknown),
        };
        let name = match name {
            Ok(name) => name,
            Err(unknown) => return Ok(SqlType::unknown(unknown)),
        };
        Ok(SqlType {
            kind: Kind::Enum(Rc::new(EnumType {
                labels: labels
                    .map(|labels| labels.iter().map(|label| label.as_ref().clone()).collect()),
                name,
                schema: option("schema"),
                native: is_postgresql || flag("native_enum", true),
                create_type: !is_postgresql || flag("create_type", true),
                has_metadata: args.option("metadata").is_some(),
                inherit_schema: flag("inherit_schema", false),
                create_constraint: flag("create_constraint", false),
                length: args.number(usize::MAX, "length").ok().flatten(),
                checks_first: is_postgresql,
                uses_values,
            })),
            span: Span::default(),
        })
    }

    /// A type of a library other than SQLAlchemy.
    pub fn library_type(&mut self, path: &str, args: &Args) -> Option<Value> {
        let made = library_type(path, args)?;
        Some(Value::Type(Rc::new(match made {
            Ok(data_type) => data_type.at(args.span),
            Err(unknown) => SqlType::unknown(unknown).at(args.span),
        })))
    }

    /// A type that the application defines, if the settings name it.
    pub fn application_type(&self, path: &str, args: &Args) -> Option<Value> {
        let name = path.rsplit('.').next().unwrap_or(path);
        let types = &self.settings.types;
        let sql = types.get(path).or_else(|| types.get(name))?;
        let data_type = SqlType::plain(sql.as_str(), family_of(sql)).at(args.span);
        Some(Value::Type(Rc::new(data_type)))
    }

    /// A class of the file that is a column type: `TypeDecorator`, `UserDefinedType`, or a type's subclass.
    pub fn own_type(&mut self, class: &Rc<Class>, args: &Args) -> Run<Option<Value>> {
        let bases = class.foreign_bases();
        let mut made = None;
        for base in &bases {
            let Value::Path(path) = base else { continue };
            let name = path.rsplit('.').next().unwrap_or(path);
            if !path.starts_with("sqlalchemy.") {
                if let Some(value) = self.library_type(path, args) {
                    return Ok(Some(value));
                }
                continue;
            }
            made = match name {
                "TypeDecorator" => Some(self.decorated(class, args)?),
                "UserDefinedType" => Some(self.user_defined(class, args)?),
                _ => self.type_named(path, args)?,
            };
            if made.is_some() {
                break;
            }
        }
        Ok(made.map(|data_type| Value::Type(Rc::new(data_type.at(args.span)))))
    }

    /// `TypeDecorator`: what it decorates, made with what its `__init__` gives on.
    fn decorated(&mut self, class: &Rc<Class>, args: &Args) -> Run<SqlType> {
        let this = self.object(class, args.clone())?;
        let Value::Instance(instance) = &this else {
            return Ok(SqlType::unknown(Unknown::data(
                "is a type decorator that is not read",
            )));
        };
        let handed_up = instance.handed_up.borrow().clone();
        let given = match class.attribute("__init__") {
            Some(_) => handed_up.unwrap_or_else(|| Args::none(args.span)),
            None => args.clone(),
        };
        let own = match class.attribute("__init__") {
            Some(_) => instance.attributes.borrow().get("impl").cloned(),
            None => None,
        };
        let below = match own.or_else(|| class.attribute("impl")) {
            // An object stays as it is; a class gets the arguments.
            Some(Value::Path(path)) => match path.starts_with("sqlalchemy.") {
                true => self.call_path(&path, &given)?,
                false => self
                    .library_type(&path, &given)
                    .unwrap_or(Value::Path(path)),
            },
            Some(Value::Class(below)) => self.instantiate(&below, given)?,
            Some(Value::Unknown(unknown)) => match &unknown.path {
                Some(path) => self
                    .application_type(path, &given)
                    .unwrap_or_else(|| Value::Unknown(unknown.clone())),
                None => Value::Unknown(unknown),
            },
            Some(other) => other,
            None => Value::unknown("is a type decorator without `impl`"),
        };
        let loaded = match class.attribute("load_dialect_impl") {
            Some(Value::Function(load)) => {
                let attributes = &instance.attributes;
                attributes.borrow_mut().insert("impl".to_owned(), below);
                let mut arguments = Args::one(this.clone(), args.span);
                arguments.push(Value::Handle(Handle::Dialect), args.span);
                self.call_function(&load, arguments)?
            }
            _ => below,
        };
        self.as_type(&loaded, args.span)
    }

    fn user_defined(&mut self, class: &Rc<Class>, args: &Args) -> Run<SqlType> {
        let this = self.object(class, args.clone())?;
        let made = match (
            self.compiled(&this, class, args.span)?,
            class.attribute("get_col_spec"),
        ) {
            (Some(compiled), _) => compiled,
            (None, Some(Value::Function(specification))) => {
                self.call_function(&specification, Args::one(this, args.span))?
            }
            _ => Value::unknown("is a type without `get_col_spec`"),
        };
        Ok(match made {
            Value::Str(text) => SqlType::plain(text.text.as_str(), family_of(&text.text)),
            Value::Unknown(unknown) => SqlType::unknown(unknown),
            _ => SqlType::unknown(Unknown::data("is a type whose SQL is not read")),
        })
    }

    /// `type.name(…)`.
    pub fn type_method(&mut self, data_type: &Rc<SqlType>, name: &str, args: &Args) -> Run<Value> {
        match name {
            "create" | "drop" => {
                let checks = match args.get(1, "checkfirst") {
                    Some(arg) => arg.value.truth(),
                    None => Ok(data_type
                        .enumeration()
                        .is_none_or(|enumeration| enumeration.checks_first)),
                };
                let has_bind = args.get(0, "bind").is_some();
                if !has_bind {
                    return super::super::evaluate::raise(
                        "TypeError",
                        "missing required argument: 'bind'",
                    );
                }
                self.create_or_drop_type(data_type, name == "create", checks, args.span)?;
                Ok(Value::None)
            }
            "with_variant" => {
                let dialects: Vec<String> = args
                    .positional
                    .iter()
                    .skip(1)
                    .filter_map(|arg| arg.value.as_str().map(str::to_owned))
                    .collect();
                let own = dialects.iter().any(|dialect| dialect == "postgresql");
                match args.positional.first() {
                    Some(variant) if own => {
                        let variant = self.as_type(&variant.value.clone(), variant.span)?;
                        Ok(Value::Type(Rc::new(variant)))
                    }
                    _ => Ok(Value::Type(data_type.clone())),
                }
            }
            "copy" | "adapt" | "evaluates_none" | "dialect_impl" => {
                Ok(Value::Type(data_type.clone()))
            }
            "compile" => Ok(match data_type.render() {
                Ok(text) => Value::Str(Rc::new(text)),
                Err(_) => Value::unknown("depends on a type that is not known"),
            }),
            _ => Ok(Value::unknown(format!(
                "is made by `{name}` of a type, which is not read"
            ))),
        }
    }

    /// `type.name`.
    pub fn type_attribute(&self, data_type: Rc<SqlType>, name: &str, span: Span) -> Value {
        let text =
            |text: Option<&Rc<Traced>>| text.map_or(Value::None, |text| Value::Str(text.clone()));
        match (name, data_type.enumeration()) {
            ("name", Some(enumeration)) => text(enumeration.name.as_ref()),
            ("schema", Some(enumeration)) => text(enumeration.schema.as_ref()),
            ("enums", Some(enumeration)) => match &enumeration.labels {
                Ok(labels) => self.list(
                    labels
                        .iter()
                        .map(|label| Value::Str(Rc::new(label.clone())))
                        .collect(),
                ),
                Err(unknown) => Value::Unknown(unknown.clone()),
            },
            _ => Value::Method(Rc::new(super::super::value::Method {
                receiver: Value::Type(data_type),
                name: name.to_owned(),
                span,
            })),
        }
    }

    /// `server_default=`.
    pub fn server_default(&self, arg: &Arg) -> Known<ServerDefault> {
        Ok(match &arg.value {
            Value::Str(_) => ServerDefault::Text(arg.text()?),
            Value::Instance(_) => ServerDefault::Text(arg.text()?),
            Value::Unknown(unknown) => return Err(unknown.clone()),
            other => match super::super::evaluate::as_sql(other) {
                Some(expression) => ServerDefault::Expression(Rc::new(super::expression::marked(
                    expression, arg.span,
                ))),
                None => return Err(Unknown::data("has a default that is not read")),
            },
        })
    }
}

fn labels(args: &[Arg]) -> Known<Vec<Rc<Traced>>> {
    args.iter().map(Arg::text).collect()
}

/// The names of an enum's members, without aliases.
fn members(class: &Class) -> Vec<Rc<Traced>> {
    let mut seen: Vec<Value> = Vec::new();
    let mut names = Vec::new();
    for (name, value) in class.members() {
        if super::super::value::contains(&seen, &value) != Ok(true) {
            names.push(Rc::new(Traced::plain(name)));
            seen.push(value);
        }
    }
    names
}

/// Types that print as they are, perhaps with a length.
fn plain_type(name: &str, is_postgresql: bool, args: &Args) -> Option<Known<SqlType>> {
    let simple = |sql: &str, family: Family| Some(Ok(SqlType::plain(sql, family)));
    match name {
        "Integer" | "INTEGER" | "INT" => simple("INTEGER", Family::Integer),
        "SmallInteger" | "SMALLINT" => simple("SMALLINT", Family::SmallInteger),
        "BigInteger" | "BIGINT" => simple("BIGINT", Family::BigInteger),
        "Boolean" | "BOOLEAN" => simple("BOOLEAN", Family::Boolean),
        "String" | "Unicode" | "VARCHAR" => Some(text_type("VARCHAR", args)),
        "Text" | "UnicodeText" | "TEXT" => Some(text_type("TEXT", args)),
        "CHAR" => Some(text_type("CHAR", args)),
        "NCHAR" => Some(text_type("NCHAR", args)),
        "NVARCHAR" => Some(text_type("NVARCHAR", args)),
        "CLOB" => Some(text_type("CLOB", args)),
        "Date" | "DATE" => simple("DATE", Family::Time),
        "DateTime" | "TIMESTAMP" => Some(time_type("TIMESTAMP", args)),
        "Time" | "TIME" => Some(time_type("TIME", args)),
        "DATETIME" => simple("DATETIME", Family::Time),
        "Interval" | "INTERVAL" => Some(interval(name == "INTERVAL" && is_postgresql, args)),
        "Numeric" | "NUMERIC" => Some(number_type("NUMERIC", args)),
        "DECIMAL" => Some(number_type("DECIMAL", args)),
        "Float" | "FLOAT" => Some(
            args.number(0, "precision")
                .map(|precision| match precision {
                    Some(precision) if precision != 0 => {
                        SqlType::plain(format!("FLOAT({precision})"), Family::Number)
                    }
                    _ => SqlType::plain("FLOAT", Family::Number),
                }),
        ),
        "REAL" => simple("REAL", Family::Number),
        "Double" | "DOUBLE_PRECISION" => simple("DOUBLE PRECISION", Family::Number),
        "DOUBLE" => simple("DOUBLE", Family::Number),
        "LargeBinary" | "BYTEA" | "PickleType" => simple("BYTEA", Family::Bytes),
        "BLOB" => simple("BLOB", Family::Bytes),
        "BINARY" | "VARBINARY" => Some(args.number(0, "length").map(|length| {
            let sql = match length {
                Some(length) if length != 0 => format!("{name}({length})"),
                _ => name.to_owned(),
            };
            SqlType::plain(sql, Family::Bytes)
        })),
        "JSON" => simple("JSON", Family::Json),
        "JSONB" => simple("JSONB", Family::Json),
        "Uuid" => Some(args.flag("native_uuid").map(|native| match native {
            Some(false) => SqlType::plain("CHAR(32)", Family::Text),
            _ => SqlType::plain("UUID", Family::Uuid),
        })),
        "UUID" => simple("UUID", Family::Uuid),
        "BIT" => Some(bit(args)),
        "CITEXT" | "CIText" => simple("CITEXT", Family::Text),
        "HSTORE" | "INET" | "CIDR" | "MACADDR" | "MACADDR8" | "MONEY" | "OID" | "REGCLASS"
        | "REGCONFIG" | "TSVECTOR" | "TSQUERY" | "JSONPATH" | "INT4RANGE" | "INT8RANGE"
        | "NUMRANGE" | "DATERANGE" | "TSRANGE" | "TSTZRANGE" | "INT4MULTIRANGE"
        | "INT8MULTIRANGE" | "NUMMULTIRANGE" | "DATEMULTIRANGE" | "TSMULTIRANGE"
        | "TSTZMULTIRANGE" => simple(name, Family::Other),
        "NullType" | "NULLTYPE" => Some(Ok(SqlType::null())),
        _ => None,
    }
}

fn collation(args: &Args) -> Known<Option<String>> {
    let collation = args.text(1, "collation")?;
    Ok(collation.map(|collation| collation.text.clone()))
}

fn text_type(word: &str, args: &Args) -> Known<SqlType> {
    let sql = match args.number(0, "length")? {
        Some(length) if length != 0 => format!("{word}({length})"),
        _ => word.to_owned(),
    };
    Ok(SqlType {
        kind: Kind::Plain {
            sql,
            collation: collation(args)?,
            family: Family::Text,
        },
        span: Span::default(),
    })
}

fn time_type(word: &str, args: &Args) -> Known<SqlType> {
    let zoned = match args.get(0, "timezone") {
        Some(arg) => arg.value.truth()?,
        None => false,
    };
    let precision = match args.number(1, "precision")? {
        Some(precision) => format!("({precision})"),
        None => String::new(),
    };
    let zone = if zoned { "WITH" } else { "WITHOUT" };
    Ok(SqlType::plain(
        format!("{word}{precision} {zone} TIME ZONE"),
        Family::Time,
    ))
}

fn interval(is_postgresql: bool, args: &Args) -> Known<SqlType> {
    let mut sql = "INTERVAL".to_owned();
    let precision = if is_postgresql {
        if let Some(fields) = args.text(1, "fields")? {
            sql.push(' ');
            sql.push_str(&fields.text);
        }
        args.number(0, "precision")?
    } else {
        args.number(1, "second_precision")?
    };
    if let Some(precision) = precision {
        sql.push_str(&format!(" ({precision})"));
    }
    Ok(SqlType::plain(sql, Family::Time))
}

fn number_type(word: &str, args: &Args) -> Known<SqlType> {
    let sql = match (args.number(0, "precision")?, args.number(1, "scale")?) {
        (None, _) => word.to_owned(),
        (Some(precision), None) => format!("{word}({precision})"),
        (Some(precision), Some(scale)) => format!("{word}({precision}, {scale})"),
    };
    Ok(SqlType::plain(sql, Family::Number))
}

fn bit(args: &Args) -> Known<SqlType> {
    let varying = args.flag("varying")?.unwrap_or(false);
    let length = args.number(0, "length")?;
    let sql = match (varying, length) {
        (true, None) => "BIT VARYING".to_owned(),
        (true, Some(length)) => format!("BIT VARYING({length})"),
        (false, length) => format!("BIT({})", length.unwrap_or(1)),
    };
    Ok(SqlType::plain(sql, Family::Other))
}

/// Types of well-known libraries, as they are on PostgreSQL.
fn library_type(path: &str, args: &Args) -> Option<Known<SqlType>> {
    let root = path.split('.').next()?;
    let name = path.rsplit('.').next()?;
    let simple = |sql: &str, family: Family| Some(Ok(SqlType::plain(sql, family)));
    let sized = |default: i64| {
        Some(args.number(usize::MAX, "length").map(|length| {
            SqlType::plain(
                format!("VARCHAR({})", length.unwrap_or(default)),
                Family::Text,
            )
        }))
    };
    match (root, name) {
        ("sqlalchemy_utils", "UUIDType") => match args.flag("native") {
            Ok(Some(false)) => None,
            _ => simple("UUID", Family::Uuid),
        },
        ("sqlalchemy_utils", "TSVectorType") => simple("TSVECTOR", Family::Other),
        ("sqlalchemy_utils", "JSONType") => simple("JSON", Family::Json),
        ("sqlalchemy_utils", "URLType" | "ScalarListType") => simple("TEXT", Family::Text),
        ("sqlalchemy_utils", "EmailType" | "ChoiceType") => sized(255),
        ("sqlalchemy_utils", "PhoneNumberType" | "ColorType") => sized(20),
        ("sqlalchemy_utils", "CountryType") => simple("VARCHAR(2)", Family::Text),
        ("sqlalchemy_utils", "CurrencyType") => simple("VARCHAR(3)", Family::Text),
        ("sqlalchemy_utils", "LocaleType") => simple("VARCHAR(10)", Family::Text),
        ("sqlalchemy_utils", "IPAddressType" | "TimezoneType") => {
            simple("VARCHAR(50)", Family::Text)
        }
        ("sqlalchemy_utils", "LtreeType") => simple("LTREE", Family::Other),
        ("sqlalchemy_utils", "ArrowType" | "EnrichedDateTimeType") => {
            simple("TIMESTAMP WITHOUT TIME ZONE", Family::Time)
        }
        ("sqlalchemy_utils", "EncryptedType") => simple("BYTEA", Family::Bytes),
        ("sqlalchemy_utils", "StringEncryptedType") => Some(text_type(
            "VARCHAR",
            &Args {
                positional: Vec::new(),
                ..args.clone()
            },
        )),
        ("sqlalchemy_utils", "PasswordType") => simple("BYTEA", Family::Bytes),
        ("sqlalchemy_utils", "IntRangeType") => simple("INT4RANGE", Family::Other),
        ("sqlalchemy_utils", "Int8RangeType") => simple("INT8RANGE", Family::Other),
        ("sqlalchemy_utils", "NumericRangeType") => simple("NUMRANGE", Family::Other),
        ("sqlalchemy_utils", "DateRangeType") => simple("DATERANGE", Family::Other),
        ("sqlalchemy_utils", "DateTimeRangeType") => simple("TSRANGE", Family::Other),
        ("fastapi_users_db_sqlalchemy", "GUID") => simple("UUID", Family::Uuid),
        ("fastapi_users_db_sqlalchemy", "TIMESTAMPAware") => {
            simple("TIMESTAMP WITH TIME ZONE", Family::Time)
        }
        ("sqlmodel", "AutoString") => Some(text_type("VARCHAR", args)),
        ("sqlmodel", "GUID") => simple("UUID", Family::Uuid),
        ("citext" | "sqlalchemy_citext", "CIText") => simple("CITEXT", Family::Text),
        ("pgvector", "Vector" | "VECTOR") => Some(args.number(0, "dim").map(|dimensions| {
            SqlType::plain(
                dimensions.map_or("VECTOR".to_owned(), |d| format!("VECTOR({d})")),
                Family::Other,
            )
        })),
        ("pgvector", "HALFVEC") => Some(args.number(0, "dim").map(|dimensions| {
            SqlType::plain(
                dimensions.map_or("HALFVEC".to_owned(), |d| format!("HALFVEC({d})")),
                Family::Other,
            )
        })),
        ("geoalchemy2", "Geometry" | "Geography") => Some(geometry(name, args)),
        ("sqlalchemy_json", "NestedMutableJson" | "MutableJson") => simple("JSON", Family::Json),
        _ => None,
    }
}

fn geometry(name: &str, args: &Args) -> Known<SqlType> {
    let kind = args.text(0, "geometry_type")?;
    let kind = kind.map_or_else(|| "GEOMETRY".to_owned(), |kind| kind.text.clone());
    let srid = args.number(1, "srid")?.unwrap_or(-1);
    let family = match args.flag("spatial_index")? {
        Some(false) => Family::Other,
        _ => Family::Indexed,
    };
    Ok(SqlType::plain(
        format!("{}({kind},{srid})", name.to_lowercase()),
        family,
    ))
}

/// What the values of a type are, from its SQL.
fn family_of(sql: &str) -> Family {
    let name = sql.trim().split(['(', '[', ' ']).next().unwrap_or_default();
    match name.to_ascii_uppercase().as_str() {
        "INTEGER" | "INT" | "INT4" => Family::Integer,
        "SMALLINT" | "INT2" => Family::SmallInteger,
        "BIGINT" | "INT8" => Family::BigInteger,
        "NUMERIC" | "DECIMAL" | "REAL" | "DOUBLE" | "FLOAT" => Family::Number,
        "BOOLEAN" | "BOOL" => Family::Boolean,
        "DATE" | "TIME" | "TIMESTAMP" | "TIMESTAMPTZ" | "INTERVAL" => Family::Time,
        "BYTEA" => Family::Bytes,
        "JSON" | "JSONB" => Family::Json,
        "UUID" => Family::Uuid,
        "TEXT" | "VARCHAR" | "CHAR" | "CHARACTER" | "CITEXT" => Family::Text,
        _ => Family::Other,
    }
}
