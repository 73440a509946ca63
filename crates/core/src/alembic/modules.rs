//! The project's own Python modules: what migrations import from the application.

use std::collections::{BTreeMap, BTreeSet};

use ruff_python_ast::visitor::{Visitor, walk_expr, walk_stmt};
use ruff_python_ast::{Expr, Stmt};

use super::python;
use crate::migration::{FileId, SourceFile};
use crate::project::{Convention, Project, detect};

/// The Python files of a project, found by the names under which they are imported.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Modules {
    files: Vec<SourceFile>,
    /// Places in `files`, by the last part of the module's name.
    by_name: BTreeMap<String, Vec<usize>>,
}

/// A module by its place among the files.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ModuleId(usize);

impl Modules {
    /// From files of any kind: those that are no Python are passed over.
    pub fn new<'f>(files: impl IntoIterator<Item = &'f SourceFile>) -> Self {
        let mut modules = Self::default();
        for file in files {
            let Some(name) = last_name(&file.path) else {
                continue;
            };
            let place = modules.files.len();
            modules
                .by_name
                .entry(name.to_owned())
                .or_default()
                .push(place);
            modules.files.push(file.clone());
        }
        modules
    }

    /// The modules beside the migrations of a project.
    pub fn of(project: &Project) -> Self {
        if project.convention != Convention::Alembic {
            return Self::default();
        }
        let scripts: BTreeSet<FileId> = project.migrations.iter().map(|each| each.file).collect();
        let files = project.files.iter().zip((0..).map(FileId));
        Self::new(
            files
                .filter(|(_, id)| !scripts.contains(id))
                .map(|(file, _)| file),
        )
    }

    /// The modules that these files import, and what those import in turn.
    fn reached<'f>(
        &self,
        importers: impl IntoIterator<Item = &'f SourceFile>,
    ) -> BTreeSet<ModuleId> {
        let found_by = |file: &SourceFile| {
            let names = imported(&file.path, &file.text).into_iter();
            let found = names.filter_map(|name| self.find(&name, &file.path));
            found.collect::<Vec<_>>()
        };
        let mut waiting: Vec<ModuleId> = importers.into_iter().flat_map(found_by).collect();
        let mut reached = BTreeSet::new();
        while let Some(module) = waiting.pop() {
            if reached.insert(module) {
                waiting.extend(self.file(module).map(found_by).unwrap_or_default());
            }
        }
        reached
    }

    /// The file of a module.
    pub fn file(&self, module: ModuleId) -> Option<&SourceFile> {
        self.files.get(module.0)
    }

    /// The module that `import name` finds from within a file: Python's search path is not known, so any folder may be on
    /// it. The folders around the importing file come first, the nearest before the others; elsewhere the name must be
    /// unambiguous.
    pub fn find(&self, name: &str, importer: &str) -> Option<ModuleId> {
        let parts: Vec<&str> = name.split('.').collect();
        let candidates = self.by_name.get(*parts.last()?)?;
        let roots: Vec<(usize, Vec<&str>)> = candidates
            .iter()
            .filter_map(|place| Some((*place, self.root_of(*place, &parts)?)))
            .collect();
        let around = parts_of(folder_of(importer));
        let nearest = roots
            .iter()
            .filter(|(_, root)| around.starts_with(root))
            .max_by_key(|(_, root)| root.len());
        match (nearest, roots.as_slice()) {
            (Some((place, _)), _) | (None, [(place, _)]) => Some(ModuleId(*place)),
            _ => None,
        }
    }

    /// The folder from which a file has this name as a module.
    fn root_of(&self, place: usize, name: &[&str]) -> Option<Vec<&str>> {
        let mut parts = parts_of(module_path(&self.files.get(place)?.path)?);
        for part in name.iter().rev() {
            if parts.pop()? != *part {
                return None;
            }
        }
        Some(parts)
    }
}

/// Of the files of a whole folder, the paths of the Python files that say nothing about its migrations: no migration
/// imports them, not by way of another either, and they do not set Alembic up.
pub fn unreached(files: &[SourceFile]) -> Vec<String> {
    let project = detect(files, None);
    let migrations: BTreeSet<FileId> = project.migrations.iter().map(|each| each.file).collect();
    let (scripts, others): (Vec<_>, Vec<_>) = project
        .files
        .iter()
        .zip((0..).map(FileId))
        .partition(|(_, id)| migrations.contains(id));
    let modules = Modules::new(others.iter().map(|(file, _)| *file));
    let reached = modules.reached(scripts.iter().map(|(file, _)| *file));
    let reached: BTreeSet<&str> = reached
        .into_iter()
        .filter_map(|module| Some(modules.file(module)?.path.as_ref()))
        .collect();
    let unreached = modules.files.iter().map(|file| file.path.as_ref());
    unreached
        .filter(|path| !reached.contains(path) && !path.ends_with("env.py"))
        .map(str::to_owned)
        .collect()
}

/// The dotted name, from the top of the project, of what a file imports as `..name`.
pub fn absolute(importer: &str, level: u32, name: &str) -> String {
    let mut parts = parts_of(folder_of(importer));
    for _ in 1..level {
        parts.pop();
    }
    parts.extend(name.split('.').filter(|part| !part.is_empty()));
    parts.join(".")
}

fn parts_of(path: &str) -> Vec<&str> {
    path.split('/').filter(|part| !part.is_empty()).collect()
}

