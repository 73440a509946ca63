//! The eleven points.

use retort_report::{Because, ChecklistStatus, RoundTripVerdict};

use super::{Board, Point, Verdict, duration, reason};
use crate::migration::Direction;
use crate::operation::{OpaqueScope, Operation};
use crate::project::Convention;
use crate::reversal;
use crate::review::round_trip;
use crate::rules::{Context, Statement};

/// Every point, in the order of the house document.
pub(super) const ALL: &[Point] = &[
    Point {
        number: 1,
        title: |_| "The migration was reviewed and edited, not blindly generated".into(),
        verdict: |_| {
            let none = vec![reason(
                "No marker of an unreviewed, generated migration was found.",
            )];
            Verdict::asks(
                none,
                "Have you read every statement against the change that was meant?",
            )
        },
    },
    Point {
        number: 2,
        title: tenant_title,
        verdict: tenants,
    },
    Point {
        number: 3,
        title: |_| "All timestamps have a time zone".into(),
        verdict: timestamps,
    },
    Point {
        number: 4,
        title: |board| {
            format!(
                "All tables have {}",
                board.review.config.house.required_columns.join(", ")
            )
        },
        verdict: required_columns,
    },
    Point {
        number: 5,
        title: |_| "Foreign key columns have indexes".into(),
        verdict: foreign_keys,
    },
    Point {
        number: 6,
        title: |_| "Upgrade and downgrade are both there".into(),
        verdict: both_halves,
    },
    Point {
        number: 7,
        title: |_| "Upgrade and downgrade were tried in turn".into(),
        verdict: cycle,
    },
    Point {
        number: 8,
        title: |_| "Changes of data handle NULL".into(),
        verdict: nulls,
    },
    Point {
        number: 9,
        title: |_| "Nothing is destroyed without a plan to get it back".into(),
        verdict: destruction,
    },
    Point {
        number: 10,
        title: |_| "It runs in less than five minutes on production's data".into(),
        verdict: duration::verdict,
    },
    Point {
        number: 11,
        title: |_| "The schema verification tests pass".into(),
        verdict: verification,
    },
];

fn verification(board: &Board<'_>) -> Verdict {
    match board.review.config.assertions.len() {
        0 => Verdict::asks(
            vec![reason(
                "These tests run in your project, not here. What they assert can be written down as [[assert]] in retort.toml.",
            )],
            "Do the schema verification tests pass with this migration?",
        ),
        1 => board.holds_if_known("The assertion of retort.toml holds after each revision."),
        many => board.holds_if_known(format!(
            "All {many} assertions of retort.toml hold after each revision."
        )),
    }
}

fn tenant_title(board: &Board<'_>) -> String {
    let house = &board.review.config.house;
    if house.tenant_column.is_empty() {
        return "Tables of tenants' data name their tenant".into();
    }
    format!(
        "All tables of tenants' data have {} UUID NOT NULL with a foreign key to {}",
        house.tenant_column, house.tenant_table
    )
}

fn tenants(board: &Board<'_>) -> Verdict {
    if board.contexts.iter().all(|cx| cx.tenancy().is_none()) {
        return board.holds_if_known(
            "This project has no tenants: there is no table of them, or none is configured.",
        );
    }
    let created = board
        .contexts
        .iter()
        .flat_map(Context::created_tables)
        .count();
    board.holds_if_known(match created {
        0 => "It creates no table.".to_owned(),
        1 => "The table that it creates does, or is shared by all tenants.".to_owned(),
        many => format!("All {many} tables that it creates do, or are shared by all tenants."),
    })
}

fn timestamps(board: &Board<'_>) -> Verdict {
    let columns = board.contexts.iter().flat_map(Context::defined_columns);
    let timestamps = columns
        .filter(|(_, _, column)| column.data_type.name.starts_with("timestamp"))
        .count();
    board.holds_if_known(match timestamps {
        0 => "It adds no timestamp.".to_owned(),
        1 => "The timestamp that it adds has one.".to_owned(),
        many => format!("All {many} timestamps that it adds have one."),
    })
}

fn required_columns(board: &Board<'_>) -> Verdict {
    let created = board
        .contexts
        .iter()
        .flat_map(Context::created_tables)
        .count();
    board.holds_if_known(match created {
        0 => "It creates no table.".to_owned(),
        1 => "The table that it creates has them.".to_owned(),
        many => format!("All {many} tables that it creates have them."),
    })
}

fn foreign_keys(board: &Board<'_>) -> Verdict {
    let made = board
        .contexts
        .iter()
        .flat_map(Context::foreign_keys_made)
        .count();
    board.holds_if_known(match made {
        0 => "It adds no foreign key.".to_owned(),
        1 => "An index leads with the columns of the foreign key that it adds.".to_owned(),
        many => format!(
            "An index leads with the columns of each of the {many} foreign keys that it adds."
        ),
    })
}

