//! The application's own modules: read name by name, when a migration asks for one.
//!
//! Python runs a module whole when it is imported. Here only the statements run that bind a name that is asked for, so
//! that what an application does besides stays out of the way.

use std::collections::{BTreeMap, BTreeSet};

use ruff_python_ast::{Expr as Syntax, Stmt};

use super::super::modules::ModuleId;
use super::super::python;
use super::super::value::{Unknown, Value};
use super::scope::Scope;
use super::{Evaluator, Interrupt, Run};
use crate::text::Span;

/// How many modules one half may read.
const MOST_MODULES: usize = 300;

/// A module that has been parsed.
#[derive(Debug)]
pub struct Loaded {
    scope: Scope,
    /// Its statements; none where one has run.
    statements: Vec<Option<Stmt>>,
    /// Which statements bind a name.
    binding: BTreeMap<String, Vec<usize>>,
}

impl Evaluator<'_> {
    /// The path of the file that a scope belongs to.
    pub fn path_of(&self, scope: &Scope) -> String {
        let module = scope.module().and_then(|module| self.modules.file(module));
        module.map_or_else(|| self.path.to_owned(), |file| file.path.to_string())
    }

    /// Whether a dotted name is that of a module.
    pub fn is_module(&self, path: &str) -> bool {
        self.modules.find(path, self.path).is_some()
    }

    /// What a dotted name is bound to in the module it names.
    pub fn application_value(&mut self, path: &str) -> Run<Option<Value>> {
        let Some((module, name)) = path.rsplit_once('.') else {
            return Ok(None);
        };
        match self.modules.find(module, self.path) {
            Some(module) => self.name_in(module, name),
            None => Ok(None),
        }
    }

    /// `from module import *`.
    pub fn import_all(&mut self, module: &str, scope: &Scope) {
        if let Some(found) = self.modules.find(module, self.path) {
            self.all_of.push((scope.module(), found));
        }
    }

    /// A name that nothing around has bound so far.
    pub fn late_name(&mut self, name: &str, scope: &Scope) -> Run<Option<Value>> {
        let mut asked = BTreeSet::new();
        match scope.module() {
            Some(module) => self.search(module, name, &mut asked),
            None => self.search_starred(None, name, &mut asked),
        }
    }

    fn name_in(&mut self, module: ModuleId, name: &str) -> Run<Option<Value>> {
        self.search(module, name, &mut BTreeSet::new())
    }

    /// What a name is bound to in a module, or in those of which it imports everything.
    fn search(
        &mut self,
        module: ModuleId,
        name: &str,
        asked: &mut BTreeSet<ModuleId>,
    ) -> Run<Option<Value>> {
        if !asked.insert(module) {
            return Ok(None);
        }
        match self.own_name(module, name)? {
            Some(value) => Ok(Some(value)),
            None => self.search_starred(Some(module), name, asked),
        }
    }

    fn search_starred(
        &mut self,
        importer: Option<ModuleId>,
        name: &str,
        asked: &mut BTreeSet<ModuleId>,
    ) -> Run<Option<Value>> {
        let starred = self.all_of.iter().filter(|(by, _)| *by == importer);
        let modules: Vec<ModuleId> = starred.map(|(_, module)| *module).collect();
        for module in modules {
            if let Some(value) = self.search(module, name, asked)? {
                return Ok(Some(value));
            }
        }
        Ok(None)
    }

    /// What a name is bound to in a module itself: runs what binds it.
    fn own_name(&mut self, module: ModuleId, name: &str) -> Run<Option<Value>> {
        if !self.loaded.contains_key(&module) && !self.parse_module(module) {
            return Ok(None);
        }
        let Some(loaded) = self.loaded.get_mut(&module) else {
            return Ok(None);
        };
        let scope = loaded.scope.clone();
        let binding = loaded.binding.remove(name).unwrap_or_default();
        for place in binding {
            let loaded = self.loaded.get_mut(&module);
            let statement = loaded.and_then(|loaded| loaded.statements.get_mut(place)?.take());
            if let Some(statement) = statement {
                self.run_at_import(&statement, &scope)?;
            }
        }
        Ok(scope.get(name))
    }

    fn parse_module(&mut self, module: ModuleId) -> bool {
        let Some(file) = self.modules.file(module) else {
            return false;
        };
        if self.loaded.len() >= MOST_MODULES {
            return false;
        }
        // Padded by a comment, its places lie behind all that was read before.
        let mut text = "#".repeat(self.source.len());
        text.push('\n');
        text.push_str(&file.text);
        let Ok(parsed) = python::parse(&text) else {
            return false;
        };
        self.source.push('\n');
        self.source.push_str(&file.text);
        let scope = Scope::of_module(module);
        let name = file.path.trim_end_matches(".py").replace('/', ".");
        scope.set("__name__", Value::text(name));
        let path = Unknown::data("is the path of the file");
        scope.set("__file__", Value::Unknown(path));
        let statements = parsed.into_suite();
        let mut binding: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (place, statement) in statements.iter().enumerate() {
            for name in bound(statement) {
                binding.entry(name).or_default().push(place);
            }
        }
        let loaded = Loaded {
            scope,
            statements: statements.into_iter().map(Some).collect(),
            binding,
        };
        self.loaded.insert(module, loaded);
        self.import_stars(module)
    }

    /// `from x import *` binds names that nobody can tell from the statement.
    fn import_stars(&mut self, module: ModuleId) -> bool {
        let Some(loaded) = self.loaded.get_mut(&module) else {
            return false;
        };
        let scope = loaded.scope.clone();
        let places = loaded.binding.remove("*").unwrap_or_default();
        let statements = places.into_iter();
        let statements: Vec<Stmt> = statements
            .filter_map(|place| loaded.statements.get_mut(place)?.take())
            .collect();
        // A limit that is reached here is reached again by what follows.
        statements
            .iter()
            .all(|statement| self.run_at_import(statement, &scope).is_ok())
    }

    /// Runs a statement of a module as its import does: under no condition, and without steps. One that fails leaves
    /// what it would have bound unknown.
    fn run_at_import(&mut self, statement: &Stmt, scope: &Scope) -> Run<()> {
        let loading = std::mem::replace(&mut self.loading, true);
        let doubts = std::mem::take(&mut self.doubts);
        let stretch = std::mem::take(&mut self.stretch);
        let end = self.deeper(|this| this.statement(statement, scope));
        self.loading = loading;
        self.doubts = doubts;
        self.stretch = stretch;
        match end {
            Err(Interrupt::Limit) => Err(Interrupt::Limit),
            Ok(_) | Err(Interrupt::Raise(_)) => Ok(()),
        }
    }

    /// Notes the call that runs, if it stands in the migration itself; gives the one before.
    pub fn enter_site(&mut self, call: Span) -> Span {
        let is_own = !call.is_empty() && call.end as usize <= self.script_length;
        let site = self.site;
        if is_own {
            self.site = call;
        }
        site
    }

    /// A place in the migration: for what stands in another module, the call that led there.
    pub fn site_of(&self, span: Span) -> Span {
        match span.end as usize <= self.script_length {
            true => span,
            false => self.site,
        }
    }
}

