//! Measures natively: `retort-bench REVISIONS`. Prints one JSON object.

use std::fs;
use std::time::{Duration, Instant};

use retort_bench::{Task, Workload};

/// How often each task runs; the middle time counts.
const RUNS: usize = 7;

fn main() {
    let revisions = std::env::args()
        .nth(1)
        .and_then(|argument| argument.parse().ok())
        .unwrap_or(500);
    let workload = Workload::new(revisions);
    let tasks: Vec<String> = Task::ALL
        .iter()
        .map(|task| {
            let time = middle_time(|| workload.run(*task));
            format!(
                r#"{{"title":"{}","bytes":{},"milliseconds":{:.3}}}"#,
                task.title(),
                workload.bytes(*task),
                time.as_secs_f64() * 1e3
            )
        })
        .collect();
    let memory = peak_memory().map_or_else(|| "null".to_owned(), |bytes| bytes.to_string());
    println!(r#"{{"tasks":[{}],"memory":{memory}}}"#, tasks.join(","));
}

fn middle_time(mut work: impl FnMut() -> usize) -> Duration {
    let mut times: Vec<Duration> = (0..RUNS)
        .map(|_| {
            let start = Instant::now();
            std::hint::black_box(work());
            start.elapsed()
        })
        .collect();
    times.sort();
    times.get(RUNS / 2).copied().unwrap_or_default()
}

/// The most memory that this process ever had, in bytes; known on Linux only.
fn peak_memory() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kibibytes: u64 = line.trim().trim_end_matches("kB").trim().parse().ok()?;
    Some(kibibytes * 1024)
}
