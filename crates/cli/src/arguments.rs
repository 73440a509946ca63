use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

/// Reviews database migrations: Alembic scripts and SQL files for PostgreSQL.
#[derive(Debug, Parser)]
#[command(
    version,
    about,
    propagate_version = true,
    arg_required_else_help = true
)]
#[command(
    after_help = "Exit status: 0 nothing at or above the failing level, 1 findings, 2 unusable input or usage."
)]
pub struct Arguments {
    #[command(subcommand)]
    pub command: Command,
}

/// Where the migrations are.
#[derive(Debug, Args)]
pub struct Source {
    /// Files or folders; folders are read with all their subfolders. `-` reads one file from standard input.
    #[arg(required = true, value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// Settings [default: the nearest retort.toml, from the first path upwards]
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// SQL that makes what exists before the first revision
    #[arg(long, value_name = "BASE.sql")]
    pub base: Option<PathBuf>,
    /// PostgreSQL's major version
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(12..=18))]
    pub postgres: Option<u16>,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Findings and checklist
    Check(Check),
    /// The catalog as it would be after the migrations
    Schema(Schema),
    /// The SQL that would run
    Sql(Sql),
    /// Locks, rewrites, scans and index builds of every statement
    Effects(Effects),
    /// The effects of one statement on a given state
    LocksOf(LocksOf),
    /// What differs between two revisions
    Diff(Diff),
    /// The downgrade that undoes a revision
    Reverse(Reverse),
    /// Writes the reviewed migrations for other tools, the repairs, the review and a runbook
    Export(Export),
    /// What a proof on a real PostgreSQL runs, as JSON: see `cargo xtask prove`
    #[command(hide = true)]
    Plan(Plan),
    /// Repairs what can be repaired
    Fix(Fix),
    /// Changes that keep others waiting, as several migrations with deploys between them
    Stages(Stages),
    /// Every revision in upgrade order
    History(History),
    /// The revisions that nothing descends from
    Heads(Heads),
    /// The rules, or the page of one
    Rules(Rules),
    /// A query for the sizes of tables, whose answer goes into retort.toml
    Sizes,
}

