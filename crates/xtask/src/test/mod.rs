//! Every check and test, in the order from fast to slow.

mod stages;
mod tally;

use std::process::ExitCode;
use std::time::Instant;

use crate::Failure;
use crate::progress::{self, seconds};
use crate::project::Project;

use stages::STAGES;
use tally::Tally;

/// Runs all stages, or the one called `only`. The last line is read by machines.
pub fn run(project: &Project, only: Option<&str>) -> Result<ExitCode, Failure> {
    if let Some(name) = only
        && !STAGES.iter().any(|stage| stage.name == name)
    {
        list();
        return Err(format!("there is no stage `{name}`").into());
    }
    let start = Instant::now();
    let mut total = Tally::default();
    let mut rows = Vec::new();
    for stage in STAGES
        .iter()
        .filter(|stage| only.is_none_or(|name| name == stage.name))
    {
        let progress = progress::Stage::begin(&format!("{}: {}", stage.name, stage.title));
        let begin = Instant::now();
        let tally = (stage.run)(project).unwrap_or_else(|failure| {
            eprintln!("{failure}");
            Tally::one_failed()
        });
        progress.end(&tally.to_string());
        rows.push((stage.name, tally, seconds(begin)));
        total += tally;
    }
    println!("\n== All stages ({})", seconds(start));
    for (name, tally, time) in rows {
        println!(
            "   {name:<14}{time:>9}   {}",
            tally.to_string().replace(", 0 failed", "")
        );
    }
    println!("\n{total}");
    Ok(if total.failed == 0 && total.passed > 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// Names the stages.
pub fn list() {
    for stage in &STAGES {
        println!("{:<14}{}", stage.name, stage.title);
    }
}
