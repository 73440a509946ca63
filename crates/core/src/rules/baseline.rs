//! The baseline: findings that were there when a project began to use Retort, and are put up with.
//!
//! A text file with a line for each, first its fingerprint, then rule, file and message for people. Fingerprints name no
//! line of a file, so edits elsewhere do not bring an old finding back.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use retort_report::{Finding, Report};

/// Findings that are known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Baseline {
    /// The rest of each line, by fingerprint.
    known: BTreeMap<String, String>,
}

impl Baseline {
    /// Every finding of a report.
    pub fn of(report: &Report) -> Self {
        let told = |finding: &Finding| {
            let file = &finding.location.file;
            let line = format!("{} {file}: {}", finding.rule, finding.message);
            (finding.fingerprint.clone(), line)
        };
        Self {
            known: report.findings.iter().map(told).collect(),
        }
    }

    /// Reads a file of it.
    ///
    /// # Errors
    /// The number of the first line that is none of it.
    pub fn read(text: &str) -> Result<Self, usize> {
        let mut known = BTreeMap::new();
        for (number, line) in (1..).zip(text.lines()) {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let (fingerprint, rest) = line.split_once(' ').unwrap_or((line, ""));
            let is_one =
                fingerprint.len() == 16 && fingerprint.bytes().all(|b| b.is_ascii_hexdigit());
            if !is_one {
                return Err(number);
            }
            known.insert(fingerprint.to_owned(), rest.to_owned());
        }
        Ok(Self { known })
    }

    /// Its file, by what the findings are about.
    pub fn write(&self) -> String {
        let mut lines: Vec<(&String, &String)> =
            self.known.iter().map(|(one, other)| (other, one)).collect();
        lines.sort();
        let mut text = String::from(
            "# Findings that Retort does not tell of again. Made by `retort check --write-baseline`.\n",
        );
        for (told, fingerprint) in lines {
            let _ = writeln!(text, "{fingerprint} {told}");
        }
        text
    }

    /// Takes the known findings out of a report. How many they are, and what is known and no longer found.
    pub fn apply(&self, report: &mut Report) -> (usize, Vec<&str>) {
        let found: Vec<String> = report
            .findings
            .iter()
            .map(|finding| finding.fingerprint.clone())
            .collect();
        let before = report.findings.len();
        report
            .findings
            .retain(|finding| !self.known.contains_key(&finding.fingerprint));
        let gone = self
            .known
            .iter()
            .filter(|(fingerprint, _)| !found.contains(fingerprint));
        (
            before - report.findings.len(),
            gone.map(|(_, told)| told.as_str()).collect(),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;
    use crate::migration::SourceFile;
    use crate::review::{Input, review};

    fn report(text: &str) -> Report {
        let file = SourceFile {
            path: "0001_x.up.sql".into(),
            text: text.into(),
        };
        review(
            vec![Input {
                file,
                history: false,
            }],
            None,
            Config::default(),
        )
        .report()
    }

    #[test]
    fn what_is_known_is_not_told_again_even_when_it_moves() {
        let baseline = Baseline::of(&report("DROP TABLE kite;\n"));
        let written = baseline.write();
        assert_eq!(Baseline::read(&written), Ok(baseline.clone()));
        let mut moved = report("\n-- a word\nDROP TABLE kite;\nDROP TABLE swing;\n");
        let all = moved.findings.len();
        let (known, gone) = baseline.apply(&mut moved);
        assert!(known > 0 && gone.is_empty(), "{gone:?}");
        assert_eq!(moved.findings.len() + known, all);
        let objects: Vec<_> = moved
            .findings
            .iter()
            .filter(|finding| finding.rule == "drop-table")
            .map(|finding| finding.object.as_deref())
            .collect();
        assert_eq!(objects, [Some("swing")]);
        let mut clean = report("SELECT 1;\n");
        assert!(!baseline.apply(&mut clean).1.is_empty());
        assert_eq!(Baseline::read("# a word\n\nnonsense\n"), Err(3));
    }
}
