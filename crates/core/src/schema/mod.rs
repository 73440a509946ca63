//! The simulated catalog: what PostgreSQL's system catalogs would hold.
//!
//! [`apply`] carries out one operation on a state and gives the next state, or PostgreSQL's refusal. The model's fields
//! are those of the schema JSON ([`to_json`]). Snapshots are cheap: every kind of object is a shared map of shared
//! objects, so a state per statement costs what changed.

mod apply;
mod changed;
mod condition;
mod diff;
mod expression;
mod json;
mod lookup;
mod model;
mod names;
mod objects;
mod tables;
mod type_text;
mod version;

pub use apply::{Applied, Note, Object, ObjectKind, WillFail, apply};
pub(crate) use apply::{InnerStep, empty_table, inner_steps, plain_column};
pub use changed::{Changed, changed};
pub use diff::{Change, FieldChange, ObjectChange, Rename, SchemaDiff, as_far_as_known, diff};
pub(crate) use expression::extension_of;
pub(crate) use json::is_bookkeeping;
pub use json::to_json;
pub use lookup::{IndexReference, Relation};
pub use model::*;
pub(crate) use names::clip;
pub use objects::Objects;
pub use tables::Tables;
pub use version::refused_by;
