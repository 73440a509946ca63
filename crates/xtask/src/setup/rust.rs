//! The WebAssembly target, Trunk and wasm-bindgen.

use std::path::Path;

use crate::project::Project;
use crate::{Failure, shell};

use super::step::{Log, Step};

const TARGET: &str = "wasm32-unknown-unknown";

/// Later versions want a newer Rust than `rust-toolchain.toml` names.
const TRUNK: &str = "0.21.14";

/// How a program is compiled: fast, since it runs for seconds. Measured on two cores, this takes
/// Trunk from over nine minutes to under three.
const QUICK_PROFILE: [(&str, &str); 4] = [
    ("CARGO_PROFILE_RELEASE_LTO", "off"),
    ("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "64"),
    ("CARGO_PROFILE_RELEASE_DEBUG", "false"),
    ("CARGO_PROFILE_RELEASE_STRIP", "true"),
];

/// A program from crates.io.
struct Program {
    binary: &'static str,
    package: &'static str,
    version: String,
    flags: &'static [&'static str],
    opt_level: &'static str,
}

pub fn steps(project: &Project) -> Result<Vec<Step>, Failure> {
    Ok(vec![
        Step::new(
            "rustfmt and clippy",
            has_components(project),
            add_components,
        ),
        Step::new(TARGET, has_target(project), add_target),
        Program {
            binary: "trunk",
            package: "trunk",
            version: TRUNK.to_owned(),
            // It no longer compiles with the newest versions of what it uses.
            flags: &["--locked"],
            // It only starts other programs.
            opt_level: "0",
        }
        .step(project),
        Program {
            binary: "wasm-bindgen",
            package: "wasm-bindgen-cli",
            version: project.locked_version("wasm-bindgen")?,
            // Its lock file names crates that are gone.
            flags: &[],
            // It transforms whole modules.
            opt_level: "1",
        }
        .step(project),
    ])
}

fn has_components(project: &Project) -> bool {
    ["fmt", "clippy"]
        .iter()
        .all(|tool| shell::probe(shell::cargo(project).args([tool, "--version"])).is_some())
}

fn add_components(project: &Project, log: &Log) -> Result<(), Failure> {
    log.run(
        project,
        shell::command(project, "rustup").args(["component", "add", "rustfmt", "clippy"]),
    )
}

fn has_target(project: &Project) -> bool {
    let mut rustc = shell::command(project, "rustc");
    shell::probe(rustc.args(["--print", "target-libdir", "--target", TARGET]))
        .is_some_and(|folder| Path::new(folder.trim()).is_dir())
}

fn add_target(project: &Project, log: &Log) -> Result<(), Failure> {
    // Called by name, since installing what rust-toolchain.toml lists may be switched off.
    log.run(
        project,
        shell::command(project, "rustup").args(["target", "add", TARGET]),
    )
}

impl Program {
    /// Installs into the project's own folder, unless this very version is on the `PATH`.
    fn step(self, project: &Project) -> Step {
        let done =
            installed_version(project, self.binary).is_some_and(|found| found == self.version);
        let title = format!("{} {}", self.package, self.version);
        Step::new(title, done, move |project, log| self.install(project, log))
    }

    fn install(&self, project: &Project, log: &Log) -> Result<(), Failure> {
        let tools = project.tools();
        let build = tools.join("build").join(self.package);
        let mut cargo = shell::cargo(project);
        cargo
            .args(["install", self.package, "--version", &self.version])
            .args(self.flags)
            .arg("--root")
            .arg(&tools)
            .env("CARGO_TARGET_DIR", &build)
            .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", self.opt_level)
            .envs(QUICK_PROFILE);
        log.run(project, &mut cargo)?;
        // Hundreds of megabytes that nobody needs again.
        std::fs::remove_dir_all(&build)?;
        Ok(())
    }
}

/// The second word of what `--version` prints.
fn installed_version(project: &Project, binary: &str) -> Option<String> {
    let mut command = shell::command(project, project.find_program(binary)?);
    let text = shell::probe(command.arg("--version"))?;
    text.split_whitespace().nth(1).map(str::to_owned)
}
