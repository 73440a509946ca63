//! What file names say.

/// The parts of a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct FileName<'p> {
    /// The folder, without a final `/`; empty at the top.
    pub folder: &'p str,
    /// The name without its last extension.
    pub stem: &'p str,
    /// The last extension, as written; empty without one.
    pub extension: &'p str,
}

impl<'p> FileName<'p> {
    pub fn of(path: &'p str) -> Self {
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        let (stem, extension) = match name.rsplit_once('.') {
            Some((stem, extension)) if !stem.is_empty() => (stem, extension),
            _ => (name, ""),
        };
        Self {
            folder,
            stem,
            extension,
        }
    }

    /// The name of the innermost folder.
    pub fn parent(&self) -> &'p str {
        self.folder.rsplit('/').next().unwrap_or_default()
    }

    pub fn is_sql(&self) -> bool {
        let extensions = ["sql", "pgsql", "psql", "ddl"];
        extensions
            .iter()
            .any(|extension| self.extension.eq_ignore_ascii_case(extension))
    }
}

/// A version and the words behind it: `0007_add_shelf`, `2024-05-01-1200_add_shelf`, `20240501`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Versioned<'n> {
    pub version: &'n str,
    pub words: &'n str,
}

/// Takes a name apart that starts with a number.
pub(super) fn versioned(name: &str) -> Option<Versioned<'_>> {
    if !name.starts_with(|first: char| first.is_ascii_digit()) {
        return None;
    }
    let end = name
        .find(|character: char| !character.is_ascii_digit() && character != '-')
        .unwrap_or(name.len());
    let (version, rest) = name.split_at(end);
    let words = match rest.strip_prefix(['_', '.', ' ']) {
        Some(words) => words,
        None if rest.is_empty() => "",
        // `0007-add-shelf`: the dash is the separator.
        None if version.ends_with('-') => rest,
        None => return None,
    };
    Some(Versioned {
        version: version.trim_end_matches('-'),
        words,
    })
}

impl Versioned<'_> {
    /// The number, dashes left out, for tools that compare numbers.
    pub fn number(&self) -> u128 {
        let digits = self.version.bytes().filter(u8::is_ascii_digit);
        digits.fold(0_u128, |number, digit| {
            number
                .saturating_mul(10)
                .saturating_add(u128::from(digit - b'0'))
        })
    }

    /// Whether the version counts up from one, as against a time stamp.
    pub fn counts(&self) -> bool {
        self.version.len() <= 6 && self.version.bytes().all(|byte| byte.is_ascii_digit())
    }
}

/// A Flyway name: `V1_2__add_shelf`, `U1_2__…`, `R__…`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct FlywayName<'n> {
    /// `V`, `U`, `R`, `B`.
    pub kind: char,
    /// The version's numbers; empty for `R`.
    pub version: Vec<u128>,
    /// The version as written.
    pub written: &'n str,
    pub words: &'n str,
}

/// Takes a Flyway name apart.
pub(super) fn flyway(stem: &str) -> Option<FlywayName<'_>> {
    let kind = stem.chars().next()?;
    let (written, words) = stem.get(1..)?.split_once("__")?;
    let parts: Option<Vec<u128>> = written
        .split(['.', '_'])
        .filter(|part| !part.is_empty())
        .map(|part| part.parse().ok())
        .collect();
    let version = parts?;
    let known = match kind {
        'V' | 'U' | 'B' => !version.is_empty(),
        'R' => written.is_empty(),
        _ => false,
    };
    known.then_some(FlywayName {
        kind,
        version,
        written,
        words,
    })
}

/// `add_shelf` as a title: `add shelf`.
pub(super) fn title(words: &str) -> String {
    words.replace(['_', '-'], " ").trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_told_from_words() {
        let parts = |name| versioned(name).map(|found| (found.version, found.words));
        assert_eq!(parts("0007_add_shelf"), Some(("0007", "add_shelf")));
        assert_eq!(parts("0007-add-shelf"), Some(("0007", "add-shelf")));
        assert_eq!(
            parts("2024-05-01-120000_add"),
            Some(("2024-05-01-120000", "add"))
        );
        assert_eq!(parts("1684929840"), Some(("1684929840", "")));
        assert_eq!(parts("add_7"), None);
        assert_eq!(parts("7th_floor"), None);
        let flyway = flyway("V2.10__add_shelf").unwrap();
        assert_eq!(
            (flyway.kind, flyway.version, flyway.words),
            ('V', vec![2, 10], "add_shelf")
        );
        assert!(super::flyway("Vx__y").is_none());
    }

    #[test]
    fn paths_come_apart() {
        let name = FileName::of("db/2024_x/up.sql");
        assert_eq!(
            (name.folder, name.parent(), name.stem, name.extension),
            ("db/2024_x", "2024_x", "up", "sql")
        );
        assert_eq!(FileName::of("README").extension, "");
        assert_eq!(FileName::of(".env").stem, ".env");
    }
}
