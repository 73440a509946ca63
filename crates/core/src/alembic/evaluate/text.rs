//! Methods of strings.

use std::rc::Rc;

use super::super::traced::{Traced, join};
use super::super::value::{Known, Unknown, Value};
use super::{Args, Evaluator, Run, raise};

impl Evaluator<'_> {
    /// `text.name(…)`.
    pub fn text_method(&mut self, text: &Rc<Traced>, name: &str, args: &Args) -> Run<Value> {
        if let Some(unknown) = args.unknown() {
            return Ok(Value::Unknown(match name {
                "format" => unknown.beginning(prefix_of_format(&text.text)),
                _ => unknown,
            }));
        }
        let argument = |index: usize| args.positional.get(index).map(|arg| &arg.value);
        let words = |index: usize| argument(index).and_then(Value::as_str);
        let made = |text: Traced| Value::Str(Rc::new(text));
        Ok(match (name, words(0)) {
            ("strip", None) => made(text.trimmed()),
            ("strip" | "lstrip" | "rstrip", characters) => {
                let strips = |c: char| match characters {
                    Some(characters) => characters.contains(c),
                    None => c.is_whitespace(),
                };
                let start = match name {
                    "rstrip" => 0,
                    _ => text.text.len() - text.text.trim_start_matches(strips).len(),
                };
                let end = match name {
                    "lstrip" => text.text.len(),
                    _ => text.text.trim_end_matches(strips).len(),
                };
                made(text.slice(start, end.max(start)))
            }
            ("upper", _) => Value::text(text.text.to_uppercase()),
            ("lower" | "casefold", _) => Value::text(text.text.to_lowercase()),
            ("title", _) => Value::text(title(&text.text)),
            ("capitalize", _) => {
                let mut characters = text.text.chars();
                let first: String = characters
                    .next()
                    .into_iter()
                    .flat_map(char::to_uppercase)
                    .collect();
                Value::text(first + &characters.as_str().to_lowercase())
            }
            ("replace", Some(from)) => match argument(1) {
                Some(Value::Str(to)) => made(text.replaced(from, to)),
                _ => Value::unknown("replaces text by something that is not known"),
            },
            ("split", Some(separator)) if argument(1).is_none() && !separator.is_empty() => {
                let parts = text.split(separator).into_iter().map(made).collect();
                self.list(parts)
            }
            ("split", None) => {
                let parts = pieces(text, char::is_whitespace);
                self.list(parts.into_iter().map(made).collect())
            }
            ("rsplit" | "split", Some(separator)) if !separator.is_empty() => {
                let limit = match argument(1) {
                    Some(Value::Int(limit)) => usize::try_from(*limit).unwrap_or(usize::MAX - 1),
                    _ => usize::MAX - 1,
                };
                let mut parts: Vec<String> = if name == "split" {
                    text.text
                        .splitn(limit + 1, separator)
                        .map(str::to_owned)
                        .collect()
                } else {
                    text.text
                        .rsplitn(limit + 1, separator)
                        .map(str::to_owned)
                        .collect()
                };
                if name == "rsplit" {
                    parts.reverse();
                }
                self.list(parts.into_iter().map(Value::text).collect())
            }
            ("splitlines", _) => {
                let lines = text.split("\n").into_iter();
                let mut lines: Vec<Traced> = lines.collect();
                if lines.last().is_some_and(|line| line.text.is_empty()) {
                    lines.pop();
                }
                self.list(lines.into_iter().map(made).collect())
            }
            ("partition", Some(separator)) => match text.text.split_once(separator) {
                Some((before, after)) => Value::Tuple(
                    [
                        Value::text(before),
                        Value::text(separator),
                        Value::text(after),
                    ]
                    .into(),
                ),
                None => Value::Tuple(
                    [Value::Str(text.clone()), Value::text(""), Value::text("")].into(),
                ),
            },
            ("join", _) => match argument(0) {
                Some(items) => match self.joined(text, items) {
                    Ok(text) => made(text),
                    Err(unknown) => Value::Unknown(unknown),
                },
                None => return raise("TypeError", "join() takes exactly one argument"),
            },
            ("startswith", Some(start)) => Value::Bool(text.text.starts_with(start)),
            ("endswith", Some(end)) => Value::Bool(text.text.ends_with(end)),
            ("startswith" | "endswith", None) => {
                let options = argument(0).map(Value::items);
                match options {
                    Some(Ok(options)) => {
                        Value::Bool(options.iter().filter_map(Value::as_str).any(|part| {
                            if name == "startswith" {
                                text.text.starts_with(part)
                            } else {
                                text.text.ends_with(part)
                            }
                        }))
                    }
                    _ => Value::unknown("compares with something that is not known"),
                }
            }
            ("removeprefix", Some(start)) => {
                let length = if text.text.starts_with(start) {
                    start.len()
                } else {
                    0
                };
                made(text.slice(length, text.text.len()))
            }
            ("removesuffix", Some(end)) => {
                let length = if text.text.ends_with(end) {
                    end.len()
                } else {
                    0
                };
                made(text.slice(0, text.text.len() - length))
            }
            ("find", Some(part)) => match text.text.find(part) {
                Some(at) => {
                    Value::Int(text.text.get(..at).unwrap_or_default().chars().count() as i64)
                }
                None => Value::Int(-1),
            },
            ("count", Some(part)) if !part.is_empty() => {
                Value::Int(text.text.matches(part).count() as i64)
            }
            ("format", _) => self.formatted(text, args)?,
            ("encode", _) => Value::Bytes(text.text.as_bytes().into()),
            ("isdigit", _) => {
                Value::Bool(!text.text.is_empty() && text.text.chars().all(|c| c.is_ascii_digit()))
            }
            ("zfill", _) => match argument(0) {
                Some(Value::Int(width)) => {
                    let width = usize::try_from(*width).unwrap_or(0).min(1_000);
                    Value::text(format!("{:0>width$}", text.text))
                }
                _ => Value::unknown("pads text to a width that is not known"),
            },
            _ => Value::unknown(format!("is made by `str.{name}`, which is not read")),
        })
    }

    fn joined(&self, separator: &Traced, items: &Value) -> Known<Traced> {
        let items = self.members(items)?;
        let mut parts = Vec::new();
        for item in items {
            match item {
                Value::Str(text) => parts.push(text.as_ref().clone()),
                Value::Unknown(unknown) => {
                    let known = join(&parts, separator);
                    return Err(unknown.beginning(&known.text));
                }
                Value::Instance(instance) => match instance.member_value() {
                    Some(Value::Str(text)) => parts.push(text.as_ref().clone()),
                    _ => return Err(Unknown::data("joins something that is no text")),
                },
                _ => return Err(Unknown::data("joins something that is no text")),
            }
        }
        Ok(join(&parts, separator))
    }

    fn formatted(&mut self, format: &Traced, args: &Args) -> Run<Value> {
        let mut next = 0;
        let mut wanted: Vec<(String, Value)> = Vec::new();
        let mut names = Vec::new();
        // First which fields there are, since looking one up may need the evaluator.
        let listed = super::format::braces(format, |name| {
            names.push(name.to_owned());
            Ok(Value::text(""))
        });
        if let Err(unknown) = listed {
            return Ok(Value::Unknown(unknown));
        }
        for name in names {
            let (head, path) = match name.find(['.', '[']) {
                Some(at) => name.split_at(at),
                None => (name.as_str(), ""),
            };
            let root = if head.is_empty() {
                next += 1;
                args.positional.get(next - 1).map(|arg| arg.value.clone())
            } else if let Ok(index) = head.parse::<usize>() {
                args.positional.get(index).map(|arg| arg.value.clone())
            } else {
                args.keyword(head).map(|arg| arg.value.clone())
            };
            let Some(mut value) = root else {
                return raise(
                    "IndexError",
                    "Replacement index out of range for positional args tuple",
                );
            };
            for part in path.split(['.', '[']).filter(|part| !part.is_empty()) {
                value = match part.strip_suffix(']') {
                    Some(key) => {
                        let key = match key.parse::<i64>() {
                            Ok(index) => Value::Int(index),
                            Err(_) => Value::text(key),
                        };
                        self.item(&value, &key)?
                    }
                    None => self.attribute(value, part, args.span)?,
                };
            }
            wanted.push((name, value));
        }
        let mut values = wanted.into_iter();
        let made = super::format::braces(format, |_| {
            values
                .next()
                .map(|(_, value)| value)
                .ok_or_else(|| Unknown::data("has too few values for its format"))
        });
        Ok(match made {
            Ok(text) => Value::Str(Rc::new(text)),
            Err(unknown) => Value::Unknown(unknown),
        })
    }
}

