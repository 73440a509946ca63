//! A text with which a defect of Retort can be repeated.

use retort_report::{HalfState, ProofHalf, ProofPlan};

use crate::state::{Proof, ProofStart};

/// The statements that lead there and the difference, as SQL with comments.
pub fn minimal_case(proof: &Proof, found: &[String]) -> String {
    let plan: &ProofPlan = &proof.plan;
    let version = proof.version.as_deref().unwrap_or("18");
    let mut text = format!(
        "-- Retort {} against PostgreSQL {version}\n",
        env!("CARGO_PKG_VERSION")
    );
    for line in found {
        text.push_str(&format!("-- {line}\n"));
    }
    text.push_str("\n-- before\n");
    if proof.start == ProofStart::Schema || plan.no_history.is_some() {
        statements(&mut text, plan.schema.iter());
    } else {
        statements(&mut text, plan.base.iter());
        let history = plan.history.iter().flat_map(|run| &run.statements);
        statements(&mut text, history.map(|statement| &statement.sql));
    }
    half(&mut text, "up", &plan.up);
    half(&mut text, "down", &plan.down);
    text
}

fn half(text: &mut String, name: &str, half: &ProofHalf) {
    if half.state == HalfState::Present {
        text.push_str(&format!("\n-- {name}\n"));
        statements(text, half.steps.iter().map(|step| &step.sql));
    }
}

fn statements<'a>(text: &mut String, statements: impl Iterator<Item = &'a String>) {
    for statement in statements.filter(|statement| !statement.is_empty()) {
        text.push_str(&format!("{statement};\n"));
    }
}
