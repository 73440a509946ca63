//! What a person sees while a command runs.

use std::time::Instant;

/// Announces a stage and, when it is over, how long it took.
pub struct Stage {
    title: String,
    start: Instant,
}

impl Stage {
    pub fn begin(title: &str) -> Self {
        println!("\n== {title}");
        Self {
            title: title.to_owned(),
            start: Instant::now(),
        }
    }

    pub fn end(self, result: &str) {
        println!("-- {}: {result} ({})", self.title, seconds(self.start));
    }
}

/// The time since `start`, as in `12.3 s`.
pub fn seconds(start: Instant) -> String {
    format!("{:.1} s", start.elapsed().as_secs_f64())
}

/// A size in a unit that is easy to read.
pub fn size(bytes: u64) -> String {
    match bytes {
        0..10_000 => format!("{bytes} B"),
        10_000..10_000_000 => format!("{:.0} kB", bytes as f64 / 1e3),
        _ => format!("{:.1} MB", bytes as f64 / 1e6),
    }
}
