use crate::config::RuleLevel;
use crate::operation::{Certainty, Operation};
use crate::rules::{Check, Class, Context, Draft, FixKind, Rule, Statement};
use crate::schema::{ObjectName, changed};

/// Data changes that have nothing to do with the schema changes beside them, or that run in a loop beside them.
pub const RULE: Rule = Rule {
    id: "mixed-schema-and-data",
    class: Class::House,
    level: RuleLevel::Info,
    title: "Schema and unrelated data change together",
    summary: "A larger change of data belongs into a migration of its own.",
    checklist: &[10],
    fix: FixKind::None,
    page: page!("mixed-schema-and-data.md"),
    check: Check::Migration(check),
};

fn check(cx: &Context<'_>) -> Vec<Draft> {
    let schema: Vec<Statement<'_>> = cx
        .up()
        .filter(|statement| statement.changes_schema() && lasts(statement))
        .collect();
    let Some(first) = schema.first() else {
        return Vec::new();
    };
    let touched: Vec<ObjectName> = schema.iter().flat_map(tables_changed).collect();
    let visible = cx
        .up()
        .find(|statement| changes_schema_of_visible(cx, statement));
    let data = cx
        .up()
        .filter_map(|statement| Some((statement, table_of_rows(&statement)?)));
    let mut told_of_loops = false;
    let mut found = Vec::new();
    for (statement, (table, simple)) in data {
        // A loop keeps the locks of what ran before it.
        let locked = visible.is_some_and(|change| change.index < statement.index);
        let looped = statement.certainty == Certainty::Repeatedly && locked;
        let own = touched.contains(&table) || reads_changed(&statement, &schema);
        if cx.is_new(&statement, &table) || (!looped && (own || simple)) {
            continue;
        }
        // Statements of loops hold the same locks, for as long as all of them run: one word.
        if looped && std::mem::replace(&mut told_of_loops, true) {
            continue;
        }
        let (level, why) = if looped {
            (
                RuleLevel::Warning,
                "a loop over rows keeps the locks of the schema change for as long as it \
                runs",
            )
        } else {
            (
                RuleLevel::Info,
                "if the change of rows fails or takes long, the change of the schema \
                waits or is undone with it",
            )
        };
        let draft = statement.say(format!(
            "This changes rows of {table} in a migration that changes the schema: {why}."
        ));
        let help = "Move it into a migration of its own, after this one.";
        let draft = draft.help(help).about(&table).level(level);
        found.push(draft.related(first.place(), "the schema changes here"));
    }
    found
}

/// Whether more than temporary tables change.
fn lasts(statement: &Statement<'_>) -> bool {
    let tables = tables_changed(statement);
    tables.is_empty() || tables.iter().any(|table| table.schema != "pg_temp")
}

/// Tables whose definition a statement changes, also where nothing is known of what it changes.
fn tables_changed(statement: &Statement<'_>) -> Vec<ObjectName> {
    let named = match statement.operation {
        Operation::AlterTable(alter) => Some(&alter.name),
        Operation::CreateIndex(index) => Some(&index.table),
        _ => None,
    };
    let changed = changed(&statement.before().tables, &statement.after().tables);
    let differing = changed.into_iter().filter(|one| one.before != one.after);
    let named = named.map(|name| statement.resolve(name));
    differing.map(|one| one.name.clone()).chain(named).collect()
}

fn changes_schema_of_visible(cx: &Context<'_>, statement: &Statement<'_>) -> bool {
    tables_changed(statement)
        .iter()
        .any(|table| statement.before().tables.contains_key(table) && !cx.is_new(statement, table))
}

/// The table whose rows a statement changes, and whether the change is a mere list of values.
fn table_of_rows(statement: &Statement<'_>) -> Option<(ObjectName, bool)> {
    match statement.operation {
        Operation::Update(update) => Some((statement.resolve(&update.table), false)),
        Operation::Delete(delete) => Some((statement.resolve(&delete.table), false)),
        Operation::Insert(insert) => {
            Some((statement.resolve(&insert.table), insert.reads.is_empty()))
        }
        _ => None,
    }
}

/// Whether a change of rows carries data over from, or to, what the schema change adds or removes.
fn reads_changed(statement: &Statement<'_>, schema: &[Statement<'_>]) -> bool {
    let reads = match statement.operation {
        Operation::Update(update) => &update.reads,
        Operation::Insert(insert) => &insert.reads,
        Operation::Delete(delete) => &delete.reads,
        _ => return false,
    };
    let changed: Vec<ObjectName> = schema.iter().flat_map(tables_changed).collect();
    reads
        .iter()
        .any(|name| changed.contains(&statement.resolve(name)))
}
