//! The npm package for other people's pages and programs, in `package/`.

use std::fs;
use std::path::{Path, PathBuf};

use crate::progress::{Stage, size};
use crate::project::Project;
use crate::{Failure, shell, split};

/// Which WebAssembly the package carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Module {
    /// The smallest, without what only the app asks: for packing.
    Small,
    /// The one that the site has, so that nothing is compiled twice: for tests and the documentation.
    Site,
}

/// What fewer reviews of our examples run comes later: a page waits for all that comes first. Most examples are reviewed twice,
/// as files of their page and alone.
const OFTEN: u32 = 3;

/// What the scripts import it as.
const NAME: &str = "retort-wasm";

/// Builds the folder and gives its place.
pub fn build(project: &Project, module: Module) -> Result<PathBuf, Failure> {
    let stage = Stage::begin("Build the package");
    let folder = project.path("package");
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    copy(&project.path("web/embed/package"), &folder)?;
    for licence in ["LICENSE-APACHE", "LICENSE-MIT"] {
        fs::copy(project.path(licence), folder.join(licence))?;
    }
    shell::run(
        shell::command(project, "node")
            .arg("web/embed/rule-pages.mjs")
            .arg(folder.join("rule-pages.js")),
    )?;
    let compiled = compile(project, module)?;
    shell::run(
        shell::command(project, "wasm-bindgen")
            .args(["--target", "web", "--no-demangle", "--out-name", NAME])
            .arg("--out-dir")
            .arg(&folder)
            .arg(&compiled),
    )?;
    split::split_in(
        project,
        &split::Module {
            folder: &folder,
            name: NAME,
            linked: &compiled,
            ordinary: split::Ordinary::Core { often: OFTEN },
        },
    )?;
    let wasm = folder.join(format!("{NAME}_bg.wasm"));
    for script in ["web/embed/bundle.mjs", "web/embed/sizes.mjs"] {
        shell::run(shell::command(project, "node").arg(script).arg(&folder))?;
    }
    set_version(&folder)?;
    stage.end(&format!("package/, {}", size(fs::metadata(wasm)?.len())));
    Ok(folder)
}

fn compile(project: &Project, module: Module) -> Result<PathBuf, Failure> {
    let profile = match module {
        Module::Small => "wasm-small",
        Module::Site => "wasm-release",
    };
    let mut cargo = shell::cargo(project);
    cargo.args(["build", "--locked", "--lib", "--package", "retort-wasm"]);
    cargo.args(["--target", "wasm32-unknown-unknown", "--profile", profile]);
    if module == Module::Small {
        cargo.arg("--no-default-features");
    }
    shell::run(&mut cargo)?;
    let built = format!("wasm32-unknown-unknown/{profile}/retort_wasm.wasm");
    Ok(project.target().join(built))
}

/// The workspace has one version, which is this program's too.
fn set_version(folder: &Path) -> Result<(), Failure> {
    let manifest = folder.join("package.json");
    let text = fs::read_to_string(&manifest)?;
    let version = format!("\"version\": \"{}\"", env!("CARGO_PKG_VERSION"));
    fs::write(manifest, text.replace("\"version\": \"0.0.0\"", &version))?;
    Ok(())
}

/// Copies the files of a folder that has no folders in it.
fn copy(from: &Path, to: &Path) -> Result<(), Failure> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        fs::copy(entry.path(), to.join(entry.file_name()))?;
    }
    Ok(())
}
