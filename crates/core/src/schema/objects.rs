//! Maps of the catalog's objects. A copy shares everything with the original, and a change to it costs what changed: each
//! statement has a catalog of its own, and most objects are the same in all of them.

use std::borrow::Borrow;
use std::fmt;
use std::ops::{Deref, DerefMut};
use std::sync::Arc;

use imbl::OrdMap;

/// Shared objects by name, in the order of names.
pub struct Objects<K, V>(OrdMap<K, Arc<V>>);

impl<K, V> Objects<K, V> {
    /// Whether both are copies of one map, neither changed since.
    pub fn is_copy_of(&self, other: &Self) -> bool {
        self.0.ptr_eq(&other.0)
    }
}

impl<K: Ord, V> Objects<K, V> {
    /// The object of this name.
    pub fn get<Q: Ord + ?Sized>(&self, name: &Q) -> Option<&Arc<V>>
    where
        K: Borrow<Q>,
    {
        self.0.get(name)
    }

    /// Whether there is one of this name.
    pub fn contains_key<Q: Ord + ?Sized>(&self, name: &Q) -> bool
    where
        K: Borrow<Q>,
    {
        self.0.contains_key(name)
    }
}

impl<K: Ord + Clone, V> Objects<K, V> {
    /// Removes what does not fulfil a condition.
    pub fn retain(&mut self, mut keeps: impl FnMut(&K, &V) -> bool) {
        let gone = self.0.iter().filter(|(name, object)| !keeps(name, object));
        let gone: Vec<K> = gone.map(|(name, _)| name.clone()).collect();
        for name in gone {
            self.0.remove(&name);
        }
    }
}

impl<K, V> Deref for Objects<K, V> {
    type Target = OrdMap<K, Arc<V>>;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl<K, V> DerefMut for Objects<K, V> {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.0
    }
}

impl<K, V> Clone for Objects<K, V> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<K, V> Default for Objects<K, V> {
    fn default() -> Self {
        Self(OrdMap::new())
    }
}

impl<K: Ord, V: Eq> PartialEq for Objects<K, V> {
    fn eq(&self, other: &Self) -> bool {
        self.is_copy_of(other) || self.0 == other.0
    }
}

impl<K: Ord, V: Eq> Eq for Objects<K, V> {}

impl<K: Ord + fmt::Debug, V: fmt::Debug> fmt::Debug for Objects<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.0.iter()).finish()
    }
}

impl<K: Ord + Clone, V> FromIterator<(K, Arc<V>)> for Objects<K, V> {
    fn from_iter<T: IntoIterator<Item = (K, Arc<V>)>>(objects: T) -> Self {
        Self(objects.into_iter().collect())
    }
}
