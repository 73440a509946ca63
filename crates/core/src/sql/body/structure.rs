//! The structure of a block: what each statement stands under.

use sqlparser::tokenizer::Token;

use super::read_statement;
use super::reader::{Reader, Stuck, Walked};
use crate::operation::{Expression, Guard};
use crate::sql::refusal::Refusal;
use crate::sql::value::Value;

/// How deep lists of statements may nest.
const NESTING: usize = 50;

/// How a list of statements is left.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Leaves {
    /// At its end.
    AtEnd,
    /// By a `RETURN` that surely runs.
    Surely,
    /// By a `RETURN`; what follows runs under this guard.
    Unless(Guard),
}

impl Leaves {
    /// Behind something left like this, and then like that.
    pub(super) fn then(self, next: Self) -> Self {
        match (self, next) {
            (Self::AtEnd, next) => next,
            (first, Self::AtEnd) => first,
            (_, Self::Surely) => Self::Surely,
            (Self::Surely, _) => Self::Surely,
            (Self::Unless(_), Self::Unless(_)) => Self::Unless(Guard::Left),
        }
    }

    /// The same where it is not certain that it runs.
    pub(super) fn perhaps(self) -> Self {
        match self {
            Self::AtEnd => Self::AtEnd,
            Self::Surely | Self::Unless(_) => Self::Unless(Guard::Left),
        }
    }
}

