//! Printing as `pg_get_expr()` prints (`ruleutils.c`, not pretty): every operator in parentheses.

use super::data_type::DataType;
use super::node::{CallSyntax, CastForm, Kind, Node};
use crate::operation::quote_identifier;
use crate::schema::ObjectName;

/// The text of an expression; none where a part of it cannot be printed.
pub(super) fn print(node: &Node) -> Option<String> {
    let mut printer = Printer {
        text: String::new(),
        indent: 0,
    };
    printer.node(node, false)?;
    Some(printer.text)
}

/// A string literal as `simple_quote_literal()` writes it.
fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

struct Printer {
    text: String,
    indent: usize,
}

impl Printer {
    fn put(&mut self, text: &str) {
        self.text.push_str(text);
    }

    /// `implicit`: whether implicit casts are shown here.
    fn node(&mut self, node: &Node, implicit: bool) -> Option<()> {
        match &node.kind {
            Kind::Column(name) => self.put(&quote_identifier(name)),
            Kind::DomainValue => self.put("VALUE"),
            Kind::Constant(value) => self.constant(value.as_deref(), &node.data_type),
            Kind::Keyword(word) => self.put(word),
            Kind::Call {
                home,
                name,
                arguments,
                syntax,
                variadic,
            } => self.call(home.as_ref(), name, arguments, *syntax, *variadic)?,
            Kind::Operator {
                home,
                name,
                left,
                right,
            } => {
                self.put("(");
                if let Some(left) = left {
                    self.node(left, true)?;
                    self.put(" ");
                }
                self.operator(home.as_ref(), name);
                self.put(" ");
                self.node(right, true)?;
                self.put(")");
            }
            Kind::Quantified {
                home,
                name,
                all,
                left,
                right,
            } => {
                self.put("(");
                self.node(left, true)?;
                self.put(" ");
                self.operator(home.as_ref(), name);
                self.put(if *all { " ALL (" } else { " ANY (" });
                self.node(right, true)?;
                self.put("))");
            }
            Kind::And(parts) => self.joined(parts, " AND ")?,
            Kind::Or(parts) => self.joined(parts, " OR ")?,
            Kind::Not(argument) => {
                self.put("(NOT ");
                self.node(argument, false)?;
                self.put(")");
            }
            Kind::Test { argument, words } => {
                self.put("(");
                // Only tests for NULL show the casts below them.
                self.node(argument, words.ends_with("NULL"))?;
                self.put(" ");
                self.put(words);
                self.put(")");
            }
            Kind::Distinct(left, right) => {
                self.put("(");
                self.node(left, true)?;
                self.put(" IS DISTINCT FROM ");
                self.node(right, true)?;
                self.put(")");
            }
            Kind::NullIf(left, right) => {
                self.put("NULLIF(");
                self.node(left, true)?;
                self.put(", ");
                self.node(right, true)?;
                self.put(")");
            }
            Kind::Choice(word, arguments) => {
                self.put(word);
                self.put("(");
                self.list(arguments)?;
                self.put(")");
            }
            Kind::Case {
                argument,
                branches,
                otherwise,
            } => self.case(argument.as_deref(), branches, otherwise)?,
            Kind::Array(elements) => {
                self.put("ARRAY[");
                self.list(elements)?;
                self.put("]");
                if elements.is_empty() {
                    self.put(&format!("::{}", node.data_type.plain()));
                }
            }
            Kind::Cast { argument, form, .. } => {
                if *form == CastForm::Implicit && !implicit {
                    return self.node(argument, false);
                }
                self.cast(argument, &node.data_type)?;
            }
            Kind::Collate(argument, collation) => {
                self.put("(");
                self.node(argument, implicit)?;
                self.put(&format!(" COLLATE {collation})"));
            }
            Kind::Element(argument, index) => {
                let bare = matches!(argument.kind, Kind::Column(_));
                if !bare {
                    self.put("(");
                }
                self.node(argument, implicit)?;
                if !bare {
                    self.put(")");
                }
                self.put("[");
                self.node(index, false)?;
                self.put("]");
            }
            Kind::Opaque => return None,
        }
        Some(())
    }

    /// `get_const_expr()`.
    fn constant(&mut self, value: Option<&str>, data_type: &DataType) {
        let Some(value) = value else {
            self.put("NULL");
            if !data_type.is_unknown() {
                self.put(&format!("::{data_type}"));
            }
            return;
        };
        let label = match (data_type.array, data_type.base.as_str()) {
            (false, "integer") if !value.starts_with('-') => {
                self.put(value);
                false
            }
            (false, "numeric") => {
                let plain = value.starts_with(|c: char| c.is_ascii_digit())
                    && value.contains(['.', 'e', 'E']);
                if plain {
                    self.put(value);
                } else {
                    self.put(&literal(value));
                }
                !plain || !data_type.modifier.is_empty()
            }
            (false, "boolean") => {
                self.put(value);
                false
            }
            (false, "unknown") => {
                self.put(&literal(value));
                false
            }
            _ => {
                self.put(&literal(value));
                true
            }
        };
        if label {
            self.put(&format!("::{data_type}"));
        }
    }

