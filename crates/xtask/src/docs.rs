//! The documentation, in `dist/docs/`: hand-written chapters, the rules' pages and the lessons, with live examples.

use crate::package::{self, Module};
use crate::progress::Stage;
use crate::project::Project;
use crate::{Failure, shell};

/// Builds the documentation beside the app, and fails if an example does not show what it says.
pub fn build(project: &Project) -> Result<(), Failure> {
    package::build(project, Module::Site)?;
    let stage = Stage::begin("Build the documentation");
    shell::run(shell::command(project, "node").arg("docs/site/build.mjs"))?;
    stage.end("dist/docs/");
    Ok(())
}
