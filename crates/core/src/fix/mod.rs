//! Repairs: edits of the source that make a finding go away and change nothing else.

use crate::migration::FileId;
use crate::text::Edit;

/// A repair.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// What it does, as a command: "Add an index on shelf.org_id".
    pub title: String,
    /// The replacements.
    pub edits: Vec<(FileId, Edit)>,
}
use crate::operation::Update;
use crate::rules::{Context, Creation, Statement, Tenancy};
use crate::schema::Table;
use crate::text::Origin;
pub fn tenant_column(_: &Context<'_>, _: &Creation<'_>, _: Tenancy<'_>) -> Option<Fix> {
    None
}
pub fn required_columns(_: &Context<'_>, _: &Creation<'_>, _: &[&str]) -> Option<Fix> {
    None
}
pub fn missing_index(_: &Context<'_>, _: &Statement<'_>, _: &Table, _: &[String]) -> Option<Fix> {
    None
}
pub fn time_zone(_: &Context<'_>, _: &Statement<'_>, _: Origin) -> Option<Fix> {
    None
}
pub fn missing_downgrade(_: &Context<'_>) -> Option<Fix> {
    None
}
pub fn remove_markers(_: &Context<'_>) -> Option<Fix> {
    None
}
pub fn null_guard(_: &Context<'_>, _: &Statement<'_>, _: &Update, _: bool) -> Option<Fix> {
    None
}
pub fn autocommit_block(_: &Context<'_>, _: &Statement<'_>) -> Option<Fix> {
    None
}
pub fn server_default(
    _: &Context<'_>,
    _: &Statement<'_>,
    _: &crate::operation::ColumnDefinition,
) -> Option<Fix> {
    None
}
