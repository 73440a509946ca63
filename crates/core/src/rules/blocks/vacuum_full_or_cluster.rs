use super::seen;
use crate::config::RuleLevel;
use crate::operation::{MaintenanceKind, Operation};
use crate::rules::{Check, Class, Context, Draft, FixKind, Rule};

/// A table written anew to tidy it up.
pub const RULE: Rule = Rule {
    id: "vacuum-full-or-cluster",
    class: Class::Blocks,
    level: RuleLevel::Warning,
    title: "A table is written anew to tidy it up",
    summary: "VACUUM FULL and CLUSTER write the table and all its indexes anew with ACCESS EXCLUSIVE held.",
    checklist: &[10],
    fix: FixKind::None,
    page: page!("vacuum-full-or-cluster.md"),
    check: Check::Migration(check),
};

fn check(cx: &Context<'_>) -> Vec<Draft> {
    let finding = seen::statements(cx).filter_map(|statement| {
        let Operation::Maintain(maintenance) = statement.operation else {
            return None;
        };
        let what = match maintenance.kind {
            MaintenanceKind::VacuumFull => "VACUUM FULL",
            MaintenanceKind::Cluster => "CLUSTER",
            MaintenanceKind::Vacuum | MaintenanceKind::Analyze => return None,
        };
        let visible = maintenance.tables.iter().filter_map(|name| seen::sees(cx, &statement, name));
        let names: Vec<String> = visible.map(|table| table.to_string()).collect();
        let names = match (names.is_empty(), maintenance.tables.is_empty()) {
            (true, true) => "every table".to_owned(),
            (true, false) => return None,
            (false, _) => names.join(", "),
        };
        let message = format!("{what} writes all rows of {names} anew, and every index, while readers and writers wait.");
        let help = "Let autovacuum or plain VACUUM do it; pg_repack or pg_squeeze rewrite a table while it is used.";
        Some(seen::say(&statement, message).help(help).about(names))
    });
    finding.collect()
}
