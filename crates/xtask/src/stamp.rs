//! Whether the site still is what its sources make, so that a second run does not build it again.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use crate::Failure;
use crate::fingerprint::content_hash;
use crate::project::Project;

/// What is made, or has no part in the site.
const NOT_SOURCES: [&str; 8] = [
    ".git",
    ".tools",
    "target",
    "dist",
    "node_modules",
    "tests",
    "docs",
    "package",
];

/// The documentation lies beside the app but is built by itself.
const DOCS: &str = "docs";

/// The query that proofs in the page share with the tests.
const CATALOG: &str = "tests/postgres/catalog.sql";

/// What the bundler makes below `web`.
const BUNDLE: &str = "web/bundle";

/// Says that the site in `dist/` was built from the sources as they are now.
pub fn set(project: &Project) -> Result<(), Failure> {
    fs::write(path(project), current(project)?)?;
    Ok(())
}

/// Whether neither the sources nor the site changed since [`set`].
pub fn holds(project: &Project) -> Result<bool, Failure> {
    let Ok(stamp) = fs::read_to_string(path(project)) else {
        return Ok(false);
    };
    Ok(project.dist().exists() && current(project)? == stamp)
}

fn path(project: &Project) -> PathBuf {
    project.target().join("site.stamp")
}

fn current(project: &Project) -> Result<String, Failure> {
    let root = project.root.as_path();
    let target = project.target();
    let bundle = root.join(BUNDLE);
    let is_source = |path: &Path| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        !NOT_SOURCES.contains(&name.as_ref()) && path != target && path != bundle
    };
    let mut lines = String::new();
    let catalog = root.join(CATALOG);
    for file in files(root, &is_source)?.into_iter().chain([catalog]) {
        lines.push_str(&format!(
            "{} {}\n",
            file.display(),
            content_hash(&fs::read(&file)?)
        ));
    }
    let docs = project.dist().join(DOCS);
    for file in files(&project.dist(), &|path| path != docs)? {
        lines.push_str(&format!(
            "{} {}\n",
            file.display(),
            fs::metadata(&file)?.len()
        ));
    }
    Ok(content_hash(lines.as_bytes()))
}

/// The files below `folder` in a fixed order; what `wanted` refuses is not entered.
fn files(folder: &Path, wanted: &dyn Fn(&Path) -> bool) -> Result<BTreeSet<PathBuf>, Failure> {
    let mut found = BTreeSet::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            let path = entry.path();
            if !wanted(&path) {
                continue;
            }
            // A link is not followed: it may lead anywhere.
            let kind = entry.file_type()?;
            if kind.is_dir() {
                folders.push(path);
            } else if kind.is_file() {
                found.insert(path);
            }
        }
    }
    Ok(found)
}
