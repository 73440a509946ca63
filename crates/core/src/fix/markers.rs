//! Removing the comments of Alembic's template.

use super::Fix;
use crate::rules::Context;
use crate::rules::house::autogenerate_leftover::MARKERS;
use crate::text::{Edit, Span};

/// Removes every line that is a marker and nothing else.
pub fn remove_markers(cx: &Context<'_>) -> Option<Fix> {
    let file = cx.migration().file;
    let mut edits = Vec::new();
    let mut at = 0;
    for line in cx.text(file).split_inclusive('\n') {
        let is_marker = line.trim_start().starts_with('#')
            && MARKERS.iter().any(|marker| line.contains(marker));
        if is_marker {
            edits.push((
                file,
                Edit {
                    span: Span::new(at, at + line.len()),
                    text: String::new(),
                },
            ));
        }
        at += line.len();
    }
    (!edits.is_empty()).then(|| Fix::new("Remove the markers", edits))
}
