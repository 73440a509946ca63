//! The evaluator: runs a migration script as far as that can be done without a database.

mod batch;
mod bindings;
mod body;
mod builtins;
mod call;
mod class;
mod collection;
mod emit;
mod exception;
mod expression;
mod format;
mod import;
mod inspect;
pub mod json;
mod load;
pub mod number;
mod operator;
pub mod scope;
mod statement;
mod text;

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use ruff_python_ast::{Expr as Syntax, Stmt};

use self::load::Loaded;
use self::scope::Scope;
use super::excerpt::{self, Excerpt};
use super::modules::{ModuleId, Modules};
use super::python;
use super::sqlalchemy::naming::Conventions;
use super::sqlalchemy::{Literals, Trouble};
use super::value::{Unknown, Value};
use super::{Catalog, Surroundings};
use crate::config::AlembicSettings;
use crate::migration::{Direction, Ending, FileId, Script, SourceFile, Step};
use crate::text::Span;

pub use self::call::{Arg, Args};
pub use self::class::{COMPILED, model};
pub use self::emit::{Enrichment, Sent};
pub use self::format::{percent, shown};
pub use self::import::is_library;
pub use self::operator::{as_sql, flattened, operand};
pub use self::text::{dedent, indent};

/// How many expressions and statements one half may evaluate.
const FUEL: u32 = 400_000;

/// How deep calls and expressions may nest.
const DEEPEST: u32 = 120;

/// How many steps one half may have.
const MOST_STEPS: usize = 20_000;

/// Whether there is a database behind `op.get_bind()`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// `alembic upgrade`: questions are answered from the simulated schema.
    Online,
    /// `alembic upgrade --sql`: questions fail.
    Offline,
}

/// What one half does, and what Alembic prints for it.
#[derive(Clone, Debug, Default)]
pub struct Evaluation {
    /// The steps.
    pub script: Script,
    /// What Alembic's offline mode prints, piece by piece, with its semicolons.
    pub printed: Vec<String>,
}

/// Evaluates one half.
pub fn run(
    file: &SourceFile,
    id: FileId,
    direction: Direction,
    mode: Mode,
    project: Surroundings<'_>,
    catalog: &mut dyn Catalog,
) -> Evaluation {
    let settings = project.settings;
    let Ok(module) = python::parse(&file.text) else {
        return Evaluation::default();
    };
    let mut evaluator = Evaluator {
        file: id,
        path: &file.path,
        source: file.text.to_string(),
        script_length: file.text.len(),
        site: Span::default(),
        mode,
        settings,
        modules: project.modules,
        loaded: BTreeMap::new(),
        all_of: Vec::new(),
        conventions: Conventions::new(&settings.naming_convention),
        catalog,
        module: Scope::script(),
        steps: Vec::new(),
        printed: Vec::new(),
        fuel: FUEL,
        depth: 0,
        doubts: Vec::new(),
        stretch: 0,
        stretches: 0,
        autocommit: 0,
        enums_met: BTreeSet::new(),
        loading: true,
        super_level: 0,
        yielded: Vec::new(),
        returns: Vec::new(),
        batches: Vec::new(),
    };
    let name = match direction {
        Direction::Up => "upgrade",
        Direction::Down => "downgrade",
    };
    let excerpt = excerpt::kind(module.suite());
    if excerpt.is_some() || excerpt::lacks_imports(module.suite()) {
        evaluator.import_usual();
    }
    let ending = if excerpt == Some(Excerpt::Calls) && direction == Direction::Up {
        evaluator.run_calls(module.suite())
    } else {
        evaluator.load(module.suite());
        evaluator.run_half(name)
    };
    Evaluation {
        script: Script {
            steps: evaluator.steps,
            ending,
        },
        printed: evaluator.printed,
    }
}

