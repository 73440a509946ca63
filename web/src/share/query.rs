//! A text in the address: `?sql=…` gives it, `?src=…` names a file beside the app. Other pages link to the app like this.

use gloo::net::http::Request;
use retort_report::InputFile;
use web_sys::{Url, UrlSearchParams};

use super::Brought;
use crate::state::Saved;

/// What the query of an address brings.
pub async fn brought(query: &str) -> Brought {
    let Ok(asked) = UrlSearchParams::new_with_str(query) else {
        return Brought::Nothing;
    };
    if let Some(text) = asked.get("sql") {
        return review(name_for(&text), text);
    }
    match asked.get("src") {
        Some(address) => fetched(&address).await,
        None => Brought::Nothing,
    }
}

/// The file at an address of the app's own site. A link must not make the page ask another host: only a person may.
async fn fetched(address: &str) -> Brought {
    let Some(own) = on_this_site(address) else {
        return Brought::Broken(format!("{address} is not a file of this site"));
    };
    let answer = match Request::get(&own).send().await {
        Ok(answer) if answer.ok() => answer,
        Ok(answer) => return Brought::Broken(format!("{address} answered {}", answer.status())),
        Err(_) => return Brought::Broken(format!("{address} cannot be reached from here")),
    };
    let name = address.split(['?', '#']).next().unwrap_or_default();
    let name = name.rsplit('/').next().unwrap_or_default();
    match answer.text().await {
        Ok(text) if name.contains('.') => review(name, text),
        Ok(text) => review(name_for(&text), text),
        Err(_) => Brought::Broken(format!("{address} is no text")),
    }
}

/// The whole address, if it leads to where the page came from.
fn on_this_site(address: &str) -> Option<String> {
    let page = web_sys::window()?.location();
    let url = Url::new_with_base(address, &page.href().ok()?).ok()?;
    (url.origin() == page.origin().ok()?).then(|| url.href())
}

fn review(name: &str, text: String) -> Brought {
    let path = name.to_owned();
    Brought::Review(Box::new(Saved {
        name: String::new(),
        files: vec![InputFile {
            path: path.clone(),
            text,
            history: false,
        }],
        open: vec![path.clone()],
        active: Some(path),
        config: String::new(),
        attestations: Vec::new(),
        lesson: None,
        panel: None,
        wide_panel: false,
        beside: false,
    }))
}

/// A name that says the language, as far as the text shows it.
fn name_for(text: &str) -> &'static str {
    let is_python = text.lines().any(|line| {
        let line = line.trim_start();
        ["op.", "def ", "import ", "from ", "with op."]
            .iter()
            .any(|start| line.starts_with(start))
    });
    if is_python {
        "example.py"
    } else {
        "example.sql"
    }
}
