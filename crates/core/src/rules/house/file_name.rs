use crate::config::RuleLevel;
use crate::migration::{Migration, Place};
use crate::project::Convention;
use crate::rules::{Check, Class, Context, Draft, FixKind, Rule};

/// A file name that does not start with the revision id.
pub const RULE: Rule = Rule {
    id: "file-name",
    class: Class::House,
    level: RuleLevel::Info,
    title: "The file is not named after its revision",
    summary: "A migration's file is named by its revision id, an underscore and a few words.",
    checklist: &[],
    fix: FixKind::None,
    page: page!("file-name.md"),
    check: Check::Migration(check),
};

fn check(cx: &Context<'_>) -> Vec<Draft> {
    let own = stem(cx.path());
    let id = cx.migration().header.revision.as_str();
    // Whoever looks for a revision finds its file by the id, wherever in the name it stands.
    let is_found = id.len() >= SHORTENED && own.contains(id);
    let is_fine = is_unnamed(own) || is_found || follows(own, id);
    if cx.convention() != Convention::Alembic || cx.is_snippet() || is_fine {
        return Vec::new();
    }
    let project = &cx.review().project;
    let follows_its_revision = |migration: &Migration| {
        let path = cx
            .review()
            .source(migration.file)
            .map(|source| source.file.path.as_ref());
        path.map(|path| follows(stem(path), &migration.header.revision))
    };
    let others = project
        .migrations
        .iter()
        .filter(|migration| migration.file != cx.migration().file);
    let others: Vec<bool> = others.filter_map(follows_its_revision).collect();
    let following = others.iter().filter(|follows| **follows).count();
    // A project that names its files in another way has its own convention.
    if following * 2 < others.len() {
        return Vec::new();
    }
    let revision = &cx.migration().header.revision;
    let place = Place {
        file: cx.migration().file,
        span: cx.migration().revision_span,
    };
    let message = format!(
        "The file {own}.py is not named after its revision {revision}: nobody finds \
            it from what `alembic history` prints."
    );
    let level = if others.len() >= ENOUGH_TO_JUDGE {
        RuleLevel::Warning
    } else {
        RuleLevel::Info
    };
    let help = format!(
        "Name it {revision}_{}.py.",
        slug(&cx.migration().header.title)
    );
    vec![
        Draft::new(place, message)
            .help(help)
            .about(own)
            .level(level),
    ]
}

/// From how many other files on a project shows its convention.
const ENOUGH_TO_JUDGE: usize = 2;

/// Names that stand for a text without a file.
const UNNAMED: &[&str] = &["pasted", "revision", "migration"];

/// Whether the app made the name up: `pasted`, or `pasted_2` where that was taken.
fn is_unnamed(stem: &str) -> bool {
    let plain = stem.trim_end_matches(|c: char| c.is_ascii_digit());
    UNNAMED.contains(&plain.strip_suffix('_').unwrap_or(plain))
}

fn stem(path: &str) -> &str {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.strip_suffix(".py").unwrap_or(name)
}

/// `{revision}_{words}`, or the first characters of the revision.
fn follows(stem: &str, revision: &str) -> bool {
    let rest = stem.strip_prefix(revision).or_else(|| {
        let (head, _) = stem.split_once('_')?;
        (head.len() >= SHORTENED && revision.starts_with(head))
            .then(|| stem.get(head.len()..).unwrap_or_default())
    });
    rest.is_some_and(|rest| rest.starts_with(['_', '-']) && rest.len() > 1)
}

/// The least that is left of a shortened revision id.
const SHORTENED: usize = 4;

/// A title as part of a file name.
fn slug(title: &str) -> String {
    let words = title
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty());
    let slug = words.map(str::to_lowercase).collect::<Vec<_>>().join("_");
    let short: String = slug.chars().take(LONGEST_SLUG).collect();
    if short.is_empty() {
        "description".to_owned()
    } else {
        short.trim_end_matches('_').to_owned()
    }
}

/// As Alembic's `truncate_slug_length`.
const LONGEST_SLUG: usize = 40;
