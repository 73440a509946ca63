//! What the session and its transaction are when a statement runs.

use std::collections::BTreeSet;

use crate::operation::{
    AlterTable, IndexAction, Operation, SequenceAction, SetParameter, TableAction,
    TransactionControl, ViewAction,
};
use crate::schema::{ObjectName, Schema, Table, View, changed};

/// The session a statement runs in, and what its transaction has made so far.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// PostgreSQL's major version, 12 to 18.
    pub postgres: u16,
    /// Whether `TimeZone` is known to be UTC: then `timestamp` and `timestamptz` have the same bytes.
    pub time_zone_utc: bool,
    /// Tables, views, sequences and indexes made earlier in the same transaction: nobody else can see them.
    pub made_here: BTreeSet<ObjectName>,
    /// Whether a `BEGIN` of the script itself is open.
    explicit: bool,
    /// What `time_zone_utc` was before a `SET LOCAL`.
    zone_outside: Option<bool>,
}

impl Session {
    /// A new session: nothing made yet, its time zone not known to be UTC.
    pub fn new(postgres: u16) -> Self {
        Self {
            postgres,
            time_zone_utc: false,
            made_here: BTreeSet::new(),
            explicit: false,
            zone_outside: None,
        }
    }

    /// The transaction ends: what it made is visible to everybody now.
    pub fn commit(&mut self) {
        self.made_here.clear();
        self.explicit = false;
        if let Some(zone) = self.zone_outside.take() {
            self.time_zone_utc = zone;
        }
    }

    /// Whether the script itself has opened the transaction.
    pub fn in_explicit_transaction(&self) -> bool {
        self.explicit
    }

    /// Whether nobody but this transaction can see the relation.
    pub fn made(&self, relation: &ObjectName) -> bool {
        self.made_here.contains(relation)
    }

    /// Takes note of what a statement changed.
    pub fn record(&mut self, operation: &Operation, before: &Schema, after: &Schema) {
        self.record_parameters(operation);
        let (known, left) = changed_relations(before, after);
        let mut gone_was_ours = false;
        for name in known.difference(&left) {
            gone_was_ours |= self.made_here.remove(name);
        }
        // A relation that only changes its name is as visible as before.
        if !renames(operation) || gone_was_ours {
            self.made_here.extend(left.difference(&known).cloned());
        }
    }

    fn record_parameters(&mut self, operation: &Operation) {
        match operation {
            Operation::Set(set) if set.name == "timezone" => self.set_time_zone(set),
            Operation::Transaction(TransactionControl::Begin) => self.explicit = true,
            Operation::Do(block) => {
                for inner in &block.statements {
                    self.record_parameters(&inner.operation);
                }
            }
            _ => {}
        }
    }

    fn set_time_zone(&mut self, set: &SetParameter) {
        if set.local && self.zone_outside.is_none() {
            self.zone_outside = Some(self.time_zone_utc);
        }
        let zone = set.value.as_deref().unwrap_or_default();
        let zone = zone.trim_matches('\'').to_ascii_lowercase();
        self.time_zone_utc = UTC_NAMES.contains(&zone.as_str());
    }
}

/// Zone names that PostgreSQL treats as UTC without a daylight rule.
const UTC_NAMES: &[&str] = &[
    "utc",
    "etc/utc",
    "gmt",
    "etc/gmt",
    "uct",
    "etc/uct",
    "zulu",
    "universal",
    "0",
];

/// Whether an operation gives something another name.
fn renames(operation: &Operation) -> bool {
    match operation {
        Operation::AlterTable(AlterTable { actions, .. }) => actions.iter().any(|action| {
            matches!(
                action,
                TableAction::RenameTable { .. }
                    | TableAction::SetSchema { .. }
                    | TableAction::RenameConstraint { .. }
            ) || uses_index(action)
        }),
        Operation::AlterIndex(alter) => matches!(alter.action, IndexAction::Rename(_)),
        Operation::AlterSequence(alter) => {
            matches!(
                alter.action,
                SequenceAction::Rename(_) | SequenceAction::SetSchema(_)
            )
        }
        Operation::AlterView(alter) => matches!(
            alter.action,
            ViewAction::Rename(_) | ViewAction::SetSchema(_)
        ),
        Operation::RenameSchema(_) => true,
        Operation::Do(block) => block
            .statements
            .iter()
            .any(|inner| renames(&inner.operation)),
        _ => false,
    }
}

/// `ADD CONSTRAINT … USING INDEX` gives the index the constraint's name.
fn uses_index(action: &TableAction) -> bool {
    use crate::operation::ConstraintKind::{PrimaryKey, Unique};
    let TableAction::AddConstraint(constraint) = action else {
        return false;
    };
    matches!(&constraint.kind, PrimaryKey(key) | Unique(key) if key.using_index.is_some())
}

/// The relations of every object that is not the very same in both states: those before and those after. Objects that
/// are shared cannot have gained or lost a relation.
fn changed_relations(
    before: &Schema,
    after: &Schema,
) -> (BTreeSet<ObjectName>, BTreeSet<ObjectName>) {
    let (mut known, mut left) = (BTreeSet::new(), BTreeSet::new());
    for table in changed(&before.tables, &after.tables) {
        known.extend(table.before.into_iter().flat_map(table_relations));
        left.extend(table.after.into_iter().flat_map(table_relations));
    }
    for view in changed(&before.views, &after.views) {
        known.extend(view.before.into_iter().flat_map(view_relations));
        left.extend(view.after.into_iter().flat_map(view_relations));
    }
    for sequence in changed(&before.sequences, &after.sequences) {
        known.extend(sequence.before.map(|_| sequence.name.clone()));
        left.extend(sequence.after.map(|_| sequence.name.clone()));
    }
    (known, left)
}

fn table_relations(table: &Table) -> impl Iterator<Item = ObjectName> {
    std::iter::once(table.object_name()).chain(index_names(table))
}

fn view_relations(view: &View) -> impl Iterator<Item = ObjectName> {
    let indexes = view.indexes.iter().map(|index| &index.name);
    let names = std::iter::once(&view.name).chain(indexes);
    names.map(|name| ObjectName::new(&view.schema, name))
}

/// The indexes of a table, also those behind its constraints.
fn index_names(table: &Table) -> impl Iterator<Item = ObjectName> {
    let keys = table.primary_key.iter().chain(&table.unique_constraints);
    let keys = keys.map(|key| &key.name);
    let exclusions = table
        .exclusion_constraints
        .iter()
        .map(|exclusion| &exclusion.name);
    let plain = table.indexes.iter().map(|index| &index.name);
    let names = keys.chain(exclusions).chain(plain);
    names.map(|name| ObjectName::new(&table.schema, name))
}
