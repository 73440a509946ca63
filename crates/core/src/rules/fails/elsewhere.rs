//! What a project's migrations use and never make: what is made elsewhere is not refused.

use std::collections::{BTreeMap, BTreeSet};

use super::failure::{Refusal, refusal};
use crate::migration::Direction;
use crate::operation::{Operation, QualifiedName, TableAction};
use crate::project::Convention;
use crate::review::Review;
use crate::rules::statement::statements;
use crate::rules::{Context, Statement};
use crate::schema::{WillFail, extension_of, is_bookkeeping};

/// Why something that is missing may be there all the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Elsewhere {
    /// The tool that runs the migrations keeps the table.
    Tool,
    /// An extension brings it that is made by hand: that takes a superuser.
    Extension(&'static str),
    /// The project's migrations start from tables that something else makes, as `metadata.create_all()` does: these.
    Base(Vec<String>),
    /// The same, told at another migration.
    ToldBase,
    /// A naming convention gives the constraint this name.
    Convention,
}

impl Elsewhere {
    /// Where an object may come from that a statement does not find.
    pub fn of(cx: &Context<'_>, statement: &Statement<'_>, error: &WillFail) -> Option<Self> {
        let missing = Missing::of(error)?;
        if is_bookkeeping(missing.name) {
            return Some(Self::Tool);
        }
        let kind = missing.kind;
        let extension = extension_of(missing.name)
            .filter(|name| matches!(kind, "type" | "function") && !has_extension(statement, name));
        if let Some(extension) = extension {
            return Some(Self::Extension(extension));
        }
        let never_made = cx.never_made();
        let is_of_base = |name: &str| never_made.has(name, cx.position());
        let base = match (kind, missing.owner) {
            ("relation" | "table" | "type", None) => is_of_base(missing.name),
            ("index" | "sequence" | "schema", None) => !never_made.names.is_empty(),
            (_, Some(owner)) => is_of_base(owner),
            _ => false,
        };
        if base {
            let first = never_made.first.as_ref();
            let here = statement.direction == Direction::Up
                && first.is_some_and(|(position, name)| {
                    *position == cx.position() && name == missing.name
                });
            return Some(match here {
                true => Self::Base(never_made.names.iter().cloned().collect()),
                false => Self::ToldBase,
            });
        }
        let named_by_default = || {
            let name = QualifiedName::bare(missing.owner?);
            let table = statement.table(&name)?;
            let keys = table.unique_constraints.iter().map(|key| &key.name);
            let names = keys
                .chain(table.foreign_keys.iter().map(|key| &key.name))
                .chain(table.check_constraints.iter().map(|check| &check.name));
            let prefix = format!("{}_", table.name);
            let mut names = names.filter(|name| name.starts_with(&prefix));
            names.next()
        };
        let conventional = kind == "constraint"
            && cx.convention() == Convention::Alembic
            && cx.config().alembic.naming_convention.is_empty()
            && named_by_default().is_some();
        conventional.then_some(Self::Convention)
    }
}

/// What an error of PostgreSQL says is missing: `constraint "a" of relation "b" does not exist`.
struct Missing<'a> {
    kind: &'a str,
    name: &'a str,
    owner: Option<&'a str>,
}

impl<'a> Missing<'a> {
    fn of(error: &'a WillFail) -> Option<Self> {
        let message = error.message.strip_suffix(" does not exist")?;
        let (kind, rest) = message.split_once(' ')?;
        if kind == "function" {
            let (name, _) = rest.split_once('(')?;
            return Some(Self {
                kind,
                name: bare(name),
                owner: None,
            });
        }
        let mut quoted = rest.split('"').skip(1).step_by(2);
        Some(Self {
            kind,
            name: bare(quoted.next()?),
            owner: quoted.next().map(bare),
        })
    }
}

/// A name without its schema.
fn bare(name: &str) -> &str {
    name.rsplit('.').next().unwrap_or(name)
}

fn has_extension(statement: &Statement<'_>, name: &str) -> bool {
    let mut extensions = statement.before().extensions.values();
    extensions.any(|extension| extension.name == name)
}

/// From how many tables and types on a project's migrations start from what something else makes; one or two are slips.
const ENOUGH_TO_JUDGE: usize = 3;

/// Tables and types that migrations use and none makes, where there are so many that something else must.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct NeverMade {
    names: BTreeSet<String>,
    /// The first that is met, with the place of its migration in the timeline.
    first: Option<(usize, String)>,
    /// What migrations do make, with the place of the first that does.
    made: BTreeMap<String, usize>,
}

