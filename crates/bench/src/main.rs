//! Measures natively: `retort-bench REVISIONS [TITLE]`. Prints one JSON object; of the tasks only those whose title holds
//! the given words.

use std::fs;
use std::time::{Duration, Instant};

use retort_bench::{Task, Workload};

fn main() {
    let mut arguments = std::env::args().skip(1);
    let revisions = arguments
        .next()
        .and_then(|argument| argument.parse().ok())
        .unwrap_or(500);
    let chosen = arguments.next().unwrap_or_default();
    let workload = Workload::new(revisions);
    let tasks: Vec<String> = Task::ALL
        .iter()
        .filter(|task| task.title().contains(&chosen))
        .map(|task| {
            let times = times(task.runs(), || workload.run(*task));
            let at = |hundredth: usize| {
                let time = times.get(times.len() * hundredth / 100).copied();
                time.unwrap_or_default().as_secs_f64() * 1e3
            };
            format!(
                r#"{{"title":"{}","bytes":{},"milliseconds":{:.3},"worst":{:.3}}}"#,
                task.title(),
                workload.bytes(*task),
                at(50),
                at(99)
            )
        })
        .collect();
    let memory = peak_memory().map_or_else(|| "null".to_owned(), |bytes| bytes.to_string());
    println!(r#"{{"tasks":[{}],"memory":{memory}}}"#, tasks.join(","));
}

/// How long the work takes each time, the shortest first.
fn times(runs: usize, mut work: impl FnMut() -> usize) -> Vec<Duration> {
    let mut times: Vec<Duration> = (0..runs)
        .map(|_| {
            let start = Instant::now();
            std::hint::black_box(work());
            start.elapsed()
        })
        .collect();
    times.sort();
    times
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
