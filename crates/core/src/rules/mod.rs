//! Rules: what a reviewer should look at.
//!
//! A rule is data with a function. It lives in one file, its page in Markdown beside it, and it is named once, in [`ALL`].
//! The function is pure: it asks the [`Context`] and returns [`Draft`]s; levels, suppressions and order are added here.

/// A rule's page. Whoever hands the pages out as files of their own does without the feature, and gets empty ones.
macro_rules! page {
    ($path:literal) => {
        if cfg!(feature = "pages") {
            include_str!($path)
        } else {
            ""
        }
    };
}

mod action;
mod baseline;
pub mod blocks;
mod context;
pub(crate) mod expression;
pub mod fails;
mod finding;
mod habits;
pub mod history;
pub mod house;
mod lifetimes;
pub mod loses;
#[cfg(test)]
pub(crate) mod pages;
mod peers;
mod report;
mod rows;
mod run;
mod said;
mod statement;
pub mod style;
mod suppression;

pub use baseline::Baseline;
pub use context::{Context, Creation, Tenancy};
pub use finding::{Draft, Finding};
pub use report::{pages as rule_pages, report};
pub use run::Run;
pub use said::Said;
pub use statement::Statement;
pub(crate) use suppression::Suppression;

use std::cmp::Reverse;
use std::fmt;

use crate::config::RuleLevel;
use crate::migration::Place;
use crate::review::Review;
use crate::text::Span;
use said::Known;

/// What a rule is about; also the folder it lives in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Class {
    /// PostgreSQL or the tool will refuse it.
    Fails,
    /// Others wait, or a table is written anew.
    Blocks,
    /// Data is lost, or code that is running breaks.
    Loses,
    /// A convention of the house.
    House,
    /// The revision graph and the comments that steer this tool.
    History,
    /// Matters of taste: off unless chosen.
    Style,
}

impl Class {
    /// As reports name it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Fails => "fails",
            Self::Blocks => "blocks",
            Self::Loses => "loses",
            Self::House => "house",
            Self::History => "history",
            Self::Style => "style",
        }
    }
}

/// Whether findings carry a repair.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FixKind {
    /// Only a person can tell.
    None,
    /// An edit of the file, where the case is plain enough.
    Edit,
}

/// What a rule looks at.
#[derive(Clone, Copy)]
pub enum Check {
    /// One migration under review.
    Migration(fn(&Context<'_>) -> Vec<Draft>),
    /// All of them together.
    Project(fn(&Review) -> Vec<Draft>),
    /// Nothing by itself: findings of it are made where the circumstance is met (suppressions).
    Elsewhere,
}

/// A rule.
pub struct Rule {
    /// Its name in configuration and comments; reads after "ignore".
    pub id: &'static str,
    /// What it is about.
    pub class: Class,
    /// Its level unless configured. A finding may say another where its case is plainer or milder.
    pub level: RuleLevel,
    /// A few words.
    pub title: &'static str,
    /// One sentence.
    pub summary: &'static str,
    /// The points of the checklist that its findings fail.
    pub checklist: &'static [u8],
    /// Whether it can repair.
    pub fix: FixKind,
    /// Its page in Markdown; empty without the feature `pages`.
    pub page: &'static str,
    /// What it does.
    pub check: Check,
}

impl PartialEq for Rule {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

impl fmt::Debug for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id)
    }
}

/// Every rule, by class and id.
pub const ALL: &[&[&Rule]] = &[
    fails::ALL,
    blocks::ALL,
    loses::ALL,
    house::ALL,
    history::ALL,
    style::ALL,
];

/// Every rule.
pub fn all() -> impl Iterator<Item = &'static Rule> {
    ALL.iter().flat_map(|class| class.iter().copied())
}

/// The rule of this id.
pub fn by_id(id: &str) -> Option<&'static Rule> {
    all().find(|rule| rule.id == id)
}

/// Runs every rule that is not off on every migration under review. By file, place and rule.
///
/// What rules said of a migration in an `earlier` review is taken over where all that they asked for is as it was.
pub fn check(review: &Review, earlier: Option<&Review>) -> (Vec<Finding>, Said) {
    let contexts: Vec<Context<'_>> = Context::all(review);
    let known = Known::of(review, earlier);
    let mut said = Said::default();
    let mut findings = Vec::new();
    let rules: Vec<&Rule> = all().filter(|rule| review.config.runs(rule)).collect();
    for cx in &contexts {
        let mut memory = known.memory(cx);
        for (at, rule) in rules.iter().enumerate() {
            let Check::Migration(check) = rule.check else {
                continue;
            };
            let drafts = memory.recall(at, cx, check);
            let drafts = drafts.iter().cloned();
            findings.extend(drafts.map(|draft| finish(review, rule, draft, Some(cx))));
        }
        said.keep(cx, memory);
    }
    for rule in rules {
        let Check::Project(check) = rule.check else {
            continue;
        };
        let drafts = check(review).into_iter();
        findings.extend(drafts.map(|draft| finish(review, rule, draft, None)));
    }
    findings.retain(|finding: &Finding| finding.level != RuleLevel::Off);
    let mut findings = suppression::apply(review, findings);
    findings.sort_by_cached_key(|finding| key(review, finding));
    findings.dedup();
    (findings, said)
}

/// By file and line; on one line what is graver comes first.
fn key(review: &Review, finding: &Finding) -> impl Ord + use<> {
    let line = review
        .location(finding.place)
        .map_or(0, |location| location.line);
    (
        finding.place.file,
        line,
        Reverse(finding.level),
        finding.place.span,
        finding.rule.id,
        finding.message.clone(),
    )
}

/// A finding of a rule. A level set in the configuration holds for every finding of the rule.
fn finish(review: &Review, rule: &'static Rule, draft: Draft, cx: Option<&Context<'_>>) -> Finding {
    let path = review
        .source(draft.place.file)
        .map_or("", |source| source.file.path.as_ref());
    let configured = review.config.level_in(rule, path);
    let place = first_line(review, draft.place);
    let owner = || {
        let mut migrations = review.project.migrations.iter();
        migrations.position(|migration| migration.file == draft.place.file)
    };
    let migration = cx.map(Context::migration_index).or_else(owner);
    Finding {
        rule,
        level: configured.or(draft.level).unwrap_or(rule.level),
        message: draft.message,
        help: draft.help,
        place,
        statement: draft.statement,
        related: draft.related,
        migration,
        direction: draft.direction,
        object: draft.object,
        fix: draft.fix,
    }
}

/// The first line of a place: to mark all lines of a long statement would hide which one matters.
fn first_line(review: &Review, place: Place) -> Place {
    let text = review
        .source(place.file)
        .map_or("", |source| source.file.text.as_ref());
    let line = place
        .span
        .slice(text)
        .split(['\n', '\r'])
        .next()
        .unwrap_or_default();
    let start = place.span.start as usize;
    Place {
        file: place.file,
        span: Span::new(start, start + line.trim_end().len()),
    }
}

#[cfg(test)]
mod tests;
