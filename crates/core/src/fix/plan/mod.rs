//! Plans: a change that others would wait for, as several migrations with deploys between them.
//!
//! A plan takes a statement out of its migration and says what to run in its place, file by file, and what has to be true
//! before the next one. What it writes passes every rule itself.

mod batches;
mod files;

use super::Fix;
use super::text::Around;
use crate::migration::FileId;
use crate::operation::{
    AlterTable, Constraint, ConstraintKind, CreateIndex, Expression, IndexKey, IndexTarget,
    KeyConstraint, Operation, QualifiedName, TableAction, Validity, quote_identifier,
};
use crate::rules::{Context, Finding, Statement};
use crate::sql;
use crate::text::{Edit, Span};

/// How long a statement of a plan waits for its lock.
const WAIT: &str = "SET LOCAL lock_timeout = '5s'";

/// PostgreSQL keeps this many bytes of a name.
const LONGEST_NAME: usize = 63;

/// A change in several migrations.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// What it achieves, as a command.
    pub title: String,
    /// The edit that takes the statement out of its migration.
    pub removal: Fix,
    /// In the order in which they are deployed.
    pub steps: Vec<PlanStep>,
}

/// One migration of a plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlanStep {
    /// What it does, as a command.
    pub title: String,
    /// Statements without semicolons.
    pub up: Vec<String>,
    /// What undoes them.
    pub down: Vec<String>,
    /// Whether it has to run outside a transaction.
    pub alone: bool,
    /// What must ship, or be true, before the next step; none after the last.
    pub before_next: Option<String>,
}

/// The plan for a finding, where its rule has one and the statement does nothing else.
pub fn plan(cx: &Context<'_>, finding: &Finding) -> Option<Plan> {
    let statement = cx.up().find(|statement| {
        !statement.is_nested() && Some(statement.outcome.step.place) == finding.statement
    })?;
    let (title, steps) = match (finding.rule.id, statement.operation) {
        ("index-not-concurrent" | "concurrently-in-transaction", Operation::CreateIndex(index)) => {
            index_plan(index)?
        }
        ("large-update" | "update-without-where", Operation::Update(update)) => {
            batches::backfill(cx, &statement, update)?
        }
        (_, Operation::AlterTable(alter)) => {
            let [action] = alter.actions.as_slice() else {
                return None;
            };
            of_action(cx, &statement, finding.rule.id, alter, action)?
        }
        _ => return None,
    };
    Some(Plan {
        title,
        removal: removal(cx, &statement)?,
        steps,
    })
}

type Steps = (String, Vec<PlanStep>);

fn of_action(
    cx: &Context<'_>,
    statement: &Statement<'_>,
    rule: &str,
    alter: &AlterTable,
    action: &TableAction,
) -> Option<Steps> {
    match (rule, action) {
        ("add-check-validates" | "add-fk-validates", TableAction::AddConstraint(constraint)) => {
            validated_later(alter, constraint)
        }
        ("add-unique-builds-index", TableAction::AddConstraint(constraint)) => {
            let ConstraintKind::Unique(key) = &constraint.kind else {
                return None;
            };
            by_an_index(alter, constraint, key)
        }
        ("add-primary-key-builds-index", TableAction::AddConstraint(constraint)) => {
            let ConstraintKind::PrimaryKey(key) = &constraint.kind else {
                return None;
            };
            key_by_an_index(cx, statement, alter, constraint, key)
        }
        ("set-not-null-scans", TableAction::SetNotNull { column }) => {
            Some(not_null(cx.config().postgres, statement, alter, column))
        }
        _ => None,
    }
}

fn index_plan(index: &CreateIndex) -> Option<Steps> {
    let name = index.name.as_deref()?;
    let build = CreateIndex {
        concurrently: true,
        if_not_exists: false,
        ..index.clone()
    };
    let step = concurrent_build(&build, name);
    Some((format!("Build {name} while others write"), vec![step]))
}

fn concurrent_build(build: &CreateIndex, name: &str) -> PlanStep {
    let place = QualifiedName {
        schema: build.table.schema.clone(),
        name: name.to_owned(),
    };
    PlanStep {
        title: format!("Build {name} concurrently"),
        up: vec![sql::print(&Operation::CreateIndex(Box::new(build.clone())))],
        down: vec![format!("DROP INDEX CONCURRENTLY {place}")],
        alone: true,
        before_next: None,
    }
}

