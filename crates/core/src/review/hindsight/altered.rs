//! What statements altered of columns that nobody made.

use crate::operation::{AlterTable, Operation, TableAction};
use crate::review::StepOutcome;
use crate::schema::{Column, Object, ObjectKind, UNKNOWN_EXPRESSION};

/// One thing that a statement sets of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Alteration {
    /// Its type.
    Type,
    /// `SET NOT NULL` (true) or `DROP NOT NULL`.
    NotNull(bool),
    /// `SET DEFAULT` (true) or `DROP DEFAULT`.
    Default(bool),
}

/// What was set of a column, on the way there and on the way back.
#[derive(Clone, Debug, Default)]
pub(super) struct Altered {
    there: Vec<Alteration>,
    back: Vec<Alteration>,
}

impl Altered {
    pub(super) fn note(&mut self, alteration: Alteration, back: bool) {
        let list = if back {
            &mut self.back
        } else {
            &mut self.there
        };
        list.push(alteration);
    }

    /// A column as it was before, from how it ended. A statement that sets something is taken to change it; what the way
    /// back sets again is taken to be what it was.
    pub(super) fn undone(&self, end: &Column) -> Column {
        let mut column = end.clone();
        let both = |is: fn(&Alteration) -> bool| {
            let (there, back) = (self.there.iter().any(is), self.back.iter().any(is));
            there && back || !there && !back
        };
        if !both(|one| *one == Alteration::Type) {
            column.data_type = String::new();
        }
        let mut in_order = self.there.iter().chain(&self.back);
        let first = in_order.find_map(|one| match one {
            Alteration::NotNull(set) => Some(*set),
            _ => None,
        });
        if let Some(set) = first {
            column.nullable = set;
        }
        if !both(|one| matches!(one, Alteration::Default(_))) {
            let had = end.default.is_none();
            column.default = had.then(|| UNKNOWN_EXPRESSION.to_owned());
        }
        column
    }
}

/// What a statement sets of columns.
pub(super) fn alterations(outcome: &StepOutcome) -> Vec<(Object, Alteration)> {
    of_columns(outcome, alteration)
}

/// The columns that a statement adds.
pub(super) fn additions(outcome: &StepOutcome) -> Vec<Object> {
    let added = of_columns(outcome, |action| match action {
        TableAction::AddColumn { column, .. } => Some((column.name.as_str(), ())),
        _ => None,
    });
    added.into_iter().map(|(column, ())| column).collect()
}

/// What the actions of an `ALTER TABLE` say of columns.
fn of_columns<T>(
    outcome: &StepOutcome,
    says: impl Fn(&TableAction) -> Option<(&str, T)>,
) -> Vec<(Object, T)> {
    let Operation::AlterTable(alter) = &outcome.step.operation else {
        return Vec::new();
    };
    let Some(table) = outcome.after.resolve_relation(&alter.name) else {
        return Vec::new();
    };
    let AlterTable { actions, .. } = alter;
    let said = actions.iter().filter_map(|action| {
        let (column, what) = says(action)?;
        Some((Object::on(ObjectKind::Column, column, &table), what))
    });
    said.collect()
}

fn alteration(action: &TableAction) -> Option<(&str, Alteration)> {
    match action {
        TableAction::SetType { column, .. } => Some((column, Alteration::Type)),
        TableAction::SetNotNull { column } => Some((column, Alteration::NotNull(true))),
        TableAction::DropNotNull { column } => Some((column, Alteration::NotNull(false))),
        TableAction::SetDefault { column, .. } => Some((column, Alteration::Default(true))),
        TableAction::DropDefault { column } => Some((column, Alteration::Default(false))),
        _ => None,
    }
}
