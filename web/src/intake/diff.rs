//! Unified diffs and patches. What they add is under review; what they change is known only beside the file itself.

use diffy::{
    Line, Patch,
    patch_set::{FileOperation, FilePatch, ParseOptions, PatchKind, PatchSet},
};
use retort_report::InputFile;

use super::reading::{is_among_migrations, is_migration_like};
use crate::state::{Files, Intake, SourceFile, file_name, is_same};

/// Whether a text is a diff rather than a file.
pub fn is_diff(text: &str) -> bool {
    let mut lines = text.lines().map(str::trim_end).peekable();
    while let Some(line) = lines.next() {
        let headed =
            line.starts_with("--- ") && lines.peek().is_some_and(|next| next.starts_with("+++ "));
        if headed || line.starts_with("diff --git ") {
            return true;
        }
    }
    false
}

/// Takes in the files of a diff. `files` are those that are open: a change of one of them is applied to it.
pub fn read_diff(text: &str, files: &Files) -> Intake {
    // Only lines that Git never writes end in CR LF throughout.
    let text = text.replace("\r\n", "\n");
    let options = if text.contains("diff --git ") {
        ParseOptions::gitdiff()
    } else {
        ParseOptions::unidiff()
    };
    let mut intake = Intake {
        told_apart: true,
        ..Intake::default()
    };
    let (mut other, mut modules) = (0, 0);
    for part in PatchSet::parse(&text, options) {
        match part {
            Ok(part) => match take(&mut intake, &part, files) {
                Taken::Told => {}
                Taken::Other => other += 1,
                Taken::Module => modules += 1,
            },
            Err(error) => {
                intake.problems.push(format!(
                    "A part of the diff cannot be read: {error}. Copy it again, whole, with its headers."
                ));
                break;
            }
        }
    }
    // Migrations before the modules that they may import: the first one is shown.
    intake
        .files
        .sort_by_key(|file| !is_migration(&file.path, &file.text));
    match modules {
        0 => {}
        1 => intake
            .remarks
            .push("One changed module of the application was left out.".into()),
        _ => intake.remarks.push(format!(
            "{modules} changed modules of the application were left out."
        )),
    }
    match other {
        0 => {}
        1 => intake
            .remarks
            .push("One changed file that is neither SQL nor Python was left out.".into()),
        _ => intake.remarks.push(format!(
            "{other} changed files that are neither SQL nor Python were left out."
        )),
    }
    if intake.files.is_empty() && intake.problems.is_empty() {
        intake
            .problems
            .push("The diff adds no migration: no SQL and no Python file.".into());
    }
    intake
}

/// What became of one file of a diff.
enum Taken {
    /// It was taken in, or it is said why not.
    Told,
    /// It is neither SQL nor Python.
    Other,
    /// It is a module of the application whose text the diff does not hold whole.
    Module,
}

/// Whether a file is a migration, by its place or its text.
fn is_migration(path: &str, text: &str) -> bool {
    is_among_migrations(path)
        || ["def upgrade", "down_revision"]
            .iter()
            .any(|word| text.contains(word))
}

/// Takes in one file of a diff.
fn take(intake: &mut Intake, part: &FilePatch<str>, files: &Files) -> Taken {
    // Git writes `a/` and `b/` before paths; without its headers they may be the paths themselves.
    let operation = part.operation();
    let (before, path) = match operation {
        FileOperation::Delete(path) => (Some(plain(path)), None),
        FileOperation::Create(path) => (None, Some(plain(path))),
        FileOperation::Modify { original, modified } => {
            (Some(plain(original)), Some(plain(modified)))
        }
        FileOperation::Rename { from, to } | FileOperation::Copy { from, to } => {
            (Some(plain(from)), Some(plain(to)))
        }
    };
    let name = path.or(before).unwrap_or_default();
    if !is_migration_like(file_name(name)) {
        return Taken::Other;
    }
    let Some(path) = path else {
        if find(files, name).is_none() && !is_among_migrations(name) {
            return Taken::Module;
        }
        intake.remarks.push(format!(
            "{name} is deleted by the diff. If it is open here, remove it."
        ));
        return Taken::Told;
    };
    let PatchKind::Text(patch) = part.patch() else {
        intake.problems.push(format!("{path}: no text."));
        return Taken::Told;
    };
    let open = find(files, before.unwrap_or(path));
    let text = match before {
        None => Some(added(patch)),
        Some(_) => open.and_then(|file| diffy::apply(&file.text, patch).ok()),
    };
    match text {
        Some(text) => intake.files.push(InputFile {
            path: match open {
                Some(file) if before.is_none_or(|before| before == path) => file.path.to_string(),
                _ => placed(files, path),
            },
            text,
            history: false,
        }),
        None if open.is_none() && !is_migration(path, &added(patch)) => return Taken::Module,
        None => intake.problems.push(format!(
            "{path} is changed, not added: the diff holds only a part of it. Open the file as it was before, then \
             paste the diff again."
        )),
    }
    Taken::Told
}

