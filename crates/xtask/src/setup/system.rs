//! What only the system's package manager can install: a browser and a database server for the tests.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use crate::project::Project;
use crate::{Failure, shell};

use super::step::{Log, Step};

const BROWSERS: [&str; 3] = ["chromium", "chromium-browser", "google-chrome"];
const VENV_PACKAGE: &str = "python3-venv";

/// Chromium, PostgreSQL's server and Python's virtual environments.
pub fn packages() -> Step {
    let missing = missing();
    let title = if missing.is_empty() {
        "system packages".to_owned()
    } else {
        missing.join(", ")
    };
    Step::new(title, missing.is_empty(), move |project, log| {
        install(project, log, &missing)
    })
}

fn missing() -> Vec<&'static str> {
    let mut missing = Vec::new();
    if !BROWSERS.iter().any(|name| on_path(name)) {
        missing.push("chromium");
    }
    if postgres_binaries().is_none() {
        missing.push("postgresql");
    }
    if !python_makes_environments() {
        missing.push(VENV_PACKAGE);
    }
    missing
}

fn install(project: &Project, log: &Log, packages: &[&str]) -> Result<(), Failure> {
    if !is_root(project) || !on_path("apt-get") {
        let packages = packages.join(" ");
        return Err(format!(
            "please install these packages, which only an administrator can: apt-get install {packages}"
        )
        .into());
    }
    let mut update = shell::command(project, "apt-get");
    log.run(project, update.args(["update"]))?;
    let mut install = shell::command(project, "apt-get");
    install
        .args(["install", "--yes", "--no-install-recommends"])
        .args(packages)
        .env("DEBIAN_FRONTEND", "noninteractive");
    log.run(project, &mut install)
}

fn is_root(project: &Project) -> bool {
    shell::probe(shell::command(project, "id").arg("-u")).is_some_and(|user| user.trim() == "0")
}

/// The newest PostgreSQL server's folder of programs. Debian keeps them out of the `PATH`.
fn postgres_binaries() -> Option<PathBuf> {
    let mut folders: Vec<PathBuf> = fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .filter_map(Result::ok)
        .map(|entry| entry.path().join("bin"))
        .collect();
    folders.sort();
    let on_path = env::var_os("PATH").unwrap_or_default();
    folders.extend(env::split_paths(&on_path));
    folders
        .into_iter()
        .rev()
        .find(|folder| folder.join("initdb").is_file())
}

fn python_makes_environments() -> bool {
    std::process::Command::new("python3")
        .args(["-c", "import ensurepip, venv"])
        .status()
        .is_ok_and(|status| status.success())
}

fn on_path(name: &str) -> bool {
    let path = env::var_os("PATH").unwrap_or_default();
    env::split_paths(&path).any(|folder: PathBuf| Path::new(&folder).join(name).is_file())
}
