use crate::config::RuleLevel;
use crate::rules::{Check, Class, Context, Draft, FixKind, Rule};
use crate::schema::Table;

/// A tenant column without a foreign key to the tenant table.
pub const RULE: Rule = Rule {
    id: "tenant-foreign-key-missing",
    class: Class::House,
    level: RuleLevel::Warning,
    title: "The tenant column references no tenant",
    summary: "The tenant column must have a foreign key to the tenant table.",
    checklist: &[2],
    fix: FixKind::None,
    page: page!("tenant-foreign-key-missing.md"),
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
            let references = |table: &Table| {
                table.foreign_keys.iter().any(|key| {
                    key.columns.iter().any(|name| name == tenancy.column)
                        && (key.references.table == tenancy.table || key.columns.len() > 1)
                })
            };
            if now.partition_of.is_some() || cx.holds_in_the_end(now, references) {
                return None;
            }
            let name = now.object_name();
            let (column, tenants) = (tenancy.column, tenancy.table);
            let message = format!(
                "{name}.{column} has no foreign key to {tenants}: rows can name a tenant \
                that does not exist, and stay when one is deleted."
            );
            let draft = statement.say_at(definition.origin, message);
            let help = format!(
                "Add FOREIGN KEY ({column}) REFERENCES {tenants} with the ON DELETE \
                action that is wanted."
            );
            Some(draft.help(help).about(format!("{name}.{column}")))
        })
        .collect()
}
