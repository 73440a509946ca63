//! The documentation, in `dist/docs/`: hand-written chapters, the rules' pages and the lessons, with live examples.

use crate::package::{self, Module};
use crate::progress::Stage;
use crate::project::Project;
use crate::stamp::{self, Part};
use crate::{Failure, shell};

/// Builds the documentation beside the app, and fails if an example does not show what it says.
pub fn build(project: &Project) -> Result<(), Failure> {
    package::build(project, Module::Site)?;
    let stage = Stage::begin("Build the documentation");
    shell::run(shell::command(project, "node").arg("docs/site/build.mjs"))?;
    stamp::set(project, Part::Docs)?;
    stage.end("dist/docs/");
    Ok(())
}

/// Builds the documentation unless it is what its sources make.
pub fn build_if_stale(project: &Project) -> Result<(), Failure> {
    if stamp::holds(project, Part::Docs)? {
        return Ok(());
    }
    build(project)
}
