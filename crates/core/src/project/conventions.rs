//! How each tool lays its migrations out in files, and how it runs them.

use std::collections::{BTreeMap, BTreeSet};

use super::draft::{Draft, stretch, whole};
use super::liquibase;
use super::markers::{Section, Side, Style, extent, says, sections, starts_with_comment};
use super::name::{FileName, flyway, versioned};
use super::role::pair;
use super::{Convention, InputProblem, ProblemKind};
use crate::migration::{FileId, Half, SourceFile, TransactionMode};
use crate::sql;
use crate::text::Span;

/// A file that takes part.
pub(super) type Part<'p> = (FileId, &'p SourceFile);

/// The migrations of a convention in its files; `all` holds settings beside them.
pub(super) fn drafts(
    convention: Convention,
    parts: &[Part<'_>],
    all: &[SourceFile],
) -> (Vec<Draft>, Vec<InputProblem>) {
    match convention {
        Convention::Alembic => (Vec::new(), Vec::new()),
        Convention::GolangMigrate | Convention::Sqlx => numbered_or_pairs(convention, parts),
        Convention::Popx => popx(parts),
        Convention::Diesel => diesel(parts, all),
        Convention::Dbmate => (marked(parts, Style::Dbmate), Vec::new()),
        Convention::Goose => (marked(parts, Style::Goose), Vec::new()),
        Convention::SqlMigrate => (marked(parts, Style::SqlMigrate), Vec::new()),
        Convention::Flyway => flyway_scripts(parts, all),
        Convention::Prisma => (prisma(parts), Vec::new()),
        Convention::Liquibase => liquibase::changesets(parts),
        Convention::Supabase | Convention::Atlas => (numbered(convention, parts), Vec::new()),
        Convention::SchemaDump | Convention::SingleSql => (single(parts), Vec::new()),
    }
}

/// How the tool wraps migrations in transactions when nothing else is said.
pub(super) fn transaction(convention: Convention) -> TransactionMode {
    match convention {
        Convention::Alembic => TransactionMode::PerRun,
        // psql, and most ways of running a script by hand, commit each statement by itself; but nothing is known of how
        // a pasted script is run, and one transaction is the stricter reading.
        Convention::SingleSql | Convention::SchemaDump => TransactionMode::PerMigration,
        Convention::GolangMigrate
        | Convention::Sqlx
        | Convention::Popx
        | Convention::Diesel
        | Convention::Dbmate
        | Convention::Goose
        | Convention::Flyway
        | Convention::Prisma
        | Convention::SqlMigrate
        | Convention::Liquibase
        | Convention::Supabase
        | Convention::Atlas => TransactionMode::PerMigration,
    }
}

fn numbered_or_pairs(
    convention: Convention,
    parts: &[Part<'_>],
) -> (Vec<Draft>, Vec<InputProblem>) {
    let is_pair = |part: &&Part<'_>| pair(FileName::of(&part.1.path).stem).is_some();
    let (paired, alone): (Vec<_>, Vec<_>) = parts.iter().partition(is_pair);
    let (mut drafts, problems) = pairs(convention, &paired);
    drafts.extend(numbered(convention, &alone));
    order_by_numbered_folders(&mut drafts, parts);
    (drafts, problems)
}

/// Numbers that begin again in each folder, the folders numbered themselves (`71/01_loan.up.sql`): the folder's number
/// comes first.
fn order_by_numbered_folders(drafts: &mut [Draft], parts: &[Part<'_>]) {
    let folder_of = |draft: &Draft| {
        let file = draft.up.place().or_else(|| draft.down.place())?.file;
        let (_, source) = parts.iter().find(|part| part.0 == file)?;
        let folder = FileName::of(&source.path).parent();
        Some((folder.parse::<u128>().ok()?, folder))
    };
    let Some(folders) = drafts.iter().map(folder_of).collect::<Option<Vec<_>>>() else {
        return;
    };
    let revisions: BTreeSet<&str> = drafts.iter().map(|draft| draft.revision.as_str()).collect();
    if revisions.len() == drafts.len() {
        return;
    }
    for (draft, (number, folder)) in drafts.iter_mut().zip(folders) {
        draft.order.0.insert(0, number);
        draft.revision = format!("{folder}/{}", draft.revision);
        draft.count = None;
    }
}

/// `NNN_name.sql`, forward only.
fn numbered(convention: Convention, parts: &[Part<'_>]) -> Vec<Draft> {
    let draft = |(file, source): &Part<'_>| {
        let name = FileName::of(&source.path);
        let mut draft = match versioned(name.stem) {
            Some(version) if convention == Convention::Sqlx => Draft::numbered(version, name.stem),
            Some(version) => Draft::by_name(version, name.stem),
            None => Draft::named(name.stem),
        };
        draft.up = whole(*file, &source.text);
        draft.transaction.0 = mode_of_file(convention, &source.text);
        draft
    };
    parts.iter().map(draft).collect()
}

/// `NNN_name.up.sql` and `NNN_name.down.sql`.
fn pairs(convention: Convention, parts: &[Part<'_>]) -> (Vec<Draft>, Vec<InputProblem>) {
    let mut found: BTreeMap<(&str, &str), Draft> = BTreeMap::new();
    for (file, source) in parts {
        let name = FileName::of(&source.path);
        let Some(pair) = pair(name.stem) else {
            continue;
        };
        let draft =
            found
                .entry((name.folder, pair.name))
                .or_insert_with(|| match versioned(pair.name) {
                    Some(version) => Draft::numbered(version, pair.name),
                    None => Draft::named(pair.name),
                });
        let mode = mode_of_file(convention, &source.text);
        match pair.side {
            Side::Up => (draft.up, draft.transaction.0) = (whole(*file, &source.text), mode),
            Side::Down => (draft.down, draft.transaction.1) = (whole(*file, &source.text), mode),
        }
    }
    let drafts: Vec<Draft> = found.into_values().collect();
    let problems = unpaired(&drafts, parts, "NAME.up.sql", "NAME.down.sql");
    (drafts, problems)
}

/// What the text of a file says about how it is run.
fn mode_of_file(convention: Convention, text: &str) -> Option<TransactionMode> {
    let alone = match convention {
        Convention::Sqlx => starts_with_comment(text, "no-transaction"),
        Convention::Atlas => says(text, "atlas:txmode none"),
        // Sent to the server as one query: its statements share a transaction, a single one does not have any.
        Convention::GolangMigrate | Convention::Prisma => sql::is_one_statement(text),
        _ => false,
    };
    // The marker of a runner whose folders look like those of others.
    let alone = alone || starts_with_comment(text, "postgres-migrations disable-transaction");
    alone.then_some(TransactionMode::None)
}

/// Ory's pop: `VERSION_name[.dialect][.autocommit].up.sql`; the file for PostgreSQL wins over the general one.
fn popx(parts: &[Part<'_>]) -> (Vec<Draft>, Vec<InputProblem>) {
    let mut found: BTreeMap<(&str, &str), Draft> = BTreeMap::new();
    let mut sorted: Vec<_> = parts
        .iter()
        .filter_map(|part| Some((part, pair(FileName::of(&part.1.path).stem)?)))
        .collect();
    sorted.retain(|(_, pair)| pair.is_for_postgres());
    sorted.sort_by_key(|(_, pair)| pair.dialect.is_some());
    for ((file, source), pair) in sorted {
        let name = FileName::of(&source.path);
        let version = versioned(pair.name);
        let key = version.map_or(pair.name, |version| version.version);
        let draft = found
            .entry((name.folder, key))
            .or_insert_with(|| match version {
                Some(version) => Draft::numbered(version, pair.name),
                None => Draft::named(pair.name),
            });
        let mode = pair.autocommit.then_some(TransactionMode::None);
        match pair.side {
            Side::Up => (draft.up, draft.transaction.0) = (whole(*file, &source.text), mode),
            Side::Down => (draft.down, draft.transaction.1) = (whole(*file, &source.text), mode),
        }
    }
    (found.into_values().collect(), Vec::new())
}

/// `NNN_name/up.sql` and `down.sql`, with `metadata.toml` beside them.
fn diesel(parts: &[Part<'_>], all: &[SourceFile]) -> (Vec<Draft>, Vec<InputProblem>) {
    let mut found: BTreeMap<&str, Draft> = BTreeMap::new();
    for (file, source) in parts {
        let name = FileName::of(&source.path);
        let draft = found
            .entry(name.folder)
            .or_insert_with(|| diesel_draft(name, all));
        match name.stem {
            "down" => draft.down = whole(*file, &source.text),
            _ => draft.up = whole(*file, &source.text),
        }
    }
    let drafts: Vec<Draft> = found.into_values().collect();
    let problems = unpaired(&drafts, parts, "up.sql", "down.sql");
    (drafts, problems)
}

fn diesel_draft(name: FileName<'_>, all: &[SourceFile]) -> Draft {
    let folder = name.parent();
    let mut draft = match versioned(folder) {
        Some(version) => {
            // diesel compares the digits of the version as text.
            let digits = version.version.replace('-', "");
            Draft {
                order: (Vec::new(), digits),
                ..Draft::by_name(version, folder)
            }
        }
        None if folder.is_empty() => Draft::named("up"),
        None => Draft::named(folder),
    };
    let metadata = all
        .iter()
        .find(|file| *file.path == *format!("{}/metadata.toml", name.folder));
    let alone = metadata.is_some_and(|file| {
        let table: Result<toml::Table, _> = file.text.parse();
        let setting = table.ok().and_then(|table| {
            table
                .get("run_in_transaction")
                .and_then(toml::Value::as_bool)
        });
        setting == Some(false)
    });
    if alone {
        draft.transaction = (Some(TransactionMode::None), Some(TransactionMode::None));
    }
    draft
}

/// Says which halves stand alone, if the project has both anywhere.
fn unpaired(drafts: &[Draft], parts: &[Part<'_>], up: &str, down: &str) -> Vec<InputProblem> {
    let has_both = drafts
        .iter()
        .any(|draft| draft.up.place().is_some() && draft.down.place().is_some());
    let path = |file: FileId| {
        let found = parts.iter().find(|(id, _)| *id == file);
        found
            .map(|(_, source)| source.path.to_string())
            .unwrap_or_default()
    };
    let problem = |draft: &Draft| {
        let (file, kind, message) = match (draft.up.place(), draft.down.place()) {
            (Some(found), None) if has_both => (
                found.file,
                ProblemKind::NoDown,
                format!(
                    "There is no {down} to this file: it cannot be undone. Add one, or say in it why there is none."
                ),
            ),
            (None, Some(found)) => (
                found.file,
                ProblemKind::NoUp,
                format!("There is no {up} to this file. Add it, or remove this one."),
            ),
            _ => return None,
        };
        Some(InputProblem {
            file: path(file),
            span: Span::default(),
            kind,
            message,
        })
    };
    drafts.iter().filter_map(problem).collect()
}

/// Both halves in one file, between markers.
fn marked(parts: &[Part<'_>], style: Style) -> Vec<Draft> {
    let draft = |(file, source): &Part<'_>| {
        let name = FileName::of(&source.path);
        let mut draft = match versioned(name.stem) {
            Some(version) if style == Style::Dbmate => Draft::by_name(version, name.stem),
            Some(version) => Draft::numbered(version, name.stem),
            None => Draft::named(name.stem),
        };
        let sections = sections(&source.text, style);
        (draft.up, draft.transaction.0) = side(*file, source, style, &sections, Side::Up);
        (draft.down, draft.transaction.1) = side(*file, source, style, &sections, Side::Down);
        draft
    };
    parts.iter().map(draft).collect()
}

/// One half of a marked file and its mode.
fn side(
    file: FileId,
    source: &SourceFile,
    style: Style,
    sections: &[Section<'_>],
    side: Side,
) -> (Half, Option<TransactionMode>) {
    let Some(span) = extent(sections, side) else {
        return (Half::Missing, None);
    };
    let own = sections.iter().filter(|section| section.side == side);
    let alone = own
        .into_iter()
        .any(|section| runs_alone(style, section, &source.text));
    (stretch(file, span), alone.then_some(TransactionMode::None))
}

fn runs_alone(style: Style, section: &Section<'_>, text: &str) -> bool {
    let options = section.options.to_ascii_lowercase();
    match style {
        Style::Goose => says(text, "+goose NO TRANSACTION"),
        Style::SqlMigrate => options
            .split_whitespace()
            .any(|option| option == "notransaction"),
        Style::Dbmate => options.replace(' ', "").contains("transaction:false"),
        Style::Plain => false,
    }
}

/// `V` scripts by version, each with its `U`, then `R` scripts by name.
fn flyway_scripts(parts: &[Part<'_>], all: &[SourceFile]) -> (Vec<Draft>, Vec<InputProblem>) {
    let mut versions: BTreeMap<Vec<u128>, Draft> = BTreeMap::new();
    let mut repeatable = Vec::new();
    let mut problems = Vec::new();
    for (file, source) in parts {
        let name = FileName::of(&source.path);
        let Some(script) = flyway(name.stem) else {
            continue;
        };
        let mode = flyway_mode(source, all);
        let half = whole(*file, &source.text);
        if script.kind == 'B' {
            problems.push(InputProblem {
                file: source.path.to_string(),
                span: Span::default(),
                kind: ProblemKind::Ignored,
                message: "A baseline script stands for the versions before it, which are here: it was left out.".to_owned(),
            });
            continue;
        }
        if script.kind == 'R' {
            repeatable.push(Draft {
                order: (vec![u128::MAX], name.stem.to_owned()),
                up: half,
                transaction: (mode, None),
                ..Draft::named(name.stem)
            });
            continue;
        }
        let draft = versions
            .entry(script.version.clone())
            .or_insert_with(|| Draft {
                order: (script.version.clone(), String::new()),
                words: script.words.to_owned(),
                ..Draft::named(script.written)
            });
        match script.kind {
            'U' => (draft.down, draft.transaction.1) = (half, mode),
            _ if draft.up.place().is_some() => problems.push(InputProblem {
                file: source.path.to_string(),
                span: Span::default(),
                kind: ProblemKind::Duplicate,
                message: format!(
                    "Another file has version {} too. Give one of them another number.",
                    script.written
                ),
            }),
            _ => (draft.up, draft.transaction.0) = (half, mode),
        }
    }
    let mut drafts: Vec<Draft> = versions.into_values().collect();
    drafts.extend(repeatable);
    (drafts, problems)
}

/// Flyway runs a script without a transaction if it holds a statement that refuses one, or if its settings say so.
fn flyway_mode(source: &SourceFile, all: &[SourceFile]) -> Option<TransactionMode> {
    let settings = all
        .iter()
        .find(|file| *file.path == *format!("{}.conf", source.path));
    let says_so = settings.is_some_and(|file| {
        let line = |line: &str| {
            line.replace(' ', "")
                .eq_ignore_ascii_case("executeInTransaction=false")
        };
        file.text.split(['\r', '\n']).any(line)
    });
    let refuses = |fragment: &sql::Fragment| {
        let statement = fragment.span.slice(&source.text).to_ascii_uppercase();
        let words: Vec<&str> = statement.split_whitespace().take(5).collect();
        words.contains(&"CONCURRENTLY")
            || matches!(
                words.as_slice(),
                ["VACUUM" | "REINDEX", ..]
                    | ["ALTER", "SYSTEM", ..]
                    | ["DISCARD", "ALL", ..]
                    | [
                        "CREATE" | "DROP",
                        "DATABASE" | "TABLESPACE" | "SUBSCRIPTION",
                        ..
                    ]
            )
    };
    let alone = says_so || sql::split(&source.text).iter().any(refuses);
    alone.then_some(TransactionMode::None)
}

/// `TIMESTAMP_name/migration.sql`.
fn prisma(parts: &[Part<'_>]) -> Vec<Draft> {
    let draft = |(file, source): &Part<'_>| {
        let folder = FileName::of(&source.path).parent();
        let mut draft = versioned(folder).map_or_else(
            || Draft::named(folder),
            |version| Draft::by_name(version, folder),
        );
        draft.up = whole(*file, &source.text);
        draft.transaction.0 = mode_of_file(Convention::Prisma, &source.text);
        draft
    };
    parts.iter().map(draft).collect()
}

/// Each file by itself; comment lines `-- up` and `-- down` part it.
fn single(parts: &[Part<'_>]) -> Vec<Draft> {
    let draft = |(file, source): &Part<'_>| {
        let name = FileName::of(&source.path);
        let mut draft = Draft {
            order: (Vec::new(), source.path.to_string()),
            ..Draft::named(name.stem)
        };
        let sections = sections(&source.text, Style::Plain);
        draft.up = side(*file, source, Style::Plain, &sections, Side::Up).0;
        draft.down = side(*file, source, Style::Plain, &sections, Side::Down).0;
        // What stands before the first marker is the up if that marker is `-- down`.
        if let Some(first) = sections.first()
            && first.side == Side::Down
            && draft.up.place().is_none()
        {
            draft.up = stretch(*file, Span::new(0, first.marker));
        }
        if sections.is_empty() {
            draft.up = whole(*file, &source.text);
        }
        draft
    };
    parts.iter().map(draft).collect()
}
