//! `alembic upgrade --sql`: the SQL of revisions, as Alembic prints it without a database.

use std::collections::{BTreeMap, BTreeSet};

use super::evaluate::{self, Mode};
use super::{Catalog, Surroundings};
use crate::config::AlembicSettings;
use crate::migration::{Direction, Ending, FileId, Migration, SourceFile, Step, TransactionMode};
use crate::schema::{Schema, World};

/// What offline mode prints for one half of a revision.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Offline {
    /// Each piece that Alembic prints, with its semicolon.
    pub statements: Vec<String>,
    /// Why Alembic stops there, if it does: most often because the script asks the database.
    pub fails: Option<String>,
}

impl Offline {
    /// The half as a script of its own, in a transaction.
    pub fn sql(&self) -> String {
        let mut script = Script::default();
        script.piece("BEGIN;");
        for piece in self.pieces() {
            script.piece(&piece);
        }
        script.piece("COMMIT;");
        script.0
    }

    /// The pieces, and a remark where Alembic stops.
    pub fn pieces(&self) -> Vec<String> {
        let mut pieces = self.statements.clone();
        if let Some(reason) = &self.fails {
            let reason = reason.split_whitespace().collect::<Vec<_>>().join(" ");
            pieces.push(format!("-- Alembic's offline mode stops here: {reason}"));
        }
        pieces
    }
}

#[derive(Default)]
struct Script(String);

impl Script {
    fn piece(&mut self, text: &str) {
        self.0.push_str(text);
        self.0.push_str("\n\n");
    }
}

/// A database that is never asked.
struct Nowhere(Schema);

impl Catalog for Nowhere {
    fn schema(&self) -> &Schema {
        &self.0
    }

    fn execute(&mut self, _: &Step) {}
}

/// What offline mode prints for one half of a revision, without transaction and bookkeeping.
pub fn offline_sql(
    file: &SourceFile,
    id: FileId,
    direction: Direction,
    project: Surroundings<'_>,
) -> Offline {
    let mut nowhere = Nowhere(Schema::empty(World::Open));
    let evaluation = evaluate::run(file, id, direction, Mode::Offline, project, &mut nowhere);
    Offline {
        statements: evaluation.printed,
        fails: match evaluation.script.ending {
            Ending::Raises(message) => Some(message),
            Ending::Normal | Ending::Empty => None,
        },
    }
}

/// A run over several revisions, in the order in which Alembic takes them.
#[derive(Clone, Copy)]
pub struct Run<'a> {
    /// The revisions, in running order.
    pub migrations: &'a [&'a Migration],
    /// The revisions that were applied before, in the order in which that was done.
    pub applied: &'a [&'a Migration],
    /// What is printed for a revision, with semicolons.
    pub statements: &'a dyn Fn(&Migration) -> Vec<String>,
    /// All revisions of the project: what is an ancestor of what.
    pub history: &'a [Migration],
    /// Up or down.
    pub direction: Direction,
    /// How transactions are opened.
    pub transaction: TransactionMode,
    /// What `env.py` would say.
    pub settings: &'a AlembicSettings,
}

impl Run<'_> {
    /// The whole script, with transactions, `-- Running upgrade …` and the version table.
    pub fn sql(&self) -> String {
        let mut script = Script::default();
        let mut versions = Versions {
            heads: BTreeSet::new(),
            history: self.history,
            table: match &self.settings.version_table_schema {
                Some(schema) => format!("{schema}.alembic_version"),
                None => "alembic_version".to_owned(),
            },
        };
        for migration in self.applied {
            versions.step(migration, Direction::Up);
        }
        let each = self.transaction == TransactionMode::PerMigration;
        let whole = self.transaction == TransactionMode::PerRun;
        let is_first = versions.heads.is_empty() && self.direction == Direction::Up;
        if whole {
            script.piece("BEGIN;");
        }
        for (index, migration) in self.migrations.iter().enumerate() {
            if each {
                script.piece("BEGIN;");
            }
            if index == 0 && is_first {
                script.piece(&versions.create_table());
            }
            script.piece(&self.running(migration));
            for statement in (self.statements)(migration) {
                script.piece(&statement);
            }
            for statement in versions.step(migration, self.direction) {
                script.piece(&statement);
            }
            if each {
                script.piece("COMMIT;");
            }
        }
        if whole {
            script.piece("COMMIT;");
        }
        script.0
    }

    fn running(&self, migration: &Migration) -> String {
        let parents = migration.header.parents.join(", ");
        let own = &migration.header.revision;
        match self.direction {
            Direction::Up => format!("-- Running upgrade {parents} -> {own}"),
            Direction::Down => format!("-- Running downgrade {own} -> {parents}"),
        }
    }
}

