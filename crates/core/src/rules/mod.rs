//! seam
use crate::review::Review;
#[derive(Clone, Debug)]
pub struct Finding;
pub fn check(_r: &Review) -> Vec<Finding> {
    vec![]
}
pub fn report(_r: &Review) -> Vec<retort_report::Finding> {
    vec![]
}
