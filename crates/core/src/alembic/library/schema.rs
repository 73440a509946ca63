//! `Column`, `Table`, constraints and indexes from their arguments.

use std::rc::Rc;

use super::super::evaluate::{Arg, Args, Evaluator, Run};
use super::super::sqlalchemy::expression::{ColumnReference, Expr};
use super::super::sqlalchemy::schema::{
    Autoincrement, Column, Computed, Constraint, ConstraintKind, Exclude, ForeignKey, Index,
    IndexKey, IndexOptions, Metadata, PythonDefault, Sequence, Table, TableOptions, Target,
};
use super::super::sqlalchemy::types::SqlType;
use super::super::traced::Traced;
use super::super::value::{Known, Method, Shared, Unknown, Value};
use super::expression::sql_text;
use crate::text::Span;

/// What a table is made from.
#[derive(Debug, Default)]
pub struct Parts {
    /// Its columns.
    pub columns: Vec<Rc<Column>>,
    /// Its constraints.
    pub constraints: Vec<Rc<Constraint>>,
    /// Its indexes.
    pub indexes: Vec<Rc<Index>>,
}

impl Parts {
    /// From the arguments of `sa.Table` or `op.create_table` after the name.
    ///
    /// # Errors
    /// If one of them is not known.
    pub fn read<'a>(args: impl IntoIterator<Item = &'a Arg>) -> Known<Self> {
        let mut parts = Self::default();
        for arg in args {
            match &arg.value {
                Value::Column(column) => parts.columns.push(column.clone()),
                Value::Constraint(constraint) => parts.constraints.push(constraint.clone()),
                Value::Index(index) => parts.indexes.push(index.clone()),
                Value::None | Value::Metadata(_) => {}
                Value::Unknown(unknown) => return Err(unknown.clone()),
                _ => return Err(Unknown::data("has a part that is not read")),
            }
        }
        Ok(parts)
    }
}

