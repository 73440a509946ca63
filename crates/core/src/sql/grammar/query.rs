//! `SELECT`, `INSERT`, `UPDATE`, `DELETE`, with `WITH` before them.

use sqlparser::ast::{
    BinaryOperator, Expr, LimitClause, Query, SelectItem, SetExpr, TableWithJoins,
};
use sqlparser::parser::Parser;
use sqlparser::tokenizer::Token;

use crate::operation::{
    CreateTableAs, Delete, Expression, Insert, Operation, Persistence, QualifiedName, Select,
    TableStorage, Unmodelled, Update,
};
use crate::sql::cursor::{Cursor, Mark};
use crate::sql::refusal::{Parsed, Refusal};

/// What the main part of a query is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum QueryKind {
    Select,
    Insert,
    Update,
    Delete,
    Merge,
}

const STARTS: &[(&str, QueryKind)] = &[
    ("SELECT", QueryKind::Select),
    ("VALUES", QueryKind::Select),
    ("TABLE", QueryKind::Select),
    ("INSERT", QueryKind::Insert),
    ("UPDATE", QueryKind::Update),
    ("DELETE", QueryKind::Delete),
    ("MERGE", QueryKind::Merge),
];

/// Whether a query or a change of data comes next.
pub(super) fn at_query(cursor: &Cursor<'_>) -> bool {
    cursor.at_token(&Token::LParen)
        || cursor.at("WITH")
        || STARTS.iter().any(|(keyword, _)| cursor.at(keyword))
}

/// What comes next; looks past `WITH …`.
pub(super) fn kind(cursor: &mut Cursor<'_>) -> QueryKind {
    let start = cursor.mark();
    if cursor.eat("WITH") {
        let mut depth = 0_usize;
        loop {
            match cursor.peek() {
                Token::LParen => depth += 1,
                Token::RParen => depth = depth.saturating_sub(1),
                Token::EOF => break,
                _ if depth == 0 && STARTS.iter().any(|(keyword, _)| cursor.at(keyword)) => break,
                _ => {}
            }
            cursor.advance();
        }
    }
    let found = STARTS
        .iter()
        .find(|(keyword, _)| cursor.at(keyword))
        .map(|(_, kind)| *kind);
    cursor.rewind(start);
    found.unwrap_or(QueryKind::Select)
}

/// A query or a change of data, to the end of the statement.
pub(super) fn statement(cursor: &mut Cursor<'_>) -> Parsed<Operation> {
    let (operation, mut changes) = with_common_tables(cursor)?;
    cursor.end()?;
    let main_changes = !matches!(operation, Operation::Select(_));
    match (main_changes, changes.len()) {
        (_, 0) => Ok(complete(operation, cursor)),
        (false, 1) => Ok(complete(changes.remove(0), cursor)),
        _ => Err(Refusal {
            scope: crate::operation::OpaqueScope::Data,
            ..Refusal::not_modelled(
                "one statement changes the rows of several tables",
                cursor.here(),
            )
        }),
    }
}

/// `[WITH …] main`, with the changes that the common tables make.
fn with_common_tables(cursor: &mut Cursor<'_>) -> Parsed<(Operation, Vec<Operation>)> {
    let mut changes = Vec::new();
    if cursor.eat("WITH") {
        let recursive = cursor.eat("RECURSIVE");
        cursor.list(|cursor| common_table(cursor, recursive, &mut changes))?;
    }
    Ok((main(cursor)?, changes))
}

