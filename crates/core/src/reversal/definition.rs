//! Objects of the catalog as the SQL that makes them, one statement each, without a final semicolon.

use crate::operation::{quote_identifier, quote_literal};
use crate::schema::{
    Check, Column, ColumnReference, ExclusionConstraint, Extension, ForeignKeyConstraint, Function,
    Index, IndexKeyPart, Key, Namespace, ObjectName, Policy, Schema, Sequence, Table, TableKind,
    Trigger, Type, TypeDefinition, View,
};

pub(crate) fn namespace(namespace: &Namespace) -> String {
    format!("CREATE SCHEMA {}", quote_identifier(&namespace.name))
}

pub(crate) fn extension(extension: &Extension) -> String {
    let name = quote_identifier(&extension.name);
    let place = match extension.schema.as_str() {
        "public" | "pg_catalog" | "" => String::new(),
        schema => format!(" SCHEMA {}", quote_identifier(schema)),
    };
    format!("CREATE EXTENSION {name}{place}")
}

/// None for a base type, whose definition is not kept.
pub(crate) fn user_type(user_type: &Type) -> Option<String> {
    let name = ObjectName::new(&user_type.schema, &user_type.name);
    Some(match &user_type.definition {
        TypeDefinition::Enum { labels } => {
            let labels: Vec<String> = labels.iter().map(|label| quote_literal(label)).collect();
            format!("CREATE TYPE {name} AS ENUM ({})", labels.join(", "))
        }
        TypeDefinition::Domain {
            base_type,
            nullable,
            default,
            checks,
        } => {
            let mut sql = format!("CREATE DOMAIN {name} AS {base_type}");
            if let Some(default) = default {
                sql.push_str(&format!(" DEFAULT {default}"));
            }
            if !nullable {
                sql.push_str(" NOT NULL");
            }
            for check in checks {
                let constraint = quote_identifier(&check.name);
                sql.push_str(&format!(
                    " CONSTRAINT {constraint} CHECK ({})",
                    check.expression
                ));
            }
            sql
        }
        TypeDefinition::Composite { attributes } => {
            let attributes: Vec<String> = attributes
                .iter()
                .map(|attribute| {
                    format!(
                        "{} {}",
                        quote_identifier(&attribute.name),
                        attribute.data_type
                    )
                })
                .collect();
            format!("CREATE TYPE {name} AS ({})", attributes.join(", "))
        }
        TypeDefinition::Range { subtype } => {
            format!("CREATE TYPE {name} AS RANGE (SUBTYPE = {subtype})")
        }
        TypeDefinition::Base {} => return None,
    })
}

pub(crate) fn sequence(sequence: &Sequence) -> String {
    let name = ObjectName::new(&sequence.schema, &sequence.name);
    let options = sequence_options(sequence);
    format!("CREATE SEQUENCE {name}{options}")
}

/// What is not the default of its type.
fn sequence_options(sequence: &Sequence) -> String {
    let mut sql = String::new();
    if sequence.data_type != "bigint" {
        sql.push_str(&format!(" AS {}", sequence.data_type));
    }
    let (min, max) = sequence_bounds(sequence);
    let start = if sequence.increment < 0 {
        sequence.max
    } else {
        sequence.min
    };
    let numbers = [
        ("START WITH", sequence.start, start),
        ("INCREMENT BY", sequence.increment, 1),
        ("MINVALUE", sequence.min, min),
        ("MAXVALUE", sequence.max, max),
        ("CACHE", sequence.cache, 1),
    ];
    for (word, value, usual) in numbers {
        if value != usual {
            sql.push_str(&format!(" {word} {value}"));
        }
    }
    if sequence.cycle {
        sql.push_str(" CYCLE");
    }
    sql
}

/// The bounds of a sequence for which none were written.
fn sequence_bounds(sequence: &Sequence) -> (i64, i64) {
    let largest = match sequence.data_type.as_str() {
        "smallint" => i64::from(i16::MAX),
        "integer" => i64::from(i32::MAX),
        _ => i64::MAX,
    };
    if sequence.increment < 0 {
        (-largest - 1, -1)
    } else {
        (1, largest)
    }
}

pub(crate) fn sequence_owner(name: &ObjectName, owner: Option<&ColumnReference>) -> String {
    let owner = owner.map_or_else(
        || "NONE".to_owned(),
        |owner| {
            let table = ObjectName::new(&owner.schema, &owner.table);
            format!("{table}.{}", quote_identifier(&owner.column))
        },
    );
    format!("ALTER SEQUENCE {name} OWNED BY {owner}")
}