impl Evaluator<'_> {
    /// A construct of `sqlalchemy.schema`, if the name is one.
    pub fn schema_construct(&mut self, name: &str, args: &Args) -> Run<Option<Value>> {
        let made: Known<Value> = match name {
            "Column" | "mapped_column" => self
                .column(args)?
                .map(|column| Value::Column(Rc::new(column))),
            "ForeignKey" => foreign_key_at_column(args).map(constraint),
            "ForeignKeyConstraint" => foreign_key(args).map(constraint),
            "PrimaryKeyConstraint" => {
                key_constraint(args, |columns| ConstraintKind::PrimaryKey { columns })
                    .map(constraint)
            }
            "UniqueConstraint" => unique(args).map(constraint),
            "CheckConstraint" => check(args).map(constraint),
            "ExcludeConstraint" => exclude(args).map(constraint),
            "Index" => index(args).map(|index| Value::Index(Rc::new(index))),
            "Identity" => identity(args).map(|identity| Value::Sequence(Rc::new(identity))),
            "Sequence" => self
                .sequence(args)?
                .map(|sequence| Value::Sequence(Rc::new(sequence))),
            "Computed" => computed(args),
            "MetaData" => args.text_option("schema").map(|schema| {
                Value::Metadata(Rc::new(Metadata {
                    schema,
                    ..Metadata::default()
                }))
            }),
            "Table" => self.table(args),
            "table" | "TableClause" => self.light_table(args),
            "column" => self.light_column(args)?,
            "DefaultClause" => match args.positional.first() {
                Some(arg) => Ok(arg.value.clone()),
                None => Ok(Value::None),
            },
            "FetchedValue" => Ok(Value::None),
            _ => return Ok(None),
        };
        Ok(Some(match made {
            Ok(value) => value,
            Err(unknown) => Value::Unknown(unknown),
        }))
    }

    /// `sa.Column(name, type, …)`.
    fn column(&mut self, args: &Args) -> Run<Known<Column>> {
        let mut positional = args.positional.iter().peekable();
        let mut name = args.keyword("name");
        if name.is_none()
            && let Some(Value::Str(_)) = positional.peek().map(|arg| &arg.value)
        {
            name = positional.next();
        }
        let mut data_type = None;
        if let Some(arg) = args.keyword("type_") {
            data_type = Some(self.as_type(&arg.value.clone(), arg.span)?);
        }
        let mut constraints = Vec::new();
        let mut identity = None;
        let mut sequence = None;
        let mut generated = None;
        let mut rest = Vec::new();
        for (index, arg) in positional.enumerate() {
            match &arg.value {
                Value::Constraint(constraint) => constraints.push(constraint.clone()),
                Value::Sequence(own) if own.name.is_some() => sequence = Some(own.clone()),
                Value::Sequence(own) => identity = Some(own.clone()),
                Value::Computed(own) => generated = Some(own.clone()),
                Value::Type(_)
                | Value::Path(_)
                | Value::Class(_)
                | Value::Unknown(_)
                | Value::None
                    if index == 0 && data_type.is_none() =>
                {
                    data_type = Some(self.as_type(&arg.value.clone(), arg.span)?);
                }
                Value::Unknown(unknown) => rest.push(unknown.clone()),
                _ => {}
            }
        }
        let span = args.span;
        let server_default = args.option("server_default").map(|arg| match &arg.value {
            Value::Sequence(_) | Value::Computed(_) => None,
            _ => Some(self.server_default(arg)),
        });
        if let Some(arg) = args.option("server_default") {
            match &arg.value {
                Value::Sequence(own) => identity = Some(own.clone()),
                Value::Computed(own) => generated = Some(own.clone()),
                _ => {}
            }
        }
        let made = || -> Known<Column> {
            if let Some(unknown) = rest.first().or(args.doubt.as_ref()) {
                return Err(unknown.clone());
            }
            Ok(Column {
                name: match name {
                    Some(arg) if !matches!(arg.value, Value::None) => arg.text()?,
                    _ => Rc::default(),
                },
                data_type: Rc::new(data_type.unwrap_or_else(SqlType::null)),
                nullable: args.flag("nullable")?,
                primary_key: args.flag("primary_key")?.unwrap_or(false),
                server_default: server_default.flatten().transpose()?,
                default: match (args.option("default"), &sequence) {
                    (Some(arg), _) if matches!(arg.value, Value::Sequence(_)) => {
                        PythonDefault::Sequence
                    }
                    (Some(_), _) => PythonDefault::Value,
                    (None, Some(_)) => PythonDefault::Sequence,
                    (None, None) => PythonDefault::None,
                },
                autoincrement: autoincrement(args)?,
                index: args.flag("index")?.unwrap_or(false),
                unique: args.flag("unique")?.unwrap_or(false),
                comment: args.text_option("comment")?,
                constraints,
                identity,
                computed: generated,
                table: None,
                light: false,
                span,
            })
        };
        Ok(made())
    }

    fn sequence(&mut self, args: &Args) -> Run<Known<Sequence>> {
        let data_type = match args.option("data_type") {
            Some(arg) => Some(Rc::new(self.as_type(&arg.value.clone(), arg.span)?)),
            None => None,
        };
        let made = || -> Known<Sequence> {
            let mut sequence = sequence_options(args, 1)?;
            sequence.name = args.text(0, "name")?;
            sequence.schema = args.text_option("schema")?;
            sequence.data_type = data_type;
            Ok(sequence)
        };
        Ok(made())
    }

    /// `sa.Table(name, metadata, …)`.
    fn table(&mut self, args: &Args) -> Known<Value> {
        let Some(name) = args.text(0, "name")? else {
            return Err(Unknown::data("is a table without a name"));
        };
        let metadata = args.positional.iter().find_map(|arg| match &arg.value {
            Value::Metadata(metadata) => Some(metadata.clone()),
            _ => None,
        });
        let schema = match args.text_option("schema")? {
            Some(schema) => Some(schema),
            None => metadata
                .as_ref()
                .and_then(|metadata| metadata.schema.clone()),
        };
        let reflected = ["autoload_with", "autoload"]
            .iter()
            .any(|option| args.option(option).is_some());
        // The second argument is the metadata, also where it comes from the application.
        let mut parts = Parts::read(args.positional.iter().skip(2))?;
        let unknown = if reflected {
            match self.reflected_columns(schema.as_ref().map(|name| name.text.as_str()), &name.text)
            {
                Ok(columns) => {
                    let given = |column: &Rc<Column>| {
                        parts.columns.iter().any(|own| own.name == column.name)
                    };
                    let added: Vec<Rc<Column>> = columns
                        .into_iter()
                        .filter(|column| !given(column))
                        .collect();
                    parts.columns.extend(added);
                    None
                }
                Err(unknown) => Some(unknown),
            }
        } else {
            None
        };
        let made = Table {
            columns: parts.columns,
            constraints: parts.constraints,
            indexes: parts.indexes,
            comment: args.text_option("comment")?,
            prefixes: args.texts(usize::MAX, "prefixes")?,
            options: table_options(args)?,
            reflected: unknown,
            ..Table::named(schema, name)
        };
        let made = Rc::new(made.adopted());
        if let Some(metadata) = metadata {
            metadata.tables.borrow_mut().push(made.clone());
        }
        Ok(Value::Table(made))
    }

    /// `sa.table(name, column, …)`.
    fn light_table(&self, args: &Args) -> Known<Value> {
        let Some(name) = args.text(0, "name")? else {
            return Err(Unknown::data("is a table without a name"));
        };
        let parts = Parts::read(args.positional.iter().skip(1))?;
        let table = Table {
            columns: parts.columns,
            ..Table::named(args.text_option("schema")?, name)
        };
        Ok(Value::Table(Rc::new(table.adopted())))
    }

    /// `sa.column(name, type)`.
    fn light_column(&mut self, args: &Args) -> Run<Known<Value>> {
        let data_type = match args.given(1, "type_") {
            Some(arg) => self.as_type(&arg.value.clone(), arg.span)?,
            None => SqlType::null(),
        };
        let made = || -> Known<Value> {
            let name = args.text(0, "text")?;
            Ok(Value::Column(Rc::new(Column {
                name: name.ok_or_else(|| Unknown::data("is a column without a name"))?,
                light: true,
                ..blank_column(data_type, args.span)
            })))
        };
        Ok(made())
    }

    /// `table.name`.
    pub fn table_attribute(&self, table: Rc<Table>, name: &str, span: Span) -> Value {
        match name {
            "name" | "fullname" if table.schema.is_none() => Value::Str(table.name.clone()),
            "name" => Value::Str(table.name.clone()),
            "schema" => table.schema.clone().map_or(Value::None, Value::Str),
            "primary_key" | "indexes" | "constraints" | "foreign_keys" => {
                Value::unknown(format!("depends on `{name}` of a table"))
            }
            _ => Value::Method(Rc::new(Method {
                receiver: Value::Table(table),
                name: name.to_owned(),
                span,
            })),
        }
    }

    /// An attribute of what an attribute gave: `table.c.name`.
    pub fn method_attribute(&self, method: &Rc<Method>, name: &str, span: Span) -> Value {
        let nested = || {
            Value::Method(Rc::new(Method {
                receiver: Value::Method(method.clone()),
                name: name.to_owned(),
                span,
            }))
        };
        match (&method.receiver, method.name.as_str()) {
            (Value::Table(table), "c" | "columns") => {
                column_of(table, name, span).unwrap_or_else(nested)
            }
            (Value::Statement(_), "c" | "columns") => super::select::column_of_query(name),
            (Value::Statement(_), "<query>")
            | (Value::Instance(_), "<super>")
            | (Value::Expr(_) | Value::Column(_), "comparator") => nested(),
            _ => Value::unknown(format!("depends on `{name}`, which is not read")),
        }
    }

    /// `column.name`.
    pub fn column_attribute(&self, column: Rc<Column>, name: &str, span: Span) -> Value {
        match name {
            "name" | "key" => Value::Str(column.name.clone()),
            "type" => Value::Type(column.data_type.clone()),
            "nullable" => Value::Bool(column.nullable.unwrap_or(!column.primary_key)),
            _ => Value::Method(Rc::new(Method {
                receiver: Value::Column(column),
                name: name.to_owned(),
                span,
            })),
        }
    }

    /// The columns of a table as the database has it.
    pub fn reflected_columns(&self, schema: Option<&str>, name: &str) -> Known<Vec<Rc<Column>>> {
        let table = self.known_table(schema, name)?;
        let columns = table.columns.iter().map(|column| {
            Rc::new(Column {
                name: Rc::new(Traced::plain(column.name.as_str())),
                nullable: Some(column.nullable),
                ..blank_column(
                    SqlType::plain(
                        column.data_type.as_str(),
                        super::super::sqlalchemy::types::Family::Other,
                    ),
                    Span::default(),
                )
            })
        });
        Ok(columns.collect())
    }

    /// A dictionary of texts.
    pub fn dictionary_of(&self, pairs: Vec<(&str, Value)>) -> Value {
        let pairs = pairs
            .into_iter()
            .map(|(key, value)| (Value::text(key), value));
        Value::Dict(Shared::new(pairs.collect(), self.stretch))
    }
}

