use crate::config::RuleLevel;
use crate::fix;
use crate::migration::{Direction, Ending, Half, Place};
use crate::rules::{Check, Class, Context, Draft, FixKind, Rule};
use crate::text::Span;

/// A constraint is dropped without a name.
pub const RULE: Rule = Rule {
    id: "unnamed-constraint-drop",
    class: Class::Fails,
    level: RuleLevel::Error,
    title: "A constraint is dropped without a name",
    summary: "op.drop_constraint(None, …) cannot be run: there is no name to put into the statement.",
    checklist: &[],
    fix: FixKind::Edit,
    page: page!("unnamed-constraint-drop.md"),
    check: Check::Migration(check),
};

/// How Alembic says it.
const MESSAGE: &str = "for a constraint that has no name";

/// Whether an error is Alembic's about a constraint that has no name.
pub(in crate::rules) fn says_so(error: &str) -> bool {
    error.contains(MESSAGE)
}

fn check(cx: &Context<'_>) -> Vec<Draft> {
    let halves = [
        (Direction::Up, &cx.migration().up),
        (Direction::Down, &cx.migration().down),
    ];
    let found = halves.into_iter().filter_map(|(direction, half)| {
        let Some(Ending::Raises(message)) = cx.state().run(direction).map(|run| &run.ending) else {
            return None;
        };
        let message = says_so(message).then(|| {
            "This drops a constraint without its name: Alembic raises an error here, and what follows never runs.".to_owned()
        })?;
        let place = place(cx, half)?;
        let draft = Draft::new(place, message).in_half(direction);
        let repair = fix::dropped_name(cx, place).filter(|_| direction == Direction::Down);
        Some(draft.help(help(cx)).about(&cx.migration().header.revision).fix(repair))
    });
    found.collect()
}

/// The call; the whole half where it is written in another way.
fn place(cx: &Context<'_>, half: &Half) -> Option<Place> {
    let whole = half.place()?;
    let text = whole.span.slice(cx.text(whole.file));
    let call = text.match_indices("drop_constraint(").find(|(at, call)| {
        let arguments = text.get(at + call.len()..).unwrap_or_default().trim_start();
        arguments.starts_with("None") || arguments.starts_with("constraint_name=None")
    });
    let Some((at, call)) = call else {
        return Some(whole);
    };
    let start = whole.span.start as usize + at;
    Some(Place {
        span: Span::new(start, start + call.len()),
        ..whole
    })
}

/// The names that PostgreSQL gave, where the migration makes the constraints itself.
fn help(cx: &Context<'_>) -> String {
    let mut names = Vec::new();
    for (name, table) in cx.after().tables.iter() {
        let before = cx.before().tables.get(name);
        let keys = |table: &crate::schema::Table| {
            let keys = table.unique_constraints.iter().map(|key| key.name.clone());
            let references = table.foreign_keys.iter().map(|key| key.name.clone());
            let checks = table
                .check_constraints
                .iter()
                .map(|check| check.name.clone());
            keys.chain(references).chain(checks).collect::<Vec<_>>()
        };
        let had = before.map(|table| keys(table)).unwrap_or_default();
        names.extend(keys(table).into_iter().filter(|name| !had.contains(name)));
    }
    if names.is_empty() {
        "Look the name up with \\d in psql and write it here. If the project has a naming convention, set it \
            under [alembic] in retort.toml."
            .to_owned()
    } else {
        format!(
            "Write the name that PostgreSQL gave it; the upgrade makes {}.",
            names.join(", ")
        )
    }
}
