//! The stages of `cargo xtask test`.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::project::Project;
use crate::{Failure, docs, package, setup, shell, site};

use super::tally::Tally;

/// A part of the test run that can be run alone.
pub struct Stage {
    pub name: &'static str,
    pub title: &'static str,
    pub run: fn(&Project) -> Result<Tally, Failure>,
}

pub const STAGES: [Stage; 9] = [
    Stage {
        name: "setup",
        title: "everything that building and testing need is installed",
        run: |project| Ok(check(setup::for_everything(project))),
    },
    Stage {
        name: "format",
        title: "all Rust is formatted",
        run: |project| {
            let mut format = shell::cargo(project);
            Ok(check(shell::run(format.args(["fmt", "--all", "--check"]))))
        },
    },
    Stage {
        name: "lint",
        title: "clippy finds nothing, native and for WebAssembly",
        run: lint,
    },
    Stage {
        name: "unit",
        title: "unit, snapshot and property tests",
        run: unit,
    },
    Stage {
        name: "differential",
        title: "Retort against PostgreSQL and Alembic",
        run: differential,
    },
    Stage {
        name: "build",
        title: "the static site builds",
        run: |project| Ok(check(site::build(project))),
    },
    Stage {
        name: "e2e",
        title: "the built app in a browser",
        run: end_to_end,
    },
    Stage {
        name: "package",
        title: "the package under Node, in workers, bundled, and its element in a browser",
        run: package,
    },
    Stage {
        name: "docs",
        title: "the documentation builds, and every example shows what it says",
        run: documentation,
    },
];

/// The package of the tests that need a PostgreSQL server and Alembic.
const DIFFERENTIAL: &str = "retort-differential";

fn lint(project: &Project) -> Result<Tally, Failure> {
    // The app's crate embeds the bundled editor.
    shell::run(shell::command(project, "npm").args(["run", "--silent", "bundle"]))?;
    let mut tally = Tally::default();
    let native = ["clippy", "--locked", "--workspace", "--all-targets"];
    let wasm = [
        "clippy",
        "--locked",
        "--package=retort-web",
        "--package=retort-wasm",
        "--target=wasm32-unknown-unknown",
    ];
    for arguments in [native.as_slice(), wasm.as_slice()] {
        let mut clippy = shell::cargo(project);
        clippy.args(arguments).args(["--", "--deny=warnings"]);
        tally += check(shell::run(&mut clippy));
    }
    Ok(tally)
}

fn unit(project: &Project) -> Result<Tally, Failure> {
    let mut tests = shell::cargo(project);
    tests.args(["test", "--locked", "--workspace", "--no-fail-fast"]);
    if has_differential(project) {
        tests.args(["--exclude", DIFFERENTIAL]);
    }
    cargo_test(&mut tests)
}

fn differential(project: &Project) -> Result<Tally, Failure> {
    if !has_differential(project) {
        println!("there are no differential tests yet");
        return Ok(Tally::default());
    }
    let mut tests = shell::cargo(project);
    tests.args([
        "test",
        "--locked",
        "--no-fail-fast",
        "--package",
        DIFFERENTIAL,
    ]);
    cargo_test(&mut tests)
}

fn has_differential(project: &Project) -> bool {
    project.locked_version(DIFFERENTIAL).is_ok()
}

fn package(project: &Project) -> Result<Tally, Failure> {
    package::build(project, package::Module::Site)?;
    node_tests(project, "tests/package")
}

fn documentation(project: &Project) -> Result<Tally, Failure> {
    let built = check(docs::build(project));
    if built.failed > 0 {
        return Ok(built);
    }
    let mut tally = node_tests(project, "tests/docs")?;
    tally += built;
    Ok(tally)
}

fn end_to_end(project: &Project) -> Result<Tally, Failure> {
    node_tests(project, "tests/e2e")
}

/// Runs the tests of a folder with Node's own runner.
fn node_tests(project: &Project, folder: &str) -> Result<Tally, Failure> {
    let mut tests = shell::command(project, "node");
    tests
        .args(["--test", "--test-reporter=spec"])
        .args(test_files(&project.path(folder))?);
    let shown = shell::show(&mut tests)?;
    Ok(Tally::of_node_test(&shown.text).judged(shown.status.success()))
}

/// The `*.test.js` files of a folder, named one by one: versions of Node differ in what they find themselves.
fn test_files(folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder)?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<_, _>>()?;
    files.retain(|path| path.to_string_lossy().ends_with(".test.js"));
    files.sort();
    Ok(files)
}

fn cargo_test(command: &mut Command) -> Result<Tally, Failure> {
    let shown = shell::show(command)?;
    Ok(Tally::of_cargo_test(&shown.text).judged(shown.status.success()))
}

/// A check counts as one test.
fn check(result: Result<(), Failure>) -> Tally {
    match result {
        Ok(()) => Tally::one_passed(),
        Err(failure) => {
            eprintln!("{failure}");
            Tally::one_failed()
        }
    }
}
