use crate::config::RuleLevel;
use crate::fix;
use crate::rules::{Check, Class, Context, Draft, FixKind, Rule};
use crate::schema::Table;

/// A tenant column that no index leads with and that has no foreign key of its own.
pub const RULE: Rule = Rule {
    id: "tenant-column-unindexed",
    class: Class::House,
    level: RuleLevel::Warning,
    title: "The tenant column has no index",
    summary: "Queries of one tenant read the whole table unless an index leads with the \
        tenant column.",
    checklist: &[5],
    fix: FixKind::Edit,
    page: page!("tenant-column-unindexed.md"),
    check: Check::Migration(check),
};

fn check(cx: &Context<'_>) -> Vec<Draft> {
    if !cx.defines_tenant_column() {
        return Vec::new();
    }
    let Some(tenancy) = cx.tenancy() else {
        return Vec::new();
    };
    let columns = [tenancy.column.to_owned()];
    let defined = cx
        .defined_columns()
        .filter(|(_, table, column)| column.name == tenancy.column && !cx.is_shared(table));
    defined
        .filter_map(|(statement, table, definition)| {
            let now = cx.now(&statement, &table)?;
            // Where the column has a foreign key, fk-without-index says it.
            let told_elsewhere = now.foreign_keys.iter().any(|key| key.columns == columns);
            let indexed = |table: &Table| cx.covered_by_index(table, &columns);
            if told_elsewhere || now.partition_of.is_some() || cx.holds_in_the_end(now, indexed) {
                return None;
            }
            let name = now.object_name();
            let column = tenancy.column;
            let message = format!(
                "No index of {name} leads with {column}: every query of one tenant reads \
                the rows of all."
            );
            let draft = statement.say_at(definition.origin, message);
            let help = format!(
                "Create an index on {name} ({column}), or one over several columns that \
                starts with it."
            );
            Some(
                draft
                    .help(help)
                    .about(format!("{name}.{column}"))
                    .fix(fix::missing_index(cx, &statement, now, &columns)),
            )
        })
        .collect()
}
