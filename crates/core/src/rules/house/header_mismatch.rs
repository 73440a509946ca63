use crate::config::RuleLevel;
use crate::migration::Place;
use crate::rules::house::docstring::{self, Line};
use crate::rules::{Check, Class, Context, Draft, FixKind, Rule};

/// A docstring whose ids differ from the variables.
pub const RULE: Rule = Rule {
    id: "header-mismatch",
    class: Class::House,
    level: RuleLevel::Warning,
    title: "The docstring names other revisions than the code",
    summary: "Revision ID and Revises in the docstring should say what revision and \
        down_revision say.",
    checklist: &[1],
    fix: FixKind::None,
    page: page!("header-mismatch.md"),
    check: Check::Migration(check),
};

fn check(cx: &Context<'_>) -> Vec<Draft> {
    if !cx.is_alembic() || cx.is_snippet() {
        return Vec::new();
    }
    let migration = cx.migration();
    let header = &migration.header;
    let Some(docstring) = docstring::read(cx.text(migration.file)) else {
        return Vec::new();
    };
    let revision = std::slice::from_ref(&header.revision);
    let checks = [
        (
            "Revision ID",
            &docstring.revision,
            revision,
            migration.revision_span,
            "revision",
        ),
        (
            "Revises",
            &docstring.revises,
            header.parents.as_slice(),
            migration.parents_span,
            "down_revision",
        ),
    ];
    let mut drafts = Vec::new();
    for (label, line, code, code_span, variable) in checks {
        let Some(line) = line.as_ref().filter(|line| differs(line, code)) else {
            continue;
        };
        let place = Place {
            file: migration.file,
            span: line.span,
        };
        let said = if line.ids.is_empty() {
            "nothing".to_owned()
        } else {
            line.ids.join(", ")
        };
        let meant = if code.is_empty() {
            "None".to_owned()
        } else {
            code.join(", ")
        };
        let message = format!(
            "The docstring says {label}: {said}, but {variable} is {meant}: Alembic \
                goes by the code, people by the docstring."
        );
        let draft = Draft::new(place, message).help(format!(
            "Make the docstring say {meant}, unless {variable} is the one that is wrong."
        ));
        let related = Place {
            file: migration.file,
            span: code_span,
        };
        drafts.push(
            draft
                .about(format!("{} {label}", header.revision))
                .related(related, format!("{variable} is set here")),
        );
    }
    drafts
}

fn differs(line: &Line, code: &[String]) -> bool {
    let mut said = line.ids.clone();
    let mut meant = code.to_vec();
    said.sort();
    meant.sort();
    said != meant
}
