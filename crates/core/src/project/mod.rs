//! A project: which tool wrote the files, and which migrations they hold.

mod conventions;
mod decode;
mod draft;
mod liquibase;
mod markers;
mod name;
mod role;
#[cfg(test)]
mod tests;
mod words;

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::alembic::{self, HeaderReading};
use crate::migration::{FileId, Migration, SourceFile, TransactionMode};
use crate::text::Span;
use name::{FileName, versioned};
use role::{Role, role};

/// The tool whose conventions the files follow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Convention {
    /// Alembic: Python files with `revision` and `down_revision`.
    Alembic,
    /// golang-migrate: `NNN_name.up.sql`, `NNN_name.down.sql`.
    GolangMigrate,
    /// sqlx: `NNN_name.sql` or `NNN_name.up.sql`, `NNN_name.down.sql` with time stamps.
    Sqlx,
    /// Ory's pop: `NNN_name.postgres.up.sql`, a file for each database.
    Popx,
    /// diesel: `NNN_name/up.sql`, `down.sql`.
    Diesel,
    /// dbmate: `-- migrate:up`, `-- migrate:down` in one file.
    Dbmate,
    /// goose: `-- +goose Up`, `-- +goose Down` in one file.
    Goose,
    /// Flyway: `V1__name.sql`, `U1__name.sql`, `R__name.sql`.
    Flyway,
    /// Prisma: `TIMESTAMP_name/migration.sql`.
    Prisma,
    /// sql-migrate: `-- +migrate Up`, `-- +migrate Down` in one file.
    SqlMigrate,
    /// Liquibase formatted SQL: `--changeset author:id`, `--rollback`.
    Liquibase,
    /// Supabase: `supabase/migrations/TIMESTAMP_name.sql`.
    Supabase,
    /// Atlas: `TIMESTAMP_name.sql` beside `atlas.sum`.
    Atlas,
    /// A schema dump: the state itself, no history.
    SchemaDump,
    /// SQL that follows no tool's convention.
    SingleSql,
}

/// What a set of files holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Project {
    /// The tool.
    pub convention: Convention,
    /// How it wraps migrations in transactions.
    pub transaction: TransactionMode,
    /// The files, sorted by path; [`FileId`](crate::migration::FileId) counts them.
    pub files: Vec<SourceFile>,
    /// The migrations in the tool's order, each the child of the one before it. For Alembic: as the headers say.
    pub migrations: Vec<Migration>,
    /// What is wrong with the input.
    pub problems: Vec<InputProblem>,
    /// What stands at the head of each Python file, in the order of the files; nothing for other files.
    headers: Vec<Option<Arc<HeaderReading>>>,
    /// What each file is, in the order of the files.
    roles: Vec<Role>,
}

/// Something about the input that a person should know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InputProblem {
    /// The path of the file.
    pub file: String,
    /// Where in it; empty at its start for the file as a whole.
    pub span: Span,
    /// What kind of problem.
    pub kind: ProblemKind,
    /// What is wrong and what to do about it.
    pub message: String,
}

/// Kinds of problems with the input.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ProblemKind {
    /// Nothing in it.
    Empty,
    /// No text.
    Binary,
    /// Text in an encoding that could not be told.
    Encoding,
    /// The file does not follow its language's syntax everywhere: what could be read was read.
    Syntax,
    /// Neither SQL nor a migration: left out.
    Ignored,
    /// A part of a file that does not run on PostgreSQL: left out.
    OtherDatabase,
    /// Two files say they are the same migration.
    Duplicate,
    /// An up without a down.
    NoDown,
    /// A down without an up.
    NoUp,
    /// A number is missing in the sequence.
    Gap,
}

/// Finds out which tool wrote the files and which migrations they hold. Files that an `earlier` project has at the same
/// place, word for word, are not looked at again.
pub fn detect(files: &[SourceFile], earlier: Option<&Project>) -> Project {
    let mut files = files.to_vec();
    files.sort_by(|a, b| a.path.cmp(&b.path));
    let roles = roles(&files, earlier);
    let mut problems = Vec::new();
    let headers = headers(&files, &roles, earlier);
    let scripts = alembic_scripts(&files, &roles, &headers, &mut problems);
    let damaged = |script: &Migration| {
        let path = files
            .get(script.file.0 as usize)
            .map(|file| file.path.as_ref());
        problems
            .iter()
            .any(|problem| problem.kind == ProblemKind::Syntax && path == Some(&problem.file))
    };
    let company = Company::of(&files, &roles);
    let has_sql = files
        .iter()
        .zip(&roles)
        .any(|(file, role)| convention_of(file, role, company).is_some());
    // A Python file that cannot be read whole says too little to put the SQL beside it aside.
    let convention = if scripts.is_empty() || has_sql && scripts.iter().all(damaged) {
        vote(&files, &roles, company)
    } else {
        Convention::Alembic
    };
    let migrations = if convention == Convention::Alembic {
        scripts
    } else {
        let parts = parts(&files, &roles, convention);
        let (drafts, found) = conventions::drafts(convention, &parts, &files);
        problems.extend(found);
        let path = |id: FileId| {
            files
                .get(id.0 as usize)
                .map(|file| file.path.to_string())
                .unwrap_or_default()
        };
        let (migrations, found) = draft::in_order(drafts, &path);
        problems.extend(found);
        migrations
    };
    problems.extend(empty_files(&files, &migrations));
    problems.extend(left_out(&files, &roles, convention, &migrations));
    problems.sort_by(|one, other| {
        (&one.file, one.span, one.kind).cmp(&(&other.file, other.span, other.kind))
    });
    Project {
        convention,
        transaction: transaction(convention, &files),
        files,
        migrations,
        problems,
        headers,
        roles,
    }
}

