//! Operations of extensions: `alembic_utils`' entities, `alembic_postgresql_enum`'s `sync_enum_values`.

use std::rc::Rc;

use super::super::evaluate::{Arg, Args, Evaluator, Mode, Run, raise};
use super::super::library::{field, optional_field};
use super::super::traced::Traced;
use super::super::value::{Known, Unknown, Value};
use super::{Done, Stopped};
use crate::text::Span;

impl Evaluator<'_> {
    /// An operation that is not Alembic's own.
    pub(super) fn extension_operation(&mut self, name: &str, args: &Args) -> Run<Value> {
        let done = match name {
            "create_entity" | "drop_entity" | "replace_entity" | "revert_entity" => {
                self.entity(name, args)
            }
            "sync_enum_values" => self.sync_enum_values(args),
            _ => {
                let reason =
                    format!("`op.{name}` is an operation of an extension that is not read");
                self.emit_unread(args.span, reason)?;
                return Ok(Value::None);
            }
        };
        done.or_else(|stopped| self.stop(stopped, args))?;
        Ok(Value::None)
    }

    fn entity(&mut self, name: &str, args: &Args) -> Done {
        let Some(entity) = args.get(0, "target") else {
            return Err(Unknown::data("works on an entity that is not known").into());
        };
        let entity = Entity::read(&entity.value)?;
        let cascade = args.flag("cascade")?.unwrap_or(false);
        let scripts = match name {
            "create_entity" => vec![entity.create("CREATE")?],
            "drop_entity" => vec![entity.drop(cascade)?],
            _ => entity.replace()?,
        };
        for script in scripts {
            self.emit_script(script, args.span);
        }
        Ok(())
    }

    /// `op.sync_enum_values(…)`: a new type takes the place of the old one.
    fn sync_enum_values(&mut self, args: &Args) -> Done {
        if let Some(unknown) = args.unknown() {
            return Err(unknown.into());
        }
        let text = |index: usize, name: &str| -> Result<Rc<Traced>, Stopped> {
            args.text(index, name)?
                .ok_or_else(|| Stopped::from(Unknown::data(format!("has no `{name}`"))))
        };
        let (schema, name) = (text(0, "enum_schema")?, text(1, "enum_name")?);
        let labels = args.texts(2, "new_values")?;
        let renamed = renamed(args)?;
        let new = format!("\"{}\".\"{}\"", schema.text, name.text);
        let temporary = format!("\"{}_old\"", name.text);
        let old = format!("\"{}\".{temporary}", schema.text);
        let span = args.span;
        let mut references = Vec::new();
        let affected = match args.get(3, "affected_columns") {
            Some(arg) => arg.value.items()?,
            None => Vec::new(),
        };
        for column in affected {
            references.push(self.reference(&column, &schema, span)?);
        }
        let labels: Vec<String> = labels
            .iter()
            .map(|label| format!("'{}'", label.text))
            .collect();
        self.send(format!("ALTER TYPE {new} RENAME TO {temporary}"), span);
        self.send(
            format!("CREATE TYPE {new} AS ENUM({})", labels.join(", ")),
            span,
        );
        for (operator, function) in OPERATORS {
            self.create_operator(
                &schema.text,
                operator,
                function,
                (&new, &old),
                &renamed,
                span,
            );
        }
        for reference in &references {
            self.convert(reference, &new, &schema.text, &name.text, &renamed, span);
        }
        for (operator, function) in OPERATORS {
            self.send(
                format!(
                    "DROP OPERATOR IF EXISTS \"{}\".{operator} ( {new}, {old} )",
                    schema.text
                ),
                span,
            );
            self.send(
                format!(
                    "DROP FUNCTION \"{}\".{function}( new_enum_val {new}, old_enum_val {old} )",
                    schema.text
                ),
                span,
            );
        }
        self.send(format!("DROP TYPE {old}"), span);
        Ok(())
    }

    fn send(&mut self, sql: String, span: Span) {
        self.emit_script(Traced::made(sql, span), span);
    }

    fn create_operator(
        &mut self,
        schema: &str,
        operator: &str,
        function: &str,
        (new, old): (&str, &str),
        renamed: &[(String, String)],
        span: Span,
    ) {
        let right = if renamed.is_empty() {
            "old_enum_val::text".to_owned()
        } else {
            let whens = renamed
                .iter()
                .map(|(old, new)| format!("WHEN old_enum_val::text = '{old}' THEN '{new}'"));
            let whens: Vec<String> = whens.collect();
            format!("CASE {} ELSE old_enum_val::text END", whens.join(" "))
        };
        self.send(
            format!(
                "CREATE FUNCTION \"{schema}\".{function}( new_enum_val {new}, old_enum_val {old} ) RETURNS boolean AS $$ SELECT new_enum_val::text {operator} {right}; $$ LANGUAGE SQL IMMUTABLE"
            ),
            span,
        );
        self.send(
            format!(
                "CREATE OPERATOR \"{schema}\".{operator} ( leftarg = {new}, rightarg = {old}, procedure = \"{schema}\".{function} )"
            ),
            span,
        );
    }

    fn convert(
        &mut self,
        reference: &Reference,
        new: &str,
        schema: &str,
        name: &str,
        renamed: &[(String, String)],
        span: Span,
    ) {
        let Reference {
            table,
            column,
            is_array,
            default,
        } = reference;
        if default.is_some() {
            self.send(
                format!("ALTER TABLE {table} ALTER COLUMN {column} DROP DEFAULT"),
                span,
            );
        }
        let sql = if *is_array {
            let mut cast = format!("{column}::text[]");
            for (old, new) in renamed {
                cast = format!("array_replace({cast}, '{old}', '{new}')");
            }
            format!("ALTER TABLE {table} ALTER COLUMN {column} TYPE {new}[] USING {cast}::{new}[]")
        } else if renamed.is_empty() {
            format!(
                "ALTER TABLE {table} ALTER COLUMN {column} TYPE {new} USING {column}::text::{new}"
            )
        } else {
            let whens = renamed
                .iter()
                .map(|(old, label)| format!("WHEN {column}::text = '{old}' THEN '{label}'::{new}"));
            let whens: Vec<String> = whens.collect();
            format!(
                "ALTER TABLE {table} ALTER COLUMN {column} TYPE {new} USING CASE {} ELSE {column}::text::{new} END",
                whens.join(" ")
            )
        };
        self.send(sql, span);
        if let Some(default) = default {
            let default = converted_default(default, schema, name, renamed);
            self.send(
                format!("ALTER TABLE {table} ALTER COLUMN {column} SET DEFAULT {default}"),
                span,
            );
        }
    }

    /// A column that uses the enum: a reference, or a tuple of older versions, whose default is asked from the database.
    fn reference(
        &mut self,
        value: &Value,
        schema: &Rc<Traced>,
        span: Span,
    ) -> Result<Reference, Stopped> {
        if let Value::Tuple(parts) = value {
            let part = |index: usize| match parts.get(index) {
                Some(value) => Arg {
                    value: value.clone(),
                    span,
                }
                .text(),
                None => Err(Unknown::data("names a column in a way that is not read")),
            };
            let (table, column) = (part(0)?, part(1)?);
            if self.mode == Mode::Offline {
                let failed: Run<()> = raise(
                    "AttributeError",
                    "'NoneType' object has no attribute 'scalar'",
                );
                failed?;
            }
            let known = self.known_table(Some(&schema.text), &table.text)?;
            let default = known
                .column(&column.text)
                .and_then(|column| column.default.clone());
            let is_array = parts.get(2).is_some_and(is_array);
            return Ok(Reference {
                table: format!("\"{}\".\"{}\"", schema.text, table.text),
                column: format!("\"{}\"", column.text),
                is_array,
                default,
            });
        }
        let own_schema = optional_field(value, "table_schema")?;
        let own_schema = own_schema.unwrap_or_else(|| schema.clone());
        let column_type = match value {
            Value::Dict(dict) => {
                let pairs = dict.known()?;
                let found = pairs
                    .into_iter()
                    .find(|(key, _)| key.as_str() == Some("column_type"));
                found.is_some_and(|(_, value)| is_array(&value))
            }
            _ => false,
        };
        Ok(Reference {
            table: format!(
                "\"{}\".\"{}\"",
                own_schema.text,
                field(value, "table_name")?.text
            ),
            column: format!("\"{}\"", field(value, "column_name")?.text),
            is_array: column_type,
            default: optional_field(value, "existing_server_default")?
                .map(|text| text.text.clone()),
        })
    }
}

