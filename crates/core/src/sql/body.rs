//! The statements inside a body: `DO` blocks and functions in SQL and PL/pgSQL.

use sqlparser::tokenizer::{Token, TokenWithSpan};

use super::execute;
use super::refusal::Refusal;
use super::tokens::{byte_span, is_word, tokenize};
use super::{opaque, read, read_statement};
use crate::operation::{
    Certainty, Expression, Guard, InnerStatement, Opaque, OpaqueKind, OpaqueScope, Operation,
};
use crate::text::{Origin, Span};

/// How deep blocks may nest.
const NESTING: usize = 50;

/// Reads the statements of a body that touch the database, in order; their spans are places in `body`.
///
/// What a body does besides (variables, conditions, messages) is left out, except for queries in it.
pub fn read_body(language: &str, body: &str) -> Vec<InnerStatement> {
    match language {
        "sql" => read_sql_body(body),
        "plpgsql" => match tokenize(body) {
            Ok(tokens) => Reader::new(body, tokens.tokens).run(),
            Err(refusal) => vec![unread(body, refusal)],
        },
        _ => {
            let whole = Span::new(0, body.len());
            let reason = format!("the language {language} is not read");
            vec![unread(body, Refusal::not_modelled(reason, whole))]
        }
    }
}

/// A list of statements, `BEGIN ATOMIC … END` around one, or `RETURN expression`.
fn read_sql_body(body: &str) -> Vec<InnerStatement> {
    let start = body.len() - body.trim_start().len();
    let written = body.trim();
    let word = |n: usize| written.split_whitespace().nth(n).unwrap_or_default();
    if word(0).eq_ignore_ascii_case("RETURN") {
        let value = written.get("RETURN".len()..).unwrap_or_default();
        let span = Span::new(start, start + written.len());
        return vec![inner(
            span,
            Vec::new(),
            read_statement(&format!("SELECT {value}")),
        )];
    }
    let atomic = word(0).eq_ignore_ascii_case("BEGIN") && word(1).eq_ignore_ascii_case("ATOMIC");
    let (offset, statements) = if atomic {
        let inside = written
            .to_ascii_uppercase()
            .find("ATOMIC")
            .map_or(0, |at| at + "ATOMIC".len());
        let end = written.len() - "END".len();
        (start + inside, written.get(inside..end).unwrap_or_default())
    } else {
        (0, body)
    };
    read(statements)
        .into_iter()
        .map(|statement| {
            inner(
                statement.span.shifted(offset),
                Vec::new(),
                statement.operation,
            )
        })
        .collect()
}

fn unread(body: &str, refusal: Refusal) -> InnerStatement {
    inner(Span::new(0, body.len()), Vec::new(), opaque(body, refusal))
}

fn inner(span: Span, guards: Vec<Guard>, operation: Operation) -> InnerStatement {
    let certainty = if guards.iter().any(|guard| matches!(guard, Guard::Loop(_))) {
        Certainty::Repeatedly
    } else if guards.is_empty() {
        Certainty::Always
    } else {
        Certainty::Sometimes
    };
    InnerStatement {
        span,
        certainty,
        guards,
        operation,
    }
}

/// Where reading a body stops because it is not PL/pgSQL; what was read until then counts.
struct Stuck(Refusal);

type Walked<T> = Result<T, Stuck>;

/// How a list of statements is left.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Leaves {
    /// At its end.
    AtEnd,
    /// By a `RETURN` in it.
    Early,
}

struct Reader<'b> {
    body: &'b str,
    tokens: Vec<TokenWithSpan>,
    at: usize,
    depth: usize,
    guards: Vec<Guard>,
    found: Vec<InnerStatement>,
}

impl<'b> Reader<'b> {
    fn new(body: &'b str, tokens: Vec<TokenWithSpan>) -> Self {
        Self {
            body,
            tokens,
            at: 0,
            depth: 0,
            guards: Vec::new(),
            found: Vec::new(),
        }
    }

    fn run(mut self) -> Vec<InnerStatement> {
        let outcome = self.directives().and_then(|()| self.block());
        if let Err(Stuck(refusal)) = outcome {
            let rest = Span::new(refusal.at.start as usize, self.body.len());
            let operation = opaque(
                rest.slice(self.body),
                Refusal {
                    at: Span::default(),
                    ..refusal
                },
            );
            self.found.push(inner(rest, Vec::new(), operation));
        }
        self.found
    }

