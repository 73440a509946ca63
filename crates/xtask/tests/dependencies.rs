//! What the project depends on is explained, and comes from the public registries alone.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn manifest(path: &str) -> toml::Table {
    read(path)
        .parse()
        .unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Names of other people's packages that the crates and `package.json` ask for.
fn direct_dependencies() -> BTreeSet<String> {
    let workspace = manifest("Cargo.toml");
    let members = workspace["workspace"]["members"].as_array().unwrap();
    let manifests = members
        .iter()
        .map(|member| manifest(&format!("{}/Cargo.toml", member.as_str().unwrap())));
    let crates = manifests.flat_map(|manifest| {
        ["dependencies", "dev-dependencies", "build-dependencies"]
            .iter()
            .filter_map(|kind| manifest.get(*kind)?.as_table())
            .flat_map(|table| table.keys().cloned())
            .collect::<Vec<_>>()
    });
    let package: serde_json::Value = serde_json::from_str(&read("package.json")).unwrap();
    let npm = package["devDependencies"]
        .as_object()
        .unwrap()
        .keys()
        .cloned();
    crates
        .chain(npm)
        .filter(|name| !name.starts_with("retort-"))
        .collect()
}

#[test]
fn contributing_says_why_for_every_dependency() {
    let text = read("CONTRIBUTING.md");
    let unexplained: Vec<String> = direct_dependencies()
        .into_iter()
        .filter(|name| !text.contains(&format!("`{name}`")))
        .collect();
    assert!(
        unexplained.is_empty(),
        "say in CONTRIBUTING.md why these are needed: {unexplained:?}"
    );
}

#[test]
fn crates_come_from_crates_io_or_this_repository() {
    let lock = manifest("Cargo.lock");
    for package in lock["package"].as_array().unwrap() {
        if let Some(source) = package.get("source") {
            assert_eq!(
                source.as_str(),
                Some("registry+https://github.com/rust-lang/crates.io-index"),
                "{package}"
            );
        }
    }
}

#[test]
fn the_npm_lock_file_names_no_registry() {
    let lock: serde_json::Value = serde_json::from_str(&read("package-lock.json")).unwrap();
    for (path, package) in lock["packages"].as_object().unwrap() {
        assert!(
            package.get("resolved").is_none(),
            "{path} is bound to one registry"
        );
        assert!(
            path.is_empty() || package.get("integrity").is_some(),
            "{path} has no checksum"
        );
    }
}
