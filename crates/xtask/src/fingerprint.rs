//! Content hashes in file names, so that a browser may keep every file for ever and never keeps an old one.
//!
//! Trunk hashes the names of the main app only: not the worker's, nor those of what the modules
//! import. So it leaves all names plain, and here each file is renamed after the files it names.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use crate::Failure;

/// Files that others name in links, the page itself, and what browsers ask for by its name.
const PLAIN_NAMES: [&str; 2] = ["index.html", crate::offline::SERVICE_WORKER];

/// Renames the files below `folder` and what names them.
///
/// # Errors
/// Fails when files name each other in a circle or when two have the same name.
pub fn rename_all(folder: &Path) -> Result<(), Failure> {
    let mut pending = files_by_name(folder)?;
    let names: Vec<String> = pending.keys().cloned().collect();
    let mut hashed: BTreeMap<String, String> = BTreeMap::new();
    while !pending.is_empty() {
        let ready = pending.iter().find_map(|(name, path)| {
            let content = fs::read(path).ok()?;
            let waits = names.iter().any(|other| {
                other != name && pending.contains_key(other) && mentions(&content, other)
            });
            (!waits).then(|| (name.clone(), path.clone(), content))
        });
        let Some((name, path, content)) = ready else {
            let left: Vec<&String> = pending.keys().collect();
            return Err(format!("files name each other in a circle: {left:?}").into());
        };
        pending.remove(&name);
        let content = with_hashed_names(content, &hashed);
        fs::write(&path, &content)?;
        if !PLAIN_NAMES.contains(&name.as_str()) {
            let new = hashed_name(&name, &content);
            fs::rename(&path, path.with_file_name(&new))?;
            hashed.insert(name, new);
        }
    }
    Ok(())
}

/// A short text that differs for different contents: FNV-1a, 64 bits.
pub fn content_hash(content: &[u8]) -> String {
    let hash = content
        .iter()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
        });
    format!("{hash:016x}")
}

fn files_by_name(folder: &Path) -> Result<BTreeMap<String, PathBuf>, Failure> {
    let mut files = BTreeMap::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let name = path
                .file_name()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned();
            if let Some(other) = files.insert(name, path.clone()) {
                return Err(
                    format!("{} and {} have one name", other.display(), path.display()).into(),
                );
            }
        }
    }
    Ok(files)
}

/// `review.js` becomes `review-0123456789abcdef.js`.
fn hashed_name(name: &str, content: &[u8]) -> String {
    let hash = content_hash(content);
    match name.split_once('.') {
        Some((stem, extensions)) => format!("{stem}-{hash}.{extensions}"),
        None => format!("{name}-{hash}"),
    }
}

fn with_hashed_names(content: Vec<u8>, hashed: &BTreeMap<String, String>) -> Vec<u8> {
    match String::from_utf8(content) {
        Ok(text) => hashed
            .iter()
            .fold(text, |text, (name, new)| replace_name(&text, name, new))
            .into_bytes(),
        // Modules and pictures name no files.
        Err(binary) => binary.into_bytes(),
    }
}

fn mentions(content: &[u8], name: &str) -> bool {
    std::str::from_utf8(content).is_ok_and(|text| replace_name(text, name, "") != text)
}

/// Replaces a file's name where it is a whole path segment: after a quote, bracket or slash, and before the like. Not
/// where it is a key (`"./editor.js": imported`): that is the name by which a module asks for its import, not an address.
fn replace_name(text: &str, name: &str, new: &str) -> String {
    let mut result = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(name) {
        result.push_str(before);
        let opens = before.ends_with(['/', '"', '\'', '`', '(']);
        let closes =
            after.starts_with(['"', '\'', '`', ')', '?', '#']) && !after.starts_with("\":");
        result.push_str(if opens && closes { new } else { name });
        rest = after;
    }
    result.push_str(rest);
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_replaced_only_as_a_whole() {
        let text = r#"import "./app.js"; import "./my-app.js"; // app.js, "app.json""#;
        assert_eq!(
            replace_name(text, "app.js", "app-1.js"),
            r#"import "./app-1.js"; import "./my-app.js"; // app.js, "app.json""#
        );
    }

    #[test]
    fn a_name_that_is_a_key_stays() {
        let text = r#"import * as i from "./snippets/editor.js"; const imports = { "./snippets/editor.js": i };"#;
        assert_eq!(
            replace_name(text, "editor.js", "editor-1.js"),
            r#"import * as i from "./snippets/editor-1.js"; const imports = { "./snippets/editor.js": i };"#
        );
    }

    #[test]
    fn hashes_go_before_all_extensions() {
        assert_eq!(hashed_name("core.d.ts", b""), "core-cbf29ce484222325.d.ts");
    }

    #[test]
    fn a_change_in_a_leaf_renames_what_imports_it() {
        let renamed = |leaf: &str| {
            let folder =
                std::env::temp_dir().join(format!("retort-{}", content_hash(leaf.as_bytes())));
            let _ = fs::remove_dir_all(&folder);
            fs::create_dir_all(folder.join("deep")).unwrap();
            fs::write(folder.join("index.html"), r#"<script src="./app.js">"#).unwrap();
            fs::write(folder.join("app.js"), r#"import "./deep/leaf.js";"#).unwrap();
            fs::write(folder.join("deep/leaf.js"), leaf).unwrap();
            rename_all(&folder).unwrap();
            let page = fs::read_to_string(folder.join("index.html")).unwrap();
            let app = page.split('"').nth(1).unwrap().to_owned();
            assert!(folder.join(&app).exists(), "{app} is missing");
            fs::remove_dir_all(&folder).unwrap();
            app
        };
        assert_ne!(renamed("one"), renamed("two"));
    }
}
