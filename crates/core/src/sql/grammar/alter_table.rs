//! `ALTER TABLE`.

use sqlparser::tokenizer::Token;

use crate::operation::{
    AlterTable, ColumnOption, DetachMode, Operation, Persistence, RowSecurityChange,
    SequenceOptions, TableAction, TriggerEnabled, TriggerSelector,
};
use crate::sql::cursor::Cursor;
use crate::sql::refusal::Parsed;

/// What follows `ALTER TABLE` or `ALTER FOREIGN TABLE`.
pub(super) fn alter_table(cursor: &mut Cursor<'_>) -> Parsed<Operation> {
    let if_exists = cursor.eat("IF EXISTS");
    let only = cursor.eat("ONLY");
    let name = cursor.name()?;
    if !only {
        cursor.eat_token(&Token::Mul);
    }
    let actions = match lone_action(cursor)? {
        Some(action) => vec![action],
        None => cursor.list(action)?,
    };
    cursor.end()?;
    Ok(Operation::AlterTable(AlterTable {
        name,
        if_exists,
        only,
        actions,
    }))
}

/// Actions that cannot be combined with others.
fn lone_action(cursor: &mut Cursor<'_>) -> Parsed<Option<TableAction>> {
    if cursor.eat("RENAME") {
        return rename(cursor).map(Some);
    }
    if cursor.eat("SET SCHEMA") {
        return Ok(Some(TableAction::SetSchema {
            schema: cursor.identifier()?,
        }));
    }
    if cursor.eat("ATTACH PARTITION") {
        return Ok(Some(TableAction::AttachPartition {
            partition: cursor.name()?,
            bound: cursor.partition_bound()?,
        }));
    }
    if cursor.eat("DETACH PARTITION") {
        let partition = cursor.name()?;
        let mode = match cursor.eat_any(&["CONCURRENTLY", "FINALIZE"]) {
            Some("CONCURRENTLY") => DetachMode::Concurrently,
            Some(_) => DetachMode::Finalize,
            None => DetachMode::Plain,
        };
        return Ok(Some(TableAction::DetachPartition { partition, mode }));
    }
    Ok(None)
}

/// What follows `RENAME`.
fn rename(cursor: &mut Cursor<'_>) -> Parsed<TableAction> {
    if cursor.eat("TO") {
        return Ok(TableAction::RenameTable {
            to: cursor.identifier()?,
        });
    }
    if cursor.eat("CONSTRAINT") {
        let name = cursor.identifier()?;
        cursor.expect("TO")?;
        return Ok(TableAction::RenameConstraint {
            name,
            to: cursor.identifier()?,
        });
    }
    cursor.eat("COLUMN");
    let column = cursor.identifier()?;
    cursor.expect("TO")?;
    Ok(TableAction::RenameColumn {
        column,
        to: cursor.identifier()?,
    })
}

/// One of several actions.
fn action(cursor: &mut Cursor<'_>) -> Parsed<TableAction> {
    match cursor.eat_any(&["ADD", "DROP", "ALTER", "SET", "RESET", "ENABLE", "DISABLE"]) {
        Some("ADD") => add(cursor),
        Some("DROP") => drop_part(cursor),
        Some("ALTER") => alter_part(cursor),
        Some("SET") => set(cursor),
        Some("RESET") => Ok(TableAction::ResetOptions(cursor.parameter_names()?)),
        Some("ENABLE") => enable(cursor),
        Some(_) => disable(cursor),
        None => other(cursor),
    }
}

fn add(cursor: &mut Cursor<'_>) -> Parsed<TableAction> {
    if cursor.at_table_constraint() {
        return Ok(TableAction::AddConstraint(cursor.table_constraint()?));
    }
    cursor.eat("COLUMN");
    let if_not_exists = cursor.eat("IF NOT EXISTS");
    Ok(TableAction::AddColumn {
        if_not_exists,
        column: Box::new(cursor.column_definition()?),
    })
}