/// The rows of `alembic_version` during a run.
struct Versions<'a> {
    heads: BTreeSet<String>,
    history: &'a [Migration],
    table: String,
}

impl Versions<'_> {
    fn create_table(&self) -> String {
        format!(
            "CREATE TABLE {} (\n    version_num VARCHAR(32) NOT NULL, \n    CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)\n);",
            self.table
        )
    }

    fn insert(&mut self, version: &str) -> String {
        self.heads.insert(version.to_owned());
        let table = &self.table;
        format!(
            "INSERT INTO {table} (version_num) VALUES ('{version}') RETURNING {table}.version_num;"
        )
    }

    fn delete(&mut self, version: &str) -> String {
        self.heads.remove(version);
        let (table, version) = (&self.table, quoted(version));
        format!("DELETE FROM {table} WHERE {table}.version_num = '{version}';")
    }

    fn update(&mut self, from: &str, to: &str) -> String {
        self.heads.remove(from);
        self.heads.insert(to.to_owned());
        let (table, from, to) = (&self.table, quoted(from), quoted(to));
        format!("UPDATE {table} SET version_num='{to}' WHERE {table}.version_num = '{from}';")
    }

    /// What Alembic's `HeadMaintainer` does for one revision.
    fn step(&mut self, migration: &Migration, direction: Direction) -> Vec<String> {
        let own = migration.header.revision.clone();
        let mut down: Vec<String> = migration.header.parents.clone();
        down.extend(migration.header.depends_on.iter().cloned());
        match direction {
            Direction::Up => self.step_up(&own, &down),
            Direction::Down => self.step_down(&own, &down),
        }
    }

    fn step_up(&mut self, own: &str, down: &[String]) -> Vec<String> {
        let present: Vec<String> = down
            .iter()
            .filter(|id| self.heads.contains(*id))
            .cloned()
            .collect();
        match present.as_slice() {
            [] => vec![self.insert(own)],
            [only] => vec![self.update(&only.clone(), own)],
            [.., last] => {
                let last = last.clone();
                let mut statements = Vec::new();
                for id in present.iter().filter(|id| **id != last) {
                    statements.push(self.delete(id));
                }
                statements.push(self.update(&last, own));
                statements
            }
        }
    }

    fn step_down(&mut self, own: &str, down: &[String]) -> Vec<String> {
        if !self.heads.contains(own) {
            return Vec::new();
        }
        let others: Vec<String> = self.heads.iter().filter(|id| *id != own).cloned().collect();
        let roots: Vec<String> = if others.is_empty() {
            down.to_vec()
        } else {
            others.clone()
        };
        let mut implied = BTreeSet::new();
        for root in &roots {
            let mut ancestors = self.ancestors(root);
            if others.is_empty() {
                ancestors.remove(root);
            }
            implied.extend(ancestors);
        }
        let to: Vec<String> = down
            .iter()
            .filter(|id| !implied.contains(*id))
            .cloned()
            .collect();
        match to.as_slice() {
            [] => vec![self.delete(own)],
            [only] => vec![self.update(own, &only.clone())],
            [more @ .., last] => {
                let (more, last) = (more.to_vec(), last.clone());
                let mut statements: Vec<String> = more.iter().map(|id| self.insert(id)).collect();
                statements.push(self.update(own, &last));
                statements
            }
        }
    }

    /// A revision and everything before it.
    fn ancestors(&self, of: &str) -> BTreeSet<String> {
        let by_id: BTreeMap<&str, &Migration> = self
            .history
            .iter()
            .map(|migration| (migration.header.revision.as_str(), migration))
            .collect();
        let mut found = BTreeSet::new();
        let mut open = vec![of.to_owned()];
        while let Some(id) = open.pop() {
            if !found.insert(id.clone()) {
                continue;
            }
            if let Some(migration) = by_id.get(id.as_str()) {
                open.extend(migration.header.parents.iter().cloned());
                open.extend(migration.header.depends_on.iter().cloned());
            }
        }
        found
    }
}

fn quoted(version: &str) -> String {
    version.replace('\'', "''")
}
