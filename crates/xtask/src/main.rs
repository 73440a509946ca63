//! Sets up, serves, builds and tests Retort: `cargo xtask COMMAND`.

mod bench;
mod docs;
mod fingerprint;
mod offline;
mod package;
mod progress;
mod project;
mod prove;
mod serve;
mod setup;
mod shell;
mod site;
mod split;
mod stamp;
mod test;

use std::process::ExitCode;

use project::Project;

/// Why a command stopped, in words for the person who ran it.
type Failure = Box<dyn std::error::Error + Send + Sync>;

const USAGE: &str = "\
Usage: cargo xtask COMMAND

  serve [--port N]     set up what is missing, build the app and serve it on this machine
  watch                serve the app on this machine and rebuild it when a source changes
  build [--fast]       build the static site into dist/; `--fast` for trying it: large and slow, but soon there
  package              build the npm package into package/, ready for `npm pack`
  docs                 build the documentation into dist/docs/ and check its examples
  test [--only STAGE]  run every check and test; `test --list` names the stages
  prove PATH… [--all]  run up, down and up again on a real PostgreSQL; the last revision, `--at REV`, or all
  bench                measure reading, reviewing and editing, native and in WebAssembly
  setup                install what building and testing need; `setup --build` only what building needs";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match run(&arguments) {
        Ok(code) => code,
        Err(failure) => {
            eprintln!("\nxtask: {failure}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &[String]) -> Result<ExitCode, Failure> {
    let project = Project::locate();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        ["serve"] => serve::serve(&project, serve::DEFAULT_PORT)?,
        ["serve", "--port", port] => serve::serve(&project, port.parse()?)?,
        ["watch"] => serve::watch(&project)?,
        ["build"] => {
            setup::for_building(&project)?;
            site::build(&project)?;
        }
        ["build", "--fast"] => {
            setup::for_building(&project)?;
            site::build_fast(&project)?;
        }
        ["package"] => {
            setup::for_building(&project)?;
            package::build(&project, package::Module::Small)?;
        }
        ["docs"] => {
            setup::for_building(&project)?;
            docs::build(&project)?;
        }
        ["test"] => return test::run(&project, None),
        ["test", "--only", stage] => return test::run(&project, Some(stage)),
        ["test", "--list"] => test::list(),
        ["prove", rest @ ..] if !rest.is_empty() => return prove::run(&project, rest),
        ["bench"] => bench::run(&project)?,
        ["setup"] => setup::for_everything(&project)?,
        ["setup", "--build"] => setup::for_building(&project)?,
        [] | ["help" | "--help" | "-h"] => println!("{USAGE}"),
        _ => return Err(format!("unknown command `{}`\n\n{USAGE}", arguments.join(" ")).into()),
    }
    Ok(ExitCode::SUCCESS)
}
