//! A place in a statement's tokens, with what every grammar needs: keywords, names, lists, expressions.

use sqlparser::ast::{Ident, Query, Visit};
use sqlparser::parser::{Parser, ParserError};
use sqlparser::tokenizer::{Token, Word};

use super::gaps;
use super::keywords;
use super::refusal::{Parsed, Refusal};
use super::seen::Seen;
use super::template::{self, Placeholders};
use super::tokens::{DIALECT, Tokens, byte_span, is_word, tokenize};
use crate::operation::{Expression, OpaqueKind, QualifiedName};
use crate::text::{Origin, Span};

/// How deep sqlparser may nest. One level costs up to 14 kB of WebAssembly's stack of 1 MB.
const NESTING: usize = 50;

/// How many operators may follow each other: the tree of a chain is as deep as the chain is long.
const CHAIN: usize = 2_000;

/// How often sqlparser is led around a gap within one expression or query.
const REPAIRS: usize = 100;

/// Above every operator that cannot stand in a column's `DEFAULT` (`b_expr` of PostgreSQL's grammar): `NOT`, `AND`,
/// `OR`, `IS`.
const ABOVE_IS: u8 = 40;

/// A reader of one statement.
pub(super) struct Cursor<'t> {
    text: &'t str,
    comments: Vec<Span>,
    parser: Parser<'static>,
    /// What the expressions and queries read so far refer to.
    pub seen: Seen,
}

/// A syntax error is none where the statement holds a construct that is not read.
fn excuse(refusal: Refusal, construct: Option<&str>) -> Refusal {
    match construct {
        Some(construct) if refusal.kind == OpaqueKind::Syntax => {
            Refusal::not_modelled(format!("{construct} is not read"), refusal.at)
        }
        _ => refusal,
    }
}

/// A place to come back to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Mark(usize);

impl<'t> Cursor<'t> {
    pub fn new(text: &'t str) -> Parsed<Self> {
        Self::with_placeholders(text, Placeholders::Anything)
    }

    /// A reader of a statement that is sent with values for its `:name`s.
    pub fn with_placeholders(text: &'t str, placeholders: Placeholders) -> Parsed<Self> {
        let Tokens { tokens, comments } = tokenize(text)?;
        if let Some(at) = longest_chain(tokens.iter().map(|token| &token.token)) {
            let place = tokens
                .get(at)
                .map(|token| byte_span(token.span))
                .unwrap_or_default();
            return Err(Refusal::not_modelled(
                format!("a chain of more than {CHAIN} operators"),
                place,
            ));
        }
        let tokens = template::bind(tokens, placeholders)?;
        let parser = Parser::new(&DIALECT)
            .with_recursion_limit(NESTING)
            .with_tokens_with_locations(tokens);
        Ok(Self {
            text,
            comments,
            parser,
            seen: Seen::default(),
        })
    }

    // Places

    pub fn mark(&self) -> Mark {
        Mark(self.parser.index())
    }

    pub fn rewind(&mut self, mark: Mark) {
        while self.parser.index() > mark.0 {
            self.parser.prev_token();
        }
    }

    /// The place of the next token; the end of the last one at the end.
    pub fn here(&self) -> Span {
        self.place(self.parser.index())
    }

    fn place(&self, index: usize) -> Span {
        match self.parser.token_at(index) {
            token if token.token == Token::EOF => {
                let end = self.text.trim_end().len();
                Span::new(end, end)
            }
            token => byte_span(token.span),
        }
    }

    /// From `mark` to the last token read.
    pub fn span_from(&self, mark: Mark) -> Span {
        let end = self.parser.index();
        if end <= mark.0 {
            let here = self.place(mark.0);
            return Span::new(here.start as usize, here.start as usize);
        }
        let (first, last) = (self.place(mark.0), self.place(end - 1));
        Span::new(first.start as usize, last.end as usize)
    }

    pub fn origin_from(&self, mark: Mark) -> Origin {
        Origin(self.span_from(mark))
    }

    /// The text from `mark` to the last token read, without comments.
    pub fn text_from(&self, mark: Mark) -> String {
        self.slice(self.span_from(mark))
    }

