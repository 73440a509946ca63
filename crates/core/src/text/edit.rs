use serde::Serialize;

use super::Span;

/// One replacement in a text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Edit {
    /// What is replaced; empty for an insertion.
    pub span: Span,
    /// What stands there afterwards.
    pub text: String,
}

/// Two edits touch the same bytes, or one lies outside the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EditConflict;

/// Applies edits, given in any order.
///
/// # Errors
/// [`EditConflict`] if two edits overlap or one does not lie on character boundaries of `text`.
pub fn apply_edits(text: &str, edits: &[Edit]) -> Result<String, EditConflict> {
    let mut sorted: Vec<&Edit> = edits.iter().collect();
    sorted.sort_by_key(|edit| (edit.span.start, edit.span.end));
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for edit in sorted {
        let (start, end) = (edit.span.start as usize, edit.span.end as usize);
        if start < at {
            return Err(EditConflict);
        }
        out.push_str(text.get(at..start).ok_or(EditConflict)?);
        text.get(start..end).ok_or(EditConflict)?;
        out.push_str(&edit.text);
        at = end;
    }
    out.push_str(text.get(at..).ok_or(EditConflict)?);
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edit(start: usize, end: usize, text: &str) -> Edit {
        Edit {
            span: Span::new(start, end),
            text: text.into(),
        }
    }

    #[test]
    fn edits_apply_in_any_order_and_refuse_to_overlap() {
        let edits = [edit(4, 5, "X"), edit(0, 1, "Y")];
        assert_eq!(apply_edits("abcdef", &edits), Ok("YbcdXf".into()));
        assert_eq!(
            apply_edits("abcdef", &[edit(0, 3, ""), edit(2, 4, "")]),
            Err(EditConflict)
        );
        assert_eq!(apply_edits("é", &[edit(1, 1, "x")]), Err(EditConflict));
    }
}