pub(crate) fn function(function: &Function) -> String {
    let name = ObjectName::new(&function.schema, &function.name);
    let word = if function.kind == "procedure" {
        "PROCEDURE"
    } else {
        "FUNCTION"
    };
    let mut sql = format!(
        "CREATE OR REPLACE {word} {name}({})",
        function.declared_arguments
    );
    if let Some(returns) = &function.returns {
        sql.push_str(&format!(" RETURNS {returns}"));
    }
    sql.push_str(&format!(
        "\nLANGUAGE {}",
        quote_identifier(&function.language)
    ));
    if function.kind == "window" {
        sql.push_str(" WINDOW");
    }
    if function.volatility != "volatile" {
        sql.push_str(&format!(" {}", function.volatility.to_uppercase()));
    }
    if function.strict {
        sql.push_str(" STRICT");
    }
    if function.security_definer {
        sql.push_str(" SECURITY DEFINER");
    }
    for attribute in &function.attributes {
        sql.push_str(&format!(" {attribute}"));
    }
    for setting in &function.settings {
        sql.push_str(&format!("\nSET {setting}"));
    }
    if let Some(body) = &function.standard_body {
        sql.push_str(&format!("\n{}", body.trim()));
        return sql;
    }
    let quote = dollar_quote(&function.source);
    sql.push_str(&format!("\nAS {quote}{}{quote}", function.source));
    sql
}

/// A dollar quote that does not occur in the text.
fn dollar_quote(text: &str) -> String {
    let mut tag = String::from("$$");
    let mut number = 0;
    while text.contains(&tag) || (tag == "$$" && text.ends_with('$')) {
        number += 1;
        tag = format!("$body{number}$");
    }
    tag
}

/// The table with its columns, keys and checks, and with the foreign keys that `inline` picks.
pub(crate) fn table(
    table: &Table,
    schema: &Schema,
    inline: impl Fn(&ForeignKeyConstraint) -> bool,
) -> String {
    let name = table.object_name();
    let kind = match (table.kind, table.persistence) {
        (TableKind::Foreign, _) => "FOREIGN TABLE",
        (_, "unlogged") => "UNLOGGED TABLE",
        (_, "temporary") => "TEMPORARY TABLE",
        _ => "TABLE",
    };
    let mut elements: Vec<String> = table
        .columns
        .iter()
        .filter(|column| !column.inherited && table.partition_of.is_none())
        .map(|column| self::column(table, column, schema))
        .collect();
    elements.extend(table_constraints(table));
    let keys = table
        .foreign_keys
        .iter()
        .filter(|key| key.part_of.is_none());
    elements.extend(keys.filter(|key| inline(key)).map(foreign_key));

    let mut sql = format!("CREATE {kind} {name}");
    if let Some(partition) = &table.partition_of {
        sql.push_str(&format!(" PARTITION OF {}", partition.parent()));
    }
    if !elements.is_empty() {
        sql.push_str(&format!(" (\n    {}\n)", elements.join(",\n    ")));
    } else if table.partition_of.is_none() {
        sql.push_str(" ()");
    }
    if let Some(partition) = &table.partition_of {
        sql.push_str(&format!(" {}", partition.bound));
    }
    if !table.inherits.is_empty() {
        let parents: Vec<String> = table.inherits.iter().map(ToString::to_string).collect();
        sql.push_str(&format!(" INHERITS ({})", parents.join(", ")));
    }
    if let Some(key) = &table.partition_by {
        sql.push_str(&format!(" PARTITION BY {key}"));
    }
    if !table.options.is_empty() {
        sql.push_str(&format!(" WITH ({})", table.options.join(", ")));
    }
    sql
}

/// The constraints that a new table can carry from the start: all but those that are not valid.
fn table_constraints(table: &Table) -> Vec<String> {
    let own_keys = table.primary_key.iter().map(|key| (key, "PRIMARY KEY"));
    let keys = own_keys.chain(table.unique_constraints.iter().map(|key| (key, "UNIQUE")));
    let keys = keys.filter(|(key, _)| key.part_of.is_none());
    let checks = table
        .check_constraints
        .iter()
        .filter(|check| check.validated && !check.inherited);
    keys.map(|(key, kind)| self::key(key, kind))
        .chain(checks.map(check))
        .chain(table.exclusion_constraints.iter().map(exclusion))
        .collect()
}