    /// The text of a span as written.
    pub fn written(&self, span: Span) -> &'t str {
        span.slice(self.text)
    }

    /// The text of a span, its comments taken out.
    pub fn slice(&self, span: Span) -> String {
        let first = self
            .comments
            .partition_point(|comment| comment.start < span.start);
        let inside = self
            .comments
            .iter()
            .skip(first)
            .take_while(|comment| comment.end <= span.end);
        let mut text = String::new();
        let mut from = span.start;
        for comment in inside {
            let before = Span {
                start: from,
                end: comment.start,
            };
            text.push_str(before.slice(self.text).trim());
            text.push(' ');
            from = comment.end;
        }
        let rest = Span {
            start: from,
            end: span.end,
        };
        text.push_str(rest.slice(self.text).trim());
        text
    }

    /// The text that is read.
    pub fn text(&self) -> &'t str {
        self.text
    }

    /// The whole statement as written.
    pub fn whole(&self) -> String {
        let end = self.text.trim_end().trim_end_matches(';').trim_end();
        end.trim_start().to_owned()
    }

    // Tokens

    pub fn peek(&self) -> &Token {
        &self.parser.peek_token_ref().token
    }

    pub fn peek_nth(&self, n: usize) -> &Token {
        &self.parser.peek_nth_token_ref(n).token
    }

    pub fn advance(&mut self) {
        self.parser.advance_token();
    }

    pub fn at_end(&self) -> bool {
        matches!(self.peek(), Token::EOF)
    }

    /// Whether these keywords come next.
    pub fn at(&self, keywords: &str) -> bool {
        let mut words = keywords.split(' ').enumerate();
        words.all(|(n, keyword)| is_word(self.peek_nth(n), keyword))
    }

    /// Whether one of these keywords comes next.
    pub fn at_any(&self, keywords: &[&str]) -> bool {
        keywords.iter().any(|keyword| self.at(keyword))
    }

    /// Reads these keywords if they come next.
    pub fn eat(&mut self, keywords: &str) -> bool {
        let found = self.at(keywords);
        if found {
            for _ in keywords.split(' ') {
                self.advance();
            }
        }
        found
    }

    /// Reads one of these, if one comes next, and says which.
    pub fn eat_any<'k>(&mut self, choices: &[&'k str]) -> Option<&'k str> {
        choices.iter().copied().find(|keywords| self.eat(keywords))
    }

    pub fn expect(&mut self, keywords: &str) -> Parsed<()> {
        if self.eat(keywords) {
            return Ok(());
        }
        self.refuse(keywords)
    }

    pub fn expect_any<'k>(&mut self, choices: &[&'k str]) -> Parsed<&'k str> {
        match self.eat_any(choices) {
            Some(found) => Ok(found),
            None => self.refuse(&choices.join(" or ")),
        }
    }

    pub fn at_token(&self, token: &Token) -> bool {
        self.peek() == token
    }

    pub fn eat_token(&mut self, token: &Token) -> bool {
        let found = self.at_token(token);
        if found {
            self.advance();
        }
        found
    }

    pub fn expect_token(&mut self, token: &Token) -> Parsed<()> {
        if self.eat_token(token) {
            return Ok(());
        }
        self.refuse(&token.to_string())
    }

    /// Nothing may follow.
    pub fn end(&mut self) -> Parsed<()> {
        if self.at_end() {
            return Ok(());
        }
        self.refuse("the end of the statement")
    }

    /// "expected …, found …" at the next token.
    pub fn refuse<T>(&self, expected: &str) -> Parsed<T> {
        let found = match self.peek() {
            Token::EOF => "the end of the statement".to_owned(),
            token => token.to_string(),
        };
        Err(Refusal::syntax(
            format!("expected {expected}, found {found}"),
            self.here(),
        ))
    }

    /// "… is not modelled", for what has been read since `mark`.
    pub fn not_modelled<T>(&self, mark: Mark, reason: &str) -> Parsed<T> {
        Err(Refusal::not_modelled(reason, self.span_from(mark)))
    }

    // Lists

    /// One or more, separated by commas.
    pub fn list<T>(&mut self, mut element: impl FnMut(&mut Self) -> Parsed<T>) -> Parsed<Vec<T>> {
        let mut elements = vec![element(self)?];
        while self.eat_token(&Token::Comma) {
            elements.push(element(self)?);
        }
        Ok(elements)
    }

    /// `( … )`.
    pub fn parenthesized<T>(&mut self, inside: impl FnOnce(&mut Self) -> Parsed<T>) -> Parsed<T> {
        self.expect_token(&Token::LParen)?;
        let found = inside(self)?;
        self.expect_token(&Token::RParen)?;
        Ok(found)
    }

    /// `( a, b, … )`.
    pub fn parenthesized_list<T>(
        &mut self,
        element: impl FnMut(&mut Self) -> Parsed<T>,
    ) -> Parsed<Vec<T>> {
        self.parenthesized(|cursor| cursor.list(element))
    }

    /// `( … )` with whatever balanced tokens in it; gives the text between the parentheses.
    pub fn balanced(&mut self) -> Parsed<String> {
        self.expect_token(&Token::LParen)?;
        let mark = self.mark();
        let mut depth = 1_usize;
        loop {
            match self.peek() {
                Token::LParen => depth += 1,
                Token::RParen => depth -= 1,
                Token::EOF => return self.refuse(")"),
                _ => {}
            }
            if depth == 0 {
                let inside = self.text_from(mark);
                self.advance();
                return Ok(inside);
            }
            self.advance();
        }
    }

    // Names

    fn named_by(&mut self, allowed: fn(&str) -> bool, what: &str) -> Parsed<String> {
        let name = match self.peek() {
            Token::Word(Word {
                value,
                quote_style: Some(_),
                ..
            }) if !value.is_empty() => value.clone(),
            Token::Word(Word {
                value,
                quote_style: None,
                ..
            }) if allowed(value) => value.to_ascii_lowercase(),
            _ => return self.refuse(what),
        };
        self.advance();
        Ok(name)
    }

    /// Whether the next token can be a name of a column, a table, a constraint.
    pub fn at_identifier(&self) -> bool {
        match self.peek() {
            Token::Word(word) => word.quote_style.is_some() || keywords::names_column(&word.value),
            _ => false,
        }
    }

    /// A name of a column, a table, a constraint.
    pub fn identifier(&mut self) -> Parsed<String> {
        self.named_by(keywords::names_column, "a name")
    }

    /// Any word: what may follow a dot or `AS`.
    pub fn label(&mut self) -> Parsed<String> {
        self.named_by(|_| true, "a name")
    }

    /// The first word of a type's or a function's name.
    pub fn type_word(&mut self) -> Parsed<String> {
        self.named_by(keywords::names_type, "a type")
    }

    /// A role, also `CURRENT_USER` and its kin.
    pub fn role(&mut self) -> Parsed<String> {
        if let Some(role) = self.eat_any(&["CURRENT_USER", "CURRENT_ROLE", "SESSION_USER"]) {
            return Ok(role.to_ascii_lowercase());
        }
        self.named_by(keywords::names_role, "a role")
    }

    /// `name` or `schema.name`.
    pub fn name(&mut self) -> Parsed<QualifiedName> {
        let first = self.identifier()?;
        self.name_after(first)
    }

    /// A function's name.
    pub fn function_name(&mut self) -> Parsed<QualifiedName> {
        let followed_by_dot = matches!(self.peek_nth(1), Token::Period);
        let first = if followed_by_dot {
            self.identifier()?
        } else {
            self.type_word()?
        };
        self.name_after(first)
    }

    /// The rest of a name. PostgreSQL takes `database.schema.name` too, where the database can only be the current one.
    fn name_after(&mut self, first: String) -> Parsed<QualifiedName> {
        let mut parts = vec![first];
        while self.eat_token(&Token::Period) {
            parts.push(self.label()?);
        }
        if parts.len() > 3 {
            return self.refuse("a name of at most three parts");
        }
        let name = parts.pop().unwrap_or_default();
        Ok(QualifiedName {
            schema: parts.pop(),
            name,
        })
    }

    /// `table.column`, `schema.table.column`.
    pub fn column_name(&mut self) -> Parsed<(QualifiedName, String)> {
        let mut parts = vec![self.identifier()?];
        while self.eat_token(&Token::Period) {
            parts.push(self.label()?);
        }
        let column = parts.pop().unwrap_or_default();
        match parts.pop() {
            Some(name) => Ok((
                QualifiedName {
                    schema: parts.pop(),
                    name,
                },
                column,
            )),
            None => self.refuse("table.column"),
        }
    }

    /// `(a, b)`.
    pub fn columns(&mut self) -> Parsed<Vec<String>> {
        self.parenthesized_list(Self::identifier)
    }

    /// `CASCADE` (true) or `RESTRICT`, which is the default.
    pub fn cascade(&mut self) -> bool {
        self.eat_any(&["CASCADE", "RESTRICT"]) == Some("CASCADE")
    }

    /// The value of a switch in an option list: `VERBOSE`, `VERBOSE true`, `VERBOSE off`.
    pub fn option_is_on(&mut self) -> Parsed<bool> {
        if let Some(word) = self.eat_any(&["TRUE", "ON", "FALSE", "OFF"]) {
            return Ok(matches!(word, "TRUE" | "ON"));
        }
        if self.at_number() {
            return Ok(self.integer()? != 0);
        }
        Ok(true)
    }

    // Values

    /// A string of any kind: its value.
    pub fn string(&mut self) -> Parsed<String> {
        let value = match self.peek() {
            Token::SingleQuotedString(value)
            | Token::EscapedStringLiteral(value)
            | Token::UnicodeStringLiteral(value)
            | Token::NationalStringLiteral(value) => value.clone(),
            Token::DollarQuotedString(quoted) => quoted.value.clone(),
            _ => return self.refuse("a string"),
        };
        self.advance();
        Ok(value)
    }

    pub fn at_string(&self) -> bool {
        matches!(
            self.peek(),
            Token::SingleQuotedString(_)
                | Token::EscapedStringLiteral(_)
                | Token::UnicodeStringLiteral(_)
                | Token::NationalStringLiteral(_)
                | Token::DollarQuotedString(_)
        )
    }

    pub fn at_number(&self) -> bool {
        matches!(self.peek(), Token::Number(..))
    }

    pub fn at_signed_number(&self) -> bool {
        self.at_number() || self.at_token(&Token::Minus) || self.at_token(&Token::Plus)
    }

    /// A whole number with its sign.
    pub fn integer(&mut self) -> Parsed<i64> {
        let mark = self.mark();
        let sign = if self.eat_token(&Token::Minus) {
            "-"
        } else {
            ""
        };
        if sign.is_empty() {
            self.eat_token(&Token::Plus);
        }
        let value = match self.peek() {
            Token::Number(digits, _) => format!("{sign}{}", digits.replace('_', "")).parse().ok(),
            _ => None,
        };
        match value {
            Some(value) => {
                self.advance();
                Ok(value)
            }
            None => {
                let refused = self.refuse("a whole number");
                self.rewind(mark);
                refused
            }
        }
    }

    /// A number as written, with its sign.
    pub fn number(&mut self) -> Parsed<String> {
        let mark = self.mark();
        if !self.eat_token(&Token::Minus) {
            self.eat_token(&Token::Plus);
        }
        if !self.at_number() {
            return self.refuse("a number");
        }
        self.advance();
        Ok(self.text_from(mark))
    }

    // What sqlparser reads

    /// Lets sqlparser read something and notes what it refers to. Where it meets one of its [gaps], it is led around it.
    pub fn delegate<T: Visit>(
        &mut self,
        read: impl Fn(&mut Parser<'static>) -> Result<T, ParserError>,
    ) -> Parsed<T> {
        let start = self.mark();
        let end = self.text.trim_end().len();
        for _ in 0..REPAIRS {
            let refusal = match read(&mut self.parser) {
                Ok(node) => {
                    self.seen.walk(&node);
                    return match self.seen.misread.take() {
                        Some(word) => Err(misread(&word)),
                        None => Ok(node),
                    };
                }
                Err(error) => Refusal::from_parser(error, end),
            };
            if !self.repair(start, &refusal) {
                return Err(self.weigh(refusal));
            }
        }
        self.refuse("an expression")
    }

    /// Rewrites the tokens around the place of a refusal, if that is a known gap, and goes back to `start`.
    fn repair(&mut self, start: Mark, refusal: &Refusal) -> bool {
        let fresh = || Parser::new(&DIALECT).with_recursion_limit(NESTING);
        let mut tokens = std::mem::replace(&mut self.parser, fresh()).into_tokens();
        let at = tokens.partition_point(|token| byte_span(token.span).start < refusal.at.start);
        let repaired = at > start.0 && gaps::repair(&mut tokens, at);
        self.parser = fresh().with_tokens_with_locations(tokens);
        while self.parser.index() < start.0 {
            self.parser.advance_token();
        }
        repaired
    }

    /// A refusal by sqlparser is no syntax error where the statement uses what sqlparser does not know.
    fn weigh(&self, refusal: Refusal) -> Refusal {
        let tokens = self.tokens();
        let at = (0..tokens.len())
            .find(|index| self.place(*index).start >= refusal.at.start)
            .unwrap_or(tokens.len());
        let nested = gaps::joins_nested_queries(&tokens, at).then_some("a query in parentheses");
        excuse(refusal, gaps::beyond(&tokens).or(nested))
    }

    /// Nor is one by our own grammar, where sqlparser stopped early at something that it does not know.
    pub fn weigh_own(&self, refusal: Refusal) -> Refusal {
        excuse(refusal, gaps::beyond_here(&self.tokens()))
    }

    fn tokens(&self) -> Vec<&Token> {
        let all = (0..).map(|index| &self.parser.token_at(index).token);
        all.take_while(|token| **token != Token::EOF).collect()
    }

    /// Any expression.
    pub fn expression(&mut self) -> Parsed<Expression> {
        let mark = self.mark();
        self.delegate(Parser::parse_expr)?;
        Ok(Expression::new(self.text_from(mark)))
    }

    /// An expression that ends before `NOT NULL`, `COLLATE` and what else may follow a column's default.
    pub fn column_expression(&mut self) -> Parsed<Expression> {
        let mark = self.mark();
        if self.at_any(&["DEFAULT", "NOT"]) {
            return self.refuse("an expression");
        }
        self.delegate(|parser| parser.parse_subexpr(ABOVE_IS))?;
        self.give_back_collation(mark);
        Ok(Expression::new(self.text_from(mark)))
    }

    /// sqlparser takes `'a' COLLATE "C"` as one expression; after `DEFAULT` the collation is the column's.
    pub fn give_back_collation(&mut self, start: Mark) {
        let end = self.parser.index();
        let mut depth = 0_usize;
        for index in start.0..end {
            match &self.parser.token_at(index).token {
                Token::LParen | Token::LBracket => depth += 1,
                Token::RParen | Token::RBracket => depth = depth.saturating_sub(1),
                token if depth == 0 && is_word(token, "COLLATE") => {
                    self.rewind(Mark(index));
                    return;
                }
                _ => {}
            }
        }
    }

    /// `( expression )`, without the parentheses.
    pub fn parenthesized_expression(&mut self) -> Parsed<Expression> {
        self.parenthesized(Self::expression)
    }

    /// `SELECT …`, `VALUES …`, `WITH … SELECT …`.
    pub fn query(&mut self) -> Parsed<Box<Query>> {
        self.delegate(Parser::parse_query)
    }
}

