//! What GitHub and GitLab answer, and where to ask them. The app calls no other host, and these only when asked to.

use gloo::net::http::{Request, Response};
use js_sys::encode_uri_component;
use serde::{Deserialize, de::DeserializeOwned};

/// Where a pull request is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Address {
    GitHub { repository: String, number: u32 },
    GitLab { project: String, number: u32 },
}

impl Address {
    /// Reads the address of a pull request's page, with whatever follows it.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let text = text.strip_prefix("https://").unwrap_or(text);
        let path = text.split(['?', '#']).next()?;
        let (host, path) = path.split_once('/')?;
        match host.trim_start_matches("www.") {
            "github.com" => {
                let (repository, rest) = path.split_once("/pull/")?;
                let is_repository = repository.split('/').count() == 2;
                let number = number(rest)?;
                is_repository.then(|| Self::GitHub {
                    repository: repository.to_owned(),
                    number,
                })
            }
            "gitlab.com" => {
                let (project, rest) = path.split_once("/-/merge_requests/")?;
                Some(Self::GitLab {
                    project: project.to_owned(),
                    number: number(rest)?,
                })
            }
            _ => None,
        }
    }

    pub fn host(&self) -> &'static str {
        match self {
            Self::GitHub { .. } => "GitHub",
            Self::GitLab { .. } => "GitLab",
        }
    }

    /// Where the host's API tells of the repository.
    pub fn api(&self) -> String {
        match self {
            Self::GitHub { repository, .. } => format!("https://api.github.com/repos/{repository}"),
            Self::GitLab { project, .. } => {
                format!("https://gitlab.com/api/v4/projects/{}", encoded(project))
            }
        }
    }
}

fn number(rest: &str) -> Option<u32> {
    rest.split('/').next()?.parse().ok()
}

/// A text as one segment of an address.
pub fn encoded(text: &str) -> String {
    encode_uri_component(text).into()
}

/// A path with its slashes, as part of an address.
pub fn encoded_path(path: &str) -> String {
    let parts: Vec<String> = path.split('/').map(encoded).collect();
    parts.join("/")
}

/// Asks the host's API.
pub struct Client {
    pub host: &'static str,
    /// Kept only as long as the page asks.
    pub token: String,
}

impl Client {
    pub async fn json<T: DeserializeOwned>(&self, address: &str) -> Result<T, String> {
        let response = self.get(address, "application/json").await?;
        response
            .json()
            .await
            .map_err(|_| format!("{} answered in a way that Retort does not know.", self.host))
    }

    pub async fn text(&self, address: &str) -> Result<String, String> {
        let response = self.get(address, "application/vnd.github.raw").await?;
        response
            .text()
            .await
            .map_err(|_| format!("{} broke off its answer. Try again.", self.host))
    }

    async fn get(&self, address: &str, accept: &str) -> Result<Response, String> {
        let mut request = Request::get(address);
        if self.host == "GitHub" && address.starts_with("https://api.") {
            request = request.header("Accept", accept);
        }
        if !self.token.is_empty() {
            request = match self.host {
                "GitLab" => request.header("PRIVATE-TOKEN", &self.token),
                _ => request.header("Authorization", &format!("Bearer {}", self.token)),
            };
        }
        let response = request.send().await.map_err(|_| {
            format!(
                "{} cannot be reached. Check the connection, or paste the diff instead: it needs none.",
                self.host
            )
        })?;
        if response.ok() {
            Ok(response)
        } else {
            Err(self.refusal(&response))
        }
    }

    fn refusal(&self, response: &Response) -> String {
        let host = self.host;
        let remaining = response.headers().get("x-ratelimit-remaining");
        let limited = response.status() == 429
            || response.status() == 403 && remaining.as_deref() == Some("0");
        if limited {
            let until = response
                .headers()
                .get("x-ratelimit-reset")
                .or_else(|| response.headers().get("ratelimit-reset"))
                .and_then(|seconds| seconds.parse::<f64>().ok())
                .map(|seconds| {
                    let time = js_sys::Date::new(&(seconds * 1000.0).into());
                    format!(
                        " until {}",
                        String::from(time.to_locale_time_string("default"))
                    )
                })
                .unwrap_or_default();
            return format!(
                "{host} answers no more requests from here{until}. With a token it allows many more; or paste the diff."
            );
        }
        match response.status() {
            401 => {
                format!("{host} does not accept the token. Check that it is whole and not expired.")
            }
            403 => {
                format!("{host} refuses: the token may not read this repository, or it is blocked.")
            }
            404 => format!(
                "{host} knows no such request. If the repository is private, give a token that may read it."
            ),
            status => format!(
                "{host} answered with an error ({status}). Try again later, or paste the diff."
            ),
        }
    }
}

/// A pull request of GitHub.
#[derive(Deserialize)]
pub struct GitHubPull {
    pub title: String,
    pub base: GitHubRef,
    pub head: GitHubRef,
}

#[derive(Deserialize)]
pub struct GitHubRef {
    pub sha: String,
    /// None if the fork is gone.
    pub repo: Option<GitHubRepository>,
}

#[derive(Deserialize)]
pub struct GitHubRepository {
    pub full_name: String,
}

/// A changed file on GitHub.
#[derive(Deserialize)]
pub struct GitHubFile {
    pub filename: String,
    pub status: String,
    pub previous_filename: Option<String>,
}

/// An entry of a folder on GitHub.
#[derive(Deserialize)]
pub struct GitHubEntry {
    pub path: String,
    #[serde(rename = "type")]
    pub kind: String,
}

/// A merge request of GitLab.
#[derive(Deserialize)]
pub struct GitLabMerge {
    pub title: String,
    pub source_project_id: u64,
    pub diff_refs: GitLabRefs,
}

#[derive(Deserialize)]
pub struct GitLabRefs {
    pub base_sha: String,
    pub head_sha: String,
}

/// A changed file on GitLab.
#[derive(Deserialize)]
pub struct GitLabDiff {
    pub old_path: String,
    pub new_path: String,
    pub new_file: bool,
    pub deleted_file: bool,
}

/// An entry of a folder on GitLab.
#[derive(Deserialize)]
pub struct GitLabEntry {
    pub path: String,
    #[serde(rename = "type")]
    pub kind: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_pull_requests_are_known_by_their_pages() {
        let github = |text| {
            assert_eq!(
                Address::parse(text),
                Some(Address::GitHub {
                    repository: "guild/tools".into(),
                    number: 12
                }),
                "{text}"
            );
        };
        github("https://github.com/guild/tools/pull/12");
        github(" github.com/guild/tools/pull/12/files#diff-1 ");
        github("https://www.github.com/guild/tools/pull/12?w=1");
        assert_eq!(
            Address::parse("https://gitlab.com/guild/deep/tools/-/merge_requests/7/diffs"),
            Some(Address::GitLab {
                project: "guild/deep/tools".into(),
                number: 7
            })
        );
        for other in [
            "https://github.com/guild/tools",
            "https://github.com/guild/tools/issues/12",
            "https://example.org/guild/tools/pull/12",
            "https://github.com/a/b/c/pull/1",
            "",
        ] {
            assert_eq!(Address::parse(other), None, "{other}");
        }
    }
}
