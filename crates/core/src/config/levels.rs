//! Levels of rules, for all files and for some.

use std::collections::BTreeMap;

use serde::de::{Deserialize, Deserializer, Error};

use super::nearest::nearest;
use super::{Config, RuleLevel};
use crate::rules::{Rule, all, by_id};

type Levels = BTreeMap<String, RuleLevel>;

impl Config {
    /// The level that is set for a rule in a file: by the longest pattern that names the file, else for all files.
    pub fn level_in(&self, rule: &Rule, path: &str) -> Option<RuleLevel> {
        let naming = self.paths.iter().filter_map(|(pattern, levels)| {
            let level = levels.get(rule.id)?;
            names(pattern, path).then_some((pattern.len(), *level))
        });
        let special = naming.max_by_key(|(length, _)| *length);
        special
            .map(|(_, level)| level)
            .or_else(|| self.rules.get(rule.id).copied())
    }

    /// Whether a rule is to run at all: it is on by itself, or turned on somewhere.
    pub fn runs(&self, rule: &Rule) -> bool {
        let everywhere = self.rules.get(rule.id).copied().unwrap_or(rule.level);
        let mut somewhere = self.paths.values().filter_map(|levels| levels.get(rule.id));
        everywhere != RuleLevel::Off || somewhere.any(|level| *level != RuleLevel::Off)
    }
}

/// Whether a pattern names a path: from its beginning or from any of its folders on; `*` stands for any characters.
fn names(pattern: &str, path: &str) -> bool {
    let folders = path
        .match_indices('/')
        .filter_map(|(at, _)| path.get(at + 1..));
    std::iter::once(path).chain(folders).any(|path| {
        let below = path.strip_prefix(pattern.trim_end_matches('/'));
        below.is_some_and(|rest| rest.is_empty() || rest.starts_with('/')) || matches(pattern, path)
    })
}

/// `*` stands for any characters, `/` too.
fn matches(pattern: &str, path: &str) -> bool {
    let Some((head, tail)) = pattern.split_once('*') else {
        return pattern == path;
    };
    let Some(rest) = path.strip_prefix(head) else {
        return false;
    };
    let ends = rest.char_indices().map(|(at, _)| at).chain([rest.len()]);
    ends.filter_map(|at| rest.get(at..))
        .any(|rest| matches(tail, rest))
}

/// Levels whose rules all exist.
pub(super) fn by_rule<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Levels, D::Error> {
    let levels = Levels::deserialize(deserializer)?;
    known(&levels).map_err(D::Error::custom)?;
    Ok(levels)
}

/// The same for each pattern.
pub(super) fn by_path<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<BTreeMap<String, Levels>, D::Error> {
    let paths = BTreeMap::<String, Levels>::deserialize(deserializer)?;
    for levels in paths.values() {
        known(levels).map_err(D::Error::custom)?;
    }
    Ok(paths)
}

fn known(levels: &Levels) -> Result<(), String> {
    let Some(unknown) = levels.keys().find(|id| by_id(id).is_none()) else {
        return Ok(());
    };
    let guess = nearest(unknown, all().map(|rule| rule.id));
    let guess = guess.map_or(String::new(), |id| format!("; did you mean `{id}`?"));
    Err(format!("there is no rule `{unknown}`{guess}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_name_files_and_folders() {
        for (pattern, path, named) in [
            ("legacy", "db/legacy/1.sql", true),
            ("legacy/", "legacy/a/1.sql", true),
            ("legacy", "legacy_2/1.sql", false),
            ("versions/2019*", "app/versions/2019_01_a.py", true),
            ("versions/2019*", "app/versions/2020_01_a.py", false),
            ("*.sql", "a/b.sql", true),
            ("*.sql", "a/b.py", false),
        ] {
            assert_eq!(names(pattern, path), named, "{pattern} {path}");
        }
    }

    #[test]
    fn the_longest_pattern_wins() {
        let text = "[rules]\ndrop-table = \"error\"\n[paths.\"old\"]\ndrop-table = \"info\"\n\
            [paths.\"old/first*\"]\ndrop-table = \"off\"\n";
        let config = Config::from_toml(text).unwrap();
        let rule = by_id("drop-table").unwrap();
        let level = |path| config.level_in(rule, path);
        assert_eq!(level("new/a.sql"), Some(RuleLevel::Error));
        assert_eq!(level("old/a.sql"), Some(RuleLevel::Info));
        assert_eq!(level("old/first.sql"), Some(RuleLevel::Off));
        assert!(config.runs(rule));
    }

    #[test]
    fn unknown_rules_and_keys_are_refused_with_the_nearest_name() {
        let error = |text| Config::from_toml(text).unwrap_err();
        assert!(error("[rules]\nprefer-txt = \"info\"").contains("did you mean `prefer-text`?"));
        assert!(error("[paths.a]\ndrop-tabel = \"info\"").contains("did you mean `drop-table`?"));
        assert!(error("postgress = 15").contains("Did you mean `postgres`?"));
        assert!(error("[house]\ntenant_colum = \"x\"").contains("Did you mean `tenant_column`?"));
    }
}
