//! What most migrations of a project leave out: that is the project's decision, told once and not for every file.

use std::cell::OnceCell;

use super::Context;
use super::fails::elsewhere::NeverMade;
use super::house::{
    autogenerate_leftover, docstring_missing, no_downgrade, timestamp_without_time_zone,
};
use crate::migration::Migration;
use crate::review::{Review, RevisionState};

/// The habits of a project, each found when it is asked for.
#[derive(Clone, Debug, Default)]
pub(super) struct Habits {
    no_downgrades: OnceCell<Option<Habit>>,
    no_docstrings: OnceCell<Option<Habit>>,
    leftovers: OnceCell<Option<Habit>>,
    plain_timestamps: OnceCell<Option<Habit>>,
    never_made: OnceCell<NeverMade>,
}

/// Something that most migrations leave out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Habit {
    /// How many leave it out.
    pub without: usize,
    /// How many should have it.
    pub all: usize,
    /// How many of those under review leave it out.
    under_review: usize,
    /// The place in the timeline of the one where it is told: the last one under review that leaves it out.
    told_at: Option<usize>,
}

impl Habits {
    /// Whether the project goes without downgrades.
    pub fn no_downgrades(&self, review: &Review) -> Option<Habit> {
        let lacks = |_: &Migration, state: &RevisionState| no_downgrade::lacks_one(review, state);
        *self.no_downgrades.get_or_init(|| Habit::of(review, lacks))
    }

    /// Whether its files do not say what they change.
    pub fn no_docstrings(&self, review: &Review) -> Option<Habit> {
        let lacks = |migration: &Migration, _: &RevisionState| {
            Some(docstring_missing::fault(review, migration).is_some())
        };
        *self.no_docstrings.get_or_init(|| Habit::of(review, lacks))
    }
}

impl Habits {
    /// Whether its files keep the markers of what Alembic generated.
    pub fn leftovers(&self, review: &Review) -> Option<Habit> {
        let keeps = |migration: &Migration, _: &RevisionState| {
            let source = review.source(migration.file)?;
            Some(autogenerate_leftover::stands_in(&source.file.text))
        };
        *self.leftovers.get_or_init(|| Habit::of(review, keeps))
    }

    /// Whether its timestamps have no time zone: nearly all, since where some have, each of the others may be a slip. Who
    /// reviews a few new files hears of each timestamp in them, since there the habit can end.
    pub fn plain_timestamps(&self, review: &Review) -> Option<Habit> {
        let plain = |_: &Migration, state: &RevisionState| {
            timestamp_without_time_zone::makes_plain(review, state)
        };
        *self.plain_timestamps.get_or_init(|| {
            Habit::of(review, plain).filter(|habit| {
                habit.without * 10 >= habit.all * 9 && habit.under_review >= ENOUGH_TO_JUDGE
            })
        })
    }

    /// Tables and types that the project's migrations use and none of them makes.
    pub fn never_made(&self, review: &Review) -> &NeverMade {
        self.never_made.get_or_init(|| NeverMade::of(review))
    }
}

impl Context<'_> {
    /// Whether most migrations of the project have no downgrade.
    pub(super) fn no_downgrades(&self) -> Option<Habit> {
        self.habits.no_downgrades(self.review())
    }

    /// Whether most files of the project do not say what they change.
    pub(super) fn no_docstrings(&self) -> Option<Habit> {
        self.habits.no_docstrings(self.review())
    }

    /// Whether most files of the project keep the markers of what Alembic generated.
    pub(super) fn leftovers(&self) -> Option<Habit> {
        self.habits.leftovers(self.review())
    }

    /// Whether nearly all timestamps of the project have no time zone.
    pub(super) fn plain_timestamps(&self) -> Option<Habit> {
        self.habits.plain_timestamps(self.review())
    }

    /// Tables and types that the project's migrations use and none of them makes, where there are several.
    pub(super) fn never_made(&self) -> &NeverMade {
        self.habits.never_made(self.review())
    }
}

