use retort_core::migration::Direction;
use retort_core::report::{self, UnknownRevision};
use retort_core::review::{Review, RevisionState};

use super::unknown_revision;
use crate::arguments::Sql;
use crate::input;
use crate::output::{Failure, Outcome};

pub fn run(arguments: &Sql) -> Result<Outcome, Failure> {
    let review = input::review(&arguments.source, &[])?;
    let place = |id: &Option<String>| match id {
        None => Ok(None),
        Some(id) => place(&review, id)
            .map(Some)
            .ok_or_else(|| unknown_revision(&review, &UnknownRevision(id.clone()))),
    };
    let (from, to) = (place(&arguments.from)?, place(&arguments.to)?);
    let last = review.timeline.len();
    // A downgrade runs from the later revision to the earlier one.
    let (first, end, direction) = if arguments.down {
        let lower = to.map_or(0, |at| at + 1);
        (lower, from.map_or(last, |at| at + 1), Direction::Down)
    } else {
        let lower = from.map_or(0, |at| at + 1);
        (lower, to.map_or(last, |at| at + 1), Direction::Up)
    };
    let mut states: Vec<&RevisionState> = review
        .timeline
        .get(first..end)
        .unwrap_or_default()
        .iter()
        .map(AsRef::as_ref)
        .collect();
    if direction == Direction::Down {
        states.reverse();
    }
    Ok(Outcome::fine(report::script(&review, &states, direction)))
}

fn place(review: &Review, id: &str) -> Option<usize> {
    let state = review.revision(id)?;
    let mut timeline = review.timeline.iter();
    timeline.position(|other| other.migration == state.migration)
}
