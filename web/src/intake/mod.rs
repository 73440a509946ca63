//! Files on their way in: chosen, dropped, pasted, unpacked.

mod entries;
mod paste;
mod reading;

pub use self::{
    entries::dropped,
    paste::pasted,
    reading::{Candidate, read},
};
