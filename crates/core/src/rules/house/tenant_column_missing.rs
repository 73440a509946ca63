use crate::config::RuleLevel;
use crate::fix;
use crate::rules::{Check, Class, Context, Draft, FixKind, Rule};

/// A new table without the tenant column.
pub const RULE: Rule = Rule {
    id: "tenant-column-missing",
    class: Class::House,
    level: RuleLevel::Error,
    title: "A table of tenants' data has no tenant column",
    summary: "A table that is not shared by all tenants must say in a column which tenant \
        each row belongs to.",
    checklist: &[2],
    fix: FixKind::Edit,
    page: page!("tenant-column-missing.md"),
    check: Check::Migration(check),
};

fn check(cx: &Context<'_>) -> Vec<Draft> {
    let creations = cx.created_tables();
    if creations.is_empty() {
        return Vec::new();
    }
    let Some(tenancy) = cx.tenancy() else {
        return Vec::new();
    };
    let column = tenancy.column;
    let lacking = creations.into_iter().filter(|creation| {
        !cx.is_shared(&creation.name())
            && !cx.holds_in_the_end(creation.table, |table| table.column(column).is_some())
    });
    lacking
        .map(|creation| {
            let name = creation.name();
            creation
                .statement
                .say(format!(
                    "Table {name} has no column {column}: nothing says which tenant \
                        a row belongs to, so no query can be held to one tenant."
                ))
                .help(format!(
                    "Add {column} uuid NOT NULL with a foreign key to {} and an \
                        index; if all tenants share the table, list it under \
                        shared_tables in retort.toml.",
                    tenancy.table
                ))
                .about(&name)
                .fix(fix::tenant_column(cx, &creation, tenancy))
        })
        .collect()
}
