//! Whether the site and the documentation still are what their sources make, so that a second run does not build them again.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use crate::Failure;
use crate::fingerprint::content_hash;
use crate::project::Project;

/// What is built into `dist/` by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// The app.
    Site,
    /// The documentation beside it.
    Docs,
}

/// What is made, or has no part in what is built; below the project's folder.
const NOT_SOURCES: [&str; 9] = [
    ".git",
    ".tools",
    "target",
    "dist",
    "node_modules",
    "tests",
    "package",
    // What the bundler makes.
    "web/bundle",
    // What the documentation is put together from.
    "docs/site/.work",
];

/// The query that proofs in the page share with the tests.
const CATALOG: &str = "tests/postgres/catalog.sql";

/// The only chapters that the app has too.
const LESSONS: &str = "docs/lessons";

impl Part {
    fn stamp(self) -> &'static str {
        match self {
            Self::Site => "site.stamp",
            Self::Docs => "docs.stamp",
        }
    }

    /// Whether this part is made from what lies below `path`, which is relative to the project.
    fn reads(self, path: &Path) -> bool {
        let made = NOT_SOURCES.iter().any(|made| path.starts_with(made));
        let chapter = path.starts_with("docs")
            && !path.starts_with(LESSONS)
            && !Path::new(LESSONS).starts_with(path);
        match self {
            Self::Site => !made && !chapter,
            Self::Docs => !made,
        }
    }

    /// Whether this part made what lies below `path`, which is relative to `dist/`.
    fn makes(self, path: &Path) -> bool {
        path.starts_with("docs") == (self == Self::Docs)
    }
}

/// Says that `part` was built from the sources as they are now.
pub fn set(project: &Project, part: Part) -> Result<(), Failure> {
    fs::write(path(project, part), current(project, part)?)?;
    Ok(())
}

/// Whether neither the sources nor what was built changed since [`set`].
pub fn holds(project: &Project, part: Part) -> Result<bool, Failure> {
    let Ok(stamp) = fs::read_to_string(path(project, part)) else {
        return Ok(false);
    };
    Ok(project.dist().exists() && current(project, part)? == stamp)
}

fn path(project: &Project, part: Part) -> PathBuf {
    project.target().join(part.stamp())
}

fn current(project: &Project, part: Part) -> Result<String, Failure> {
    let root = project.root.as_path();
    let target = project.target();
    let is_source =
        |path: &Path| path != target && path.strip_prefix(root).is_ok_and(|path| part.reads(path));
    let mut lines = String::new();
    for file in files(root, &is_source)?
        .into_iter()
        .chain([root.join(CATALOG)])
    {
        lines.push_str(&format!(
            "{} {}\n",
            file.display(),
            content_hash(&fs::read(&file)?)
        ));
    }
    let dist = project.dist();
    let is_made = |path: &Path| path.strip_prefix(&dist).is_ok_and(|path| part.makes(path));
    let made = match part {
        Part::Site => dist.clone(),
        Part::Docs => dist.join("docs"),
    };
    if made.exists() {
        for file in files(&made, &is_made)? {
            lines.push_str(&format!(
                "{} {}\n",
                file.display(),
                fs::metadata(&file)?.len()
            ));
        }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_part_has_its_sources() {
        for (path, site, docs) in [
            ("crates/core/src/lib.rs", true, true),
            ("web/embed/package/element.js", true, true),
            ("docs", true, true),
            ("docs/lessons/05-index.md", true, true),
            ("docs/site/start.md", false, true),
            ("docs/speed.md", false, true),
            ("docs/site/.work/start.md", false, false),
            ("package/README.md", false, false),
            ("web/bundle/editor.js", false, false),
            ("tests/docs/docs.test.js", false, false),
        ] {
            let path = Path::new(path);
            assert_eq!(Part::Site.reads(path), site, "{}", path.display());
            assert_eq!(Part::Docs.reads(path), docs, "{}", path.display());
        }
    }

    #[test]
    fn the_documentation_is_stale_once_a_chapter_or_a_page_changed() {
        let root = std::env::temp_dir().join(format!("retort-stamp-{}", std::process::id()));
        let write = |path: &str, text: &str| {
            let path = root.join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        };
        write(CATALOG, "SELECT 1;");
        write("docs/site/start.md", "# Start");
        write("dist/docs/start.html", "<h1>Start</h1>");
        write("dist/index.html", "app");
        let project = Project { root: root.clone() };
        fs::create_dir_all(project.target()).unwrap();
        let state = || [Part::Site, Part::Docs].map(|part| current(&project, part).unwrap());
        let [site, docs] = state();
        write("docs/site/start.md", "# Beginning");
        let [same, stale] = state();
        assert_eq!(same, site);
        assert_ne!(stale, docs);
        write("dist/docs/start.html", "");
        let [same, broken] = state();
        assert_eq!(same, site);
        assert_ne!(broken, stale);
        fs::remove_dir_all(&root).unwrap();
    }
}
