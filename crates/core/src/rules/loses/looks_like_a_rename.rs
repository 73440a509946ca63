use crate::config::RuleLevel;
use crate::migration::Place;
use crate::operation::{Operation, TableAction, quote_identifier};
use crate::rules::loses::saved;
use crate::rules::{Check, Class, Context, Draft, FixKind, Rule, Statement};
use crate::schema::{Column, ObjectName, Schema};

/// A dropped and an added column (or table) that match, as autogenerate writes for a rename.
pub const RULE: Rule = Rule {
    id: "looks-like-a-rename",
    class: Class::Loses,
    level: RuleLevel::Warning,
    title: "A drop and an add that look like a rename",
    summary: "Dropping a column and adding one of the same type loses the values that a \
        rename would keep.",
    checklist: &[1, 9],
    fix: FixKind::None,
    page: page!("looks-like-a-rename.md"),
    check: Check::Migration(check),
};

fn check(cx: &Context<'_>) -> Vec<Draft> {
    let columns = pairs(cx).into_iter().map(|pair| {
        let Pair {
            table,
            dropped,
            added,
            drop,
            ..
        } = &pair;
        let message = format!(
            "This drops {table}.{dropped} and adds {table}.{added} of the same type: if \
            that is a rename, the values of every row are lost."
        );
        let rename = if cx.is_alembic() {
            format!(
                "op.alter_column(\"{}\", \"{dropped}\", new_column_name=\"{added}\")",
                table.name
            )
        } else {
            let (from, to) = (quote_identifier(dropped), quote_identifier(added));
            format!("ALTER TABLE {table} RENAME COLUMN {from} TO {to}")
        };
        let help = format!(
            "If it is one, rename: {rename}. If not, copy or give up the values knowingly."
        );
        let draft = drop
            .say(message)
            .about(format!("{table}.{dropped}"))
            .help(help);
        draft.related(pair.add, format!("{added} is added here"))
    });
    let tables = table_pairs(cx).into_iter().map(|(drop, old, new)| {
        let message = format!(
            "This drops table {old} and creates {new} with nearly the same columns: if \
            that is a rename, all rows are lost."
        );
        let rename = if cx.is_alembic() {
            format!("op.rename_table(\"{}\", \"{}\")", old.name, new.name)
        } else {
            format!(
                "ALTER TABLE {old} RENAME TO {}",
                quote_identifier(&new.name)
            )
        };
        let help = format!(
            "If it is one, rename: {rename}. If not, copy the rows that are worth keeping."
        );
        drop.say(message).about(&old).help(help)
    });
    columns.chain(tables).collect()
}

/// A dropped column and an added one of the same type.
#[derive(Clone, Debug)]
pub struct Pair<'a> {
    /// The table of both.
    pub table: ObjectName,
    /// The column that goes.
    pub dropped: &'a str,
    /// The column that comes.
    pub added: &'a str,
    /// Where it goes.
    pub drop: Statement<'a>,
    /// Where it comes.
    pub add: Place,
}

/// Columns that look renamed: of one table exactly one is dropped and one added of a type, and nothing writes to the new one.
pub fn pairs<'a>(cx: &Context<'a>) -> Vec<Pair<'a>> {
    let dropped: Vec<_> = cx
        .table_actions()
        .filter_map(|(statement, table, action)| match action {
            TableAction::DropColumn { column, .. } => {
                let known = statement.before().tables.get(&table)?.column(column)?;
                Some((statement, table, column.as_str(), known.data_type.as_str()))
            }
            _ => None,
        })
        .collect();
    let added: Vec<_> = cx
        .table_actions()
        .filter_map(|(statement, table, action)| match action {
            TableAction::AddColumn { column, .. } => {
                let data_type = &cx
                    .after()
                    .tables
                    .get(&table)?
                    .column(&column.name)?
                    .data_type;
                Some((statement, table, column.as_ref(), data_type.as_str()))
            }
            _ => None,
        })
        .collect();
    let mut pairs = Vec::new();
    for (drop, table, column, data_type) in &dropped {
        let rivals = dropped
            .iter()
            .filter(|(_, other, _, of_type)| other == table && of_type == data_type)
            .count();
        let mut alike = added.iter().filter(|(_, other, definition, of_type)| {
            other == table
                && of_type == data_type
                && definition.name != *column
                && definition.generated.is_none()
        });
        if let (1, Some((add, _, definition, _)), None) = (rivals, alike.next(), alike.next())
            && !data_type.is_empty()
            && !cx.added_here(drop, table, column)
            && references(cx.before(), table, column)
                == references(cx.after(), table, &definition.name)
            && cx.updates_of(drop, table, &definition.name).is_empty()
            && !saved::column_is_saved(cx, drop, table, column)
        {
            pairs.push(Pair {
                table: table.clone(),
                dropped: column,
                added: &definition.name,
                drop: *drop,
                add: add.place_of(definition.origin),
            });
        }
    }
    pairs
}

/// Whether a column is part of a foreign key: what is a reference and what is none are not the same under two names.
fn references(schema: &Schema, table: &ObjectName, column: &str) -> bool {
    let known = schema.tables.get(table).into_iter();
    let mut keys = known.flat_map(|table| &table.foreign_keys);
    keys.any(|key| key.columns.iter().any(|name| name == column))
}

/// Tables that look renamed, by their old name.
pub fn tables(cx: &Context<'_>) -> Vec<ObjectName> {
    table_pairs(cx).into_iter().map(|(_, old, _)| old).collect()
}

/// A dropped table, and a created one that has most of its columns.
fn table_pairs<'a>(cx: &Context<'a>) -> Vec<(Statement<'a>, ObjectName, ObjectName)> {
    let created = cx.created_tables();
    let mut pairs = Vec::new();
    for statement in cx.up() {
        let Operation::DropTable(drop) = statement.operation else {
            continue;
        };
        for name in &drop.names {
            let Some(old) = statement.table(name).filter(|table| table.is_complete()) else {
                continue;
            };
            let old_name = old.object_name();
            let alike = created.iter().find(|creation| {
                let new = creation.table;
                let same = |column: &&Column| {
                    new.column(&column.name)
                        .is_some_and(|other| other.data_type == column.data_type)
                };
                let shared = old.columns.iter().filter(same).count();
                let most = old.columns.len().max(new.columns.len());
                creation.name() != old_name && shared >= FEWEST && shared * 3 >= most * 2
            });
            if let Some(creation) = alike
                && !cx.is_new(&statement, &old_name)
                && !saved::table_is_saved(cx, &statement, &old_name)
            {
                pairs.push((statement, old_name, creation.name()));
            }
        }
    }
    pairs
}

/// With fewer columns in common than this, likeness is chance: every table has an id and two times.
const FEWEST: usize = 4;