const OPERATORS: [(&str, &str); 2] = [("!=", "new_old_not_equals"), ("=", "new_old_equals")];

/// A column that uses an enum.
struct Reference {
    table: String,
    column: String,
    is_array: bool,
    default: Option<String>,
}

fn is_array(value: &Value) -> bool {
    matches!(value, Value::Path(path) if path.ends_with("ColumnType.ARRAY"))
}

fn renamed(args: &Args) -> Known<Vec<(String, String)>> {
    let Some(arg) = args.get(4, "enum_values_to_rename") else {
        return Ok(Vec::new());
    };
    let pairs = arg.value.items()?.into_iter().map(|pair| {
        let texts = Arg {
            value: pair,
            span: arg.span,
        }
        .texts()?;
        match texts.as_slice() {
            [old, new] => Ok((old.text.clone(), new.text.clone())),
            _ => Err(Unknown::data("renames labels in a way that is not read")),
        }
    });
    pairs.collect()
}

/// The default with the new type's name and labels, as the extension rewrites it.
fn converted_default(
    default: &str,
    schema: &str,
    name: &str,
    renamed: &[(String, String)],
) -> String {
    let is_array = default.ends_with("[]");
    let value = default.split("::").next().unwrap_or(default);
    let mut value = value.to_owned();
    for (old, new) in renamed {
        value = value.replace(&format!("'{old}'"), &format!("'{new}'"));
        value = value.replace(&format!("\"{old}\""), &format!("\"{new}\""));
    }
    let brackets = if is_array { "[]" } else { "" };
    format!("{value}::{schema}.{name}{brackets}")
}