fn drop_part(cursor: &mut Cursor<'_>) -> Parsed<TableAction> {
    if cursor.eat("CONSTRAINT") {
        return Ok(TableAction::DropConstraint {
            if_exists: cursor.eat("IF EXISTS"),
            name: cursor.identifier()?,
            cascade: cursor.cascade(),
        });
    }
    cursor.eat("COLUMN");
    Ok(TableAction::DropColumn {
        if_exists: cursor.eat("IF EXISTS"),
        column: cursor.identifier()?,
        cascade: cursor.cascade(),
    })
}

/// What follows `ALTER`.
fn alter_part(cursor: &mut Cursor<'_>) -> Parsed<TableAction> {
    if cursor.eat("CONSTRAINT") {
        return alter_constraint(cursor);
    }
    cursor.eat("COLUMN");
    let column = cursor.identifier()?;
    match cursor.eat_any(&[
        "SET DATA TYPE",
        "TYPE",
        "SET",
        "DROP",
        "ADD",
        "RESTART",
        "RESET",
        "OPTIONS",
    ]) {
        Some("SET DATA TYPE" | "TYPE") => set_type(cursor, column),
        Some("SET") => set_column(cursor, column),
        Some("DROP") => drop_from_column(cursor, column),
        Some("ADD") => add_identity(cursor, column),
        Some("RESTART") => alter_identity(cursor, column, "RESTART"),
        Some("RESET") => {
            let start = cursor.mark();
            cursor.parameter_names()?;
            Ok(TableAction::SetColumnOption {
                column,
                option: ColumnOption::Reset,
                value: cursor.text_from(start),
            })
        }
        Some(_) => {
            let options = cursor.balanced()?;
            let column = crate::operation::quote_identifier(&column);
            Ok(TableAction::Other(format!(
                "ALTER COLUMN {column} OPTIONS ({options})"
            )))
        }
        None => cursor.refuse("TYPE, SET, DROP, ADD or RESET"),
    }
}

fn alter_constraint(cursor: &mut Cursor<'_>) -> Parsed<TableAction> {
    let name = cursor.identifier()?;
    let start = cursor.mark();
    let enforced = match cursor.eat_any(&["NOT ENFORCED", "ENFORCED"]) {
        Some("ENFORCED") => Some(true),
        Some(_) => Some(false),
        None => None,
    };
    let before = cursor.mark();
    let deferral = cursor.deferral()?;
    let deferral = (cursor.mark() != before).then_some(deferral);
    if cursor.at_any(&["INHERIT", "NO INHERIT"]) {
        return cursor.not_modelled(start, "ALTER CONSTRAINT … INHERIT is not read");
    }
    Ok(TableAction::AlterConstraint {
        name,
        deferral,
        enforced,
    })
}

fn set_type(cursor: &mut Cursor<'_>, column: String) -> Parsed<TableAction> {
    Ok(TableAction::SetType {
        column,
        data_type: cursor.type_name()?,
        collation: if cursor.eat("COLLATE") {
            Some(cursor.name()?)
        } else {
            None
        },
        using: if cursor.eat("USING") {
            Some(cursor.expression()?)
        } else {
            None
        },
    })
}