    // Tokens

    fn peek(&self) -> &Token {
        self.tokens
            .get(self.at)
            .map_or(&Token::EOF, |token| &token.token)
    }

    fn is(&self, keyword: &str) -> bool {
        is_word(self.peek(), keyword)
    }

    fn is_any(&self, keywords: &[&str]) -> bool {
        keywords.iter().any(|keyword| self.is(keyword))
    }

    fn eat(&mut self, keyword: &str) -> bool {
        let found = self.is(keyword);
        self.at += usize::from(found);
        found
    }

    fn expect(&mut self, keyword: &str) -> Walked<()> {
        if self.eat(keyword) {
            Ok(())
        } else {
            self.stuck(keyword)
        }
    }

    fn stuck<T>(&self, expected: &str) -> Walked<T> {
        let here = self.here();
        let found = match self.peek() {
            Token::EOF => "the end of the body".to_owned(),
            token => token.to_string(),
        };
        Err(Stuck(Refusal::syntax(
            format!("expected {expected}, found {found}"),
            here,
        )))
    }

    fn here(&self) -> Span {
        let end = Span::new(self.body.len(), self.body.len());
        self.tokens
            .get(self.at)
            .map_or(end, |token| byte_span(token.span))
    }

    /// From token `start` to the one before the next.
    fn span_from(&self, start: usize) -> Span {
        let last = self.at.saturating_sub(1).max(start);
        match (self.tokens.get(start), self.tokens.get(last)) {
            (Some(first), Some(last)) => byte_span(first.span).union(byte_span(last.span)),
            _ => self.here(),
        }
    }

    /// Moves to the first of these keywords outside of parentheses; `;` ends the search.
    fn seek(&mut self, keywords: &[&str]) -> Walked<()> {
        let mut depth = 0_usize;
        let mut cases = 0_usize;
        loop {
            match self.peek() {
                Token::EOF => return self.stuck(&keywords.join(" or ")),
                Token::SemiColon if depth == 0 => return self.stuck(&keywords.join(" or ")),
                Token::LParen | Token::LBracket => depth += 1,
                Token::RParen | Token::RBracket => depth = depth.saturating_sub(1),
                _ if depth == 0 && cases == 0 && self.is_any(keywords) => return Ok(()),
                _ if self.is("CASE") => cases += 1,
                _ if self.is("END") => cases = cases.saturating_sub(1),
                _ => {}
            }
            self.at += 1;
        }
    }

    /// Moves behind the `;` that ends the statement; gives what stands before it, from token `start` on.
    fn finish_statement(&mut self, start: usize) -> Walked<Span> {
        let mut depth = 0_usize;
        loop {
            match self.peek() {
                Token::EOF => return self.stuck(";"),
                Token::SemiColon if depth == 0 => break,
                Token::LParen | Token::LBracket => depth += 1,
                Token::RParen | Token::RBracket => depth = depth.saturating_sub(1),
                _ => {}
            }
            self.at += 1;
        }
        let span = self.span_from(start);
        self.at += 1;
        Ok(span)
    }

    // Structure

