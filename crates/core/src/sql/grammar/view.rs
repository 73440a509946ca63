//! Views and materialized views.

use sqlparser::tokenizer::Token;

use super::query::{self, QueryKind};
use crate::operation::{
    AlterView, CreateView, DropView, Operation, QualifiedName, RefreshMaterializedView, ViewAction,
    quote_identifier,
};
use crate::sql::cursor::Cursor;
use crate::sql::refusal::Parsed;

/// What was read before `VIEW`.
#[derive(Clone, Copy, Default)]
pub(super) struct ViewFlags {
    pub or_replace: bool,
    pub temporary: bool,
    pub recursive: bool,
    pub materialized: bool,
}

/// What follows `VIEW`.
pub(super) fn create_view(cursor: &mut Cursor<'_>, flags: ViewFlags) -> Parsed<Operation> {
    let if_not_exists = flags.materialized && cursor.eat("IF NOT EXISTS");
    let name = cursor.name()?;
    let columns = if cursor.at_token(&Token::LParen) {
        cursor.columns()?
    } else {
        Vec::new()
    };
    let access_method = if flags.materialized && cursor.eat("USING") {
        Some(cursor.identifier()?)
    } else {
        None
    };
    let mut options = if cursor.eat("WITH") {
        cursor.storage_parameters()?
    } else {
        Vec::new()
    };
    let tablespace = if flags.materialized && cursor.eat("TABLESPACE") {
        Some(cursor.identifier()?)
    } else {
        None
    };
    cursor.expect("AS")?;
    let start = cursor.mark();
    if query::kind(cursor) != QueryKind::Select {
        return cursor.refuse("a query");
    }
    cursor.query()?;
    let mut query = cursor.text_from(start);
    let mut reads = std::mem::take(&mut cursor.seen.reads);
    if flags.recursive {
        query = recursive_query(&name, &columns, &query);
        reads.retain(|read| read.schema.is_some() || read.name != name.name);
    }
    let mut with_data = true;
    if flags.materialized {
        with_data = cursor.with_data()?;
    } else if let Some(option) = check_option(cursor) {
        options.push(option);
    }
    cursor.end()?;
    Ok(Operation::CreateView(Box::new(CreateView {
        name,
        materialized: flags.materialized,
        or_replace: flags.or_replace,
        if_not_exists,
        temporary: flags.temporary,
        columns,
        query,
        reads,
        access_method,
        options,
        tablespace,
        with_data,
    })))
}

/// What `CREATE RECURSIVE VIEW` stands for: a query over a common table of the view's name (`makeRecursiveViewSelect()`).
fn recursive_query(name: &QualifiedName, columns: &[String], query: &str) -> String {
    let columns: Vec<String> = columns
        .iter()
        .map(|column| quote_identifier(column))
        .collect();
    let (columns, name) = (columns.join(", "), quote_identifier(&name.name));
    format!("WITH RECURSIVE {name} ({columns}) AS ({query}) SELECT {columns} FROM {name}")
}

/// `WITH CHECK OPTION`, which PostgreSQL keeps as the option `check_option`.
fn check_option(cursor: &mut Cursor<'_>) -> Option<String> {
    let forms = [
        "WITH LOCAL CHECK OPTION",
        "WITH CASCADED CHECK OPTION",
        "WITH CHECK OPTION",
    ];
    let scope = match cursor.eat_any(&forms)? {
        "WITH LOCAL CHECK OPTION" => "local",
        _ => "cascaded",
    };
    Some(format!("check_option={scope}"))
}

/// What follows `ALTER [MATERIALIZED] VIEW`.
pub(super) fn alter_view(cursor: &mut Cursor<'_>, materialized: bool) -> Parsed<Operation> {
    let if_exists = cursor.eat("IF EXISTS");
    let name = cursor.name()?;
    let action = view_action(cursor)?;
    cursor.end()?;
    Ok(Operation::AlterView(AlterView {
        name,
        materialized,
        if_exists,
        action,
    }))
}

