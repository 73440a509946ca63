use retort_core::diagram::{self, Theme};
use retort_core::{report, schema};

use super::{pretty, unknown_revision, write_each};
use crate::arguments::{Schema, SchemaFormat};
use crate::input;
use crate::output::{Failure, Outcome};

pub fn run(arguments: &Schema) -> Result<Outcome, Failure> {
    let review = input::review(&arguments.source, &[])?;
    if let Some(folder) = &arguments.each {
        // 0000.json is what exists before the first revision.
        return write_each(folder, report::each_revision(&review).zip(0..));
    }
    let at = arguments.at.as_deref();
    let compared = report::compare(&review, None, at)
        .map_err(|unknown| unknown_revision(&review, &unknown))?;
    let schema = &compared.after;
    Ok(Outcome::fine(match arguments.format {
        SchemaFormat::Json => pretty(&schema::to_json(schema))?,
        SchemaFormat::Sql => report::schema_sql(schema),
        SchemaFormat::Dbml => diagram::dbml(schema),
        SchemaFormat::Mermaid => diagram::mermaid(&diagram::of(schema)),
        SchemaFormat::Svg => diagram::svg(&diagram::of(schema), Theme::System),
    }))
}
