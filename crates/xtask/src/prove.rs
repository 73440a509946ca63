//! `cargo xtask prove`: up, down and up again on a real PostgreSQL under Node, with time, locks and rewrites.

use std::fs;
use std::process::ExitCode;

use crate::project::Project;
use crate::{Failure, setup, shell};

/// Proves the last revision of a project, one revision, or with `--all` each of them. The exit code tells whether all of
/// them are proven.
pub fn run(project: &Project, arguments: &[&str]) -> Result<ExitCode, Failure> {
    setup::for_building(project)?;
    let mut plan = shell::cargo(project);
    plan.args([
        "run",
        "--quiet",
        "--locked",
        "--package",
        "retort-cli",
        "--",
        "plan",
    ])
    .args(arguments);
    let plans = shell::output(&mut plan)?;
    let file = project.target().join("plans.json");
    fs::write(&file, plans)?;
    let mut node = shell::command(project, "node");
    node.arg(project.path("web/prove/node.js")).arg(&file);
    let proven = node.status()?.success();
    Ok(if proven {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}