fn both_halves(board: &Board<'_>) -> Verdict {
    let any = board.states().any(|state| state.down.is_some());
    let changes = board.contexts.iter().any(|cx| cx.up().next().is_some());
    match board.review.project.convention {
        _ if any => Verdict::holds("Every migration that changes something has a downgrade."),
        _ if !changes => Verdict::holds("It changes nothing."),
        Convention::SingleSql | Convention::SchemaDump => {
            Verdict::unknown("This is a single SQL text: its downgrade was not given.")
        }
        tool => {
            let none = vec![reason(format!("{tool} has no downgrades here."))];
            Verdict::asks(none, "How is this undone if the deploy goes wrong?")
        }
    }
}

fn cycle(board: &Board<'_>) -> Verdict {
    let mut open = Vec::new();
    let mut failing = Vec::new();
    for cx in &board.contexts {
        let revision = &cx.migration().header.revision;
        let result = round_trip(cx.state());
        let place = cx
            .migration()
            .down
            .place()
            .and_then(|place| board.review.location(place));
        let told = |text: String| Because {
            text,
            location: place.clone(),
            finding: None,
        };
        match result.verdict {
            RoundTripVerdict::Restores | RoundTripVerdict::ColumnOrder => {}
            RoundTripVerdict::Differs | RoundTripVerdict::Fails => {
                failing.push(told(format!(
                    "{revision}: {}",
                    result.differences.join("; ")
                )));
            }
            RoundTripVerdict::Missing => {
                open.push(told(format!("{revision} has no downgrade to try.")))
            }
            RoundTripVerdict::Unknown => open.push(told(format!(
                "{revision}: what it does is not fully known here."
            ))),
        }
    }
    if !failing.is_empty() {
        Verdict::fails(failing)
    } else if open.is_empty() {
        Verdict::holds("Simulated: after upgrade and downgrade the schema is what it was before.")
    } else {
        Verdict::asks(
            open,
            "Did you run upgrade, downgrade and upgrade again on a real database?",
        )
    }
}

fn nulls(board: &Board<'_>) -> Verdict {
    let changes: Vec<Statement<'_>> = board
        .contexts
        .iter()
        .flat_map(Context::up)
        .filter(|statement| match statement.operation {
            Operation::Update(_) | Operation::Insert(_) => true,
            Operation::Opaque(opaque) => opaque.scope != OpaqueScope::Types,
            _ => false,
        })
        .collect();
    if changes.is_empty() {
        return Verdict::holds("It changes no rows.");
    }
    let known = changes.iter().all(|statement| {
        matches!(
            statement.operation,
            Operation::Update(_) | Operation::Insert(_)
        )
    });
    if known && !board.review.is_open_world() {
        return Verdict::holds("No column that may be NULL flows into one that must not be.");
    }
    let told = changes.iter().map(|statement| {
        located(
            board,
            statement,
            crate::review::summary(statement.operation),
        )
    });
    Verdict::asks(
        told.collect(),
        "Are there NULLs in the columns that these statements read, and is what \
            becomes of them right?",
    )
}

fn destruction(board: &Board<'_>) -> Verdict {
    let mut open = Vec::new();
    let mut copied = Vec::new();
    let place = |place| board.review.location(place);
    for entry in board.states().flat_map(reversal::ledger) {
        if entry.direction == Direction::Down || !entry.taken.kind.destroys() {
            continue;
        }
        let because = |text: String| Because {
            text,
            location: place(entry.at),
            finding: None,
        };
        match entry.copied_at.and_then(place) {
            Some(copy) => copied.push(because(format!(
                "Destroys {}, which line {} of {} copies first.",
                entry.taken, copy.line, copy.file
            ))),
            None => open.push(because(format!("Destroys {}.", entry.taken))),
        }
    }
    open.extend(destroyed_besides(board, &open, &copied));
    if open.is_empty() && copied.is_empty() {
        board.holds_if_known("It destroys nothing.")
    } else if open.is_empty() {
        let verdict = board.holds_if_known("All that it destroys is copied first.");
        match verdict.status {
            ChecklistStatus::Holds => Verdict {
                because: copied,
                ..verdict
            },
            _ => verdict,
        }
    } else {
        open.extend(copied);
        Verdict::asks(
            open,
            "Is there a backup, or a copy of all that is needed, and was restoring it tried?",
        )
    }
}

/// What statements destroy that the ledger does not hold: rows of tables that `CASCADE` reaches, say.
fn destroyed_besides(board: &Board<'_>, open: &[Because], copied: &[Because]) -> Vec<Because> {
    let statements = board.contexts.iter().flat_map(Context::up);
    let destroying = statements.filter(|statement| {
        !statement.is_nested() && !statement.outcome.effects.destroys.is_empty()
    });
    let told = destroying.map(|statement| {
        let what = statement.outcome.effects.destroys.join(", ");
        located(board, &statement, format!("Destroys {what}."))
    });
    told.filter(|because| {
        let mut known = open.iter().chain(copied);
        !known.any(|known| known.location == because.location)
    })
    .collect()
}

/// A reason with the place of a statement.
pub(super) fn located(board: &Board<'_>, statement: &Statement<'_>, text: String) -> Because {
    Because {
        text,
        location: board.review.location(statement.place()),
        finding: None,
    }
}
