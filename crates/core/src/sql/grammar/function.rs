//! Functions, procedures and aggregates.

use sqlparser::tokenizer::Token;

use crate::operation::{
    AlterFunction, Argument, ArgumentMode, CreateFunction, DropFunction, FunctionAction,
    FunctionKind, FunctionSignature, Operation, Volatility, quote_identifier,
};
use crate::sql::cursor::Cursor;
use crate::sql::refusal::Parsed;
use crate::sql::tokens::is_word;

/// What follows `FUNCTION` or `PROCEDURE`.
pub(super) fn create_function(
    cursor: &mut Cursor<'_>,
    kind: FunctionKind,
    or_replace: bool,
) -> Parsed<Operation> {
    let mut function = CreateFunction {
        name: cursor.function_name()?,
        kind,
        or_replace,
        arguments: arguments(cursor)?,
        returns: None,
        language: String::new(),
        volatility: Volatility::default(),
        strict: false,
        security_definer: false,
        settings: Vec::new(),
        attributes: Vec::new(),
        body: String::new(),
    };
    if kind == FunctionKind::Function && cursor.eat("RETURNS") {
        function.returns = Some(returns(cursor)?);
    }
    while definition_clause(cursor, &mut function)? {}
    cursor.end()?;
    function.attributes.sort();
    Ok(Operation::CreateFunction(Box::new(function)))
}

/// `(arguments)`.
fn arguments(cursor: &mut Cursor<'_>) -> Parsed<Vec<Argument>> {
    cursor.expect_token(&Token::LParen)?;
    if cursor.eat_token(&Token::RParen) {
        return Ok(Vec::new());
    }
    let arguments = cursor.list(argument)?;
    cursor.expect_token(&Token::RParen)?;
    Ok(arguments)
}

fn argument(cursor: &mut Cursor<'_>) -> Parsed<Argument> {
    let mode = argument_mode(cursor);
    let (name, late_mode, data_type) = named_type(cursor)?;
    let default = if cursor.eat("DEFAULT") || cursor.eat_token(&Token::Eq) {
        Some(cursor.expression()?)
    } else {
        None
    };
    Ok(Argument {
        mode: mode.or(late_mode).unwrap_or_default(),
        name,
        data_type,
        default,
    })
}

fn argument_mode(cursor: &mut Cursor<'_>) -> Option<ArgumentMode> {
    Some(
        match cursor.eat_any(&["IN OUT", "IN", "OUT", "INOUT", "VARIADIC"])? {
            "IN" => ArgumentMode::In,
            "OUT" => ArgumentMode::Out,
            "VARIADIC" => ArgumentMode::Variadic,
            _ => ArgumentMode::InOut,
        },
    )
}

/// `[name] [mode] type`: a name only if what follows it is not the end of the argument.
fn named_type(
    cursor: &mut Cursor<'_>,
) -> Parsed<(
    Option<String>,
    Option<ArgumentMode>,
    crate::operation::TypeName,
)> {
    let start = cursor.mark();
    if let Ok(data_type) = cursor.type_name() {
        let ends = matches!(
            cursor.peek(),
            Token::Comma | Token::RParen | Token::Eq | Token::EOF
        );
        if ends || cursor.at("DEFAULT") || cursor.at("ORDER BY") {
            return Ok((None, None, data_type));
        }
    }
    cursor.rewind(start);
    let name = cursor.type_word()?;
    if cursor.at_token(&Token::Period) {
        // `shelf.label%TYPE`, without a name: the type itself says what is wrong with it.
        cursor.rewind(start);
        return Ok((None, None, cursor.type_name()?));
    }
    let mode = argument_mode(cursor);
    Ok((Some(name), mode, cursor.type_name()?))
}

/// What follows `RETURNS`, as `pg_get_function_result()` prints it.
fn returns(cursor: &mut Cursor<'_>) -> Parsed<String> {
    if cursor.eat("TABLE") {
        let columns = cursor.parenthesized_list(|cursor| {
            let name = cursor.type_word()?;
            let data_type = cursor.type_name()?;
            Ok(format!("{} {data_type}", quote_identifier(&name)))
        })?;
        return Ok(format!("TABLE({})", columns.join(", ")));
    }
    let set = if cursor.eat("SETOF") { "SETOF " } else { "" };
    Ok(format!("{set}{}", cursor.type_name()?))
}

/// One clause after the result type; false at the end.
fn definition_clause(cursor: &mut Cursor<'_>, function: &mut CreateFunction) -> Parsed<bool> {
    if cursor.eat("LANGUAGE") {
        function.language = if cursor.at_string() {
            cursor.string()?.to_ascii_lowercase()
        } else {
            cursor.label()?
        };
    } else if cursor.eat("AS") {
        function.body = cursor.string()?;
        if cursor.eat_token(&Token::Comma) {
            function.body = format!("{}, {}", function.body, cursor.string()?);
        }
    } else if cursor.at_any(&["RETURN", "BEGIN ATOMIC"]) {
        function.body = standard_body(cursor)?;
        if function.language.is_empty() {
            "sql".clone_into(&mut function.language);
        }
    } else {
        return attribute(cursor, function);
    }
    Ok(true)
}