fn common_table(
    cursor: &mut Cursor<'_>,
    recursive: bool,
    changes: &mut Vec<Operation>,
) -> Parsed<()> {
    let start = cursor.mark();
    let name = cursor.identifier()?;
    if recursive {
        cursor.seen.define(vec![name.clone()]);
    }
    if cursor.at_token(&Token::LParen) {
        cursor.columns()?;
    }
    cursor.expect("AS")?;
    cursor.eat_any(&["NOT MATERIALIZED", "MATERIALIZED"]);
    cursor.parenthesized(|cursor| {
        let (operation, inner) = with_common_tables(cursor)?;
        changes.extend(inner);
        if !matches!(operation, Operation::Select(_)) {
            changes.push(operation);
        }
        Ok(())
    })?;
    if cursor.at_any(&["SEARCH", "CYCLE"]) {
        return cursor.not_modelled(start, "SEARCH and CYCLE of a recursive query are not read");
    }
    if !recursive {
        cursor.seen.define(vec![name]);
    }
    Ok(())
}

/// The statement without its `WITH`.
fn main(cursor: &mut Cursor<'_>) -> Parsed<Operation> {
    match kind(cursor) {
        QueryKind::Select => select(cursor),
        QueryKind::Insert => insert(cursor),
        QueryKind::Update => update(cursor),
        QueryKind::Delete => delete(cursor),
        QueryKind::Merge => merge(cursor),
    }
}

/// Fills in what is only known when the whole statement has been read.
fn complete(operation: Operation, cursor: &mut Cursor<'_>) -> Operation {
    let sql = cursor.whole();
    let seen = std::mem::take(&mut cursor.seen);
    let others = |table: &QualifiedName| {
        let mut reads = seen.reads.clone();
        reads.retain(|read| read != table);
        reads
    };
    match operation {
        Operation::Select(_) => Operation::Select(Select {
            reads: seen.reads,
            calls: seen.calls,
            locks_rows: seen.locks_rows,
            sql,
        }),
        Operation::Insert(insert) => Operation::Insert(Insert {
            reads: seen.reads,
            sql,
            ..insert
        }),
        Operation::Update(update) => Operation::Update(Update {
            reads: others(&update.table),
            sql,
            ..update
        }),
        Operation::Delete(delete) => Operation::Delete(Delete {
            reads: others(&delete.table),
            sql,
            ..delete
        }),
        Operation::CreateTableAs(table) => Operation::CreateTableAs(CreateTableAs {
            reads: seen.reads,
            ..table
        }),
        Operation::Unmodelled(merge) => Operation::Unmodelled(Unmodelled { sql, ..merge }),
        other => other,
    }
}

fn select(cursor: &mut Cursor<'_>) -> Parsed<Operation> {
    let start = cursor.mark();
    if cursor.eat("SELECT") && cursor.at_end() {
        // PostgreSQL takes it: one row without columns.
        return Ok(empty_select());
    }
    cursor.rewind(start);
    if table_command(cursor)?.is_some() {
        return Ok(empty_select());
    }
    let query = cursor.query()?;
    if selects_into(&query) {
        return select_into(cursor, start);
    }
    Ok(empty_select())
}

/// `TABLE name` where nothing is joined to it. sqlparser takes the two words behind the name too.
pub(super) fn table_command(cursor: &mut Cursor<'_>) -> Parsed<Option<QualifiedName>> {
    let start = cursor.mark();
    if !cursor.eat("TABLE") {
        return Ok(None);
    }
    let relation = cursor.relation()?;
    if cursor.at_end() || cursor.at("WITH") {
        cursor.seen.read(relation.clone());
        return Ok(Some(relation));
    }
    if cursor.at_any(&["ORDER BY", "LIMIT", "OFFSET", "FETCH"]) {
        return cursor.not_modelled(start, "TABLE with ORDER BY or LIMIT is not read");
    }
    if cursor.at_identifier() {
        return cursor.refuse("the end of the statement");
    }
    cursor.rewind(start);
    Ok(None)
}

/// A query whose facts [`complete`] fills in.
fn empty_select() -> Operation {
    Operation::Select(Select {
        reads: Vec::new(),
        calls: Vec::new(),
        locks_rows: false,
        sql: String::new(),
    })
}

fn selects_into(query: &Query) -> bool {
    fn into(body: &SetExpr) -> bool {
        match body {
            SetExpr::Select(select) => select.into.is_some(),
            SetExpr::SetOperation { left, .. } => into(left),
            _ => false,
        }
    }
    into(&query.body)
}

