//! Schemas, extensions, statistics, comments, and `DROP` of what needs no more than a name.

use crate::operation::{
    Comment, CommentTarget, CreateExtension, CreateSchema, CreateStatistics, Drop, FunctionKind,
    Operation, RenameSchema,
};
use sqlparser::tokenizer::Token;

use crate::sql::cursor::Cursor;
use crate::sql::refusal::Parsed;

/// `[IF EXISTS] names [CASCADE]`, to the end.
pub(super) fn drop_names(cursor: &mut Cursor<'_>) -> Parsed<Drop> {
    let if_exists = cursor.eat("IF EXISTS");
    let names = cursor.list(Cursor::name)?;
    let cascade = cursor.cascade();
    cursor.end()?;
    Ok(Drop {
        names,
        if_exists,
        cascade,
    })
}

/// What follows `CREATE SCHEMA`.
pub(super) fn create_schema(cursor: &mut Cursor<'_>) -> Parsed<Operation> {
    let if_not_exists = cursor.eat("IF NOT EXISTS");
    // Without a name the schema is called like its owner.
    let name = if cursor.at("AUTHORIZATION") {
        None
    } else {
        Some(cursor.identifier()?)
    };
    let owner = if cursor.eat("AUTHORIZATION") {
        Some(cursor.role()?)
    } else {
        None
    };
    let name = name.or(owner).unwrap_or_default();
    let start = cursor.mark();
    let mut elements = Vec::new();
    while cursor.at_any(&["CREATE", "GRANT"]) {
        if if_not_exists {
            return cursor.not_modelled(start, "IF NOT EXISTS of a schema allows no objects in it");
        }
        elements.push(schema_element(cursor)?);
    }
    cursor.end()?;
    Ok(Operation::CreateSchema(CreateSchema {
        name,
        if_not_exists,
        elements,
    }))
}

/// One object that `CREATE SCHEMA` makes: a statement that ends where the next one begins.
fn schema_element(cursor: &mut Cursor<'_>) -> Parsed<Operation> {
    let start = cursor.mark();
    cursor.advance();
    while !cursor.at_end() && !cursor.at("CREATE") && !at_grant(cursor) {
        if cursor.at_token(&Token::LParen) {
            cursor.balanced()?;
        } else {
            cursor.advance();
        }
    }
    let span = cursor.span_from(start);
    // Spaces in front keep the places of what is read.
    let text = " ".repeat(span.start as usize) + cursor.written(span);
    Cursor::new(&text).and_then(|mut element| super::statement(&mut element))
}

/// `GRANT` that begins a statement, not `WITH GRANT OPTION`.
fn at_grant(cursor: &Cursor<'_>) -> bool {
    cursor.at("GRANT") && !cursor.at("GRANT OPTION")
}

/// What follows `ALTER SCHEMA`.
pub(super) fn alter_schema(cursor: &mut Cursor<'_>) -> Parsed<Operation> {
    let name = cursor.identifier()?;
    if cursor.expect_any(&["RENAME TO", "OWNER TO"])? == "OWNER TO" {
        cursor.role()?;
        cursor.end()?;
        return Ok(super::shapes::without_effect(
            cursor,
            "ALTER SCHEMA OWNER",
            None,
        ));
    }
    let to = cursor.identifier()?;
    cursor.end()?;
    Ok(Operation::RenameSchema(RenameSchema { name, to }))
}

/// What follows `CREATE EXTENSION`.
pub(super) fn create_extension(cursor: &mut Cursor<'_>) -> Parsed<Operation> {
    let if_not_exists = cursor.eat("IF NOT EXISTS");
    let mut extension = CreateExtension {
        name: cursor.identifier()?,
        if_not_exists,
        schema: None,
        version: None,
        cascade: false,
    };
    cursor.eat("WITH");
    loop {
        match cursor.eat_any(&["SCHEMA", "VERSION", "CASCADE"]) {
            Some("SCHEMA") => extension.schema = Some(cursor.identifier()?),
            Some("VERSION") => {
                let quoted = cursor.at_string();
                extension.version = Some(if quoted {
                    cursor.string()?
                } else {
                    cursor.label()?
                });
            }
            Some(_) => extension.cascade = true,
            None => break,
        }
    }
    cursor.end()?;
    Ok(Operation::CreateExtension(extension))
}

