//! Comparing field by field.

use super::{Change, FieldChange, ObjectChange};
use crate::schema::Object;

/// Collects the fields in which one object differs.
pub(super) struct Fields {
    changed: Vec<FieldChange>,
}

impl Fields {
    pub(super) fn new() -> Self {
        Self {
            changed: Vec::new(),
        }
    }

    /// A field that may be missing.
    pub(super) fn optional(
        &mut self,
        field: &'static str,
        before: Option<&str>,
        after: Option<&str>,
    ) {
        if before != after {
            self.changed.push(FieldChange {
                field,
                before: before.map(str::to_owned),
                after: after.map(str::to_owned),
            });
        }
    }

    /// A field that is always there.
    pub(super) fn text(&mut self, field: &'static str, before: &str, after: &str) {
        self.optional(field, Some(before), Some(after));
    }

    /// A number.
    pub(super) fn number(&mut self, field: &'static str, before: i64, after: i64) {
        self.text(field, &before.to_string(), &after.to_string());
    }

    /// One of two words.
    pub(super) fn either(
        &mut self,
        field: &'static str,
        words: [&str; 2],
        before: bool,
        after: bool,
    ) {
        let word = |yes: bool| if yes { words[0] } else { words[1] };
        self.text(field, word(before), word(after));
    }

    /// A list; an empty one counts as nothing.
    pub(super) fn list<S: AsRef<str>>(&mut self, field: &'static str, before: &[S], after: &[S]) {
        let text = |items: &[S]| {
            let items: Vec<&str> = items.iter().map(AsRef::as_ref).collect();
            (!items.is_empty()).then(|| items.join(", "))
        };
        self.optional(field, text(before).as_deref(), text(after).as_deref());
    }

    /// What differs.
    pub(super) fn finish(self) -> Vec<FieldChange> {
        self.changed
    }

    /// A change of the object, if anything differs.
    pub(super) fn into_change(self, object: Object) -> Option<ObjectChange> {
        (!self.changed.is_empty()).then_some(ObjectChange {
            object,
            change: Change::Changed,
            renamed_from: None,
            fields: self.changed,
        })
    }
}

/// An object that is only in one of the states.
pub(super) fn lone(change: Change, object: Object) -> ObjectChange {
    ObjectChange {
        object,
        change,
        renamed_from: None,
        fields: Vec::new(),
    }
}

/// Pairs the items of two lists by a key, in the order of the second list, then what only the first has.
pub(super) fn pair<'a, T, K: PartialEq>(
    before: &'a [T],
    after: &'a [T],
    key: impl Fn(&'a T) -> K,
) -> Vec<(Option<&'a T>, Option<&'a T>)> {
    let find = |items: &'a [T], wanted: &K| items.iter().find(|item| key(item) == *wanted);
    let in_after = after
        .iter()
        .map(|item| (find(before, &key(item)), Some(item)));
    let gone = before
        .iter()
        .filter(|item| find(after, &key(item)).is_none());
    in_after
        .chain(gone.map(|item| (Some(item), None)))
        .collect()
}
