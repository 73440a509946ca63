//! A pull request by its address: the changed files under review, those beside them on its base as history.

use std::{cell::Cell, collections::BTreeSet, rc::Rc};

use js_sys::{Array, Promise};
use retort_report::InputFile;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::{JsFuture, future_to_promise};

use super::{
    hosts::{
        Address, Client, GitHubEntry, GitHubFile, GitHubPull, GitLabDiff, GitLabEntry, GitLabMerge,
        encoded, encoded_path,
    },
    reading::{is_among_migrations, is_migration_like},
};
use crate::{
    state::{Intake, file_name},
    words::count,
};

/// So many files of history are fetched; a longer one is opened as a folder.
const MOST_HISTORY: usize = 600;
/// GitHub lists no more files of a pull request.
const MOST_PAGES: u32 = 30;
const PER_PAGE: usize = 100;
/// So many files are fetched at a time.
const AT_ONCE: usize = 8;

/// What the person asked for.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Request {
    pub address: String,
    pub token: String,
}

/// A changed file.
struct Changed {
    path: String,
    /// Its path on the base, if it was there.
    before: Option<String>,
    deleted: bool,
}

/// What a host says of a request, in common words.
struct Pull {
    title: String,
    changed: Vec<Changed>,
    /// Where the files of the request and of its base are read, by their place and version.
    head: (String, String),
    base: (String, String),
}

/// Fetches a pull request. `progress` is told how many files of how many have come.
///
/// # Errors
/// What went wrong, and what to do, for a person.
pub async fn fetch(request: &Request, progress: impl Fn(usize, usize)) -> Result<Intake, String> {
    let address = Address::parse(&request.address).ok_or(
        "This is no address of a pull request on GitHub or a merge request on GitLab. It looks like \
         https://github.com/owner/repository/pull/12.",
    )?;
    let client = Client {
        host: address.host(),
        token: request.token.trim().to_owned(),
    };
    let pull = match &address {
        Address::GitHub { number, .. } => github(&client, &address.api(), *number).await?,
        Address::GitLab { number, .. } => gitlab(&client, &address.api(), *number).await?,
    };
    let mut intake = Intake {
        fresh: Some(pull.title.clone()),
        told_apart: true,
        ..Intake::default()
    };
    let (wanted, other): (Vec<_>, Vec<_>) = pull
        .changed
        .iter()
        .partition(|file| is_migration_like(file_name(&file.path)));
    // Beside migrations, what else changes is the application.
    let (migrations, modules): (Vec<_>, Vec<_>) = wanted
        .iter()
        .copied()
        .partition(|file| is_among_migrations(&file.path));
    let wanted = if migrations.is_empty() {
        wanted
    } else {
        if !modules.is_empty() {
            intake.remarks.push(format!(
                "Left out: {} of the application.",
                count(modules.len(), "changed module", "changed modules")
            ));
        }
        migrations
    };
    let folders: BTreeSet<&str> = wanted.iter().map(|file| folder(&file.path)).collect();
    let history = history(&client, &address, &pull, &folders, &mut intake).await;
    let gone: Vec<&str> = wanted
        .iter()
        .filter_map(|file| file.before.as_deref())
        .collect();
    let mut files: Vec<(String, bool)> = history
        .into_iter()
        .filter(|path| !gone.contains(&path.as_str()))
        .map(|path| (path, true))
        .collect();
    for file in &wanted {
        if file.deleted {
            intake
                .remarks
                .push(format!("{} is deleted by this request.", file.path));
        } else {
            if file.before.is_some() {
                intake.remarks.push(format!(
                    "{} is on the base already and is changed here: a database that ran it does not run it again.",
                    file.path
                ));
            }
            files.push((file.path.clone(), false));
        }
    }
    if files.iter().all(|(_, history)| *history) {
        return Err(format!(
            "This request changes no SQL and no Python file ({} other).",
            other.len()
        ));
    }
    let count = files.len();
    let done = Rc::new(Cell::new(0));
    progress(0, count);
    for chunk in files.chunks(AT_ONCE) {
        let tasks: Array = chunk
            .iter()
            .map(|(path, history)| {
                let (place, version) = if *history { &pull.base } else { &pull.head };
                task(&client, &address, place, version, path)
            })
            .collect();
        let answers = JsFuture::from(Promise::all(&tasks))
            .await
            .map_err(|error| error.as_string().unwrap_or_default())?;
        for ((path, history), text) in chunk.iter().zip(Array::from(&answers).iter()) {
            intake.files.push(InputFile {
                path: path.clone(),
                text: text.as_string().unwrap_or_default(),
                history: *history,
            });
        }
        done.set(done.get() + chunk.len());
        progress(done.get(), count);
    }
    intake.files.sort_by_key(|file| file.history);
    let (old, new) = (
        files.iter().filter(|(_, history)| *history).count(),
        files.iter().filter(|(_, history)| !*history).count(),
    );
    intake.remarks.push(format!(
        "Under review: what the request changes ({new}). As history: what lies beside it on the base ({old})."
    ));
    Ok(intake)
}

fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