    /// `#variable_conflict use_column` and its kin.
    fn directives(&mut self) -> Walked<()> {
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
    fn block(&mut self) -> Walked<Leaves> {
        self.depth += 1;
        if self.depth > NESTING {
            let here = self.here();
            return Err(Stuck(Refusal::not_modelled(
                "blocks nest more deeply than this reader follows",
                here,
            )));
        }
        self.label();
        if self.eat("DECLARE") {
            while !self.is("BEGIN") {
                let start = self.at;
                self.finish_statement(start)?;
            }
        }
        self.expect("BEGIN")?;
        let errors = self.caught_errors();
        let catches = !errors.is_empty();
        if catches {
            self.guards.push(Guard::Catches(errors));
        }
        let guards = self.guards.len();
        let leaves = self.statements(&["EXCEPTION", "END"])?;
        self.guards.truncate(guards - usize::from(catches));
        if self.eat("EXCEPTION") {
            self.handlers()?;
        }
        self.expect("END")?;
        if matches!(self.peek(), Token::Word(_)) {
            self.at += 1;
        }
        if matches!(self.peek(), Token::SemiColon) {
            self.at += 1;
        } else if self.depth > 1 || !matches!(self.peek(), Token::EOF) {
            return self.stuck(";");
        }
        self.depth -= 1;
        Ok(leaves)
    }

    /// Looks ahead for the errors that the block just begun catches.
    fn caught_errors(&mut self) -> Vec<String> {
        let start = self.at;
        let mut depth = 0_usize;
        let mut errors = Vec::new();
        while let Some(token) = self.tokens.get(self.at) {
            let opens = ["BEGIN", "IF", "LOOP", "CASE"]
                .iter()
                .any(|word| is_word(&token.token, word));
            if is_word(&token.token, "END") {
                if depth == 0 {
                    break;
                }
                depth -= 1;
                // `END IF`, `END LOOP`, `END CASE`: the second word opens nothing.
                self.at += 1;
                if !self.is_any(&["IF", "LOOP", "CASE"]) {
                    continue;
                }
            } else if opens && !self.is_exists_clause() {
                depth += 1;
            } else if depth == 0 && is_word(&token.token, "EXCEPTION") && self.follows_statement() {
                self.at += 1;
                while self.seek_handler(&mut errors) {}
                break;
            }
            self.at += 1;
        }
        self.at = start;
        errors
    }

    /// `IF` as in `DROP TABLE IF EXISTS`.
    fn is_exists_clause(&self) -> bool {
        let word = |n: usize, keyword: &str| {
            self.tokens
                .get(self.at + n)
                .is_some_and(|token| is_word(&token.token, keyword))
        };
        word(0, "IF")
            && !self.follows_statement_or_keyword()
            && (word(1, "EXISTS") || word(1, "NOT"))
    }

    /// Whether a statement can start here: after `;`, `THEN`, `ELSE`, `LOOP`, `BEGIN`, a label.
    fn follows_statement_or_keyword(&self) -> bool {
        let previous = self.at.checked_sub(1).and_then(|at| self.tokens.get(at));
        let words = ["THEN", "ELSE", "LOOP", "BEGIN"];
        previous.is_none_or(|token| {
            matches!(token.token, Token::SemiColon | Token::ShiftRight)
                || words.iter().any(|word| is_word(&token.token, word))
        })
    }

    /// `EXCEPTION` as a section, not as in `RAISE EXCEPTION`.
    fn follows_statement(&self) -> bool {
        let previous = self.at.checked_sub(1).and_then(|at| self.tokens.get(at));
        previous.is_none_or(|token| !is_word(&token.token, "RAISE"))
    }

    /// Adds the errors of the next `WHEN a OR b THEN` before the block ends; false if there is none.
    fn seek_handler(&mut self, errors: &mut Vec<String>) -> bool {
        let mut depth = 0_usize;
        while let Some(token) = self.tokens.get(self.at) {
            if depth == 0 && is_word(&token.token, "WHEN") {
                self.at += 1;
                errors.extend(self.conditions());
                return true;
            }
            let opens = ["BEGIN", "IF", "LOOP", "CASE"]
                .iter()
                .any(|word| is_word(&token.token, word));
            if is_word(&token.token, "END") {
                if depth == 0 {
                    return false;
                }
                depth -= 1;
                self.at += 1;
                if !self.is_any(&["IF", "LOOP", "CASE"]) {
                    continue;
                }
            } else if opens && !self.is_exists_clause() {
                depth += 1;
            }
            self.at += 1;
        }
        false
    }

    /// `duplicate_object OR SQLSTATE '42710'`, up to `THEN`.
    fn conditions(&mut self) -> Vec<String> {
        let mut conditions = Vec::new();
        while !self.is("THEN") {
            match self.peek() {
                Token::EOF => break,
                Token::SingleQuotedString(state) => conditions.push(state.clone()),
                Token::Word(word) if !self.is_any(&["OR", "SQLSTATE"]) => {
                    conditions.push(word.value.to_ascii_lowercase());
                }
                _ => {}
            }
            self.at += 1;
        }
        conditions
    }

    fn handlers(&mut self) -> Walked<()> {
        while self.eat("WHEN") {
            let errors = self.conditions();
            self.expect("THEN")?;
            self.guarded(Guard::Handles(errors), &["WHEN", "END"])?;
        }
        Ok(())
    }

    /// Statements under a guard.
    fn guarded(&mut self, guard: Guard, ends: &[&str]) -> Walked<Leaves> {
        let guards = self.guards.len();
        self.guards.push(guard);
        let leaves = self.statements(ends);
        self.guards.truncate(guards);
        leaves
    }

    /// Statements up to one of these keywords.
    fn statements(&mut self, ends: &[&str]) -> Walked<Leaves> {
        let mut leaves = Leaves::AtEnd;
        while !self.is_any(ends) {
            if self.statement()? == Leaves::Early {
                leaves = Leaves::Early;
            }
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
            let query = span
                .slice(self.body)
                .get("PERFORM".len()..)
                .unwrap_or_default();
            self.push(span, read_statement(&format!("SELECT {query}")));
        } else if self.is_any(&[
            "RAISE", "NULL", "GET", "ASSERT", "EXIT", "CONTINUE", "OPEN", "FETCH", "MOVE", "CLOSE",
        ]) {
            self.finish_statement(start)?;
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
        let guards = self.guards.len();
        let mut leaves = Leaves::AtEnd;
        let mut left_by = None;
        loop {
            let condition = self.condition(&["THEN"])?;
            self.expect("THEN")?;
            let guard = Guard::Condition {
                condition: condition.clone(),
                negated: false,
            };
            if self.guarded(guard, &["ELSIF", "ELSEIF", "ELSE", "END"])? == Leaves::Early {
                leaves = Leaves::Early;
                left_by = Some(condition.clone());
            }
            self.guards.push(Guard::Condition {
                condition,
                negated: true,
            });
            if !(self.eat("ELSIF") || self.eat("ELSEIF")) {
                break;
            }
        }
        if self.eat("ELSE") && self.statements(&["END"])? == Leaves::Early {
            leaves = Leaves::Early;
        }
        self.guards.truncate(guards);
        self.end_of("IF")?;
        if let Some(condition) = left_by {
            // What follows runs only if the block has not been left here.
            self.guards.push(Guard::Condition {
                condition,
                negated: true,
            });
        }
        Ok(leaves)
    }

    /// `CASE [x] WHEN a THEN … ELSE … END CASE;`, behind `CASE`.
    fn case_statement(&mut self) -> Walked<Leaves> {
        let subject = if self.is("WHEN") {
            None
        } else {
            Some(self.condition(&["WHEN"])?)
        };
        let guards = self.guards.len();
        let mut leaves = Leaves::AtEnd;
        while self.eat("WHEN") {
            let value = self.condition(&["THEN"])?;
            self.expect("THEN")?;
            let condition = match &subject {
                Some(subject) => Expression(format!("{} = {}", subject.as_str(), value.as_str())),
                None => value,
            };
            let guard = Guard::Condition {
                condition: condition.clone(),
                negated: false,
            };
            if self.guarded(guard, &["WHEN", "ELSE", "END"])? == Leaves::Early {
                leaves = Leaves::Early;
            }
            self.guards.push(Guard::Condition {
                condition,
                negated: true,
            });
        }
        if self.eat("ELSE") && self.statements(&["END"])? == Leaves::Early {
            leaves = Leaves::Early;
        }
        self.guards.truncate(guards);
        self.end_of("CASE")?;
        Ok(leaves)
    }

    /// The text up to one of these keywords.
    fn condition(&mut self, ends: &[&str]) -> Walked<Expression> {
        let start = self.at;
        self.seek(ends)?;
        Ok(Expression::new(self.span_from(start).slice(self.body)))
    }

    fn end_of(&mut self, keyword: &str) -> Walked<()> {
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

    /// `LOOP`, `WHILE … LOOP`, `FOR … IN … LOOP`, `FOREACH … LOOP`.
    fn loop_statement(&mut self) -> Walked<Leaves> {
        let start = self.at;
        if self.is("FOR") {
            self.seek(&["IN"])?;
            self.at += 1;
            self.eat("REVERSE");
            self.loop_source()?;
        }
        self.seek(&["LOOP"])?;
        let head = self.span_from(start).slice(self.body).to_owned();
        let head = if self.at == start {
            "LOOP".to_owned()
        } else {
            head
        };
        self.expect("LOOP")?;
        let leaves = self.guarded(Guard::Loop(head), &["END"])?;
        self.end_of("LOOP")?;
        Ok(leaves)
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
        } else if self.is_any(&[
            "SELECT", "WITH", "VALUES", "INSERT", "UPDATE", "DELETE", "TABLE",
        ]) {
            self.seek(&["LOOP"])?;
            let span = self.span_from(start);
            self.sql(span);
        }
        Ok(())
    }

    /// Behind `RETURN`.
    fn return_statement(&mut self, start: usize) -> Walked<Leaves> {
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
        Ok(Leaves::Early)
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
        self.at += 1;
        let value = self.at;
        self.finish_statement(start)?;
        let end = self.at;
        self.at = end - 1;
        let text = self.span_from(value);
        self.expression(text);
        self.at = end;
        Ok(())
    }

    // Statements

    fn push(&mut self, span: Span, operation: Operation) {
        self.found.push(inner(span, self.guards.clone(), operation));
    }

    /// A value: of interest only if it reads a table.
    fn expression(&mut self, span: Span) {
        let operation = read_statement(&format!("SELECT {}", span.slice(self.body)));
        if matches!(&operation, Operation::Select(select) if !select.reads.is_empty()) {
            self.push(span, operation);
        }
    }

    /// An SQL statement, with what PL/pgSQL adds taken out.
    fn sql(&mut self, span: Span) {
        let text = self.without_targets(span);
        let operation = read_statement(&text);
        self.push(span, operation);
    }

    /// The statement with `INTO [STRICT] targets` blanked, so that places in it stay.
    fn without_targets(&self, span: Span) -> String {
        let text = span.slice(self.body);
        let first = self
            .tokens
            .partition_point(|token| byte_span(token.span).start < span.start);
        let inside: Vec<_> = self
            .tokens
            .iter()
            .skip(first)
            .take_while(|token| byte_span(token.span).end <= span.end)
            .collect();
        let Some(targets) = into_targets(&inside) else {
            return text.to_owned();
        };
        let (from, to) = (
            (targets.start - span.start) as usize,
            (targets.end - span.start) as usize,
        );
        match (text.get(..from), text.get(from..to), text.get(to..)) {
            (Some(before), Some(blanked), Some(after)) => {
                format!("{before}{}{after}", " ".repeat(blanked.len()))
            }
            _ => text.to_owned(),
        }
    }

    /// Behind `EXECUTE`; token `start` is the statement's first.
    fn execute(&mut self, start: usize) -> Walked<()> {
        let value = self.at;
        let span = self.finish_statement(start)?;
        let end = self.at;
        self.at = end - 1;
        let text = self.span_from(value);
        self.at = end;
        self.push_executed(span, text);
        Ok(())
    }

    /// What the string that `value` makes does when it is executed.
    fn push_executed(&mut self, span: Span, value: Span) {
        let value = value.slice(self.body);
        match execute::constant_string(value) {
            Some(sql) => {
                for statement in read(&sql) {
                    self.push(span, statement.operation);
                }
            }
            None => {
                let operation = Operation::Opaque(Opaque {
                    text: span.slice(self.body).to_owned(),
                    reason: "EXECUTE of a string that is put together when it runs".to_owned(),
                    at: Origin::default(),
                    kind: OpaqueKind::Dynamic,
                    scope: if execute::changes_rows_only(value) {
                        OpaqueScope::Data
                    } else {
                        OpaqueScope::Anything
                    },
                });
                self.push(span, operation);
            }
        }
    }
}

/// The `INTO` of PL/pgSQL with its targets: not that of `INSERT INTO`.
fn into_targets(tokens: &[&TokenWithSpan]) -> Option<Span> {
    let mut depth = 0_usize;
    let mut previous: Option<&Token> = None;
    let first_word = tokens.first().map(|token| &token.token)?;
    let takes_into = [
        "SELECT", "WITH", "INSERT", "UPDATE", "DELETE", "MERGE", "VALUES", "TABLE",
    ];
    if !takes_into.iter().any(|word| is_word(first_word, word)) {
        return None;
    }
    for (at, token) in tokens.iter().enumerate() {
        match &token.token {
            Token::LParen => depth += 1,
            Token::RParen => depth = depth.saturating_sub(1),
            found if depth == 0 && is_word(found, "INTO") => {
                let inserts =
                    previous.is_some_and(|word| is_word(word, "INSERT") || is_word(word, "MERGE"));
                if !inserts {
                    return Some(byte_span(token.span).union(targets_end(tokens, at + 1)?));
                }
            }
            _ => {}
        }
        previous = Some(&token.token);
    }
    None
}

/// The last token of `[STRICT] a, b.c, d[1]`.
fn targets_end(tokens: &[&TokenWithSpan], start: usize) -> Option<Span> {
    let mut at = start;
    if tokens
        .get(at)
        .is_some_and(|token| is_word(&token.token, "STRICT"))
    {
        at += 1;
    }
    loop {
        let mut end = tokens.get(at)?;
        at += 1;
        while let Some(token) = tokens.get(at) {
            match token.token {
                Token::Period => at += 1,
                Token::LBracket => {
                    while tokens
                        .get(at)
                        .is_some_and(|token| token.token != Token::RBracket)
                    {
                        at += 1;
                    }
                }
                _ => break,
            }
            end = tokens.get(at)?;
            at += 1;
        }
        if tokens.get(at).map(|token| &token.token) != Some(&Token::Comma) {
            return Some(byte_span(end.span));
        }
        at += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is found in a body: the kind of operation, whether it surely runs, and the text.
    fn found(body: &str) -> Vec<(String, Certainty, &str)> {
        read_body("plpgsql", body)
            .iter()
            .map(|statement| {
                let printed = format!("{:?}", statement.operation);
                let kind = printed
                    .split(['(', ' '])
                    .next()
                    .unwrap_or_default()
                    .to_owned();
                (kind, statement.certainty, statement.span.slice(body))
            })
            .collect()
    }

    #[test]
    fn statements_are_found_with_whether_they_surely_run() {
        use Certainty::{Always, Repeatedly, Sometimes};
        let cases: &[(&str, &[(&str, Certainty, &str)])] = &[
            (
                "BEGIN DROP TABLE shelf; END",
                &[("DropTable", Always, "DROP TABLE shelf")],
            ),
            (
                "<<l>> DECLARE n int := 1; BEGIN n := n + 1; n = 2; NULL; RAISE NOTICE 'x;'; PERFORM f(n); END l;",
                &[("Select", Always, "PERFORM f(n)")],
            ),
            (
                "BEGIN IF NOT EXISTS (SELECT 1 FROM pg_type) THEN CREATE TYPE t AS ENUM ('a'); \
                 ELSIF true THEN DROP TYPE IF EXISTS u; ELSE DROP TYPE v; END IF; DROP TYPE w; END;",
                &[
                    ("CreateType", Sometimes, "CREATE TYPE t AS ENUM ('a')"),
                    ("DropType", Sometimes, "DROP TYPE IF EXISTS u"),
                    ("DropType", Sometimes, "DROP TYPE v"),
                    ("DropType", Always, "DROP TYPE w"),
                ],
            ),
            (
                "BEGIN IF a THEN RETURN; END IF; DROP TABLE shelf; END",
                &[("DropTable", Sometimes, "DROP TABLE shelf")],
            ),
            (
                "BEGIN BEGIN ALTER TABLE t ADD c int; EXCEPTION WHEN duplicate_column OR SQLSTATE '42P07' THEN \
                 UPDATE t SET a = 1; WHEN OTHERS THEN RAISE EXCEPTION 'no'; END; DROP TABLE t; END",
                &[
                    ("AlterTable", Sometimes, "ALTER TABLE t ADD c int"),
                    ("Update", Sometimes, "UPDATE t SET a = 1"),
                    ("DropTable", Always, "DROP TABLE t"),
                ],
            ),
            (
                "DECLARE r record; BEGIN FOR r IN SELECT * FROM shop.item LOOP DELETE FROM log WHERE id = r.id; \
                 EXIT WHEN r.id > 5; END LOOP; FOR i IN 1..3 LOOP NULL; END LOOP; WHILE a LOOP LOOP COMMIT; END LOOP; END LOOP; END",
                &[
                    ("Select", Always, "SELECT * FROM shop.item"),
                    ("Delete", Repeatedly, "DELETE FROM log WHERE id = r.id"),
                    ("Transaction", Repeatedly, "COMMIT"),
                ],
            ),
            (
                "BEGIN CASE x WHEN 1, 2 THEN DROP VIEW a; ELSE DROP VIEW b; END CASE; \
                 y := CASE WHEN z THEN 1 ELSE 2 END; DROP VIEW c; END",
                &[
                    ("DropView", Sometimes, "DROP VIEW a"),
                    ("DropView", Sometimes, "DROP VIEW b"),
                    ("DropView", Always, "DROP VIEW c"),
                ],
            ),
            (
                "BEGIN SELECT count(*) INTO STRICT n, m.x FROM t; INSERT INTO t SELECT 1 RETURNING id INTO n; \
                 n := (SELECT max(id) FROM u); RETURN QUERY SELECT * FROM v; END",
                &[
                    (
                        "Select",
                        Always,
                        "SELECT count(*) INTO STRICT n, m.x FROM t",
                    ),
                    (
                        "Insert",
                        Always,
                        "INSERT INTO t SELECT 1 RETURNING id INTO n",
                    ),
                    ("Select", Always, "(SELECT max(id) FROM u)"),
                    ("Select", Always, "SELECT * FROM v"),
                ],
            ),
            (
                "BEGIN EXECUTE 'DROP TABLE a; DROP TABLE b'; EXECUTE 'DROP TABLE ' || t; EXECUTE format('UPDATE %I SET a = 1', t); END",
                &[
                    ("DropTable", Always, "EXECUTE 'DROP TABLE a; DROP TABLE b'"),
                    ("DropTable", Always, "EXECUTE 'DROP TABLE a; DROP TABLE b'"),
                    ("Opaque", Always, "EXECUTE 'DROP TABLE ' || t"),
                    ("Opaque", Always, "EXECUTE format('UPDATE %I SET a = 1', t)"),
                ],
            ),
            (
                "BEGIN DROP TABLE a; IF b THEN DROP TABLE c; END",
                &[
                    ("DropTable", Always, "DROP TABLE a"),
                    ("DropTable", Sometimes, "DROP TABLE c"),
                    ("Opaque", Always, ""),
                ],
            ),
        ];
        for (body, expected) in cases {
            let found = found(body);
            let found: Vec<_> = found
                .iter()
                .map(|(kind, certainty, text)| (kind.as_str(), *certainty, *text))
                .collect();
            assert_eq!(found, *expected, "{body}");
        }
    }

    #[test]
    fn guards_say_what_a_statement_depends_on() {
        let body = "BEGIN IF a = 1 THEN CREATE TABLE t (); END IF; EXCEPTION WHEN duplicate_table THEN NULL; END";
        let statements = read_body("plpgsql", body);
        let condition = Guard::Condition {
            condition: Expression::new("a = 1"),
            negated: false,
        };
        assert_eq!(
            statements[0].guards,
            [Guard::Catches(vec!["duplicate_table".into()]), condition]
        );
    }

    #[test]
    fn string_scopes_tell_rows_from_schema() {
        let scope = |body: &str| match &read_body("plpgsql", body)[0].operation {
            Operation::Opaque(opaque) => (opaque.kind, opaque.scope),
            other => panic!("{other:?}"),
        };
        assert_eq!(
            scope("BEGIN EXECUTE 'DELETE FROM ' || t; END"),
            (OpaqueKind::Dynamic, OpaqueScope::Data)
        );
        assert_eq!(
            scope("BEGIN EXECUTE t; END"),
            (OpaqueKind::Dynamic, OpaqueScope::Anything)
        );
    }

    #[test]
    fn sql_bodies_are_lists_of_statements() {
        for body in [
            "DELETE FROM a; SELECT 1",
            "BEGIN ATOMIC DELETE FROM a; SELECT 1; END",
            "RETURN a + 1",
        ] {
            let statements = read_body("sql", body);
            assert!(
                statements
                    .iter()
                    .all(|statement| !matches!(statement.operation, Operation::Opaque(_))),
                "{body}"
            );
        }
        assert_eq!(read_body("plpython3u", "pass").len(), 1);
    }
}