/// A column with nothing but its type.
pub fn blank_column(data_type: SqlType, span: Span) -> Column {
    Column {
        name: Rc::default(),
        data_type: Rc::new(data_type),
        nullable: None,
        primary_key: false,
        server_default: None,
        default: PythonDefault::None,
        autoincrement: Autoincrement::Auto,
        index: false,
        unique: false,
        comment: None,
        constraints: Vec::new(),
        identity: None,
        computed: None,
        table: None,
        light: false,
        span,
    }
}

/// A column of a table; of a table that was read from the database any name is taken as one.
pub fn column_of(table: &Rc<Table>, name: &str, span: Span) -> Option<Value> {
    if let Some(column) = table.column(name) {
        return Some(Value::Column(column.clone()));
    }
    let is_open = table.reflected.is_some();
    let is_method = matches!(
        name,
        "keys" | "values" | "items" | "get" | "contains_column"
    );
    (is_open && !is_method).then(|| {
        Value::Column(Rc::new(Column {
            name: Rc::new(Traced::plain(name)),
            table: Some(table.reference()),
            ..blank_column(SqlType::null(), span)
        }))
    })
}

fn constraint(constraint: Constraint) -> Value {
    Value::Constraint(Rc::new(constraint))
}

fn autoincrement(args: &Args) -> Known<Autoincrement> {
    Ok(match args.keyword("autoincrement").map(|arg| &arg.value) {
        None => Autoincrement::Auto,
        Some(Value::Str(word)) if word.text == "ignore_fk" => Autoincrement::IgnoreForeignKey,
        Some(Value::Str(_)) => Autoincrement::Auto,
        Some(value) => match value.truth()? {
            true => Autoincrement::Yes,
            false => Autoincrement::No,
        },
    })
}

