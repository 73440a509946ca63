use retort_report::Report;

/// How a tool names its files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tool {
    Alembic,
    /// `0001_words.up.sql` and `0001_words.down.sql`.
    Pair,
    Goose,
    Dbmate,
    Flyway,
}

/// Where the new migration comes.
#[derive(Clone, Debug, PartialEq)]
pub struct Place {
    pub tool: Tool,
    /// With a slash at its end, or empty.
    pub folder: String,
    pub heads: Vec<String>,
    /// The numbers at the start of the files' names.
    pub numbers: Vec<String>,
}

impl Place {
    /// Behind the heads of what is open.
    pub fn after(report: Option<&Report>, wanted: Tool) -> Self {
        let revisions = report
            .map(|report| report.revisions.as_slice())
            .unwrap_or_default();
        let heads = report
            .map(|report| report.heads.clone())
            .unwrap_or_default();
        let paths = revisions.iter().map(|revision| revision.file.as_str());
        let last = revisions.last().map(|revision| revision.file.as_str());
        let folder = last
            .and_then(|path| path.rsplit_once('/'))
            .map_or_else(String::new, |(folder, _)| format!("{folder}/"));
        let number = |path: &str| {
            let name = path.rsplit('/').next().unwrap_or(path);
            let digits: String = name
                .trim_start_matches('V')
                .chars()
                .take_while(char::is_ascii_digit)
                .collect();
            (!digits.is_empty()).then_some(digits)
        };
        Self {
            tool: report
                .and_then(|report| Tool::of(&report.convention))
                .filter(|_| !revisions.is_empty())
                .unwrap_or(wanted),
            folder,
            heads,
            numbers: paths.filter_map(number).collect(),
        }
    }

    /// The number after the highest, as wide as that; a time stamp where the others are.
    pub fn next_number(&self, created: &str) -> String {
        let value = |number: &&String| number.parse::<u64>().unwrap_or_default();
        let Some(highest) = self.numbers.iter().max_by_key(value) else {
            return "0001".to_owned();
        };
        if highest.len() == 14 {
            let digits = created.chars().filter(char::is_ascii_digit);
            return digits.take(14).collect();
        }
        format!("{:0width$}", value(&highest) + 1, width = highest.len())
    }
}

impl Tool {
    fn of(convention: &str) -> Option<Self> {
        let known = [
            ("alembic", Self::Alembic),
            ("goose", Self::Goose),
            ("dbmate", Self::Dbmate),
            ("flyway", Self::Flyway),
            ("sql", Self::Pair),
            ("migrate", Self::Pair),
        ];
        let convention = convention.to_ascii_lowercase();
        let mut known = known.into_iter();
        known
            .find(|(name, _)| convention.contains(name))
            .map(|(_, tool)| tool)
    }
}

/// A title as a part of a file's name.
pub fn slug(title: &str) -> String {
    let words = title
        .split(|letter: char| !letter.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty());
    let slug: String = words
        .map(str::to_ascii_lowercase)
        .collect::<Vec<_>>()
        .join("_")
        .chars()
        .take(40)
        .collect();
    if slug.is_empty() {
        "migration".to_owned()
    } else {
        slug
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_follows_the_highest() {
        let next = |numbers: &[&str]| {
            Place {
                tool: Tool::Pair,
                folder: String::new(),
                heads: Vec::new(),
                numbers: numbers.iter().map(ToString::to_string).collect(),
            }
            .next_number("2026-05-01 12:30:00.000000")
        };
        assert_eq!(next(&[]), "0001");
        assert_eq!(next(&["009", "010"]), "011");
        assert_eq!(next(&["9", "10"]), "11");
        assert_eq!(next(&["20250101000000"]), "20260501123000");
    }

    #[test]
    fn a_title_becomes_a_name() {
        assert_eq!(slug("Add shelves, part 2"), "add_shelves_part_2");
        assert_eq!(slug("…"), "migration");
    }
}
