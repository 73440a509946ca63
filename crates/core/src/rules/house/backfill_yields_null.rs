use crate::config::RuleLevel;
use crate::operation::{Expression, Operation, TableAction, Update};
use crate::rules::expression::{self, ColumnUse};
use crate::rules::{Check, Class, Context, Draft, FixKind, Rule, Statement};
use crate::schema::{Knowledge, ObjectName};

/// A backfill whose expression can give NULL where a value is needed.
pub const RULE: Rule = Rule {
    id: "backfill-yields-null",
    class: Class::House,
    level: RuleLevel::Warning,
    title: "The backfill can give NULL",
    summary: "An expression that meets a NULL often gives NULL: then the row is not filled, \
        or what it held is lost.",
    checklist: &[8],
    fix: FixKind::None,
    page: page!("backfill-yields-null.md"),
    check: Check::Migration(check),
};

fn check(cx: &Context<'_>) -> Vec<Draft> {
    let updates = cx.up().filter_map(|statement| match statement.operation {
        Operation::Update(update) => Some((statement, update)),
        _ => None,
    });
    updates
        .flat_map(|(statement, update)| of_update(cx, &statement, update))
        .collect()
}

fn of_update(cx: &Context<'_>, statement: &Statement<'_>, update: &Update) -> Vec<Draft> {
    let table = statement.resolve(&update.table);
    let mut drafts = Vec::new();
    for (target, value) in &update.assignments {
        let Some((fault, level)) = fault(cx, statement, update, &table, target, value) else {
            continue;
        };
        let consequence = match needed_at(cx, statement, &table, target) {
            Need::Later(_) => format!("those rows keep NULL, and SET NOT NULL on {target} fails"),
            Need::Already => format!("{target} is NOT NULL, so the UPDATE fails"),
            Need::None => format!("what {target} held, or was to take over, is lost there"),
        };
        let draft = statement.say(format!(
            "The new value of {table}.{target} is NULL where {fault}: {consequence}."
        ));
        let help = "Use coalesce() or concat() for what may be missing, or leave those rows out \
            and fill them in a second UPDATE.";
        let draft = draft
            .help(help)
            .about(format!("{table}.{target}"))
            .level(level);
        drafts.push(match needed_at(cx, statement, &table, target) {
            Need::Later(later) => {
                draft.related(later.place(), format!("{target} becomes NOT NULL here"))
            }
            Need::Already | Need::None => draft,
        });
    }
    drafts
}

/// Why a value is needed.
enum Need<'a> {
    /// A later statement makes the column NOT NULL.
    Later(Statement<'a>),
    /// It is NOT NULL now.
    Already,
    /// It is not.
    None,
}

fn needed_at<'a>(
    cx: &Context<'a>,
    statement: &Statement<'a>,
    table: &ObjectName,
    target: &str,
) -> Need<'a> {
    let sets = |later: &Statement<'_>| {
        let names = |action: &TableAction| matches!(action, TableAction::SetNotNull { column } if column == target);
        matches!(later.operation, Operation::AlterTable(alter) if later.resolve(&alter.name) == *table)
            && later.table_actions().iter().any(names)
    };
    if let Some(later) = cx.later(statement).find(sets) {
        return Need::Later(later);
    }
    let column = statement
        .before()
        .tables
        .get(table)
        .and_then(|table| table.column(target));
    match column {
        Some(column) if !column.nullable => Need::Already,
        _ => Need::None,
    }
}

/// Where the new value is NULL, in words, and how sure that is.
fn fault(
    cx: &Context<'_>,
    statement: &Statement<'_>,
    update: &Update,
    table: &ObjectName,
    target: &str,
    value: &Expression,
) -> Option<(String, RuleLevel)> {
    let sources = expression::null_sources(value);
    let needed = !matches!(needed_at(cx, statement, table, target), Need::None);
    let guarded = |column: &&ColumnUse| {
        let predicate = update.predicate.as_ref();
        !predicate.is_some_and(|predicate| expression::demands_not_null(predicate, &column.name))
    };
    let open: Vec<&ColumnUse> = sources.columns.iter().filter(guarded).collect();
    let appended = open
        .iter()
        .any(|column| column.concatenated && column.name == target);
    if !needed && !appended {
        return None;
    }
    let known = |column: &&&ColumnUse| {
        nullability(cx, statement, update, table, column) == Nullability::Nullable
    };
    let unknown = |column: &&&ColumnUse| {
        column.concatenated
            && nullability(cx, statement, update, table, column) == Nullability::Unknown
    };
    if let Some(column) = open.iter().find(known) {
        let level = if needed {
            RuleLevel::Error
        } else {
            RuleLevel::Warning
        };
        return Some((format!("{} is NULL, which it may be", column.name), level));
    }
    if let Some(column) = open.iter().find(unknown) {
        return Some((
            format!(
                "{} is NULL (whether it may be is not known here)",
                column.name
            ),
            RuleLevel::Warning,
        ));
    }
    let construct = sources
        .constructs
        .first()
        .filter(|_| needed && update.reads.is_empty())?;
    Some((format!("{construct} gives NULL"), RuleLevel::Warning))
}

/// What is known of a column.
#[derive(PartialEq, Eq)]
enum Nullability {
    NotNull,
    Nullable,
    Unknown,
}

fn nullability(
    cx: &Context<'_>,
    statement: &Statement<'_>,
    update: &Update,
    table: &ObjectName,
    used: &ColumnUse,
) -> Nullability {
    let other = update
        .reads
        .iter()
        .find(|name| used.qualifier.as_deref() == Some(name.name.as_str()));
    let owner = match other {
        Some(name) => statement.resolve(name),
        None if used.qualifier.is_some()
            && !update.reads.is_empty()
            && used.qualifier.as_deref() != Some(table.name.as_str()) =>
        {
            return Nullability::Unknown;
        }
        None => table.clone(),
    };
    let column = statement
        .before()
        .tables
        .get(&owner)
        .and_then(|table| table.column(&used.name));
    match column {
        Some(column) if !column.nullable => Nullability::NotNull,
        Some(_) if !cx.updates_of(statement, &owner, &used.name).is_empty() => Nullability::NotNull,
        Some(column) if column.knowledge == Knowledge::Complete => Nullability::Nullable,
        _ => Nullability::Unknown,
    }
}
