use retort_core::proof;
use retort_core::report::UnknownRevision;
use serde_json::Value;

use super::{pretty, unknown_revision};
use crate::arguments::Plan;
use crate::input;
use crate::output::{Failure, Outcome};

pub fn run(arguments: &Plan) -> Result<Outcome, Failure> {
    let review = input::review(&arguments.source, &[])?;
    let ids: Vec<String> = review
        .timeline
        .iter()
        .filter_map(|state| review.migration(state.migration))
        .map(|migration| migration.header.revision.clone())
        .collect();
    let wanted = match (&arguments.at, arguments.all) {
        (Some(id), _) => vec![id.clone()],
        (None, true) => ids,
        (None, false) => ids.into_iter().next_back().into_iter().collect(),
    };
    let plans: Result<Vec<Value>, Failure> = wanted
        .iter()
        .map(|id| {
            let plan = proof::plan(&review, id, arguments.rows)
                .ok_or_else(|| unknown_revision(&review, &UnknownRevision(id.clone())))?;
            Ok(serde_json::to_value(plan).unwrap_or_default())
        })
        .collect();
    Ok(Outcome::fine(pretty(&Value::Array(plans?))?))
}
