//! Functions, procedures and aggregates.

use std::sync::Arc;

use super::{Object, ObjectKind, Outcome, Simulation, WillFail};
use crate::operation::{
    AlterFunction, Argument, ArgumentMode, CreateFunction, FunctionAction, FunctionKind,
    UNKNOWN_TYPE, Volatility, quote_identifier,
};
use crate::schema::names::clip;
use crate::schema::type_text;
use crate::schema::{Function, ObjectName};

impl Simulation {
    pub(super) fn create_function(&mut self, statement: &CreateFunction) -> Outcome {
        let mut name = self.creation_place(&statement.name)?;
        name.name = clip(&name.name).to_owned();
        let mut arguments = Vec::new();
        for argument in &statement.arguments {
            let data_type = type_text::without_modifier(&self.column_type(&argument.data_type)?);
            arguments.push((argument, data_type));
        }
        let inputs = arguments
            .iter()
            .filter(|(argument, _)| is_input(argument, statement.kind));
        let types: Vec<&str> = inputs.map(|(_, data_type)| data_type.as_str()).collect();
        let key = (name.clone(), types.join(", "));
        require_sound_arguments(statement)?;
        let returns = self.result_type(statement, &arguments)?;
        let kind = match statement.kind {
            FunctionKind::Procedure => "procedure",
            FunctionKind::Aggregate => "aggregate",
            FunctionKind::Function | FunctionKind::Routine => "function",
        };
        let existing = self.schema.functions.get(&key).cloned();
        if let Some(existing) = &existing {
            if !statement.or_replace {
                return Err(WillFail::new(
                    "42723",
                    format!(
                        "function \"{}\" already exists with same argument types",
                        name.name
                    ),
                ));
            }
            require_replaceable(existing, kind, returns.as_deref(), &arguments)?;
        }
        let function = Function {
            schema: name.schema.clone(),
            name: name.name.clone(),
            arguments: identity_arguments(&arguments, statement.kind),
            kind,
            returns,
            language: statement.language.to_lowercase(),
            volatility: match statement.volatility {
                _ if statement.kind == FunctionKind::Aggregate => "immutable",
                Volatility::Volatile => "volatile",
                Volatility::Stable => "stable",
                Volatility::Immutable => "immutable",
            },
            strict: statement.strict,
            security_definer: statement.security_definer,
            source: source_text(statement),
            comment: existing.and_then(|existing| existing.comment.clone()),
            declared_arguments: declared_arguments(&arguments, statement.kind),
            settings: statement.settings.clone(),
            attributes: statement.attributes.clone(),
            standard_body: has_standard_body(statement).then(|| statement.body.clone()),
        };
        self.schema.functions.insert(key, Arc::new(function));
        Ok(())
    }

    /// What `pg_get_function_result()` prints.
    fn result_type(
        &mut self,
        statement: &CreateFunction,
        arguments: &[(&Argument, String)],
    ) -> Outcome<Option<String>> {
        if statement.kind == FunctionKind::Procedure {
            return Ok(None);
        }
        let outputs: Vec<&str> = arguments
            .iter()
            .filter(|(argument, _)| {
                matches!(argument.mode, ArgumentMode::Out | ArgumentMode::InOut)
            })
            .map(|(_, data_type)| data_type.as_str())
            .collect();
        if statement.kind == FunctionKind::Aggregate {
            return self.aggregate_result(&statement.body);
        }
        match (&statement.returns, outputs.as_slice()) {
            (Some(returns), _) => self.returns_text(returns).map(Some),
            (None, []) => Ok(Some("void".to_owned())),
            (None, [only]) => Ok(Some((*only).to_owned())),
            (None, _) => Ok(Some("record".to_owned())),
        }
    }