/// What follows `ALTER column SET`.
fn set_column(cursor: &mut Cursor<'_>, column: String) -> Parsed<TableAction> {
    if cursor.eat("DEFAULT") {
        return Ok(TableAction::SetDefault {
            column,
            default: cursor.expression()?,
        });
    }
    if cursor.eat("NOT NULL") {
        return Ok(TableAction::SetNotNull { column });
    }
    if cursor.eat("EXPRESSION AS") {
        let expression = cursor.parenthesized_expression()?;
        return Ok(TableAction::SetExpression { column, expression });
    }
    let start = cursor.mark();
    let option = if cursor.eat("STATISTICS") {
        let start = cursor.mark();
        if !cursor.eat("DEFAULT") {
            cursor.integer()?;
        }
        (ColumnOption::Statistics, start)
    } else if cursor.eat("STORAGE") {
        let start = cursor.mark();
        cursor.label()?;
        (ColumnOption::Storage, start)
    } else if cursor.eat("COMPRESSION") {
        let start = cursor.mark();
        cursor.label()?;
        (ColumnOption::Compression, start)
    } else if cursor.at_token(&Token::LParen) {
        cursor.storage_parameters()?;
        (ColumnOption::Set, start)
    } else {
        return alter_identity(cursor, column, "SET");
    };
    Ok(TableAction::SetColumnOption {
        column,
        option: option.0,
        value: cursor.text_from(option.1),
    })
}

/// `SET GENERATED …`, `SET sequence option` and `RESTART`, in any number; the first keyword has been read.
fn alter_identity(cursor: &mut Cursor<'_>, column: String, first: &str) -> Parsed<TableAction> {
    let mut always = None;
    let mut options = SequenceOptions::default();
    let mut verb = Some(first);
    while let Some(keyword) = verb {
        if keyword == "RESTART" {
            cursor.sequence_restart(&mut options)?;
        } else if cursor.eat("GENERATED") {
            always = Some(cursor.expect_any(&["ALWAYS", "BY DEFAULT"])? == "ALWAYS");
        } else if !cursor.sequence_option(&mut options)? {
            return cursor
                .refuse("DEFAULT, NOT NULL, STATISTICS, STORAGE, GENERATED or a sequence option");
        }
        verb = cursor.eat_any(&["SET", "RESTART"]);
    }
    Ok(TableAction::AlterIdentity {
        column,
        always,
        options,
    })
}

fn drop_from_column(cursor: &mut Cursor<'_>, column: String) -> Parsed<TableAction> {
    Ok(
        match cursor.expect_any(&["DEFAULT", "NOT NULL", "EXPRESSION", "IDENTITY"])? {
            "DEFAULT" => TableAction::DropDefault { column },
            "NOT NULL" => TableAction::DropNotNull { column },
            "EXPRESSION" => TableAction::DropExpression {
                column,
                if_exists: cursor.eat("IF EXISTS"),
            },
            _ => TableAction::DropIdentity {
                column,
                if_exists: cursor.eat("IF EXISTS"),
            },
        },
    )
}

fn add_identity(cursor: &mut Cursor<'_>, column: String) -> Parsed<TableAction> {
    cursor.expect("GENERATED")?;
    let always = cursor.expect_any(&["ALWAYS", "BY DEFAULT"])? == "ALWAYS";
    cursor.expect("AS IDENTITY")?;
    Ok(TableAction::AddIdentity {
        column,
        identity: crate::operation::Identity {
            always,
            options: cursor.identity_options()?,
        },
    })
}

/// What follows `SET` on the table itself.
fn set(cursor: &mut Cursor<'_>) -> Parsed<TableAction> {
    let kinds = [
        "LOGGED",
        "UNLOGGED",
        "WITHOUT CLUSTER",
        "WITHOUT OIDS",
        "ACCESS METHOD",
        "TABLESPACE",
    ];
    Ok(match cursor.eat_any(&kinds) {
        Some("LOGGED") => TableAction::SetPersistence(Persistence::Permanent),
        Some("UNLOGGED") => TableAction::SetPersistence(Persistence::Unlogged),
        Some("WITHOUT CLUSTER") => TableAction::WithoutCluster,
        Some("WITHOUT OIDS") => TableAction::Other("SET WITHOUT OIDS".to_owned()),
        Some("ACCESS METHOD") => {
            let default = cursor.eat("DEFAULT");
            TableAction::SetAccessMethod(if default {
                "default".to_owned()
            } else {
                cursor.identifier()?
            })
        }
        Some(_) => TableAction::SetTablespace(cursor.identifier()?),
        None => TableAction::SetOptions(cursor.storage_parameters()?),
    })
}

