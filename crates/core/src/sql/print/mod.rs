//! Operations as SQL: keywords in capitals, one column a line.

mod code;
mod index;
mod object;
mod session;
mod table;

use crate::operation::{Drop, Operation, quote_identifier, quote_literal};

/// Prints an operation as SQL, without a final semicolon. Reading it again gives the same operation.
pub fn print(operation: &Operation) -> String {
    match operation {
        Operation::CreateTable(create) => table::create(create),
        Operation::CreateTableAs(create) => table::create_as(create),
        Operation::AlterTable(alter) => table::alter(alter),
        Operation::DropTable(names) => drop_names("TABLE", names),
        Operation::CreateIndex(create) => index::create(create),
        Operation::AlterIndex(alter) => index::alter(alter),
        Operation::DropIndex(names) => index::drop(names),
        Operation::Reindex(reindex) => index::reindex(reindex),
        Operation::CreateType(create) => object::create_type(create),
        Operation::AlterType(alter) => object::alter_type(alter),
        Operation::AlterDomain(alter) => object::alter_domain(alter),
        Operation::DropType(names) => drop_names("TYPE", names),
        Operation::CreateSequence(create) => object::create_sequence(create),
        Operation::AlterSequence(alter) => object::alter_sequence(alter),
        Operation::DropSequence(names) => drop_names("SEQUENCE", names),
        Operation::CreateView(create) => object::create_view(create),
        Operation::AlterView(alter) => object::alter_view(alter),
        Operation::DropView(view) => drop_names(
            if view.materialized {
                "MATERIALIZED VIEW"
            } else {
                "VIEW"
            },
            &view.drop,
        ),
        Operation::RefreshMaterializedView(refresh) => object::refresh(refresh),
        Operation::CreateFunction(create) => code::create_function(create),
        Operation::AlterFunction(alter) => code::alter_function(alter),
        Operation::DropFunction(names) => code::drop_function(names),
        Operation::CreateTrigger(create) => code::create_trigger(create),
        Operation::RenameTrigger(rename) => code::rename_trigger(rename),
        Operation::DropTrigger(trigger) => code::drop_on_table("TRIGGER", trigger),
        Operation::Do(block) => code::do_block(block),
        Operation::Call(call) => call.sql.clone(),
        Operation::CreatePolicy(create) => code::create_policy(create),
        Operation::AlterPolicy(alter) => code::alter_policy(alter),
        Operation::DropPolicy(policy) => code::drop_on_table("POLICY", policy),
        Operation::CreateSchema(schema) => {
            let exists = if schema.if_not_exists {
                "IF NOT EXISTS "
            } else {
                ""
            };
            let elements = schema.elements.iter().map(|element| {
                let element = print(element);
                format!("\n{}", element.trim_end().trim_end_matches(';'))
            });
            let elements: String = elements.collect();
            let name = quote_identifier(&schema.name);
            format!("CREATE SCHEMA {exists}{name}{elements}")
        }
        Operation::RenameSchema(rename) => format!(
            "ALTER SCHEMA {} RENAME TO {}",
            quote_identifier(&rename.name),
            quote_identifier(&rename.to)
        ),
        Operation::DropSchema(names) => drop_names("SCHEMA", names),
        Operation::CreateExtension(create) => object::create_extension(create),
        Operation::DropExtension(names) => drop_names("EXTENSION", names),
        Operation::CreateStatistics(create) => object::create_statistics(create),
        Operation::DropStatistics(names) => drop_names("STATISTICS", names),
        Operation::Comment(comment) => object::comment(comment),
        Operation::Insert(insert) => insert.sql.clone(),
        Operation::Update(update) => update.sql.clone(),
        Operation::Delete(delete) => delete.sql.clone(),
        Operation::Select(select) => select.sql.clone(),
        Operation::Truncate(truncate) => session::truncate(truncate),
        Operation::Copy(copy) => copy.sql.clone(),
        Operation::Transaction(control) => session::transaction(control),
        Operation::Set(set) => session::set(set),
        Operation::SetConstraints(set) => session::set_constraints(set),
        Operation::Lock(lock) => session::lock(lock),
        Operation::Maintain(maintenance) => maintenance.sql.clone(),
        Operation::Unmodelled(statement) => statement.sql.clone(),
        Operation::Opaque(opaque) => opaque.text.clone(),
    }
}

/// `DROP kind [IF EXISTS] names [CASCADE]`.
fn drop_names(kind: &str, drop: &Drop) -> String {
    let exists = if drop.if_exists { "IF EXISTS " } else { "" };
    format!(
        "DROP {kind} {exists}{}{}",
        joined(&drop.names),
        cascade(drop.cascade)
    )
}

/// ` CASCADE`, with its space, or nothing.
fn cascade(cascade: bool) -> &'static str {
    if cascade { " CASCADE" } else { "" }
}

/// `a, b`.
fn joined<T: ToString>(parts: &[T]) -> String {
    let parts: Vec<_> = parts.iter().map(ToString::to_string).collect();
    parts.join(", ")
}

/// `a, "B"`.
fn identifiers(names: &[String]) -> String {
    let quoted: Vec<_> = names.iter().map(|name| quote_identifier(name)).collect();
    quoted.join(", ")
}

/// `public`, `CURRENT_USER`, `"app user"`.
fn role(name: &str) -> String {
    match name {
        "current_user" | "current_role" | "session_user" => name.to_ascii_uppercase(),
        _ => quote_identifier(name),
    }
}

/// `fillfactor = 70, name = 'value'`, from `name=value`.
fn parameters(options: &[String]) -> String {
    let options = options.iter().map(|option| match option.split_once('=') {
        Some((name, value)) => format!("{} = {}", parameter_name(name), parameter_value(value)),
        None => parameter_name(option),
    });
    options.collect::<Vec<_>>().join(", ")
}

/// `toast.autovacuum_enabled`: each part is an identifier of its own.
fn parameter_name(name: &str) -> String {
    let parts: Vec<_> = name.split('.').map(quote_identifier).collect();
    parts.join(".")
}

/// A number or a plain word as it is, everything else as a string.
fn parameter_value(value: &str) -> String {
    if is_number(value) || is_plain_word(value) {
        value.to_owned()
    } else {
        quote_literal(value)
    }
}

/// Whether SQL reads it as one number.
fn is_number(text: &str) -> bool {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    let mut parts = digits.splitn(2, '.');
    let whole = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    parts.next().is_some_and(whole) && parts.next().is_none_or(whole)
}

/// Whether SQL reads it as one unquoted word, as it is.
fn is_plain_word(text: &str) -> bool {
    quote_identifier(text) == text || matches!(text, "true" | "false" | "on")
}

/// Lines, indented, with commas between them.
fn lines(parts: &[String]) -> String {
    let lines: Vec<_> = parts.iter().map(|part| format!("\n    {part}")).collect();
    lines.join(",")
}