/// The parts between white space.
fn pieces(text: &Traced, is_separator: impl Fn(char) -> bool) -> Vec<Traced> {
    let mut parts = Vec::new();
    let mut start = None;
    for (at, c) in text.text.char_indices() {
        match (is_separator(c), start) {
            (true, Some(from)) => {
                parts.push(text.slice(from, at));
                start = None;
            }
            (false, None) => start = Some(at),
            _ => {}
        }
    }
    if let Some(from) = start {
        parts.push(text.slice(from, text.text.len()));
    }
    parts
}

fn title(text: &str) -> String {
    let mut out = String::new();
    let mut in_word = false;
    for c in text.chars() {
        if in_word {
            out.extend(c.to_lowercase());
        } else {
            out.extend(c.to_uppercase());
        }
        in_word = c.is_alphabetic();
    }
    out
}

fn prefix_of_format(text: &str) -> &str {
    text.split('{').next().unwrap_or_default()
}

/// `textwrap.dedent`: without the white space that all lines begin with.
pub fn dedent(text: &Traced) -> Traced {
    let lines = text.split("\n");
    let margin = |line: &Traced| {
        let trimmed = line.text.trim_start_matches([' ', '\t']);
        (!trimmed.trim().is_empty()).then(|| line.text.len() - trimmed.len())
    };
    let mut common: Option<&str> = None;
    for line in &lines {
        let Some(width) = margin(line) else { continue };
        let own = line.text.get(..width).unwrap_or_default();
        common = Some(match common {
            None => own,
            Some(known) => {
                let shared = known
                    .bytes()
                    .zip(own.bytes())
                    .take_while(|(a, b)| a == b)
                    .count();
                known.get(..shared).unwrap_or_default()
            }
        });
    }
    let width = common.unwrap_or_default().len();
    let parts: Vec<Traced> = lines
        .iter()
        .map(|line| match margin(line) {
            Some(_) => line.slice(width, line.text.len()),
            None => Traced::default(),
        })
        .collect();
    join(&parts, &Traced::plain("\n"))
}

/// `textwrap.indent`: with a prefix before every line that is not blank.
pub fn indent(text: &Traced, prefix: &Traced) -> Traced {
    let lines: Vec<Traced> = text
        .split("\n")
        .into_iter()
        .map(|line| match line.text.trim().is_empty() {
            true => line,
            false => join(&[prefix.clone(), line], &Traced::default()),
        })
        .collect();
    join(&lines, &Traced::plain("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dedent_takes_the_common_margin() {
        let text = Traced::plain("\n    a\n      b\n\n    c\n  ");
        assert_eq!(dedent(&text).text, "\na\n  b\n\nc\n");
    }
}