    /// What the final function returns, or the state where there is none. `…` where the final function is not known.
    fn aggregate_result(&mut self, definition: &str) -> Outcome<Option<String>> {
        if let Some(last) = definition_value(definition, "finalfunc") {
            let name = crate::sql::read_type(&last).map(|name| name.name);
            let all = self.schema.functions.values();
            let mut called = all.filter(|function| name.as_ref() == Some(&function.name));
            let only = called.next().filter(|_| called.next().is_none());
            let returns = only.and_then(|function| function.returns.clone());
            return Ok(Some(returns.unwrap_or_else(|| UNKNOWN_TYPE.to_owned())));
        }
        let state = definition_value(definition, "stype")
            .or_else(|| definition_value(definition, "stype1"));
        match state {
            Some(state) => self.type_text(&state).map(Some),
            None => Err(WillFail::new("42P13", "aggregate stype must be specified")),
        }
    }

    /// `RETURNS …` with own types qualified.
    fn returns_text(&mut self, returns: &str) -> Outcome<String> {
        if let Some(columns) = table_columns(returns) {
            let mut texts = Vec::new();
            for column in split_list(columns) {
                let (name, data_type) = split_word(column);
                texts.push(format!("{name} {}", self.type_text(data_type)?));
            }
            return Ok(format!("TABLE({})", texts.join(", ")));
        }
        if let Some(element) = strip_word(returns, "setof") {
            return Ok(format!("SETOF {}", self.type_text(element)?));
        }
        self.type_text(returns)
    }

    /// A type written as text, qualified; unknown ones stay as they are.
    fn type_text(&mut self, text: &str) -> Outcome<String> {
        match crate::schema::expression::read_type(text) {
            Some(name) => Ok(type_text::without_modifier(&self.column_type(&name)?)),
            None => Ok(text.trim().to_owned()),
        }
    }

    pub(super) fn alter_function(&mut self, statement: &AlterFunction) -> Outcome {
        let found = self.find_function(&statement.function, statement.kind)?;
        let Some(key) = found else {
            let place = self.schema.creation_name(&statement.function.name);
            let object = Object::new(ObjectKind::Function, &place);
            if self.may_exist() {
                self.assumed(object);
                return Ok(());
            }
            return Err(WillFail::new(
                "42883",
                format!(
                    "function {} does not exist",
                    self.signature_text(&statement.function)
                ),
            ));
        };
        let to = match &statement.action {
            FunctionAction::Rename(to) => ObjectName::new(&key.0.schema, clip(to)),
            FunctionAction::SetSchema(schema) => {
                self.require_schema(schema)?;
                ObjectName::new(schema, &key.0.name)
            }
            FunctionAction::Other(text) => {
                self.change_function(&key, text);
                return Ok(());
            }
            FunctionAction::Owner(_) => return Ok(()),
        };
        if to == key.0 {
            return Ok(());
        }
        if self
            .schema
            .functions
            .contains_key(&(to.clone(), key.1.clone()))
        {
            return Err(WillFail::new(
                "42723",
                format!(
                    "function {}({}) already exists in schema \"{}\"",
                    to.name, key.1, to.schema
                ),
            ));
        }
        self.relocate_function(&key, &to);
        Ok(())
    }

    /// `ALTER FUNCTION … IMMUTABLE STRICT SECURITY DEFINER`.
    fn change_function(&mut self, key: &(ObjectName, String), action: &str) {
        let words = action.to_lowercase();
        let words: Vec<&str> = words.split_whitespace().collect();
        let functions = &mut self.schema.functions;
        let Some(function) = functions.get_mut(key) else {
            return;
        };
        let function = Arc::make_mut(function);
        for (at, word) in words.iter().enumerate() {
            let next = words.get(at + 1).copied();
            match (*word, next) {
                ("set" | "reset", Some(name)) => {
                    let name = name.split('=').next().unwrap_or_default().to_owned();
                    change_setting(&mut function.settings, *word == "set", &name, action);
                    return;
                }
                ("immutable", _) => function.volatility = "immutable",
                ("stable", _) => function.volatility = "stable",
                ("volatile", _) => function.volatility = "volatile",
                ("strict", _) | ("returns", Some("null")) => function.strict = true,
                ("called", _) => function.strict = false,
                ("security", Some("definer")) => function.security_definer = true,
                ("security", Some("invoker")) => function.security_definer = false,
                ("parallel" | "cost" | "rows" | "support", Some(value)) => {
                    let attribute = word.to_uppercase();
                    function
                        .attributes
                        .retain(|own| !own.starts_with(&attribute));
                    function
                        .attributes
                        .push(format!("{attribute} {}", value.to_uppercase()));
                }
                ("leakproof", _) => {
                    function.attributes.retain(|own| own != "LEAKPROOF");
                    if at.checked_sub(1).and_then(|before| words.get(before)) != Some(&"not") {
                        function.attributes.push("LEAKPROOF".to_owned());
                    }
                }
                _ => {}
            }
        }
    }
}

