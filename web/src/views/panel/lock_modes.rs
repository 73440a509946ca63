use yew::prelude::*;

/// The lock modes of tables, weakest first: what takes them, and what has to wait. After "Explicit Locking" in
/// PostgreSQL's manual.
const MODES: [(&str, &str, &str); 8] = [
    ("ACCESS SHARE", "SELECT", "Only ACCESS EXCLUSIVE waits."),
    (
        "ROW SHARE",
        "SELECT … FOR UPDATE",
        "EXCLUSIVE and ACCESS EXCLUSIVE wait.",
    ),
    (
        "ROW EXCLUSIVE",
        "INSERT, UPDATE, DELETE",
        "What builds indexes or changes the table waits; reads and writes go on.",
    ),
    (
        "SHARE UPDATE EXCLUSIVE",
        "VACUUM, CREATE INDEX CONCURRENTLY, VALIDATE CONSTRAINT",
        "Other maintenance and schema changes wait; reads and writes go on.",
    ),
    ("SHARE", "CREATE INDEX", "Writes wait; reads go on."),
    (
        "SHARE ROW EXCLUSIVE",
        "ADD FOREIGN KEY, CREATE TRIGGER",
        "Writes wait; reads go on. Only one session at a time has it.",
    ),
    (
        "EXCLUSIVE",
        "REFRESH MATERIALIZED VIEW CONCURRENTLY",
        "Everything but plain reads waits.",
    ),
    (
        "ACCESS EXCLUSIVE",
        "most of ALTER TABLE, DROP, TRUNCATE, VACUUM FULL",
        "Everything waits, even reads; and whoever comes after it waits behind it, also while it is itself still waiting.",
    ),
];

/// What the lock modes mean, to fold out beside them.
#[component]
pub fn LockModes() -> Html {
    html! {
        <details class="explain">
            <summary>{ "What the lock modes mean" }</summary>
            <dl class="lock-modes">
                for (mode, taken, waits) in MODES {
                    <dt class="mode">{ mode }</dt>
                    <dd><p>{ waits }</p><p class="muted">{ format!("Taken by {taken}.") }</p></dd>
                }
            </dl>
        </details>
    }
}
