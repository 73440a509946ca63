//! Migrations being put together from files, before they are in order.

use super::name::{Versioned, title};
use super::{InputProblem, ProblemKind};
use crate::migration::{FileId, Half, Header, Migration, Place, TransactionMode};
use crate::text::Span;

/// A migration whose place in the line is not known yet.
#[derive(Clone, Debug, Default)]
pub(super) struct Draft {
    /// What the tool sorts by: numbers first, then the name.
    pub order: (Vec<u128>, String),
    /// What identifies it.
    pub revision: String,
    /// Where that is written, if it is in the file.
    pub revision_span: Span,
    /// What it is for, in the words of the file's name.
    pub words: String,
    /// The number, where the tool counts up from one.
    pub count: Option<u128>,
    pub up: Half,
    pub down: Half,
    /// Other modes than the project's, up and down.
    pub transaction: (Option<TransactionMode>, Option<TransactionMode>),
}

impl Draft {
    /// From a name that starts with a version, sorted by its number.
    pub fn numbered(versioned: Versioned<'_>, name: &str) -> Self {
        Self {
            order: (vec![versioned.number()], name.to_owned()),
            count: versioned.counts().then(|| versioned.number()),
            ..Self::by_name(versioned, name)
        }
    }

    /// From a name that starts with a version, sorted by the name.
    pub fn by_name(versioned: Versioned<'_>, name: &str) -> Self {
        Self {
            order: (Vec::new(), name.to_owned()),
            revision: versioned.version.to_owned(),
            words: versioned.words.to_owned(),
            ..Self::default()
        }
    }

    /// From any name.
    pub fn named(name: &str) -> Self {
        Self {
            order: (Vec::new(), name.to_owned()),
            revision: name.to_owned(),
            words: name.to_owned(),
            ..Self::default()
        }
    }

    fn file(&self) -> Option<FileId> {
        self.up
            .place()
            .or_else(|| self.down.place())
            .map(|place| place.file)
    }
}

/// Puts the drafts in the tool's order and chains them. `path` names a file in a message.
pub(super) fn in_order(
    mut drafts: Vec<Draft>,
    path: &dyn Fn(FileId) -> String,
) -> (Vec<Migration>, Vec<InputProblem>) {
    drafts.sort_by(|one, other| one.order.cmp(&other.order));
    let mut problems = gaps(&drafts, path);
    let mut migrations: Vec<Migration> = Vec::with_capacity(drafts.len());
    for mut draft in drafts {
        let Some(file) = draft.file() else {
            continue;
        };
        let taken = migrations
            .iter()
            .find(|other| other.header.revision == draft.revision);
        if let Some(other) = taken {
            problems.push(InputProblem {
                file: path(file),
                span: draft.revision_span,
                kind: ProblemKind::Duplicate,
                message: format!(
                    "Version {} is also that of {}. Give one of them another number.",
                    draft.revision,
                    path(other.file)
                ),
            });
            draft.revision = format!("{} ({})", draft.revision, path(file));
        }
        let parents = migrations.last().map(|last| last.header.revision.clone());
        migrations.push(Migration {
            header: Header {
                revision: draft.revision,
                parents: parents.into_iter().collect(),
                title: title(&draft.words),
                ..Header::default()
            },
            file,
            revision_span: draft.revision_span,
            parents_span: Span::default(),
            up: draft.up,
            down: draft.down,
            transaction: draft.transaction.0,
            down_transaction: draft.transaction.1,
        });
    }
    (migrations, problems)
}

/// Numbers that are missing from a line that counts up.
fn gaps(drafts: &[Draft], path: &dyn Fn(FileId) -> String) -> Vec<InputProblem> {
    let counted: Vec<(u128, FileId, &str)> = drafts
        .iter()
        .filter_map(|draft| Some((draft.count?, draft.file()?, draft.revision.as_str())))
        .collect();
    let missing = |(before, after): (&(u128, FileId, &str), &(u128, FileId, &str))| {
        let step = after.0.saturating_sub(before.0);
        // A jump to the next hundred is somebody's numbering, not a lost file.
        (2..=4).contains(&step).then(|| InputProblem {
            file: path(after.1),
            span: Span::default(),
            kind: ProblemKind::Gap,
            message: format!(
                "Between {} and {} a number is missing. If a file was left out, add it: the states after it are not certain.",
                before.2, after.2
            ),
        })
    };
    counted
        .iter()
        .zip(counted.iter().skip(1))
        .filter_map(missing)
        .collect()
}

/// All of a file as one half.
pub(super) fn whole(file: FileId, text: &str) -> Half {
    stretch(file, Span::new(0, text.len()))
}

/// A part of a file as one half.
pub(super) fn stretch(file: FileId, span: Span) -> Half {
    Half::Sql(Place { file, span })
}
