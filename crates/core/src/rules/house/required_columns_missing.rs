use crate::config::RuleLevel;
use crate::fix;
use crate::rules::{Check, Class, Context, Draft, FixKind, Rule};

/// A new table without the columns that the house demands.
pub const RULE: Rule = Rule {
    id: "required-columns-missing",
    class: Class::House,
    level: RuleLevel::Warning,
    title: "A table lacks columns that every table has",
    summary: "Every table of the house has an id and the times of its creation and last change.",
    checklist: &[4],
    fix: FixKind::Edit,
    page: page!("required-columns-missing.md"),
    check: Check::Migration(check),
};

fn check(cx: &Context<'_>) -> Vec<Draft> {
    let creations = cx.created_tables();
    if creations.is_empty() {
        return Vec::new();
    }
    let required = cx.required_columns();
    creations
        .into_iter()
        .filter_map(|creation| {
            let lacks = |column: &&&str| {
                !cx.holds_in_the_end(creation.table, |table| table.column(column).is_some())
            };
            let missing: Vec<&str> = required.iter().filter(lacks).copied().collect();
            if missing.is_empty()
                || creation
                    .definition
                    .like
                    .iter()
                    .any(|like| like.source.name != creation.table.name)
            {
                return None;
            }
            let name = creation.name();
            let list = missing.join(", ");
            let draft = creation.statement.say(format!(
                "Table {name} lacks {list}: {}",
                consequence(&missing)
            ));
            let help = "Add what is missing, or change required_columns in retort.toml if the \
                house does without.";
            let draft = draft
                .help(help)
                .about(&name)
                .fix(fix::required_columns(cx, &creation, &missing));
            // Samples leave out what they are not about.
            let is_sample = cx.is_alembic() && cx.is_snippet();
            Some(if is_sample {
                draft.level(RuleLevel::Info)
            } else {
                draft
            })
        })
        .collect()
}

fn consequence(missing: &[&str]) -> &'static str {
    if missing.contains(&"id") {
        "rows cannot be named, or told apart by when they came."
    } else {
        "nobody can tell when a row came or last changed, which audits, imports and repairs need."
    }
}