/// `SELECT … INTO table …` is `CREATE TABLE table AS SELECT …`.
fn select_into(cursor: &mut Cursor<'_>, start: Mark) -> Parsed<Operation> {
    let end = cursor.mark();
    let whole = cursor.span_from(start);
    cursor.rewind(start);
    while !cursor.at("INTO") && !cursor.at_end() {
        if cursor.at_token(&Token::LParen) {
            cursor.balanced()?;
        } else {
            cursor.advance();
        }
    }
    let before = cursor.span_from(start);
    cursor.expect("INTO")?;
    let persistence = match cursor.eat_any(&[
        "TEMPORARY",
        "TEMP",
        "LOCAL TEMP",
        "LOCAL TEMPORARY",
        "UNLOGGED",
    ]) {
        Some("UNLOGGED") => Persistence::Unlogged,
        Some(_) => Persistence::Temporary,
        None => Persistence::Permanent,
    };
    cursor.eat("TABLE");
    let name = cursor.name()?;
    let after = crate::text::Span {
        start: cursor.here().start,
        end: whole.end.max(cursor.here().start),
    };
    let query = format!("{} {}", cursor.slice(before), cursor.slice(after));
    while cursor.mark() < end {
        cursor.advance();
    }
    Ok(Operation::CreateTableAs(CreateTableAs {
        name,
        if_not_exists: false,
        persistence,
        columns: Vec::new(),
        storage: TableStorage::default(),
        query: query.trim().to_owned(),
        reads: Vec::new(),
        with_data: true,
    }))
}

fn insert(cursor: &mut Cursor<'_>) -> Parsed<Operation> {
    cursor.expect("INSERT INTO")?;
    let table = cursor.name()?;
    if cursor.eat("AS") {
        cursor.identifier()?;
    }
    let columns = if lists_columns(cursor) {
        target_columns(cursor)?
    } else {
        Vec::new()
    };
    if cursor.eat("OVERRIDING") {
        cursor.expect_any(&["SYSTEM VALUE", "USER VALUE"])?;
    }
    if !cursor.eat("DEFAULT VALUES") {
        if !at_query(cursor) {
            return cursor.refuse("VALUES or a query");
        }
        cursor.query()?;
    }
    if cursor.eat("ON CONFLICT") {
        on_conflict(cursor)?;
    }
    returning(cursor)?;
    Ok(Operation::Insert(Insert {
        table,
        columns,
        reads: Vec::new(),
        sql: String::new(),
    }))
}

/// Whether the parenthesis that comes next opens a list of columns, not a query.
fn lists_columns(cursor: &Cursor<'_>) -> bool {
    let queries = ["SELECT", "WITH", "VALUES", "TABLE"];
    cursor.at_token(&Token::LParen)
        && !matches!(cursor.peek_nth(1), Token::LParen)
        && !queries
            .iter()
            .any(|keyword| crate::sql::tokens::is_word(cursor.peek_nth(1), keyword))
}

fn target_columns(cursor: &mut Cursor<'_>) -> Parsed<Vec<String>> {
    cursor.parenthesized_list(target_column)
}

/// `column`, `column.field`, `column[1]`: the column.
fn target_column(cursor: &mut Cursor<'_>) -> Parsed<String> {
    let column = cursor.identifier()?;
    loop {
        if cursor.eat_token(&Token::Period) {
            cursor.label()?;
        } else if cursor.eat_token(&Token::LBracket) {
            if !cursor.at_token(&Token::Colon) {
                cursor.expression()?;
            }
            if cursor.eat_token(&Token::Colon) && !cursor.at_token(&Token::RBracket) {
                cursor.expression()?;
            }
            cursor.expect_token(&Token::RBracket)?;
        } else {
            return Ok(column);
        }
    }
}