impl NeverMade {
    /// What a project's migrations never make.
    pub fn of(review: &Review) -> Self {
        let mut made: BTreeMap<String, usize> = BTreeMap::new();
        let mut missing: Vec<(usize, &str)> = Vec::new();
        for (position, state) in review.timeline.iter().enumerate() {
            for statement in statements(state, Direction::Up) {
                let absent = missing_table(&statement).filter(|name| {
                    !made.contains_key(*name)
                        && !is_bookkeeping(name)
                        && extension_of(name).is_none()
                });
                missing.extend(absent.map(|name| (position, name)));
                for name in made_by(statement.operation) {
                    made.entry(name.to_owned()).or_insert(position);
                }
            }
        }
        let names: BTreeSet<String> = missing.iter().map(|(_, name)| (*name).to_owned()).collect();
        if names.len() < ENOUGH_TO_JUDGE {
            return Self::default();
        }
        let first = missing.first();
        Self {
            names,
            first: first.map(|(position, name)| (*position, (*name).to_owned())),
            made,
        }
    }

    /// Whether something else made a table before the migration at this place in the timeline.
    fn has(&self, name: &str, position: usize) -> bool {
        let made = self.made.get(name);
        !self.names.is_empty() && made.is_none_or(|first| *first >= position)
    }
}

/// The table or type that a statement does not find.
fn missing_table<'a>(statement: &Statement<'a>) -> Option<&'a str> {
    let error = statement.outcome.result.as_ref().err()?;
    let kind = refusal(&statement.outcome.step.operation, error);
    let absent = Missing::of(error)?;
    let is_table = matches!(absent.kind, "relation" | "table" | "type") && absent.owner.is_none();
    (is_table && matches!(kind, Refusal::NotFound | Refusal::TypeNotFound)).then_some(absent.name)
}

/// The names of tables, views and types that a statement makes, new ones of old tables among them.
fn made_by(operation: &Operation) -> Vec<&str> {
    match operation {
        Operation::CreateTable(create) => {
            create.name.iter().map(|name| name.name.as_str()).collect()
        }
        Operation::CreateTableAs(create) => vec![create.name.name.as_str()],
        Operation::CreateView(create) => vec![create.name.name.as_str()],
        Operation::CreateType(create) => vec![create.name.name.as_str()],
        Operation::AlterTable(alter) => alter
            .actions
            .iter()
            .filter_map(|action| match action {
                TableAction::RenameTable { to } => Some(to.as_str()),
                _ => None,
            })
            .collect(),
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use crate::config::{Config, RuleLevel};
    use crate::migration::SourceFile;
    use crate::review::{Input, review};

    /// What rules say of names that nothing has, in a line of SQL migrations.
    fn found(steps: &[&str]) -> Vec<(RuleLevel, String)> {
        let inputs = steps.iter().enumerate().map(|(at, text)| Input {
            file: SourceFile {
                path: format!("{:04}_step.up.sql", at + 1).into(),
                text: (*text).into(),
            },
            history: false,
        });
        let review = review(inputs.collect(), None, Config::default());
        let findings = review.findings.iter().filter(|finding| {
            ["object-not-found", "enum-type-not-created"].contains(&finding.rule.id)
        });
        findings
            .map(|finding| (finding.level, finding.message.clone()))
            .collect()
    }

    const FIRST: &str = "CREATE TABLE ferry (id bigint);";

    #[test]
    fn a_name_that_nothing_has_is_a_slip() {
        let found = found(&[FIRST, "ALTER TABLE fery ADD COLUMN berths integer;"]);
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!(found[0].0, RuleLevel::Error);
    }

    #[test]
    fn tables_that_many_migrations_use_and_none_makes_are_told_once() {
        let found = found(&[
            FIRST,
            "ALTER TABLE pier ADD COLUMN berths integer;",
            "ALTER TABLE crew ADD COLUMN rank integer;",
            "ALTER TABLE route ADD COLUMN minutes integer;",
            "DROP INDEX route_minutes;",
        ]);
        let [(level, message)] = found.as_slice() else {
            panic!("{found:?}");
        };
        assert_eq!(*level, RuleLevel::Info);
        assert!(message.contains("crew, pier, route"), "{message}");
    }

    #[test]
    fn what_an_extension_or_the_tool_brings_may_be_there() {
        let found = found(&[
            FIRST,
            "ALTER TABLE ferry ADD COLUMN place geometry;",
            "UPDATE schema_migrations SET dirty = false;",
        ]);
        let [(level, message)] = found.as_slice() else {
            panic!("{found:?}");
        };
        assert_eq!(*level, RuleLevel::Info);
        assert!(message.contains("extension postgis"), "{message}");
    }
}