/// What all constraints share.
pub fn constraint_with(kind: ConstraintKind, args: &Args) -> Known<Constraint> {
    Ok(Constraint {
        name: args.text_option("name")?,
        kind,
        deferrable: args.flag("deferrable")?,
        initially: args.text_option("initially")?,
        not_valid: args.flag("postgresql_not_valid")?.unwrap_or(false),
        include: args.texts(usize::MAX, "postgresql_include")?,
        use_alter: args.flag("use_alter")?.unwrap_or(false),
        span: args.span,
    })
}

fn key_constraint(
    args: &Args,
    kind: impl FnOnce(Vec<Rc<Traced>>) -> ConstraintKind,
) -> Known<Constraint> {
    if let Some(unknown) = &args.doubt {
        return Err(unknown.clone());
    }
    let columns: Known<Vec<Rc<Traced>>> = args.positional.iter().map(Arg::text).collect();
    constraint_with(kind(columns?), args)
}

fn unique(args: &Args) -> Known<Constraint> {
    let nulls_not_distinct = args.flag("postgresql_nulls_not_distinct")?;
    key_constraint(args, |columns| ConstraintKind::Unique {
        columns,
        nulls_not_distinct,
    })
}

fn check(args: &Args) -> Known<Constraint> {
    let Some(condition) = args.get(0, "sqltext") else {
        return Err(Unknown::data("is a check without a condition"));
    };
    let condition = Rc::new(sql_text(condition)?);
    let mut made = constraint_with(ConstraintKind::Check { condition }, args)?;
    if let Some(name) = args.text(1, "name")? {
        made.name = Some(name);
    }
    Ok(made)
}

