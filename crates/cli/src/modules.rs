//! The application's modules that migrations import: looked up on the disk as Python would find them.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use retort_core::alembic;
use retort_core::migration::SourceFile;

use crate::input::shown;

/// How many modules are read at most.
const MOST: usize = 2_000;

/// A module above this size is not read: it holds no column types.
const LARGEST: u64 = 2 * 1024 * 1024;

/// Adds what the Python files among these import, and what that imports: each `a.b` is looked for as `a/b.py` and
/// `a/b/__init__.py` in the folders around its importer. Other files of the project are not touched.
pub fn with_imported(mut files: Vec<SourceFile>) -> Vec<SourceFile> {
    let mut known: BTreeSet<PathBuf> = files
        .iter()
        .filter_map(|file| absolute(&file.path))
        .collect();
    let mut asked: BTreeSet<(PathBuf, String)> = BTreeSet::new();
    let mut at = 0;
    let mut left = MOST;
    while let Some(file) = files.get(at) {
        at += 1;
        if Path::new(file.path.as_ref())
            .extension()
            .is_none_or(|end| end != "py")
        {
            continue;
        }
        let Some(folder) = absolute(&file.path).and_then(|path| Some(path.parent()?.to_owned()))
        else {
            continue;
        };
        let mut found = Vec::new();
        for name in alembic::imported(&file.path, &file.text) {
            if left == 0 || !asked.insert((folder.clone(), name.clone())) {
                continue;
            }
            let Some(path) = find(&folder, &name) else {
                continue;
            };
            if known.insert(path.clone())
                && let Some(module) = read(&path)
            {
                left -= 1;
                found.push(module);
            }
        }
        files.extend(found);
    }
    files
}

fn absolute(path: &str) -> Option<PathBuf> {
    fs::canonicalize(path).ok()
}

/// The file of a module in the nearest folder around the importer that has it.
fn find(folder: &Path, name: &str) -> Option<PathBuf> {
    let relative: PathBuf = name
        .split(['.', '/'])
        .filter(|part| !part.is_empty())
        .collect();
    if relative.as_os_str().is_empty() {
        return None;
    }
    folder.ancestors().find_map(|root| {
        let package = root.join(&relative).join("__init__.py");
        let module = root.join(&relative).with_extension("py");
        [package, module].into_iter().find(|path| path.is_file())
    })
}

fn read(path: &Path) -> Option<SourceFile> {
    if fs::metadata(path).ok()?.len() > LARGEST {
        return None;
    }
    let bytes = fs::read(path).ok()?;
    let here = std::env::current_dir().ok();
    let nearer = here
        .as_deref()
        .and_then(|here| path.strip_prefix(here).ok());
    SourceFile::from_bytes(&shown(nearer.unwrap_or(path)), &bytes).ok()
}