fn folder_of(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// The path without its ending: of `a/b.py` and `a/b/__init__.py` it is `a/b`.
fn module_path(path: &str) -> Option<&str> {
    let stem = path.strip_suffix(".py")?;
    Some(stem.strip_suffix("/__init__").unwrap_or(stem))
}

fn last_name(path: &str) -> Option<&str> {
    module_path(path)?.rsplit('/').next()
}

/// The modules that a Python file may import, by their dotted names: also those that it reaches by attributes of what it
/// imports. Libraries that are known are left out.
pub fn imported(path: &str, text: &str) -> Vec<String> {
    let Ok(module) = python::parse(text) else {
        return Vec::new();
    };
    let mut imports = Imports {
        path,
        roots: Vec::new(),
        names: Vec::new(),
    };
    for statement in module.suite() {
        imports.visit_stmt(statement);
    }
    imports.names.sort();
    imports.names.dedup();
    imports.names
}

struct Imports<'a> {
    path: &'a str,
    /// Names bound by `import a.b`.
    roots: Vec<String>,
    names: Vec<String>,
}

impl Imports<'_> {
    /// Notes a module and the packages around it.
    fn note(&mut self, name: &str) {
        if super::evaluate::is_library(name) {
            return;
        }
        let ends = name.match_indices('.').map(|(at, _)| at);
        for end in ends.chain([name.len()]) {
            self.names
                .push(name.get(..end).unwrap_or_default().to_owned());
        }
    }
}

impl Visitor<'_> for Imports<'_> {
    fn visit_stmt(&mut self, statement: &Stmt) {
        match statement {
            Stmt::Import(import) => {
                for alias in &import.names {
                    let name = alias.name.as_str();
                    self.note(name);
                    let root = name.split('.').next().unwrap_or(name);
                    self.roots.push(root.to_owned());
                }
            }
            Stmt::ImportFrom(import) => {
                let module = import.module.as_ref().map_or("", |module| module.as_str());
                let module = match import.level {
                    0 => module.to_owned(),
                    level => absolute(self.path, level, module),
                };
                self.note(&module);
                for alias in &import.names {
                    self.note(&format!("{module}.{}", alias.name.as_str()));
                }
            }
            other => walk_stmt(self, other),
        }
    }

    fn visit_expr(&mut self, expression: &Expr) {
        if let Expr::Attribute(_) = expression
            && let Some(name) = dotted(expression)
            && self
                .roots
                .iter()
                .any(|root| name.split('.').next() == Some(root))
        {
            self.note(&name);
            return;
        }
        walk_expr(self, expression);
    }
}

fn dotted(expression: &Expr) -> Option<String> {
    match expression {
        Expr::Name(name) => Some(name.id.to_string()),
        Expr::Attribute(attribute) => Some(format!(
            "{}.{}",
            dotted(&attribute.value)?,
            attribute.attr.as_str()
        )),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn modules(paths: &[&str]) -> Modules {
        let files: Vec<SourceFile> = paths
            .iter()
            .map(|path| SourceFile {
                path: (*path).into(),
                text: String::new().into(),
            })
            .collect();
        Modules::new(&files)
    }

    #[test]
    fn a_module_is_found_in_the_folders_around_its_importer() {
        let all = [
            "api/orchard/types.py",
            "web/orchard/types.py",
            "lib/press/__init__.py",
            "README.md",
        ];
        let modules = modules(&all);
        let path = |name: &str, importer: &str| {
            let found = modules.find(name, importer)?;
            modules.file(found).map(|file| file.path.to_string())
        };
        let found = |path: &str| Some(path.to_owned());
        let from_api = "api/migrations/versions/1_a.py";
        assert_eq!(path("orchard.types", from_api), found(all[0]));
        assert_eq!(path("orchard.types", "web/versions/1_a.py"), found(all[1]));
        // Two of the same name and neither is nearer: which one Python takes is not known.
        assert_eq!(path("orchard.types", "other/1_a.py"), None);
        assert_eq!(path("press", from_api), found(all[2]));
        assert_eq!(path("orchard", from_api), None);
    }

    #[test]
    fn imports_are_found_with_their_packages() {
        let text = "\
import sqlalchemy as sa
import orchard
from press.kit import Kind
from .near import Thing

def upgrade():
    sa.Column('id', orchard.types.Guid())
";
        assert_eq!(
            imported("api/versions/1_a.py", text),
            [
                "api",
                "api.versions",
                "api.versions.near",
                "api.versions.near.Thing",
                "orchard",
                "orchard.types",
                "orchard.types.Guid",
                "press",
                "press.kit",
                "press.kit.Kind",
            ]
        );
    }

    #[test]
    fn of_a_whole_folder_what_the_migrations_import_is_reached() {
        let file = |path: &str, text: &str| SourceFile {
            path: path.into(),
            text: text.into(),
        };
        let migration = "from alembic import op\nfrom orchard.kit import Weight\nrevision = \"1\"\ndown_revision = None\n\n\ndef upgrade():\n    pass\n";
        let files = [
            file("api/versions/1_a.py", migration),
            file("api/env.py", "context.run_migrations()"),
            file("api/orchard/kit.py", "from .units import Kilogram\n"),
            file("api/orchard/units.py", "Kilogram = 1\n"),
            file("api/orchard/views.py", "from .kit import Weight\n"),
            file("api/seed.sql", "INSERT INTO tree VALUES (1);"),
        ];
        assert_eq!(unreached(&files), ["api/orchard/views.py"]);
    }
}
