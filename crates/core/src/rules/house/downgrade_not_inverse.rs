use crate::config::RuleLevel;
use crate::fix;
use crate::migration::{Direction, Ending};
use crate::operation::Operation;
use crate::review::{hindsight, left_over, round_trip};
use crate::rules::{Check, Class, Context, Draft, FixKind, Rule, Statement};
use crate::schema::{self, Change, ObjectChange, ObjectKind, Schema, SchemaDiff, TypeDefinition};
use retort_report::RoundTripVerdict;

/// A downgrade after which the simulated catalog differs from the one before the upgrade.
pub const RULE: Rule = Rule {
    id: "downgrade-not-inverse",
    class: Class::House,
    level: RuleLevel::Error,
    title: "The downgrade does not restore the schema",
    summary: "Upgrade and then downgrade must leave the schema as it was.",
    checklist: &[6, 7],
    fix: FixKind::Edit,
    page: page!("downgrade-not-inverse.md"),
    check: Check::Migration(check),
};

fn check(cx: &Context<'_>) -> Vec<Draft> {
    let state = cx.state();
    let differs = round_trip(state).verdict == RoundTripVerdict::Differs;
    let down = state
        .down
        .as_ref()
        .filter(|run| differs && run.ending == Ending::Normal);
    let Some((down, place)) = down.zip(cx.migration().down.place()) else {
        return Vec::new();
    };
    let mut difference = left_over(state, down);
    difference.changes.retain(|change| {
        !told_elsewhere(change, &down.schema) && !only_unknown(change) && !shared_schema(cx, change)
    });
    if difference.is_empty() {
        return Vec::new();
    }
    let changes = &difference.changes;
    let shown: Vec<String> = changes.iter().take(SHOWN).map(told).collect();
    let more = match changes.len().saturating_sub(SHOWN) {
        0 => String::new(),
        more => format!("; and {more} more"),
    };
    let message = format!(
        "After upgrade and downgrade the schema is not what it was before: {}{more}.",
        shown.join("; ")
    );
    let draft = Draft::new(place, message).in_half(Direction::Down);
    let draft = if difference.changes.iter().all(only_labels_stay) {
        draft.level(RuleLevel::Info).help(
            "PostgreSQL cannot take a value out of an enum. Leave it: the old code does not use it. \
            If it has to go, make the type anew without it.",
        )
    } else {
        draft.help(
            "Undo every step of the upgrade with the old names, types, defaults and indexes, \
            the last step first.",
        )
    };
    let draft = draft
        .about(&cx.migration().header.revision)
        .fix(fix::repaired_downgrade(cx));
    let causes = causes(cx, &difference).into_iter().take(SHOWN);
    vec![causes.fold(draft, |draft, cause| {
        draft.related(cause.place(), "this is not undone as it was")
    })]
}

/// How many differences are told.
const SHOWN: usize = 4;

/// A difference in one line: of the body of a function only that it is another, and nothing of a column's place in the table,
/// which no downgrade can restore.
fn told(change: &ObjectChange) -> String {
    let is_long = |text: &Option<String>| {
        text.as_ref()
            .is_some_and(|text| text.len() > LONG || text.contains('\n'))
    };
    let (long, short): (Vec<_>, Vec<_>) = change
        .fields
        .iter()
        .filter(|field| field.field != "position")
        .cloned()
        .partition(|field| is_long(&field.before) || is_long(&field.after));
    let mut shown = ObjectChange {
        fields: short,
        ..change.clone()
    }
    .to_string();
    for (at, field) in long.iter().enumerate() {
        let first = at == 0 && shown.matches(": ").count() == 0;
        shown.push_str(if first { ": " } else { ", " });
        shown.push_str(&format!("another {}", field.field));
    }
    shown
}

/// What is longer than this is not told word by word.
const LONG: usize = 160;

/// Whether a column differs only in its type, and that was not known before or is not known now.
fn only_unknown(change: &ObjectChange) -> bool {
    change.change == Change::Changed
        && !change.fields.is_empty()
        && change
            .fields
            .iter()
            .all(|field| field.field == "type" && (field.before.is_none() || field.after.is_none()))
}

/// An enum type that stays behind has a rule of its own, and the order of columns cannot be restored.
fn told_elsewhere(change: &ObjectChange, left: &Schema) -> bool {
    let moved = change.change == Change::Changed
        && change.fields.iter().all(|field| field.field == "position");
    let is_enum = || {
        let made = left.types.get(&change.object.name);
        made.is_some_and(|made| matches!(made.definition, TypeDefinition::Enum { .. }))
    };
    // Others may use it, and to drop it takes what is built on it along.
    let extension = change.change == Change::Added && change.object.kind == ObjectKind::Extension;
    moved
        || extension
        || (change.change == Change::Added && change.object.kind == ObjectKind::Type && is_enum())
}

/// Whether it is a schema that stays and that the upgrade would have found as well: others may use it, and the next upgrade
/// does not mind.
fn shared_schema(cx: &Context<'_>, change: &ObjectChange) -> bool {
    let accepts = |statement: Statement<'_>| {
        matches!(statement.operation, Operation::CreateSchema(create)
            if create.if_not_exists && create.name == change.object.name.name)
    };
    change.change == Change::Added
        && change.object.kind == ObjectKind::Schema
        && cx.up().any(accepts)
}

/// Whether a type keeps values that the upgrade added, and nothing else differs.
fn only_labels_stay(change: &ObjectChange) -> bool {
    change.change == Change::Changed
        && change.object.kind == ObjectKind::Type
        && change.fields.iter().all(|field| field.field == "labels")
}

/// The statements of the upgrade that changed what differs.
fn causes<'a>(cx: &Context<'a>, difference: &SchemaDiff) -> Vec<Statement<'a>> {
    let concerned = |statement: &Statement<'_>| {
        let before = hindsight(statement.before(), [statement.outcome]).schema;
        let own = schema::diff(&before, statement.after(), &[]);
        own.changes.iter().any(|change| {
            difference
                .changes
                .iter()
                .any(|other| other.object == change.object)
        })
    };
    cx.up()
        .filter(|statement| !statement.is_nested())
        .filter(concerned)
        .collect()
}