#[derive(Debug, Args)]
pub struct Check {
    #[command(flatten)]
    pub source: Source,
    /// How to print
    #[arg(long, value_enum, default_value_t = CheckFormat::Text)]
    pub format: CheckFormat,
    /// Review these files only; the others serve as their history
    #[arg(long, value_name = "FILE", num_args = 1..)]
    pub only: Vec<PathBuf>,
    /// The level from which findings fail the check
    #[arg(long, value_enum, default_value_t = FailOn::Error)]
    pub fail_on: FailOn,
    /// Leave out the findings that this file knows
    #[arg(long, value_name = "FILE")]
    pub baseline: Option<PathBuf>,
    /// Write all findings into this file, to be left out from now on
    #[arg(long, value_name = "FILE", conflicts_with = "baseline")]
    pub write_baseline: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum CheckFormat {
    /// For people in a terminal
    Text,
    /// Everything, as data
    Json,
    /// A review to paste into a pull request
    Markdown,
    /// SARIF 2.1.0, for code scanning
    Sarif,
    /// Annotations of GitHub Actions
    Github,
    /// GitLab's code quality report
    Gitlab,
    /// JUnit XML
    Junit,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum FailOn {
    Info,
    Warning,
    Error,
}

#[derive(Debug, Args)]
pub struct Schema {
    #[command(flatten)]
    pub source: Source,
    /// After this revision [default: after the last]
    #[arg(long, value_name = "REVISION", conflicts_with = "each")]
    pub at: Option<String>,
    /// How to print
    #[arg(long, value_enum, default_value_t = SchemaFormat::Json, conflicts_with = "each")]
    pub format: SchemaFormat,
    /// Write NNNN.json for every revision into this folder
    #[arg(long, value_name = "DIR")]
    pub each: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum SchemaFormat {
    Json,
    Sql,
    Dbml,
    Mermaid,
    Svg,
}

#[derive(Debug, Args)]
pub struct Sql {
    #[command(flatten)]
    pub source: Source,
    /// After this revision [default: from the beginning]
    #[arg(long, value_name = "REVISION")]
    pub from: Option<String>,
    /// Up to and with this revision [default: the last]
    #[arg(long, value_name = "REVISION")]
    pub to: Option<String>,
    /// The downgrades, from the latest to the earliest
    #[arg(long)]
    pub down: bool,
}

#[derive(Debug, Args)]
pub struct Effects {
    #[command(flatten)]
    pub source: Source,
    /// How to print
    #[arg(long, value_enum, default_value_t = DataFormat::Text)]
    pub format: DataFormat,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum DataFormat {
    Text,
    Json,
}

#[derive(Debug, Args)]
pub struct LocksOf {
    /// SQL that makes the state the statement runs on
    #[arg(long, value_name = "SETUP.sql")]
    pub setup: PathBuf,
    /// The statement
    #[arg(long, value_name = "DDL.sql")]
    pub ddl: PathBuf,
    /// PostgreSQL's major version
    #[arg(long, value_name = "N", default_value_t = 15, value_parser = clap::value_parser!(u16).range(12..=18))]
    pub postgres: u16,
    /// How to print
    #[arg(long, value_enum, default_value_t = DataFormat::Text)]
    pub format: DataFormat,
}

#[derive(Debug, Args)]
pub struct Diff {
    #[command(flatten)]
    pub source: Source,
    /// After this revision [default: before the first]
    #[arg(long, value_name = "REVISION")]
    pub from: Option<String>,
    /// After this revision [default: the last]
    #[arg(long, value_name = "REVISION")]
    pub to: Option<String>,
    /// How to print
    #[arg(long, value_enum, default_value_t = DiffFormat::Text)]
    pub format: DiffFormat,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum DiffFormat {
    /// One line for each change
    Text,
    Json,
    /// A diff of the two schemas' SQL
    Sql,
    Svg,
    Mermaid,
}

#[derive(Debug, Args)]
pub struct Reverse {
    #[command(flatten)]
    pub source: Source,
    /// The revision to undo [default: the last]
    #[arg(long, value_name = "REVISION", conflicts_with = "each")]
    pub at: Option<String>,
    /// How to write it [default: as the file itself is written]
    #[arg(long = "as", value_enum, value_name = "LANGUAGE")]
    pub language: Option<Language>,
    /// Write NNNN.json for every revision into this folder: grade, reasons, statements and text
    #[arg(long, value_name = "DIR", conflicts_with = "language")]
    pub each: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Language {
    Alembic,
    Sql,
}

#[derive(Debug, Args)]
pub struct Export {
    #[command(flatten)]
    pub source: Source,
    /// A folder, or an archive that ends in .zip
    #[arg(long, value_name = "PLACE")]
    pub to: PathBuf,
    /// Export these files only; the others serve as their history
    #[arg(long, value_name = "FILE", num_args = 1..)]
    pub only: Vec<PathBuf>,
    /// The review's name
    #[arg(long, default_value = "Review")]
    pub name: String,
    /// First line of every migration: who reviewed it and when
    #[arg(long, value_name = "WORDS")]
    pub signature: Option<String>,
}

#[derive(Debug, Args)]
pub struct Plan {
    #[command(flatten)]
    pub source: Source,
    /// The revision to prove [default: the last]
    #[arg(long, value_name = "REVISION", conflicts_with = "all")]
    pub at: Option<String>,
    /// Every revision
    #[arg(long)]
    pub all: bool,
    /// So many rows made up for each table
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub rows: u32,
}

#[derive(Debug, Args)]
pub struct Fix {
    #[command(flatten)]
    pub source: Source,
    /// Print what would change, and change nothing
    #[arg(long)]
    pub diff: bool,
}

#[derive(Debug, Args)]
pub struct Stages {
    #[command(flatten)]
    pub source: Source,
    /// Plan for these files only; the others serve as their history
    #[arg(long, value_name = "FILE", num_args = 1..)]
    pub only: Vec<PathBuf>,
    /// Write the files of the plans into this folder
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub struct Heads {
    #[command(flatten)]
    pub source: Source,
    /// Print an Alembic revision that merges them
    #[arg(long)]
    pub merge: bool,
}

#[derive(Debug, Args)]
pub struct History {
    #[command(flatten)]
    pub source: Source,
}

#[derive(Debug, Args)]
pub struct Rules {
    /// The rule whose page is shown
    pub id: Option<String>,
}
