use crate::config::RuleLevel;
use crate::rules::{Check, Class, Context, Draft, FixKind, Rule};
use crate::schema::Note;

/// `IF NOT EXISTS` that finds something else than it says.
pub const RULE: Rule = Rule {
    id: "if-not-exists-hides-drift",
    class: Class::Loses,
    level: RuleLevel::Warning,
    title: "IF NOT EXISTS keeps another definition",
    summary: "The object exists with another definition, so the statement does nothing.",
    checklist: &[],
    fix: FixKind::None,
    page: page!("if-not-exists-hides-drift.md"),
    check: Check::Migration(check),
};

fn check(cx: &Context<'_>) -> Vec<Draft> {
    cx.up()
        .filter(|statement| !statement.is_nested())
        .flat_map(|statement| {
            let notes = statement
                .outcome
                .result
                .as_ref()
                .map(Vec::as_slice)
                .unwrap_or_default();
            let drifted = notes.iter().filter_map(|note| match note {
                Note::Exists {
                    object,
                    differs: Some(true),
                } => Some(object),
                _ => None,
            });
            drifted
                .map(|object| {
                    let message = format!(
                        "IF NOT EXISTS finds {object} with another definition than this \
                        one, so the statement does nothing and the old definition stays."
                    );
                    let draft = statement.say(message).about(&object.name);
                    draft.help(
                        "Change the existing object with ALTER, or choose another name; \
                        leave IF NOT EXISTS away so that such a clash is an error.",
                    )
                })
                .collect::<Vec<_>>()
        })
        .collect()
}
