//! seam
pub fn report(
    _r: &crate::review::Review,
    _f: &[retort_report::Finding],
) -> Vec<retort_report::ChecklistItem> {
    vec![]
}
