//! What rules said of a migration, remembered for the next review of the same files.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::context::{Context, deployed_apart};
use super::{Draft, Rule};
use crate::review::Review;

/// What rules said, by rule and the place of the migration in the timeline, as far as they looked at nothing but the
/// migration itself, those before it and the settings.
#[derive(Clone, Debug, Default)]
pub struct Said {
    drafts: BTreeMap<(&'static str, usize), Arc<[Draft]>>,
}

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
            earlier.project.convention == review.project.convention
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

    fn get(&self, rule: &Rule, position: usize) -> Option<&'a Arc<[Draft]>> {
        let said = self.said.filter(|_| position < self.same)?;
        said.drafts.get(&(rule.id, position))
    }
}

impl Said {
    /// What a rule says of a migration: as it is known, or by its check.
    pub(super) fn of(
        &mut self,
        rule: &Rule,
        cx: &Context<'_>,
        known: &Known<'_>,
        check: fn(&Context<'_>) -> Vec<Draft>,
    ) -> Arc<[Draft]> {
        let position = cx.position();
        if let Some(drafts) = known.get(rule, position) {
            self.drafts.insert((rule.id, position), Arc::clone(drafts));
            return Arc::clone(drafts);
        }
        cx.take_looked_further();
        let drafts: Arc<[Draft]> = check(cx).into();
        if !cx.take_looked_further() {
            self.drafts.insert((rule.id, position), Arc::clone(&drafts));
        }
        drafts
    }
}
