//! Findings and rule pages as plain data.

use std::collections::BTreeMap;

use retort_report as wire;

use super::{Finding, all};
use crate::config::RuleLevel;
use crate::fix::Fix;
use crate::review::Review;
use crate::text::fnv1a;

/// The findings of a review, with places in every form and fingerprints. Their ids count from 1.
pub fn report(review: &Review) -> Vec<wire::Finding> {
    let mut seen: BTreeMap<String, u32> = BTreeMap::new();
    let wired = review
        .findings
        .iter()
        .filter_map(|finding| wire_finding(review, finding, &mut seen));
    wired
        .zip(1..)
        .map(|(finding, id)| wire::Finding { id, ..finding })
        .collect()
}

/// Every rule with its page.
pub fn pages() -> Vec<wire::RulePage> {
    let page = |rule: &super::Rule| wire::RulePage {
        id: rule.id.to_owned(),
        class: rule.class.name().to_owned(),
        level: level_name(rule.level).to_owned(),
        title: rule.title.to_owned(),
        summary: rule.summary.to_owned(),
        checklist: rule.checklist.to_vec(),
        markdown: rule.page.to_owned(),
    };
    all().map(page).collect()
}

fn level_name(level: RuleLevel) -> &'static str {
    match level {
        RuleLevel::Off => "off",
        RuleLevel::Info => "info",
        RuleLevel::Warning => "warning",
        RuleLevel::Error => "error",
    }
}

fn wire_finding(
    review: &Review,
    finding: &Finding,
    seen: &mut BTreeMap<String, u32>,
) -> Option<wire::Finding> {
    let revision = finding.migration.and_then(|index| review.migration(index));
    let revision = revision.map(|migration| migration.header.revision.clone());
    let level = match finding.level {
        RuleLevel::Off => return None,
        RuleLevel::Info => wire::Level::Info,
        RuleLevel::Warning => wire::Level::Warning,
        RuleLevel::Error => wire::Level::Error,
    };
    let related = finding.related.iter().filter_map(|(place, why)| {
        Some(wire::Related {
            message: why.clone(),
            location: review.location(*place)?,
        })
    });
    Some(wire::Finding {
        id: 0,
        rule: finding.rule.id.to_owned(),
        class: finding.rule.class.name().to_owned(),
        level,
        message: finding.message.clone(),
        help: finding.help.clone(),
        location: review.location(finding.place)?,
        fingerprint: fingerprint(finding, revision.as_deref(), seen),
        revision,
        direction: finding.direction.map(Into::into),
        object: finding.object.clone(),
        related: related.collect(),
        fix: finding.fix.as_ref().and_then(|fix| wire_fix(review, fix)),
    })
}

fn wire_fix(review: &Review, fix: &Fix) -> Option<wire::Fix> {
    let edits = fix.edits.iter().map(|(file, edit)| {
        let source = review.source(*file)?;
        let location = source.location(edit.span);
        Some(wire::FixEdit {
            file: location.file,
            start: location.start,
            end: location.end,
            from: location.from,
            to: location.to,
            text: edit.text.clone(),
        })
    });
    Some(wire::Fix {
        title: fix.title.clone(),
        edits: edits.collect::<Option<Vec<_>>>()?,
    })
}

/// The same for the same finding after edits elsewhere in the file: no place goes into it, only what it is about; findings
/// that are alike are counted.
fn fingerprint(
    finding: &Finding,
    revision: Option<&str>,
    seen: &mut BTreeMap<String, u32>,
) -> String {
    let direction = finding.direction.map_or("", |direction| match direction {
        crate::migration::Direction::Up => "up",
        crate::migration::Direction::Down => "down",
    });
    let about = finding.object.as_deref().unwrap_or(&finding.message);
    let subject = [
        finding.rule.id,
        revision.unwrap_or_default(),
        direction,
        about,
    ]
    .join("\u{1f}");
    let count = seen.entry(subject.clone()).or_insert(0);
    *count += 1;
    format!("{:016x}", fnv1a(&format!("{subject}\u{1f}{count}")))
}
