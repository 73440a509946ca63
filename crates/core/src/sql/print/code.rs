//! Functions, triggers, policies and blocks.

use super::table::deferral;
use super::{cascade, identifiers, joined, role};
use crate::operation::{
    AlterFunction, AlterPolicy, Argument, ArgumentMode, CreateFunction, CreatePolicy,
    CreateTrigger, DoBlock, DropFunction, DropOnTable, FunctionAction, FunctionKind,
    FunctionSignature, RenameOnTable, TriggerEvent, TriggerTiming, Volatility, quote_identifier,
    quote_literal,
};

pub(super) fn create_function(function: &CreateFunction) -> String {
    let replace = if function.or_replace {
        "OR REPLACE "
    } else {
        ""
    };
    let arguments: Vec<_> = function.arguments.iter().map(argument).collect();
    let head = format!(
        "CREATE {replace}{} {}({})",
        kind(function.kind),
        function.name,
        arguments.join(", ")
    );
    if function.kind == FunctionKind::Aggregate {
        let any = if arguments.is_empty() {
            head.replace("()", "(*)")
        } else {
            head
        };
        return format!("{any} {}", function.body);
    }
    let mut clauses = Vec::new();
    if let Some(returns) = &function.returns {
        clauses.push(format!("RETURNS {returns}"));
    }
    if !function.language.is_empty() {
        clauses.push(format!("LANGUAGE {}", quote_identifier(&function.language)));
    }
    match function.volatility {
        Volatility::Volatile => {}
        Volatility::Stable => clauses.push("STABLE".to_owned()),
        Volatility::Immutable => clauses.push("IMMUTABLE".to_owned()),
    }
    if function.strict {
        clauses.push("STRICT".to_owned());
    }
    if function.security_definer {
        clauses.push("SECURITY DEFINER".to_owned());
    }
    clauses.extend(function.attributes.iter().cloned());
    clauses.extend(
        function
            .settings
            .iter()
            .map(|setting| format!("SET {setting}")),
    );
    clauses.push(body(function));
    format!("{head}\n{}", clauses.join("\n"))
}

/// `AS $$…$$`, or the body itself where it is a standard one.
fn body(function: &CreateFunction) -> String {
    let start = function.body.trim_start().to_ascii_uppercase();
    let standard = function.language == "sql"
        && (start.starts_with("BEGIN ATOMIC") || start.starts_with("RETURN "));
    if standard {
        return function.body.clone();
    }
    if function.language == "c"
        && let Some((library, symbol)) = function.body.split_once(", ")
    {
        return format!("AS {}, {}", quote_literal(library), quote_literal(symbol));
    }
    format!("AS {}", dollar_quoted(&function.body))
}

/// `$$…$$`, with a tag if the text holds `$$`.
fn dollar_quoted(text: &str) -> String {
    let mut tag = String::new();
    while text.contains(&format!("${tag}$")) || (tag.is_empty() && text.ends_with('$')) {
        tag.push(if tag.is_empty() { 'q' } else { 'x' });
    }
    format!("${tag}${text}${tag}$")
}

pub(super) fn kind(kind: FunctionKind) -> &'static str {
    match kind {
        FunctionKind::Function => "FUNCTION",
        FunctionKind::Procedure => "PROCEDURE",
        FunctionKind::Aggregate => "AGGREGATE",
        FunctionKind::Routine => "ROUTINE",
    }
}

fn argument(argument: &Argument) -> String {
    let mode = match argument.mode {
        ArgumentMode::In => "",
        ArgumentMode::Out => "OUT ",
        ArgumentMode::InOut => "INOUT ",
        ArgumentMode::Variadic => "VARIADIC ",
    };
    let name = match &argument.name {
        Some(name) => format!("{} ", quote_identifier(name)),
        None => String::new(),
    };
    let default = match &argument.default {
        Some(default) => format!(" DEFAULT {}", default.as_str()),
        None => String::new(),
    };
    format!("{mode}{name}{}{default}", argument.data_type)
}

/// `name(types)`.
pub(super) fn signature(function: &FunctionSignature) -> String {
    match &function.arguments {
        Some(arguments) => format!("{}({})", function.name, joined(arguments)),
        None => function.name.to_string(),
    }
}

/// The same where `()` would be no signature: an aggregate over all rows.
pub(super) fn signature_of(kind: FunctionKind, function: &FunctionSignature) -> String {
    match &function.arguments {
        Some(arguments) if arguments.is_empty() && kind == FunctionKind::Aggregate => {
            format!("{}(*)", function.name)
        }
        _ => signature(function),
    }
}

pub(super) fn alter_function(alter: &AlterFunction) -> String {
    let action = match &alter.action {
        FunctionAction::Rename(to) => format!("RENAME TO {}", quote_identifier(to)),
        FunctionAction::SetSchema(schema) => format!("SET SCHEMA {}", quote_identifier(schema)),
        FunctionAction::Owner(owner) => format!("OWNER TO {}", role(owner)),
        FunctionAction::Other(text) => text.clone(),
    };
    format!(
        "ALTER {} {} {action}",
        kind(alter.kind),
        signature_of(alter.kind, &alter.function)
    )
}

