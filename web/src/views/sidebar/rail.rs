//! The graph beside the list of revisions: a lane for every branch.

use std::collections::BTreeMap;
use std::sync::Arc;

use retort_report::RevisionReport;
use yew::prelude::*;

const LANE: usize = 14;
const HEIGHT: usize = 56;
/// Further lanes are drawn on top of the last, as the list has little room.
const MOST_LANES: usize = 6;

/// Where each revision stands, and which lanes pass it.
pub struct Rail {
    rows: Vec<Row>,
    lanes: usize,
}

#[derive(Debug, Default, PartialEq)]
struct Row {
    lane: usize,
    /// Lanes of the lines that come in from above.
    from: Vec<usize>,
    /// Whether children follow below.
    goes_on: bool,
    /// Lanes that pass by.
    past: Vec<usize>,
}

impl Rail {
    /// Gives every revision a lane. `revisions` are in upgrade order, parents before children.
    pub fn new(revisions: &[Arc<RevisionReport>]) -> Self {
        let mut waiting: BTreeMap<&str, usize> = BTreeMap::new();
        for revision in revisions {
            for parent in &revision.parents {
                *waiting.entry(parent).or_default() += 1;
            }
        }
        // In each lane the revision whose children are still to come, or nothing.
        let mut lanes: Vec<Option<&str>> = Vec::new();
        let mut rows = Vec::new();
        let mut most = 1;
        for revision in revisions {
            let from: Vec<usize> = lanes_of(&lanes, &revision.parents);
            for parent in &revision.parents {
                if let Some(children) = waiting.get_mut(parent.as_str()) {
                    *children -= 1;
                }
            }
            let done = |lane: usize| {
                let holder = lanes.get(lane).copied().flatten();
                holder.is_none_or(|id| waiting.get(id).copied().unwrap_or(0) == 0)
            };
            let lane = from.iter().copied().find(|lane| done(*lane));
            let closing: Vec<usize> = from.iter().copied().filter(|lane| done(*lane)).collect();
            for lane in &closing {
                if let Some(place) = lanes.get_mut(*lane) {
                    *place = None;
                }
            }
            let lane = lane.unwrap_or_else(|| free_lane(&mut lanes));
            let past = (0..lanes.len())
                .filter(|at| lanes.get(*at).copied().flatten().is_some())
                .collect();
            let goes_on = waiting
                .get(revision.id.as_str())
                .is_some_and(|children| *children > 0);
            if let Some(place) = lanes.get_mut(lane) {
                *place = goes_on.then_some(revision.id.as_str());
            }
            most = most.max(lanes.len());
            rows.push(Row {
                lane,
                from,
                goes_on,
                past,
            });
        }
        Self {
            rows,
            lanes: most.min(MOST_LANES),
        }
    }

    /// The piece of the graph beside a row of the list.
    pub fn draw(&self, index: usize) -> Html {
        let width = self.lanes * LANE + 4;
        let Some(row) = self.rows.get(index) else {
            return Html::default();
        };
        let x = |lane: usize| lane.min(MOST_LANES - 1) * LANE + 9;
        let (dot, middle) = (x(row.lane), HEIGHT / 2);
        html! {
            <svg class="rail" viewBox={format!("0 0 {width} {HEIGHT}")} width={width.to_string()} aria-hidden="true" preserveAspectRatio="none">
                for lane in &row.past { <path d={format!("M{0} 0V{HEIGHT}", x(*lane))} /> }
                for lane in &row.from {
                    <path d={format!("M{0} 0C{0} {middle} {dot} 0 {dot} {middle}", x(*lane))} />
                }
                if row.goes_on { <path d={format!("M{dot} {middle}V{HEIGHT}")} /> }
                <circle cx={dot.to_string()} cy={middle.to_string()} r="4.5" />
            </svg>
        }
    }
}

fn lanes_of(lanes: &[Option<&str>], parents: &[String]) -> Vec<usize> {
    let holds = |at: &usize| {
        let holder = lanes.get(*at).copied().flatten();
        holder.is_some_and(|id| parents.iter().any(|parent| parent == id))
    };
    (0..lanes.len()).filter(holds).collect()
}

fn free_lane(lanes: &mut Vec<Option<&str>>) -> usize {
    lanes.iter().position(Option::is_none).unwrap_or_else(|| {
        lanes.push(None);
        lanes.len() - 1
    })
}

#[cfg(test)]
mod tests {
    use retort_report::{HalfReport, HalfState, RoundTrip, RoundTripVerdict};

    use super::*;

    fn revision(id: &str, parents: &[&str]) -> RevisionReport {
        let half = HalfReport {
            state: HalfState::Present,
            steps: Vec::new(),
            location: None,
        };
        RevisionReport {
            id: id.into(),
            parents: parents.iter().map(ToString::to_string).collect(),
            title: String::new(),
            created: None,
            branch_labels: Vec::new(),
            file: format!("{id}.py"),
            down_file: None,
            under_review: true,
            up: half.clone(),
            down: half,
            round_trip: RoundTrip {
                verdict: RoundTripVerdict::Restores,
                differences: Vec::new(),
            },
            changes: Vec::new(),
            losses: Vec::new(),
        }
    }

    fn rail(revisions: &[RevisionReport]) -> Rail {
        let revisions: Vec<_> = revisions.iter().cloned().map(Arc::new).collect();
        Rail::new(&revisions)
    }

    fn lanes(revisions: &[RevisionReport]) -> Vec<usize> {
        rail(revisions).rows.iter().map(|row| row.lane).collect()
    }

    #[test]
    fn a_straight_history_stays_in_one_lane() {
        assert_eq!(
            lanes(&[
                revision("a", &[]),
                revision("b", &["a"]),
                revision("c", &["b"])
            ]),
            [0, 0, 0]
        );
    }

    #[test]
    fn a_branch_gets_a_lane_of_its_own_and_a_merge_gives_it_back() {
        let history = [
            revision("root", &[]),
            revision("left", &["root"]),
            revision("right", &["root"]),
            revision("merge", &["left", "right"]),
            revision("next", &["merge"]),
        ];
        let rail = rail(&history);
        let lanes: Vec<usize> = rail.rows.iter().map(|row| row.lane).collect();
        assert_eq!(lanes, [0, 1, 0, 0, 0]);
        assert_eq!(rail.rows[3].from, [0, 1]);
        assert!(rail.rows[4].past.is_empty());
    }

    #[test]
    fn unrelated_roots_stand_beside_each_other_only_while_both_go_on() {
        let history = [
            revision("a", &[]),
            revision("x", &[]),
            revision("b", &["a"]),
            revision("y", &["x"]),
        ];
        assert_eq!(lanes(&history), [0, 1, 0, 1]);
    }

    #[test]
    fn a_parent_that_is_not_there_draws_no_line() {
        let rail = rail(&[revision("b", &["a"])]);
        assert_eq!(rail.rows[0].from, Vec::<usize>::new());
    }
}
