use crate::arguments::Reverse;
use crate::output::{Failure, Outcome};

pub fn run(arguments: &Reverse) -> Result<Outcome, Failure> {
    let _ = arguments;
    Err(Failure::new("not there yet", ""))
}