/// What each file is.
fn roles(files: &[SourceFile], earlier: Option<&Project>) -> Vec<Role> {
    let known = |at: usize, file: &SourceFile| {
        let earlier = earlier.filter(|earlier| earlier.files.get(at) == Some(file))?;
        earlier.roles.get(at).cloned()
    };
    let files = files.iter().enumerate();
    files
        .map(|(at, file)| known(at, file).unwrap_or_else(|| role(&file.path, &file.text)))
        .collect()
}

/// The header of each Python file.
fn headers(
    files: &[SourceFile],
    roles: &[Role],
    earlier: Option<&Project>,
) -> Vec<Option<Arc<HeaderReading>>> {
    let known = |at: usize, file: &SourceFile| {
        let earlier = earlier.filter(|earlier| earlier.files.get(at) == Some(file))?;
        earlier.headers.get(at)?.clone()
    };
    let read = |(at, (file, role)): (usize, (&SourceFile, &Role))| {
        (*role == Role::Python).then(|| {
            known(at, file)
                .unwrap_or_else(|| Arc::new(alembic::read_header(file, FileId(at as u32))))
        })
    };
    files.iter().zip(roles).enumerate().map(read).collect()
}

/// The SQL in the stretch of a half ([`Half::Sql`](crate::migration::Half::Sql)), as long as the stretch, so that places
/// in it stay: Liquibase's rollbacks are uncommented, its other ends of statements are semicolons, and what belongs to the
/// other half is blanked.
pub fn sql_text(stretch: &str) -> Cow<'_, str> {
    let rewritten = liquibase::rollback_text(stretch)
        .or_else(|| liquibase::changeset_text(stretch))
        .or_else(|| markers::only_first_side(stretch));
    rewritten.map_or(Cow::Borrowed(stretch), Cow::Owned)
}

/// What decides whether the stretch of a half runs at all, where Retort cannot know: Liquibase's preconditions.
pub fn condition(stretch: &str) -> Option<String> {
    liquibase::condition(stretch)
}

fn file_ids() -> impl Iterator<Item = FileId> {
    (0..).map(FileId)
}

/// Files of migrations that hold nothing.
fn empty_files(files: &[SourceFile], migrations: &[Migration]) -> Vec<InputProblem> {
    let used: BTreeSet<FileId> = migrations.iter().flat_map(Migration::files).collect();
    let files = used.iter().filter_map(|id| files.get(id.0 as usize));
    let empty = files.filter(|file| file.text.trim().is_empty());
    let problem = |file: &SourceFile| InputProblem {
        file: file.path.to_string(),
        span: Span::default(),
        kind: ProblemKind::Empty,
        message: "This file is empty: it does nothing. If that is meant, say so in a comment."
            .to_owned(),
    };
    empty.map(problem).collect()
}

/// The revisions among the Python files.
fn alembic_scripts(
    files: &[SourceFile],
    roles: &[Role],
    headers: &[Option<Arc<HeaderReading>>],
    problems: &mut Vec<InputProblem>,
) -> Vec<Migration> {
    let mut scripts = Vec::new();
    for header in headers.iter().flatten() {
        problems.extend_from_slice(&header.problems);
        scripts.extend(header.migration.clone());
    }
    if scripts.is_empty() {
        // Beside whole migrations, a file without a revision is something else.
        let python = files.iter().zip(roles).zip(file_ids());
        let python = python.filter(|((_, role), _)| **role == Role::Python);
        scripts.extend(python.filter_map(|((file, _), id)| alembic::read_excerpt(file, id)));
    }
    scripts
}

/// The convention that most files follow; the first in the order of [`Convention`] where two are even.
fn vote(files: &[SourceFile], roles: &[Role], company: Company) -> Convention {
    let mut votes: BTreeMap<Convention, usize> = BTreeMap::new();
    for (file, role) in files.iter().zip(roles) {
        if let Some(convention) = convention_of(file, role, company) {
            *votes.entry(convention).or_default() += 1;
        }
    }
    // A dump beside migrations is their result, and loose files beside them are something else.
    let history = |convention: &Convention| {
        !matches!(convention, Convention::SchemaDump | Convention::SingleSql)
    };
    if votes.keys().any(history) {
        votes.retain(|convention, _| history(convention));
    }
    let most = votes.values().max().copied().unwrap_or_default();
    let winner = votes.into_iter().find(|(_, count)| *count == most);
    winner.map_or(Convention::SingleSql, |(convention, _)| convention)
}