/// A column as `CREATE TABLE` and `ADD COLUMN` define it.
pub(crate) fn column(table: &Table, column: &Column, schema: &Schema) -> String {
    let name = quote_identifier(&column.name);
    if let Some(serial) = serial(table, column, schema) {
        return format!("{name} {serial} NOT NULL");
    }
    let mut sql = format!("{name} {}", column.data_type);
    if let Some(collation) = &column.collation {
        sql.push_str(&format!(" COLLATE {}", collation_name(collation)));
    }
    if let Some(default) = &column.default {
        sql.push_str(&format!(" DEFAULT {default}"));
    }
    if let Some(expression) = &column.generated {
        let kind = if column.generated_virtual {
            "VIRTUAL"
        } else {
            "STORED"
        };
        sql.push_str(&format!(" GENERATED ALWAYS AS ({expression}) {kind}"));
    }
    if let Some(identity) = column.identity {
        sql.push_str(&format!(
            " GENERATED {} AS IDENTITY",
            identity.to_uppercase()
        ));
        sql.push_str(&identity_options(table, column, schema));
    }
    if !column.nullable {
        if let Some(constraint) = &column.not_null_name {
            sql.push_str(&format!(" CONSTRAINT {}", quote_identifier(constraint)));
        }
        sql.push_str(" NOT NULL");
    }
    sql
}

/// Options of an identity column's sequence that are not the usual ones, in parentheses.
pub(crate) fn identity_options(table: &Table, column: &Column, schema: &Schema) -> String {
    let Some(sequence) = identity_sequence(table, column, schema) else {
        return String::new();
    };
    let mut parts = Vec::new();
    if sequence.name != format!("{}_{}_seq", table.name, column.name) {
        let name = ObjectName::new(&sequence.schema, &sequence.name);
        parts.push(format!("SEQUENCE NAME {name}"));
    }
    // The sequence has the column's type: no `AS`.
    let options = sequence_options(sequence);
    let typed = format!(" AS {}", column.data_type);
    let options = options.strip_prefix(&typed).unwrap_or(&options);
    if !options.is_empty() {
        parts.push(options.trim_start().to_owned());
    }
    if parts.is_empty() {
        String::new()
    } else {
        format!(" ({})", parts.join(" "))
    }
}

/// The sequence behind an identity column.
pub(crate) fn identity_sequence<'a>(
    table: &Table,
    column: &Column,
    schema: &'a Schema,
) -> Option<&'a Sequence> {
    let owner = reference(table, column);
    let mut sequences = schema.identity_sequences.values().map(AsRef::as_ref);
    sequences.find(|sequence| sequence.owned_by.as_ref() == Some(&owner))
}

/// Options that differ, each with `word` before it.
pub(crate) fn sequence_changes(before: &Sequence, after: &Sequence, word: &str) -> String {
    let numbers = [
        ("INCREMENT BY", before.increment, after.increment),
        ("MINVALUE", before.min, after.min),
        ("MAXVALUE", before.max, after.max),
        ("START WITH", before.start, after.start),
        ("CACHE", before.cache, after.cache),
    ];
    let mut sql = String::new();
    for (option, old, new) in numbers {
        if old != new {
            sql.push_str(&format!("{word} {option} {new}"));
        }
    }
    if before.cycle != after.cycle {
        sql.push_str(word);
        sql.push_str(if after.cycle { " CYCLE" } else { " NO CYCLE" });
    }
    sql
}

fn reference(table: &Table, column: &Column) -> ColumnReference {
    ColumnReference {
        schema: table.schema.clone(),
        table: table.name.clone(),
        column: column.name.clone(),
    }
}

/// `serial` and its kin, where the column is exactly what they make.
pub(crate) fn serial(table: &Table, column: &Column, schema: &Schema) -> Option<&'static str> {
    let word = match column.data_type.as_str() {
        "smallint" => "smallserial",
        "integer" => "serial",
        "bigint" => "bigserial",
        _ => return None,
    };
    let sequence = serial_sequence(table, column, schema)?;
    let plain = sequence_options(sequence);
    let usual = plain.is_empty() || plain == format!(" AS {}", column.data_type);
    (usual && sequence.data_type == column.data_type && !column.nullable).then_some(word)
}

/// The sequence that `serial` would have made for a column, if its default reads from it.
pub(crate) fn serial_sequence<'a>(
    table: &Table,
    column: &Column,
    schema: &'a Schema,
) -> Option<&'a Sequence> {
    let name = ObjectName::new(&table.schema, format!("{}_{}_seq", table.name, column.name));
    let sequence = schema.sequences.get(&name)?;
    let (schema_name, own) = (quote_identifier(&name.schema), quote_identifier(&name.name));
    let default = column.default.as_deref()?;
    let reads_it = [format!("{schema_name}.{own}"), own.clone()]
        .iter()
        .any(|text| default == format!("nextval({}::regclass)", quote_literal(text)));
    let owned = sequence.owned_by.as_ref() == Some(&reference(table, column));
    (reads_it && owned).then_some(sequence)
}

