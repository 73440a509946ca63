//! Session parameters in force: `SET`, `SET LOCAL`, `RESET`, `set_config()`.

use std::collections::BTreeMap;

use crate::operation::{Operation, SetParameter};

/// What the script has set so far. What the server, the role or the tool sets is not known here.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Parameters {
    session: BTreeMap<String, String>,
    local: BTreeMap<String, String>,
    /// The session's values before the open transaction set any: a rollback brings them back.
    before: Option<BTreeMap<String, String>>,
}

/// A timeout in force.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Timeout {
    /// The script has not set it.
    NotSet,
    /// Set to 0, or to something that is no duration: waits for ever.
    Off,
    /// In milliseconds.
    After(u64),
}

impl Parameters {
    /// The value in force, as written, if the script has set it.
    pub fn value(&self, name: &str) -> Option<&str> {
        let value = self.local.get(name).or_else(|| self.session.get(name));
        value.map(String::as_str)
    }

    /// A timeout in force: `lock_timeout`, `statement_timeout`.
    pub fn timeout(&self, name: &str) -> Timeout {
        match self.value(name).map(milliseconds) {
            None => Timeout::NotSet,
            Some(None | Some(0)) => Timeout::Off,
            Some(Some(duration)) => Timeout::After(duration),
        }
    }

    /// Takes note of a statement. `SET LOCAL` outside a transaction block only gives a warning.
    pub(super) fn record(&mut self, operation: &Operation, in_transaction: bool) {
        match operation {
            Operation::Set(set) => self.set(set, in_transaction),
            Operation::Select(select) => {
                if let Some(set) = set_config(&select.sql) {
                    self.set(&set, in_transaction);
                }
            }
            // A block is always in a transaction, if only its own.
            Operation::Do(block) => {
                for inner in &block.statements {
                    self.record(&inner.operation, in_transaction);
                }
            }
            _ => {}
        }
    }

    pub(super) fn end_transaction(&mut self) {
        self.local.clear();
        self.before = None;
    }

    /// What a transaction set is undone with it.
    pub(super) fn roll_back(&mut self) {
        if let Some(before) = self.before.take() {
            self.session = before;
        }
        self.local.clear();
    }

    fn set(&mut self, set: &SetParameter, in_transaction: bool) {
        if in_transaction && self.before.is_none() {
            self.before = Some(self.session.clone());
        }
        let name = set.name.clone();
        match (&set.value, set.local) {
            (Some(value), true) if in_transaction => {
                self.local.insert(name, value.clone());
            }
            (_, true) => {}
            (Some(value), false) => {
                self.local.remove(&name);
                self.session.insert(name, value.clone());
            }
            (None, false) => {
                self.local.remove(&name);
                self.session.remove(&name);
            }
        }
    }
}

/// `SELECT set_config('name', 'value', is_local)`, and nothing else.
fn set_config(sql: &str) -> Option<SetParameter> {
    let lower = sql.to_ascii_lowercase();
    let at = lower.find("set_config")?;
    let arguments = sql.get(at..)?.split_once('(')?.1.rsplit_once(')')?.0;
    let parts: Vec<&str> = arguments.split(',').map(str::trim).collect();
    let [name, value, local] = parts.as_slice() else {
        return None;
    };
    let text = |quoted: &str| {
        quoted
            .strip_prefix('\'')?
            .strip_suffix('\'')
            .map(str::to_owned)
    };
    Some(SetParameter {
        name: text(name)?.to_ascii_lowercase(),
        value: text(value),
        local: matches!(
            local.to_ascii_lowercase().as_str(),
            "true" | "'t'" | "'true'"
        ),
    })
}

/// A duration as PostgreSQL reads it; a bare number is in milliseconds. Nothing where it is not a duration.
fn milliseconds(value: &str) -> Option<u64> {
    let value = value.trim().trim_matches('\'').trim();
    let end = value
        .find(|character: char| !character.is_ascii_digit() && character != '.')
        .unwrap_or(value.len());
    let (number, unit) = value.split_at_checked(end)?;
    let number: f64 = number.parse().ok()?;
    let factor = match unit.trim() {
        "" | "ms" => 1.0,
        "us" => 0.001,
        "s" => 1000.0,
        "min" => 60_000.0,
        "h" => 3_600_000.0,
        "d" => 86_400_000.0,
        _ => return None,
    };
    Some((number * factor).round() as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_read_as_postgresql_reads_them() {
        assert_eq!(milliseconds("5s"), Some(5000));
        assert_eq!(milliseconds("2500"), Some(2500));
        assert_eq!(milliseconds("1.5 min"), Some(90_000));
        assert_eq!(milliseconds("soon"), None);
    }

    #[test]
    fn set_local_needs_a_transaction() {
        let set = Operation::Set(SetParameter {
            name: "lock_timeout".into(),
            value: Some("5s".into()),
            local: true,
        });
        let mut parameters = Parameters::default();
        parameters.record(&set, false);
        assert_eq!(parameters.timeout("lock_timeout"), Timeout::NotSet);
        parameters.record(&set, true);
        assert_eq!(parameters.timeout("lock_timeout"), Timeout::After(5000));
        parameters.end_transaction();
        assert_eq!(parameters.timeout("lock_timeout"), Timeout::NotSet);
    }

    #[test]
    fn a_rollback_undoes_a_setting() {
        let set = Operation::Set(SetParameter {
            name: "lock_timeout".into(),
            value: Some("5s".into()),
            local: false,
        });
        let mut parameters = Parameters::default();
        parameters.record(&set, true);
        parameters.roll_back();
        assert_eq!(parameters.timeout("lock_timeout"), Timeout::NotSet);
        parameters.record(&set, true);
        parameters.end_transaction();
        parameters.roll_back();
        assert_eq!(parameters.timeout("lock_timeout"), Timeout::After(5000));
    }

    #[test]
    fn set_config_sets_too() {
        let found = set_config("SELECT pg_catalog.set_config('lock_timeout', '3s', false)")
            .expect("a setting");
        assert_eq!(
            (found.name.as_str(), found.value.as_deref(), found.local),
            ("lock_timeout", Some("3s"), false)
        );
        assert_eq!(set_config("SELECT 1"), None);
    }
}
