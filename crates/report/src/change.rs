//! What one report has that another has not, so that little crosses between worker and page after an edit.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::{FileReport, Finding, NotAnalysed, Report, RevisionReport};

/// A report, told by what changed since an earlier one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
pub struct ReportChange {
    /// The report; of its long lists only what is new.
    pub report: Report,
    /// What stays of the earlier list of files.
    pub files: Kept,
    /// What stays of the earlier list of revisions.
    pub revisions: Kept,
    /// What stays of the earlier list of findings.
    pub findings: Kept,
    /// What stays of the earlier list of what could not be analysed.
    pub not_analysed: Kept,
}

/// How many entries stay at both ends of a list: what is new stands between them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
pub struct Kept {
    /// At the start.
    pub first: u32,
    /// At the end.
    pub last: u32,
}

impl Report {
    /// Tells this report by what changed since an earlier one, if there is one.
    pub fn change_since(&self, earlier: Option<&Self>) -> ReportChange {
        fn list<T>(report: Option<&Report>, of: fn(&Report) -> &[T]) -> &[T] {
            report.map(of).unwrap_or_default()
        }
        let (files, new_files) = cut(list(earlier, |r| &r.files), &self.files, is_same);
        let (revisions, new_revisions) =
            cut(list(earlier, |r| &r.revisions), &self.revisions, is_same);
        let (findings, new_findings) = cut(
            list(earlier, |r| &r.findings),
            &self.findings,
            PartialEq::eq,
        );
        let (not_analysed, newly_not_analysed) = cut(
            list(earlier, |r| &r.not_analysed),
            &self.not_analysed,
            PartialEq::eq,
        );
        ReportChange {
            report: Report {
                schema_version: self.schema_version,
                convention: self.convention.clone(),
                transaction: self.transaction.clone(),
                postgres: self.postgres,
                open_world: self.open_world,
                files: new_files,
                revisions: new_revisions,
                heads: self.heads.clone(),
                findings: new_findings,
                checklist: self.checklist.clone(),
                not_analysed: newly_not_analysed,
                problems: self.problems.clone(),
            },
            files,
            revisions,
            findings,
            not_analysed,
        }
    }
}

impl ReportChange {
    /// The whole report, from the earlier one that the change was told against.
    pub fn onto(self, earlier: Option<&Report>) -> Report {
        let Some(earlier) = earlier else {
            return self.report;
        };
        let report = self.report;
        Report {
            files: join::<Arc<FileReport>>(&earlier.files, self.files, report.files),
            revisions: join::<Arc<RevisionReport>>(
                &earlier.revisions,
                self.revisions,
                report.revisions,
            ),
            findings: join::<Finding>(&earlier.findings, self.findings, report.findings),
            not_analysed: join::<NotAnalysed>(
                &earlier.not_analysed,
                self.not_analysed,
                report.not_analysed,
            ),
            ..report
        }
    }
}

fn is_same<T: PartialEq>(one: &Arc<T>, other: &Arc<T>) -> bool {
    Arc::ptr_eq(one, other) || one == other
}

/// What stays at both ends, and what is new between them.
fn cut<T: Clone>(earlier: &[T], now: &[T], equal: fn(&T, &T) -> bool) -> (Kept, Vec<T>) {
    let same = |(one, other): &(&T, &T)| equal(one, other);
    let first = earlier.iter().zip(now).take_while(same).count();
    let (_, earlier) = earlier.split_at(first);
    let (_, now) = now.split_at(first);
    let last = earlier
        .iter()
        .rev()
        .zip(now.iter().rev())
        .take_while(same)
        .count();
    let (new, _) = now.split_at(now.len() - last);
    let kept = Kept {
        first: first as u32,
        last: last as u32,
    };
    (kept, new.to_vec())
}

/// The list that was cut. An earlier list that is too short gives what it has.
fn join<T: Clone>(earlier: &[T], kept: Kept, new: Vec<T>) -> Vec<T> {
    let first = (kept.first as usize).min(earlier.len());
    let last = earlier.len().saturating_sub(kept.last as usize);
    let (head, _) = earlier.split_at(first);
    let (_, tail) = earlier.split_at(last);
    let mut whole = head.to_vec();
    whole.extend(new);
    whole.extend_from_slice(tail);
    whole
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_its_cut_joined_again() {
        let lists: [&[u8]; 7] = [b"", b"a", b"aa", b"abcd", b"abxcd", b"xbcd", b"abcabc"];
        for earlier in lists {
            for now in lists {
                let (kept, new) = cut(earlier, now, PartialEq::eq);
                assert_eq!(join(earlier, kept, new), now, "{earlier:?} to {now:?}");
            }
        }
        assert_eq!(
            cut(b"abcd", b"abxcd", PartialEq::eq),
            (Kept { first: 2, last: 2 }, b"x".to_vec())
        );
    }
}
