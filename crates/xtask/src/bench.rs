//! The measurements: the same tasks natively and in WebAssembly under Node.

use crate::progress::{Stage, size};
use crate::project::Project;
use crate::{Failure, setup, shell};
use std::fs;

/// A history of some years.
const REVISIONS: &str = "500";

/// What one of the two programs measured.
struct Measurement {
    rows: Vec<Row>,
    /// The most memory it had, in bytes, where that is known.
    memory: Option<u64>,
}

struct Row {
    title: String,
    bytes: f64,
    milliseconds: f64,
    /// The longest but one in a hundred runs.
    worst: f64,
}

/// Measures and prints a table.
pub fn run(project: &Project) -> Result<(), Failure> {
    setup::for_building(project)?;
    let native = native(project)?;
    let wasm = wasm(project)?;
    println!("\nHistories of {REVISIONS} revisions; the middle of several runs.\n");
    println!(
        "{:<24}{:>12}{:>12}{:>12}{:>14}{:>12}{:>12}",
        "", "native", "worst", "", "WebAssembly", "worst", ""
    );
    for (native, wasm) in native.rows.iter().zip(&wasm.rows) {
        println!(
            "{:<24}{:>9.1} ms{:>9.1} ms{:>7.1} MB/s{:>11.1} ms{:>9.1} ms{:>7.1} MB/s",
            native.title,
            native.milliseconds,
            native.worst,
            throughput(native),
            wasm.milliseconds,
            wasm.worst,
            throughput(wasm)
        );
    }
    let memory = |bytes: Option<u64>| bytes.map_or_else(|| "unknown".to_owned(), size);
    println!(
        "{:<24}{:>12}{:>38}",
        "peak memory",
        memory(native.memory),
        memory(wasm.memory)
    );
    Ok(())
}

/// Megabytes of source a second.
fn throughput(row: &Row) -> f64 {
    row.bytes / row.milliseconds / 1e3
}

fn native(project: &Project) -> Result<Measurement, Failure> {
    let stage = Stage::begin("Measure natively");
    let mut program = shell::cargo(project);
    program.args([
        "run",
        "--release",
        "--locked",
        "--package=retort-bench",
        "--",
        REVISIONS,
    ]);
    let measurement = read(&shell::output(&mut program)?)?;
    stage.end("done");
    Ok(measurement)
}

/// Compiles the tasks as the app's core is compiled, and runs them under Node.
fn wasm(project: &Project) -> Result<Measurement, Failure> {
    let stage = Stage::begin("Measure in WebAssembly");
    let mut build = shell::cargo(project);
    build.args([
        "build",
        "--locked",
        "--lib",
        "--package=retort-bench",
        "--profile=wasm-release",
        "--target=wasm32-unknown-unknown",
    ]);
    shell::run(&mut build)?;
    let folder = project.target().join("bench");
    let mut bind = shell::command(project, "wasm-bindgen");
    bind.args([
        "--target=nodejs",
        "--no-typescript",
        "--out-name=bench",
        "--out-dir",
    ])
    .arg(&folder)
    .arg(
        project
            .target()
            .join("wasm32-unknown-unknown/wasm-release/retort_bench.wasm"),
    );
    shell::run(&mut bind)?;
    // The project's own package.json says that scripts are modules; this one is not.
    fs::write(folder.join("package.json"), "{\"type\":\"commonjs\"}\n")?;
    let mut node = shell::command(project, "node");
    node.arg("crates/bench/measure.mjs")
        .arg(folder.join("bench.js"))
        .arg(REVISIONS);
    let measurement = read(&shell::output(&mut node)?)?;
    stage.end("done");
    Ok(measurement)
}

/// Reads what the programs print.
fn read(text: &str) -> Result<Measurement, Failure> {
    let value: serde_json::Value = serde_json::from_str(text)?;
    let rows = value["tasks"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|task| {
            Some(Row {
                title: task["title"].as_str()?.to_owned(),
                bytes: task["bytes"].as_f64()?,
                milliseconds: task["milliseconds"].as_f64()?,
                worst: task["worst"].as_f64()?,
            })
        })
        .collect();
    let memory = value["memory"].as_u64();
    Ok(Measurement { rows, memory })
}
