//! The WebAssembly target, Trunk and wasm-bindgen.

use std::path::Path;

use crate::project::Project;
use crate::{Failure, shell};

use super::step::{Log, Step};

const TARGET: &str = "wasm32-unknown-unknown";

/// Later versions want a newer Rust than `rust-toolchain.toml` names.
const TRUNK: &str = "0.21.14";

/// These programs run for seconds, so compiling them fast matters more than their own speed.
const QUICK_PROFILE: [(&str, &str); 5] = [
    ("CARGO_PROFILE_RELEASE_OPT_LEVEL", "1"),
    ("CARGO_PROFILE_RELEASE_LTO", "off"),
    ("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "64"),
    ("CARGO_PROFILE_RELEASE_DEBUG", "false"),
    ("CARGO_PROFILE_RELEASE_STRIP", "true"),
];

pub fn steps(project: &Project) -> Result<Vec<Step>, Failure> {
    let wasm_bindgen = project.locked_version("wasm-bindgen")?;
    Ok(vec![
        Step::new(
            "rustfmt and clippy",
            has_components(project),
            add_components,
        ),
        Step::new(TARGET, has_target(project), add_target),
        // Its own lock file keeps Trunk compiling; that of wasm-bindgen-cli names crates that are gone.
        program(project, "trunk", "trunk", TRUNK, &["--locked"]),
        program(
            project,
            "wasm-bindgen",
            "wasm-bindgen-cli",
            &wasm_bindgen,
            &[],
        ),
    ])
}

fn has_components(project: &Project) -> bool {
    ["fmt", "clippy"].iter().all(|tool| {
        shell::cargo(project)
            .is_ok_and(|mut cargo| shell::output(cargo.args([tool, "--version"])).is_ok())
    })
}

fn add_components(project: &Project, log: &Log) -> Result<(), Failure> {
    log.run(
        project,
        shell::command(project, "rustup")?.args(["component", "add", "rustfmt", "clippy"]),
    )
}

fn has_target(project: &Project) -> bool {
    shell::command(project, "rustc")
        .and_then(|mut rustc| {
            shell::output(rustc.args(["--print", "target-libdir", "--target", TARGET]))
        })
        .is_ok_and(|folder| Path::new(folder.trim()).is_dir())
}

fn add_target(project: &Project, log: &Log) -> Result<(), Failure> {
    // Called by name, since installing what rust-toolchain.toml lists may be switched off.
    log.run(
        project,
        shell::command(project, "rustup")?.args(["target", "add", TARGET]),
    )
}

/// A program from crates.io, in the project's own folder unless this very version is on the `PATH`.
fn program(
    project: &Project,
    binary: &'static str,
    package: &'static str,
    version: &str,
    flags: &'static [&'static str],
) -> Step {
    let version = version.to_owned();
    let done = installed_version(project, binary).is_some_and(|found| found == version);
    Step::new(format!("{package} {version}"), done, move |project, log| {
        let tools = project.tools();
        let mut cargo = shell::cargo(project)?;
        cargo
            .args(["install", package, "--version", &version])
            .args(flags)
            .arg("--root")
            .arg(&tools)
            .env("CARGO_TARGET_DIR", tools.join("build"))
            .envs(QUICK_PROFILE);
        log.run(project, &mut cargo)?;
        // Hundreds of megabytes that nobody needs again.
        std::fs::remove_dir_all(tools.join("build"))?;
        Ok(())
    })
}

/// The second word of what `--version` prints.
fn installed_version(project: &Project, binary: &str) -> Option<String> {
    let mut command = shell::command(project, project.find_program(binary)?).ok()?;
    let text = shell::output(command.arg("--version")).ok()?;
    text.split_whitespace().nth(1).map(str::to_owned)
}
