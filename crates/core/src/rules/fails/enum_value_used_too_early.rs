use crate::config::RuleLevel;
use crate::operation::{Operation, TypeAction};
use crate::rules::expression;
use crate::rules::{Check, Class, Context, Draft, FixKind, Rule, Statement};
use crate::schema::ObjectName;

/// A literal of an enum value that the same transaction added.
pub const RULE: Rule = Rule {
    id: "enum-value-used-too-early",
    class: Class::Fails,
    level: RuleLevel::Error,
    title: "A new enum value is used before it is committed",
    summary: "A value that ALTER TYPE ADD VALUE adds cannot be used in the same transaction.",
    checklist: &[7],
    fix: FixKind::None,
    page: page!("enum-value-used-too-early.md"),
    check: Check::Migration(check),
};

fn check(cx: &Context<'_>) -> Vec<Draft> {
    let mut drafts = Vec::new();
    for adding in cx.run_before().chain(cx.up()) {
        let Operation::AlterType(alter) = adding.operation else {
            continue;
        };
        let TypeAction::AddValue { label, .. } = &alter.action else {
            continue;
        };
        let Some(enum_type) = adding.before().type_named(&alter.name) else {
            continue;
        };
        let name = ObjectName::new(&enum_type.schema, &enum_type.name);
        if cx.config().postgres >= USABLE_IN_NEW_TYPE && is_new(cx, &adding, &name) {
            continue;
        }
        for using in cx
            .up()
            .filter(|using| is_later(&adding, using) && cx.same_transaction(&adding, using))
        {
            if uses(&using, &name, label) {
                let message = format!(
                    "This uses {name}'s new value '{label}' in the transaction that \
                        adds it: PostgreSQL refuses it (\u{201c}unsafe use of new \
                        value\u{201d})."
                );
                let draft = using.say(message).about(format!("{name}.{label}"));
                let help = "Commit between the two: put ADD VALUE into autocommit_block(), or \
                    into a migration that is run in a transaction of its own.";
                drafts.push(
                    draft
                        .help(help)
                        .related(adding.place(), "the value is added here"),
                );
            }
        }
    }
    drafts
}

/// The version from which on a value can be used at once where the type itself is new in the transaction.
const USABLE_IN_NEW_TYPE: u16 = 17;

/// Whether the transaction that adds the value made the type too.
fn is_new<'a>(cx: &Context<'a>, adding: &Statement<'a>, name: &ObjectName) -> bool {
    let makes = |other: Statement<'a>| {
        matches!(other.operation, Operation::CreateType(create) if other.resolve(&create.name) == *name)
            && is_later(&other, adding)
            && cx.same_transaction(&other, adding)
    };
    cx.run_before().chain(cx.up()).any(makes)
}

fn is_later(adding: &Statement<'_>, using: &Statement<'_>) -> bool {
    let (one, other) = (adding.place(), using.place());
    one.file != other.file || using.index > adding.index
}

/// Whether a statement names the value where a column of the type is at hand, or casts it.
fn uses(statement: &Statement<'_>, enum_type: &ObjectName, label: &str) -> bool {
    let sql = statement.outcome.step.sql.as_str();
    let literal = format!("'{}'", label.replace('\'', "''"));
    if !sql.contains(&literal)
        || matches!(
            statement.operation,
            Operation::AlterType(_) | Operation::Comment(_)
        )
    {
        return false;
    }
    let is_of_type = |data_type: &str| {
        let bare = data_type.trim_end_matches("[]");
        bare.rsplit('.').next() == Some(enum_type.name.as_str())
    };
    let cast = expression::mentions(sql, &enum_type.name);
    let tables = statement
        .before()
        .tables
        .values()
        .chain(statement.after().tables.values());
    let mut named = tables.filter(|table| expression::mentions(sql, &table.name));
    cast || named.any(|table| {
        table
            .columns
            .iter()
            .any(|column| is_of_type(&column.data_type))
    })
}
