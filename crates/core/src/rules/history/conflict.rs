//! What two branches of a history both change, so that their order matters.

use std::collections::BTreeSet;

use crate::history::MigrationIndex;
use crate::migration::Place;
use crate::operation::{ConstraintKind, IndexTarget, Operation, QualifiedName, TableAction};
use crate::review::{Review, StepOutcome};
use crate::schema::ObjectName;

/// Two statements of different branches that do not get along.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conflict {
    /// What it is about, for a person: "0002 and 0003 both change tree.height".
    pub told: String,
    /// Where the statement of the second branch is.
    pub place: Place,
}

/// What a statement does to a table or one of its columns.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Touch {
    table: ObjectName,
    /// None for the table as a whole.
    column: Option<String>,
    kind: Kind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Uses,
    Changes,
    Drops,
}

/// The migrations from which one head descends and the other does not, in running order.
pub fn own_branch(
    review: &Review,
    head: MigrationIndex,
    other: MigrationIndex,
) -> Vec<MigrationIndex> {
    let (own, shared) = (ancestors(review, head), ancestors(review, other));
    let order = review.history.order.iter().copied();
    order
        .filter(|index| own.contains(index) && !shared.contains(index))
        .collect()
}

/// A migration and everything before it.
fn ancestors(review: &Review, of: MigrationIndex) -> BTreeSet<MigrationIndex> {
    let mut found = BTreeSet::new();
    let mut open = vec![of];
    while let Some(index) = open.pop() {
        if found.insert(index) {
            let parents = review.history.parents.get(index);
            open.extend(parents.into_iter().flatten().copied());
        }
    }
    found
}

/// Where the branches of two heads change the same column, and where one drops what the other uses.
pub fn conflicts(review: &Review, first: MigrationIndex, second: MigrationIndex) -> Vec<Conflict> {
    let here = touches(review, &own_branch(review, first, second));
    let there = touches(review, &own_branch(review, second, first));
    let mut found: Vec<Conflict> = Vec::new();
    for (one, touch, _) in &here {
        for (other, against, place) in &there {
            let Some(told) = clash((one, touch), (other, against)) else {
                continue;
            };
            if !found.iter().any(|known| known.told == told) {
                found.push(Conflict {
                    told,
                    place: *place,
                });
            }
        }
    }
    found
}

fn touches(review: &Review, branch: &[MigrationIndex]) -> Vec<(String, Touch, Place)> {
    let states = review.timeline.iter();
    let states = states.filter(|state| branch.contains(&state.migration));
    let mut found = Vec::new();
    for state in states {
        let Some(migration) = review.migration(state.migration) else {
            continue;
        };
        for outcome in &state.up.steps {
            for touch in touched(outcome) {
                let revision = migration.header.revision.clone();
                found.push((revision, touch, outcome.step.place));
            }
        }
    }
    found
}

/// What two statements of different branches say about the same thing, if one is in the other's way.
fn clash((one, here): (&str, &Touch), (other, there): (&str, &Touch)) -> Option<String> {
    if here.table != there.table {
        return None;
    }
    let what = |touch: &Touch| match &touch.column {
        Some(column) => format!("{}.{column}", touch.table),
        None => touch.table.to_string(),
    };
    let covers = |dropping: &Touch, used: &Touch| {
        dropping.kind == Kind::Drops
            && (dropping.column.is_none() || dropping.column == used.column)
    };
    if covers(here, there) {
        return Some(match there.kind {
            Kind::Drops if here == there => format!("{one} and {other} both drop {}", what(here)),
            _ => format!("{one} drops {}, which {other} uses", what(here)),
        });
    }
    if covers(there, here) {
        return Some(format!("{other} drops {}, which {one} uses", what(there)));
    }
    let both_change = here.kind == Kind::Changes && there.kind == Kind::Changes;
    let same_column = here.column.is_some() && here.column == there.column;
    (both_change && same_column).then(|| format!("{one} and {other} both change {}", what(here)))
}

fn touched(outcome: &StepOutcome) -> Vec<Touch> {
    let schema = &outcome.before;
    let place = |name: &QualifiedName| {
        let known = schema.resolve_relation(name);
        known.unwrap_or_else(|| schema.creation_name(name))
    };
    let touch = |name: &QualifiedName, column: Option<&str>, kind: Kind| Touch {
        table: place(name),
        column: column.map(str::to_owned),
        kind,
    };
    match &outcome.step.operation {
        Operation::AlterTable(statement) => {
            let actions = statement.actions.iter();
            actions
                .flat_map(|action| acted_on(action))
                .map(|(column, kind)| touch(&statement.name, Some(column), kind))
                .collect()
        }
        Operation::DropTable(statement) => {
            let names = statement.names.iter();
            names.map(|name| touch(name, None, Kind::Drops)).collect()
        }
        Operation::CreateIndex(statement) => {
            let keys = statement.keys.iter();
            let columns = keys.filter_map(|key| match &key.target {
                IndexTarget::Column(column) => Some(column.as_str()),
                IndexTarget::Expression(_) => None,
            });
            columns
                .map(|column| touch(&statement.table, Some(column), Kind::Uses))
                .collect()
        }
        Operation::Update(statement) => {
            let columns = statement.assignments.iter();
            columns
                .map(|(column, _)| touch(&statement.table, Some(column), Kind::Uses))
                .collect()
        }
        _ => Vec::new(),
    }
}

/// The columns that an action is about.
fn acted_on(action: &TableAction) -> Vec<(&str, Kind)> {
    match action {
        TableAction::AddColumn { column, .. } => vec![(&column.name, Kind::Changes)],
        TableAction::DropColumn { column, .. } => vec![(column, Kind::Drops)],
        TableAction::RenameColumn { column, to } => {
            vec![(column, Kind::Drops), (to, Kind::Changes)]
        }
        TableAction::SetType { column, .. }
        | TableAction::SetDefault { column, .. }
        | TableAction::DropDefault { column }
        | TableAction::SetNotNull { column, .. }
        | TableAction::DropNotNull { column, .. }
        | TableAction::SetExpression { column, .. }
        | TableAction::DropExpression { column, .. }
        | TableAction::AddIdentity { column, .. }
        | TableAction::AlterIdentity { column, .. }
        | TableAction::DropIdentity { column, .. } => vec![(column, Kind::Changes)],
        TableAction::AddConstraint(constraint) => {
            let columns = match &constraint.kind {
                ConstraintKind::PrimaryKey(key) | ConstraintKind::Unique(key) => &key.columns,
                ConstraintKind::ForeignKey(key) => &key.columns,
                _ => return Vec::new(),
            };
            let columns = columns.iter();
            columns
                .map(|column| (column.as_str(), Kind::Uses))
                .collect()
        }
        _ => Vec::new(),
    }
}
