//! `CREATE TABLE`, with all that may follow.

use sqlparser::tokenizer::Token;

use super::query::{self, QueryKind};
use crate::operation::{
    CreateTable, CreateTableAs, LikeClause, Operation, PartitionOf, Persistence, QualifiedName,
    TableStorage,
};
use crate::sql::cursor::Cursor;
use crate::sql::refusal::Parsed;

/// What follows `TABLE`.
pub(super) fn create_table(cursor: &mut Cursor<'_>, persistence: Persistence) -> Parsed<Operation> {
    let if_not_exists = cursor.eat("IF NOT EXISTS");
    let name = cursor.name()?;
    if at_query(cursor) {
        return create_table_as(cursor, persistence, if_not_exists, name);
    }
    let mut table = CreateTable {
        name: Some(name),
        if_not_exists,
        persistence,
        ..CreateTable::default()
    };
    if cursor.eat("OF") {
        table.of_type = Some(cursor.name()?);
        added_to_columns(cursor, &mut table)?;
    } else if cursor.eat("PARTITION OF") {
        partition_of(cursor, &mut table)?;
    } else {
        elements(cursor, &mut table)?;
        if cursor.eat("INHERITS") {
            table.inherits = cursor.parenthesized_list(Cursor::name)?;
        }
    }
    if cursor.eat("PARTITION BY") {
        table.partition_by = Some(partition_by(cursor)?);
    }
    storage(cursor, &mut table)?;
    cursor.end()?;
    Ok(Operation::CreateTable(Box::new(table)))
}

/// `CREATE FOREIGN TABLE`, from its name on.
pub(super) fn create_foreign_table(cursor: &mut Cursor<'_>) -> Parsed<Operation> {
    let mut table = CreateTable {
        if_not_exists: cursor.eat("IF NOT EXISTS"),
        ..CreateTable::default()
    };
    table.name = Some(cursor.name()?);
    if cursor.eat("PARTITION OF") {
        partition_of(cursor, &mut table)?;
    } else {
        elements(cursor, &mut table)?;
        if cursor.eat("INHERITS") {
            table.inherits = cursor.parenthesized_list(Cursor::name)?;
        }
    }
    cursor.expect("SERVER")?;
    table.foreign_server = Some(cursor.identifier()?);
    if cursor.eat("OPTIONS") {
        table.options = cursor.foreign_options()?;
    }
    cursor.end()?;
    Ok(Operation::CreateTable(Box::new(table)))
}

/// Whether `[(columns)] [USING …] [WITH …] … AS` comes, not a list of definitions.
fn at_query(cursor: &mut Cursor<'_>) -> bool {
    let start = cursor.mark();
    let mut only_names = true;
    if cursor.at_token(&Token::LParen) {
        only_names = cursor.columns().is_ok();
    }
    let mut probe = CreateTable::default();
    let found = only_names && storage(cursor, &mut probe).is_ok() && cursor.at("AS");
    cursor.rewind(start);
    found
}

fn create_table_as(
    cursor: &mut Cursor<'_>,
    persistence: Persistence,
    if_not_exists: bool,
    name: QualifiedName,
) -> Parsed<Operation> {
    let columns = if cursor.at_token(&Token::LParen) {
        cursor.columns()?
    } else {
        Vec::new()
    };
    let mut kept = CreateTable::default();
    storage(cursor, &mut kept)?;
    cursor.expect("AS")?;
    let start = cursor.mark();
    if cursor.at("EXECUTE") {
        return cursor.not_modelled(start, "the columns of a prepared statement are not known");
    }
    if query::kind(cursor) != QueryKind::Select {
        return cursor.refuse("a query");
    }
    let query = match query::table_command(cursor)? {
        Some(relation) => format!("SELECT * FROM {relation}"),
        None => {
            cursor.query()?;
            cursor.text_from(start)
        }
    };
    let with_data = cursor.with_data()?;
    cursor.end()?;
    Ok(Operation::CreateTableAs(CreateTableAs {
        name,
        if_not_exists,
        persistence,
        columns,
        storage: TableStorage {
            access_method: kept.access_method,
            options: kept.options,
            on_commit: kept.on_commit,
            tablespace: kept.tablespace,
        },
        query,
        reads: std::mem::take(&mut cursor.seen.reads),
        with_data,
    }))
}

/// `( columns, constraints, LIKE … )`; may be empty.
fn elements(cursor: &mut Cursor<'_>, table: &mut CreateTable) -> Parsed<()> {
    cursor.expect_token(&Token::LParen)?;
    if cursor.eat_token(&Token::RParen) {
        return Ok(());
    }
    cursor.list(|cursor| element(cursor, table))?;
    cursor.expect_token(&Token::RParen)
}

fn element(cursor: &mut Cursor<'_>, table: &mut CreateTable) -> Parsed<()> {
    if cursor.eat("LIKE") {
        table.like.push(like(cursor)?);
    } else if cursor.at_table_constraint() {
        table.constraints.push(cursor.table_constraint()?);
    } else {
        table.columns.push(cursor.column_definition()?);
    }
    Ok(())
}

