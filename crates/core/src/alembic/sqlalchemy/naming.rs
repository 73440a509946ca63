//! Naming conventions: `MetaData(naming_convention=…)`.

use std::collections::BTreeMap;

use super::super::traced::Traced;
use super::Trouble;
use super::schema::ForeignKey;

/// Patterns by `ix`, `uq`, `ck`, `fk`, `pk`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conventions(BTreeMap<String, String>);

/// What a name is made from.
#[derive(Clone, Copy, Debug)]
pub struct Subject<'a> {
    /// The table's schema.
    pub schema: Option<&'a Traced>,
    /// The table.
    pub table: &'a Traced,
    /// The constraint's columns.
    pub columns: &'a [&'a str],
    /// The foreign key, if it is one.
    pub foreign_key: Option<&'a ForeignKey>,
}

impl Conventions {
    /// Those of the settings; without any, SQLAlchemy's own for indexes.
    pub fn new(patterns: &BTreeMap<String, String>) -> Self {
        if patterns.is_empty() {
            let own = [("ix".to_owned(), "ix_%(column_0_label)s".to_owned())];
            return Self(own.into());
        }
        Self(patterns.clone())
    }

    /// The name that a constraint of this kind gets: its own, or the one the convention makes.
    ///
    /// # Errors
    /// If the pattern needs something the constraint does not have, or names something that SQLAlchemy does not know.
    pub fn name(
        &self,
        kind: &str,
        own: Option<&Traced>,
        subject: Subject<'_>,
    ) -> Result<Option<Traced>, Trouble> {
        let pattern = match (self.0.get(kind), own) {
            (None, own) => return Ok(own.cloned()),
            (Some(_), Some(own)) if own.is_final => return Ok(Some(own.clone())),
            (Some(pattern), Some(own)) if !pattern.contains("constraint_name") => {
                return Ok(Some(own.clone()));
            }
            (Some(pattern), _) => pattern,
        };
        let mut name = String::new();
        let mut rest = pattern.as_str();
        while let Some(at) = rest.find('%') {
            name.push_str(rest.get(..at).unwrap_or_default());
            rest = rest.get(at + 1..).unwrap_or_default();
            if let Some(after) = rest.strip_prefix('%') {
                name.push('%');
                rest = after;
                continue;
            }
            let token = rest
                .strip_prefix('(')
                .and_then(|inner| inner.split_once(")s"));
            let Some((token, after)) = token else {
                return Err(bad_pattern(pattern));
            };
            name.push_str(&subject.token(token, own, pattern)?);
            rest = after;
        }
        name.push_str(rest);
        let mut name = Traced::plain(name);
        if let Some(own) = own {
            name.origins.clone_from(&own.origins);
            let end = name.text.len();
            for (at, _) in &mut name.origins {
                *at = crate::text::Span::new(0, end);
            }
        }
        name.is_final = true;
        Ok(Some(name))
    }
}

impl Subject<'_> {
    fn token(&self, token: &str, own: Option<&Traced>, pattern: &str) -> Result<String, Trouble> {
        match token {
            "table_name" => Ok(self.table.text.clone()),
            "constraint_name" => match own {
                Some(own) => Ok(own.text.clone()),
                None => Err(Trouble::refused(
                    "Naming convention including %(constraint_name)s token requires that constraint is explicitly named",
                )),
            },
            "referred_table_name" => match self.foreign_key {
                Some(key) if !key.target.columns.is_empty() => Ok(key.target.table.text.clone()),
                _ => Err(Trouble::refused(
                    "list index out of range (naming convention)",
                )),
            },
            _ => self.column_token(token).ok_or_else(|| bad_pattern(pattern)),
        }
    }

    /// `column_0_name`, `column_0_N_label`, `referred_column_0_name`, ….
    fn column_token(&self, token: &str) -> Option<String> {
        let (referred, token) = match token.strip_prefix("referred_") {
            Some(rest) => (true, rest),
            None => (false, token),
        };
        let rest = token.strip_prefix("column_")?;
        let digits = rest.find(|c: char| !c.is_ascii_digit())?;
        let index: usize = rest.get(..digits)?.parse().ok()?;
        let rest = rest.get(digits..)?;
        let (separator, attribute) = if let Some(rest) = rest.strip_prefix("_N_") {
            (Some("_"), rest)
        } else if let Some(rest) = rest.strip_prefix("N_") {
            (Some(""), rest)
        } else {
            (None, rest.strip_prefix('_')?)
        };
        let names: Vec<String> = if referred {
            let key = self.foreign_key?;
            let columns = key.target.columns.iter();
            columns.map(|column| column.text.clone()).collect()
        } else {
            self.columns.iter().map(|name| (*name).to_owned()).collect()
        };
        let show = |name: &String| match attribute {
            "name" | "key" => Some(name.clone()),
            "label" => Some(self.label(name)),
            _ => None,
        };
        match separator {
            Some(separator) => {
                let all: Option<Vec<String>> = names.iter().map(show).collect();
                Some(all?.join(separator))
            }
            None => match names.get(index) {
                Some(name) => show(name),
                None => Some(String::new()),
            },
        }
    }

    fn label(&self, column: &str) -> String {
        let schema = self
            .schema
            .map(|schema| format!("{}_", schema.text.replace('.', "_")))
            .unwrap_or_default();
        format!("{schema}{}_{column}", self.table.text)
    }
}

fn bad_pattern(pattern: &str) -> Trouble {
    Trouble::unknown(format!(
        "depends on the naming convention {pattern:?}, which uses a token that is not read"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_follow_their_patterns() {
        let patterns = [
            ("ix", "ix_%(column_0_label)s"),
            ("uq", "%(table_name)s_%(column_0_N_name)s_key"),
            ("ck", "ck_%(table_name)s_%(constraint_name)s"),
        ];
        let patterns = patterns.map(|(key, value)| (key.to_owned(), value.to_owned()));
        let conventions = Conventions::new(&patterns.into());
        let subject = Subject {
            schema: Some(&Traced::plain("lib")),
            table: &Traced::plain("book"),
            columns: &["isbn", "copy"],
            foreign_key: None,
        };
        let name = |kind: &str, own: Option<&str>| {
            let own = own.map(Traced::plain);
            conventions
                .name(kind, own.as_ref(), subject)
                .map(|name| name.map(|name| name.text))
        };
        assert_eq!(name("ix", None), Ok(Some("ix_lib_book_isbn".into())));
        assert_eq!(name("uq", None), Ok(Some("book_isbn_copy_key".into())));
        assert_eq!(name("uq", Some("mine")), Ok(Some("mine".into())));
        assert_eq!(name("ck", Some("mine")), Ok(Some("ck_book_mine".into())));
        assert!(name("ck", None).is_err());
        assert_eq!(name("pk", None), Ok(None));
    }
}
