//! A finding as a comment on a pull request, in Markdown as GitHub and GitLab read it.

use retort_report::{Finding, Fix, Level};

use super::{Files, repair::apply};

/// Longer replacements are shown as a diff: a suggestion of many lines is easily put on the wrong ones.
const MOST_LINES: usize = 20;

/// The finding, and its repair as changes that GitHub can apply.
pub fn comment(finding: &Finding, files: &Files) -> String {
    let level = match finding.level {
        Level::Error => "Error",
        Level::Warning => "Warning",
        Level::Info => "Note",
    };
    let location = &finding.location;
    let mut text = format!(
        "**{level}:** {} (`{}`)\n\n{}, line {}\n",
        escaped(&finding.message),
        finding.rule,
        code(&location.file),
        location.line
    );
    if !finding.help.is_empty() {
        text.push_str(&format!("\n{}\n", escaped(&finding.help)));
    }
    for change in finding.fix.iter().flat_map(|fix| changes(fix, files)) {
        text.push_str(&format!("\n{change}"));
    }
    text
}

/// One block for every stretch of lines that a repair changes.
fn changes(fix: &Fix, files: &Files) -> Vec<String> {
    let mut paths: Vec<&str> = fix.edits.iter().map(|edit| edit.file.as_str()).collect();
    paths.dedup();
    let blocks = paths.into_iter().filter_map(|path| {
        let text = &files.get(path)?.text;
        let repaired = apply(text, path, fix)?;
        Some(block(path, text, &repaired, &fix.title))
    });
    blocks.collect()
}

/// The lines that differ, from the first to the last.
fn block(path: &str, before: &str, after: &str, title: &str) -> String {
    let (old, new): (Vec<&str>, Vec<&str>) = (before.lines().collect(), after.lines().collect());
    let start = old.iter().zip(&new).take_while(|(a, b)| a == b).count();
    let shorter = old.len().min(new.len()) - start;
    let tails = old.iter().rev().zip(new.iter().rev()).take(shorter);
    let end = tails.take_while(|(a, b)| a == b).count();
    // A suggestion replaces lines; one that only adds takes the line before it along.
    let start = if old.len() - end == start {
        start.saturating_sub(1)
    } else {
        start
    };
    let (removed, added) = (
        old.get(start..old.len() - end).unwrap_or_default(),
        new.get(start..new.len() - end).unwrap_or_default(),
    );
    let lines = match removed.len() {
        0 => "Before line 1".to_owned(),
        1 => format!("Line {}", start + 1),
        count => format!("Lines {} to {}", start + 1, start + count),
    };
    let (language, body) = if removed.is_empty() || removed.len().max(added.len()) > MOST_LINES {
        let removed = removed.iter().map(|line| format!("-{line}"));
        let added = added.iter().map(|line| format!("+{line}"));
        ("diff", removed.chain(added).collect::<Vec<_>>())
    } else {
        let added = added.iter().map(|line| (*line).to_owned());
        ("suggestion", added.collect())
    };
    let body = body.join("\n");
    let fence = "`".repeat(longest_run(&body).max(2) + 1);
    format!(
        "{}. {lines} of {}:\n\n{fence}{language}\n{body}\n{fence}\n",
        escaped(title),
        code(path)
    )
}

fn longest_run(text: &str) -> usize {
    let runs = text.split(|letter| letter != '`');
    runs.map(str::len).max().unwrap_or_default()
}

/// A text in which nothing is read as Markdown or HTML by accident.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        if matches!(
            letter,
            '\\' | '`' | '*' | '_' | '<' | '>' | '[' | ']' | '@' | '#'
        ) {
            out.push('\\');
        }
        out.push(letter);
    }
    out
}

fn code(text: &str) -> String {
    let fence = "`".repeat(longest_run(text) + 1);
    format!("{fence}{text}{fence}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_suggestion_replaces_exactly_the_lines_it_names() {
        let text = block("a.sql", "a\nb\nc\n", "a\nB\nB2\nc\n", "Repair");
        assert_eq!(
            text,
            "Repair. Line 2 of `a.sql`:\n\n```suggestion\nB\nB2\n```\n"
        );
    }

    #[test]
    fn a_suggestion_that_adds_takes_the_line_before_along() {
        let text = block("a.sql", "a\nb\n", "a\nnew\nb\n", "Add");
        assert_eq!(
            text,
            "Add. Line 1 of `a.sql`:\n\n```suggestion\na\nnew\n```\n"
        );
    }

    #[test]
    fn no_text_leaves_its_fence() {
        let text = block("a.sql", "a\n", "a ``` b\n", "Fence");
        assert!(text.contains("````suggestion\na ``` b\n````"), "{text}");
        assert_eq!(escaped("<img> @all"), "\\<img\\> \\@all");
    }

    #[test]
    fn a_long_replacement_is_a_diff() {
        let new = "x\n".repeat(MOST_LINES + 1);
        assert!(block("a.sql", "a\n", &new, "Long").contains("```diff\n-a\n+x"));
    }
}
