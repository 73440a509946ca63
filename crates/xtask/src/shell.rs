//! Running other programs.

use std::ffi::OsStr;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};
use std::thread;
use std::time::Duration;

use crate::Failure;
use crate::project::Project;

/// A command in the project's folder, with the project's programs on its `PATH` and no standard input.
pub fn command(project: &Project, program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(program);
    command
        .current_dir(&project.root)
        .env("PATH", project.search_path())
        .stdin(Stdio::null());
    command
}

/// `cargo`, the one that runs this program.
pub fn cargo(project: &Project) -> Command {
    let program = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = command(project, program);
    // What `cargo run` sets for this program would mislead the crates that others build.
    for variable in [
        "CARGO_MANIFEST_DIR",
        "CARGO_MANIFEST_PATH",
        "CARGO_PKG_NAME",
    ] {
        command.env_remove(variable);
    }
    command
}

/// Runs a command whose output the person sees; anything but success is a failure.
pub fn run(command: &mut Command) -> Result<(), Failure> {
    let status = command
        .status()
        .map_err(|error| unstartable(command, &error))?;
    succeeded(command, status)
}

/// Runs a command and gives what it wrote to standard output; the person sees its errors.
pub fn output(command: &mut Command) -> Result<String, Failure> {
    captured(command.stderr(Stdio::inherit()))
}

/// Asks a program something, where no answer is an answer too.
pub fn probe(command: &mut Command) -> Option<String> {
    captured(command.stderr(Stdio::null())).ok()
}

fn captured(command: &mut Command) -> Result<String, Failure> {
    let output = command
        .output()
        .map_err(|error| unstartable(command, &error))?;
    succeeded(command, output.status)?;
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Runs a command silently into a log file, so that several can run at once; the log's end explains
/// a failure. Calls `meanwhile` a few times a second.
pub fn run_logged(
    command: &mut Command,
    log: &Path,
    mut meanwhile: impl FnMut(),
) -> Result<(), Failure> {
    if let Some(folder) = log.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let file = std::fs::File::create(log)?;
    let mut child = command
        .stdout(file.try_clone()?)
        .stderr(file)
        .spawn()
        .map_err(|error| unstartable(command, &error))?;
    let status = loop {
        if let Some(status) = child.try_wait()? {
            break status;
        }
        meanwhile();
        thread::sleep(Duration::from_millis(200));
    };
    succeeded(command, status).map_err(|failure| {
        let text = std::fs::read_to_string(log).unwrap_or_default();
        let lines: Vec<&str> = text.lines().collect();
        let start = lines.len().saturating_sub(15);
        let end = lines.get(start..).unwrap_or_default().join("\n  ");
        format!("{failure}\n  {end}").into()
    })
}

/// How a command ended and what it wrote, which the person saw meanwhile.
pub struct Shown {
    pub status: ExitStatus,
    pub text: String,
}

/// Runs a command, showing what it writes and keeping it.
pub fn show(command: &mut Command) -> Result<Shown, Failure> {
    let mut child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|error| unstartable(command, &error))?;
    let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
    let text = thread::scope(|scope| {
        let errors = scope.spawn(|| pass_on(stderr, &mut std::io::stderr()));
        let text = pass_on(stdout, &mut std::io::stdout());
        let errors = errors.join().unwrap_or_default();
        text + &errors
    });
    Ok(Shown {
        status: child.wait()?,
        text,
    })
}

/// Copies a stream line by line, and gives what went through.
fn pass_on(stream: Option<impl Read>, to: &mut impl Write) -> String {
    let mut kept = String::new();
    let Some(stream) = stream else { return kept };
    for line in BufReader::new(stream).split(b'\n').map_while(Result::ok) {
        let line = String::from_utf8_lossy(&line);
        // A closed terminal is no reason to stop the tests.
        let _ = writeln!(to, "{line}");
        kept.push_str(&line);
        kept.push('\n');
    }
    kept
}

fn succeeded(command: &Command, status: ExitStatus) -> Result<(), Failure> {
    if status.success() {
        Ok(())
    } else {
        Err(format!("`{}` failed ({status})", shown(command)).into())
    }
}

fn unstartable(command: &Command, error: &std::io::Error) -> Failure {
    format!("cannot run `{}`: {error}", shown(command)).into()
}

/// The command as one would type it.
fn shown(command: &Command) -> String {
    std::iter::once(command.get_program())
        .chain(command.get_args())
        .map(OsStr::to_string_lossy)
        .collect::<Vec<_>>()
        .join(" ")
}
