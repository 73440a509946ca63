//! A project: which tool wrote the files, and which migrations they hold.

mod words;

use crate::migration::{Migration, SourceFile, TransactionMode};
use crate::text::Span;

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
    /// Two files say they are the same migration.
    Duplicate,
    /// An up without a down.
    NoDown,
    /// A down without an up.
    NoUp,
    /// A number is missing in the sequence.
    Gap,
}

impl SourceFile {
    /// Decodes a file: UTF-8 with or without a byte order mark, or UTF-16 with one.
    ///
    /// # Errors
    /// An [`InputProblem`] if it is empty, binary or no valid text.
    pub fn from_bytes(path: &str, bytes: &[u8]) -> Result<Self, InputProblem> {
        match std::str::from_utf8(bytes) {
            Ok(text) => Ok(Self {
                path: path.to_owned(),
                text: text.to_owned(),
            }),
            Err(error) => Err(InputProblem {
                file: path.to_owned(),
                span: Span::new(error.valid_up_to(), error.valid_up_to() + 1),
                kind: ProblemKind::Encoding,
                message: "This is not valid UTF-8. Save the file as UTF-8.".to_owned(),
            }),
        }
    }
}

/// Finds out which tool wrote the files and which migrations they hold.
pub fn detect(files: &[SourceFile]) -> Project {
    let mut files = files.to_vec();
    files.sort_by(|a, b| a.path.cmp(&b.path));
    Project {
        convention: Convention::SingleSql,
        transaction: TransactionMode::PerMigration,
        files,
        migrations: Vec::new(),
        problems: Vec::new(),
    }
}
