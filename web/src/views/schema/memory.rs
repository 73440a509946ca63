//! How somebody last looked at the picture, and where they put its cards: kept in the browser, as a convenience.

use std::collections::BTreeMap;

use gloo::storage::{LocalStorage, Storage};
use retort_report::{Arrangement, CardPlace, DiagramScope};
use serde::{Deserialize, Serialize};
use yew::prelude::*;

use super::{Form, Mode};

const KEY: &str = "retort.v1.picture";
/// More pictures than this are not remembered.
const MOST: usize = 24;

/// What is remembered.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Memory {
    pub form: Form,
    pub mode: Mode,
    pub scope: DiagramScope,
    /// By picture: see [`picture`].
    arrangements: BTreeMap<String, Arrangement>,
}

impl Default for Memory {
    fn default() -> Self {
        Self {
            form: Form::default(),
            mode: Mode::default(),
            scope: DiagramScope::Changed,
            arrangements: BTreeMap::new(),
        }
    }
}

/// What tells pictures apart that are arranged on their own: the review, and how much of the schema is shown.
pub fn picture(review: &str, scope: DiagramScope) -> String {
    let scope = match scope {
        DiagramScope::Changed => "changed",
        DiagramScope::All => "all",
    };
    format!("{scope} {review}")
}

impl Memory {
    pub fn arrangement(&self, picture: &str) -> Arrangement {
        self.arrangements.get(picture).cloned().unwrap_or_default()
    }

    /// The same with another arrangement of a picture.
    pub fn arranged(&self, picture: &str, arrangement: Arrangement) -> Self {
        let mut memory = self.clone();
        if memory.arrangements.len() >= MOST && !memory.arrangements.contains_key(picture) {
            memory.arrangements.pop_first();
        }
        memory.arrangements.insert(picture.to_owned(), arrangement);
        memory
    }
}

/// Changes of an arrangement.
pub fn placed(mut arrangement: Arrangement, key: &str, (x, y): (f64, f64)) -> Arrangement {
    arrangement.places.retain(|place| place.key != key);
    arrangement.places.push(CardPlace {
        key: key.to_owned(),
        x,
        y,
    });
    arrangement
}

/// Without this table.
pub fn without(mut arrangement: Arrangement, key: &str) -> Arrangement {
    arrangement.shown.retain(|one| one != key);
    arrangement.hidden.retain(|one| one != key);
    arrangement.hidden.push(key.to_owned());
    arrangement
}

/// With this table, whatever the scope.
pub fn with(mut arrangement: Arrangement, key: &str) -> Arrangement {
    if arrangement.hidden.iter().any(|one| one == key) {
        arrangement.hidden.retain(|one| one != key);
    } else if !arrangement.shown.iter().any(|one| one == key) {
        arrangement.shown.push(key.to_owned());
    }
    arrangement
}

/// Whether the browser lets this page store anything. Asked each time before gloo, which takes it for granted.
fn is_allowed() -> bool {
    matches!(gloo::utils::window().local_storage(), Ok(Some(_)))
}

/// The memory, and the way to change it. Where nothing can be stored it lasts as long as the view.
#[hook]
pub fn use_memory() -> (Memory, Callback<Memory>) {
    let memory = use_state_eq(|| {
        if is_allowed() {
            LocalStorage::get(KEY).unwrap_or_default()
        } else {
            Memory::default()
        }
    });
    let change = {
        let setter = memory.setter();
        Callback::from(move |memory: Memory| {
            if is_allowed() {
                // A full storage loses a convenience, nothing that anybody wrote.
                let _ = LocalStorage::set(KEY, &memory);
            }
            setter.set(memory);
        })
    };
    ((*memory).clone(), change)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hidden_table_comes_back_and_a_far_one_is_brought_in() {
        let hidden = without(Arrangement::default(), "orchard");
        assert_eq!(hidden.hidden, ["orchard"]);
        let back = with(hidden, "orchard");
        assert!(back.hidden.is_empty() && back.shown.is_empty());
        assert_eq!(with(back, "press").shown, ["press"]);
    }

    #[test]
    fn a_card_has_one_place() {
        let once = placed(Arrangement::default(), "press", (1.0, 2.0));
        let twice = placed(once, "press", (3.0, 4.0));
        let places: Vec<_> = twice
            .places
            .iter()
            .map(|place| (place.x, place.y))
            .collect();
        assert_eq!(places, [(3.0, 4.0)]);
    }
}
