//! A migration: what belongs together, its up and its down.

use std::sync::Arc;

use crate::operation::{Certainty, Operation};
use crate::text::Span;

/// A file a person gave. Text, already decoded; the path uses `/`. A copy shares both.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceFile {
    /// Its path as given.
    pub path: Arc<str>,
    /// Its text.
    pub text: Arc<str>,
}

/// A file by its place in the project's sorted list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(pub u32);

/// A place in a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// The file.
    pub file: FileId,
    /// Where in it.
    pub span: Span,
}

/// Up or down.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Direction {
    /// Upgrade.
    Up,
    /// Downgrade.
    Down,
}

impl From<retort_report::Direction> for Direction {
    fn from(direction: retort_report::Direction) -> Self {
        match direction {
            retort_report::Direction::Up => Self::Up,
            retort_report::Direction::Down => Self::Down,
        }
    }
}

impl From<Direction> for retort_report::Direction {
    fn from(direction: Direction) -> Self {
        match direction {
            Direction::Up => Self::Up,
            Direction::Down => Self::Down,
        }
    }
}

/// How a tool wraps migrations in transactions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TransactionMode {
    /// One for all revisions of a run: Alembic's default.
    PerRun,
    /// One for each migration.
    #[default]
    PerMigration,
    /// None: each statement commits by itself.
    None,
}

/// What identifies a migration and ties it to others.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Header {
    /// The revision id; for numbered files the number or the whole stem.
    pub revision: String,
    /// `down_revision`: none for a base, several for a merge.
    pub parents: Vec<String>,
    /// `branch_labels`.
    pub branch_labels: Vec<String>,
    /// `depends_on`.
    pub depends_on: Vec<String>,
    /// `replaces`.
    pub replaces: Vec<String>,
    /// First line of the docstring, or the words of the file name.
    pub title: String,
    /// `Create Date:` of the docstring, as written.
    pub created: Option<String>,
}

/// One migration, its steps not yet worked out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Migration {
    /// Identity and parents.
    pub header: Header,
    /// The file that holds the header (the up file of an SQL pair).
    pub file: FileId,
    /// Where the revision id is written; empty where it is the file's name.
    pub revision_span: Span,
    /// Where the parents are written.
    pub parents_span: Span,
    /// Where the up half is.
    pub up: Half,
    /// Where the down half is.
    pub down: Half,
    /// The transaction mode of the up half, where it asks for another than the project's.
    pub transaction: Option<TransactionMode>,
    /// The same for the down half.
    pub down_transaction: Option<TransactionMode>,
}

impl Migration {
    /// The files it is written in; one may come more than once.
    pub fn files(&self) -> impl Iterator<Item = FileId> + use<> {
        let halves = [self.up.place(), self.down.place()];
        let of_halves = halves.into_iter().flatten().map(|place| place.file);
        std::iter::once(self.file).chain(of_halves)
    }

    /// One half.
    pub fn half(&self, direction: Direction) -> &Half {
        match direction {
            Direction::Up => &self.up,
            Direction::Down => &self.down,
        }
    }

    /// The transaction mode that one half asks for, if it asks for another than the project's.
    pub fn transaction(&self, direction: Direction) -> Option<TransactionMode> {
        match direction {
            Direction::Up => self.transaction,
            Direction::Down => self.down_transaction,
        }
    }
}

/// Where one half of a migration is written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Half {
    /// There is none: no function of that name, no file.
    #[default]
    Missing,
    /// A function of an Alembic file: the span of the whole definition.
    Function(Place),
    /// A stretch of SQL.
    Sql(Place),
}

impl Half {
    /// Where it is, if it is anywhere.
    pub fn place(&self) -> Option<Place> {
        match self {
            Self::Missing => None,
            Self::Function(place) | Self::Sql(place) => Some(*place),
        }
    }
}

/// What one half does.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Script {
    /// The steps in order.
    pub steps: Vec<Step>,
    /// How the half ends.
    pub ending: Ending,
}

/// How a half ends.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Ending {
    /// It runs to its end.
    #[default]
    Normal,
    /// It does nothing at all: `pass`, an empty file, comments only.
    Empty,
    /// It raises an error on purpose, with this message: it cannot be run.
    Raises(String),
}

/// One statement that runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// The call or statement in the source.
    pub place: Place,
    /// The SQL that runs, as Alembic or the file has it, without a final semicolon.
    pub sql: String,
    /// Which part of `sql` comes from which part of the source; ordered by `sql.start`, nested parts after what holds them.
    pub origins: Vec<(Span, Span)>,
    /// What it does.
    pub operation: Operation,
    /// Whether it runs inside the transaction.
    pub isolation: Isolation,
    /// Whether it surely runs, once.
    pub certainty: Certainty,
    /// The condition it stands under, where that is not known: the source text of the test.
    pub condition: Option<String>,
    /// What Alembic sent on its own behalf, such as `CREATE TYPE` for an enum column: no line of its own.
    pub implicit: bool,
}

impl Step {
    /// The source of a part of the step's SQL: the smallest known part that holds it, else the whole call.
    pub fn place_of(&self, in_sql: Span) -> Place {
        let holding = self.origins.iter().filter(|(sql, _)| sql.contains(in_sql));
        let smallest = holding.min_by_key(|(sql, _)| sql.end - sql.start);
        let span = match smallest {
            // A verbatim copy (same length) keeps exact places inside it.
            Some((sql, source))
                if sql.end - sql.start == source.end - source.start && !in_sql.is_empty() =>
            {
                Span {
                    start: source.start + (in_sql.start - sql.start),
                    end: source.start + (in_sql.end - sql.start),
                }
            }
            Some((_, source)) => *source,
            None => self.place.span,
        };
        Place {
            file: self.place.file,
            span,
        }
    }
}

/// Where a step stands with regard to the transaction of its migration.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Isolation {
    /// In the transaction that the tool opens, if it opens one.
    #[default]
    Ordinary,
    /// In an `autocommit_block()`: the transaction before it is committed, the statement commits by itself.
    Autocommit,
}