/// What follows `ON CONFLICT`.
fn on_conflict(cursor: &mut Cursor<'_>) -> Parsed<()> {
    if cursor.eat("ON CONSTRAINT") {
        cursor.identifier()?;
    } else if cursor.at_token(&Token::LParen) {
        cursor.parenthesized_list(Cursor::index_key)?;
        if cursor.eat("WHERE") {
            cursor.expression()?;
        }
    }
    if cursor.expect_any(&["DO NOTHING", "DO UPDATE SET"])? == "DO UPDATE SET" {
        assignments(cursor)?;
        if cursor.eat("WHERE") {
            cursor.expression()?;
        }
    }
    Ok(())
}

fn returning(cursor: &mut Cursor<'_>) -> Parsed<()> {
    if cursor.eat("RETURNING") {
        let read = |parser: &mut Parser<'static>| -> Result<Vec<SelectItem>, _> {
            parser.parse_comma_separated(Parser::parse_select_item)
        };
        cursor.delegate(read)?;
    }
    Ok(())
}

/// `a = 1, (b, c) = (2, 3)`: each column with its value.
fn assignments(cursor: &mut Cursor<'_>) -> Parsed<Vec<(String, Expression)>> {
    let each = cursor.list(assignment)?;
    Ok(each.into_iter().flatten().collect())
}

fn assignment(cursor: &mut Cursor<'_>) -> Parsed<Vec<(String, Expression)>> {
    if !cursor.at_token(&Token::LParen) {
        let column = target_column(cursor)?;
        cursor.expect_token(&Token::Eq)?;
        return Ok(vec![(column, cursor.expression()?)]);
    }
    let columns = target_columns(cursor)?;
    cursor.expect_token(&Token::Eq)?;
    let start = cursor.mark();
    cursor.eat("ROW");
    let listed = cursor.parenthesized_list(Cursor::expression);
    if let Ok(values) = listed
        && values.len() == columns.len()
    {
        return Ok(columns.into_iter().zip(values).collect());
    }
    cursor.rewind(start);
    let value = cursor.expression()?;
    Ok(columns
        .into_iter()
        .map(|column| (column, value.clone()))
        .collect())
}

/// `[ONLY] table [*] [[AS] alias]`; `end` is the keyword that follows.
fn target_table(cursor: &mut Cursor<'_>, ends: &[&str]) -> Parsed<QualifiedName> {
    let table = cursor.relation()?;
    if cursor.eat("AS")
        || !(cursor.at_any(ends) || cursor.at_end() || cursor.at_token(&Token::RParen))
    {
        cursor.identifier()?;
    }
    Ok(table)
}

fn from_list(cursor: &mut Cursor<'_>) -> Parsed<()> {
    let read = |parser: &mut Parser<'static>| -> Result<Vec<TableWithJoins>, _> {
        parser.parse_comma_separated(Parser::parse_table_and_joins)
    };
    cursor.delegate(read).map(drop)
}

fn update(cursor: &mut Cursor<'_>) -> Parsed<Operation> {
    cursor.expect("UPDATE")?;
    let table = target_table(cursor, &["SET"])?;
    cursor.expect("SET")?;
    let assignments = assignments(cursor)?;
    if cursor.eat("FROM") {
        from_list(cursor)?;
    }
    let (predicate, batched) = predicate(cursor)?;
    returning(cursor)?;
    Ok(Operation::Update(Update {
        table,
        assignments,
        predicate,
        reads: Vec::new(),
        batched,
        sql: String::new(),
    }))
}

fn delete(cursor: &mut Cursor<'_>) -> Parsed<Operation> {
    cursor.expect("DELETE FROM")?;
    let table = target_table(cursor, &["USING", "WHERE", "RETURNING"])?;
    if cursor.eat("USING") {
        from_list(cursor)?;
    }
    let (predicate, batched) = predicate(cursor)?;
    returning(cursor)?;
    Ok(Operation::Delete(Delete {
        table,
        predicate,
        reads: Vec::new(),
        batched,
        sql: String::new(),
    }))
}

