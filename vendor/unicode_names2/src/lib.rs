//! Stand-in for the crate of this name.
//!
//! The real one carries a table of every Unicode character's name, which `ruff_python_parser` needs only to decode
//! `"\N{GREEK SMALL LETTER ALPHA}"`. No migration's schema depends on such an escape, and the table is two thirds of
//! the parser's download. Here each name is simply the replacement character; spans are unaffected.

/// The character with this name: always U+FFFD.
pub fn character(_name: &str) -> Option<char> {
    Some(char::REPLACEMENT_CHARACTER)
}
