use std::fmt;
use std::fs;
use std::io;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

use postgres::{Client, Config, NoTls};
use serde_json::Value;

use crate::{Refusal, Subject, catalog_query};

/// How often to ask whether the server is up, and for how long in all (20 s).
const ATTEMPTS: u32 = 200;
const PAUSE: Duration = Duration::from_millis(100);

/// Why no server could be started.
#[derive(Debug)]
pub enum StartError {
    /// PostgreSQL's server programs are not on this machine.
    NotInstalled,
    /// They are, but did not start.
    Failed(String),
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotInstalled => {
                f.write_str("PostgreSQL's server is not installed: apt-get install postgresql-15")
            }
            Self::Failed(why) => write!(f, "PostgreSQL did not start: {why}"),
        }
    }
}

impl std::error::Error for StartError {}

impl From<io::Error> for StartError {
    fn from(error: io::Error) -> Self {
        Self::Failed(error.to_string())
    }
}

/// A server of our own on a Unix socket, gone when dropped.
pub struct Server {
    process: Child,
    folder: PathBuf,
}

impl Server {
    /// Makes a cluster in a temporary folder and starts it. Root starts it as the user `postgres` or `nobody`, since
    /// PostgreSQL refuses to run as root.
    ///
    /// # Errors
    /// [`StartError`].
    pub fn start(name: &str) -> Result<Self, StartError> {
        let programs = programs().ok_or(StartError::NotInstalled)?;
        let folder = std::env::temp_dir().join(format!("retort-{name}-{}", std::process::id()));
        let data = folder.join("data");
        fs::create_dir_all(&folder)?;
        let account = unprivileged_account();
        if let Some((user, group)) = account {
            std::os::unix::fs::chown(&folder, Some(user), Some(group))?;
        }
        let command = |program: &str| {
            let mut command = Command::new(programs.join(program));
            command
                .current_dir(&folder)
                .stdin(Stdio::null())
                .stdout(Stdio::null())
                .stderr(Stdio::null());
            if let Some((user, group)) = account {
                command.gid(group).uid(user);
            }
            command
        };
        let made = command("initdb")
            .args([
                "--username=retort",
                "--auth=trust",
                "--encoding=UTF8",
                "--locale=C",
                "--no-sync",
                "-D",
            ])
            .arg(&data)
            .status()?;
        if !made.success() {
            return Err(StartError::Failed(format!("initdb ended with {made}")));
        }
        let process = command("postgres")
            .arg("-D")
            .arg(&data)
            .arg("-k")
            .arg(&folder)
            .args([
                "-c",
                "listen_addresses=",
                "-c",
                "fsync=off",
                "-c",
                "timezone=UTC",
                "-c",
                "max_connections=20",
            ])
            .spawn()?;
        let server = Self { process, folder };
        for _ in 0..ATTEMPTS {
            if server.connect("postgres").is_ok() {
                return Ok(server);
            }
            sleep(PAUSE);
        }
        Err(StartError::Failed("it does not answer".into()))
    }

    /// A new, empty database.
    ///
    /// # Errors
    /// PostgreSQL's.
    pub fn database(&self, name: &str) -> Result<Database, postgres::Error> {
        let mut client = self.connect("postgres")?;
        client.batch_execute(&format!("create database \"{name}\""))?;
        Ok(Database {
            client: self.connect(name)?,
        })
    }

    fn connect(&self, database: &str) -> Result<Client, postgres::Error> {
        Config::new()
            .host_path(&self.folder)
            .user("retort")
            .dbname(database)
            .connect(NoTls)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Nothing in it is worth keeping, and a test that already failed must not fail twice.
        let _ = self.process.kill();
        let _ = self.process.wait();
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// One database.
pub struct Database {
    client: Client,
}

impl Database {
    /// The first row of an answer, as text; nothing where there is none.
    ///
    /// # Errors
    /// PostgreSQL's.
    pub fn first_row(&mut self, query: &str) -> Result<Vec<Option<String>>, postgres::Error> {
        let answer = self.client.simple_query(query)?;
        let row = answer.iter().find_map(|message| match message {
            postgres::SimpleQueryMessage::Row(row) => Some(row),
            _ => None,
        });
        let cells = |row: &postgres::SimpleQueryRow| {
            let cells = (0..row.len()).map(|at| row.get(at).map(str::to_owned));
            cells.collect()
        };
        Ok(row.map(cells).unwrap_or_default())
    }

    /// An answer of one column as `psql --no-align --tuples-only` prints it.
    ///
    /// # Errors
    /// PostgreSQL's.
    pub fn printed(&mut self, query: &str) -> Result<String, postgres::Error> {
        let answer = self.client.simple_query(query)?;
        let cells = answer.iter().filter_map(|message| match message {
            postgres::SimpleQueryMessage::Row(row) => row.get(0),
            _ => None,
        });
        Ok(cells.map(|cell| format!("{cell}\n")).collect())
    }
}

impl Subject for Database {
    fn run(&mut self, statement: &str) -> Result<(), Refusal> {
        self.client
            .batch_execute(statement)
            .map_err(|error| Refusal {
                sqlstate: error
                    .code()
                    .map(|code| code.code().to_owned())
                    .unwrap_or_default(),
                message: error
                    .as_db_error()
                    .map_or_else(|| error.to_string(), |error| error.message().to_owned()),
            })
    }

    fn catalog(&mut self) -> Result<Value, Box<dyn std::error::Error>> {
        let answer = self.client.simple_query(&catalog_query())?;
        let text = answer.iter().find_map(|message| match message {
            postgres::SimpleQueryMessage::Row(row) => row.get(0).map(str::to_owned),
            _ => None,
        });
        Ok(serde_json::from_str(&text.unwrap_or_default())?)
    }
}

/// Where `initdb` and `postgres` are: Debian keeps them off the PATH.
fn programs() -> Option<PathBuf> {
    let debian =
        (15..=18).map(|version| PathBuf::from(format!("/usr/lib/postgresql/{version}/bin")));
    let path = std::env::var_os("PATH").unwrap_or_default();
    let on_path: Vec<PathBuf> = std::env::split_paths(&path).collect();
    debian
        .chain(on_path)
        .find(|folder| is_program(&folder.join("initdb")) && is_program(&folder.join("postgres")))
}

fn is_program(path: &Path) -> bool {
    path.is_file()
}

/// User and group ids to run as, if we are root.
fn unprivileged_account() -> Option<(u32, u32)> {
    let id = |flag: &str, user: Option<&str>| -> Option<u32> {
        let output = Command::new("id")
            .arg(flag)
            .args(user)
            .stderr(Stdio::null())
            .output()
            .ok()?;
        String::from_utf8(output.stdout).ok()?.trim().parse().ok()
    };
    if id("-u", None)? != 0 {
        return None;
    }
    ["postgres", "nobody"]
        .into_iter()
        .find_map(|user| Some((id("-u", Some(user))?, id("-g", Some(user))?)))
}
