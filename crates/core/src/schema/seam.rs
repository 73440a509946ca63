use super::*;
use crate::operation::Operation;
use retort_report::ChangeLine;
use std::fmt;
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WillFail {
    pub sqlstate: &'static str,
    pub message: String,
}
impl WillFail {
    pub fn is_missing_object(&self) -> bool {
        false
    }
}
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note;
impl fmt::Display for Note {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        Ok(())
    }
}
pub struct Applied {
    pub schema: Schema,
    pub notes: Vec<Note>,
}
pub fn apply(schema: &Schema, _operation: &Operation) -> Result<Applied, WillFail> {
    Ok(Applied {
        schema: schema.clone(),
        notes: vec![],
    })
}
pub struct SchemaDiff;
impl SchemaDiff {
    pub fn is_empty(&self) -> bool {
        true
    }
    pub fn lines(&self) -> Vec<String> {
        vec![]
    }
    pub fn is_column_order_only(&self) -> bool {
        false
    }
    pub fn change_lines(&self) -> Vec<ChangeLine> {
        vec![]
    }
}
pub fn diff(_a: &Schema, _b: &Schema) -> SchemaDiff {
    SchemaDiff
}
pub fn to_json(_s: &Schema) -> serde_json::Value {
    serde_json::Value::Null
}
impl Schema {
    pub fn empty(world: World) -> Self {
        Self {
            schemas: Default::default(),
            extensions: Default::default(),
            types: Default::default(),
            sequences: Default::default(),
            tables: Default::default(),
            views: Default::default(),
            functions: Default::default(),
            search_path: Default::default(),
            world,
            unknown_steps: 0,
        }
    }
}