fn validated_later(alter: &AlterTable, constraint: &Constraint) -> Option<Steps> {
    let name = constraint
        .name
        .clone()
        .or_else(|| default_name(alter, constraint))?;
    let added = Constraint {
        name: Some(name.clone()),
        validity: Validity::NotValid,
        ..constraint.clone()
    };
    let table = &alter.name;
    let quoted = quote_identifier(&name);
    let broken = match &constraint.kind {
        ConstraintKind::Check { expression, .. } => {
            format!(
                "Rows that break it: SELECT * FROM {table} WHERE NOT ({}).",
                expression.0
            )
        }
        ConstraintKind::ForeignKey(key) => format!(
            "Rows that break it: those of {table} whose {} is in no row of {}.",
            key.columns.join(", "),
            key.references
        ),
        _ => return None,
    };
    let steps = vec![
        PlanStep {
            title: format!("Add {name} for new rows"),
            up: vec![
                WAIT.into(),
                altered(alter, TableAction::AddConstraint(added)),
            ],
            down: vec![format!("ALTER TABLE {table} DROP CONSTRAINT {quoted}")],
            alone: false,
            before_next: Some(format!("Deploy, then repair old rows in batches. {broken}")),
        },
        validation(table, &name),
    ];
    Some((
        format!("Add {name} to {table} without keeping others out"),
        steps,
    ))
}

/// Validation has nothing to undo: dropping the constraint is the first step's matter.
fn validation(table: &QualifiedName, name: &str) -> PlanStep {
    let quoted = quote_identifier(name);
    PlanStep {
        title: format!("Validate {name}"),
        up: vec![format!("ALTER TABLE {table} VALIDATE CONSTRAINT {quoted}")],
        down: Vec::new(),
        alone: false,
        before_next: None,
    }
}

/// A primary key whose columns are made NOT NULL first, where they are not: its index alone would not spare the scan.
fn key_by_an_index(
    cx: &Context<'_>,
    statement: &Statement<'_>,
    alter: &AlterTable,
    constraint: &Constraint,
    key: &KeyConstraint,
) -> Option<Steps> {
    let table = statement.table(&alter.name)?;
    let nullable = key
        .columns
        .iter()
        .filter(|name| table.column(name).is_some_and(|column| column.nullable));
    let mut steps: Vec<PlanStep> = nullable
        .flat_map(|column| not_null(cx.config().postgres, statement, alter, column).1)
        .collect();
    let (title, by_index) = by_an_index(alter, constraint, key)?;
    if let Some(last) = steps.last_mut() {
        last.before_next = Some("Deploy.".to_owned());
    }
    steps.extend(by_index);
    Some((title, steps))
}

fn by_an_index(alter: &AlterTable, constraint: &Constraint, key: &KeyConstraint) -> Option<Steps> {
    let name = constraint
        .name
        .clone()
        .or_else(|| default_name(alter, constraint))?;
    let build = CreateIndex {
        name: Some(name.clone()),
        table: alter.name.clone(),
        unique: true,
        concurrently: true,
        if_not_exists: false,
        only: false,
        method: None,
        keys: key.columns.iter().map(|column| plain_key(column)).collect(),
        include: key.include.clone(),
        nulls_not_distinct: key.nulls_not_distinct,
        options: Vec::new(),
        tablespace: None,
        predicate: None,
    };
    let using = KeyConstraint {
        columns: Vec::new(),
        include: Vec::new(),
        using_index: Some(name.clone()),
        ..key.clone()
    };
    let with_index = Constraint {
        name: Some(name.clone()),
        kind: with_key(&constraint.kind, using),
        ..constraint.clone()
    };
    let table = &alter.name;
    let mut first = concurrent_build(&build, &name);
    first.before_next = Some(format!(
        "If the build failed on doubled rows, drop the invalid index, remove them and build again: \
        SELECT {columns}, count(*) FROM {table} GROUP BY {columns} HAVING count(*) > 1.",
        columns = key.columns.join(", ")
    ));
    let second = PlanStep {
        title: format!("Make {name} a constraint"),
        up: vec![
            WAIT.into(),
            altered(alter, TableAction::AddConstraint(with_index)),
        ],
        // The index goes with its constraint, and the step before left one.
        down: vec![
            format!(
                "ALTER TABLE {table} DROP CONSTRAINT {}",
                quote_identifier(&name)
            ),
            sql::print(&Operation::CreateIndex(Box::new(CreateIndex {
                concurrently: false,
                ..build.clone()
            }))),
        ],
        alone: false,
        before_next: None,
    };
    Some((
        format!("Add {name} to {table} by an index built concurrently"),
        vec![first, second],
    ))
}

/// The same kind of constraint on another key.
fn with_key(kind: &ConstraintKind, key: KeyConstraint) -> ConstraintKind {
    match kind {
        ConstraintKind::PrimaryKey(_) => ConstraintKind::PrimaryKey(key),
        _ => ConstraintKind::Unique(key),
    }
}

