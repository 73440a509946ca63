//! What rules said of a migration, remembered for the next review of the same files.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Draft;
use super::context::{Context, deployed_apart};
use crate::review::Review;

/// What rules said, by the place of the migration in the timeline.
#[derive(Clone, Debug, Default)]
pub struct Said(BTreeMap<usize, Memory>);

/// What rules said of one migration, by their place among the rules that run, as far as they looked at nothing but the
/// migration itself, those before it and the settings.
#[derive(Clone, Debug, Default)]
pub(super) struct Memory(Arc<Vec<Option<Arc<[Draft]>>>>);

/// What an earlier review said that still holds.
pub(super) struct Known<'a> {
    said: Option<&'a Said>,
    /// How many migrations at the beginning of the timeline are the same.
    same: usize,
}

impl<'a> Known<'a> {
    /// What holds of an earlier review. A state is shared between reviews only where files, settings and the text of the
    /// migration are the same, and it starts from the same catalog.
    pub fn of(review: &Review, earlier: Option<&'a Review>) -> Self {
        let comparable = |earlier: &&Review| {
            earlier.config == review.config
                && earlier.project.convention == review.project.convention
                && earlier.is_open_world() == review.is_open_world()
                && deployed_apart(earlier) == deployed_apart(review)
        };
        let earlier = earlier.filter(comparable);
        let timeline = earlier.map_or(&[][..], |earlier| earlier.timeline.as_slice());
        let pairs = timeline.iter().zip(&review.timeline);
        Self {
            said: earlier.map(|earlier| &earlier.said),
            same: pairs
                .take_while(|(one, other)| Arc::ptr_eq(one, other))
                .count(),
        }
    }

    /// What is known of a migration.
    pub fn memory(&self, cx: &Context<'_>) -> Memory {
        let position = cx.position();
        let said = self.said.filter(|_| position < self.same);
        let known = said.and_then(|said| said.0.get(&position));
        known.cloned().unwrap_or_default()
    }
}

impl Memory {
    /// What a rule says of a migration: as it is known, or by its check.
    pub fn recall(
        &mut self,
        rule: usize,
        cx: &Context<'_>,
        check: fn(&Context<'_>) -> Vec<Draft>,
    ) -> Arc<[Draft]> {
        if let Some(Some(known)) = self.0.get(rule) {
            return Arc::clone(known);
        }
        cx.take_looked_further();
        let drafts: Arc<[Draft]> = check(cx).into();
        if !cx.take_looked_further() {
            self.keep(rule, &drafts);
        }
        drafts
    }

    fn keep(&mut self, rule: usize, drafts: &Arc<[Draft]>) {
        let kept = Arc::make_mut(&mut self.0);
        if kept.len() <= rule {
            kept.resize(rule + 1, None);
        }
        if let Some(place) = kept.get_mut(rule) {
            *place = Some(Arc::clone(drafts));
        }
    }
}

impl Said {
    /// Keeps what was said of a migration.
    pub(super) fn keep(&mut self, cx: &Context<'_>, memory: Memory) {
        self.0.insert(cx.position(), memory);
    }
}
