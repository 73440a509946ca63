//! Indexes.

use sqlparser::tokenizer::Token;

use crate::operation::{
    AlterIndex, CreateIndex, DropIndex, Expression, IndexAction, IndexKey, IndexTarget, Operation,
    Reindex, ReindexTarget, TableHint,
};
use crate::sql::cursor::Cursor;
use crate::sql::refusal::Parsed;

/// Above every operator: sqlparser then reads one operand and no more.
const OPERAND: u8 = 190;

/// What follows `CREATE [UNIQUE] INDEX`.
pub(super) fn create_index(cursor: &mut Cursor<'_>, unique: bool) -> Parsed<Operation> {
    let concurrently = cursor.eat("CONCURRENTLY");
    let if_not_exists = cursor.eat("IF NOT EXISTS");
    let name = if cursor.at("ON") {
        None
    } else {
        Some(cursor.identifier()?)
    };
    if if_not_exists && name.is_none() {
        return cursor.refuse("a name");
    }
    cursor.expect("ON")?;
    let only = cursor.eat("ONLY");
    let table = cursor.name()?;
    let method = if cursor.eat("USING") {
        Some(cursor.identifier()?)
    } else {
        None
    };
    let keys = cursor.parenthesized_list(Cursor::index_key)?;
    let include = if cursor.eat("INCLUDE") {
        cursor.columns()?
    } else {
        Vec::new()
    };
    let nulls_not_distinct = cursor.nulls_not_distinct()?;
    let options = if cursor.eat("WITH") {
        cursor.storage_parameters()?
    } else {
        Vec::new()
    };
    let tablespace = if cursor.eat("TABLESPACE") {
        Some(cursor.identifier()?)
    } else {
        None
    };
    let predicate = if cursor.eat("WHERE") {
        Some(cursor.expression()?)
    } else {
        None
    };
    cursor.end()?;
    Ok(Operation::CreateIndex(Box::new(CreateIndex {
        name,
        table,
        unique,
        concurrently,
        if_not_exists,
        only,
        method,
        keys,
        include,
        nulls_not_distinct,
        options,
        tablespace,
        predicate,
    })))
}

impl Cursor<'_> {
    /// `column`, `function(…)` or `(expression)` with collation, operator class and order.
    pub fn index_key(&mut self) -> Parsed<IndexKey> {
        let target = self.index_target()?;
        let collation = if self.eat("COLLATE") {
            Some(self.name()?)
        } else {
            None
        };
        let operator_class = self.operator_class()?;
        let descending = self.eat_any(&["ASC", "DESC"]) == Some("DESC");
        let nulls_first = if self.eat("NULLS") {
            Some(self.expect_any(&["FIRST", "LAST"])? == "FIRST")
        } else {
            None
        };
        Ok(IndexKey {
            target,
            collation,
            operator_class,
            descending,
            nulls_first,
        })
    }

    fn index_target(&mut self) -> Parsed<IndexTarget> {
        if self.at_token(&Token::LParen) {
            let expression = self.parenthesized_expression()?;
            return Ok(match plain_column(&expression) {
                Some(column) => IndexTarget::Column(column),
                None => IndexTarget::Expression(expression),
            });
        }
        let calls = matches!(self.peek_nth(1), Token::LParen | Token::Period);
        if !calls {
            return Ok(IndexTarget::Column(self.identifier()?));
        }
        let start = self.mark();
        self.delegate(|parser| parser.parse_subexpr(OPERAND))?;
        self.give_back_collation(start);
        Ok(IndexTarget::Expression(Expression::new(
            self.text_from(start),
        )))
    }

    /// `text_pattern_ops`, `gist_trgm_ops (siglen = 32)`, as written.
    fn operator_class(&mut self) -> Parsed<Option<String>> {
        if !self.at_identifier() || self.at("NULLS") {
            return Ok(None);
        }
        let start = self.mark();
        self.name()?;
        if self.at_token(&Token::LParen) {
            self.storage_parameters()?;
        }
        Ok(Some(self.text_from(start)))
    }
}

