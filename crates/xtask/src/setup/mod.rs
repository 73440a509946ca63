//! Installs what building and testing need, into the project's own folders where that is possible.

mod alembic;
mod node;
mod rust;
mod step;
mod system;

use std::thread;

use crate::Failure;
use crate::progress::Stage;
use crate::project::Project;

use step::Step;

/// What building and serving the app need.
pub fn for_building(project: &Project) -> Result<(), Failure> {
    install(
        project,
        &[&rust::steps(project)?, &[node::packages(project)?]],
    )
}

/// What building and testing need.
pub fn for_everything(project: &Project) -> Result<(), Failure> {
    install(
        project,
        &[
            &rust::steps(project)?,
            &[node::packages(project)?, system::packages()],
            &alembic::environments(project)?,
        ],
    )
}

/// Takes the steps of each lane in order, the lanes beside each other: compiling keeps
/// the processor busy while the others wait for the network.
fn install(project: &Project, lanes: &[&[Step]]) -> Result<(), Failure> {
    let missing = lanes
        .iter()
        .flat_map(|lane| lane.iter())
        .filter(|step| !step.done);
    if missing.count() == 0 {
        println!("All that is needed is installed.");
        return Ok(());
    }
    let stage = Stage::begin("Install what is missing");
    let failures: Vec<String> = thread::scope(|scope| {
        let lanes: Vec<_> = lanes
            .iter()
            .map(|lane| scope.spawn(|| take_all(project, lane)))
            .collect();
        lanes
            .into_iter()
            .flat_map(|lane| {
                lane.join()
                    .unwrap_or_else(|_| vec!["a step panicked".to_owned()])
            })
            .collect()
    });
    if failures.is_empty() {
        stage.end("done");
        Ok(())
    } else {
        stage.end("incomplete");
        Err(failures.join("\n").into())
    }
}

fn take_all(project: &Project, steps: &[Step]) -> Vec<String> {
    steps
        .iter()
        .filter(|step| !step.done)
        .filter_map(|step| step.take(project).err())
        .map(|failure| failure.to_string())
        .collect()
}
