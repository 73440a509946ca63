//! psql's own commands, which stand in scripts and dumps.

use super::opaque;
use super::refusal::Refusal;
use crate::operation::{Copy, OpaqueKind, OpaqueScope, Operation, QualifiedName, Unmodelled};
use crate::text::Span;

/// What a line that starts with a backslash does.
pub(super) fn command(line: &str) -> Operation {
    let mut words = line.split_whitespace();
    let name = words.next().unwrap_or_default();
    match name {
        "\\copy" => copy(line, &mut words),
        "\\echo" | "\\qecho" | "\\warn" | "\\set" | "\\unset" | "\\pset" | "\\timing"
        | "\\encoding" | "\\restrict" | "\\unrestrict" | "\\x" | "\\t" | "\\a" | "\\q" | "\\g"
        | "\\." | "\\prompt" | "\\password" | "\\o" | "\\r" => harmless(line),
        _ if name.starts_with("\\d") || name.starts_with("\\l") || name.starts_with("\\s") => {
            harmless(line)
        }
        _ => opaque(line, unknown(name, line)),
    }
}

fn harmless(line: &str) -> Operation {
    Operation::Unmodelled(Unmodelled {
        kind: "psql command".to_owned(),
        relation: None,
        sql: line.to_owned(),
    })
}

/// `\copy table … from …`; a query in parentheses has no table.
fn copy<'l>(line: &'l str, words: &mut impl Iterator<Item = &'l str>) -> Operation {
    let target = words.next().unwrap_or_default();
    let named = target.split('(').next().unwrap_or_default();
    let table = (!named.is_empty()).then(|| match named.split_once('.') {
        Some((schema, name)) => QualifiedName::qualified(unquoted(schema), unquoted(name)),
        None => QualifiedName::bare(unquoted(named)),
    });
    let from = words.any(|word| word.eq_ignore_ascii_case("from"));
    Operation::Copy(Copy {
        from: from && table.is_some(),
        table,
        sql: line.to_owned(),
    })
}

fn unquoted(name: &str) -> String {
    match name
        .strip_prefix('"')
        .and_then(|name| name.strip_suffix('"'))
    {
        Some(quoted) => quoted.to_owned(),
        None => name.to_ascii_lowercase(),
    }
}

fn unknown(name: &str, line: &str) -> Refusal {
    let reason = match name {
        "\\i" | "\\ir" | "\\include" | "\\include_relative" => "psql runs another file here",
        "\\c" | "\\connect" => "psql connects to another database here",
        "\\gexec" => "psql runs the result of a query here",
        "\\if" | "\\elif" | "\\else" | "\\endif" => "psql decides here whether what follows runs",
        _ => "psql runs a command here that is not read",
    };
    Refusal {
        reason: reason.to_owned(),
        at: Span::new(0, line.len()),
        kind: OpaqueKind::Dynamic,
        scope: OpaqueScope::Anything,
    }
}

#[cfg(test)]
mod tests {
    use crate::operation::{OpaqueKind, Operation};
    use crate::sql::read;

    #[test]
    fn psql_lines_are_told_apart() {
        let statements = read(
            "\\set ON_ERROR_STOP on\n\\copy Shop.item (a) from 'x.csv'\n\\i other.sql\nSELECT 1;",
        );
        let operations: Vec<_> = statements
            .iter()
            .map(|statement| &statement.operation)
            .collect();
        assert!(matches!(operations[0], Operation::Unmodelled(_)));
        assert!(
            matches!(operations[1], Operation::Copy(copy) if copy.from && copy.table.as_ref().unwrap().to_string() == "shop.item")
        );
        assert!(
            matches!(operations[2], Operation::Opaque(opaque) if opaque.kind == OpaqueKind::Dynamic)
        );
        assert!(matches!(operations[3], Operation::Select(_)));
    }
}
