use std::fs;
use std::path::Path;

use retort_core::diagram::{self, Theme};
use retort_core::review::Review;
use retort_core::{report, schema};

use super::{pretty, unknown_revision};
use crate::arguments::{Schema, SchemaFormat};
use crate::input;
use crate::output::{Failure, Outcome};

pub fn run(arguments: &Schema) -> Result<Outcome, Failure> {
    let review = input::review(&arguments.source, &[])?;
    if let Some(folder) = &arguments.each {
        return each(&review, folder);
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

/// Writes `0000.json` (what exists before the first revision), `0001.json`, ….
fn each(review: &Review, folder: &Path) -> Result<Outcome, Failure> {
    let cannot = |error: std::io::Error| {
        Failure::new(
            format!("{} cannot be written: {error}", input::shown(folder)),
            "name a folder that may be written to",
        )
    };
    fs::create_dir_all(folder).map_err(cannot)?;
    for (number, revision) in report::each_revision(review).enumerate() {
        fs::write(
            folder.join(format!("{number:04}.json")),
            revision.to_string(),
        )
        .map_err(cannot)?;
    }
    Ok(Outcome::fine(""))
}