fn plain_key(column: &str) -> IndexKey {
    IndexKey {
        target: IndexTarget::Column(column.to_owned()),
        collation: None,
        operator_class: None,
        descending: false,
        nulls_first: None,
    }
}

fn not_null(postgres: u16, statement: &Statement<'_>, alter: &AlterTable, column: &str) -> Steps {
    let table = &alter.name;
    let quoted = quote_identifier(column);
    let name = bounded(&format!(
        "{}_{column}_not_null",
        statement.resolve(table).name
    ));
    let named = quote_identifier(&name);
    let native = postgres >= 18;
    let kind = if native {
        ConstraintKind::NotNull {
            column: column.to_owned(),
        }
    } else {
        ConstraintKind::Check {
            expression: Expression(format!("{quoted} IS NOT NULL")),
            no_inherit: false,
        }
    };
    let added = Constraint {
        name: Some(name.clone()),
        origin: crate::text::Origin::default(),
        kind,
        deferral: crate::operation::Deferral::default(),
        validity: Validity::NotValid,
    };
    let mut steps = vec![
        PlanStep {
            title: format!("Require {column} of new rows"),
            up: vec![
                WAIT.into(),
                altered(alter, TableAction::AddConstraint(added)),
            ],
            down: vec![format!("ALTER TABLE {table} DROP CONSTRAINT {named}")],
            alone: false,
            before_next: Some(format!(
                "Before this step, deploy code that always gives {column} a value. After it, fill the old rows in \
                batches: UPDATE {table} SET {quoted} = … WHERE {quoted} IS NULL AND …"
            )),
        },
        validation(table, &name),
    ];
    if !native {
        steps.push(PlanStep {
            title: format!("Make {column} NOT NULL"),
            up: vec![
                WAIT.into(),
                altered(
                    alter,
                    TableAction::SetNotNull {
                        column: column.to_owned(),
                    },
                ),
                format!("ALTER TABLE {table} DROP CONSTRAINT {named}"),
            ],
            down: vec![
                WAIT.into(),
                format!("ALTER TABLE {table} ADD CONSTRAINT {named} CHECK ({quoted} IS NOT NULL)"),
                format!("ALTER TABLE {table} ALTER COLUMN {quoted} DROP NOT NULL"),
            ],
            alone: false,
            before_next: None,
        });
    }
    (
        format!("Make {column} of {table} NOT NULL without a scan that keeps others out"),
        steps,
    )
}

fn altered(alter: &AlterTable, action: TableAction) -> String {
    sql::print(&Operation::AlterTable(AlterTable {
        actions: vec![action],
        ..alter.clone()
    }))
}

/// The name that PostgreSQL would give, where it is plain.
fn default_name(alter: &AlterTable, constraint: &Constraint) -> Option<String> {
    if matches!(constraint.kind, ConstraintKind::PrimaryKey(_)) {
        return Some(bounded(&format!("{}_pkey", alter.name.name)));
    }
    let (columns, ending) = match &constraint.kind {
        ConstraintKind::Unique(key) => (&key.columns, "key"),
        ConstraintKind::ForeignKey(key) => (&key.columns, "fkey"),
        _ => return None,
    };
    let name = format!("{}_{}_{ending}", alter.name.name, columns.join("_"));
    (name.len() <= LONGEST_NAME).then_some(name)
}

fn bounded(name: &str) -> String {
    let ends = name.char_indices().map(|(at, c)| at + c.len_utf8());
    let end = ends
        .take_while(|end| *end <= LONGEST_NAME)
        .last()
        .unwrap_or(0);
    name.get(..end).unwrap_or_default().to_owned()
}

/// Takes a statement out of its file; `pass` stands in for a call.
fn removal(cx: &Context<'_>, statement: &Statement<'_>) -> Option<Fix> {
    let around = Around::statement(cx, statement);
    let edit: (FileId, Edit) = if around.is_python(cx) {
        around.slice().starts_with("op.").then_some(())?;
        let text = "pass".to_owned();
        (
            around.file,
            Edit {
                span: around.span,
                text,
            },
        )
    } else {
        let end = around.span.end as usize;
        let rest = around.text.get(end..).unwrap_or_default();
        let semicolon = usize::from(rest.starts_with(';'));
        let span = Span::new(around.span.start as usize, end + semicolon);
        (
            around.file,
            Edit {
                span,
                text: String::new(),
            },
        )
    };
    Some(Fix::new(
        "Take the statement out of this migration",
        vec![edit],
    ))
}

#[cfg(test)]
mod tests;