/// `CONSTRAINT name PRIMARY KEY (…)`.
pub(crate) fn key(key: &Key, kind: &str) -> String {
    let distinct = if key.nulls_not_distinct == Some(true) {
        " NULLS NOT DISTINCT"
    } else {
        ""
    };
    let mut sql = format!(
        "CONSTRAINT {} {kind}{distinct} ({})",
        quote_identifier(&key.name),
        identifiers(&key.columns)
    );
    if !key.include.is_empty() {
        sql.push_str(&format!(" INCLUDE ({})", identifiers(&key.include)));
    }
    sql + deferral(key.deferrable, key.initially_deferred)
}

pub(crate) fn check(check: &Check) -> String {
    let mut sql = format!(
        "CONSTRAINT {} CHECK ({})",
        quote_identifier(&check.name),
        check.expression
    );
    if check.no_inherit {
        sql.push_str(" NO INHERIT");
    }
    if check.not_enforced {
        sql.push_str(" NOT ENFORCED");
    } else if !check.validated {
        sql.push_str(" NOT VALID");
    }
    sql
}

pub(crate) fn foreign_key(key: &ForeignKeyConstraint) -> String {
    let target = &key.references;
    let mut sql = format!(
        "CONSTRAINT {} FOREIGN KEY ({}) REFERENCES {}",
        quote_identifier(&key.name),
        identifiers(&key.columns),
        target.table_name(),
    );
    if !target.columns.is_empty() {
        sql.push_str(&format!(" ({})", identifiers(&target.columns)));
    }
    if key.match_type == "full" {
        sql.push_str(" MATCH FULL");
    }
    if key.on_delete != "no action" {
        sql.push_str(&format!(" ON DELETE {}", key.on_delete.to_uppercase()));
        if !key.delete_columns.is_empty() {
            sql.push_str(&format!(" ({})", identifiers(&key.delete_columns)));
        }
    }
    if key.on_update != "no action" {
        sql.push_str(&format!(" ON UPDATE {}", key.on_update.to_uppercase()));
    }
    sql.push_str(deferral(key.deferrable, key.initially_deferred));
    if key.not_enforced {
        sql.push_str(" NOT ENFORCED");
    } else if !key.validated {
        sql.push_str(" NOT VALID");
    }
    sql
}

pub(crate) fn exclusion(exclusion: &ExclusionConstraint) -> String {
    let name = quote_identifier(&exclusion.name);
    format!("CONSTRAINT {name} {}", exclusion.definition)
}

fn deferral(deferrable: bool, initially: bool) -> &'static str {
    match (deferrable, initially) {
        (false, _) => "",
        (true, false) => " DEFERRABLE",
        (true, true) => " DEFERRABLE INITIALLY DEFERRED",
    }
}

pub(crate) fn add_constraint(table: &ObjectName, constraint: &str) -> String {
    format!("ALTER TABLE {table} ADD {constraint}")
}

pub(crate) fn index(table: &ObjectName, index: &Index, concurrently: bool) -> String {
    let unique = if index.unique { "UNIQUE " } else { "" };
    let how = if concurrently { "CONCURRENTLY " } else { "" };
    let method = match index.method.as_str() {
        "btree" => String::new(),
        method => format!(" USING {}", quote_identifier(method)),
    };
    let keys: Vec<String> = index
        .keys
        .iter()
        .map(|key| index_key(key, &index.method))
        .collect();
    let mut sql = format!(
        "CREATE {unique}INDEX {how}{} ON {table}{method} ({})",
        quote_identifier(&index.name),
        keys.join(", ")
    );
    if !index.include.is_empty() {
        sql.push_str(&format!(" INCLUDE ({})", identifiers(&index.include)));
    }
    if index.nulls_not_distinct {
        sql.push_str(" NULLS NOT DISTINCT");
    }
    if !index.options.is_empty() {
        sql.push_str(&format!(" WITH ({})", index.options.join(", ")));
    }
    if let Some(predicate) = &index.predicate {
        sql.push_str(&format!(" WHERE {predicate}"));
    }
    sql
}

