use crate::config::RuleLevel;
use crate::fix;
use crate::operation::TableAction;
use crate::rules::{Check, Class, Context, Draft, FixKind, Rule};
use crate::schema::Table;
use crate::text::Origin;

/// A column of type timestamp without time zone.
pub const RULE: Rule = Rule {
    id: "timestamp-without-time-zone",
    class: Class::House,
    level: RuleLevel::Warning,
    title: "A timestamp has no time zone",
    summary: "timestamp without time zone keeps the digits of a clock and not the moment.",
    checklist: &[3],
    fix: FixKind::Edit,
    page: page!("timestamp-without-time-zone.md"),
    check: Check::Migration(check),
};

fn check(cx: &Context<'_>) -> Vec<Draft> {
    let defined = cx.defined_columns().map(|(statement, table, column)| {
        (
            statement,
            table,
            column.name.as_str(),
            &column.data_type,
            column.origin,
        )
    });
    let retyped = cx
        .table_actions()
        .filter_map(|(statement, table, action)| match action {
            TableAction::SetType {
                column, data_type, ..
            } => Some((
                statement,
                table,
                column.as_str(),
                data_type,
                Origin::default(),
            )),
            _ => None,
        });
    defined
        .chain(retyped)
        .filter(|(_, _, _, data_type, _)| data_type.is_built_in() && data_type.name == PLAIN)
        .filter_map(|(statement, table, column, _, origin)| {
            let now = cx.now(&statement, &table)?;
            let plain = |table: &Table| {
                table
                    .column(column)
                    .is_some_and(|column| is_plain(&column.data_type))
            };
            // Where it was so before, that was told of the statement that made it so.
            let before = statement.before().tables.get(&table);
            if !plain(now)
                || before.is_some_and(|table| plain(table))
                || cx.holds_in_the_end(now, |table| !plain(table))
            {
                return None;
            }
            let name = now.object_name();
            let message = format!(
                "{name}.{column} is a timestamp without time zone: it keeps the digits \
                of some clock, not the moment, and shifts when a server or a driver has \
                another zone."
            );
            let draft = statement
                .say_at(origin, message)
                .about(format!("{name}.{column}"));
            let help = "Use timestamp with time zone: TIMESTAMP(timezone=True) in Alembic, \
                timestamptz in SQL.";
            Some(draft.help(help).fix(fix::time_zone(cx, &statement, origin)))
        })
        .collect()
}

const PLAIN: &str = "timestamp without time zone";

/// Whether a column's type is a timestamp without time zone, of any precision, or an array of it.
fn is_plain(data_type: &str) -> bool {
    data_type.starts_with("timestamp") && !data_type.contains("with time zone")
}