/// `[WHERE …]`, with whether it holds the rows to a batch.
fn predicate(cursor: &mut Cursor<'_>) -> Parsed<(Option<Expression>, bool)> {
    if !cursor.eat("WHERE") {
        return Ok((None, false));
    }
    let start = cursor.mark();
    if cursor.eat("CURRENT OF") {
        cursor.identifier()?;
        return Ok((Some(Expression::new(cursor.text_from(start))), true));
    }
    let condition = cursor.delegate(Parser::parse_expr)?;
    Ok((
        Some(Expression::new(cursor.text_from(start))),
        is_batch(&condition),
    ))
}

/// Whether a condition lets only a limited number of rows through: a `LIMIT`, a range of keys, a list.
fn is_batch(condition: &Expr) -> bool {
    match condition {
        Expr::Nested(inner) => is_batch(inner),
        Expr::Between { negated, .. } => !negated,
        Expr::InSubquery {
            subquery, negated, ..
        } => !negated && is_limited(subquery),
        Expr::BinaryOp {
            left,
            op: BinaryOperator::And,
            right,
        } => is_batch(left) || is_batch(right) || is_range(left, right),
        Expr::BinaryOp {
            left,
            op: BinaryOperator::Or,
            right,
        } => is_batch(left) && is_batch(right),
        Expr::BinaryOp {
            right,
            op: BinaryOperator::Eq,
            ..
        } => {
            matches!(right.as_ref(), Expr::Subquery(query) if is_limited(query))
        }
        Expr::AnyOp {
            right,
            compare_op: BinaryOperator::Eq,
            ..
        } => any_limited(right),
        _ => false,
    }
}

/// `= ANY (ARRAY(SELECT … LIMIT …))`, `= ANY (SELECT … LIMIT …)`.
fn any_limited(operand: &Expr) -> bool {
    match operand {
        Expr::Nested(inner) => any_limited(inner),
        Expr::Subquery(query) => is_limited(query),
        Expr::Function(function) => match &function.args {
            sqlparser::ast::FunctionArguments::Subquery(query) => is_limited(query),
            _ => false,
        },
        _ => false,
    }
}

fn is_limited(query: &Query) -> bool {
    let limit = match &query.limit_clause {
        Some(LimitClause::LimitOffset { limit, .. }) => limit.is_some(),
        Some(LimitClause::OffsetCommaLimit { .. }) => true,
        None => false,
    };
    limit || query.fetch.is_some()
}

/// `key >= a AND key < b`, with the conditions in any order within one chain of `AND`.
fn is_range(left: &Expr, right: &Expr) -> bool {
    fn bounds<'e>(condition: &'e Expr, lower: bool, found: &mut Vec<&'e Expr>) {
        use BinaryOperator as Op;
        match condition {
            Expr::Nested(inner) => bounds(inner, lower, found),
            Expr::BinaryOp {
                left,
                op: Op::And,
                right,
            } => {
                bounds(left, lower, found);
                bounds(right, lower, found);
            }
            Expr::BinaryOp {
                left,
                op: Op::Gt | Op::GtEq,
                ..
            } if lower => found.push(left),
            Expr::BinaryOp {
                left,
                op: Op::Lt | Op::LtEq,
                ..
            } if !lower => found.push(left),
            _ => {}
        }
    }
    let (mut lower, mut upper) = (Vec::new(), Vec::new());
    for side in [left, right] {
        bounds(side, true, &mut lower);
        bounds(side, false, &mut upper);
    }
    lower.iter().any(|key| upper.contains(key))
}

/// `MERGE`: read whole by sqlparser.
fn merge(cursor: &mut Cursor<'_>) -> Parsed<Operation> {
    let start = cursor.mark();
    cursor.expect("MERGE INTO")?;
    let table = cursor.relation()?;
    cursor.rewind(start);
    cursor.delegate(Parser::parse_query)?;
    Ok(Operation::Unmodelled(Unmodelled {
        kind: "MERGE".to_owned(),
        relation: Some(table),
        sql: String::new(),
    }))
}