impl Habit {
    /// What more than half of the migrations that should have it leave out; `lacks` tells nothing of one that need not.
    fn of(
        review: &Review,
        lacks: impl Fn(&Migration, &RevisionState) -> Option<bool>,
    ) -> Option<Self> {
        let mut habit = Self {
            without: 0,
            all: 0,
            under_review: 0,
            told_at: None,
        };
        for (position, state) in review.timeline.iter().enumerate() {
            let migration = review.migration(state.migration);
            let Some(lacking) = migration.and_then(|migration| lacks(migration, state)) else {
                continue;
            };
            habit.all += 1;
            if lacking {
                habit.without += 1;
                if state.under_review {
                    habit.under_review += 1;
                    habit.told_at = Some(position);
                }
            }
        }
        (habit.all >= ENOUGH_TO_JUDGE && habit.without * 2 > habit.all).then_some(habit)
    }

    /// Whether it is told of the migration at this place in the timeline.
    pub fn is_told_at(&self, position: usize) -> bool {
        self.told_at == Some(position)
    }
}

/// From how many migrations on a habit shows.
const ENOUGH_TO_JUDGE: usize = 6;

#[cfg(test)]
mod tests {
    use crate::config::{Config, RuleLevel};
    use crate::migration::SourceFile;
    use crate::review::{Input, review};

    /// What `no-downgrade` says of a line of SQL migrations, of which those in `without` have no downgrade.
    fn found(all: usize, without: &[usize], under_review: usize) -> Vec<(String, RuleLevel)> {
        let mut inputs = Vec::new();
        for at in 1..=all {
            let mut add = |half: &str, text: String| {
                let path = format!("{at:04}_hive.{half}.sql");
                inputs.push(Input {
                    file: SourceFile {
                        path: path.into(),
                        text: text.into(),
                    },
                    history: at <= all - under_review,
                });
            };
            add("up", format!("CREATE TABLE hive_{at} (id bigint);\n"));
            if !without.contains(&at) {
                add("down", format!("DROP TABLE hive_{at};\n"));
            }
        }
        let review = review(inputs, None, Config::default());
        let findings = review.findings.iter();
        findings
            .filter(|finding| finding.rule.id == "no-downgrade")
            .map(|finding| (finding.message.clone(), finding.level))
            .collect()
    }

    #[test]
    fn what_a_project_leaves_out_as_a_rule_is_told_once() {
        let found = found(8, &[1, 2, 3, 4, 5, 7, 8], 8);
        let [(message, level)] = found.as_slice() else {
            panic!("{found:?}");
        };
        assert!(message.starts_with("7 of 8 migrations"), "{message}");
        assert_eq!(*level, RuleLevel::Info);
    }

    /// Where plain timestamps are told of a line of SQL migrations that make one each; those in `zoned` with time zone.
    fn told(all: usize, zoned: &[usize], under_review: usize) -> Vec<String> {
        let inputs = (1..=all).map(|at| {
            let zone = if zoned.contains(&at) { "tz" } else { "" };
            Input {
                file: SourceFile {
                    path: format!("{at:04}_hive.up.sql").into(),
                    text: format!("CREATE TABLE hive_{at} (moved_at timestamp{zone});\n").into(),
                },
                history: at <= all - under_review,
            }
        });
        let review = review(inputs.collect(), None, Config::default());
        let findings = review.findings.iter();
        findings
            .filter(|finding| finding.rule.id == "timestamp-without-time-zone")
            .map(|finding| finding.message.clone())
            .collect()
    }

    #[test]
    fn a_project_whose_timestamps_have_no_zone_hears_it_once() {
        let once = told(12, &[3], 12);
        let [message] = once.as_slice() else {
            panic!("{once:?}");
        };
        assert!(message.starts_with("11 of 12 migrations"), "{message}");
        assert!(message.contains("hive_12.moved_at"), "{message}");
        // Where many have one, each of the others may be a slip; and new files beside their history can end the habit.
        assert_eq!(told(12, &[3, 7, 9], 12).len(), 9);
        assert_eq!(told(12, &[], 2).len(), 2);
    }

    #[test]
    fn a_project_with_downgrades_hears_of_each_that_is_missing() {
        let told = found(8, &[3, 8], 8);
        assert_eq!(told.len(), 2);
        assert!(told.iter().all(|(_, level)| *level == RuleLevel::Error));
        // The same of a new file beside its history.
        assert_eq!(found(8, &[8], 1).len(), 1);
        // Two files show no habit yet.
        assert_eq!(found(2, &[1, 2], 2).len(), 2);
    }
}
