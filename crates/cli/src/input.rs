//! Reading what the command line names: migrations, settings, SQL files.

use std::collections::BTreeSet;
use std::fs;
use std::io::Read;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use retort_core::config::Config;
use retort_core::migration::SourceFile;
use retort_core::project::InputProblem;
use retort_core::review::{Input, Review, review_with_problems};

use crate::arguments::Source;
use crate::modules;
use crate::output::Failure;

/// Files above this size are not read: no migration is that large.
const LARGEST: u64 = 64 * 1024 * 1024;

/// Folders that hold no migrations of the project itself.
const SKIPPED: &[&str] = &["node_modules", "__pycache__", "target", "venv"];

/// What the command line names, read.
pub struct Given {
    /// The files, those that only serve as history marked.
    pub inputs: Vec<Input>,
    /// What is wrong with those that could not be read.
    pub problems: Vec<InputProblem>,
    /// SQL that makes what exists before the first revision.
    pub baseline: Option<String>,
    /// The settings.
    pub config: Config,
}

/// Reads the files and reviews them. `only` are the files under review; without any, all are.
pub fn review(source: &Source, only: &[PathBuf]) -> Result<Review, Failure> {
    let read = read(source, only)?;
    let baseline = read.baseline.as_deref();
    Ok(review_with_problems(
        read.inputs,
        read.problems,
        baseline,
        read.config,
        None,
    ))
}

/// Reads the files.
pub fn read(source: &Source, only: &[PathBuf]) -> Result<Given, Failure> {
    let config = config(source)?;
    let baseline = source.base.as_deref().map(text_file).transpose()?;
    let (files, problems) = files(&source.paths)?;
    if files.is_empty() && problems.is_empty() {
        let named: Vec<String> = source.paths.iter().map(|path| shown(path)).collect();
        return Err(Failure::new(
            format!("there is no migration in {}", named.join(", ")),
            "name a folder with Alembic scripts (*.py) or SQL files (*.sql), or such files themselves",
        ));
    }
    let only = reviewed(only, &files)?;
    let files = modules::with_imported(files);
    let inputs = files
        .into_iter()
        .map(|file| Input {
            history: !only.is_empty() && !only.contains(&file.path),
            file,
        })
        .collect();
    Ok(Given {
        inputs,
        problems,
        baseline,
        config,
    })
}

/// The paths of the files under review, each of which must be among those read.
fn reviewed(only: &[PathBuf], files: &[SourceFile]) -> Result<BTreeSet<Arc<str>>, Failure> {
    let find = |path: &PathBuf| {
        let wanted = shown(path);
        let ends = |file: &&SourceFile| {
            *file.path == *wanted
                || file
                    .path
                    .ends_with(&format!("/{}", wanted.trim_start_matches("./")))
        };
        files
            .iter()
            .find(ends)
            .map(|file| file.path.clone())
            .ok_or_else(|| {
                Failure::new(
                    format!("{wanted} is not among the files read"),
                    "`--only` takes files that lie in the paths given before it",
                )
            })
    };
    only.iter().map(find).collect()
}

/// The settings: those named, or the nearest `retort.toml`, or the defaults.
fn config(source: &Source) -> Result<Config, Failure> {
    let path = source
        .config
        .clone()
        .or_else(|| nearest_config(source.paths.first()?));
    let mut config = match path {
        None => Config::default(),
        Some(path) => Config::from_toml(&text_file(&path)?).map_err(|message| {
            Failure::new(
                format!("{} cannot be used", shown(&path)),
                message.trim_end().to_owned(),
            )
        })?,
    };
    if let Some(postgres) = source.postgres {
        config.postgres = postgres;
    }
    Ok(config)
}

fn nearest_config(start: &Path) -> Option<PathBuf> {
    let start = fs::canonicalize(start)
        .or_else(|_| std::env::current_dir())
        .ok()?;
    start
        .ancestors()
        .map(|folder| folder.join("retort.toml"))
        .find(|candidate| candidate.is_file())
}

