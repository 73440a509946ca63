//! A small static file server for this machine alone.

use std::fs;
use std::path::{Component, Path, PathBuf};

use tiny_http::{Header, Request, Response, Server};

use crate::project::Project;
use crate::{Failure, docs, setup, shell, site};

pub const DEFAULT_PORT: u16 = 8080;

/// How many ports after a taken one are tried.
const TRIES: u16 = 100;

/// Sets up what is missing, builds the app and serves it until it is stopped.
pub fn serve(project: &Project, port: u16) -> Result<(), Failure> {
    setup::for_building(project)?;
    site::build(project)?;
    docs::build_if_stale(project)?;
    let (server, taken) = listen(port)?;
    println!();
    if taken != port {
        println!("Port {port} is taken, so another one is used.");
    }
    println!("Retort is at http://127.0.0.1:{taken}/");
    let dist = project.dist();
    for request in server.incoming_requests() {
        // A browser that closes a connection early is none of our business.
        let _ = answer(&dist, request);
    }
    Ok(())
}

/// Lets Trunk serve and rebuild, for those who work on the app: no optimised modules, no hashed names.
pub fn watch(project: &Project) -> Result<(), Failure> {
    setup::for_building(project)?;
    shell::run(site::trunk(project)?.args(["serve", "--release"]))
}

fn listen(port: u16) -> Result<(Server, u16), Failure> {
    let last = port.saturating_add(TRIES);
    for candidate in port..=last {
        if let Ok(server) = Server::http(("127.0.0.1", candidate)) {
            return Ok((server, candidate));
        }
    }
    Err(format!("the ports {port} to {last} are all taken").into())
}

fn answer(dist: &Path, request: Request) -> std::io::Result<()> {
    let content =
        file_below(dist, request.url()).and_then(|path| Some((fs::read(&path).ok()?, path)));
    match content {
        Some((content, path)) => {
            let mut response = Response::from_data(content);
            for (name, value) in [
                ("Content-Type", media_type(&path)),
                ("Cache-Control", "no-cache"),
            ] {
                if let Ok(header) = Header::from_bytes(name, value) {
                    response.add_header(header);
                }
            }
            request.respond(response)
        }
        None => request.respond(Response::from_string("not found\n").with_status_code(404)),
    }
}

/// The file that a request's path names, never one outside the folder.
fn file_below(dist: &Path, url: &str) -> Option<PathBuf> {
    let path = url.split(['?', '#']).next()?.trim_start_matches('/');
    let named = if path.is_empty() || path.ends_with('/') {
        format!("{path}index.html")
    } else {
        path.to_owned()
    };
    let relative = Path::new(&named);
    let plain = relative
        .components()
        .all(|component| matches!(component, Component::Normal(_)));
    plain.then(|| dist.join(relative))
}

fn media_type(path: &Path) -> &'static str {
    match path.extension().and_then(|extension| extension.to_str()) {
        Some("html") => "text/html; charset=utf-8",
        Some("js" | "mjs") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("json" | "map") => "application/json",
        Some("webmanifest") => "application/manifest+json",
        Some("wasm") => "application/wasm",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("woff2") => "font/woff2",
        Some("ts" | "txt" | "md" | "sql" | "py") => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::TcpListener;

    #[test]
    fn a_taken_port_is_passed_over() {
        let other = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let port = other.local_addr().unwrap().port();
        let (_server, found) = listen(port).unwrap();
        assert!(found > port, "{found} after {port}");
    }

    #[test]
    fn requests_stay_below_the_folder() {
        let dist = Path::new("dist");
        for (url, file) in [
            ("/", Some("dist/index.html")),
            ("/app.js?v=1", Some("dist/app.js")),
            ("/snippets/a/b.js", Some("dist/snippets/a/b.js")),
            ("/docs/", Some("dist/docs/index.html")),
            ("/../Cargo.toml", None),
            ("//etc/passwd", Some("dist/etc/passwd")),
            ("/a/../../b", None),
        ] {
            assert_eq!(file_below(dist, url), file.map(PathBuf::from), "{url}");
        }
    }
}
