//! The form's view of `retort.toml`.

use retort_core::config::{Config, RuleLevel};
use retort_core::migration::TransactionMode;
use retort_report::{RuleSetting, Settings};
use toml_edit::{Array, DocumentMut, Item, Table, value};

/// The settings that the form shows.
///
/// # Errors
/// The parser's message, with line and column.
pub fn read(toml: &str) -> Result<Settings, String> {
    let config = Config::from_toml(toml)?;
    let rules = config.rules.iter().map(|(rule, level)| RuleSetting {
        rule: rule.clone(),
        level: level_word(*level).to_owned(),
    });
    Ok(Settings {
        postgres: config.postgres,
        transaction: config.transaction.map(|mode| mode_word(mode).to_owned()),
        rules: rules.collect(),
        tenant_column: config.house.tenant_column,
        tenant_table: config.house.tenant_table,
        shared_tables: config.house.shared_tables,
        required_columns: config.house.required_columns,
    })
}

/// The text with the settings that differ from it written into it.
///
/// # Errors
/// The parser's message, with line and column, or why the settings are refused.
pub fn write(toml: &str, settings: &Settings) -> Result<String, String> {
    let before = read(toml)?;
    let mut document: DocumentMut = toml.parse().map_err(|error| format!("{error}"))?;
    let root = document.as_table_mut();
    if before.postgres != settings.postgres {
        put(root, "postgres", value(i64::from(settings.postgres)));
    }
    if before.transaction != settings.transaction {
        match &settings.transaction {
            Some(mode) => put(root, "transaction", value(mode)),
            None => drop(root.remove("transaction")),
        }
    }
    let texts = [
        (
            "tenant_column",
            &before.tenant_column,
            &settings.tenant_column,
        ),
        ("tenant_table", &before.tenant_table, &settings.tenant_table),
    ];
    for (key, before, now) in texts {
        if before != now {
            put(section(root, "house")?, key, value(now));
        }
    }
    let lists = [
        (
            "shared_tables",
            &before.shared_tables,
            &settings.shared_tables,
        ),
        (
            "required_columns",
            &before.required_columns,
            &settings.required_columns,
        ),
    ];
    for (key, before, now) in lists {
        if before != now {
            put(section(root, "house")?, key, value(Array::from_iter(now)));
        }
    }
    if before.rules != settings.rules {
        let rules = section(root, "rules")?;
        for gone in before
            .rules
            .iter()
            .filter(|rule| settings.rules.iter().all(|now| now.rule != rule.rule))
        {
            rules.remove(&gone.rule);
        }
        for rule in settings
            .rules
            .iter()
            .filter(|rule| !before.rules.contains(rule))
        {
            put(rules, &rule.rule, value(&rule.level));
        }
    }
    let text = document.to_string();
    Config::from_toml(&text)?;
    Ok(text)
}

/// Replaces a value and keeps the comments around it.
fn put(table: &mut Table, key: &str, item: Item) {
    match (table.get_mut(key).and_then(Item::as_value_mut), item) {
        (Some(place), Item::Value(mut new)) => {
            *new.decor_mut() = place.decor().clone();
            *place = new;
        }
        (_, item) => drop(table.insert(key, item)),
    }
}

fn section<'a>(root: &'a mut Table, name: &str) -> Result<&'a mut Table, String> {
    root.entry(name)
        .or_insert_with(|| Item::Table(Table::new()))
        .as_table_mut()
        .ok_or_else(|| format!("{name} is written in one line; write it as a section [{name}]"))
}

fn mode_word(mode: TransactionMode) -> &'static str {
    match mode {
        TransactionMode::PerRun => "per-run",
        TransactionMode::PerMigration => "per-migration",
        TransactionMode::None => "none",
    }
}

fn level_word(level: RuleLevel) -> &'static str {
    match level {
        RuleLevel::Off => "off",
        RuleLevel::Info => "info",
        RuleLevel::Warning => "warning",
        RuleLevel::Error => "error",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const COMMENTED: &str = "# ours\npostgres = 14 # the cluster's\n\n[house]\ntenant_column = \"guild_id\"\n\n\
                             [tables.\"loan\"]\nrows = 5\n";

    #[test]
    fn comments_and_other_sections_survive_a_change() {
        let settings = Settings {
            postgres: 16,
            ..read(COMMENTED).unwrap()
        };
        let text = write(COMMENTED, &settings).unwrap();
        assert_eq!(text, COMMENTED.replace("14", "16"));
    }

    #[test]
    fn what_is_written_is_read_again() {
        let settings = Settings {
            postgres: 17,
            transaction: Some("per-migration".into()),
            tenant_column: "guild_id".into(),
            tenant_table: "guild".into(),
            shared_tables: vec!["currency".into()],
            required_columns: vec!["id".into()],
            rules: vec![RuleSetting {
                rule: "prefer-text".into(),
                level: "off".into(),
            }],
        };
        for text in ["", COMMENTED] {
            assert_eq!(read(&write(text, &settings).unwrap()), Ok(settings.clone()));
        }
    }

    #[test]
    fn taking_settings_back_leaves_no_trace_in_what_is_read() {
        let set = "transaction = \"none\"\n[rules]\nprefer-text = \"off\"\n";
        let defaults = read("").unwrap();
        assert_eq!(read(&write(set, &defaults).unwrap()), Ok(defaults));
    }

    #[test]
    fn an_unknown_level_is_refused() {
        let level = RuleSetting {
            rule: "prefer-text".into(),
            level: "loud".into(),
        };
        let settings = Settings {
            rules: vec![level],
            ..read("").unwrap()
        };
        assert!(write("", &settings).is_err());
    }
}