/// `SET name = value` and `RESET name` of `ALTER FUNCTION`.
fn change_setting(settings: &mut Vec<String>, set: bool, name: &str, action: &str) {
    let is_own = |own: &String| {
        let own = own.split(|c: char| c.is_whitespace() || c == '=');
        let mut words = own.filter(|word| !word.is_empty() && !word.eq_ignore_ascii_case("set"));
        words
            .next()
            .is_some_and(|own| own.eq_ignore_ascii_case(name))
    };
    settings.retain(|own| name != "all" && !is_own(own));
    if set {
        let value = action.trim().get(3..).unwrap_or_default();
        settings.push(value.trim().to_owned());
    }
}

/// What `pg_proc.prosrc` holds: nothing for a standard body, which is kept parsed.
fn source_text(statement: &CreateFunction) -> String {
    if statement.kind == FunctionKind::Aggregate {
        return "aggregate_dummy".to_owned();
    }
    if has_standard_body(statement) {
        String::new()
    } else {
        statement.body.clone()
    }
}

/// The value of one parameter in `(sfunc = f, stype = int)`.
fn definition_value(definition: &str, name: &str) -> Option<String> {
    let inner = definition.trim().strip_prefix('(')?.strip_suffix(')')?;
    split_list(inner).into_iter().find_map(|part| {
        let (word, value) = part.split_once('=')?;
        let word = word.trim().trim_matches('"');
        word.eq_ignore_ascii_case(name)
            .then(|| value.trim().to_owned())
    })
}

/// `RETURN …` or `BEGIN ATOMIC …`, without quotes around it.
fn has_standard_body(statement: &CreateFunction) -> bool {
    let mut words = statement.body.split_whitespace().map(str::to_uppercase);
    let first = words.next().unwrap_or_default();
    let standard =
        first == "RETURN" || (first == "BEGIN" && words.next().as_deref() == Some("ATOMIC"));
    standard && statement.language.eq_ignore_ascii_case("sql")
}

/// Arguments that tell overloads apart; an `OUT` argument of a procedure does too.
fn is_input(argument: &Argument, kind: FunctionKind) -> bool {
    argument.mode != ArgumentMode::Out || kind == FunctionKind::Procedure
}

/// `pg_get_function_identity_arguments()`.
fn identity_arguments(arguments: &[(&Argument, String)], kind: FunctionKind) -> String {
    argument_list(arguments, kind, |_| String::new())
}

/// `pg_get_function_arguments()`, the defaults as written.
fn declared_arguments(arguments: &[(&Argument, String)], kind: FunctionKind) -> String {
    argument_list(arguments, kind, |argument| {
        let default = argument.default.as_ref();
        default.map_or_else(String::new, |default| {
            format!(" DEFAULT {}", default.as_str())
        })
    })
}

fn argument_list(
    arguments: &[(&Argument, String)],
    kind: FunctionKind,
    tail: impl Fn(&Argument) -> String,
) -> String {
    let texts = arguments.iter().map(|(argument, data_type)| {
        let tail = tail(argument);
        let mode = match argument.mode {
            ArgumentMode::In if kind == FunctionKind::Procedure => "IN ",
            ArgumentMode::In => "",
            ArgumentMode::Out => "OUT ",
            ArgumentMode::InOut => "INOUT ",
            ArgumentMode::Variadic => "VARIADIC ",
        };
        match &argument.name {
            Some(name) => format!("{mode}{} {data_type}{tail}", quote_identifier(name)),
            None => format!("{mode}{data_type}{tail}"),
        }
    });
    let texts: Vec<String> = texts.collect();
    texts.join(", ")
}

