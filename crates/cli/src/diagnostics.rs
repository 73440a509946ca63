//! A review as text for a terminal: findings with the lines they are about, then the checklist.

use std::fmt::Write;

use annotate_snippets::{Annotation, AnnotationKind, Group, Level as Mark, Renderer, Snippet};
use anstyle::{AnsiColor, Style};
use retort_core::review::{Review, Source};
use retort_report::{
    ChecklistItem, ChecklistStatus, DataLoss, Direction, FileRole, Finding, Level, Location, Report,
};

/// Lines of the source shown around a place.
const AROUND: u32 = 1;
/// Lines of a place that are shown; the rest of a long one adds nothing.
const LONGEST: u32 = 8;
/// Unanalysed places that are listed one by one.
const LISTED: usize = 20;

/// The whole review.
pub fn text(review: &Review, report: &Report) -> String {
    let printer = Printer {
        review,
        renderer: Renderer::styled(),
    };
    let mut out = String::new();
    for problem in &report.problems {
        let title = Mark::WARNING
            .primary_title(&problem.message)
            .id(&problem.kind);
        printer.group(
            &mut out,
            title.element(printer.snippet(&problem.location, &[])),
        );
    }
    for finding in &report.findings {
        printer.finding(&mut out, finding);
    }
    printer.not_analysed(&mut out, report);
    losses(&mut out, report);
    checklist(&mut out, &report.checklist);
    summary(&mut out, report);
    out
}

struct Printer<'a> {
    review: &'a Review,
    renderer: Renderer,
}

/// A place of an excerpt with what is to be said of it.
struct Label<'a> {
    location: &'a Location,
    text: &'a str,
}

impl Printer<'_> {
    fn group(&self, out: &mut String, group: Group<'_>) {
        let _ = writeln!(out, "{}\n", self.renderer.render(&[group]));
    }

    fn finding(&self, out: &mut String, finding: &Finding) {
        let mark = match finding.level {
            Level::Error => Mark::ERROR,
            Level::Warning => Mark::WARNING,
            Level::Info => Mark::INFO,
        };
        let title = mark.primary_title(&finding.message).id(&finding.rule);
        let related: Vec<Label<'_>> = finding
            .related
            .iter()
            .map(|related| Label {
                location: &related.location,
                text: &related.message,
            })
            .collect();
        let (near, far): (Vec<_>, Vec<_>) = related
            .into_iter()
            .partition(|label| is_near(label.location, &finding.location));
        let mut group = title.element(self.snippet(&finding.location, &near));
        for label in &far {
            group = group.element(self.snippet(label.location, &[Label { ..*label }]));
        }
        if !finding.help.is_empty() {
            group = group.element(Mark::HELP.message(&finding.help));
        }
        if let Some(fix) = &finding.fix {
            group = group
                .element(Mark::HELP.message(format!("`retort fix` can do this: {}", fix.title)));
        }
        self.group(out, group);
    }

    /// The lines of a place. Only an excerpt is handed to the renderer: a file may have megabytes.
    fn snippet<'a>(
        &self,
        location: &'a Location,
        labels: &[Label<'a>],
    ) -> Snippet<'a, Annotation<'a>> {
        let mut sources = self.review.sources.iter();
        let source = sources.find(|source| *source.file.path == *location.file);
        let excerpt = source.map(|source| Excerpt::new(source, location, labels));
        let Some(excerpt) = excerpt else {
            return Snippet::source("").path(&location.file).line_start(1);
        };
        let own = labels.iter().any(|label| label.location == location);
        let mut snippet = Snippet::source(excerpt.text.clone())
            .path(&location.file)
            .line_start(excerpt.first_line as usize);
        if !own {
            snippet = snippet.annotation(AnnotationKind::Primary.span(excerpt.range(location)));
        }
        for label in labels {
            let kind = if own {
                AnnotationKind::Primary
            } else {
                AnnotationKind::Context
            };
            snippet =
                snippet.annotation(kind.span(excerpt.range(label.location)).label(label.text));
        }
        snippet
    }

    fn not_analysed(&self, out: &mut String, report: &Report) {
        for item in report.not_analysed.iter().take(LISTED) {
            let title = Mark::NOTE.primary_title(format!("not analysed: {}", item.reason));
            self.group(out, title.element(self.snippet(&item.location, &[])));
        }
        let more = report.not_analysed.len().saturating_sub(LISTED);
        if more > 0 {
            let _ = writeln!(
                out,
                "{more} more places were not analysed; `--format json` lists them all.\n"
            );
        }
    }
}

/// Whether two places fit into one excerpt.
fn is_near(one: &Location, other: &Location) -> bool {
    one.file == other.file && one.line.abs_diff(other.line) <= LONGEST
}

/// A few lines of a file, and where they begin.
struct Excerpt {
    text: String,
    first_line: u32,
    start: usize,
}

