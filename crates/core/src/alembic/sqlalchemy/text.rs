//! Text with parameters: `text("… :name")`.

use super::super::traced::Traced;
use super::bind::Bind;
use super::expression::TextClause;
use super::{Literals, Rendered, Trouble};

impl TextClause {
    /// The names of its parameters, in order, each once.
    pub fn names(&self) -> Vec<String> {
        let mut names = Vec::new();
        for piece in pieces(&self.text) {
            if let Piece::Parameter(name) = piece
                && !names.contains(&name)
            {
                names.push(name);
            }
        }
        names
    }

    /// With these values too; they win.
    pub fn with(&self, parameters: Vec<Bind>) -> Self {
        let kept = self
            .parameters
            .iter()
            .filter(|old| !parameters.iter().any(|new| new.name == old.name));
        let all = kept.cloned().chain(parameters.iter().cloned()).collect();
        Self {
            text: self.text.clone(),
            parameters: all,
        }
    }

    /// The text with its values filled in.
    pub fn sql(&self, literals: Literals) -> Rendered {
        let mut sql = Traced::default();
        for piece in pieces(&self.text) {
            match piece {
                Piece::Text(text) => sql.push(&text),
                Piece::Parameter(name) => {
                    let bind = self.parameters.iter().find(|bind| *bind.name == *name);
                    match bind {
                        Some(bind) => {
                            let value = bind.sql(literals)?;
                            match follows_in(&sql.text) {
                                true => sql.push(&in_parentheses(&value)),
                                false => sql.push(&value),
                            }
                        }
                        None => {
                            return Err(Trouble::refused(format!(
                                "A value is required for bind parameter {name:?}"
                            )));
                        }
                    }
                }
            }
        }
        Ok(sql)
    }
}

/// Whether the text ends with `IN`, after which several values stand in parentheses.
fn follows_in(text: &str) -> bool {
    let last = text.split_whitespace().next_back();
    text.ends_with(char::is_whitespace) && last.is_some_and(|word| word.eq_ignore_ascii_case("in"))
}

/// Several values as a list of values instead of an array.
fn in_parentheses(value: &Traced) -> Traced {
    let open = "ARRAY[".len();
    match value.text.starts_with("ARRAY[") {
        true => {
            let mut list = Traced::plain("(");
            list.push(&value.slice(open, value.text.len() - 1));
            list.push_str(")");
            list
        }
        false => value.clone(),
    }
}

enum Piece {
    Text(Traced),
    Parameter(String),
}

/// Cuts text at its parameters, as SQLAlchemy's `(?<![:\w\\]):(\w+)(?!:)`, and takes the backslash from `\:`.
fn pieces(text: &Traced) -> Vec<Piece> {
    let source = text.text.as_str();
    let mut pieces = Vec::new();
    let mut start = 0;
    let mut before = None;
    let mut skip_to = 0;
    for (at, character) in source.char_indices() {
        if at < skip_to {
            before = Some(character);
            continue;
        }
        let rest = source.get(at + 1..).unwrap_or_default();
        if character == ':' && !before.is_some_and(|c| c == ':' || c == '\\' || is_word(c)) {
            if let Some(name) = parameter_at(rest) {
                pieces.push(Piece::Text(text.slice(start, at)));
                start = at + 1 + name.len();
                skip_to = start;
                pieces.push(Piece::Parameter(name.to_owned()));
            }
        } else if character == '\\' && escapes_colon(rest) {
            pieces.push(Piece::Text(text.slice(start, at)));
            start = at + 1;
        }
        before = Some(character);
    }
    pieces.push(Piece::Text(text.slice(start, source.len())));
    pieces
}

fn parameter_at(rest: &str) -> Option<&str> {
    let end = rest.find(|c| !is_word(c)).unwrap_or(rest.len());
    let word = rest.get(..end)?;
    let name = if rest.get(end..)?.starts_with(':') {
        // The regular expression gives back its last character.
        let (last, _) = word.char_indices().next_back()?;
        word.get(..last)?
    } else {
        word
    };
    (!name.is_empty()).then_some(name)
}

fn escapes_colon(rest: &str) -> bool {
    let Some(after) = rest.strip_prefix(':') else {
        return false;
    };
    let end = after.find(|c| !is_word(c)).unwrap_or(after.len());
    !after.get(end..).unwrap_or_default().starts_with(':')
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}
