//! What the `EXCEPTION` section of a block catches.

use sqlparser::tokenizer::Token;

use super::reader::Reader;
use crate::sql::tokens::is_word;

impl Reader<'_> {
    /// Looks ahead for the errors that the block just begun catches.
    pub(super) fn caught_errors(&mut self) -> Vec<String> {
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
    pub(super) fn conditions(&mut self) -> Vec<String> {
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
}
