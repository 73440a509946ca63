//! Built-in examples: the patterns of the house document and its pitfalls, about a harbour.

use retort_report::InputFile;

/// A built-in example.
#[derive(Clone, Copy, Debug)]
pub struct Example {
    /// A stable name.
    pub id: &'static str,
    /// Its title.
    pub title: &'static str,
    /// What it shows, in a sentence.
    pub summary: &'static str,
    /// Its files: path, text, and whether it only serves as history.
    pub files: &'static [(&'static str, &'static str, bool)],
    /// The rules that find something above mere information in it.
    pub shows: &'static [&'static str],
}

const BASE: (&str, &str, bool) = (
    "versions/5e1a001_create_harbours.py",
    include_str!("files/base.py"),
    true,
);

/// Every example, the patterns first.
pub const ALL: &[Example] = &[
    Example {
        id: "tenant-table",
        title: "A table for tenants",
        summary: "Every column, key and index that a table of tenants' data has.",
        files: &[
            BASE,
            (
                "versions/5e1a002_create_charters.py",
                include_str!("files/tenant_table.py"),
                false,
            ),
        ],
        shows: &[],
    },
    Example {
        id: "add-column",
        title: "A column with a backfill",
        summary: "Add it empty, fill it, then demand it.",
        files: &[
            BASE,
            (
                "versions/5e1a002_say_what_state_a_boat_is_in.py",
                include_str!("files/add_column.py"),
                false,
            ),
        ],
        shows: &[],
    },
    Example {
        id: "rename",
        title: "A column renamed, both ways",
        summary: "The downgrade gives the old name back.",
        files: &[
            BASE,
            (
                "versions/5e1a002_call_a_berth_a_mooring.py",
                include_str!("files/rename.py"),
                false,
            ),
        ],
        shows: &[],
    },
    Example {
        id: "index",
        title: "Indexes",
        summary: "A composite and a partial index, and their removal in reverse order.",
        files: &[
            BASE,
            (
                "versions/5e1a002_find_boats_by_berth.py",
                include_str!("files/index.py"),
                false,
            ),
        ],
        shows: &[],
    },
    Example {
        id: "foreign-key",
        title: "A foreign key",
        summary: "Column, key and index, and the way back.",
        files: &[
            BASE,
            (
                "versions/5e1a002_give_a_boat_its_skipper.py",
                include_str!("files/foreign_key.py"),
                false,
            ),
        ],
        shows: &[],
    },
    Example {
        id: "data-migration",
        title: "A data migration",
        summary: "A new column filled from an old one that cannot be NULL.",
        files: &[
            BASE,
            (
                "versions/5e1a002_compare_sail_numbers.py",
                include_str!("files/data_migration.py"),
                false,
            ),
        ],
        shows: &[],
    },
    Example {
        id: "batched-update",
        title: "A large update in batches",
        summary: "The schema first, then the rows, some thousands at a time.",
        files: &[
            BASE,
            (
                "versions/5e1a002_make_room.py",
                include_str!("files/batched_update_before.py"),
                false,
            ),
            (
                "versions/5e1a003_fill_the_states.py",
                include_str!("files/batched_update.py"),
                false,
            ),
        ],
        shows: &[],
    },
    Example {
        id: "concurrent-index",
        title: "An index that blocks nobody",
        summary: "Built concurrently, outside of the transaction.",
        files: &[
            BASE,
            (
                "versions/5e1a002_find_boats_by_berth.py",
                include_str!("files/concurrent_index.py"),
                false,
            ),
        ],
        shows: &[],
    },
    Example {
        id: "sql-pair",
        title: "A pair of SQL files",
        summary: "Up and down as golang-migrate runs them.",
        files: &[
            (
                "000001_tour.up.sql",
                include_str!("files/pair_before.up.sql"),
                true,
            ),
            (
                "000001_tour.down.sql",
                include_str!("files/pair_before.down.sql"),
                true,
            ),
            (
                "000002_tour_stop.up.sql",
                include_str!("files/pair.up.sql"),
                false,
            ),
            (
                "000002_tour_stop.down.sql",
                include_str!("files/pair.down.sql"),
                false,
            ),
        ],
        shows: &[],
    },
    Example {
        id: "tenant-column-missing",
        title: "Pitfall: no tenant column",
        summary: "Nothing says whose rows these are.",
        files: &[
            BASE,
            (
                "versions/5e1a002_create_charters.py",
                include_str!("files/tenant_column_missing.py"),
                false,
            ),
        ],
        shows: &["tenant-column-missing"],
    },
    Example {
        id: "plain-timestamp",
        title: "Pitfall: a timestamp without a zone",
        summary: "It keeps the digits of a clock and not the moment.",
        files: &[
            BASE,
            (
                "versions/5e1a002_note_surveys.py",
                include_str!("files/plain_timestamp.py"),
                false,
            ),
        ],
        shows: &["timestamp-without-time-zone"],
    },
    Example {
        id: "rename-without-downgrade",
        title: "Pitfall: a rename without a way back",
        summary: "The downgrade does nothing.",
        files: &[
            BASE,
            (
                "versions/5e1a002_call_a_berth_a_mooring.py",
                include_str!("files/rename_without_downgrade.py"),
                false,
            ),
        ],
        shows: &["no-downgrade"],
    },
    Example {
        id: "downgrade-forgets",
        title: "Pitfall: a downgrade that forgets",
        summary: "The index of the upgrade stays behind.",
        files: &[
            BASE,
            (
                "versions/5e1a002_find_boats_by_berth.py",
                include_str!("files/downgrade_forgets.py"),
                false,
            ),
        ],
        shows: &["downgrade-not-inverse"],
    },
    Example {
        id: "drop-column",
        title: "Pitfall: a column dropped with its data",
        summary: "And how to save the data first.",
        files: &[
            BASE,
            (
                "versions/5e1a002_forget_the_old_register.py",
                include_str!("files/drop_column.py"),
                false,
            ),
        ],
        shows: &["drop-column"],
    },
    Example {
        id: "drop-column-saved",
        title: "A column dropped after its data was saved",
        summary: "The values move into another column first.",
        files: &[
            BASE,
            (
                "versions/5e1a002_move_the_old_register.py",
                include_str!("files/drop_column_saved.py"),
                false,
            ),
        ],
        shows: &[],
    },
    Example {
        id: "foreign-key-without-index",
        title: "Pitfall: a foreign key without an index",
        summary: "Every delete of a boat reads the whole table.",
        files: &[
            BASE,
            (
                "versions/5e1a002_note_who_looks_after.py",
                include_str!("files/foreign_key_without_index.py"),
                false,
            ),
        ],
        shows: &["fk-without-index"],
    },
    Example {
        id: "no-backfill",
        title: "Pitfall: NOT NULL without a backfill",
        summary: "It fails on the first row.",
        files: &[
            BASE,
            (
                "versions/5e1a002_say_what_state_a_boat_is_in.py",
                include_str!("files/no_backfill.py"),
                false,
            ),
        ],
        shows: &["not-null-without-backfill"],
    },
    Example {
        id: "backfill-yields-null",
        title: "Pitfall: a backfill that meets NULL",
        summary: "One missing phone number and NOT NULL fails.",
        files: &[
            BASE,
            (
                "versions/5e1a002_write_notices.py",
                include_str!("files/backfill_yields_null.py"),
                false,
            ),
        ],
        shows: &["backfill-yields-null"],
    },
    Example {
        id: "generated",
        title: "Pitfall: generated and not reviewed",
        summary: "A rename that became a drop and an add.",
        files: &[
            BASE,
            (
                "versions/5e1a002_change_skipper.py",
                include_str!("files/generated.py"),
                false,
            ),
        ],
        shows: &["autogenerate-leftover", "looks-like-a-rename"],
    },
    Example {
        id: "two-heads",
        title: "Pitfall: two heads",
        summary: "Two branches each added a migration to the same parent.",
        files: &[
            BASE,
            (
                "versions/5e1a002_give_a_boat_its_length.py",
                include_str!("files/heads_one.py"),
                false,
            ),
            (
                "versions/5e1a003_give_a_boat_its_builder.py",
                include_str!("files/heads_other.py"),
                false,
            ),
        ],
        shows: &["multiple-heads"],
    },
];

