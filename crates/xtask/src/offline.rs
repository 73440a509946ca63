//! What the service worker keeps for use without a network.

use std::fs;
use std::path::Path;

use crate::Failure;
use crate::fingerprint::content_hash;

/// The service worker; its name stays plain, since browsers ask for it by that name.
pub const SERVICE_WORKER: &str = "service-worker.js";

/// What only some visits need.
const LATER: [&str; 2] = ["docs", "postgres"];

/// Tells the service worker in `dist` which files the first visit needs, and a version that changes with any of them.
pub fn fill_in(dist: &Path) -> Result<(), Failure> {
    let mut files = Vec::new();
    collect(dist, "", &mut files)?;
    files.sort();
    let path = dist.join(SERVICE_WORKER);
    let template = fs::read_to_string(&path)?;
    let page = fs::read_to_string(dist.join("index.html"))?;
    let version = content_hash(format!("{template}{page}{}", files.join(" ")).as_bytes());
    let list: Vec<String> = files
        .iter()
        .map(|file| format!("  \"{file}\",\n"))
        .collect();
    let filled = template
        .replacen("\"VERSION\"", &format!("\"{version}\""), 1)
        .replacen("files = []", &format!("files = [\n{}]", list.concat()), 1);
    if !filled.contains(&version) || list.is_empty() || !filled.contains(&list.concat()) {
        return Err(format!("{SERVICE_WORKER} has no place for its version and files").into());
    }
    fs::write(path, filled)?;
    Ok(())
}

/// Addresses relative to the page.
fn collect(folder: &Path, prefix: &str, files: &mut Vec<String>) -> Result<(), Failure> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if entry.file_type()?.is_dir() {
            if !LATER.contains(&name.as_str()) {
                collect(&entry.path(), &format!("{prefix}{name}/"), files)?;
            }
        } else if name == "index.html" {
            files.push("./".to_owned());
        } else if name != SERVICE_WORKER && !name.ends_with(".d.ts") {
            files.push(format!("./{prefix}{name}"));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_visit_keeps_all_but_what_comes_later() {
        let dist = std::env::temp_dir().join(format!("retort-offline-{}", std::process::id()));
        let _ = fs::remove_dir_all(&dist);
        for folder in ["postgres", "snippets"] {
            fs::create_dir_all(dist.join(folder)).unwrap();
        }
        for (name, text) in [
            ("index.html", "<html>"),
            ("app-1.js", ""),
            ("core-1.d.ts", ""),
            ("snippets/editor-2.js", ""),
            ("postgres/pglite-3.wasm", ""),
            (
                SERVICE_WORKER,
                include_str!("../../../web/offline/service-worker.js"),
            ),
        ] {
            fs::write(dist.join(name), text).unwrap();
        }
        fill_in(&dist).unwrap();
        let filled = fs::read_to_string(dist.join(SERVICE_WORKER)).unwrap();
        fs::remove_dir_all(&dist).unwrap();
        let list = "files = [\n  \"./\",\n  \"./app-1.js\",\n  \"./snippets/editor-2.js\",\n];";
        assert!(filled.contains(list), "{filled}");
        assert!(!filled.contains("VERSION"));
    }

    /// The page names the script that names the service worker: it must not name the page.
    #[test]
    fn the_service_worker_does_not_name_the_page() {
        let template = include_str!("../../../web/offline/service-worker.js");
        assert!(!template.contains("index.html"));
    }
}