/// What the files as a whole say of each of them.
#[derive(Clone, Copy)]
struct Company {
    /// Whether some are named as only Ory's pop names them.
    popx: bool,
    /// Whether Atlas has summed them up.
    atlas: bool,
}

impl Company {
    fn of(files: &[SourceFile], roles: &[Role]) -> Self {
        Self {
            popx: roles.contains(&Role::Of(Convention::Popx)),
            atlas: files.iter().any(|file| file.path.ends_with("atlas.sum")),
        }
    }
}

/// The convention that a file follows, judged among the others.
fn convention_of(file: &SourceFile, role: &Role, company: Company) -> Option<Convention> {
    match role {
        Role::Of(convention) => Some(*convention),
        Role::Pair if company.popx => Some(Convention::Popx),
        Role::Pair => Some(if has_time_stamp(&file.path) {
            Convention::Sqlx
        } else {
            Convention::GolangMigrate
        }),
        Role::Numbered if company.atlas => Some(Convention::Atlas),
        Role::Numbered => Some(Convention::Sqlx),
        Role::Sql => Some(Convention::SingleSql),
        Role::Python | Role::Settings | Role::Ignored(_) => None,
    }
}

/// Whether the version is a date with its time, as sqlx writes it.
fn has_time_stamp(path: &str) -> bool {
    versioned(FileName::of(path).stem).is_some_and(|version| version.version.len() == 14)
}

/// The files of a convention.
fn parts<'f>(
    files: &'f [SourceFile],
    roles: &[Role],
    convention: Convention,
) -> Vec<(FileId, &'f SourceFile)> {
    let company = Company::of(files, roles);
    let takes_part = |((file, role), _): &((&SourceFile, &Role), FileId)| {
        let own = convention_of(file, role, company) == Some(convention);
        // sqlx and golang-migrate name their files alike.
        let alike = **role == Role::Pair
            && matches!(convention, Convention::GolangMigrate | Convention::Sqlx);
        own || alike
    };
    files
        .iter()
        .zip(roles)
        .zip(file_ids())
        .filter(takes_part)
        .map(|((file, _), id)| (id, file))
        .collect()
}

/// The files that no migration came from, with the reason.
fn left_out(
    files: &[SourceFile],
    roles: &[Role],
    convention: Convention,
    migrations: &[Migration],
) -> Vec<InputProblem> {
    let used: BTreeSet<FileId> = migrations.iter().flat_map(Migration::files).collect();
    let folders: BTreeSet<&str> = used
        .iter()
        .filter_map(|id| files.get(id.0 as usize))
        .map(|file| FileName::of(&file.path).folder)
        .collect();
    let reason = |role: &Role, path: &str| match role {
        Role::Settings => None,
        Role::Ignored(reason) => Some((*reason).to_owned()),
        Role::Python if path.ends_with("env.py") => {
            Some("it sets Alembic up and holds no migration".to_owned())
        }
        // A module of the application: read where a migration imports it.
        Role::Python
            if convention == Convention::Alembic
                && !folders.contains(FileName::of(path).folder) =>
        {
            None
        }
        Role::Python => Some("it has no revision, so it is no Alembic migration".to_owned()),
        Role::Of(Convention::SchemaDump) => Some(
            "a dump of the schema beside the migrations; to start from it, give it as the baseline"
                .to_owned(),
        ),
        Role::Pair if convention == Convention::Popx => {
            Some("it is for another database".to_owned())
        }
        Role::Of(Convention::Popx) => Some("it is for another database".to_owned()),
        _ => Some(format!(
            "it is not named like the other files, which follow {convention}"
        )),
    };
    let unused = files
        .iter()
        .zip(roles)
        .zip(file_ids())
        .filter(|(_, id)| !used.contains(id));
    let problem = |((file, role), _): ((&SourceFile, &Role), FileId)| {
        let reason = reason(role, &file.path)?;
        Some(InputProblem {
            file: file.path.to_string(),
            span: Span::default(),
            kind: ProblemKind::Ignored,
            message: format!("Left out: {reason}."),
        })
    };
    unused.filter_map(problem).collect()
}

/// How migrations are wrapped in transactions: what the tool does, or what its settings say.
fn transaction(convention: Convention, files: &[SourceFile]) -> TransactionMode {
    let per_migration = |file: &SourceFile| {
        let says_so = |line: &str| {
            line.replace(' ', "")
                .starts_with("transaction_per_migration=True")
        };
        file.path.ends_with("env.py") && file.text.split(['\r', '\n', '(', ',']).any(says_so)
    };
    if convention == Convention::Alembic && files.iter().any(per_migration) {
        return TransactionMode::PerMigration;
    }
    conventions::transaction(convention)
}
