use crate::config::RuleLevel;
use crate::rules::{Check, Class, Context, Draft, FixKind, Rule};
use crate::schema::{Column, Table};

/// A tenant column that is nullable or no uuid.
pub const RULE: Rule = Rule {
    id: "tenant-column-type",
    class: Class::House,
    level: RuleLevel::Error,
    title: "The tenant column is not UUID NOT NULL",
    summary: "The tenant column must have the type of the tenant table's key, uuid, and must \
        not be empty.",
    checklist: &[2],
    fix: FixKind::None,
    page: page!("tenant-column-type.md"),
    check: Check::Migration(check),
};

fn check(cx: &Context<'_>) -> Vec<Draft> {
    if !cx.defines_tenant_column() {
        return Vec::new();
    }
    let Some(tenancy) = cx.tenancy() else {
        return Vec::new();
    };
    let defined = cx
        .defined_columns()
        .filter(|(_, table, column)| column.name == tenancy.column && !cx.is_shared(table));
    defined
        .filter_map(|(statement, table, definition)| {
            let now = cx.now(&statement, &table)?;
            let wrong = |table: &Table| table.column(tenancy.column).and_then(what_is_wrong);
            let fault = wrong(now)?;
            if cx.holds_in_the_end(now, |table| wrong(table).is_none()) {
                return None;
            }
            let name = now.object_name();
            let message = format!("{name}.{} {fault}: {}", tenancy.column, consequence(fault));
            let help = "Define it as uuid NOT NULL; fill existing rows before NOT NULL is set.";
            let draft = statement.say_at(definition.origin, message).help(help);
            Some(draft.about(format!("{name}.{}", tenancy.column)))
        })
        .collect()
}

/// What is wrong with a tenant column, if anything is.
fn what_is_wrong(column: &Column) -> Option<&'static str> {
    match (column.data_type.as_str(), column.nullable) {
        ("uuid", false) => None,
        ("uuid", true) => Some("allows NULL"),
        (_, false) => Some("is not a uuid"),
        (_, true) => Some("is not a uuid and allows NULL"),
    }
}

fn consequence(fault: &str) -> &'static str {
    if fault.ends_with("NULL") {
        "a row without a tenant is seen by no tenant's queries, or by all of them."
    } else {
        "it cannot reference the tenant table's key."
    }
}
