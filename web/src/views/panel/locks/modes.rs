use yew::prelude::*;

/// A lock mode, explained. From PostgreSQL's manual, chapter "Explicit Locking".
pub struct LockModeFacts {
    /// As the manual names it.
    pub name: &'static str,
    /// Who takes it.
    pub taken_by: &'static str,
    /// Who waits for it, in words.
    pub waits: &'static str,
    /// The modes it conflicts with.
    pub conflicts: &'static [&'static str],
    /// The style of its bars.
    pub class: &'static str,
}

const ACCESS_SHARE: &str = "ACCESS SHARE";
const ROW_SHARE: &str = "ROW SHARE";
const ROW_EXCLUSIVE: &str = "ROW EXCLUSIVE";
const SHARE_UPDATE_EXCLUSIVE: &str = "SHARE UPDATE EXCLUSIVE";
const SHARE: &str = "SHARE";
const SHARE_ROW_EXCLUSIVE: &str = "SHARE ROW EXCLUSIVE";
const EXCLUSIVE: &str = "EXCLUSIVE";
const ACCESS_EXCLUSIVE: &str = "ACCESS EXCLUSIVE";

/// Every mode, weakest first.
pub const LOCK_MODES: [LockModeFacts; 8] = [
    LockModeFacts {
        name: ACCESS_SHARE,
        taken_by: "SELECT",
        waits: "Only what needs the table for itself alone: most ALTER TABLE, DROP, TRUNCATE.",
        conflicts: &[ACCESS_EXCLUSIVE],
        class: "is-info",
    },
    LockModeFacts {
        name: ROW_SHARE,
        taken_by: "SELECT … FOR UPDATE, FOR SHARE",
        waits: "Schema changes. Ordinary reads and writes go on.",
        conflicts: &[EXCLUSIVE, ACCESS_EXCLUSIVE],
        class: "is-info",
    },
    LockModeFacts {
        name: ROW_EXCLUSIVE,
        taken_by: "INSERT, UPDATE, DELETE, MERGE",
        waits: "Schema changes and index builds. Reads and writes go on, but for the rows that are being changed.",
        conflicts: &[SHARE, SHARE_ROW_EXCLUSIVE, EXCLUSIVE, ACCESS_EXCLUSIVE],
        class: "is-info",
    },
    LockModeFacts {
        name: SHARE_UPDATE_EXCLUSIVE,
        taken_by: "VACUUM, ANALYZE, CREATE INDEX CONCURRENTLY, VALIDATE CONSTRAINT, some ALTER TABLE",
        waits: "Other schema changes and VACUUM. Reads and writes go on.",
        conflicts: &[
            SHARE_UPDATE_EXCLUSIVE,
            SHARE,
            SHARE_ROW_EXCLUSIVE,
            EXCLUSIVE,
            ACCESS_EXCLUSIVE,
        ],
        class: "is-info",
    },
    LockModeFacts {
        name: SHARE,
        taken_by: "CREATE INDEX (without CONCURRENTLY)",
        waits: "Every write. Reads go on, and so do other index builds.",
        conflicts: &[
            ROW_EXCLUSIVE,
            SHARE_UPDATE_EXCLUSIVE,
            SHARE_ROW_EXCLUSIVE,
            EXCLUSIVE,
            ACCESS_EXCLUSIVE,
        ],
        class: "is-warning",
    },
    LockModeFacts {
        name: SHARE_ROW_EXCLUSIVE,
        taken_by: "CREATE TRIGGER, ADD FOREIGN KEY (on both tables)",
        waits: "Every write, and any other schema change. Reads go on.",
        conflicts: &[
            ROW_EXCLUSIVE,
            SHARE_UPDATE_EXCLUSIVE,
            SHARE,
            SHARE_ROW_EXCLUSIVE,
            EXCLUSIVE,
            ACCESS_EXCLUSIVE,
        ],
        class: "is-warning",
    },
    LockModeFacts {
        name: EXCLUSIVE,
        taken_by: "REFRESH MATERIALIZED VIEW CONCURRENTLY",
        waits: "Every write, SELECT … FOR UPDATE and any schema change. Only plain reads go on.",
        conflicts: &[
            ROW_SHARE,
            ROW_EXCLUSIVE,
            SHARE_UPDATE_EXCLUSIVE,
            SHARE,
            SHARE_ROW_EXCLUSIVE,
            EXCLUSIVE,
            ACCESS_EXCLUSIVE,
        ],
        class: "is-warning",
    },
    LockModeFacts {
        name: ACCESS_EXCLUSIVE,
        taken_by: "most ALTER TABLE, DROP TABLE, TRUNCATE, VACUUM FULL, REINDEX, CLUSTER",
        waits: "Everything waits, even reads: plain SELECT too.",
        conflicts: &[
            ACCESS_SHARE,
            ROW_SHARE,
            ROW_EXCLUSIVE,
            SHARE_UPDATE_EXCLUSIVE,
            SHARE,
            SHARE_ROW_EXCLUSIVE,
            EXCLUSIVE,
            ACCESS_EXCLUSIVE,
        ],
        class: "is-error",
    },
];

/// A mode by its name.
pub fn facts(name: &str) -> Option<&'static LockModeFacts> {
    LOCK_MODES.iter().find(|mode| mode.name == name)
}

/// Every mode, readable in place.
#[component]
pub fn LockModes() -> Html {
    html! {
        <details class="explain lock-modes">
            <summary>{ "What the lock modes mean" }</summary>
            <p class="muted">
                { "A statement that cannot have its lock yet waits, and whoever asks for a conflicting lock after it waits \
                   behind it. So even a short ACCESS EXCLUSIVE can stop a table for as long as the oldest open transaction \
                   runs, unless lock_timeout ends the wait." }
            </p>
            <dl>
                for mode in &LOCK_MODES {
                    <dt class={mode.class}><span class="lock-word">{ mode.name }</span></dt>
                    <dd>{ mode_words(mode) }</dd>
                }
            </dl>
        </details>
    }
}

/// What there is to know of a mode.
pub fn mode_words(mode: &LockModeFacts) -> Html {
    html! {
        <>
            <p><b>{ "Who waits: " }</b>{ mode.waits }</p>
            <p class="muted">{ format!("Taken by {}.", mode.taken_by) }</p>
            <p class="muted">{ format!("Conflicts with {}.", mode.conflicts.join(", ")) }</p>
        </>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conflicts_are_mutual() {
        for one in &LOCK_MODES {
            for name in one.conflicts {
                let other = facts(name).unwrap();
                assert!(
                    other.conflicts.contains(&one.name),
                    "{} and {name}",
                    one.name
                );
            }
        }
    }

    #[test]
    fn who_waits_follows_from_what_reads_and_writes_take() {
        for mode in &LOCK_MODES {
            let expected = match mode.class {
                "is-error" => (true, true),
                "is-warning" => (false, true),
                _ => (false, false),
            };
            let blocks = |other: &str| mode.conflicts.contains(&other);
            assert_eq!(
                (blocks(ACCESS_SHARE), blocks(ROW_EXCLUSIVE)),
                expected,
                "{}",
                mode.name
            );
        }
    }
}
