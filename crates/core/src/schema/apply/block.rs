//! Blocks and the functions that a migration calls: what surely runs is carried out, what may run makes the state
//! uncertain.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::{Note, Outcome, Simulation, changes_schema};
use crate::operation::{
    Argument, ArgumentMode, Call, DoBlock, Expression, Guard, InnerStatement, Occasion, Operation,
    QualifiedName, Select,
};
use crate::schema::condition;
use crate::schema::names::clip;
use crate::schema::{Function, ObjectName, Schema};
use crate::sql::value::Value;
use crate::sql::{self, FunctionCall};

/// Functions that call each other are followed this deep.
const DEEPEST: u32 = 20;

/// Where the statements inside are noted, functions of which one calls the other are followed this deep only.
const DEEPEST_NOTED: u32 = 3;

/// No more statements inside one statement are noted.
const MOST_STEPS: usize = 1000;

/// What one run through a body has found out so far.
#[derive(Clone, Default)]
struct Run {
    /// Conditions by their passing.
    conditions: BTreeMap<u32, Option<bool>>,
    /// How blocks that catch errors ended, by their passing.
    endings: BTreeMap<u32, Ending>,
}

/// How a block that catches errors ended.
#[derive(Clone, PartialEq, Eq)]
enum Ending {
    /// Without an error that is certain.
    Done,
    /// With this error, of which no handler has been looked at yet.
    Raised(&'static str),
    /// With an error, and a handler has taken it.
    Handled,
    /// Not known.
    Unknown,
}

/// A statement that a block or a called function runs, or may run.
#[derive(Clone, Debug)]
pub struct InnerStep {
    /// What it does.
    pub operation: Operation,
    /// The state that it runs on.
    pub before: Schema,
}

/// The statements that a block, or the project's own functions that a query calls, run on a state, in order: those
/// under a condition that is known not to hold are left out, those of which it is not known are in. What they call stands
/// behind them.
pub fn inner_steps(schema: &Schema, operation: &Operation) -> Vec<InnerStep> {
    let mut simulation = Simulation {
        steps: Some(Vec::new()),
        ..Simulation::new(schema.clone())
    };
    // What ran before an error counts.
    let _ = match operation {
        Operation::Do(block) => simulation.run_block(block),
        Operation::Select(select) => simulation.run_calls(&select.sql),
        Operation::Call(call) => simulation.run_calls(&call.sql),
        _ => Ok(()),
    };
    simulation.steps.unwrap_or_default()
}

impl Simulation {
    /// A `DO` block.
    pub(super) fn run_block(&mut self, block: &DoBlock) -> Outcome {
        self.run_statements(&block.statements)
    }

    fn run_statements(&mut self, statements: &[InnerStatement]) -> Outcome {
        self.run_under(&mut Run::default(), statements, 0)
    }

    /// Statements that share their first `depth` guards.
    fn run_under(&mut self, run: &mut Run, statements: &[InnerStatement], depth: usize) -> Outcome {
        let same = |left: &InnerStatement, right: &InnerStatement| match (
            left.guards.get(depth),
            right.guards.get(depth),
        ) {
            (None, None) => true,
            (Some(left), Some(right)) => left == right && occasion(left) == occasion(right),
            _ => false,
        };
        for group in statements.chunk_by(same) {
            let guard = group.first().and_then(|one| one.guards.get(depth));
            match guard {
                None => group
                    .iter()
                    .try_for_each(|one| self.run_inner(&one.operation))?,
                Some(guard) => self.run_guarded(run, guard, group, depth + 1)?,
            }
        }
        Ok(())
    }

    /// One statement of a body.
    fn run_inner(&mut self, operation: &Operation) -> Outcome {
        let before = self.steps.as_ref().map(Vec::len);
        self.note(operation);
        let outcome = self.run(operation);
        if let (Err(_), Some(steps), Some(before)) = (&outcome, &mut self.steps, before) {
            steps.truncate(before);
        }
        outcome
    }

    fn note(&mut self, operation: &Operation) {
        if let Some(steps) = &mut self.steps
            && steps.len() < MOST_STEPS
        {
            steps.push(InnerStep {
                operation: operation.clone(),
                before: self.schema.clone(),
            });
        }
    }

    /// Notes the query of a condition that is looked at.
    fn note_condition(&mut self, condition: &Expression) {
        let text = condition.as_str();
        if self.steps.is_some() && text.to_ascii_lowercase().contains("select") {
            self.note(&sql::read_statement(&format!("SELECT {text}")));
        }
    }