async fn github(client: &Client, api: &str, number: u32) -> Result<Pull, String> {
    let pull: GitHubPull = client.json(&format!("{api}/pulls/{number}")).await?;
    let mut changed = Vec::new();
    for page in 1..=MOST_PAGES {
        let files: Vec<GitHubFile> = client
            .json(&format!(
                "{api}/pulls/{number}/files?per_page={PER_PAGE}&page={page}"
            ))
            .await?;
        let last = files.len() < PER_PAGE;
        changed.extend(files.into_iter().map(|file| {
            let before = match file.status.as_str() {
                "added" | "copied" => None,
                _ => Some(file.previous_filename.unwrap_or(file.filename.clone())),
            };
            Changed {
                before,
                deleted: file.status == "removed",
                path: file.filename,
            }
        }));
        if last {
            break;
        }
    }
    let base = pull
        .base
        .repo
        .map(|repository| repository.full_name)
        .unwrap_or_default();
    let head = pull
        .head
        .repo
        .map_or_else(|| base.clone(), |repository| repository.full_name);
    Ok(Pull {
        title: pull.title,
        changed,
        head: (head, pull.head.sha),
        base: (base, pull.base.sha),
    })
}

async fn gitlab(client: &Client, api: &str, number: u32) -> Result<Pull, String> {
    let merge: GitLabMerge = client
        .json(&format!("{api}/merge_requests/{number}"))
        .await?;
    let mut changed = Vec::new();
    for page in 1..=MOST_PAGES {
        let files: Vec<GitLabDiff> = client
            .json(&format!(
                "{api}/merge_requests/{number}/diffs?per_page={PER_PAGE}&page={page}"
            ))
            .await?;
        let last = files.len() < PER_PAGE;
        changed.extend(files.into_iter().map(|file| Changed {
            before: (!file.new_file).then_some(file.old_path),
            deleted: file.deleted_file,
            path: file.new_path,
        }));
        if last {
            break;
        }
    }
    let source = format!(
        "https://gitlab.com/api/v4/projects/{}",
        merge.source_project_id
    );
    Ok(Pull {
        title: merge.title,
        changed,
        head: (source, merge.diff_refs.head_sha),
        base: (api.to_owned(), merge.diff_refs.base_sha),
    })
}

/// The paths of the files on the base, in the folders of those that are changed.
async fn history(
    client: &Client,
    address: &Address,
    pull: &Pull,
    folders: &BTreeSet<&str>,
    intake: &mut Intake,
) -> Vec<String> {
    let mut paths = Vec::new();
    for folder in folders {
        let listed = match address {
            Address::GitHub { .. } => {
                github_folder(client, &address.api(), folder, &pull.base.1).await
            }
            Address::GitLab { .. } => {
                gitlab_folder(client, &address.api(), folder, &pull.base.1).await
            }
        };
        // A folder that the request adds is not on the base.
        paths.extend(listed.unwrap_or_default());
    }
    paths.retain(|path| is_migration_like(file_name(path)));
    paths.sort();
    if paths.len() > MOST_HISTORY {
        intake.problems.push(format!(
            "The history has {} files, more than the {MOST_HISTORY} that are fetched; none was. Open the project's \
             folder, then paste the diff.",
            paths.len()
        ));
        paths.clear();
    }
    paths
}

async fn github_folder(
    client: &Client,
    api: &str,
    folder: &str,
    version: &str,
) -> Result<Vec<String>, String> {
    let entries: Vec<GitHubEntry> = client
        .json(&format!(
            "{api}/contents/{}?ref={version}",
            encoded_path(folder)
        ))
        .await?;
    let files = entries.into_iter().filter(|entry| entry.kind == "file");
    Ok(files.map(|entry| entry.path).collect())
}

async fn gitlab_folder(
    client: &Client,
    api: &str,
    folder: &str,
    version: &str,
) -> Result<Vec<String>, String> {
    let mut paths = Vec::new();
    for page in 1..=MOST_PAGES {
        let entries: Vec<GitLabEntry> = client
            .json(&format!(
                "{api}/repository/tree?path={}&ref={version}&per_page={PER_PAGE}&page={page}",
                encoded(folder)
            ))
            .await?;
        let last = entries.len() < PER_PAGE;
        let files = entries.into_iter().filter(|entry| entry.kind == "blob");
        paths.extend(files.map(|entry| entry.path));
        if last {
            break;
        }
    }
    Ok(paths)
}

/// The fetching of a file's text.
fn task(client: &Client, address: &Address, place: &str, version: &str, path: &str) -> Promise {
    let location = match address {
        // Counts against no limit, but takes no token.
        Address::GitHub { .. } if client.token.is_empty() => format!(
            "https://raw.githubusercontent.com/{place}/{version}/{}",
            encoded_path(path)
        ),
        Address::GitHub { .. } => format!(
            "https://api.github.com/repos/{place}/contents/{}?ref={version}",
            encoded_path(path)
        ),
        Address::GitLab { .. } => format!(
            "{place}/repository/files/{}/raw?ref={version}",
            encoded(path)
        ),
    };
    let client = Client {
        host: client.host,
        token: client.token.clone(),
    };
    future_to_promise(async move {
        let text = client.text(&location).await;
        text.map(JsValue::from).map_err(JsValue::from)
    })
}
