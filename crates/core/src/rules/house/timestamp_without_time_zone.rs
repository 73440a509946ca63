use crate::config::RuleLevel;
use crate::fix;
use crate::migration::Direction;
use crate::operation::{TableAction, TypeName};
use crate::project::Convention;
use crate::review::{Review, RevisionState};
use crate::rules::statement::{column_definitions, statements};
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
    let found = each(cx);
    let Some(first) = found.first() else {
        return Vec::new();
    };
    let Some(habit) = cx.plain_timestamps() else {
        return found.into_iter().map(|found| found.draft).collect();
    };
    if !habit.is_told_at(cx.position()) {
        return Vec::new();
    }
    let message = format!(
        "{} of {} migrations of this project that make timestamps make them without time zone, this one {}: they keep \
        the digits of some clock, not the moment, and shift when a server or a driver has another zone.",
        habit.without, habit.all, first.column
    );
    let draft = Draft {
        message,
        fix: None,
        ..first.draft.clone()
    };
    vec![draft]
}

/// A column and what is said of it.
struct Found {
    column: String,
    draft: Draft,
}

/// Every column that this migration makes or leaves without time zone.
fn each(cx: &Context<'_>) -> Vec<Found> {
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
        .filter(|(_, _, _, data_type, _)| is_plain_type(data_type))
        .filter_map(|(statement, table, column, _, origin)| {
            let now = cx.now(&statement, &table)?;
            let plain = |table: &Table| has_plain(table, column);
            // Where it was so before, that was told of the statement that made it so.
            let before = statement.before().tables.get(&table);
            if !plain(now)
                || before.is_some_and(|table| plain(table))
                || cx.holds_in_the_end(now, |table| !plain(table))
            {
                return None;
            }
            let column = format!("{}.{column}", now.object_name());
            let message = format!(
                "{column} is a timestamp without time zone: it keeps the digits \
                of some clock, not the moment, and shifts when a server or a driver has \
                another zone."
            );
            let draft = statement
                .say_at(origin, message)
                .about(column.as_str())
                .help(help(cx))
                .fix(fix::time_zone(cx, &statement, origin));
            Some(Found { column, draft })
        })
        .collect()
}

fn help(cx: &Context<'_>) -> &'static str {
    match cx.convention() {
        Convention::Prisma => {
            "Use timestamp with time zone: @db.Timestamptz(3) in schema.prisma, and TIMESTAMPTZ(3) here."
        }
        _ => {
            "Use timestamp with time zone: TIMESTAMP(timezone=True) in Alembic, timestamptz in SQL."
        }
    }
}

/// Whether a migration makes timestamps that stay without time zone; nothing of one that makes no timestamps.
pub(crate) fn makes_plain(review: &Review, state: &RevisionState) -> Option<bool> {
    let defined = || statements(state, Direction::Up).flat_map(column_definitions);
    let makes_any = defined().any(|(_, _, column)| {
        column.data_type.is_built_in() && column.data_type.name.starts_with("timestamp")
    });
    let stays_plain = || {
        defined()
            .filter(|(_, _, column)| is_plain_type(&column.data_type))
            .any(|(_, table, column)| {
                let plain = |table: &Table| has_plain(table, &column.name);
                let now = state.after().tables.get(&table);
                let later = review.head().and_then(|head| head.tables.get(&table));
                now.is_some_and(|table| plain(table)) && later.is_none_or(|table| plain(table))
            })
    };
    makes_any.then(stays_plain)
}

fn is_plain_type(data_type: &TypeName) -> bool {
    data_type.is_built_in() && data_type.name == PLAIN
}

fn has_plain(table: &Table, column: &str) -> bool {
    let column = table.column(column);
    column.is_some_and(|column| is_plain(&column.data_type))
}

const PLAIN: &str = "timestamp without time zone";

/// Whether a column's type is a timestamp without time zone, of any precision, or an array of it.
fn is_plain(data_type: &str) -> bool {
    data_type.starts_with("timestamp") && !data_type.contains("with time zone")
}