fn like(cursor: &mut Cursor<'_>) -> Parsed<LikeClause> {
    let source = cursor.name()?;
    let parts = [
        "ALL",
        "COMMENTS",
        "COMPRESSION",
        "CONSTRAINTS",
        "DEFAULTS",
        "GENERATED",
        "IDENTITY",
        "INDEXES",
        "STATISTICS",
        "STORAGE",
    ];
    let mut options = Vec::new();
    while let Some(verb) = cursor.eat_any(&["INCLUDING", "EXCLUDING"]) {
        let part = cursor.expect_any(&parts)?;
        options.push(format!("{verb} {part}").to_ascii_lowercase());
    }
    Ok(LikeClause { source, options })
}

/// What follows `PARTITION OF`.
fn partition_of(cursor: &mut Cursor<'_>, table: &mut CreateTable) -> Parsed<()> {
    let parent = cursor.name()?;
    added_to_columns(cursor, table)?;
    let bound = cursor.partition_bound()?;
    table.partition_of = Some(PartitionOf { parent, bound });
    Ok(())
}

/// `( column [WITH OPTIONS] constraints, table constraints )`, if it is there.
fn added_to_columns(cursor: &mut Cursor<'_>, table: &mut CreateTable) -> Parsed<()> {
    if !cursor.at_token(&Token::LParen) {
        return Ok(());
    }
    cursor
        .parenthesized_list(|cursor| {
            if cursor.at_table_constraint() {
                table.constraints.push(cursor.table_constraint()?);
            } else {
                table.columns.push(cursor.added_to_column()?);
            }
            Ok(())
        })
        .map(drop)
}

/// What follows `PARTITION BY`.
fn partition_by(cursor: &mut Cursor<'_>) -> Parsed<String> {
    let start = cursor.mark();
    cursor.expect_any(&["RANGE", "LIST", "HASH"])?;
    cursor.parenthesized_list(Cursor::index_key)?;
    Ok(cursor.text_from(start))
}

/// `USING`, `WITH`, `WITHOUT OIDS`, `ON COMMIT`, `TABLESPACE`.
fn storage(cursor: &mut Cursor<'_>, table: &mut CreateTable) -> Parsed<()> {
    if cursor.eat("USING") {
        table.access_method = Some(cursor.identifier()?);
    }
    if cursor.eat("WITH") {
        table.options = cursor.storage_parameters()?;
    } else {
        cursor.eat("WITHOUT OIDS");
    }
    if cursor.eat("ON COMMIT") {
        let action = cursor.expect_any(&["PRESERVE ROWS", "DELETE ROWS", "DROP"])?;
        table.on_commit = Some(action.to_owned());
    }
    if cursor.eat("TABLESPACE") {
        table.tablespace = Some(cursor.identifier()?);
    }
    Ok(())
}

impl Cursor<'_> {
    /// `FOR VALUES …` or `DEFAULT`, as written.
    pub fn partition_bound(&mut self) -> Parsed<String> {
        let start = self.mark();
        if self.eat("DEFAULT") {
            return Ok("DEFAULT".to_owned());
        }
        self.expect("FOR VALUES")?;
        match self.expect_any(&["IN", "FROM", "WITH"])? {
            "IN" => {
                self.parenthesized_list(Self::expression)?;
            }
            "FROM" => {
                self.parenthesized_list(Self::expression)?;
                self.expect("TO")?;
                self.parenthesized_list(Self::expression)?;
            }
            _ => {
                self.parenthesized_list(|cursor| {
                    cursor.expect_any(&["MODULUS", "REMAINDER"])?;
                    cursor.integer()
                })?;
            }
        }
        Ok(self.text_from(start))
    }

    /// `[WITH [NO] DATA]`.
    pub fn with_data(&mut self) -> Parsed<bool> {
        if self.eat("WITH NO DATA") {
            return Ok(false);
        }
        self.eat("WITH DATA");
        Ok(true)
    }

    /// `(fillfactor = 70, autovacuum_enabled)`, as `name=value` with the value's quotes taken off.
    pub fn storage_parameters(&mut self) -> Parsed<Vec<String>> {
        self.parenthesized_list(|cursor| {
            let mut name = cursor.label()?;
            while cursor.eat_token(&Token::Period) {
                name = format!("{name}.{}", cursor.label()?);
            }
            if !cursor.eat_token(&Token::Eq) {
                return Ok(name);
            }
            Ok(format!("{name}={}", cursor.parameter_value()?))
        })
    }

    /// The names in `RESET (…)`.
    pub fn parameter_names(&mut self) -> Parsed<Vec<String>> {
        self.storage_parameters()
    }

    /// A number, a word or a string, without quotes.
    fn parameter_value(&mut self) -> Parsed<String> {
        if self.at_string() {
            return self.string();
        }
        if self.at_number() || self.at_token(&Token::Minus) || self.at_token(&Token::Plus) {
            return self.number();
        }
        self.label()
    }

    /// `(name 'value', …)` of foreign objects, as `name=value`.
    pub fn foreign_options(&mut self) -> Parsed<Vec<String>> {
        self.parenthesized_list(|cursor| {
            let name = cursor.label()?;
            Ok(format!("{name}={}", cursor.string()?))
        })
    }
}
