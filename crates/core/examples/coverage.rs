//! How much of some SQL files is read: `cargo run -p retort-core --example coverage -- FILE…`.
//!
//! Prints per file how many statements there are, how many are read without an effect on the model, and every one that
//! could not be read.

use std::collections::BTreeMap;

use retort_core::operation::{OpaqueKind, Operation};
use retort_core::sql::{SqlStatement, read};

fn main() {
    let mut total = Counts::default();
    for path in std::env::args().skip(1) {
        match std::fs::read(&path) {
            Ok(bytes) => {
                let text = String::from_utf8_lossy(&bytes);
                let statements = read(&text);
                report(&path, &statements);
                total.add(&Counts::of(&statements));
            }
            Err(error) => eprintln!("{path}: {error}"),
        }
    }
    println!("total: {total}");
}

fn report(path: &str, statements: &[SqlStatement]) {
    for statement in statements {
        if let Operation::Opaque(opaque) = &statement.operation {
            let start: String = opaque.text.chars().take(160).collect();
            let (kind, at) = (kind_name(opaque.kind), opaque.at.0.start);
            println!(
                "{path}: {kind}: {} (at {at}): {}",
                opaque.reason,
                start.replace('\n', " ")
            );
        }
    }
    println!("{path}: {}", Counts::of(statements));
}

fn kind_name(kind: OpaqueKind) -> &'static str {
    match kind {
        OpaqueKind::Syntax => "syntax",
        OpaqueKind::NotModelled => "not modelled",
        OpaqueKind::Dynamic => "dynamic",
    }
}

#[derive(Default)]
struct Counts(BTreeMap<&'static str, usize>);

impl Counts {
    fn of(statements: &[SqlStatement]) -> Self {
        let mut counts = Self::default();
        for statement in statements {
            let group = match &statement.operation {
                Operation::Opaque(opaque) => kind_name(opaque.kind),
                Operation::Unmodelled(_) => "without effect",
                _ => "read",
            };
            *counts.0.entry(group).or_default() += 1;
        }
        counts
    }

    fn add(&mut self, other: &Self) {
        for (group, count) in &other.0 {
            *self.0.entry(group).or_default() += count;
        }
    }
}

impl std::fmt::Display for Counts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let parts: Vec<_> = self
            .0
            .iter()
            .map(|(group, count)| format!("{count} {group}"))
            .collect();
        f.write_str(&parts.join(", "))
    }
}
