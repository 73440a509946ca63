//! Prints what Alembic's offline mode prints, for each revision of a folder, as JSON:
//! `cargo run -p retort-core --example offline -- VERSIONS_FOLDER [NAMING_CONVENTION_JSON]`.

use std::path::{Path, PathBuf};

use retort_core::alembic;
use retort_core::config::AlembicSettings;
use retort_core::migration::{Direction, FileId, SourceFile};

fn main() {
    let mut arguments = std::env::args().skip(1);
    let Some(folder) = arguments.next() else {
        eprintln!("usage: offline VERSIONS_FOLDER [NAMING_CONVENTION_JSON]");
        std::process::exit(2);
    };
    let mut settings = AlembicSettings::default();
    if let Some(json) = arguments.next() {
        settings.naming_convention = serde_json::from_str(&json).unwrap_or_default();
    }
    let modules = alembic::Modules::default();
    let mut revisions = serde_json::Map::new();
    for path in python_files(Path::new(&folder)) {
        let Ok(text) = std::fs::read_to_string(&path) else {
            continue;
        };
        let file = SourceFile {
            path: path.display().to_string().into(),
            text: text.into(),
        };
        let Some(migration) = alembic::read_header(&file, FileId(0)).migration else {
            continue;
        };
        let half = |direction| {
            let project = alembic::Surroundings {
                settings: &settings,
                modules: &modules,
            };
            let offline = alembic::offline_sql(&file, FileId(0), direction, project);
            serde_json::json!({"sql": offline.sql(), "fails": offline.fails})
        };
        revisions.insert(
            migration.header.revision,
            serde_json::json!({"up": half(Direction::Up), "down": half(Direction::Down)}),
        );
    }
    println!("{}", serde_json::Value::Object(revisions));
}

fn python_files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        let Ok(entries) = std::fs::read_dir(&folder) else {
            continue;
        };
        for entry in entries.flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "py") {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}
