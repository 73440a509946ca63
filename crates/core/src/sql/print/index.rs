//! Indexes.

use super::{cascade, identifiers, joined, parameters};
use crate::operation::{
    AlterIndex, CreateIndex, DropIndex, IndexAction, IndexKey, IndexTarget, Reindex, ReindexTarget,
    quote_identifier,
};

pub(super) fn create(index: &CreateIndex) -> String {
    let flag = |wanted: bool, words: &'static str| if wanted { words } else { "" };
    let name = match &index.name {
        Some(name) => format!("{} ", quote_identifier(name)),
        None => String::new(),
    };
    let keys: Vec<_> = index.keys.iter().map(key).collect();
    let mut sql = format!(
        "CREATE {}INDEX {}{}{name}ON {}{}",
        flag(index.unique, "UNIQUE "),
        flag(index.concurrently, "CONCURRENTLY "),
        flag(index.if_not_exists, "IF NOT EXISTS "),
        flag(index.only, "ONLY "),
        index.table,
    );
    if let Some(method) = &index.method {
        sql += &format!(" USING {}", quote_identifier(method));
    }
    sql += &format!(" ({})", keys.join(", "));
    if !index.include.is_empty() {
        sql += &format!(" INCLUDE ({})", identifiers(&index.include));
    }
    sql += flag(index.nulls_not_distinct, " NULLS NOT DISTINCT");
    if !index.options.is_empty() {
        sql += &format!(" WITH ({})", parameters(&index.options));
    }
    if let Some(tablespace) = &index.tablespace {
        sql += &format!(" TABLESPACE {}", quote_identifier(tablespace));
    }
    if let Some(predicate) = &index.predicate {
        sql += &format!(" WHERE {}", predicate.as_str());
    }
    sql
}

fn key(key: &IndexKey) -> String {
    let mut sql = match &key.target {
        IndexTarget::Column(column) => quote_identifier(column),
        IndexTarget::Expression(expression) => {
            let text = expression.as_str();
            if is_call(text) {
                text.to_owned()
            } else {
                format!("({text})")
            }
        }
    };
    if let Some(collation) = &key.collation {
        sql += &format!(" COLLATE {collation}");
    }
    if let Some(class) = &key.operator_class {
        sql += &format!(" {class}");
    }
    if key.descending {
        sql += " DESC";
    }
    match key.nulls_first {
        Some(true) => sql += " NULLS FIRST",
        Some(false) => sql += " NULLS LAST",
        None => {}
    }
    sql
}

/// Whether it is one call of a function, which needs no parentheses around it: `lower(name)`.
fn is_call(text: &str) -> bool {
    let Some(open) = text.find('(') else {
        return false;
    };
    let (name, rest) = text.split_at(open);
    let is_name = name.starts_with(|first: char| first.is_ascii_lowercase())
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
        && quote_identifier(name) == name;
    // Anything quoted may hold parentheses: then the careful form is taken.
    let is_plain = !rest.contains(['\'', '"', '$']);
    let mut depth = 0_usize;
    let mut closed_at = None;
    for (at, byte) in rest.bytes().enumerate() {
        match byte {
            b'(' => depth += 1,
            b')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0 {
            closed_at = Some(at);
            break;
        }
    }
    is_name && is_plain && closed_at == Some(rest.len() - 1)
}

pub(super) fn alter(alter: &AlterIndex) -> String {
    let exists = if alter.if_exists { "IF EXISTS " } else { "" };
    let action = match &alter.action {
        IndexAction::Rename(to) => format!("RENAME TO {}", quote_identifier(to)),
        IndexAction::AttachPartition(index) => format!("ATTACH PARTITION {index}"),
        IndexAction::SetOptions(options) => format!("SET ({})", parameters(options)),
        IndexAction::ResetOptions(options) => format!("RESET ({})", parameters(options)),
        IndexAction::SetTablespace(tablespace) => {
            format!("SET TABLESPACE {}", quote_identifier(tablespace))
        }
        IndexAction::Other(text) => text.clone(),
    };
    format!("ALTER INDEX {exists}{} {action}", alter.name)
}

pub(super) fn drop(index: &DropIndex) -> String {
    let concurrently = if index.concurrently {
        "CONCURRENTLY "
    } else {
        ""
    };
    let exists = if index.if_exists { "IF EXISTS " } else { "" };
    format!(
        "DROP INDEX {concurrently}{exists}{}{}",
        joined(&index.names),
        cascade(index.cascade)
    )
}

pub(super) fn reindex(reindex: &Reindex) -> String {
    let target = match reindex.target {
        ReindexTarget::Index => "INDEX",
        ReindexTarget::Table => "TABLE",
        ReindexTarget::Schema => "SCHEMA",
        ReindexTarget::Database => "DATABASE",
        ReindexTarget::System => "SYSTEM",
    };
    let concurrently = if reindex.concurrently {
        " CONCURRENTLY"
    } else {
        ""
    };
    match &reindex.name {
        Some(name) => format!("REINDEX {target}{concurrently} {name}"),
        None => format!("REINDEX {target}{concurrently}"),
    }
}
