use std::{cell::RefCell, rc::Rc};

use gloo::file::futures::read_as_bytes;
use js_sys::{Promise, Uint8Array};
use retort_report::InputFile;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;
use web_sys::File;

use super::{diff::read_diff, entries::is_skipped};
use crate::{
    bridge::{Bridge, CallError},
    share,
    state::{Files, Intake, file_name},
};

/// No migration is larger; reading more would stall the page.
const LARGEST_FILE: f64 = 32.0 * 1024.0 * 1024.0;
/// All files of one intake together.
const LARGEST_INTAKE: f64 = 96.0 * 1024.0 * 1024.0;
const MOST_FILES: usize = 5000;

/// A file that may be taken in.
pub struct Candidate {
    pub path: String,
    pub file: File,
    /// Whether it came with its folder, not chosen by itself: then only SQL and Python are wanted.
    pub in_folder: bool,
}

impl From<File> for Candidate {
    fn from(file: File) -> Self {
        let in_folder = js_sys::Reflect::get(&file, &"webkitRelativePath".into())
            .ok()
            .and_then(|path| path.as_string())
            .filter(|path| !path.is_empty());
        Self {
            path: in_folder.clone().unwrap_or_else(|| file.name()),
            in_folder: in_folder.is_some(),
            file,
        }
    }
}

impl Candidate {
    fn is_wanted(&self) -> bool {
        let name = file_name(&self.path);
        let mut folders = self.path.split('/').rev().skip(1);
        !self.in_folder
            || (!folders.any(is_skipped) && (is_migration_like(name) || name == "retort.toml"))
    }
}

pub fn is_migration_like(name: &str) -> bool {
    let extension = name.rsplit_once('.').map(|(_, extension)| extension);
    extension.is_some_and(|extension| {
        ["py", "sql", "ddl", "psql"]
            .iter()
            .any(|known| extension.eq_ignore_ascii_case(known))
    })
}

/// Reads files: archives are unpacked, a `retort.toml` becomes the settings, what cannot be read is said.
/// Changes in a `.patch` are applied to `files`, which are open.
pub async fn read(bridge: &Bridge, files: &Files, candidates: Vec<Candidate>) -> Intake {
    let mut intake = Intake::default();
    let count = candidates.len();
    let mut wanted: Vec<Candidate> = candidates
        .into_iter()
        .filter(Candidate::is_wanted)
        .collect();
    let left_out = count - wanted.len();
    if wanted.len() > MOST_FILES {
        let more = wanted.len() - MOST_FILES;
        wanted.truncate(MOST_FILES);
        intake.problems.push(format!(
            "Only the first {MOST_FILES} files were read; {more} more were left out. Open the folder of the migrations \
             alone."
        ));
    }
    let mut total = 0.0;
    for candidate in wanted {
        let size = candidate.file.size();
        total += size;
        if size > LARGEST_FILE || total > LARGEST_INTAKE {
            intake.problems.push(too_large(&candidate.path, size));
            continue;
        }
        if candidate.path.ends_with(share::FILE_END) {
            match read_as_bytes(&candidate.file.clone().into()).await {
                Ok(bytes) => match share::from_text(&String::from_utf8_lossy(&bytes)) {
                    Ok(review) => intake.review = Some(review),
                    Err(reason) => intake
                        .problems
                        .push(format!("{}: {reason}.", candidate.path)),
                },
                Err(_) => intake.problems.push(unreadable(&candidate.path)),
            }
            continue;
        }
        if is_patch(&candidate.path) {
            match read_as_bytes(&candidate.file.clone().into()).await {
                Ok(bytes) => {
                    let patch = read_diff(&String::from_utf8_lossy(&bytes), files);
                    intake.problems.extend(patch.problems);
                    intake.remarks.extend(patch.remarks);
                    patch
                        .files
                        .into_iter()
                        .for_each(|file| add(&mut intake, file));
                }
                Err(_) => intake.problems.push(unreadable(&candidate.path)),
            }
            continue;
        }
        match contents(bridge, &candidate).await {
            Ok(files) => files.into_iter().for_each(|file| add(&mut intake, file)),
            Err(problem) => intake.problems.push(problem),
        }
    }
    if left_out > 0 {
        intake.remarks.push(match left_out {
            1 => "One file that is neither SQL nor Python was left out.".to_owned(),
            _ => format!("{left_out} files that are neither SQL nor Python were left out."),
        });
    }
    intake
}

/// Whether a file is a diff, by its name.
fn is_patch(path: &str) -> bool {
    [".patch", ".diff"].iter().any(|end| path.ends_with(end))
}

fn unreadable(path: &str) -> String {
    format!("{path} could not be read. Perhaps it was moved or changed meanwhile.")
}

fn too_large(path: &str, size: f64) -> String {
    let megabytes = size / 1_048_576.0;
    format!(
        "{path} has {megabytes:.0} MB, too much for a page to read. Review it on the command line, with `retort check`, \
         or leave out its data."
    )
}

fn add(intake: &mut Intake, file: InputFile) {
    if file_name(&file.path) == "retort.toml" {
        intake.config = Some(file.text);
        intake
            .remarks
            .push("The settings were taken from retort.toml.".to_owned());
    } else if intake.files.iter().any(|other| other.path == file.path) {
        let path = second_name(intake, &file.path);
        intake.problems.push(format!(
            "Two files are named {}. The second one is opened as {path}.",
            file.path
        ));
        intake.files.push(InputFile { path, ..file });
    } else {
        intake.files.push(file);
    }
}

fn second_name(intake: &Intake, path: &str) -> String {
    let (stem, extension) = path.rsplit_once('.').unwrap_or((path, "sql"));
    let mut number = 2;
    loop {
        let name = format!("{stem}_{number}.{extension}");
        if intake.files.iter().all(|other| other.path != name) {
            return name;
        }
        number += 1;
    }
}

async fn contents(bridge: &Bridge, candidate: &Candidate) -> Result<Vec<InputFile>, String> {
    let path = &candidate.path;
    let bytes = read_as_bytes(&candidate.file.clone().into())
        .await
        .map_err(|_| unreadable(path))?;
    let is_archive = bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06");
    let bytes = Uint8Array::from(bytes.as_slice());
    let answer = if is_archive {
        answered(|then| bridge.read_archive(&bytes, then)).await
    } else {
        answered(|then| bridge.read_file(path, &bytes, then))
            .await
            .map(|file| vec![file])
    };
    answer.map_err(|error| match error {
        CallError::Refused(reason) => format!("{path}: {reason}"),
        CallError::Crashed => format!("{path} could not be read: the core stopped. Try again."),
    })
}

/// Waits for an answer of the core.
async fn answered<T: 'static>(
    ask: impl FnOnce(Box<dyn FnOnce(Result<T, CallError>)>),
) -> Result<T, CallError> {
    let place = Rc::new(RefCell::new(None));
    let mut ask = Some(ask);
    let promise = Promise::new(&mut |resolve, _| {
        let place = place.clone();
        if let Some(ask) = ask.take() {
            ask(Box::new(move |answer| {
                place.replace(Some(answer));
                let _ = resolve.call0(&JsValue::UNDEFINED);
            }));
        }
    });
    let _ = JsFuture::from(promise).await;
    let answer = place.take();
    answer.unwrap_or(Err(CallError::Crashed))
}
