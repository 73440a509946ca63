//! Python code in the shape that black gives it.

/// How wide a line may be.
const WIDTH: usize = 88;

/// An expression to be laid out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Code {
    /// Stays on its line.
    Atom(String),
    /// `opening item, item closing`: a call or a list.
    Group {
        /// `op.add_column(`, `[`.
        opening: String,
        /// What stands between.
        items: Vec<Code>,
        /// `)`, `]`.
        closing: &'static str,
    },
    /// `name=value`.
    Keyword(&'static str, Box<Code>),
}

impl Code {
    /// A string literal.
    pub fn text(text: impl AsRef<str>) -> Self {
        Self::Atom(literal(text.as_ref()))
    }

    /// `True` or `False`.
    pub fn truth(value: bool) -> Self {
        Self::Atom(if value { "True" } else { "False" }.to_owned())
    }

    /// A call.
    pub fn call(name: &str, items: Vec<Self>) -> Self {
        Self::Group {
            opening: format!("{name}("),
            items,
            closing: ")",
        }
    }

    /// A list of string literals.
    pub fn texts(texts: &[String]) -> Self {
        Self::list(texts.iter().map(Self::text).collect())
    }

    /// A list.
    pub fn list(items: Vec<Self>) -> Self {
        Self::Group {
            opening: "[".to_owned(),
            items,
            closing: "]",
        }
    }

    /// `name=self`.
    pub fn named(self, name: &'static str) -> Self {
        Self::Keyword(name, Box::new(self))
    }

    /// The code behind an indentation, which the first line does not carry.
    pub fn laid_out(&self, indentation: usize) -> String {
        let mut out = String::new();
        self.write(indentation, indentation, 0, &mut out);
        out
    }

    /// Writes itself from a column on; `after` is how much follows on its last line.
    fn write(&self, indentation: usize, column: usize, after: usize, out: &mut String) {
        let flat = self.flat();
        if column + flat.chars().count() + after <= WIDTH {
            out.push_str(&flat);
            return;
        }
        match self {
            Self::Atom(text) => out.push_str(text),
            Self::Keyword(name, value) => {
                out.push_str(name);
                out.push('=');
                value.write(indentation, column + name.len() + 1, after, out);
            }
            Self::Group {
                opening,
                items,
                closing,
            } => {
                let inner = indentation + 4;
                out.push_str(opening);
                let all = joined(items);
                if inner + all.chars().count() <= WIDTH && !items.is_empty() {
                    out.push_str(&format!("\n{}{all}", " ".repeat(inner)));
                } else {
                    for item in items {
                        out.push_str(&format!("\n{}", " ".repeat(inner)));
                        item.write(inner, inner, 1, out);
                        out.push(',');
                    }
                }
                out.push_str(&format!("\n{}{closing}", " ".repeat(indentation)));
            }
        }
    }

    fn flat(&self) -> String {
        match self {
            Self::Atom(text) => text.clone(),
            Self::Keyword(name, value) => format!("{name}={}", value.flat()),
            Self::Group {
                opening,
                items,
                closing,
            } => format!("{opening}{}{closing}", joined(items)),
        }
    }
}

fn joined(items: &[Code]) -> String {
    items.iter().map(Code::flat).collect::<Vec<_>>().join(", ")
}

/// A string literal on one line, in the quotes that black prefers.
fn literal(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len() + 2);
    let quote = match text.contains('"') && !text.contains('\'') {
        true => '\'',
        false => '"',
    };
    for character in text.chars() {
        match character {
            '\\' => escaped.push_str("\\\\"),
            '\n' => escaped.push_str("\\n"),
            '\r' => escaped.push_str("\\r"),
            '\t' => escaped.push_str("\\t"),
            '"' if quote == '"' => escaped.push_str("\\\""),
            other => escaped.push(other),
        }
    }
    format!("{quote}{escaped}{quote}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_break_as_black_breaks_them() {
        let column = |name: &str| {
            Code::call(
                "sa.Column",
                vec![
                    Code::text(name),
                    Code::call("sa.String", vec![Code::Atom("40".into()).named("length")]),
                    Code::truth(false).named("nullable"),
                ],
            )
        };
        let call = |names: &[&str]| {
            let mut items = vec![Code::text("tree")];
            items.extend(names.iter().map(|name| column(name)));
            Code::call("op.add_column", items).laid_out(4)
        };
        assert_eq!(
            call(&["a"]),
            "op.add_column(\"tree\", sa.Column(\"a\", sa.String(length=40), nullable=False))"
        );
        assert_eq!(
            call(&["a_longer_name"]),
            "op.add_column(\n        \"tree\", sa.Column(\"a_longer_name\", sa.String(length=40), nullable=False)\n    )"
        );
        assert_eq!(
            call(&["a_longer_name", "b"]),
            "op.add_column(\n        \"tree\",\n        sa.Column(\"a_longer_name\", sa.String(length=40), nullable=False),\n        sa.Column(\"b\", sa.String(length=40), nullable=False),\n    )"
        );
        assert_eq!(literal("it's \"so\"\n"), "\"it's \\\"so\\\"\\n\"");
        assert_eq!(literal("a \"b\""), "'a \"b\"'");
    }
}
