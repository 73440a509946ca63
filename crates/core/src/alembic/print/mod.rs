//! Operations as Alembic: the calls that a person would write in `upgrade()` or `downgrade()`.
//!
//! What is printed here reads back as the same operations: every call is evaluated before it is handed out, and one that
//! would do anything else is not.

mod change;
mod layout;
mod table;
#[cfg(test)]
mod tests;
mod types;

use self::layout::Code;
use super::{Catalog, Modules, Surroundings, evaluate};
use crate::config::AlembicSettings;
use crate::migration::{Direction, FileId, SourceFile, Step};
use crate::operation::{
    AlterTable, ColumnDefinition, Constraint, ConstraintKind, CreateTable, Nullability, Operation,
    TableAction,
};
use crate::schema::{ObjectName, Objects, Schema, Type, World};
use crate::sql;

/// The types that exist where the calls run.
pub type Types = Objects<ObjectName, Type>;

/// How far the body of a function is indented.
const BODY: usize = 4;

/// What the calls need at the head of a file, with the name that each line binds.
const IMPORTS: &[(&str, &str)] = &[
    ("sa", "import sqlalchemy as sa"),
    ("op", "from alembic import op"),
    ("postgresql", "from sqlalchemy.dialects import postgresql"),
];

/// The calls of Alembic's that do what an operation does, each on lines of its own, as wide as the body of a function
/// leaves room and without its indentation. None where Alembic has no operation for it: there `op.execute` remains.
pub fn calls(operation: &Operation, types: &Types) -> Option<String> {
    let parts = parts(operation);
    let codes: Option<Vec<Code>> = parts.iter().map(|part| call(part, types)).collect();
    let codes: Vec<String> = codes?.iter().map(|code| code.laid_out(BODY)).collect();
    let indentation = " ".repeat(BODY);
    let body: String = codes
        .iter()
        .map(|code| format!("{indentation}{code}\n"))
        .collect();
    // No literal goes over several lines, so every line may be moved.
    let outdented = || codes.join("\n").replace(&format!("\n{indentation}"), "\n");
    (read_back(&body) == normal(&parts)).then(outdented)
}

/// The import lines that code needs and a file does not have.
pub fn missing_imports(code: &str, file: &str) -> Vec<&'static str> {
    let uses = |name: &str| {
        let call = format!("{name}.");
        let mut places = code.match_indices(&call);
        places.any(|(at, _)| {
            let before = code.get(..at).and_then(|before| before.chars().next_back());
            before.is_none_or(|before| !before.is_alphanumeric() && before != '_' && before != '.')
        })
    };
    let binds = |line: &str| {
        let has = |own: &str| own.trim() == line;
        let bound = line.rsplit(' ').next().unwrap_or(line);
        let module = line
            .strip_prefix("from ")
            .and_then(|rest| rest.split(' ').next());
        let among_others = |own: &str| {
            module.is_some_and(|module| {
                own.trim().starts_with(&format!("from {module} import"))
                    && own.split([' ', ',', '(', ')']).any(|word| word == bound)
            })
        };
        file.lines().any(|own| has(own) || among_others(own))
    };
    let needed = IMPORTS
        .iter()
        .filter(|(name, line)| uses(name) && !binds(line));
    needed.map(|(_, line)| *line).collect()
}

/// The lines to add for [`missing_imports`], and where: below a file's own import of Alembic or SQLAlchemy.
pub fn import_lines(code: &str, file: &str) -> Option<(usize, String)> {
    let missing = missing_imports(code, file);
    let mut at = 0;
    for line in file.split_inclusive('\n') {
        at += line.len();
        let is_own =
            line.starts_with("from alembic import") || line.starts_with("import sqlalchemy");
        if is_own && !line.contains('(') && !missing.is_empty() {
            let lines = missing.iter().map(|line| format!("{line}\n"));
            return Some((at, lines.collect()));
        }
    }
    None
}

