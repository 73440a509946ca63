use std::collections::BTreeSet;
use std::path::Path;

use super::*;

#[test]
fn ids_are_unique_and_the_lists_are_sorted() {
    let ids: Vec<&str> = all().map(|rule| rule.id).collect();
    let unique: BTreeSet<&str> = ids.iter().copied().collect();
    assert_eq!(ids.len(), unique.len());
    for class in ALL {
        assert!(class.is_sorted_by_key(|rule| rule.id), "{class:?}");
    }
}

#[test]
fn every_file_of_a_rule_is_listed_and_named_after_it() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/rules");
    let listed: BTreeSet<String> = all()
        .map(|rule| format!("{}/{}.rs", rule.class.name(), rule.id.replace('-', "_")))
        .collect();
    let mut there = BTreeSet::new();
    for class in ["fails", "blocks", "loses", "house", "history", "style"] {
        for entry in std::fs::read_dir(root.join(class)).unwrap() {
            let path = entry.unwrap().path();
            let text = std::fs::read_to_string(&path).unwrap();
            if text.contains("pub const RULE: Rule") {
                there.insert(format!(
                    "{class}/{}",
                    path.file_name().unwrap().to_str().unwrap()
                ));
            }
        }
    }
    assert_eq!(listed, there);
}

#[test]
fn only_matters_of_taste_are_off() {
    for rule in all() {
        let off = rule.level == RuleLevel::Off;
        assert_eq!(off, rule.class == Class::Style, "{}", rule.id);
    }
}

#[test]
fn a_rule_says_itself_in_a_title_and_a_sentence() {
    for rule in all() {
        assert!(
            rule.summary.ends_with('.') && !rule.title.ends_with('.'),
            "{}",
            rule.id
        );
        assert!(
            rule.page.starts_with(&format!("# {}\n", rule.title)),
            "{}: the page's head is the title",
            rule.id
        );
        assert!(
            rule.checklist.iter().all(|item| (1..=11).contains(item)),
            "{}",
            rule.id
        );
    }
}