fn view_action(cursor: &mut Cursor<'_>) -> Parsed<ViewAction> {
    let start = cursor.mark();
    let verbs = ["RENAME TO", "RENAME", "SET SCHEMA", "OWNER TO"];
    match cursor.eat_any(&verbs) {
        Some("RENAME TO") => Ok(ViewAction::Rename(cursor.identifier()?)),
        Some("RENAME") => {
            cursor.eat("COLUMN");
            let column = cursor.identifier()?;
            cursor.expect("TO")?;
            Ok(ViewAction::RenameColumn {
                column,
                to: cursor.identifier()?,
            })
        }
        Some("SET SCHEMA") => Ok(ViewAction::SetSchema(cursor.identifier()?)),
        Some(_) => Ok(ViewAction::Owner(cursor.role()?)),
        None => {
            if let Some(action) = options(cursor)? {
                return Ok(action);
            }
            cursor.list(other_action)?;
            Ok(ViewAction::Other(cursor.text_from(start)))
        }
    }
}

/// `SET (…)` or `RESET (…)`, the only action.
fn options(cursor: &mut Cursor<'_>) -> Parsed<Option<ViewAction>> {
    let start = cursor.mark();
    let opens = matches!(cursor.peek_nth(1), Token::LParen);
    let action = if opens && cursor.eat("SET") {
        ViewAction::SetOptions(cursor.storage_parameters()?)
    } else if opens && cursor.eat("RESET") {
        ViewAction::ResetOptions(cursor.parameter_names()?)
    } else {
        return Ok(None);
    };
    if matches!(cursor.peek(), Token::Comma) {
        return cursor.not_modelled(start, AMONG_OTHERS);
    }
    Ok(Some(action))
}

const AMONG_OTHERS: &str = "parameters of a view among other actions are not read";

fn other_action(cursor: &mut Cursor<'_>) -> Parsed<()> {
    if cursor.eat("ALTER") {
        cursor.eat("COLUMN");
        cursor.identifier()?;
        return match cursor.expect_any(&[
            "SET DEFAULT",
            "DROP DEFAULT",
            "SET STATISTICS",
            "SET STORAGE",
            "SET COMPRESSION",
            "SET",
            "RESET",
        ])? {
            "SET DEFAULT" => cursor.expression().map(drop),
            "DROP DEFAULT" => Ok(()),
            "SET STATISTICS" => cursor.integer().map(drop),
            "SET STORAGE" | "SET COMPRESSION" => cursor.label().map(drop),
            _ => cursor.storage_parameters().map(drop),
        };
    }
    if cursor.eat("NO DEPENDS ON EXTENSION")
        || cursor.eat("DEPENDS ON EXTENSION")
        || cursor.eat("CLUSTER ON")
    {
        return cursor.identifier().map(drop);
    }
    let start = cursor.mark();
    match cursor.expect_any(&[
        "SET WITHOUT CLUSTER",
        "SET TABLESPACE",
        "SET ACCESS METHOD",
        "SET",
        "RESET",
    ])? {
        "SET WITHOUT CLUSTER" => Ok(()),
        "SET TABLESPACE" | "SET ACCESS METHOD" => cursor.identifier().map(drop),
        _ => cursor.not_modelled(start, AMONG_OTHERS),
    }
}

/// What follows `REFRESH MATERIALIZED VIEW`.
pub(super) fn refresh(cursor: &mut Cursor<'_>) -> Parsed<Operation> {
    let concurrently = cursor.eat("CONCURRENTLY");
    let name = cursor.name()?;
    let with_data = cursor.with_data()?;
    cursor.end()?;
    Ok(Operation::RefreshMaterializedView(
        RefreshMaterializedView {
            name,
            concurrently,
            with_data,
        },
    ))
}

/// What follows `DROP [MATERIALIZED] VIEW`.
pub(super) fn drop_view(cursor: &mut Cursor<'_>, materialized: bool) -> Parsed<Operation> {
    let drop = super::object::drop_names(cursor)?;
    Ok(Operation::DropView(DropView { materialized, drop }))
}