fn enable(cursor: &mut Cursor<'_>) -> Parsed<TableAction> {
    if cursor.eat("ROW LEVEL SECURITY") {
        return Ok(TableAction::RowSecurity(RowSecurityChange::Enable));
    }
    let enabled = match cursor.eat_any(&["REPLICA", "ALWAYS"]) {
        Some("REPLICA") => TriggerEnabled::Replica,
        Some(_) => TriggerEnabled::Always,
        None => TriggerEnabled::Origin,
    };
    trigger_or_rule(cursor, enabled)
}

fn disable(cursor: &mut Cursor<'_>) -> Parsed<TableAction> {
    if cursor.eat("ROW LEVEL SECURITY") {
        return Ok(TableAction::RowSecurity(RowSecurityChange::Disable));
    }
    trigger_or_rule(cursor, TriggerEnabled::Disabled)
}

fn trigger_or_rule(cursor: &mut Cursor<'_>, enabled: TriggerEnabled) -> Parsed<TableAction> {
    if cursor.expect_any(&["TRIGGER", "RULE"])? == "RULE" {
        return Ok(TableAction::SetRule {
            rule: cursor.identifier()?,
            enabled,
        });
    }
    let takes_all = matches!(enabled, TriggerEnabled::Origin | TriggerEnabled::Disabled);
    let trigger = match cursor.eat_any(&["ALL", "USER"]) {
        Some(_) if !takes_all => return cursor.refuse("the name of a trigger"),
        Some("ALL") => TriggerSelector::All,
        Some(_) => TriggerSelector::User,
        None => TriggerSelector::Named(cursor.identifier()?),
    };
    Ok(TableAction::SetTrigger { trigger, enabled })
}

/// Actions without a common first word.
fn other(cursor: &mut Cursor<'_>) -> Parsed<TableAction> {
    let start = cursor.mark();
    let verbs = [
        "VALIDATE CONSTRAINT",
        "INHERIT",
        "NO INHERIT",
        "FORCE ROW LEVEL SECURITY",
        "NO FORCE ROW LEVEL SECURITY",
        "REPLICA IDENTITY",
        "CLUSTER ON",
        "OWNER TO",
        "OF",
        "NOT OF",
        "OPTIONS",
    ];
    Ok(match cursor.eat_any(&verbs) {
        Some("VALIDATE CONSTRAINT") => TableAction::ValidateConstraint {
            name: cursor.identifier()?,
        },
        Some("INHERIT") => TableAction::Inherit(cursor.name()?),
        Some("NO INHERIT") => TableAction::NoInherit(cursor.name()?),
        Some("FORCE ROW LEVEL SECURITY") => TableAction::RowSecurity(RowSecurityChange::Force),
        Some("NO FORCE ROW LEVEL SECURITY") => TableAction::RowSecurity(RowSecurityChange::NoForce),
        Some("REPLICA IDENTITY") => TableAction::ReplicaIdentity(replica_identity(cursor)?),
        Some("CLUSTER ON") => TableAction::ClusterOn(cursor.identifier()?),
        Some("OWNER TO") => TableAction::Owner(cursor.role()?),
        Some("OF") => {
            cursor.name()?;
            TableAction::Other(cursor.text_from(start))
        }
        Some("NOT OF") => TableAction::Other("NOT OF".to_owned()),
        Some(_) => {
            cursor.balanced()?;
            TableAction::Other(cursor.text_from(start))
        }
        None => return cursor.refuse("an action of ALTER TABLE"),
    })
}

fn replica_identity(cursor: &mut Cursor<'_>) -> Parsed<String> {
    let start = cursor.mark();
    if cursor.expect_any(&["USING INDEX", "FULL", "NOTHING", "DEFAULT"])? == "USING INDEX" {
        cursor.identifier()?;
    }
    Ok(cursor.text_from(start))
}