fn plain(path: &str) -> &str {
    path.strip_prefix("a/")
        .or_else(|| path.strip_prefix("b/"))
        .unwrap_or(path)
}

/// The text of a file that a patch adds.
fn added(patch: &Patch<str>) -> String {
    let lines = patch.hunks().iter().flat_map(diffy::Hunk::lines);
    lines
        .filter_map(|line| match line {
            Line::Context(text) | Line::Insert(text) => Some(*text),
            Line::Delete(_) => None,
        })
        .collect()
}

/// The open file that a diff means: by its path, or by the end of it, as the folder that was opened may lie deeper or
/// higher.
fn find<'a>(files: &'a Files, path: &str) -> Option<&'a SourceFile> {
    let mut found = files.iter().filter(|file| is_same(&file.path, path));
    let first = found.next()?;
    found.next().is_none().then_some(first)
}

/// Where a new file belongs among those that are open: in the folder that the diff means.
fn placed(files: &Files, path: &str) -> String {
    let Some((folder, name)) = path.rsplit_once('/') else {
        return path.to_owned();
    };
    let mut folders: Vec<&str> = files
        .iter()
        .filter_map(|file| Some(file.path.rsplit_once('/')?.0))
        .filter(|open| is_same(open, folder))
        .collect();
    folders.sort_unstable();
    folders.dedup();
    match folders.as_slice() {
        [open] => format!("{open}/{name}"),
        _ => path.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ADDS: &str = "From 5d1 Mon Sep 17 00:00:00 2001\nSubject: [PATCH] Shelves\n---\n\
        diff --git a/db/0002_shelf.sql b/db/0002_shelf.sql\nnew file mode 100644\nindex 0000000..e69de29\n\
        --- /dev/null\n+++ b/db/0002_shelf.sql\n@@ -0,0 +1,2 @@\n+CREATE TABLE shelf (\n+  id int);\n\
        diff --git a/README.md b/README.md\nindex 1..2 100644\n--- a/README.md\n+++ b/README.md\n@@ -1 +1 @@\n-a\n+b\n";
    const CHANGES: &str = "--- a/db/0001_bin.sql\n+++ b/db/0001_bin.sql\n@@ -1,2 +1,2 @@\n SELECT 1;\n-SELECT 2;\n+SELECT 3;\n";

    #[test]
    fn a_diff_is_told_from_a_file() {
        assert!(is_diff(ADDS) && is_diff(CHANGES));
        assert!(!is_diff("-- a comment\nSELECT 1;\n--- another\nSELECT 2;"));
        assert!(!is_diff("def upgrade():\n    pass\n"));
    }

    #[test]
    fn an_added_file_is_whole_and_under_review() {
        let intake = read_diff(ADDS, &Files::default());
        let [file] = intake.files.as_slice() else {
            panic!("{intake:?}")
        };
        assert_eq!(file.path, "db/0002_shelf.sql");
        assert_eq!(file.text, "CREATE TABLE shelf (\n  id int);\n");
        assert!(!file.history && intake.remarks.len() == 1);
    }

    #[test]
    fn a_change_needs_the_file_it_changes() {
        let alone = read_diff(CHANGES, &Files::default());
        assert!(alone.files.is_empty() && alone.problems.len() == 1);
        let mut files = Files::default();
        files.put("0001_bin.sql", "SELECT 1;\nSELECT 2;\n".into(), true);
        let beside = read_diff(CHANGES, &files);
        assert_eq!(beside.files[0].text, "SELECT 1;\nSELECT 3;\n");
    }

    const MODULE: &str = "diff --git a/app/models.py b/app/models.py\nindex 1..2 100644\n--- a/app/models.py\n+++ b/app/models.py\n@@ -1,2 +1,2 @@\n import enum\n-A = 1\n+A = 2\n";

    #[test]
    fn changed_modules_of_the_application_are_only_counted() {
        let intake = read_diff(&format!("{ADDS}{MODULE}"), &Files::default());
        assert!(intake.problems.is_empty(), "{:?}", intake.problems);
        assert!(
            intake
                .remarks
                .iter()
                .any(|remark| remark.contains("One changed module"))
        );
        let migration = MODULE.replace("app/models", "db/versions/0003_bin");
        assert_eq!(read_diff(&migration, &Files::default()).problems.len(), 1);
    }

    #[test]
    fn a_new_file_goes_to_the_folder_that_the_diff_means() {
        let mut files = Files::default();
        files.put("shop/db/0001_bin.sql", "SELECT 1;\n".into(), true);
        let intake = read_diff(ADDS, &files);
        assert_eq!(intake.files[0].path, "shop/db/0002_shelf.sql");
        files.put("shop/db/0002_shelf.sql", "SELECT 2;\n".into(), true);
        let again = read_diff(ADDS, &files);
        assert_eq!(again.files[0].path, "shop/db/0002_shelf.sql");
        assert!(again.told_apart && !again.files[0].history);
    }

    #[test]
    fn a_cut_off_diff_is_said() {
        let cut = ADDS.split("+  id").next().unwrap();
        assert!(!read_diff(cut, &Files::default()).problems.is_empty());
    }
}
