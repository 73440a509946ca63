use retort_report::{Finding, Level};
use yew::prelude::*;

use crate::{
    components::Icon,
    words::{self, count},
};

/// How many findings of each level there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counts([(Level, usize); 3]);

impl Counts {
    /// Counts them.
    pub fn of<'a>(findings: impl Iterator<Item = &'a Finding>) -> Self {
        let mut counts = [(Level::Error, 0), (Level::Warning, 0), (Level::Info, 0)];
        for finding in findings {
            for (level, number) in &mut counts {
                *number += usize::from(*level == finding.level);
            }
        }
        Self(counts)
    }
}

/// How many findings of each level there are, as icon and number.
pub fn marks(counts: Counts) -> Html {
    let shown = counts.0.into_iter().filter(|(_, number)| *number > 0);
    html! {
        <span class="marks">
            for (level, number) in shown {
                { mark(level, number) }
            }
        </span>
    }
}

fn mark(level: Level, number: usize) -> Html {
    let (name, glyph, class) = words::level(level);
    let label = count(number, name, &format!("{name}s"));
    html! {
        <span class={classes!("mark", class)} title={label.clone()}>
            <Icon {glyph} /><span aria-hidden="true">{ number }</span><span class="unseen">{ label }</span>
        </span>
    }
}