/// One text file that must be there.
pub fn text_file(path: &Path) -> Result<String, Failure> {
    let bytes = fs::read(path).map_err(|error| unreadable(path, &error))?;
    let file = SourceFile::from_bytes(&shown(path), &bytes).map_err(|problem| {
        Failure::new(format!("{} cannot be used", shown(path)), problem.message)
    })?;
    Ok(file.text.to_string())
}

/// Every file below the paths that may belong to a migration, and what is wrong with those that cannot be read.
fn files(paths: &[PathBuf]) -> Result<(Vec<SourceFile>, Vec<InputProblem>), Failure> {
    let mut found = BTreeSet::new();
    let mut read = Vec::new();
    let mut problems = Vec::new();
    for path in paths {
        if path.as_os_str() == "-" {
            let mut bytes = Vec::new();
            let stdin = std::io::stdin()
                .lock()
                .take(LARGEST)
                .read_to_end(&mut bytes);
            stdin.map_err(|error| unreadable(path, &error))?;
            take(name_of_stdin(&bytes), &bytes, &mut read, &mut problems);
        } else if path.is_dir() {
            walk(path, &mut found)?;
        } else if path.is_file() {
            found.insert(path.clone());
        } else {
            return Err(Failure::new(
                format!("{} does not exist", shown(path)),
                "check the path; relative paths start at the current folder",
            ));
        }
    }
    for path in found {
        let size = fs::metadata(&path).map_or(0, |data| data.len());
        if size > LARGEST {
            return Err(Failure::new(
                format!("{} has {} MiB", shown(&path), size / 1024 / 1024),
                "leave data dumps out: files above 64 MiB are not read",
            ));
        }
        let bytes = fs::read(&path).map_err(|error| unreadable(&path, &error))?;
        take(&shown(&path), &bytes, &mut read, &mut problems);
    }
    Ok((read, problems))
}

fn take(path: &str, bytes: &[u8], read: &mut Vec<SourceFile>, problems: &mut Vec<InputProblem>) {
    match SourceFile::from_bytes(path, bytes) {
        Ok(file) => read.push(file),
        Err(problem) => problems.push(problem),
    }
}

/// Standard input has no name that tells its language.
fn name_of_stdin(bytes: &[u8]) -> &'static str {
    let text = String::from_utf8_lossy(bytes);
    let python = ["\ndef upgrade", "\ndef downgrade", "\nimport ", "\nfrom "];
    if python.iter().any(|mark| format!("\n{text}").contains(mark)) {
        "stdin.py"
    } else {
        "stdin.sql"
    }
}

/// Collects what a folder holds. Hidden folders and those of other tools are passed over.
fn walk(folder: &Path, found: &mut BTreeSet<PathBuf>) -> Result<(), Failure> {
    let entries = fs::read_dir(folder).map_err(|error| unreadable(folder, &error))?;
    for entry in entries {
        let entry = entry.map_err(|error| unreadable(folder, &error))?;
        let path = entry.path();
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.starts_with('.') || SKIPPED.contains(&name.as_str()) {
            continue;
        }
        let kind = entry
            .file_type()
            .map_err(|error| unreadable(&path, &error))?;
        // A link to a folder may lead back up.
        if kind.is_dir() {
            walk(&path, found)?;
        } else if path.is_file() && may_belong(&path) {
            found.insert(path);
        }
    }
    Ok(())
}

/// Files by which a project and its tool are known.
fn may_belong(path: &Path) -> bool {
    let extension = path.extension().and_then(|extension| extension.to_str());
    let name = path.file_name().and_then(|name| name.to_str());
    matches!(extension, Some("sql" | "py"))
        || matches!(name, Some("atlas.sum" | "alembic.ini" | "metadata.toml"))
}

fn unreadable(path: &Path, error: &std::io::Error) -> Failure {
    Failure::new(
        format!("{} cannot be read: {error}", shown(path)),
        "check the path and its permissions",
    )
}

/// A path with forward slashes and without a leading `./`.
pub fn shown(path: &Path) -> String {
    let parts: Vec<_> = path
        .components()
        .filter(|part| *part != Component::CurDir)
        .collect();
    let joined: PathBuf = parts.iter().collect();
    if joined.as_os_str().is_empty() {
        return ".".to_owned();
    }
    joined.to_string_lossy().replace('\\', "/")
}