fn index_key(key: &IndexKeyPart, method: &str) -> String {
    let mut sql = match (&key.column, &key.expression) {
        (Some(column), _) => quote_identifier(column),
        (None, expression) => format!("({})", expression.as_deref().unwrap_or_default()),
    };
    if let Some(collation) = &key.collation {
        sql.push_str(&format!(" COLLATE {}", collation_name(collation)));
    }
    if let Some(opclass) = &key.opclass {
        sql.push_str(&format!(" {opclass}"));
    }
    if method == "btree" {
        match (key.order, key.nulls) {
            ("desc", "last") => sql.push_str(" DESC NULLS LAST"),
            ("desc", _) => sql.push_str(" DESC"),
            (_, "first") => sql.push_str(" NULLS FIRST"),
            _ => {}
        }
    }
    sql
}

/// A collation as the model has it: raw, with its schema before a dot where it is not PostgreSQL's own.
fn collation_name(collation: &str) -> String {
    if collation.contains('"') {
        return collation.to_owned();
    }
    let parts: Vec<String> = collation.split('.').map(quote_identifier).collect();
    parts.join(".")
}

pub(crate) fn view(view: &View) -> String {
    let name = ObjectName::new(&view.schema, &view.name);
    let kind = if view.kind == "materialized view" {
        "MATERIALIZED VIEW"
    } else {
        "VIEW"
    };
    let columns: Vec<&str> = view
        .columns
        .iter()
        .map(|column| column.name.as_str())
        .collect();
    let columns = if columns.is_empty() {
        String::new()
    } else {
        format!(" ({})", identifiers(&columns))
    };
    let options = if view.options.is_empty() {
        String::new()
    } else {
        format!(" WITH ({})", view.options.join(", "))
    };
    let query = view.definition.trim().trim_end_matches(';');
    format!("CREATE {kind} {name}{columns}{options} AS\n{query}")
}

pub(crate) fn trigger(table: &ObjectName, trigger: &Trigger) -> String {
    let events: Vec<String> = trigger
        .events
        .iter()
        .map(|event| match (*event, trigger.update_of.as_slice()) {
            ("update", [_, ..]) => format!("UPDATE OF {}", identifiers(&trigger.update_of)),
            (event, _) => event.to_uppercase(),
        })
        .collect();
    let constraint = if trigger.constraint {
        "CONSTRAINT "
    } else {
        ""
    };
    let mut sql = format!(
        "CREATE {constraint}TRIGGER {} {} {} ON {table}",
        quote_identifier(&trigger.name),
        trigger.timing.to_uppercase(),
        events.join(" OR "),
    );
    sql.push_str(deferral(trigger.deferrable, trigger.initially_deferred));
    if let Some(referencing) = &trigger.referencing {
        sql.push_str(&format!(" {referencing}"));
    }
    sql.push_str(&format!(" FOR EACH {}", trigger.level.to_uppercase()));
    if let Some(when) = &trigger.when {
        sql.push_str(&format!(" WHEN ({when})"));
    }
    let arguments = trigger.arguments.join(", ");
    sql + &format!(" EXECUTE FUNCTION {}({arguments})", trigger.function)
}

pub(crate) fn policy(table: &ObjectName, policy: &Policy) -> String {
    let mut sql = format!(
        "CREATE POLICY {} ON {table}",
        quote_identifier(&policy.name)
    );
    if !policy.permissive {
        sql.push_str(" AS RESTRICTIVE");
    }
    if policy.command != "all" {
        sql.push_str(&format!(" FOR {}", policy.command.to_uppercase()));
    }
    let roles: Vec<String> = policy
        .roles
        .iter()
        .map(|role| match role.as_str() {
            "public" | "current_user" | "session_user" | "current_role" => role.to_uppercase(),
            role => quote_identifier(role),
        })
        .collect();
    if !roles.is_empty() && roles != ["PUBLIC"] {
        sql.push_str(&format!(" TO {}", roles.join(", ")));
    }
    if let Some(using) = &policy.using {
        sql.push_str(&format!(" USING ({using})"));
    }
    if let Some(check) = &policy.with_check {
        sql.push_str(&format!(" WITH CHECK ({check})"));
    }
    sql
}

/// `COMMENT ON kind name IS …`; none takes the comment away.
pub(crate) fn comment(object: &str, text: Option<&str>) -> String {
    let text = text.map_or_else(|| "NULL".to_owned(), quote_literal);
    format!("COMMENT ON {object} IS {text}")
}

/// How `COMMENT ON` names a column.
pub(crate) fn column_target(table: &ObjectName, column: &str) -> String {
    format!("COLUMN {table}.{}", quote_identifier(column))
}

/// Names joined by commas, quoted where they must be.
pub(crate) fn identifiers<S: AsRef<str>>(names: &[S]) -> String {
    let quoted: Vec<String> = names
        .iter()
        .map(|name| quote_identifier(name.as_ref()))
        .collect();
    quoted.join(", ")
}