fn call(operation: &Operation, types: &Types) -> Option<Code> {
    match operation {
        Operation::CreateTable(create) => table::create(create, types),
        Operation::DropTable(drop) => table::drop(drop),
        Operation::AlterTable(alter) => change::alter(alter, types),
        Operation::CreateIndex(create) => change::create_index(create),
        Operation::DropIndex(drop) => change::drop_index(drop),
        Operation::CreateType(create) => change::create_type(create),
        Operation::Comment(comment) => change::comment(comment),
        _ => None,
    }
}

/// The operations as Alembic has them: one action at a time, constraints apart from columns.
fn parts(operation: &Operation) -> Vec<Operation> {
    match operation {
        Operation::AlterTable(alter) => {
            let actions = alter.actions.iter().flat_map(apart);
            let one = |action| {
                Operation::AlterTable(AlterTable {
                    actions: vec![action],
                    ..alter.clone()
                })
            };
            actions.map(one).collect()
        }
        Operation::CreateTable(create) => {
            let mut whole = create.as_ref().clone();
            for column in &mut whole.columns {
                let own = std::mem::take(&mut column.constraints);
                whole.constraints.extend(own);
            }
            vec![Operation::CreateTable(Box::new(whole))]
        }
        other => vec![other.clone()],
    }
}

fn apart(action: &TableAction) -> Vec<TableAction> {
    match action {
        TableAction::AddColumn {
            if_not_exists,
            column,
        } => {
            let bare = ColumnDefinition {
                constraints: Vec::new(),
                ..column.as_ref().clone()
            };
            let add = TableAction::AddColumn {
                if_not_exists: *if_not_exists,
                column: Box::new(bare),
            };
            let own = column.constraints.iter().cloned();
            [add]
                .into_iter()
                .chain(own.map(TableAction::AddConstraint))
                .collect()
        }
        other => vec![other.clone()],
    }
}

/// A database that remembers nothing.
struct Forgetful(Schema);

impl Catalog for Forgetful {
    fn schema(&self) -> &Schema {
        &self.0
    }

    fn execute(&mut self, _: &Step) {}
}

/// The operations of a function's body, normal.
fn read_back(body: &str) -> Vec<String> {
    let imports: Vec<&str> = IMPORTS.iter().map(|(_, line)| *line).collect();
    let file = SourceFile {
        path: "printed.py".into(),
        text: format!("{}\ndef upgrade():\n{body}", imports.join("\n")).into(),
    };
    let settings = AlembicSettings::default();
    let modules = Modules::default();
    let project = Surroundings {
        settings: &settings,
        modules: &modules,
    };
    let mut catalog = Forgetful(Schema::empty(World::Open));
    let script = evaluate(&file, FileId(0), Direction::Up, project, &mut catalog);
    let operations: Vec<Operation> = script
        .steps
        .into_iter()
        .flat_map(|step| parts(&step.operation))
        .collect();
    normal(&operations)
}

/// Operations as text, up to what makes no difference: the order of a table's constraints, and `NOT NULL` where a
/// primary key says it.
fn normal(operations: &[Operation]) -> Vec<String> {
    let each = operations.iter().map(|operation| match operation {
        Operation::CreateTable(create) => {
            sql::print(&Operation::CreateTable(Box::new(normal_table(create))))
        }
        other => sql::print(other),
    });
    each.collect()
}

fn normal_table(create: &CreateTable) -> CreateTable {
    let mut table = create.clone();
    table.constraints.sort_by_key(rank);
    let key: Vec<String> = table
        .constraints
        .iter()
        .filter_map(|constraint| match &constraint.kind {
            ConstraintKind::PrimaryKey(key) => Some(key.columns.clone()),
            _ => None,
        })
        .flatten()
        .collect();
    for column in &mut table.columns {
        column.nullability = match column.nullability {
            Nullability::NotNull => Nullability::NotNull,
            _ if key.contains(&column.name) => Nullability::NotNull,
            _ => Nullability::Unspecified,
        };
    }
    table
}

fn rank(constraint: &Constraint) -> u8 {
    match constraint.kind {
        ConstraintKind::PrimaryKey(_) => 0,
        _ => 1,
    }
}
