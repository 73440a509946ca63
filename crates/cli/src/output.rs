//! What goes to the terminal.

use std::fmt;
use std::io::Write;

use anstyle::{AnsiColor, Style};

/// What a command has to say, and whether that is bad news.
pub struct Outcome {
    /// For standard output; styled where that is a terminal.
    pub text: String,
    /// Whether there are findings at or above the failing level.
    pub findings: bool,
}

impl Outcome {
    /// Good news.
    pub fn fine(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            findings: false,
        }
    }
}

/// Why a command cannot be carried out, and what to do about it.
#[derive(Debug)]
pub struct Failure {
    message: String,
    help: String,
}

impl Failure {
    /// What is wrong, and the next step.
    pub fn new(message: impl Into<String>, help: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            help: help.into(),
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let error = AnsiColor::Red.on_default().bold();
        let strong = Style::new().bold();
        write!(
            f,
            "{error}error{error:#}{strong}: {}{strong:#}",
            self.message
        )?;
        if !self.help.is_empty() {
            let help = AnsiColor::Cyan.on_default().bold();
            write!(f, "\n  {help}help{help:#}: {}", self.help)?;
        }
        Ok(())
    }
}

/// Prints to standard output; colours go away where it is no terminal. A reader that has gone is no error of ours.
pub fn print(text: &str) {
    let mut out = anstream::stdout().lock();
    let newline = if text.is_empty() || text.ends_with('\n') {
        ""
    } else {
        "\n"
    };
    let _ = write!(out, "{text}{newline}").and_then(|()| out.flush());
}

/// Prints to standard error.
pub fn complain(text: &impl fmt::Display) {
    let _ = writeln!(anstream::stderr().lock(), "{text}");
}