fn exclude(args: &Args) -> Known<Constraint> {
    let elements = exclude_elements(&args.positional)?;
    let exclude = Exclude {
        elements,
        using: args
            .text_option("using")?
            .unwrap_or_else(|| Rc::new(Traced::plain("gist"))),
        predicate: args.option("where").map(sql_text).transpose()?.map(Rc::new),
    };
    constraint_with(ConstraintKind::Exclude(exclude), args)
}

/// Pairs of an expression and an operator.
pub fn exclude_elements(args: &[Arg]) -> Known<Vec<(Rc<Expr>, Rc<Traced>)>> {
    let pairs = args.iter().map(|arg| {
        let items = arg.value.items()?;
        let [expression, operator] = items.as_slice() else {
            return Err(Unknown::data(
                "is an exclusion constraint whose elements are not read",
            ));
        };
        let part = |value: &Value| Arg {
            value: value.clone(),
            span: arg.span,
        };
        let expression = match expression {
            Value::Str(name) => Expr::Column(ColumnReference::lone(name.clone())),
            _ => sql_text(&part(expression))?,
        };
        Ok((Rc::new(expression), part(operator).text()?))
    });
    pairs.collect()
}

fn foreign_key_at_column(args: &Args) -> Known<Constraint> {
    let target = match args.get(0, "column") {
        Some(arg) => targets(std::slice::from_ref(arg))?,
        None => return Err(Unknown::data("is a foreign key without a target")),
    };
    foreign_key_with(Vec::new(), target, args)
}

fn foreign_key(args: &Args) -> Known<Constraint> {
    let columns = args.texts(0, "columns")?;
    let targets = match args.get(1, "refcolumns") {
        Some(arg) => {
            let items = arg.value.items()?;
            let items: Vec<Arg> = items
                .into_iter()
                .map(|value| Arg {
                    value,
                    span: arg.span,
                })
                .collect();
            targets(&items)?
        }
        None => return Err(Unknown::data("is a foreign key without a target")),
    };
    let mut made = foreign_key_with(columns, targets, args)?;
    if let Some(name) = args.text(2, "name")? {
        made.name = Some(name);
    }
    Ok(made)
}

fn foreign_key_with(columns: Vec<Rc<Traced>>, target: Target, args: &Args) -> Known<Constraint> {
    let key = ForeignKey {
        columns,
        target,
        on_delete: args.text_option("ondelete")?,
        on_update: args.text_option("onupdate")?,
        match_type: args.text_option("match")?,
    };
    constraint_with(ConstraintKind::ForeignKey(key), args)
}

/// `["table.column", …]`, `["schema.table.column", …]`, or columns.
fn targets(args: &[Arg]) -> Known<Target> {
    let mut table = None;
    let mut columns = Vec::new();
    for arg in args {
        if let Value::Column(column) = &arg.value {
            let own = column.table.as_ref();
            table = table.or_else(|| own.map(|own| (own.schema.clone(), own.name.clone())));
            columns.push(column.name.clone());
            continue;
        }
        let text = arg.text()?;
        let mut parts = text.split(".");
        let last = parts.pop().map(Rc::new);
        let name = parts.pop().map(Rc::new);
        let schema = (!parts.is_empty())
            .then(|| Rc::new(super::super::traced::join(&parts, &Traced::plain("."))));
        match (name, last) {
            (Some(name), Some(column)) => {
                table = table.or(Some((schema, name)));
                columns.push(column);
            }
            (None, Some(name)) => table = table.or(Some((None, name))),
            _ => {}
        }
    }
    match table {
        Some((schema, table)) => Ok(Target {
            schema,
            table,
            columns,
        }),
        None => Err(Unknown::data("is a foreign key without a target")),
    }
}

fn index(args: &Args) -> Known<Index> {
    if let Some(unknown) = &args.doubt {
        return Err(unknown.clone());
    }
    let keys: Known<Vec<IndexKey>> = args.positional.iter().skip(1).map(index_key).collect();
    Ok(Index {
        name: args.text(0, "name")?,
        keys: keys?,
        unique: args.flag("unique")?.unwrap_or(false),
        options: index_options(args)?,
        span: args.span,
    })
}

