//! The npm packages: the editor, its bundler, and what the app's tests need.

use std::fs;

use crate::fingerprint::content_hash;
use crate::project::Project;
use crate::{Failure, shell};

use super::step::Step;

const OLDEST_NODE: u32 = 20;

pub fn packages(project: &Project) -> Result<Step, Failure> {
    let lock = content_hash(&fs::read(project.path("package-lock.json"))?);
    let stamp = project.path("node_modules/.installed");
    let done = fs::read_to_string(&stamp).is_ok_and(|installed| installed == lock);
    Ok(Step::new("npm packages", done, move |project, log| {
        check_node(project)?;
        log.run(project, shell::command(project, "npm").arg("ci"))?;
        fs::write(&stamp, &lock)?;
        Ok(())
    }))
}

fn check_node(project: &Project) -> Result<(), Failure> {
    let text = shell::output(shell::command(project, "node").arg("--version"))?;
    let major = text.trim().trim_start_matches('v').split('.').next();
    let fits = major.and_then(|major| major.parse().ok()) >= Some(OLDEST_NODE);
    if fits {
        Ok(())
    } else {
        Err(format!(
            "Node.js {OLDEST_NODE} or later is needed, this is {}",
            text.trim()
        )
        .into())
    }
}
