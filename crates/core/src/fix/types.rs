//! Repairs inside a column's definition.

use super::Fix;
use super::text::{Around, insertion, words};
use crate::operation::ColumnDefinition;
use crate::rules::{Context, Statement};
use crate::text::{Edit, Origin, Span};

/// Gives a timestamp its time zone.
pub fn time_zone(cx: &Context<'_>, statement: &Statement<'_>, origin: Origin) -> Option<Fix> {
    let around = Around::place(cx, statement.place_of(origin));
    let edit = if around.is_python(cx) {
        python_time_zone(&around)?
    } else {
        sql_time_zone(&around)?
    };
    Some(Fix::new(
        "Give the timestamp a time zone",
        vec![(around.file, edit)],
    ))
}

/// `sa.DateTime()`, `TIMESTAMP(timezone=False)`, `sa.DateTime`: exactly one of them.
fn python_time_zone(around: &Around<'_>) -> Option<Edit> {
    let text = around.slice();
    let names = ["DateTime", "TIMESTAMP"].into_iter().flat_map(|name| {
        let at = words(text, name)
            .into_iter()
            .filter(move |at| text.get(*at..).is_some_and(|rest| rest.starts_with(name)));
        at.map(|at| at + name.len()).collect::<Vec<_>>()
    });
    let ends: Vec<usize> = names.collect();
    let [end] = ends.as_slice() else {
        return None;
    };
    let rest = text.get(*end..)?;
    let start = around.span.start as usize + end;
    let Some(arguments) = rest.strip_prefix('(') else {
        return Some(insertion(start, "(timezone=True)"));
    };
    let arguments = arguments.get(..arguments.find(')')?)?;
    if let Some(at) = arguments.find("timezone=False") {
        let from = start + 1 + at;
        return Some(Edit {
            span: Span::new(from, from + "timezone=False".len()),
            text: "timezone=True".to_owned(),
        });
    }
    let separator = if arguments.trim().is_empty() {
        ""
    } else {
        ", "
    };
    // A positional argument would be taken for the time zone itself.
    (separator.is_empty() || arguments.contains('='))
        .then(|| insertion(start + 1, format!("timezone=True{separator}")))
}

/// `timestamp`, `timestamp(3)`, `timestamp without time zone`: exactly one of them.
fn sql_time_zone(around: &Around<'_>) -> Option<Edit> {
    let text = around.slice();
    let found = words(text, "timestamp");
    let [at] = found.as_slice() else {
        return None;
    };
    let mut end = at + "timestamp".len();
    let rest = text.get(end..)?;
    if rest.trim_start().starts_with('(') {
        end += rest.find(')')? + 1;
    }
    let tail = text.get(end..)?;
    let without = " without time zone";
    let start = around.span.start as usize;
    let explicit = tail
        .get(..without.len())
        .is_some_and(|head| head.eq_ignore_ascii_case(without));
    let upper = text.get(*at..at + 1) == Some("T");
    let zone = if upper {
        " WITH TIME ZONE"
    } else {
        " with time zone"
    };
    Some(Edit {
        span: Span::new(
            start + end,
            start + end + if explicit { without.len() } else { 0 },
        ),
        text: zone.to_owned(),
    })
}

/// Takes the limit from a column of text.
pub fn unlimited_text(cx: &Context<'_>, statement: &Statement<'_>, origin: Origin) -> Option<Fix> {
    let around = Around::place(cx, statement.place_of(origin));
    let edit = if around.is_python(cx) {
        python_text(&around)?
    } else {
        sql_text(&around)?
    };
    Some(Fix::new("Make it text", vec![(around.file, edit)]))
}

/// `sa.String(80)`, `sa.VARCHAR(length=80)`: exactly one of them, with nothing but its length.
fn python_text(around: &Around<'_>) -> Option<Edit> {
    let text = around.slice();
    let found: Vec<(usize, usize)> = ["sa.String(", "sa.VARCHAR(", "sa.Unicode("]
        .into_iter()
        .flat_map(|name| text.match_indices(name))
        .map(|(at, name)| (at, at + name.len()))
        .collect();
    let [(at, arguments)] = found.as_slice() else {
        return None;
    };
    let rest = text.get(*arguments..)?;
    let close = rest.find(')')?;
    let length = rest.get(..close)?.trim();
    let length = length.strip_prefix("length=").unwrap_or(length);
    length.parse::<u32>().ok()?;
    let start = around.span.start as usize;
    Some(Edit {
        span: Span::new(start + at, start + arguments + close + 1),
        text: "sa.Text()".to_owned(),
    })
}

/// `varchar(80)`, `character varying (80)`: exactly one of them.
fn sql_text(around: &Around<'_>) -> Option<Edit> {
    let text = around.slice();
    let found: Vec<(usize, &str)> = ["varchar", "character varying"]
        .into_iter()
        .flat_map(|name| words(text, name).into_iter().map(move |at| (at, name)))
        .collect();
    let [(at, name)] = found.as_slice() else {
        return None;
    };
    let rest = text.get(at + name.len()..)?;
    let arguments = rest.trim_start().strip_prefix('(')?;
    let close = arguments.find(')')?;
    arguments.get(..close)?.trim().parse::<u32>().ok()?;
    let length = rest.len() - rest.trim_start().len() + 1 + close + 1;
    let upper = text.get(*at..at + 1)? != name.get(..1)?;
    let start = around.span.start as usize;
    Some(Edit {
        span: Span::new(start + at, start + at + name.len() + length),
        text: if upper { "TEXT" } else { "text" }.to_owned(),
    })
}

/// Makes a Python default one of the database, where it is a plain value.
pub fn server_default(
    cx: &Context<'_>,
    statement: &Statement<'_>,
    column: &ColumnDefinition,
) -> Option<Fix> {
    let around = Around::place(cx, statement.place_of(column.origin));
    let text = around.slice();
    let found = words(text, "default");
    let [at] = found.as_slice() else {
        return None;
    };
    let value_at = at + "default=".len();
    text.get(*at..value_at)
        .filter(|written| *written == "default=")?;
    let rest = text.get(value_at..)?;
    let value = rest.get(..literal_length(rest)?)?;
    let written = match value {
        "True" => format!("sa.text({})", around.string("true")),
        "False" => format!("sa.text({})", around.string("false")),
        number if number.parse::<f64>().is_ok() => format!("sa.text({})", around.string(number)),
        string => string.to_owned(),
    };
    let start = around.span.start as usize;
    let edit = Edit {
        span: Span::new(start + at, start + value_at + value.len()),
        text: format!("server_default={written}"),
    };
    Some(Fix::new(
        format!("Make the default of {} one of the database", column.name),
        vec![(around.file, edit)],
    ))
}

/// The length of a literal that ends an argument: a number, `True`, `False`, or a string without escapes.
fn literal_length(text: &str) -> Option<usize> {
    let quote = text.chars().next()?;
    let length = if quote == '"' || quote == '\'' {
        let inner = text.get(1..)?;
        let end = inner.find(quote)?;
        let plain = inner
            .get(..end)
            .is_some_and(|inner| !inner.contains('\\') && !inner.is_empty());
        plain.then_some(end + 2)?
    } else {
        let end = text.find(|c: char| !(c.is_ascii_alphanumeric() || c == '.' || c == '-'))?;
        let word = text.get(..end)?;
        (matches!(word, "True" | "False") || word.parse::<f64>().is_ok()).then_some(end)?
    };
    text.get(length..)?
        .trim_start()
        .starts_with([',', ')'])
        .then_some(length)
}