/// A reserved word where a name or a value must stand, which sqlparser does not mind.
fn misread(word: &Ident) -> Refusal {
    let reason = format!("expected a name or a value, found {}", word.value);
    Refusal::syntax(reason, byte_span(word.span))
}

/// Where a chain of operators gets too long, as the index of a token.
fn longest_chain<'a>(tokens: impl Iterator<Item = &'a Token>) -> Option<usize> {
    let mut outer = Vec::new();
    let mut length = 0_usize;
    for (index, token) in tokens.enumerate() {
        match token {
            Token::LParen | Token::LBracket => outer.push(std::mem::take(&mut length)),
            Token::RParen | Token::RBracket => length = outer.pop().unwrap_or_default(),
            Token::Comma | Token::SemiColon => length = 0,
            Token::Word(word) if word.quote_style.is_some() => {}
            Token::Word(_) => {
                let links = [
                    "AND",
                    "OR",
                    "NOT",
                    "UNION",
                    "EXCEPT",
                    "INTERSECT",
                    "COLLATE",
                    "IS",
                    "LIKE",
                ];
                length += usize::from(links.iter().any(|link| is_word(token, link)));
            }
            Token::Number(..)
            | Token::SingleQuotedString(_)
            | Token::EscapedStringLiteral(_)
            | Token::DollarQuotedString(_)
            | Token::Period => {}
            _ => length += 1,
        }
        if length > CHAIN {
            return Some(index);
        }
    }
    None
}
