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
    lessons::{self, LessonId},
    share,
    state::{Files, Intake, Reading, file_name},
};

/// No migration is larger; reading more would stall the page.
const LARGEST_FILE: f64 = 32.0 * 1024.0 * 1024.0;
/// All files of one intake together.
const LARGEST_INTAKE: f64 = 96.0 * 1024.0 * 1024.0;
const MOST_FILES: usize = 5000;
/// How many files are read between two words about how far it is.
const PROGRESS_EVERY: usize = 40;

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
/// Changes in a `.patch` are applied to `files`, which are open. `progress` is told how far it has come.
pub async fn read(
    bridge: &Bridge,
    files: &Files,
    candidates: Vec<Candidate>,
    progress: impl Fn(Reading),
) -> Intake {
    let mut intake = Intake::default();
    let count = candidates.len();
    let mut wanted: Vec<Candidate> = candidates
        .into_iter()
        .filter(Candidate::is_wanted)
        .collect();
    let left_out = count - wanted.len();
    if wanted.len() > MOST_FILES {
        let more = wanted.len() - MOST_FILES;
        // What is surely no migration goes first.
        wanted.sort_by_key(|candidate| !is_among_migrations(&candidate.path));
        wanted.truncate(MOST_FILES);
        intake.problems.push(format!(
            "Only {MOST_FILES} files were read; {more} more were left out. Open the folder of the migrations alone."
        ));
    }
    let whole_folder = wanted.iter().any(|candidate| candidate.in_folder);
    let of = wanted.len();
    let mut total = 0.0;
    for (done, candidate) in wanted.into_iter().enumerate() {
        if done % PROGRESS_EVERY == 0 && of > PROGRESS_EVERY {
            progress(Reading { done, of });
        }
        let size = candidate.file.size();
        total += size;
        if size > LARGEST_FILE || total > LARGEST_INTAKE {
            intake.problems.push(too_large(&candidate.path, size));
            continue;
        }
        take(bridge, files, &candidate, &mut intake).await;
    }
    if whole_folder {
        leave_out_unreached(bridge, &mut intake).await;
    }
    if left_out > 0 {
        intake.remarks.push(match left_out {
            1 => "One file that is neither SQL nor Python was left out.".to_owned(),
            _ => format!("{left_out} files that are neither SQL nor Python were left out."),
        });
    }
    intake
}

/// Takes in one file, as what it is.
async fn take(bridge: &Bridge, files: &Files, candidate: &Candidate, intake: &mut Intake) {
    let path = &candidate.path;
    if path.ends_with(share::FILE_END) {
        let read = text_of(candidate).await;
        match read.and_then(|text| share::from_text(&text).map_err(|why| format!("{path}: {why}.")))
        {
            Ok(review) => intake.review = Some(review),
            Err(problem) => intake.problems.push(problem),
        }
    } else if is_patch(path) {
        match text_of(candidate).await {
            Ok(text) => {
                let patch = read_diff(&text, files);
                intake.problems.extend(patch.problems);
                intake.remarks.extend(patch.remarks);
                intake.told_apart = true;
                patch.files.into_iter().for_each(|file| add(intake, file));
            }
            Err(problem) => intake.problems.push(problem),
        }
    } else {
        match contents(bridge, candidate).await {
            Ok(read) => {
                for file in read {
                    if lessons::is_lesson(path, &file.text) {
                        begin_lesson(intake, file).await;
                    } else {
                        add(intake, file);
                    }
                }
            }
            Err(problem) => intake.problems.push(problem),
        }
    }
}

/// A lesson that a team wrote itself begins in place of the review that is open.
async fn begin_lesson(intake: &mut Intake, file: InputFile) {
    let name = file_name(&file.path);
    let lesson = LessonId {
        id: name.trim_end_matches(".md").to_owned(),
        markdown: Some(file.text),
    };
    match lessons::begin(lesson).await {
        Ok(begun) => *intake = begun,
        Err(reason) => intake
            .problems
            .push(format!("{name} is no lesson: {reason}.")),
    }
}

/// Of an application's modules only those say something that migrations import.
async fn leave_out_unreached(bridge: &Bridge, intake: &mut Intake) {
    let files = intake.files.clone();
    let Ok(unreached) = answered(|then| bridge.unreached(&files, then)).await else {
        return;
    };
    if unreached.len() == intake.files.len() {
        return;
    }
    intake.files.retain(|file| !unreached.contains(&file.path));
    if !unreached.is_empty() {
        intake.remarks.push(match unreached.len() {
            1 => "One Python file that no migration imports was left out.".to_owned(),
            count => format!("{count} Python files that no migration imports were left out."),
        });
    }
}

/// Whether a path looks like that of a migration, and not of another module.
pub fn is_among_migrations(path: &str) -> bool {
    let is_sql = path
        .rsplit_once('.')
        .is_some_and(|(_, end)| !end.eq_ignore_ascii_case("py"));
    let mut folders = path.split('/').rev().skip(1);
    is_sql
        || folders.any(|folder| {
            let folder = folder.to_lowercase();
            folder == "versions"
                || ["migration", "alembic", "revision"]
                    .iter()
                    .any(|word| folder.contains(word))
        })
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

async fn bytes_of(candidate: &Candidate) -> Result<Vec<u8>, String> {
    let bytes = read_as_bytes(&candidate.file.clone().into()).await;
    bytes.map_err(|_| unreadable(&candidate.path))
}

async fn text_of(candidate: &Candidate) -> Result<String, String> {
    let bytes = bytes_of(candidate).await?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

async fn contents(bridge: &Bridge, candidate: &Candidate) -> Result<Vec<InputFile>, String> {
    let path = &candidate.path;
    let bytes = bytes_of(candidate).await?;
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
