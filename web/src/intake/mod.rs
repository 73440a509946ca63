//! Files on their way in: chosen, dropped, pasted, unpacked.

mod diff;
mod entries;
mod hosts;
mod paste;
mod pull_request;
mod reading;

pub use self::{
    entries::dropped,
    paste::pasted,
    pull_request::{Request, fetch},
    reading::{Candidate, read},
};