impl Reader<'_> {
    /// `#variable_conflict use_column` and its kin.
    pub(super) fn directives(&mut self) -> Walked<()> {
        while matches!(self.peek(), Token::Sharp) {
            self.at += 3;
        }
        Ok(())
    }

    fn label(&mut self) {
        if matches!(self.peek(), Token::ShiftLeft) {
            self.at += 3;
        }
    }

    /// `[DECLARE …] BEGIN … [EXCEPTION …] END [label] [;]`.
    pub(super) fn block(&mut self) -> Walked<Leaves> {
        self.label();
        if self.eat("DECLARE") {
            while !self.is("BEGIN") {
                self.declaration()?;
            }
        }
        self.expect("BEGIN")?;
        let guards = self.guards.len();
        let errors = self.caught_errors();
        let occasion = self.occasion();
        let before = self.variables.clone();
        let catches = !errors.is_empty();
        if catches {
            self.guards.push(Guard::Catches { errors, occasion });
        }
        let mut leaves = self.statements(&["EXCEPTION", "END"])?;
        self.guards.truncate(guards);
        if self.eat("EXCEPTION") {
            self.variables.keep_common(&before);
            while self.eat("WHEN") {
                let errors = self.conditions();
                self.expect("THEN")?;
                let guard = Guard::Handles { errors, occasion };
                let handled = self.branch(guard, &["WHEN", "END"])?;
                leaves = leaves.then(handled.perhaps());
            }
        }
        self.expect("END")?;
        if matches!(self.peek(), Token::Word(_)) {
            self.at += 1;
        }
        if matches!(self.peek(), Token::SemiColon) {
            self.at += 1;
        } else if self.depth > 0 || !matches!(self.peek(), Token::EOF) {
            return self.stuck(";");
        }
        Ok(leaves)
    }

    /// `name [CONSTANT] type [NOT NULL] [:= value];` A variable without a value may take one in ways that are not
    /// followed.
    fn declaration(&mut self) -> Walked<()> {
        let start = self.at;
        let name = match self.peek() {
            Token::Word(word) if word.quote_style.is_none() => word.value.to_ascii_lowercase(),
            Token::Word(word) => word.value.clone(),
            _ => String::new(),
        };
        let span = self.finish_statement(start)?;
        let end = self.at;
        self.at = start;
        while self.at < end && !self.starts_value() {
            self.at += 1;
        }
        let mut value = Value::Unknown;
        if self.at + 1 < end {
            self.at += 1;
            let text = crate::text::Span {
                start: self.here().start,
                end: span.end,
            };
            value = self.variables.evaluate(text.slice(self.body));
        }
        self.at = end;
        self.variables.set(name, value);
        Ok(())
    }

    fn starts_value(&self) -> bool {
        matches!(self.peek(), Token::Assignment | Token::Eq) || self.is("DEFAULT")
    }

    /// Statements under a guard; what they do to variables is not certain behind them.
    pub(super) fn branch(&mut self, guard: Guard, ends: &[&str]) -> Walked<Leaves> {
        let guards = self.guards.len();
        let before = self.variables.clone();
        self.guards.push(guard);
        let leaves = self.statements(ends);
        self.guards.truncate(guards);
        self.variables.keep_common(&before);
        leaves
    }

    /// Statements that surely do not run.
    pub(super) fn skipped(&mut self, ends: &[&str]) -> Walked<()> {
        let guards = self.guards.len();
        let before = self.variables.clone();
        self.silenced += 1;
        let outcome = self.statements(ends);
        self.silenced -= 1;
        self.guards.truncate(guards);
        self.variables = before;
        outcome.map(drop)
    }

    /// Statements up to one of these keywords. Guards of those that may leave stay for what follows.
    pub(super) fn statements(&mut self, ends: &[&str]) -> Walked<Leaves> {
        if self.depth == NESTING {
            let here = self.here();
            return Err(Stuck(Refusal::not_modelled(
                "statements nest more deeply than this reader follows",
                here,
            )));
        }
        self.depth += 1;
        let leaves = self.list(ends);
        self.depth -= 1;
        leaves
    }

    fn list(&mut self, ends: &[&str]) -> Walked<Leaves> {
        let mut leaves = Leaves::AtEnd;
        while !self.is_any(ends) {
            if leaves == Leaves::Surely {
                self.skipped(ends)?;
                break;
            }
            let next = self.statement()?;
            if let Leaves::Unless(guard) = &next {
                self.guards.push(guard.clone());
            }
            leaves = leaves.then(next);
        }
        Ok(leaves)
    }

    fn statement(&mut self) -> Walked<Leaves> {
        self.label();
        let start = self.at;
        if self.is_any(&["DECLARE", "BEGIN"]) {
            let guards = self.guards.len();
            let leaves = self.block()?;
            self.guards.truncate(guards);
            return Ok(leaves);
        }
        if self.eat("IF") {
            return self.if_statement();
        }
        if self.eat("CASE") {
            return self.case_statement();
        }
        if self.is_any(&["LOOP", "WHILE", "FOR", "FOREACH"]) {
            return self.loop_statement();
        }
        if self.eat("RETURN") {
            return self.return_statement(start);
        }
        if self.eat("EXECUTE") {
            self.execute(start)?;
        } else if self.eat("PERFORM") {
            let span = self.finish_statement(start)?;
            let query = self.with_values(span);
            let query = query.get("PERFORM".len()..).unwrap_or_default();
            self.push(span, read_statement(&format!("SELECT {query}")));
        } else if self.is_any(&["RAISE", "NULL", "ASSERT", "EXIT", "CONTINUE", "CLOSE"]) {
            self.finish_statement(start)?;
        } else if self.is_any(&["GET", "OPEN", "FETCH", "MOVE"]) {
            let span = self.finish_statement(start)?;
            self.variables.forget_targets(span.slice(self.body));
        } else if self.assigns() {
            self.assignment(start)?;
        } else if matches!(self.peek(), Token::Word(_) | Token::LParen) {
            let span = self.finish_statement(start)?;
            self.sql(span);
        } else {
            return self.stuck("a statement");
        }
        Ok(Leaves::AtEnd)
    }

    /// `IF a THEN … ELSIF b THEN … ELSE … END IF;`, behind `IF`.
    fn if_statement(&mut self) -> Walked<Leaves> {
        let leaves = self.branches(None, &["ELSIF", "ELSEIF", "ELSE", "END"])?;
        self.end_of("IF")?;
        Ok(leaves)
    }

    /// `CASE [x] WHEN a THEN … ELSE … END CASE;`, behind `CASE`.
    fn case_statement(&mut self) -> Walked<Leaves> {
        let subject = if self.is("WHEN") {
            None
        } else {
            Some(self.condition(&["WHEN"])?)
        };
        let leaves = if self.eat("WHEN") {
            self.branches(subject.as_ref(), &["WHEN", "ELSE", "END"])?
        } else {
            Leaves::AtEnd
        };
        self.end_of("CASE")?;
        Ok(leaves)
    }

    /// The branches of an `IF` or a `CASE`, behind its first keyword and up to its `END`.
    fn branches(&mut self, subject: Option<&Expression>, ends: &[&str]) -> Walked<Leaves> {
        let guards = self.guards.len();
        let mut leaves = Vec::new();
        // Whether a branch before this one surely runs.
        let mut settled = false;
        loop {
            let condition = self.condition(&["THEN"])?;
            let condition = match subject {
                Some(subject) => {
                    Expression(format!("{} = {}", subject.as_str(), condition.as_str()))
                }
                None => condition,
            };
            self.expect("THEN")?;
            match self.variables.evaluate(condition.as_str()).truth() {
                _ if settled => self.skipped(ends)?,
                Some(false) => self.skipped(ends)?,
                Some(true) => {
                    settled = true;
                    leaves.push(self.last_branch(guards, ends)?);
                }
                None => {
                    let occasion = self.occasion();
                    let guard = |negated| Guard::Condition {
                        condition: condition.clone(),
                        negated,
                        occasion,
                    };
                    let left = self.branch(guard(false), ends)?;
                    leaves.push(match left {
                        Leaves::Surely => Leaves::Unless(guard(true)),
                        left => left.perhaps(),
                    });
                    self.guards.push(guard(true));
                }
            }
            if !(self.eat("ELSIF") || self.eat("ELSEIF") || self.eat("WHEN")) {
                break;
            }
        }
        if self.eat("ELSE") {
            if settled {
                self.skipped(&["END"])?;
            } else {
                leaves.push(self.last_branch(guards, &["END"])?);
            }
        }
        self.guards.truncate(guards);
        Ok(match leaves.as_slice() {
            // Left in one branch only: its condition tells.
            [only] => only.clone(),
            _ if leaves.iter().all(|one| *one == Leaves::AtEnd) => Leaves::AtEnd,
            [first, rest @ ..] if rest.iter().all(|one| *one == Leaves::AtEnd) => first.clone(),
            _ => Leaves::Unless(Guard::Left),
        })
    }

    /// A branch that runs if none before it does; `outside` is the number of guards around all of them.
    fn last_branch(&mut self, outside: usize, ends: &[&str]) -> Walked<Leaves> {
        let guards = self.guards.len();
        let before = self.variables.clone();
        let leaves = self.statements(ends)?;
        self.guards.truncate(guards);
        if guards == outside {
            return Ok(leaves);
        }
        self.variables.keep_common(&before);
        Ok(leaves.perhaps())
    }

    pub(super) fn end_of(&mut self, keyword: &str) -> Walked<()> {
        self.expect("END")?;
        self.expect(keyword)?;
        if matches!(self.peek(), Token::Word(_)) {
            self.at += 1;
        }
        if !matches!(self.peek(), Token::SemiColon) {
            return self.stuck(";");
        }
        self.at += 1;
        Ok(())
    }

    /// Behind `RETURN`.
    pub(super) fn return_statement(&mut self, start: usize) -> Walked<Leaves> {
        if self.eat("NEXT") {
            self.finish_statement(start)?;
            return Ok(Leaves::AtEnd);
        }
        if self.eat("QUERY") {
            let query = self.at;
            if self.eat("EXECUTE") {
                self.execute(query)?;
            } else {
                let span = self.finish_statement(query)?;
                self.sql(span);
            }
            return Ok(Leaves::AtEnd);
        }
        let value = self.at;
        self.finish_statement(start)?;
        let end = self.at;
        self.at = end - 1;
        let text = self.span_from(value);
        if value < end - 1 {
            self.expression(text);
        }
        self.at = end;
        Ok(Leaves::Surely)
    }

    /// Whether `:=` or `=` follows a variable.
    fn assigns(&self) -> bool {
        let mut at = self.at;
        let mut depth = 0_usize;
        while let Some(token) = self.tokens.get(at) {
            match &token.token {
                Token::Assignment => return depth == 0,
                Token::Eq => return depth == 0,
                Token::LBracket => depth += 1,
                Token::RBracket => depth = depth.saturating_sub(1),
                Token::SemiColon | Token::LParen => return false,
                // A variable is one word: two in a row are a statement.
                Token::Word(_) if depth == 0 && at > self.at => {
                    let previous = self.tokens.get(at - 1).map(|token| &token.token);
                    if !matches!(previous, Some(Token::Period)) {
                        return false;
                    }
                }
                _ => {}
            }
            at += 1;
        }
        false
    }

    fn assignment(&mut self, start: usize) -> Walked<()> {
        while !matches!(self.peek(), Token::Assignment | Token::Eq | Token::EOF) {
            self.at += 1;
        }
        let target = self.span_from(start);
        self.at += 1;
        let value = self.at;
        self.finish_statement(start)?;
        let end = self.at;
        self.at = end - 1;
        let text = self.span_from(value);
        let value = self.variables.evaluate(text.slice(self.body));
        self.variables
            .assign_targets(target.slice(self.body), &value);
        self.expression(text);
        self.at = end;
        Ok(())
    }
}
