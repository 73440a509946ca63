//! The static site in `dist/`.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::fingerprint;
use crate::progress::{Stage, size};
use crate::project::Project;
use crate::stamp::Part;
use crate::{Failure, offline, shell, split, stamp};

/// The module with the page, as Trunk names it.
const PAGE: &str = "retort-web";

/// The module with the core, as Trunk names it.
const CORE: &str = "retort-wasm";

/// Builds `dist/`: compiled and collected by Trunk, all names hashed. Leaves it alone when nothing changed.
pub fn build(project: &Project) -> Result<(), Failure> {
    let stage = Stage::begin("Build the app");
    if stamp::holds(project, Part::Site)? {
        stage.end(&format!("nothing changed, {}", summary(&project.dist())?));
        return Ok(());
    }
    remove_bindings(project)?;
    shell::run(trunk(project)?.args(["build", "--release", "--log", "warn"]))?;
    finish(project, "wasm-release")?;
    stamp::set(project, Part::Site)?;
    stage.end(&summary(&project.dist())?);
    Ok(())
}

/// Builds `dist/` for trying it: the modules hardly optimised.
pub fn build_fast(project: &Project) -> Result<(), Failure> {
    let stage = Stage::begin("Build the app");
    remove_bindings(project)?;
    shell::run(trunk(project)?.args(["build", "--cargo-profile", "wasm-fast", "--log", "warn"]))?;
    finish(project, "wasm-fast")?;
    stage.end(&summary(&project.dist())?);
    Ok(())
}

/// Makes of what Trunk collected what a browser loads.
fn finish(project: &Project, profile: &str) -> Result<(), Failure> {
    let dist = project.dist();
    let linked = project
        .target()
        .join("wasm32-unknown-unknown")
        .join(profile);
    // The page first: it is tried with the core in one piece.
    for (name, file, ordinary) in [
        (PAGE, "retort-web.wasm", split::Ordinary::Page),
        (CORE, "retort_wasm.wasm", split::Ordinary::Core { often: 1 }),
    ] {
        split::split_in(
            project,
            &split::Module {
                folder: &dist,
                name,
                linked: &linked.join(file),
                ordinary,
            },
        )?;
    }
    fingerprint::rename_all(&dist)?;
    offline::fill_in(&dist)
}

/// Trunk collects whatever lies there, scripts that no module imports any more among it.
fn remove_bindings(project: &Project) -> Result<(), Failure> {
    match fs::remove_dir_all(project.target().join("wasm-bindgen")) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error.into()),
        _ => Ok(()),
    }
}

/// Trunk, with all it needs at hand: it works offline, so that it cannot download tools of its own.
pub fn trunk(project: &Project) -> Result<Command, Failure> {
    shell::run(shell::cargo(project).args(["fetch", "--locked", "--quiet"]))?;
    let mut trunk = shell::command(project, "trunk");
    // Trunk refuses NO_COLOR=1, and its own backtraces hide the compiler's words.
    trunk.env_remove("NO_COLOR").env("RUST_BACKTRACE", "0");
    Ok(trunk)
}

fn wasm_modules(dist: &Path) -> Result<Vec<PathBuf>, Failure> {
    let mut modules: Vec<PathBuf> = fs::read_dir(dist)?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<_, _>>()?;
    modules.retain(|path| {
        path.extension()
            .is_some_and(|extension| extension == "wasm")
    });
    modules.sort();
    Ok(modules)
}

fn summary(dist: &Path) -> Result<String, Failure> {
    let sizes: Vec<String> = wasm_modules(dist)?
        .iter()
        .map(|module| {
            let bytes = fs::metadata(module).map_or(0, |data| data.len());
            let name = module.file_name().unwrap_or_default().to_string_lossy();
            format!("{name} {}", size(bytes))
        })
        .collect();
    Ok(format!("dist/ is ready, {}", sizes.join(", ")))
}