/// The state of an evaluation.
pub struct Evaluator<'a> {
    /// The file.
    pub file: FileId,
    /// Its path.
    path: &'a str,
    /// Its text, and after it that of the modules it imports: what stands there belongs to no place in the file.
    source: String,
    /// Where its own text ends.
    script_length: usize,
    /// The call in the file that is being run, for what happens in other modules.
    site: Span,
    /// Whether there is a database.
    pub mode: Mode,
    /// What `env.py` would say.
    pub settings: &'a AlembicSettings,
    /// How constraints without a name are called.
    pub conventions: Conventions,
    /// The simulated database.
    pub catalog: &'a mut dyn Catalog,
    module: Scope,
    modules: &'a Modules,
    loaded: BTreeMap<ModuleId, Loaded>,
    /// `from module import *`: by whom, and the module.
    all_of: Vec<(Option<ModuleId>, ModuleId)>,
    steps: Vec<Step>,
    printed: Vec<String>,
    fuel: u32,
    depth: u32,
    /// The open conditions and loops that are not known.
    doubts: Vec<Doubt>,
    /// The uncertain stretch of code that is being run; 0 for none.
    pub stretch: u32,
    stretches: u32,
    /// How many `autocommit_block()`s are open.
    autocommit: u32,
    /// Enums that tables have created or dropped: each is handled once in a run.
    pub enums_met: BTreeSet<(Option<String>, String)>,
    /// Whether the module itself is being run: its own calls are not steps.
    loading: bool,
    /// By how many calls of `super()` the method that runs was reached.
    super_level: usize,
    /// What the generators that are running have yielded.
    yielded: Vec<Vec<Value>>,
    /// What the functions that are running may have returned already, and on what that depends.
    returns: Vec<Vec<(Value, String)>>,
    /// The `batch_alter_table()` blocks that are open, with what waits for their ends.
    batches: Vec<batch::OpenBatch>,
}

/// Why it is not sure that, or how often, the code being run runs.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Doubt {
    /// Under this condition.
    Condition(String),
    /// Under this condition, which guards the whole half: without it nothing happens.
    Guard(String),
    /// Once for each of something that is not known.
    Loop,
}

/// Why running stops early.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Interrupt {
    /// An exception.
    Raise(Raised),
    /// A limit of the evaluator.
    Limit,
}

/// An exception.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Raised {
    /// Its class.
    pub class: String,
    /// Its message.
    pub message: String,
}

/// What running code gives.
pub type Run<T> = Result<T, Interrupt>;

/// An exception of Python's.
pub fn raise<T>(class: &str, message: impl Into<String>) -> Run<T> {
    Err(Interrupt::Raise(Raised {
        class: class.to_owned(),
        message: message.into(),
    }))
}