/// `RETURN expression` or `BEGIN ATOMIC … END`, as written.
fn standard_body(cursor: &mut Cursor<'_>) -> Parsed<String> {
    let start = cursor.mark();
    if cursor.eat("RETURN") {
        cursor.expression()?;
        return Ok(cursor.text_from(start));
    }
    let mut depth = 0_usize;
    loop {
        match cursor.peek() {
            Token::EOF => return cursor.refuse("END"),
            token if is_word(token, "BEGIN") || is_word(token, "CASE") => depth += 1,
            token if is_word(token, "END") => depth -= 1,
            _ => {}
        }
        cursor.advance();
        if depth == 0 {
            return Ok(cursor.text_from(start));
        }
    }
}

/// Volatility, strictness, cost and so on.
fn attribute(cursor: &mut Cursor<'_>, function: &mut CreateFunction) -> Parsed<bool> {
    let start = cursor.mark();
    let clauses = [
        "IMMUTABLE",
        "STABLE",
        "VOLATILE",
        "STRICT",
        "RETURNS NULL ON NULL INPUT",
        "CALLED ON NULL INPUT",
        "EXTERNAL SECURITY",
        "SECURITY",
        "NOT LEAKPROOF",
        "LEAKPROOF",
        "WINDOW",
        "PARALLEL",
        "COST",
        "ROWS",
        "SUPPORT",
        "TRANSFORM",
        "SET",
        "RESET",
    ];
    match cursor.eat_any(&clauses) {
        Some("IMMUTABLE") => function.volatility = Volatility::Immutable,
        Some("STABLE") => function.volatility = Volatility::Stable,
        Some("VOLATILE") => function.volatility = Volatility::Volatile,
        Some("STRICT" | "RETURNS NULL ON NULL INPUT") => function.strict = true,
        Some("CALLED ON NULL INPUT") => function.strict = false,
        Some("EXTERNAL SECURITY" | "SECURITY") => {
            function.security_definer = cursor.expect_any(&["DEFINER", "INVOKER"])? == "DEFINER";
        }
        Some("NOT LEAKPROOF") => function
            .attributes
            .retain(|attribute| attribute != "LEAKPROOF"),
        Some(word @ ("LEAKPROOF" | "WINDOW")) => function.attributes.push(word.to_owned()),
        Some("PARALLEL") => {
            let level = cursor.expect_any(&["SAFE", "RESTRICTED", "UNSAFE"])?;
            if level != "UNSAFE" {
                function.attributes.push(format!("PARALLEL {level}"));
            }
        }
        Some(word @ ("COST" | "ROWS")) => {
            let number = cursor.number()?;
            function.attributes.push(format!("{word} {number}"));
        }
        Some("SUPPORT") => {
            let support = cursor.name()?;
            function.attributes.push(format!("SUPPORT {support}"));
        }
        Some("TRANSFORM") => {
            cursor.list(|cursor| {
                cursor.expect("FOR TYPE")?;
                cursor.type_name()
            })?;
            function.attributes.push(cursor.text_from(start));
        }
        Some("SET") => {
            let start = cursor.mark();
            super::session::parameter(cursor)?;
            function.settings.push(cursor.text_from(start));
        }
        Some(_) => return cursor.refuse("SET"),
        None => return Ok(false),
    }
    Ok(true)
}

/// What follows `CREATE AGGREGATE`.
pub(super) fn create_aggregate(cursor: &mut Cursor<'_>, or_replace: bool) -> Parsed<Operation> {
    let start = cursor.mark();
    let name = cursor.function_name()?;
    let first = cursor.mark();
    let mut aggregated = Vec::new();
    if cursor.definition().is_ok() && cursor.at_end() {
        cursor.rewind(first);
        aggregated.extend(base_type(cursor)?);
        cursor.rewind(first);
        return aggregate(cursor, name, or_replace, aggregated);
    }
    cursor.rewind(first);
    cursor.parenthesized(|cursor| {
        if cursor.eat_token(&Token::Mul) {
            return Ok(());
        }
        if !cursor.at("ORDER BY") {
            aggregated = cursor.list(argument)?;
        }
        if cursor.eat("ORDER BY") {
            return cursor.not_modelled(start, "an ordered-set aggregate is not read");
        }
        Ok(())
    })?;
    aggregate(cursor, name, or_replace, aggregated)
}

/// `basetype = type` of the old form: what is aggregated. `"any"` stands for nothing.
fn base_type(cursor: &mut Cursor<'_>) -> Parsed<Option<Argument>> {
    let mut found = None;
    cursor.parenthesized_list(|cursor| {
        let is_base = cursor.label()?.eq_ignore_ascii_case("basetype");
        if !cursor.eat_token(&Token::Eq) {
            return Ok(());
        }
        if is_base && !cursor.at_string() {
            found = Some(argument(cursor)?);
            return Ok(());
        }
        cursor.definition_value()
    })?;
    Ok(found.filter(|base| base.data_type.name != "any"))
}