pub(super) fn drop_function(drop: &DropFunction) -> String {
    let exists = if drop.if_exists { "IF EXISTS " } else { "" };
    let functions: Vec<_> = drop
        .functions
        .iter()
        .map(|function| signature_of(drop.kind, function))
        .collect();
    format!(
        "DROP {} {exists}{}{}",
        kind(drop.kind),
        functions.join(", "),
        cascade(drop.cascade)
    )
}

pub(super) fn create_trigger(trigger: &CreateTrigger) -> String {
    let replace = if trigger.or_replace {
        "OR REPLACE "
    } else {
        ""
    };
    let constraint = if trigger.constraint {
        "CONSTRAINT "
    } else {
        ""
    };
    let timing = match trigger.timing {
        TriggerTiming::Before => "BEFORE",
        TriggerTiming::After => "AFTER",
        TriggerTiming::InsteadOf => "INSTEAD OF",
    };
    let events: Vec<_> = trigger
        .events
        .iter()
        .map(|found| event(*found, trigger))
        .collect();
    let mut sql = format!(
        "CREATE {replace}{constraint}TRIGGER {}\n{timing} {} ON {}",
        quote_identifier(&trigger.name),
        events.join(" OR "),
        trigger.table
    );
    if let Some(from) = &trigger.from {
        sql += &format!("\nFROM {from}");
    }
    sql += deferral(trigger.deferral);
    if let Some(referencing) = &trigger.referencing {
        sql += &format!("\n{referencing}");
    }
    sql += if trigger.for_each_row {
        "\nFOR EACH ROW"
    } else {
        "\nFOR EACH STATEMENT"
    };
    if let Some(when) = &trigger.when {
        sql += &format!("\nWHEN ({})", when.as_str());
    }
    format!(
        "{sql}\nEXECUTE FUNCTION {}({})",
        trigger.function,
        trigger.arguments.join(", ")
    )
}

fn event(event: TriggerEvent, trigger: &CreateTrigger) -> String {
    match event {
        TriggerEvent::Insert => "INSERT".to_owned(),
        TriggerEvent::Delete => "DELETE".to_owned(),
        TriggerEvent::Truncate => "TRUNCATE".to_owned(),
        TriggerEvent::Update if trigger.update_of.is_empty() => "UPDATE".to_owned(),
        TriggerEvent::Update => format!("UPDATE OF {}", identifiers(&trigger.update_of)),
    }
}

pub(super) fn rename_trigger(rename: &RenameOnTable) -> String {
    format!(
        "ALTER TRIGGER {} ON {} RENAME TO {}",
        quote_identifier(&rename.name),
        rename.table,
        quote_identifier(&rename.to)
    )
}

pub(super) fn drop_on_table(kind: &str, drop: &DropOnTable) -> String {
    let exists = if drop.if_exists { "IF EXISTS " } else { "" };
    format!(
        "DROP {kind} {exists}{} ON {}{}",
        quote_identifier(&drop.name),
        drop.table,
        cascade(drop.cascade)
    )
}

pub(super) fn do_block(block: &DoBlock) -> String {
    let language = if block.language == "plpgsql" {
        String::new()
    } else {
        format!("LANGUAGE {} ", quote_identifier(&block.language))
    };
    format!("DO {language}{}", dollar_quoted(&block.body))
}

pub(super) fn create_policy(policy: &CreatePolicy) -> String {
    let mut sql = format!(
        "CREATE POLICY {} ON {}",
        quote_identifier(&policy.name),
        policy.table
    );
    if !policy.permissive {
        sql += "\nAS RESTRICTIVE";
    }
    if policy.command != "all" {
        sql += &format!("\nFOR {}", policy.command.to_ascii_uppercase());
    }
    if policy.roles.as_slice() != ["public"] {
        sql += &format!("\nTO {}", roles(&policy.roles));
    }
    if let Some(using) = &policy.using {
        sql += &format!("\nUSING ({})", using.as_str());
    }
    if let Some(check) = &policy.with_check {
        sql += &format!("\nWITH CHECK ({})", check.as_str());
    }
    sql
}

fn roles(roles: &[String]) -> String {
    let roles: Vec<_> = roles.iter().map(|name| role(name)).collect();
    roles.join(", ")
}

pub(super) fn alter_policy(policy: &AlterPolicy) -> String {
    let mut sql = format!(
        "ALTER POLICY {} ON {}",
        quote_identifier(&policy.name),
        policy.table
    );
    if let Some(to) = &policy.rename_to {
        sql += &format!(" RENAME TO {}", quote_identifier(to));
    }
    if let Some(names) = &policy.roles {
        sql += &format!("\nTO {}", roles(names));
    }
    if let Some(using) = &policy.using {
        sql += &format!("\nUSING ({})", using.as_str());
    }
    if let Some(check) = &policy.with_check {
        sql += &format!("\nWITH CHECK ({})", check.as_str());
    }
    sql
}
