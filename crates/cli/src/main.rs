//! Retort on the command line: the same core as in the browser. A thin shell: it reads files, calls the core and prints.

mod arguments;
mod commands;
mod diagnostics;
mod input;
mod modules;
mod output;

use std::process::ExitCode;

use clap::Parser;

use arguments::Arguments;
use output::Outcome;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match commands::run(&arguments) {
        Ok(Outcome { text, findings }) => {
            output::print(&text);
            ExitCode::from(u8::from(findings))
        }
        Err(error) => {
            output::complain(&error);
            ExitCode::from(2)
        }
    }
}
