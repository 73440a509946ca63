//! Python's syntax, by ruff's parser.

use ruff_python_ast::{ModModule, PySourceType};
use ruff_python_parser::{Parsed, parse_unchecked_source};
use ruff_text_size::{Ranged, TextRange};

use crate::text::Span;

/// How deep brackets may nest. The parser descends once per level, and a browser's stack is small.
const DEEPEST: u32 = 60;

/// How many words and operators may follow each other without a comma or the end of the line: each may be a level of the tree.
const LONGEST_CHAIN: u32 = 400;

/// How many columns a line may be indented.
const WIDEST_INDENT: u32 = 200;

/// A parsed file. Where there are errors the tree holds what could still be read.
pub type Module = Parsed<ModModule>;

/// Parses a file.
///
/// # Errors
/// The place where it nests too deep to be parsed.
pub fn parse(text: &str) -> Result<Module, Span> {
    match too_deep(text) {
        Some(place) => Err(place),
        None => Ok(parse_unchecked_source(text, PySourceType::Python)),
    }
}

/// A node's place.
pub fn span(node: &impl Ranged) -> Span {
    range(node.range())
}

/// A range of the parser.
pub fn range(range: TextRange) -> Span {
    Span::new(range.start().to_usize(), range.end().to_usize())
}

/// Looks for nesting that would exhaust the stack, without parsing.
fn too_deep(text: &str) -> Option<Span> {
    let bytes = text.as_bytes();
    let (mut at, mut open, mut chain, mut indent) = (0, 0_u32, 0_u32, Some(0_u32));
    while let Some(byte) = bytes.get(at) {
        let mut next = at + 1;
        match byte {
            b'\n' => {
                indent = Some(0);
                if open == 0 {
                    chain = 0;
                }
            }
            b' ' | b'\t' | b'\r' | b'\x0c' => {
                indent = indent.map(|columns| columns + 1);
            }
            b'#' => next = end_of_line(bytes, at),
            b'"' | b'\'' => next = end_of_string(bytes, at),
            b',' | b';' => chain = 0,
            b'(' | b'[' | b'{' => open += 1,
            b')' | b']' | b'}' => open = open.saturating_sub(1),
            byte if is_word(*byte) => {
                while bytes.get(next).is_some_and(|byte| is_word(*byte)) {
                    next += 1;
                }
                chain += 1;
            }
            _ => chain += 1,
        }
        let too_wide = indent.is_some_and(|columns| columns > WIDEST_INDENT);
        if !matches!(byte, b' ' | b'\t' | b'\r' | b'\x0c' | b'\n') {
            indent = None;
            if too_wide {
                return Some(Span::new(at, at));
            }
        }
        if open > DEEPEST || chain > LONGEST_CHAIN {
            return Some(Span::new(at, at));
        }
        at = next;
    }
    None
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || !byte.is_ascii()
}

fn end_of_line(bytes: &[u8], from: usize) -> usize {
    let rest = bytes.get(from..).unwrap_or_default();
    from + rest
        .iter()
        .position(|byte| *byte == b'\n')
        .unwrap_or(rest.len())
}

/// One past the closing quote of the string that opens at `from`, or of the line if it is not closed.
fn end_of_string(bytes: &[u8], from: usize) -> usize {
    let quote = bytes.get(from).copied().unwrap_or_default();
    let triple = [quote; 3];
    let is_triple = bytes.get(from..from + 3) == Some(&triple);
    let mut at = from + if is_triple { 3 } else { 1 };
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'\\' => at += 2,
            b'\n' if !is_triple => return at,
            byte if *byte == quote && !is_triple => return at + 1,
            byte if *byte == quote && bytes.get(at..at + 3) == Some(&triple) => return at + 3,
            _ => at += 1,
        }
    }
    bytes.len()
}
