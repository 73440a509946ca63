use std::io::{self, BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use serde_json::{Value, json};

use crate::{Refusal, Subject, catalog_query};

/// PGlite (PostgreSQL 18 in WebAssembly) under Node, one question and one answer a line.
pub struct Pglite {
    process: Child,
    questions: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Pglite {
    /// Starts an empty database.
    ///
    /// # Errors
    /// If Node or the npm packages are missing.
    pub fn start() -> io::Result<Self> {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("pglite.mjs");
        let mut process = Command::new("node")
            .arg(script)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let missing = || io::Error::other("no pipe to Node");
        let questions = process.stdin.take().ok_or_else(missing)?;
        let answers = BufReader::new(process.stdout.take().ok_or_else(missing)?);
        Ok(Self {
            process,
            questions,
            answers,
        })
    }

    fn ask(&mut self, question: &Value) -> io::Result<Value> {
        writeln!(self.questions, "{question}")?;
        self.questions.flush()?;
        let mut answer = String::new();
        if self.answers.read_line(&mut answer)? == 0 {
            return Err(io::Error::other(
                "PGlite ended: run `npm ci`, then look above for its message",
            ));
        }
        serde_json::from_str(&answer).map_err(io::Error::other)
    }
}

impl Drop for Pglite {
    fn drop(&mut self) {
        // A test that already failed must not fail twice.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Subject for Pglite {
    fn run(&mut self, statement: &str) -> Result<(), Refusal> {
        let refusal = |sqlstate: &Value, message: &Value| Refusal {
            sqlstate: sqlstate.as_str().unwrap_or_default().to_owned(),
            message: message.as_str().unwrap_or_default().to_owned(),
        };
        match self.ask(&json!({ "run": statement })) {
            Ok(answer) if answer["error"].is_null() => Ok(()),
            Ok(answer) => Err(refusal(
                &answer["error"]["code"],
                &answer["error"]["message"],
            )),
            Err(error) => Err(refusal(&Value::Null, &Value::String(error.to_string()))),
        }
    }

    fn catalog(&mut self) -> Result<Value, Box<dyn std::error::Error>> {
        let answer = self.ask(&json!({ "catalog": catalog_query() }))?;
        let text = answer["catalog"]
            .as_str()
            .ok_or_else(|| answer.to_string())?;
        Ok(serde_json::from_str(text)?)
    }
}