/// The names that a statement of a module binds; `*` for names that are not written there.
fn bound(statement: &Stmt) -> Vec<String> {
    match statement {
        Stmt::FunctionDef(function) => {
            // `@compiles(Thing)` adds to what `Thing` is.
            let decorators = function.decorator_list.iter();
            let compiled = decorators.filter_map(|decorator| compiled(&decorator.expression));
            compiled.chain([function.name.to_string()]).collect()
        }
        Stmt::ClassDef(class) => vec![class.name.to_string()],
        Stmt::Import(import) => {
            let names = import.names.iter().map(|alias| match &alias.asname {
                Some(name) => name.to_string(),
                None => {
                    let path = alias.name.as_str();
                    path.split('.').next().unwrap_or(path).to_owned()
                }
            });
            names.collect()
        }
        Stmt::ImportFrom(import) => {
            let names = import.names.iter();
            let names = names.map(|alias| alias.asname.as_ref().unwrap_or(&alias.name).to_string());
            names.collect()
        }
        Stmt::If(branch) => {
            let arms = branch.elif_else_clauses.iter().map(|arm| &arm.body);
            let blocks = [&branch.body].into_iter().chain(arms);
            blocks
                .flat_map(|block| block.iter().flat_map(bound))
                .collect()
        }
        Stmt::Try(attempt) => {
            let handlers = attempt.handlers.iter().map(|handler| {
                let ruff_python_ast::ExceptHandler::ExceptHandler(handler) = handler;
                &handler.body
            });
            let blocks = [&attempt.body].into_iter().chain(handlers);
            let blocks = blocks.chain([&attempt.orelse, &attempt.finalbody]);
            blocks
                .flat_map(|block| block.iter().flat_map(bound))
                .collect()
        }
        other => super::body::assigned(std::slice::from_ref(other)),
    }
}

/// The class that `@compiles(Class, …)` is about.
fn compiled(decorator: &Syntax) -> Option<String> {
    let Syntax::Call(call) = decorator else {
        return None;
    };
    let is_compiles = match &*call.func {
        Syntax::Name(name) => name.id.as_str() == "compiles",
        Syntax::Attribute(attribute) => attribute.attr.as_str() == "compiles",
        _ => false,
    };
    match call.arguments.args.first() {
        Some(Syntax::Name(name)) if is_compiles => Some(name.id.to_string()),
        _ => None,
    }
}
