//! What is dropped on the page: files and whole folders.

use js_sys::{Array, Function, Promise};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{DataTransfer, File, FileSystemDirectoryEntry, FileSystemEntry, FileSystemFileEntry};

use super::Candidate;

/// Folders that never hold migrations and may be huge.
const SKIPPED: [&str; 6] = [
    "node_modules",
    "__pycache__",
    "venv",
    "target",
    "dist",
    "site-packages",
];

/// Collects what was dropped. Entries and files are taken at once, as the browser forgets them when the event is over;
/// their contents are read later.
pub fn dropped(transfer: &DataTransfer) -> impl Future<Output = Vec<Candidate>> + use<> {
    let items = transfer.items();
    let mut entries: Vec<FileSystemEntry> = Vec::new();
    let mut found = Vec::new();
    for item in (0..items.length()).filter_map(|index| items.get(index)) {
        if let Ok(Some(entry)) = item.webkit_get_as_entry() {
            entries.push(entry);
        } else if let Ok(Some(file)) = item.get_as_file() {
            found.push(Candidate::from(file));
        }
    }
    async move {
        let mut waiting = entries;
        waiting.reverse();
        while let Some(entry) = waiting.pop() {
            let path = entry.full_path().trim_start_matches('/').to_owned();
            // Not by their classes: Chromium calls them FileEntry and DirectoryEntry.
            if entry.is_file() {
                let in_folder = path.contains('/');
                if let Some(file) = file_of(entry.unchecked_ref()).await {
                    found.push(Candidate {
                        path,
                        file,
                        in_folder,
                    });
                }
            } else if !is_skipped(&entry.name()) {
                waiting.extend(children(entry.unchecked_ref()).await);
            }
        }
        found
    }
}

/// Whether a folder of this name is passed over.
pub fn is_skipped(name: &str) -> bool {
    name.starts_with('.') || SKIPPED.contains(&name)
}

async fn file_of(entry: &FileSystemFileEntry) -> Option<File> {
    let promise = Promise::new(&mut |resolve, reject| {
        entry.file_with_callback_and_callback(&resolve, &reject);
    });
    JsFuture::from(promise).await.ok()?.dyn_into().ok()
}

/// The entries of a folder; the browser hands them out in batches until one is empty.
async fn children(folder: &FileSystemDirectoryEntry) -> Vec<FileSystemEntry> {
    let reader = folder.create_reader();
    let mut all = Vec::new();
    loop {
        let promise = Promise::new(&mut |resolve: Function, reject: Function| {
            if let Err(error) = reader.read_entries_with_callback_and_callback(&resolve, &reject) {
                let _ = reject.call1(&JsValue::UNDEFINED, &error);
            }
        });
        let Ok(batch) = JsFuture::from(promise).await else {
            return all;
        };
        let batch = Array::from(&batch);
        if batch.length() == 0 {
            return all;
        }
        all.extend(batch.iter().map(JsCast::unchecked_into::<FileSystemEntry>));
    }
}
