//! What a file is in its project, by its name and its markers.

use super::Convention;
use super::markers::{Side, Style, lines, sections};
use super::name::{FileName, flyway, versioned};

/// What a file is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// A file of this convention.
    Of(Convention),
    /// A Python file, which only its content tells about.
    Python,
    /// SQL with a number in front, as several tools write it.
    Numbered,
    /// `NAME.up.sql` or `NAME.down.sql`, as several tools write it.
    Pair,
    /// SQL that follows no convention.
    Sql,
    /// Settings that the tool reads.
    Settings,
    /// No migration, with the reason.
    Ignored(&'static str),
}

/// Judges a file by itself.
pub(super) fn role(path: &str, text: &str) -> Role {
    let name = FileName::of(path);
    if name.extension.eq_ignore_ascii_case("py")
        || (name.extension.is_empty() && looks_like_python(text))
    {
        return Role::Python;
    }
    if let Some(role) = role_of_other(&name) {
        return role;
    }
    if is_dump(text) {
        return Role::Of(Convention::SchemaDump);
    }
    if let Some(convention) = marked(text) {
        return Role::Of(convention);
    }
    named(&name)
}

/// Files that are neither SQL nor Python.
fn role_of_other(name: &FileName<'_>) -> Option<Role> {
    let file = (name.stem, name.extension);
    Some(match file {
        _ if name.stem.starts_with('.') => Role::Ignored("a hidden file"),
        _ if name.is_sql() || name.extension.is_empty() => return None,
        ("metadata", "toml") | ("atlas", "sum" | "hcl") | ("alembic", "ini") => Role::Settings,
        (_, "conf") => Role::Settings,
        (_, "go") => Role::Ignored("a migration written in Go: what it does is not known here"),
        (_, "md" | "txt" | "rst") => Role::Ignored("a text for people, no migration"),
        (_, "mako") => Role::Ignored("a template for new migrations"),
        _ if versioned(name.stem).is_some()
            || name.extension.chars().any(|c| !c.is_ascii_alphanumeric()) =>
        {
            // `0001_add.mysql`, or a pasted name with a dot in it: judged by its text.
            return None;
        }
        _ => Role::Ignored("neither SQL nor an Alembic migration"),
    })
}

/// A file without an extension: a paste.
fn looks_like_python(text: &str) -> bool {
    let starts = [
        "def upgrade",
        "def downgrade",
        "from alembic",
        "import sqlalchemy",
        "revision =",
        "revision:",
    ];
    lines(text).any(|(_, line)| starts.iter().any(|start| line.starts_with(start)))
}

/// `pg_dump`'s first comment.
fn is_dump(text: &str) -> bool {
    let mut head = lines(text).take(20);
    head.any(|(_, line)| {
        let comment = line.trim_start_matches(['-', ' ']);
        comment.starts_with("PostgreSQL database dump")
            || comment.starts_with("PostgreSQL database cluster dump")
    })
}

/// The tool whose markers a file carries.
fn marked(text: &str) -> Option<Convention> {
    let styles = [
        (Style::Goose, Convention::Goose),
        (Style::SqlMigrate, Convention::SqlMigrate),
        (Style::Dbmate, Convention::Dbmate),
    ];
    let found = styles
        .into_iter()
        .find(|(style, _)| !sections(text, *style).is_empty());
    if let Some((_, convention)) = found {
        return Some(convention);
    }
    let is_liquibase = lines(text).any(|(_, line)| {
        let line = line.trim_start().to_ascii_lowercase();
        line.starts_with("--liquibase formatted sql")
            || line.starts_with("-- liquibase formatted sql")
            || line.starts_with("--changeset ")
    });
    is_liquibase.then_some(Convention::Liquibase)
}

