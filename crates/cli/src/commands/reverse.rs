use retort_core::report::{self, UnknownRevision};
use retort_core::reversal::{self, Language};

use super::{unknown_revision, write_each};
use crate::arguments::{Language as Written, Reverse};
use crate::input;
use crate::output::{Failure, Outcome};

pub fn run(arguments: &Reverse) -> Result<Outcome, Failure> {
    let review = input::review(&arguments.source, &[])?;
    if let Some(folder) = &arguments.each {
        return write_each(folder, report::each_reversal(&review).zip(1..));
    }
    let unknown = |id: &str| unknown_revision(&review, &UnknownRevision(id.to_owned()));
    let state = match &arguments.at {
        Some(id) => review.revision(id).ok_or_else(|| unknown(id))?,
        None => review
            .timeline
            .last()
            .ok_or_else(|| unknown("the last one"))?,
    };
    let language = match arguments.language {
        Some(Written::Alembic) => Language::Alembic,
        Some(Written::Sql) => Language::Sql,
        None => review
            .migration(state.migration)
            .map_or(Language::Sql, Language::of),
    };
    Ok(Outcome::fine(reversal::write(
        &reversal::of_revision(&review, state),
        language,
    )))
}
