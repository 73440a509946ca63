//! Alembic, for the differential tests: one virtual environment per file of requirements.

use std::fs;
use std::path::{Path, PathBuf};

use crate::fingerprint::content_hash;
use crate::project::Project;
use crate::{Failure, shell};

use super::step::Step;

/// The folder whose `requirements*.txt` files name versions of Alembic and SQLAlchemy.
const REQUIREMENTS: &str = "tests/alembic";

pub fn environments(project: &Project) -> Result<Vec<Step>, Failure> {
    requirement_files(&project.path(REQUIREMENTS))
        .iter()
        .map(|file| environment(project, file))
        .collect()
}

fn requirement_files(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = fs::read_dir(folder)
        .into_iter()
        .flatten()
        .filter_map(Result::ok)
        .map(|entry| entry.path())
        .filter(|path| {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            name.starts_with("requirements") && name.ends_with(".txt")
        })
        .collect();
    files.sort();
    files
}

/// `requirements-x.txt` becomes `.tools/python/requirements-x/`.
fn environment(project: &Project, requirements: &Path) -> Result<Step, Failure> {
    let name = requirements
        .file_stem()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned();
    let folder = project.tools().join("python").join(&name);
    let stamp = folder.join("installed");
    let wanted = content_hash(&fs::read(requirements)?);
    let done = fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted);
    let requirements = requirements.to_path_buf();
    Ok(Step::new(
        format!("Python environment {name}"),
        done,
        move |project, log| {
            let mut create = shell::command(project, "python3");
            log.run(project, create.args(["-m", "venv", "--clear"]).arg(&folder))?;
            let mut pip = shell::command(project, folder.join("bin/python"));
            pip.args([
                "-m",
                "pip",
                "install",
                "--quiet",
                "--disable-pip-version-check",
                "-r",
            ])
            .arg(&requirements);
            log.run(project, &mut pip)?;
            fs::write(&stamp, &wanted)?;
            Ok(())
        },
    ))
}
