//! What is measured. The same tasks run natively and in WebAssembly; whoever calls them holds the clock.

mod history;
mod task;

pub use history::{File, alembic, sql, with_one_edit};
pub use task::{Task, Workload};

use wasm_bindgen::prelude::wasm_bindgen;

/// The workload for JavaScript: tasks are named by their number.
#[wasm_bindgen]
pub struct Bench(Workload);

#[wasm_bindgen]
impl Bench {
    /// Makes histories of this many revisions.
    #[wasm_bindgen(constructor)]
    pub fn new(revisions: usize) -> Self {
        Self(Workload::new(revisions))
    }

    /// How many tasks there are.
    #[wasm_bindgen(js_name = taskCount)]
    pub fn task_count() -> usize {
        Task::ALL.len()
    }

    /// What a task does.
    pub fn title(task: usize) -> String {
        Task::ALL
            .get(task)
            .map_or_else(String::new, |task| task.title().to_owned())
    }

    /// How often a task is to run.
    pub fn runs(task: usize) -> usize {
        Task::ALL.get(task).map_or(0, |task| task.runs())
    }

    /// How many bytes of source a task reads.
    pub fn bytes(&self, task: usize) -> usize {
        Task::ALL.get(task).map_or(0, |task| self.0.bytes(*task))
    }

    /// Does a task once, and gives how much came out of it: no compiler may leave out work whose result is used.
    pub fn run(&self, task: usize) -> usize {
        Task::ALL.get(task).map_or(0, |task| self.0.run(*task))
    }

    /// The memory that WebAssembly has, in bytes: it grows and never shrinks.
    #[cfg(target_arch = "wasm32")]
    pub fn memory() -> usize {
        const PAGE: usize = 65_536;
        core::arch::wasm32::memory_size(0) * PAGE
    }
}
