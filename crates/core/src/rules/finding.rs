//! What a rule says, and where.

use super::Rule;
use super::statement::Statement;
use crate::config::RuleLevel;
use crate::fix::Fix;
use crate::history::MigrationIndex;
use crate::migration::{Direction, Place};
use crate::operation::{Constraint, ConstraintKind, Operation, TableAction};
use crate::text::{Origin, Span};

/// Something a reviewer should look at.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// The rule that found it.
    pub rule: &'static Rule,
    /// How grave; never [`RuleLevel::Off`].
    pub level: RuleLevel,
    /// What is wrong and why it matters, with names.
    pub message: String,
    /// What to do.
    pub help: String,
    /// Where.
    pub place: Place,
    /// The statement it belongs to, where that is more than `place`.
    pub statement: Option<Place>,
    /// Other places that matter, and why.
    pub related: Vec<(Place, String)>,
    /// The migration.
    pub migration: Option<MigrationIndex>,
    /// The half.
    pub direction: Option<Direction>,
    /// The object it is about: `table.column`.
    pub object: Option<String>,
    /// A repair.
    pub fix: Option<Fix>,
}

/// What a rule says before its level, its migration and its id are added. Made by [`Statement::say`] and [`Draft::new`].
#[derive(Clone, Debug, PartialEq)]
pub struct Draft {
    /// What is wrong and why it matters, with names.
    pub message: String,
    /// What to do.
    pub help: String,
    /// Where.
    pub place: Place,
    /// The statement it belongs to.
    pub statement: Option<Place>,
    /// The half.
    pub direction: Option<Direction>,
    /// The level of this one, where it is not the rule's.
    pub level: Option<RuleLevel>,
    /// Other places that matter, and why.
    pub related: Vec<(Place, String)>,
    /// The object it is about.
    pub object: Option<String>,
    /// A repair.
    pub fix: Option<Fix>,
}

impl Draft {
    /// Something about a place that is no statement.
    pub fn new(place: Place, message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            help: String::new(),
            place,
            statement: None,
            direction: None,
            level: None,
            related: Vec::new(),
            object: None,
            fix: None,
        }
    }

    /// What to do about it.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = help.into();
        self
    }

    /// The object it is about: `table`, `table.column`.
    #[must_use]
    pub fn about(mut self, object: impl ToString) -> Self {
        self.object = Some(object.to_string());
        self
    }

    /// The half it is about.
    #[must_use]
    pub fn in_half(mut self, direction: Direction) -> Self {
        self.direction = Some(direction);
        self
    }

    /// At this place in place of the whole statement.
    #[must_use]
    pub fn at(mut self, place: Place) -> Self {
        self.place = place;
        self
    }

    /// At this level unless the configuration sets one for the rule.
    #[must_use]
    pub fn level(mut self, level: RuleLevel) -> Self {
        self.level = Some(level);
        self
    }

    /// Another place that matters, and why.
    #[must_use]
    pub fn related(mut self, place: Place, why: impl Into<String>) -> Self {
        self.related.push((place, why.into()));
        self
    }

    /// A repair, if there is one.
    #[must_use]
    pub fn fix(mut self, fix: Option<Fix>) -> Self {
        self.fix = fix;
        self
    }
}

impl Statement<'_> {
    /// Something about this statement.
    pub fn say(&self, message: impl Into<String>) -> Draft {
        Draft {
            direction: Some(self.direction),
            statement: Some(self.outcome.step.place),
            ..Draft::new(self.place(), message)
        }
    }

    /// Something about a part of this statement.
    pub fn say_at(&self, origin: Origin, message: impl Into<String>) -> Draft {
        self.say(message).at(self.place_of(origin))
    }

    /// The statement in the source: for one inside a block, its own part of it.
    pub fn place(&self) -> Place {
        match self.inner {
            Some(span) => self.outcome.step.place_of(span),
            None => self.outcome.step.place,
        }
    }

    /// Where a constraint on these columns is written; the whole statement where that is not known.
    pub fn place_of_constraint(&self, matches: impl Fn(&ConstraintKind) -> bool) -> Place {
        let origin = constraints(self.operation)
            .into_iter()
            .find(|constraint| matches(&constraint.kind));
        self.place_of(origin.map_or(Origin::default(), |constraint| constraint.origin))
    }

    /// Where a foreign key on these columns is written.
    pub fn place_of_foreign_key(&self, columns: &[String]) -> Place {
        self.place_of_constraint(
            |kind| matches!(kind, ConstraintKind::ForeignKey(key) if key.columns == columns),
        )
    }

    /// A part of the statement in the source.
    pub fn place_of(&self, origin: Origin) -> Place {
        if origin.0.is_empty() {
            return self.place();
        }
        let offset = self.inner.map_or(0, |span: Span| span.start as usize);
        self.outcome.step.place_of(origin.0.shifted(offset))
    }
}

/// Every constraint that a statement writes, at columns and at the table.
pub(super) fn constraints(operation: &Operation) -> Vec<&Constraint> {
    match operation {
        Operation::CreateTable(create) => {
            let at_columns = create.columns.iter().flat_map(|column| &column.constraints);
            create.constraints.iter().chain(at_columns).collect()
        }
        Operation::AlterTable(alter) => alter.actions.iter().flat_map(added_constraints).collect(),
        _ => Vec::new(),
    }
}

fn added_constraints(action: &TableAction) -> Vec<&Constraint> {
    match action {
        TableAction::AddConstraint(constraint) => vec![constraint],
        TableAction::AddColumn { column, .. } => column.constraints.iter().collect(),
        _ => Vec::new(),
    }
}