/// A function, view, trigger or extension of `alembic_utils`.
struct Entity {
    kind: String,
    schema: Rc<Traced>,
    signature: Rc<Traced>,
    definition: Traced,
    target_table: Option<Rc<Traced>>,
    is_constraint: bool,
}

impl Entity {
    fn read(value: &Value) -> Known<Self> {
        let definition = optional_field(value, "definition")?.unwrap_or_default();
        let trimmed = definition.trimmed();
        let end = trimmed.text.trim_end_matches(';').trim_end().len();
        Ok(Self {
            kind: field(value, "kind")?.text.clone(),
            schema: field(value, "schema")?,
            signature: field(value, "signature")?,
            definition: trimmed.slice(0, end),
            target_table: optional_field(value, "on_entity")?,
            is_constraint: match value {
                Value::Dict(dict) => dict.known()?.into_iter().any(|(key, value)| {
                    key.as_str() == Some("is_constraint") && matches!(value, Value::Bool(true))
                }),
                _ => false,
            },
        })
    }

    fn schema(&self) -> String {
        format!("\"{}\"", self.schema.text.trim().trim_matches('"'))
    }

    fn plain_signature(&self) -> String {
        let words: Vec<&str> = self.signature.text.split_whitespace().collect();
        words.join(" ").replace('"', "")
    }

    fn create(&self, word: &str) -> Known<Traced> {
        let schema = self.schema();
        let signature = self.plain_signature();
        let mut sql = match self.kind.as_str() {
            "PGFunction" => {
                let (name, rest) = signature.split_once('(').ok_or_else(|| self.unread())?;
                Traced::plain(format!(
                    "{word} FUNCTION {schema}.\"{}\"({rest} ",
                    name.trim()
                ))
            }
            "PGView" => Traced::plain(format!("{word} VIEW {schema}.\"{signature}\" AS ")),
            "PGMaterializedView" => {
                let mut sql = Traced::plain(format!(
                    "{word} MATERIALIZED VIEW {schema}.\"{signature}\" AS "
                ));
                sql.push(&self.definition);
                sql.push_str(" WITH DATA;");
                return Ok(sql);
            }
            "PGExtension" => {
                return Ok(Traced::plain(format!(
                    "{word} EXTENSION \"{signature}\" WITH SCHEMA {schema};"
                )));
            }
            "PGTrigger" => return self.trigger(&signature),
            _ => return Err(self.unread()),
        };
        sql.push(&self.definition);
        if self.kind == "PGView" {
            sql.push_str(";");
        }
        Ok(sql)
    }

