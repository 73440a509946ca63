//! Which objects two states do not share. What no statement between them touched is one and the same object in both, so
//! that a walk over pointers tells, whatever the size of the catalog.

use std::cmp::Ordering;
use std::sync::Arc;

use super::Objects;

/// An object that two states do not share.
#[derive(Debug)]
pub struct Changed<'a, K, V> {
    /// Its name.
    pub name: &'a K,
    /// As it was, if it was there.
    pub before: Option<&'a V>,
    /// As it is, if it is there.
    pub after: Option<&'a V>,
}

/// The objects that two states do not share, by name. They may still be equal.
pub fn changed<'a, K: Ord, V>(
    before: &'a Objects<K, V>,
    after: &'a Objects<K, V>,
) -> Vec<Changed<'a, K, V>> {
    let mut found = Vec::new();
    if before.is_copy_of(after) {
        return found;
    }
    let (mut old, mut new) = (before.iter().peekable(), after.iter().peekable());
    loop {
        let order = match (old.peek(), new.peek()) {
            (None, None) => return found,
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (Some((_, one)), Some((_, other))) if Arc::ptr_eq(one, other) => {
                old.next();
                new.next();
                continue;
            }
            (Some((name, _)), Some((other, _))) => name.cmp(other),
        };
        let left = if order.is_le() { old.next() } else { None };
        let right = if order.is_ge() { new.next() } else { None };
        let name = left.or(right).map(|(name, _)| name);
        found.extend(name.map(|name| Changed {
            name,
            before: left.map(|(_, object)| object.as_ref()),
            after: right.map(|(_, object)| object.as_ref()),
        }));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_shared_is_passed_over_and_the_rest_is_told_by_name() {
        let shared = Arc::new(1);
        let before: Objects<&str, i32> = [
            ("apple", Arc::clone(&shared)),
            ("pear", Arc::new(2)),
            ("plum", Arc::new(3)),
            ("quince", Arc::clone(&shared)),
        ]
        .into_iter()
        .collect();
        let after: Objects<&str, i32> = [
            ("apple", Arc::clone(&shared)),
            ("fig", Arc::new(4)),
            ("plum", Arc::new(5)),
            ("quince", shared),
        ]
        .into_iter()
        .collect();
        let told: Vec<_> = changed(&before, &after)
            .iter()
            .map(|one| (*one.name, one.before.copied(), one.after.copied()))
            .collect();
        assert_eq!(
            told,
            [
                ("fig", None, Some(4)),
                ("pear", Some(2), None),
                ("plum", Some(3), Some(5)),
            ]
        );
        assert!(changed(&before, &before.clone()).is_empty());
    }
}
