use std::rc::Rc;

use retort_report::{InputFile, Language};

/// Texts above this many bytes open without highlighting and cannot be edited here, so that the page never stalls.
pub const PLAIN_ABOVE: usize = 1_000_000;

/// A file that the person gave.
#[derive(Clone, Debug)]
pub struct SourceFile {
    /// Its path: unique in a review.
    pub path: Rc<str>,
    /// Its text.
    pub text: Rc<str>,
    /// Whether it only serves as history.
    pub history: bool,
    /// Whether the text was typed in the editor, which has it already.
    pub typed: bool,
    /// Tells texts apart without comparing them.
    pub version: u64,
}

impl PartialEq for SourceFile {
    fn eq(&self, other: &Self) -> bool {
        (self.version, self.history) == (other.version, other.history) && self.path == other.path
    }
}

impl SourceFile {
    pub fn to_input(&self) -> InputFile {
        InputFile {
            path: self.path.to_string(),
            text: self.text.to_string(),
            history: self.history,
        }
    }

    /// Whether it is too large to edit here.
    pub fn is_large(&self) -> bool {
        self.text.len() > PLAIN_ABOVE
    }

    pub fn language(&self) -> Language {
        let extension = self.path.rsplit_once('.').map(|(_, extension)| extension);
        match extension {
            Some("py" | "mako") => Language::Python,
            Some("sql") => Language::Sql,
            _ => Language::Text,
        }
    }
}

/// Whether two paths are of the same file, one perhaps told from a folder that lies deeper.
pub fn is_same(one: &str, other: &str) -> bool {
    let ends = |longer: &str, shorter: &str| {
        longer
            .strip_suffix(shorter)
            .is_some_and(|rest| rest.is_empty() || rest.ends_with('/'))
    };
    ends(one, other) || ends(other, one)
}

/// The last part of a path.
pub fn file_name(path: &str) -> &str {
    path.rsplit_once('/').map_or(path, |(_, name)| name)
}

/// The files of a review, by path.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Files {
    list: Vec<Rc<SourceFile>>,
    last_version: u64,
}

impl Files {
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// No files; versions go on counting, so that a version never stands for two texts.
    pub fn emptied(&self) -> Self {
        Self {
            list: Vec::new(),
            last_version: self.last_version,
        }
    }

    /// The same files; versions go on after those of `later`.
    pub fn continuing(&self, later: &Self) -> Self {
        Self {
            list: self.list.clone(),
            last_version: self.last_version.max(later.last_version),
        }
    }

    /// The same files, to go back to from `now`: what differs from it counts as a new version, which the editor has
    /// not seen yet.
    pub fn returning(&self, now: &Self) -> Self {
        let mut back = now.emptied();
        for file in &self.list {
            match now.get(&file.path) {
                Some(same) if same == file => back.list.push(file.clone()),
                _ => back.insert(SourceFile {
                    typed: false,
                    ..SourceFile::clone(file)
                }),
            }
        }
        back
    }

    pub fn len(&self) -> usize {
        self.list.len()
    }

    pub fn iter(&self) -> impl Iterator<Item = &Rc<SourceFile>> {
        self.list.iter()
    }

    pub fn get(&self, path: &str) -> Option<&Rc<SourceFile>> {
        self.position(path)
            .ok()
            .and_then(|index| self.list.get(index))
    }

    /// Adds a file, or replaces the text of the one with its path.
    pub fn put(&mut self, path: &str, text: Rc<str>, history: bool) {
        self.insert(SourceFile {
            path: path.into(),
            text,
            history,
            typed: false,
            version: 0,
        });
    }

    /// Takes over a text from the editor.
    pub fn type_text(&mut self, path: &str, text: Rc<str>) {
        if let Some(file) = self.get(path) {
            let file = SourceFile {
                text,
                typed: true,
                ..SourceFile::clone(file)
            };
            self.insert(file);
        }
    }

    fn insert(&mut self, file: SourceFile) {
        self.last_version += 1;
        let file = Rc::new(SourceFile {
            version: self.last_version,
            ..file
        });
        match self.position(&file.path) {
            Ok(index) => {
                if let Some(place) = self.list.get_mut(index) {
                    *place = file;
                }
            }
            Err(index) => self.list.insert(index, file),
        }
    }

    pub fn remove(&mut self, path: &str) -> Option<Rc<SourceFile>> {
        let index = self.position(path).ok()?;
        Some(self.list.remove(index))
    }

    /// Gives a file another path; whether that was free.
    pub fn rename(&mut self, from: &str, to: &str) -> bool {
        if to.is_empty() || self.get(to).is_some() {
            return false;
        }
        let Some(file) = self.remove(from) else {
            return false;
        };
        self.put(to, file.text.clone(), file.history);
        true
    }

    /// Moves files between history and review.
    pub fn set_history(&mut self, history: impl Fn(&SourceFile) -> bool) {
        for file in &mut self.list {
            let history = history(file);
            if file.history != history {
                *file = Rc::new(SourceFile {
                    history,
                    ..SourceFile::clone(file)
                });
            }
        }
    }

    /// The path itself, or the first variant of it that is free.
    pub fn free_path(&self, path: &str) -> String {
        let (stem, extension) = path.rsplit_once('.').unwrap_or((path, "sql"));
        let mut candidate = path.to_owned();
        let mut number = 2;
        while self.get(&candidate).is_some() {
            candidate = format!("{stem}_{number}.{extension}");
            number += 1;
        }
        candidate
    }

    fn position(&self, path: &str) -> Result<usize, usize> {
        self.list
            .binary_search_by(|file| file.path.as_ref().cmp(path))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_never_stands_for_two_texts() {
        let mut first = Files::default();
        first.put("a.sql", "one".into(), false);
        let version = |files: &Files| files.get("a.sql").unwrap().version;
        let mut second = first.emptied();
        second.put("a.sql", "two".into(), false);
        assert_ne!(version(&first), version(&second));
        let mut again = first.continuing(&second);
        assert_eq!(version(&again), version(&first));
        again.type_text("a.sql", "three".into());
        assert!(version(&again) > version(&second));
    }

    #[test]
    fn a_free_path_differs_from_all_others() {
        let mut files = Files::default();
        assert_eq!(files.free_path("a.sql"), "a.sql");
        files.put("a.sql", "".into(), false);
        files.put("a_2.sql", "".into(), false);
        assert_eq!(files.free_path("a.sql"), "a_3.sql");
    }

    #[test]
    fn a_rename_never_overwrites() {
        let mut files = Files::default();
        files.put("a.sql", "a".into(), false);
        files.put("b.sql", "b".into(), true);
        assert!(!files.rename("a.sql", "b.sql"));
        assert!(!files.rename("a.sql", ""));
        assert!(files.rename("b.sql", "c.sql"));
        let renamed = files.get("c.sql").unwrap();
        assert_eq!((renamed.text.as_ref(), renamed.history), ("b", true));
    }
}