/// An aggregate, from its definition on.
fn aggregate(
    cursor: &mut Cursor<'_>,
    name: crate::operation::QualifiedName,
    or_replace: bool,
    arguments: Vec<Argument>,
) -> Parsed<Operation> {
    let definition = cursor.mark();
    cursor.definition()?;
    let body = cursor.text_from(definition);
    cursor.end()?;
    Ok(Operation::CreateFunction(Box::new(CreateFunction {
        name,
        kind: FunctionKind::Aggregate,
        or_replace,
        arguments,
        returns: None,
        language: "internal".to_owned(),
        volatility: Volatility::default(),
        strict: false,
        security_definer: false,
        settings: Vec::new(),
        attributes: Vec::new(),
        body,
    })))
}

impl Cursor<'_> {
    /// `name` or `name(types)`; only what goes into a call counts.
    pub fn function_signature(&mut self, kind: FunctionKind) -> Parsed<FunctionSignature> {
        let name = self.function_name()?;
        if !self.at_token(&Token::LParen) {
            return Ok(FunctionSignature {
                name,
                arguments: None,
            });
        }
        if kind == FunctionKind::Aggregate {
            return self.aggregate_signature(name);
        }
        let arguments = arguments(self)?
            .into_iter()
            .filter(|argument| argument.mode != ArgumentMode::Out)
            .map(|argument| argument.data_type)
            .collect();
        Ok(FunctionSignature {
            name,
            arguments: Some(arguments),
        })
    }

    fn aggregate_signature(
        &mut self,
        name: crate::operation::QualifiedName,
    ) -> Parsed<FunctionSignature> {
        let arguments = self.parenthesized(|cursor| {
            if cursor.eat_token(&Token::Mul) {
                return Ok(Vec::new());
            }
            let mut arguments = Vec::new();
            if !cursor.at("ORDER BY") {
                arguments = cursor.list(argument)?;
            }
            if cursor.eat("ORDER BY") {
                arguments.extend(cursor.list(argument)?);
            }
            Ok(arguments)
        })?;
        let types = arguments
            .into_iter()
            .map(|argument| argument.data_type)
            .collect();
        Ok(FunctionSignature {
            name,
            arguments: Some(types),
        })
    }
}

/// What follows `ALTER FUNCTION` and its kin.
pub(super) fn alter_function(cursor: &mut Cursor<'_>, kind: FunctionKind) -> Parsed<Operation> {
    let function = cursor.function_signature(kind)?;
    let start = cursor.mark();
    let action = match cursor.eat_any(&["RENAME TO", "SET SCHEMA", "OWNER TO"]) {
        Some("RENAME TO") => FunctionAction::Rename(cursor.identifier()?),
        Some("SET SCHEMA") => FunctionAction::SetSchema(cursor.identifier()?),
        Some(_) => FunctionAction::Owner(cursor.role()?),
        None => {
            other_action(cursor)?;
            FunctionAction::Other(cursor.text_from(start))
        }
    };
    cursor.end()?;
    Ok(Operation::AlterFunction(AlterFunction {
        kind,
        function,
        action,
    }))
}

fn other_action(cursor: &mut Cursor<'_>) -> Parsed<()> {
    if cursor.eat("NO DEPENDS ON EXTENSION") || cursor.eat("DEPENDS ON EXTENSION") {
        return cursor.identifier().map(drop);
    }
    let mut clauses = 0_usize;
    while !cursor.at_end() && !cursor.at("RESTRICT") {
        if cursor.eat("RESET") {
            cursor.label()?;
            while cursor.eat_token(&Token::Period) {
                cursor.label()?;
            }
        } else {
            let mut scratch = scratch();
            if !attribute(cursor, &mut scratch)? {
                return cursor.refuse("an attribute of a function");
            }
        }
        clauses += 1;
    }
    if clauses == 0 {
        return cursor.refuse("an action");
    }
    cursor.eat("RESTRICT");
    Ok(())
}

/// A function to read attributes into that are kept as text only.
fn scratch() -> CreateFunction {
    CreateFunction {
        name: crate::operation::QualifiedName::bare(""),
        kind: FunctionKind::Function,
        or_replace: false,
        arguments: Vec::new(),
        returns: None,
        language: String::new(),
        volatility: Volatility::default(),
        strict: false,
        security_definer: false,
        settings: Vec::new(),
        attributes: Vec::new(),
        body: String::new(),
    }
}

/// What follows `DROP FUNCTION` and its kin.
pub(super) fn drop_function(cursor: &mut Cursor<'_>, kind: FunctionKind) -> Parsed<Operation> {
    let if_exists = cursor.eat("IF EXISTS");
    let functions = cursor.list(|cursor| cursor.function_signature(kind))?;
    let cascade = cursor.cascade();
    cursor.end()?;
    Ok(Operation::DropFunction(DropFunction {
        kind,
        functions,
        if_exists,
        cascade,
    }))
}