    fn run_guarded(
        &mut self,
        run: &mut Run,
        guard: &Guard,
        group: &[InnerStatement],
        depth: usize,
    ) -> Outcome {
        match guard {
            Guard::Condition {
                condition,
                negated,
                occasion,
            } => {
                let holds = if let Some(holds) = run.conditions.get(&occasion.0) {
                    *holds
                } else {
                    self.note_condition(condition);
                    let holds = condition::holds(&self.schema, condition.as_str());
                    run.conditions.insert(occasion.0, holds);
                    holds
                };
                match holds {
                    Some(holds) if holds != *negated => self.run_under(run, group, depth),
                    Some(_) => Ok(()),
                    None => {
                        self.may_run(run, group, depth);
                        Ok(())
                    }
                }
            }
            Guard::Catches { errors, occasion } => {
                self.run_catching(run, errors, *occasion, group, depth)
            }
            Guard::Handles { errors, occasion } => {
                let ending = run.endings.get(&occasion.0).cloned();
                match ending.unwrap_or(Ending::Done) {
                    Ending::Raised(state) if catches(errors, state) => {
                        run.endings.insert(occasion.0, Ending::Handled);
                        self.run_under(run, group, depth)
                    }
                    // Whether rows raise an error is not known: a migration that goes through is what is shown.
                    Ending::Done | Ending::Raised(_) | Ending::Handled => Ok(()),
                    Ending::Unknown => {
                        self.may_run(run, group, depth);
                        Ok(())
                    }
                }
            }
            Guard::Loop(_) | Guard::Left => {
                self.may_run(run, group, depth);
                Ok(())
            }
        }
    }

    /// Statements whose error is caught: all that they did is undone then.
    fn run_catching(
        &mut self,
        run: &mut Run,
        errors: &[String],
        occasion: Occasion,
        group: &[InnerStatement],
        depth: usize,
    ) -> Outcome {
        let before = self.clone();
        let unsure = before.may_exist();
        let ending = match self.run_under(run, group, depth) {
            Ok(()) if unsure && group.iter().any(|one| self.may_change(&one.operation)) => {
                Ending::Unknown
            }
            Ok(()) => Ending::Done,
            Err(refused) if catches(errors, refused.sqlstate) => {
                *self = before;
                self.notes.push(Note::Caught {
                    refusal: refused.clone(),
                });
                if unsure {
                    Ending::Unknown
                } else {
                    Ending::Raised(refused.sqlstate)
                }
            }
            Err(refused) => return Err(refused),
        };
        run.endings.insert(occasion.0, ending);
        Ok(())
    }

    /// Statements that share their first `depth` guards, of which it is not known whether they run.
    fn may_run(&mut self, run: &Run, group: &[InnerStatement], depth: usize) {
        if self.steps.is_some() {
            let mut trial = self.clone();
            // An error ends the trial: what would run before it is noted.
            let _ = trial.run_under(&mut run.clone(), group, depth);
            self.steps = trial.steps;
        }
        if group.iter().any(|one| self.may_change(&one.operation)) {
            self.unknown("whether a statement of a block runs is not known");
        }
    }

    // Calls

    /// The functions that a query calls: what they change is carried out where it is certain.
    pub(super) fn run_called(&mut self, statement: &Select) -> Outcome {
        if !self.may_change_by_calls(&statement.calls) {
            return Ok(());
        }
        self.run_calls(&statement.sql)
    }

    /// `CALL`.
    pub(super) fn run_procedure(&mut self, statement: &Call) -> Outcome {
        if self.functions_named(&statement.procedure).is_empty() {
            self.uncertain("what a procedure does is only known when it runs");
            return Ok(());
        }
        self.run_calls(&statement.sql)
    }

    fn run_calls(&mut self, sql: &str) -> Outcome {
        let Some(calls) = sql::calls(sql).filter(|calls| calls.certain) else {
            self.unknown("which functions a query calls, and how often, is not known");
            return Ok(());
        };
        calls
            .calls
            .iter()
            .try_for_each(|call| self.run_function(call))
    }

    /// Carries out the body of one of the project's own functions.
    fn run_function(&mut self, call: &FunctionCall) -> Outcome {
        let followed = self.steps.is_some();
        if !followed && !self.may_change_by_calls(std::slice::from_ref(&call.name)) {
            return Ok(());
        }
        let functions = self.functions_named(&call.name);
        let [function] = functions.as_slice() else {
            if functions.is_empty() {
                return Ok(());
            }
            self.unknown("which of several functions of one name is called is not worked out");
            return Ok(());
        };
        let deepest = if followed { DEEPEST_NOTED } else { DEEPEST };
        if self.calls >= deepest {
            self.unknown("functions call each other too deeply to be followed");
            return Ok(());
        }
        let arguments = self.arguments(function, call);
        let statements = sql::read_called_body(&function.language, body(function), arguments);
        self.calls += 1;
        let outcome = self.run_statements(&statements);
        self.calls -= 1;
        outcome
    }

    /// The values of a call's arguments under the names that the body knows them by.
    fn arguments(&self, function: &Function, call: &FunctionCall) -> Vec<(String, Value)> {
        let parameters = parameters(function);
        let inputs = parameters
            .iter()
            .filter(|parameter| matches!(parameter.mode, ArgumentMode::In | ArgumentMode::InOut));
        let mut values = Vec::new();
        for (at, parameter) in inputs.enumerate() {
            let named = call
                .arguments
                .iter()
                .find(|(name, _)| *name == parameter.name && name.is_some());
            let given = named.or_else(|| call.arguments.get(at).filter(|(name, _)| name.is_none()));
            let text = given.map(|(_, text)| text.as_str());
            let text = text.or_else(|| parameter.default.as_ref().map(Expression::as_str));
            let value = text.map_or(Value::Unknown, |text| condition::value(&self.schema, text));
            values.push((format!("${}", at + 1), value.clone()));
            values.extend(parameter.name.clone().map(|name| (name, value)));
        }
        values
    }