    /// `get_coercion_expr()`.
    fn cast(&mut self, argument: &Node, data_type: &DataType) -> Option<()> {
        let same_constant = argument.is_constant()
            && argument.data_type.same(data_type)
            && argument.data_type.modifier.is_empty();
        match &argument.kind {
            Kind::Constant(value) if same_constant => match value {
                // Without the label: it follows.
                Some(value) => match data_type.base.as_str() {
                    "boolean" if !data_type.array => self.put(value),
                    "integer" if !data_type.array && !value.starts_with('-') => self.put(value),
                    "numeric"
                        if !data_type.array
                            && value.starts_with(|c: char| c.is_ascii_digit())
                            && value.contains(['.', 'e', 'E']) =>
                    {
                        self.put(value);
                    }
                    _ => self.put(&literal(value)),
                },
                None => self.put("NULL"),
            },
            _ => {
                self.put("(");
                self.node(argument, false)?;
                self.put(")");
            }
        }
        self.put(&format!("::{data_type}"));
        Some(())
    }

    fn operator(&mut self, home: Option<&ObjectName>, name: &str) {
        match home {
            None => self.put(name),
            Some(home) => {
                let schema = quote_identifier(&home.schema);
                self.put(&format!("OPERATOR({schema}.{name})"));
            }
        }
    }

    fn joined(&mut self, parts: &[Node], word: &str) -> Option<()> {
        self.put("(");
        for (at, part) in parts.iter().enumerate() {
            if at > 0 {
                self.put(word);
            }
            self.node(part, false)?;
        }
        self.put(")");
        Some(())
    }

    /// A list of arguments, which shows implicit casts.
    fn list(&mut self, nodes: &[Node]) -> Option<()> {
        for (at, node) in nodes.iter().enumerate() {
            if at > 0 {
                self.put(", ");
            }
            self.node(node, true)?;
        }
        Some(())
    }

    fn call(
        &mut self,
        home: Option<&ObjectName>,
        name: &str,
        arguments: &[Node],
        syntax: CallSyntax,
        variadic: bool,
    ) -> Option<()> {
        match (syntax, arguments) {
            (CallSyntax::AtTimeZone, [zone, time]) => {
                self.put("(");
                self.node(time, false)?;
                self.put(" AT TIME ZONE ");
                self.node(zone, false)?;
                self.put(")");
            }
            (CallSyntax::Extract, [field, source]) => {
                let Kind::Constant(Some(field)) = &field.kind else {
                    return None;
                };
                self.put(&format!("EXTRACT({field} FROM "));
                self.node(source, false)?;
                self.put(")");
            }
            (CallSyntax::Substring, [text, from, rest @ ..]) => {
                self.put("SUBSTRING(");
                self.node(text, false)?;
                self.put(" FROM ");
                self.node(from, false)?;
                if let [length] = rest {
                    self.put(" FOR ");
                    self.node(length, false)?;
                }
                self.put(")");
            }
            (CallSyntax::Trim(side), [text, rest @ ..]) => {
                self.put(&format!("TRIM({side}"));
                if let [characters] = rest {
                    self.put(" ");
                    self.node(characters, false)?;
                }
                self.put(" FROM ");
                self.node(text, false)?;
                self.put(")");
            }
            (CallSyntax::Position, [text, part]) => {
                self.put("POSITION((");
                self.node(part, false)?;
                self.put(") IN (");
                self.node(text, false)?;
                self.put("))");
            }
            (CallSyntax::Overlay, [text, new, from, rest @ ..]) => {
                self.put("OVERLAY(");
                self.node(text, false)?;
                self.put(" PLACING ");
                self.node(new, false)?;
                self.put(" FROM ");
                self.node(from, false)?;
                if let [length] = rest {
                    self.put(" FOR ");
                    self.node(length, false)?;
                }
                self.put(")");
            }
            (CallSyntax::Plain, _) => self.plain_call(home, name, arguments, variadic)?,
            _ => return None,
        }
        Some(())
    }

    fn plain_call(
        &mut self,
        home: Option<&ObjectName>,
        name: &str,
        arguments: &[Node],
        variadic: bool,
    ) -> Option<()> {
        if let Some(home) = home {
            self.put(&format!("{}.", quote_identifier(&home.schema)));
        }
        self.put(&quote_identifier(name));
        self.put("(");
        for (at, argument) in arguments.iter().enumerate() {
            if at > 0 {
                self.put(", ");
            }
            if variadic && at + 1 == arguments.len() {
                self.put("VARIADIC ");
            }
            self.node(argument, true)?;
        }
        self.put(")");
        Some(())
    }

    /// A keyword on a line of its own (`appendContextKeyword()`).
    fn line(&mut self, word: &str) {
        let kept = self.text.trim_end_matches(' ').len();
        self.text.truncate(kept);
        self.text.push('\n');
        self.text.push_str(&" ".repeat(self.indent));
        self.text.push_str(word);
    }

    fn case(
        &mut self,
        argument: Option<&Node>,
        branches: &[(Node, Node)],
        otherwise: &Node,
    ) -> Option<()> {
        self.line("CASE");
        self.indent += 4;
        if let Some(argument) = argument {
            self.put(" ");
            self.node(argument, true)?;
        }
        for (condition, value) in branches {
            self.line("WHEN ");
            self.node(condition, false)?;
            self.put(" THEN ");
            self.node(value, true)?;
        }
        self.line("ELSE ");
        self.node(otherwise, true)?;
        self.indent = self.indent.saturating_sub(4);
        self.line("END");
        Some(())
    }
}