/// What a function's own arguments must fulfil (`interpret_function_parameter_list()`).
fn require_sound_arguments(statement: &CreateFunction) -> Outcome {
    let refuse = |message: &str| Err(WillFail::new("42P13", message));
    let is_trigger = statement.returns.as_deref() == Some("trigger");
    if is_trigger && statement.language.eq_ignore_ascii_case("sql") {
        return refuse("SQL functions cannot return type trigger");
    }
    if is_trigger
        && statement.language.eq_ignore_ascii_case("plpgsql")
        && !statement.arguments.is_empty()
    {
        return refuse("trigger functions cannot have declared arguments");
    }
    let mut with_default = false;
    for argument in &statement.arguments {
        if !is_input(argument, statement.kind) {
            continue;
        }
        if with_default && argument.default.is_none() && argument.mode != ArgumentMode::Variadic {
            return refuse(
                "input parameters after one with a default value must also have defaults",
            );
        }
        with_default |= argument.default.is_some();
    }
    Ok(())
}

/// What `CREATE OR REPLACE FUNCTION` may not change.
fn require_replaceable(
    existing: &Function,
    kind: &'static str,
    returns: Option<&str>,
    arguments: &[(&Argument, String)],
) -> Outcome {
    if existing.kind != kind {
        return Err(WillFail {
            sqlstate: "42809",
            message: "cannot change routine kind".to_owned(),
            detail: Some(format!("\"{}\" is a {}.", existing.name, existing.kind)),
        });
    }
    if existing.returns.as_deref() != returns {
        return Err(WillFail::new(
            "42P13",
            "cannot change return type of existing function",
        ));
    }
    let old = split_list(&existing.arguments);
    let new = arguments
        .iter()
        .filter(|(argument, _)| argument.mode != ArgumentMode::Out);
    for (old, (argument, data_type)) in old.into_iter().zip(new) {
        let old_name = old.strip_suffix(data_type.as_str()).map(|name| {
            name.trim()
                .trim_start_matches("VARIADIC ")
                .trim_start_matches("INOUT ")
        });
        let Some(old_name) = old_name.filter(|name| !name.is_empty() && *name != "VARIADIC") else {
            continue;
        };
        let new_name = argument.name.as_deref().map(quote_identifier);
        if new_name.as_deref() != Some(old_name) {
            return Err(WillFail::new(
                "42P13",
                format!(
                    "cannot change name of input parameter \"{}\"",
                    old_name.trim_matches('"')
                ),
            ));
        }
    }
    Ok(())
}

/// What stands in the parentheses of `TABLE(…)`.
fn table_columns(returns: &str) -> Option<&str> {
    let rest = strip_word(returns, "table")?;
    rest.trim().strip_prefix('(')?.strip_suffix(')')
}

/// `text` after a first word, whatever its case.
fn strip_word<'a>(text: &'a str, word: &str) -> Option<&'a str> {
    let text = text.trim();
    let head = text.get(..word.len())?;
    let rest = text.get(word.len()..)?;
    let ends = rest.starts_with(|c: char| c.is_whitespace() || c == '(');
    (head.eq_ignore_ascii_case(word) && ends).then_some(rest)
}

/// The first word, which may be quoted, and the rest.
fn split_word(text: &str) -> (&str, &str) {
    let text = text.trim();
    let end = match text.strip_prefix('"') {
        Some(rest) => rest.find('"').map(|at| at + 2),
        None => text.find(char::is_whitespace),
    };
    text.split_at_checked(end.unwrap_or(text.len()))
        .unwrap_or((text, ""))
}

/// A list split at its commas, not at those in parentheses.
fn split_list(text: &str) -> Vec<&str> {
    let mut depth = 0_i32;
    let mut quoted = false;
    let parts = text.split(move |c: char| {
        match c {
            '"' => quoted = !quoted,
            '(' | '[' if !quoted => depth += 1,
            ')' | ']' if !quoted => depth -= 1,
            _ => {}
        }
        c == ',' && depth == 0 && !quoted
    });
    parts
        .map(str::trim)
        .filter(|part| !part.is_empty())
        .collect()
}