/// What follows `CREATE STATISTICS`.
pub(super) fn create_statistics(cursor: &mut Cursor<'_>) -> Parsed<Operation> {
    let if_not_exists = cursor.eat("IF NOT EXISTS");
    let unnamed = cursor.at("ON") || cursor.at_token(&Token::LParen);
    let name = if unnamed && !if_not_exists {
        None
    } else {
        Some(cursor.name()?)
    };
    let kinds = if cursor.at("ON") {
        Vec::new()
    } else {
        cursor.columns()?
    };
    cursor.expect("ON")?;
    let targets = cursor.list(|cursor| {
        let start = cursor.mark();
        cursor.index_key()?;
        Ok(cursor.text_from(start))
    })?;
    cursor.expect("FROM")?;
    let table = cursor.name()?;
    cursor.end()?;
    Ok(Operation::CreateStatistics(CreateStatistics {
        name,
        if_not_exists,
        kinds,
        targets,
        table,
    }))
}

/// What follows `COMMENT ON`.
pub(super) fn comment(cursor: &mut Cursor<'_>) -> Parsed<Operation> {
    let target = comment_target(cursor)?;
    cursor.expect("IS")?;
    let text = if cursor.eat("NULL") {
        None
    } else {
        Some(cursor.string()?)
    };
    cursor.end()?;
    Ok(Operation::Comment(Comment { target, text }))
}

fn comment_target(cursor: &mut Cursor<'_>) -> Parsed<CommentTarget> {
    let start = cursor.mark();
    let kinds = [
        "TABLE",
        "COLUMN",
        "CONSTRAINT",
        "TRIGGER",
        "POLICY",
        "INDEX",
        "SEQUENCE",
        "VIEW",
        "MATERIALIZED VIEW",
        "TYPE",
        "DOMAIN",
        "SCHEMA",
        "FUNCTION",
        "PROCEDURE",
        "AGGREGATE",
        "ROUTINE",
    ];
    Ok(match cursor.eat_any(&kinds) {
        Some("TABLE") => CommentTarget::Table(cursor.name()?),
        Some("COLUMN") => {
            let (table, column) = cursor.column_name()?;
            CommentTarget::Column { table, column }
        }
        Some(kind @ ("CONSTRAINT" | "TRIGGER" | "POLICY")) => {
            let name = cursor.identifier()?;
            cursor.expect("ON")?;
            if kind == "CONSTRAINT" && cursor.eat("DOMAIN") {
                cursor.name()?;
                return Ok(CommentTarget::Other(cursor.text_from(start)));
            }
            let table = cursor.name()?;
            match kind {
                "CONSTRAINT" => CommentTarget::Constraint { name, table },
                "TRIGGER" => CommentTarget::Trigger { name, table },
                _ => CommentTarget::Policy { name, table },
            }
        }
        Some("INDEX") => CommentTarget::Index(cursor.name()?),
        Some("SEQUENCE") => CommentTarget::Sequence(cursor.name()?),
        Some("VIEW") => CommentTarget::View(cursor.name()?),
        Some("MATERIALIZED VIEW") => CommentTarget::MaterializedView(cursor.name()?),
        Some("TYPE") => CommentTarget::Type(cursor.name()?),
        Some("DOMAIN") => CommentTarget::Domain(cursor.name()?),
        Some("SCHEMA") => CommentTarget::Schema(cursor.identifier()?),
        Some(word) => {
            let kind = match word {
                "PROCEDURE" => FunctionKind::Procedure,
                "AGGREGATE" => FunctionKind::Aggregate,
                "ROUTINE" => FunctionKind::Routine,
                _ => FunctionKind::Function,
            };
            CommentTarget::Function(kind, cursor.function_signature(kind)?)
        }
        None => {
            super::shapes::object(cursor)?;
            CommentTarget::Other(cursor.text_from(start))
        }
    })
}