/// PostgreSQL takes `(column)` for the column itself.
fn plain_column(expression: &Expression) -> Option<String> {
    let mut cursor = Cursor::new(expression.as_str()).ok()?;
    let column = cursor.identifier().ok()?;
    cursor.at_end().then_some(column)
}

/// What follows `ALTER INDEX`.
pub(super) fn alter_index(cursor: &mut Cursor<'_>) -> Parsed<Operation> {
    let if_exists = cursor.eat("IF EXISTS");
    let name = cursor.name()?;
    let action = index_action(cursor)?;
    cursor.end()?;
    Ok(Operation::AlterIndex(AlterIndex {
        name,
        if_exists,
        action,
    }))
}

fn index_action(cursor: &mut Cursor<'_>) -> Parsed<IndexAction> {
    let start = cursor.mark();
    if cursor.eat("RENAME TO") {
        return Ok(IndexAction::Rename(cursor.identifier()?));
    }
    if cursor.eat("ATTACH PARTITION") {
        return Ok(IndexAction::AttachPartition(cursor.name()?));
    }
    if cursor.eat("SET TABLESPACE") {
        let tablespace = cursor.identifier()?;
        if cursor.at("NOWAIT") {
            return cursor.not_modelled(start, "SET TABLESPACE … NOWAIT is not read");
        }
        return Ok(IndexAction::SetTablespace(tablespace));
    }
    if cursor.eat("SET") {
        return Ok(IndexAction::SetOptions(cursor.storage_parameters()?));
    }
    if cursor.eat("RESET") {
        return Ok(IndexAction::ResetOptions(cursor.parameter_names()?));
    }
    if cursor.eat("NO DEPENDS ON EXTENSION") || cursor.eat("DEPENDS ON EXTENSION") {
        cursor.identifier()?;
        return Ok(IndexAction::Other(cursor.text_from(start)));
    }
    if cursor.eat("ALTER") {
        cursor.eat("COLUMN");
        if cursor.at_number() {
            cursor.integer()?;
        } else {
            cursor.identifier()?;
        }
        cursor.expect("SET STATISTICS")?;
        cursor.integer()?;
        return Ok(IndexAction::Other(cursor.text_from(start)));
    }
    cursor.refuse("an action of ALTER INDEX")
}

/// What follows `DROP INDEX`.
pub(super) fn drop_index(cursor: &mut Cursor<'_>) -> Parsed<Operation> {
    let concurrently = cursor.eat("CONCURRENTLY");
    let if_exists = cursor.eat("IF EXISTS");
    let names = cursor.list(Cursor::name)?;
    let cascade = cursor.cascade();
    cursor.end()?;
    Ok(Operation::DropIndex(DropIndex {
        names,
        concurrently,
        if_exists,
        cascade,
        table_hint: TableHint::default(),
    }))
}

/// What follows `REINDEX`.
pub(super) fn reindex(cursor: &mut Cursor<'_>) -> Parsed<Operation> {
    let mut concurrently = false;
    if cursor.at_token(&Token::LParen) {
        cursor.parenthesized_list(|cursor| {
            if cursor.eat("CONCURRENTLY") {
                concurrently = cursor.option_is_on()?;
            } else if cursor.eat("TABLESPACE") {
                cursor.identifier()?;
            } else {
                cursor.expect("VERBOSE")?;
                cursor.option_is_on()?;
            }
            Ok(())
        })?;
    }
    let target = match cursor.expect_any(&["INDEX", "TABLE", "SCHEMA", "DATABASE", "SYSTEM"])? {
        "INDEX" => ReindexTarget::Index,
        "TABLE" => ReindexTarget::Table,
        "SCHEMA" => ReindexTarget::Schema,
        "DATABASE" => ReindexTarget::Database,
        _ => ReindexTarget::System,
    };
    concurrently |= cursor.eat("CONCURRENTLY");
    let nameless = matches!(target, ReindexTarget::Database | ReindexTarget::System);
    let name = if nameless && cursor.at_end() {
        None
    } else {
        Some(cursor.name()?)
    };
    cursor.end()?;
    Ok(Operation::Reindex(Reindex {
        target,
        name,
        concurrently,
    }))
}