impl Excerpt {
    fn new(source: &Source, location: &Location, labels: &[Label<'_>]) -> Self {
        let places = || std::iter::once(location).chain(labels.iter().map(|label| label.location));
        let first = places().map(|place| place.line).min().unwrap_or(1);
        let last = places()
            .map(|place| place.end_line.min(place.line + LONGEST))
            .max()
            .unwrap_or(first);
        let first_line = first.saturating_sub(AROUND).max(1);
        let start = source.lines.line_start(first_line) as usize;
        let end_line = last + AROUND + 1;
        let text = &source.file.text;
        let end = if end_line > source.lines.lines() {
            text.len()
        } else {
            source.lines.line_start(end_line) as usize
        };
        let excerpt = text.get(start..end).unwrap_or_default();
        Self {
            text: excerpt.to_owned(),
            first_line,
            start,
        }
    }

    /// A place inside the excerpt, cut to it, on character boundaries.
    fn range(&self, location: &Location) -> std::ops::Range<usize> {
        let inside = |offset: u32| {
            let mut at = (offset as usize)
                .saturating_sub(self.start)
                .min(self.text.len());
            while !self.text.is_char_boundary(at) {
                at -= 1;
            }
            at
        };
        let start = inside(location.start);
        start..inside(location.end).max(start)
    }
}

/// What data the reviewed migrations take away, and on the way back.
fn losses(out: &mut String, report: &Report) {
    let reviewed = report.revisions.iter().filter(|one| one.under_review);
    let all: Vec<&DataLoss> = reviewed.flat_map(|one| &one.losses).collect();
    if all.is_empty() {
        return;
    }
    let bold = Style::new().bold();
    let _ = writeln!(out, "{bold}Data that is lost or changed{bold:#}");
    for loss in all {
        let half = match loss.direction {
            Direction::Up => "upgrade",
            Direction::Down => "downgrade",
        };
        let at = |place: &Location| format!("{}:{}", place.file, place.line);
        let place = loss.location.as_ref().map_or_else(String::new, at);
        let copied = loss.copied.as_ref().map_or_else(String::new, |place| {
            format!("; copied before at {}", at(place))
        });
        let _ = writeln!(out, "{half:<10} {} ({place}){copied}", loss.what);
    }
    out.push('\n');
}

fn checklist(out: &mut String, items: &[ChecklistItem]) {
    if items.is_empty() {
        return;
    }
    let bold = Style::new().bold();
    let _ = writeln!(out, "{bold}Checklist{bold:#}");
    for item in items {
        let (style, sign) = match item.status {
            ChecklistStatus::Holds => (AnsiColor::Green.on_default(), "\u{2713} holds"),
            ChecklistStatus::Fails => (AnsiColor::Red.on_default(), "\u{2717} fails"),
            ChecklistStatus::Attest => (AnsiColor::Yellow.on_default(), "? asks a person"),
            ChecklistStatus::Unknown => (Style::new().dimmed(), "- not analysed"),
        };
        let _ = writeln!(
            out,
            "{style}{sign:<16}{style:#} {:>2}. {}",
            item.item, item.title
        );
        if item.status == ChecklistStatus::Holds {
            continue;
        }
        for because in &item.because {
            let place = because.location.as_ref();
            let place = place.map_or_else(String::new, |at| format!(" ({}:{})", at.file, at.line));
            let _ = writeln!(out, "{:21}{}{place}", "", because.text);
        }
        if let (ChecklistStatus::Attest, Some(question)) = (item.status, &item.question) {
            let _ = writeln!(out, "{:21}{question}", "");
        }
    }
    out.push('\n');
}

fn summary(out: &mut String, report: &Report) {
    let count = |level: Level| {
        report
            .findings
            .iter()
            .filter(|finding| finding.level == level)
            .count()
    };
    let read = report
        .files
        .iter()
        .filter(|file| file.role != FileRole::Ignored)
        .count();
    let counted = [
        (count(Level::Error), "error"),
        (count(Level::Warning), "warning"),
        (count(Level::Info), "note"),
        (report.not_analysed.len(), "place not analysed"),
    ];
    let parts: Vec<String> = counted
        .iter()
        .filter(|(many, _)| *many > 0)
        .map(|(many, word)| plural(*many, word))
        .collect();
    let found = if parts.is_empty() {
        "nothing found".to_owned()
    } else {
        parts.join(", ")
    };
    let _ = writeln!(
        out,
        "{found} in {} ({}), PostgreSQL {}",
        plural(report.revisions.len(), "revision"),
        plural(read, "file"),
        report.postgres,
    );
    if report.open_world {
        out.push_str(
            "The history is not complete: tables that no statement makes are assumed to exist.\n",
        );
    }
}

fn plural(many: usize, word: &str) -> String {
    match (many, word.split_once(' ')) {
        (1, _) => format!("1 {word}"),
        (_, Some((noun, rest))) => format!("{many} {noun}s {rest}"),
        (_, None) => format!("{many} {word}s"),
    }
}
