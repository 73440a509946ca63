//! One thing to install.

use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use crate::progress::seconds;
use crate::project::Project;
use crate::{Failure, shell};

/// How often a step that takes long says that it is still at it.
const REMINDER: Duration = Duration::from_secs(30);

type Action = Box<dyn Fn(&Project, &Log) -> Result<(), Failure> + Send + Sync>;

/// One thing to install, and whether it is there already.
pub struct Step {
    pub title: String,
    pub done: bool,
    action: Action,
}

impl Step {
    pub fn new(
        title: impl Into<String>,
        done: bool,
        action: impl Fn(&Project, &Log) -> Result<(), Failure> + Send + Sync + 'static,
    ) -> Self {
        Self {
            title: title.into(),
            done,
            action: Box::new(action),
        }
    }

    pub fn take(&self, project: &Project) -> Result<(), Failure> {
        println!("   {}: installing", self.title);
        let start = Instant::now();
        let log = Log {
            title: self.title.clone(),
            start,
        };
        (self.action)(project, &log).map_err(|failure| format!("{}: {failure}", self.title))?;
        println!("   {}: installed ({})", self.title, seconds(start));
        Ok(())
    }
}

/// Runs a step's commands, quietly, since several steps run at once; now and then tells how far they are.
pub struct Log {
    title: String,
    start: Instant,
}

impl Log {
    /// # Errors
    /// Fails when the command does, with the end of what it wrote.
    pub fn run(&self, project: &Project, command: &mut Command) -> Result<(), Failure> {
        let name: String = self
            .title
            .chars()
            .map(|c| {
                if c.is_alphanumeric() || c == '.' {
                    c
                } else {
                    '-'
                }
            })
            .collect();
        let log = project.tools().join("log").join(format!("{name}.log"));
        let mut reminded = Instant::now();
        shell::run_logged(command, &log, || {
            if reminded.elapsed() > REMINDER {
                reminded = Instant::now();
                println!(
                    "   {}: {}, {}",
                    self.title,
                    seconds(self.start),
                    last_line(&log)
                );
            }
        })
    }
}

fn last_line(log: &Path) -> String {
    let text = std::fs::read_to_string(log).unwrap_or_default();
    text.lines().last().unwrap_or_default().trim().to_owned()
}