    /// One's own functions of a name, in the first schema of the search path that has any.
    fn functions_named(&self, name: &QualifiedName) -> Vec<Arc<Function>> {
        let bare = clip(&name.name);
        let homes = match &name.schema {
            Some(home) => std::slice::from_ref(home),
            None => self.schema.search_path.as_slice(),
        };
        for home in homes {
            let place = ObjectName::new(home, bare);
            let all = self
                .schema
                .functions
                .range((place.clone(), String::new())..);
            let named = all.take_while(|((own, _), _)| *own == place);
            let found: Vec<_> = named.map(|(_, function)| function.clone()).collect();
            if !found.is_empty() {
                return found;
            }
        }
        Vec::new()
    }

    /// Whether an operation may change the schema, also by the functions that it calls.
    fn may_change(&self, operation: &Operation) -> bool {
        match operation {
            Operation::Select(select) => self.may_change_by_calls(&select.calls),
            Operation::Call(call) => {
                self.may_change_by_calls(std::slice::from_ref(&call.procedure))
            }
            operation => changes_schema(operation),
        }
    }

    fn may_change_by_calls(&self, calls: &[QualifiedName]) -> bool {
        let mut seen = BTreeSet::new();
        let mut waiting = calls.to_vec();
        while let Some(name) = waiting.pop() {
            for function in self.functions_named(&name) {
                let key = (
                    function.schema.clone(),
                    function.name.clone(),
                    function.arguments.clone(),
                );
                // What is compiled into the server changes no schema.
                if !seen.insert(key) || matches!(function.language.as_str(), "c" | "internal") {
                    continue;
                }
                for statement in sql::read_body(&function.language, body(&function)) {
                    match statement.operation {
                        Operation::Select(select) => waiting.extend(select.calls),
                        Operation::Call(call) => waiting.push(call.procedure),
                        operation if changes_schema(&operation) => return true,
                        _ => {}
                    }
                }
            }
        }
        false
    }

    fn unknown(&mut self, reason: &str) {
        self.schema.unknown_steps += 1;
        self.uncertain(reason);
    }
}

fn body(function: &Function) -> &str {
    let standard = function.standard_body.as_deref();
    standard.unwrap_or(&function.source)
}

/// The arguments as they were declared.
fn parameters(function: &Function) -> Vec<Argument> {
    let declared = &function.declared_arguments;
    let statement = format!("CREATE PROCEDURE f({declared}) LANGUAGE sql AS ''");
    match sql::read_statement(&statement) {
        Operation::CreateFunction(create) => create.arguments,
        _ => Vec::new(),
    }
}

fn occasion(guard: &Guard) -> Option<u32> {
    match guard {
        Guard::Condition { occasion, .. }
        | Guard::Catches { occasion, .. }
        | Guard::Handles { occasion, .. } => Some(occasion.0),
        Guard::Loop(_) | Guard::Left => None,
    }
}

/// Whether a handler of these conditions takes an error (`plerrcodes.h`).
fn catches(conditions: &[String], state: &str) -> bool {
    conditions.iter().any(|condition| {
        condition == "others" || condition == state || state_of(condition) == Some(state)
    })
}

/// The codes of the conditions that statements on the schema raise.
fn state_of(condition: &str) -> Option<&'static str> {
    Some(match condition {
        "duplicate_object" => "42710",
        "duplicate_table" => "42P07",
        "duplicate_column" => "42701",
        "duplicate_schema" => "42P06",
        "duplicate_function" => "42723",
        "duplicate_alias" => "42712",
        "duplicate_database" => "42P04",
        "undefined_object" => "42704",
        "undefined_table" => "42P01",
        "undefined_column" => "42703",
        "undefined_function" => "42883",
        "invalid_schema_name" => "3F000",
        "invalid_table_definition" => "42P16",
        "invalid_column_definition" | "invalid_column_reference" => "42P10",
        "invalid_object_definition" => "42P17",
        "invalid_foreign_key" => "42830",
        "wrong_object_type" => "42809",
        "datatype_mismatch" => "42804",
        "dependent_objects_still_exist" => "2BP01",
        "object_not_in_prerequisite_state" => "55000",
        "feature_not_supported" => "0A000",
        "unique_violation" => "23505",
        "not_null_violation" => "23502",
        "check_violation" => "23514",
        "foreign_key_violation" => "23503",
        "active_sql_transaction" => "25001",
        "insufficient_privilege" => "42501",
        "ambiguous_column" => "42702",
        "ambiguous_function" => "42725",
        "syntax_error" => "42601",
        _ => return None,
    })
}
