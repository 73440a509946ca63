use crate::config::RuleLevel;
use crate::fix;
use crate::operation::{TableAction, TypeName};
use crate::rules::{Check, Class, Context, Draft, FixKind, Rule, Statement};
use crate::schema::ObjectName;

/// A text column has a limit.
pub const RULE: Rule = Rule {
    id: "prefer-text",
    class: Class::Style,
    level: RuleLevel::Off,
    title: "A text column has a limit",
    summary: "varchar(n) is no faster than text, and making n smaller later writes the table anew.",
    checklist: &[],
    fix: FixKind::Edit,
    page: page!("prefer-text.md"),
    check: Check::Migration(check),
};

fn check(cx: &Context<'_>) -> Vec<Draft> {
    let found = cx
        .defined_columns()
        .filter(|(_, _, column)| is_limited(&column.data_type));
    let mut drafts: Vec<Draft> = found
        .map(|(statement, table, column)| {
            let name = format!("{table}.{}", column.name);
            let message = format!(
                "{name} is varchar(n): a limit that is a guess today fails an INSERT tomorrow."
            );
            let help = "Use text, with a CHECK on its length where that is a rule of the business.";
            statement
                .say_at(column.origin, message)
                .help(help)
                .about(name)
                .fix(fix::unlimited_text(cx, &statement, column.origin))
        })
        .collect();
    drafts.extend(cx.table_actions().filter_map(changed));
    drafts
}

/// A change of type to one with a limit.
fn changed((statement, table, action): (Statement<'_>, ObjectName, &TableAction)) -> Option<Draft> {
    let TableAction::SetType {
        column, data_type, ..
    } = action
    else {
        return None;
    };
    let name = format!("{table}.{column}");
    let message =
        format!("{name} becomes varchar(n): the next change of the limit is another migration.");
    let draft = statement.say(message).about(name);
    is_limited(data_type).then(|| draft.help("Make it text: then no limit is ever changed again."))
}

fn is_limited(data_type: &TypeName) -> bool {
    data_type.is_built_in()
        && data_type.name == "character varying"
        && !data_type.modifiers.is_empty()
}