/// Judges by the name alone.
fn named(name: &FileName<'_>) -> Role {
    if matches!(name.stem, "up" | "down") && !name.folder.is_empty() {
        return Role::Of(Convention::Diesel);
    }
    if name.stem == "migration" && !name.folder.is_empty() {
        return Role::Of(Convention::Prisma);
    }
    if flyway(name.stem).is_some() {
        return Role::Of(Convention::Flyway);
    }
    if let Some(pair) = pair(name.stem) {
        return if pair.is_popx() {
            Role::Of(Convention::Popx)
        } else {
            Role::Pair
        };
    }
    if versioned(name.stem).is_none() {
        return Role::Sql;
    }
    if name.folder.ends_with("supabase/migrations") {
        return Role::Of(Convention::Supabase);
    }
    Role::Numbered
}

/// `0007_add_shelf.postgres.autocommit.up`: the stem of one file of a pair.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Pair<'n> {
    /// `0007_add_shelf`.
    pub name: &'n str,
    pub side: Side,
    /// `postgres`, `cockroach`, `mysql`, `sqlite3`.
    pub dialect: Option<&'n str>,
    /// Whether it runs without a transaction.
    pub autocommit: bool,
}

const DIALECTS: &[&str] = &["postgres", "cockroach", "mysql", "sqlite3", "sqlite"];

impl Pair<'_> {
    fn is_popx(&self) -> bool {
        self.dialect.is_some() || self.autocommit
    }

    /// Whether PostgreSQL runs it.
    pub fn is_for_postgres(&self) -> bool {
        self.dialect.is_none_or(|dialect| dialect == "postgres")
    }
}

/// Takes the stem of a pair's file apart.
pub(super) fn pair(stem: &str) -> Option<Pair<'_>> {
    let (rest, side) = stem.rsplit_once('.')?;
    let side = match side {
        "up" => Side::Up,
        "down" => Side::Down,
        _ => return None,
    };
    let mut pair = Pair {
        name: rest,
        side,
        dialect: None,
        autocommit: false,
    };
    while let Some((name, part)) = pair.name.rsplit_once('.') {
        match part {
            "autocommit" => pair.autocommit = true,
            dialect if DIALECTS.contains(&dialect) => pair.dialect = Some(dialect),
            _ => break,
        }
        pair.name = name;
    }
    Some(pair)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_judged_by_name_and_content() {
        let cases = [
            ("m/0001_a.up.sql", "", Role::Pair),
            ("m/0001_a.postgres.up.sql", "", Role::Of(Convention::Popx)),
            ("m/0001_a.sql", "SELECT 1", Role::Numbered),
            (
                "m/0001_a.sql",
                "-- +goose Up\n",
                Role::Of(Convention::Goose),
            ),
            (
                "m/1.sql",
                "-- +migrate Up\n",
                Role::Of(Convention::SqlMigrate),
            ),
            ("m/1.sql", "-- migrate:up\n", Role::Of(Convention::Dbmate)),
            (
                "m/a.sql",
                "--liquibase formatted sql\n",
                Role::Of(Convention::Liquibase),
            ),
            ("m/2024_a/up.sql", "", Role::Of(Convention::Diesel)),
            ("m/2024_a/migration.sql", "", Role::Of(Convention::Prisma)),
            ("m/V1__a.sql", "", Role::Of(Convention::Flyway)),
            (
                "supabase/migrations/20240101000000_a.sql",
                "",
                Role::Of(Convention::Supabase),
            ),
            (
                "schema.sql",
                "--\n-- PostgreSQL database dump\n--\n",
                Role::Of(Convention::SchemaDump),
            ),
            ("env.py", "", Role::Python),
            ("paste", "def upgrade():\n    pass", Role::Python),
            ("paste", "SELECT 1", Role::Sql),
            ("m/2024_a/metadata.toml", "", Role::Settings),
            (
                "README.md",
                "",
                Role::Ignored("a text for people, no migration"),
            ),
        ];
        for (path, text, expected) in cases {
            assert_eq!(role(path, text), expected, "{path}");
        }
    }
}