    /// The definition is `event ON table action`; the table gets the schema.
    fn trigger(&self, signature: &str) -> Known<Traced> {
        let words: Vec<&str> = self.definition.text.split_whitespace().collect();
        let on = words
            .iter()
            .position(|word| word.eq_ignore_ascii_case("on"))
            .ok_or_else(|| self.unread())?;
        let event = words.get(..on).unwrap_or_default().join(" ");
        let table = words.get(on + 1).ok_or_else(|| self.unread())?;
        let table = table.split_once('.').map_or(*table, |(_, table)| table);
        let at = self
            .definition
            .text
            .to_ascii_lowercase()
            .find(
                &words
                    .get(on + 1)
                    .copied()
                    .unwrap_or_default()
                    .to_ascii_lowercase(),
            )
            .ok_or_else(|| self.unread())?;
        let after = at + words.get(on + 1).map_or(0, |word| word.len());
        let constraint = if self.is_constraint {
            " CONSTRAINT "
        } else {
            " "
        };
        let mut sql = Traced::plain(format!(
            "CREATE{constraint}TRIGGER \"{signature}\" {event} ON {}.{table}",
            self.schema.text
        ));
        sql.push(&self.definition.slice(after, self.definition.text.len()));
        Ok(sql)
    }

    fn drop(&self, cascade: bool) -> Known<Traced> {
        let schema = self.schema();
        let signature = self.plain_signature();
        let cascade = if cascade { "cascade" } else { "" };
        Ok(Traced::plain(match self.kind.as_str() {
            "PGFunction" => {
                let (name, rest) = signature.split_once('(').ok_or_else(|| self.unread())?;
                let parameters = rest.rsplit_once(')').map_or(rest, |(inside, _)| inside);
                let parameters = parameters.split(',').map(|parameter| {
                    let lower = parameter.to_lowercase();
                    let end = lower.find("default").unwrap_or(parameter.len());
                    parameter.get(..end).unwrap_or(parameter).trim().to_owned()
                });
                let parameters: Vec<String> = parameters.collect();
                format!(
                    "DROP FUNCTION {schema}.\"{}\"({}) {cascade}",
                    name.trim(),
                    parameters.join(", ")
                )
            }
            "PGView" => format!("DROP VIEW {schema}.\"{signature}\" {cascade}"),
            "PGMaterializedView" => {
                format!("DROP MATERIALIZED VIEW {schema}.\"{signature}\" {cascade}")
            }
            "PGExtension" => format!("DROP EXTENSION \"{signature}\" {}", cascade.to_uppercase()),
            "PGTrigger" => {
                let on = self.target_table.as_ref().ok_or_else(|| self.unread())?;
                format!("DROP TRIGGER \"{signature}\" ON {} {cascade}", on.text)
            }
            _ => return Err(self.unread()),
        }))
    }

    fn replace(&self) -> Known<Vec<Traced>> {
        match self.kind.as_str() {
            "PGFunction" => Ok(vec![self.create("CREATE OR REPLACE")?]),
            "PGTrigger" => {
                let on = self.target_table.as_ref().ok_or_else(|| self.unread())?;
                let drop = format!(
                    "DROP TRIGGER IF EXISTS \"{}\" ON {};",
                    self.plain_signature(),
                    on.text
                );
                Ok(vec![Traced::plain(drop), self.create("CREATE")?])
            }
            "PGView" => {
                let view = format!("{}.\"{}\"", self.schema(), self.plain_signature());
                let definition = &self.definition.text;
                Ok(vec![Traced::plain(format!(
                    "do $$\n            begin\n                CREATE OR REPLACE VIEW {view} AS {definition};\n\n            exception when others then\n                DROP VIEW IF EXISTS {view};\n\n                CREATE VIEW {view} AS {definition};\n            end;\n        $$ language 'plpgsql'"
                ))])
            }
            _ => Err(self.unread()),
        }
    }

    fn unread(&self) -> Unknown {
        Unknown::data(format!("is a {} that is not read", self.kind))
    }
}