/// Every example as plain data.
pub fn all() -> Vec<retort_report::Example> {
    let example = |example: &Example| retort_report::Example {
        id: example.id.to_owned(),
        title: example.title.to_owned(),
        summary: example.summary.to_owned(),
        files: example.files.iter().map(file).collect(),
    };
    ALL.iter().map(example).collect()
}

fn file((path, text, history): &(&'static str, &'static str, bool)) -> InputFile {
    InputFile {
        path: (*path).to_owned(),
        text: (*text).to_owned(),
        history: *history,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::config::{Config, RuleLevel};
    use crate::migration::SourceFile;
    use crate::review::{Input, Review, review};

    /// A pattern as a reviewer pastes it: without its history.
    fn alone(example: &Example) -> Review {
        let reviewed = example.files.iter().filter(|(_, _, history)| !history);
        let inputs = reviewed.map(|(path, text, _)| Input {
            file: SourceFile {
                path: (*path).into(),
                text: (*text).into(),
            },
            history: false,
        });
        review(inputs.collect(), None, Config::default())
    }

    #[test]
    fn the_patterns_raise_no_alarm_without_their_history_either() {
        let mut alarms = Vec::new();
        for example in ALL.iter().filter(|example| example.shows.is_empty()) {
            let review = alone(example);
            let grave = review
                .findings
                .iter()
                .filter(|finding| finding.level > RuleLevel::Info);
            alarms.extend(grave.map(|finding| {
                format!("{}: {}: {}", example.id, finding.rule.id, finding.message)
            }));
        }
        assert!(alarms.is_empty(), "{}", alarms.join("\n"));
    }

    fn reviewed(example: &Example) -> Review {
        let input = |(path, text, history): &(&str, &str, bool)| Input {
            file: SourceFile {
                path: (*path).into(),
                text: (*text).into(),
            },
            history: *history,
        };
        review(
            example.files.iter().map(input).collect(),
            None,
            Config::default(),
        )
    }

    #[test]
    fn every_example_shows_what_it_is_for_and_nothing_else() {
        let mut wrong = Vec::new();
        for example in ALL {
            let review = reviewed(example);
            let grave = review
                .findings
                .iter()
                .filter(|finding| finding.level > RuleLevel::Info);
            let found: BTreeSet<&str> = grave.map(|finding| finding.rule.id).collect();
            let meant: BTreeSet<&str> = example.shows.iter().copied().collect();
            if found != meant {
                wrong.push(format!("{}: meant {meant:?}, found {found:?}", example.id));
            }
            let report = review.report();
            if !report.not_analysed.is_empty() || !report.problems.is_empty() {
                wrong.push(format!(
                    "{}: {:?} {:?}",
                    example.id, report.not_analysed, report.problems
                ));
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }

    #[test]
    fn an_example_of_each_point_that_can_fail_is_there() {
        let shown: BTreeSet<&str> = ALL
            .iter()
            .flat_map(|example| example.shows.iter().copied())
            .collect();
        let rules = shown.iter().filter_map(|id| crate::rules::by_id(id));
        let points: BTreeSet<u8> = rules
            .flat_map(|rule| rule.checklist.iter().copied())
            .collect();
        assert!(
            [1, 2, 3, 5, 6, 7, 8, 9]
                .iter()
                .all(|point| points.contains(point)),
            "{points:?}"
        );
        assert_eq!(
            ALL.iter()
                .map(|example| example.id)
                .collect::<BTreeSet<_>>()
                .len(),
            ALL.len()
        );
    }
}
