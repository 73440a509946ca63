//! What conventions and problems are called.

use std::fmt;

use super::{Convention, ProblemKind};

impl fmt::Display for Convention {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Alembic => "Alembic",
            Self::GolangMigrate => "golang-migrate",
            Self::Sqlx => "sqlx",
            Self::Popx => "pop",
            Self::Diesel => "diesel",
            Self::Dbmate => "dbmate",
            Self::Goose => "goose",
            Self::Flyway => "Flyway",
            Self::Prisma => "Prisma",
            Self::SqlMigrate => "sql-migrate",
            Self::Liquibase => "Liquibase",
            Self::Supabase => "Supabase",
            Self::Atlas => "Atlas",
            Self::SchemaDump => "schema dump",
            Self::SingleSql => "SQL",
        })
    }
}

impl ProblemKind {
    /// A stable word for reports: `empty`, `binary`, ….
    pub fn word(self) -> String {
        let value = serde_json::to_value(self).unwrap_or_default();
        value.as_str().unwrap_or_default().to_owned()
    }
}
