use retort_core::migration::Half;
use retort_core::report::UnknownRevision;
use retort_core::reversal::{self, Language};

use super::unknown_revision;
use crate::arguments::{Language as Written, Reverse};
use crate::input;
use crate::output::{Failure, Outcome};

pub fn run(arguments: &Reverse) -> Result<Outcome, Failure> {
    let review = input::review(&arguments.source, &[])?;
    let unknown = |id: &str| unknown_revision(&review, &UnknownRevision(id.to_owned()));
    let state = match &arguments.at {
        Some(id) => review.revision(id).ok_or_else(|| unknown(id))?,
        None => review
            .timeline
            .last()
            .ok_or_else(|| unknown("the last one"))?,
    };
    let in_python = review
        .migration(state.migration)
        .is_some_and(|migration| matches!(migration.up, Half::Function(_)));
    let language = match (arguments.language, in_python) {
        (Some(Written::Alembic), _) | (None, true) => Language::Alembic,
        (Some(Written::Sql), _) | (None, false) => Language::Sql,
    };
    Ok(Outcome::fine(reversal::write(
        &reversal::invert(&state.up.steps),
        language,
    )))
}