impl Evaluator<'_> {
    /// How literals are written.
    pub fn literals(&self) -> Literals {
        Literals {
            doubles_backslashes: self.mode == Mode::Offline,
            keeps_parameters: self.mode == Mode::Online,
        }
    }

    /// Prints DDL.
    pub fn ddl(&self) -> super::sqlalchemy::ddl::Printer<'_> {
        super::sqlalchemy::ddl::Printer {
            conventions: &self.conventions,
            literals: self.literals(),
        }
    }

    /// Runs the module's own statements. One that fails does not keep the others from being read.
    fn load(&mut self, suite: &[Stmt]) {
        let module = self.module.clone();
        module.set("__name__", Value::text("migration"));
        module.set(
            "__file__",
            Value::Unknown(Unknown::data("is the path of the file")),
        );
        for statement in suite {
            // An exception here would fail the import; what was bound before it is what can be said.
            let _ = self.statement(statement, &module);
        }
        self.loading = false;
    }

    /// Binds the names that an excerpt takes for granted.
    fn import_usual(&mut self) {
        let scope = self.module.clone();
        if let Ok(imports) = python::parse(excerpt::IMPORTS) {
            for statement in imports.suite() {
                let _ = self.statement(statement, &scope);
            }
        }
    }

    /// Runs calls that stand outside of any function as an upgrade.
    fn run_calls(&mut self, suite: &[Stmt]) -> Ending {
        self.loading = false;
        let scope = self.module.clone();
        for statement in suite {
            let done = match statement {
                Stmt::Expr(column) if excerpt::is_column(statement) => {
                    self.add_to_excerpt(&column.value, &scope)
                }
                _ => self.statement(statement, &scope).map(drop),
            };
            match done {
                Ok(()) => {}
                Err(Interrupt::Raise(raised)) => return Ending::Raises(raised.message),
                Err(Interrupt::Limit) => {
                    self.emit_limit();
                    return Ending::Normal;
                }
            }
        }
        if self.steps.is_empty() {
            Ending::Empty
        } else {
            Ending::Normal
        }
    }

    /// A column on its own, as if it were added to a table.
    fn add_to_excerpt(&mut self, column: &Syntax, scope: &Scope) -> Run<()> {
        let span = python::span(column);
        let value = self.expression(column, scope)?;
        let table = Value::text(excerpt::TABLE);
        let args = Args {
            positional: vec![Arg { value: table, span }, Arg { value, span }],
            ..Args::none(span)
        };
        self.operation("add_column", None, &args).map(drop)
    }

    fn run_half(&mut self, name: &str) -> Ending {
        let function = match self.module.get(name) {
            Some(Value::Function(function)) => function,
            Some(Value::Unknown(unknown)) => {
                let span = Span::default();
                let _ = self.emit_unknown(span, &unknown, Sent::default());
                return Ending::Normal;
            }
            _ => return Ending::Empty,
        };
        let span = Span::default();
        let keywords = function
            .parameters
            .iter_non_variadic_params()
            .filter_map(|parameter| {
                let name = parameter.name().as_str();
                let value = handed_in(name)?;
                if parameter.default.is_some() && !matches!(name, "op") {
                    return None;
                }
                Some((name.to_owned(), Arg { value, span }))
            });
        let arguments = Args {
            keywords: keywords.collect(),
            ..Args::none(span)
        };
        match self.call_function(&function, arguments) {
            Ok(_) if self.steps.is_empty() => Ending::Empty,
            Ok(_) => Ending::Normal,
            Err(Interrupt::Raise(raised)) => Ending::Raises(match raised.message.as_str() {
                "" => raised.class,
                message => message.to_owned(),
            }),
            Err(Interrupt::Limit) => {
                self.emit_limit();
                Ending::Normal
            }
        }
    }

    /// Pays for one more expression or statement.
    fn pay(&mut self) -> Run<()> {
        match self.fuel.checked_sub(1) {
            Some(left) if self.steps.len() < MOST_STEPS => {
                self.fuel = left;
                Ok(())
            }
            _ => Err(Interrupt::Limit),
        }
    }

    /// Goes one level deeper.
    fn deeper<T>(&mut self, run: impl FnOnce(&mut Self) -> Run<T>) -> Run<T> {
        if self.depth >= DEEPEST {
            return Err(Interrupt::Limit);
        }
        self.depth += 1;
        let result = run(self);
        self.depth -= 1;
        result
    }

    /// Runs code of which it is not sure whether or how often it runs.
    fn doubtful<T>(&mut self, doubt: Doubt, run: impl FnOnce(&mut Self) -> T) -> T {
        let stretch = self.stretch;
        let open = self.doubts.len();
        self.stretches += 1;
        self.stretch = self.stretches;
        self.doubts.push(doubt);
        let result = run(self);
        self.doubts.truncate(open);
        self.stretch = stretch;
        result
    }

    /// Runs something as one of rounds that are not known.
    pub fn in_unknown_rounds<T>(&mut self, run: impl FnOnce(&mut Self) -> T) -> T {
        self.doubtful(Doubt::Loop, run)
    }

    /// The text of a stretch of the source, on one line.
    pub fn source_of(&self, span: Span) -> String {
        let text = span.slice(&self.source);
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// A new list.
    pub fn list(&self, items: Vec<Value>) -> Value {
        Value::List(super::value::Shared::new(items, self.stretch))
    }

    /// Turns trouble with rendering into what happens: a refusal is an exception, the rest a step that is not analysed.
    pub fn settle(&mut self, trouble: Trouble, span: Span, sent: Sent) -> Run<()> {
        match trouble {
            Trouble::Unknown(unknown) => self.emit_unknown(span, &unknown, sent),
            Trouble::Refused(message) => raise("CompileError", message),
        }
    }
}

/// What projects with their own `env.py` hand to `upgrade(…)`.
fn handed_in(name: &str) -> Option<Value> {
    use super::value::Handle;
    Some(match name {
        "op" => Value::Path(Rc::from("alembic.op")),
        // Populates the tables in the project's own tests, does nothing in production (Quay).
        "tester" => Value::Handle(Handle::Inert),
        _ => Value::Unknown(Unknown::data(format!(
            "depends on the parameter `{name}` that env.py passes"
        ))),
    })
}