/// A key of an index: a name, or SQL.
pub fn index_key(arg: &Arg) -> Known<IndexKey> {
    Ok(match &arg.value {
        Value::Str(_) | Value::Column(_) => IndexKey::Column(arg.text()?),
        Value::Unknown(unknown) => return Err(unknown.clone()),
        _ => IndexKey::Expression(Rc::new(sql_text(arg)?)),
    })
}

/// `postgresql_*` of an index.
pub fn index_options(args: &Args) -> Known<IndexOptions> {
    if let Some(unknown) = &args.doubt {
        return Err(unknown.clone());
    }
    let mut options = IndexOptions {
        concurrently: args.flag("postgresql_concurrently")?.unwrap_or(false),
        using: args.text_option("postgresql_using")?,
        include: args.texts(usize::MAX, "postgresql_include")?,
        nulls_not_distinct: args.flag("postgresql_nulls_not_distinct")?,
        tablespace: args.text_option("postgresql_tablespace")?,
        predicate: args
            .option("postgresql_where")
            .map(sql_text)
            .transpose()?
            .map(Rc::new),
        ..IndexOptions::default()
    };
    for (column, class) in pairs(args, "postgresql_ops")? {
        if let Value::Str(class) = class {
            options.operator_classes.push((column, class));
        }
    }
    for (key, value) in pairs(args, "postgresql_with")? {
        let value = super::super::evaluate::shown(&value)?;
        options.with.push((key, value.text));
    }
    Ok(options)
}

fn pairs(args: &Args, name: &str) -> Known<Vec<(String, Value)>> {
    let Some(arg) = args.option(name) else {
        return Ok(Vec::new());
    };
    let Value::Dict(dict) = &arg.value else {
        return Err(Unknown::data(format!(
            "has `{name}` that is not a dictionary"
        )));
    };
    let pairs = dict.known()?.into_iter();
    pairs
        .map(|(key, value)| match key.as_str() {
            Some(key) => Ok((key.to_owned(), value)),
            None => Err(Unknown::data(format!(
                "has `{name}` whose keys are not text"
            ))),
        })
        .collect()
}

/// `postgresql_*` of a table.
pub fn table_options(args: &Args) -> Known<TableOptions> {
    Ok(TableOptions {
        inherits: args.texts(usize::MAX, "postgresql_inherits")?,
        partition_by: args.text_option("postgresql_partition_by")?,
        using: args.text_option("postgresql_using")?,
        with_oids: args.flag("postgresql_with_oids")?,
        on_commit: args.text_option("postgresql_on_commit")?,
        tablespace: args.text_option("postgresql_tablespace")?,
    })
}

fn sequence_options(args: &Args, from: usize) -> Known<Sequence> {
    Ok(Sequence {
        start: args.number(from, "start")?,
        increment: args.number(from + 1, "increment")?,
        min: args.number(from + 2, "minvalue")?,
        max: args.number(from + 3, "maxvalue")?,
        no_min: args.flag("nominvalue")?.unwrap_or(false),
        no_max: args.flag("nomaxvalue")?.unwrap_or(false),
        cycle: args.flag("cycle")?,
        cache: args.number(usize::MAX, "cache")?,
        ..Sequence::default()
    })
}

fn identity(args: &Args) -> Known<Sequence> {
    let always = match args.get(0, "always") {
        Some(arg) => arg.value.truth()?,
        None => false,
    };
    let mut identity = sequence_options(args, 2)?;
    identity.always = always;
    Ok(identity)
}

/// `sa.Computed(expression)`.
fn computed(args: &Args) -> Known<Value> {
    let Some(arg) = args.get(0, "sqltext") else {
        return Err(Unknown::data("is a computed column without an expression"));
    };
    let persisted = match args.given(1, "persisted") {
        Some(arg) => Some(arg.value.truth()?),
        None => None,
    };
    Ok(Value::Computed(Rc::new(Computed {
        expression: Rc::new(sql_text(arg)?),
        persisted,
    })))
}
