//! Loops: followed round by round where the rounds are known.

use sqlparser::tokenizer::Token;

use super::reader::{Reader, Walked};
use super::statement::MOST_STATEMENTS;
use super::structure::Leaves;
use crate::operation::Guard;
use crate::sql::tokens::is_word;
use crate::sql::value::Value;

/// Loops of more rounds than this are not followed.
const MOST_ROUNDS: usize = 1000;

/// The rounds of a loop that are known before it runs.
struct Rounds {
    variable: String,
    values: Vec<Value>,
}

impl Reader<'_> {
    /// `LOOP`, `WHILE … LOOP`, `FOR … IN … LOOP`, `FOREACH … LOOP`.
    pub(super) fn loop_statement(&mut self) -> Walked<Leaves> {
        let start = self.at;
        let rounds = self.rounds()?;
        self.seek(&["LOOP"])?;
        let head = if self.at == start {
            "LOOP".to_owned()
        } else {
            self.span_from(start).slice(self.body).to_owned()
        };
        self.expect("LOOP")?;
        let leaves = match rounds {
            Some(rounds) if !self.jumps() => self.each_round(rounds)?,
            _ => {
                // What earlier rounds do to variables is not followed.
                self.variables.forget_all();
                let guards = self.guards.len();
                self.guards.push(Guard::Loop(head));
                let leaves = self.statements(&["END"]);
                self.guards.truncate(guards);
                leaves?.perhaps()
            }
        };
        self.end_of("LOOP")?;
        Ok(leaves)
    }

    fn each_round(&mut self, rounds: Rounds) -> Walked<Leaves> {
        let body = self.at;
        let guards = self.guards.len();
        let mut leaves = Leaves::AtEnd;
        if rounds.values.is_empty() {
            self.skipped(&["END"])?;
        }
        for value in rounds.values {
            self.at = body;
            self.variables.set(rounds.variable.as_str(), value);
            if leaves == Leaves::Surely {
                self.skipped(&["END"])?;
                break;
            }
            // Guards of rounds that may leave stay for the rounds behind them.
            leaves = leaves.then(self.statements(&["END"])?);
        }
        self.guards.truncate(guards);
        Ok(leaves)
    }

    /// Reads the head of a loop up to its `LOOP`.
    fn rounds(&mut self) -> Walked<Option<Rounds>> {
        let each = self.is("FOREACH");
        if !each && !self.is("FOR") {
            return Ok(None);
        }
        self.at += 1;
        let variable = match self.peek() {
            Token::Word(word) if word.quote_style.is_none() => word.value.to_ascii_lowercase(),
            _ => String::new(),
        };
        self.seek(&["IN"])?;
        self.at += 1;
        let reversed = self.eat("REVERSE");
        let values = if each {
            self.eat("ARRAY");
            self.elements()?
        } else if self.at_query() {
            self.loop_source()?;
            None
        } else {
            self.numbers(reversed)?
        };
        let values = values.filter(|values| values.len() <= MOST_ROUNDS);
        let few = self.found.len() < MOST_STATEMENTS;
        Ok(values
            .filter(|_| few)
            .map(|values| Rounds { variable, values }))
    }

    /// Behind `FOREACH x IN ARRAY`.
    fn elements(&mut self) -> Walked<Option<Vec<Value>>> {
        let start = self.at;
        self.seek(&["LOOP"])?;
        let text = self.span_from(start).slice(self.body);
        Ok(match self.variables.evaluate(text) {
            Value::List(values) if !values.contains(&Value::Unknown) => Some(values),
            _ => None,
        })
    }

    /// `a..b` behind `FOR i IN`; a step of its own is not followed.
    fn numbers(&mut self, reversed: bool) -> Walked<Option<Vec<Value>>> {
        let start = self.at;
        self.seek(&["LOOP"])?;
        let text = self.span_from(start).slice(self.body);
        let Some((from, to)) = text.split_once("..") else {
            return Ok(None);
        };
        let (Value::Number(from), Value::Number(to)) =
            (self.variables.evaluate(from), self.variables.evaluate(to))
        else {
            return Ok(None);
        };
        let most = i64::try_from(MOST_ROUNDS).unwrap_or(i64::MAX);
        if from.abs_diff(to) > most.unsigned_abs() {
            return Ok(None);
        }
        Ok(Some(if reversed {
            (to..=from).rev().map(Value::Number).collect()
        } else {
            (from..=to).map(Value::Number).collect()
        }))
    }

    fn at_query(&self) -> bool {
        self.is_any(&[
            "EXECUTE", "SELECT", "WITH", "VALUES", "INSERT", "UPDATE", "DELETE", "TABLE",
        ])
    }

    /// Whether the loop that begins here may be left or cut short by `EXIT` or `CONTINUE`.
    fn jumps(&self) -> bool {
        let mut depth = 0_usize;
        let mut previous: Option<&Token> = None;
        for token in self.tokens.iter().skip(self.at) {
            let token = &token.token;
            if is_word(token, "EXIT") || is_word(token, "CONTINUE") {
                return true;
            }
            if is_word(token, "LOOP") {
                if previous.is_some_and(|previous| is_word(previous, "END")) {
                    if depth == 0 {
                        return false;
                    }
                    depth -= 1;
                } else {
                    depth += 1;
                }
            }
            previous = Some(token);
        }
        false
    }

    /// The query that a `FOR` runs over, if it is one.
    fn loop_source(&mut self) -> Walked<()> {
        let start = self.at;
        if self.eat("EXECUTE") {
            let value = self.at;
            self.seek(&["LOOP"])?;
            let span = self.span_from(start);
            let text = self.span_from(value);
            self.push_executed(span, text);
        } else {
            self.seek(&["LOOP"])?;
            let span = self.span_from(start);
            self.sql(span);
        }
        Ok(())
    }
}
