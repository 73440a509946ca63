use retort_report::{Change, SchemaDiffReport, TextDiffLine};
use yew::prelude::*;

use crate::{state::Shared, words};

/// So many unchanged lines stay around a change.
const CONTEXT: usize = 3;

#[derive(PartialEq, Properties)]
pub struct TextDiffProps {
    pub diff: Shared<SchemaDiffReport>,
}

/// The schemas' SQL, line against line; long stretches without a change are folded.
#[component]
pub fn TextDiff(props: &TextDiffProps) -> Html {
    let lines = &props.diff.text;
    if lines.iter().all(|line| line.change == Change::Unchanged) {
        return html! { <p class="nothing">{ "The two schemas are the same." }</p> };
    }
    html! {
        <div class="text-diff" role="region" aria-label="The schema as SQL, before and after" tabindex="0">
            for stretch in stretches(lines) {
                if stretch.folded {
                    <p class="folded">{ words::count(stretch.lines.len(), "unchanged line", "unchanged lines") }</p>
                } else {
                    for one in stretch.lines { { line(one) } }
                }
            }
        </div>
    }
}

fn line(line: &TextDiffLine) -> Html {
    let (word, sign, class) = words::change(line.change);
    html! {
        <div class={classes!("diff-line", class)}>
            <b aria-hidden="true">{ if sign.is_empty() { " " } else { sign } }</b>
            if line.change != Change::Unchanged { <span class="unseen">{ format!("{word}: ") }</span> }
            <span>{ &line.text }</span>
        </div>
    }
}

struct Stretch<'a> {
    lines: &'a [TextDiffLine],
    folded: bool,
}

fn stretches(lines: &[TextDiffLine]) -> Vec<Stretch<'_>> {
    let near = |at: usize| {
        let around = lines.get(at.saturating_sub(CONTEXT)..(at + CONTEXT + 1).min(lines.len()));
        around.is_some_and(|around| around.iter().any(|line| line.change != Change::Unchanged))
    };
    let mut stretches = Vec::new();
    let mut start = 0;
    for end in 1..=lines.len() {
        if end == lines.len() || near(end) != near(start) {
            if let Some(lines) = lines.get(start..end) {
                stretches.push(Stretch {
                    lines,
                    folded: !near(start),
                });
            }
            start = end;
        }
    }
    stretches
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_far_from_a_change_is_folded() {
        let lines: Vec<TextDiffLine> = (0..20)
            .map(|at| TextDiffLine {
                change: if at == 10 {
                    Change::Added
                } else {
                    Change::Unchanged
                },
                text: at.to_string(),
            })
            .collect();
        let shown: Vec<(usize, bool)> = stretches(&lines)
            .iter()
            .map(|one| (one.lines.len(), one.folded))
            .collect();
        assert_eq!(shown, [(7, true), (7, false), (6, true)]);
    }

    #[test]
    fn nothing_is_lost_between_the_stretches() {
        assert!(stretches(&[]).is_empty());
        let lines = vec![
            TextDiffLine {
                change: Change::Removed,
                text: String::new()
            };
            3
        ];
        assert_eq!(
            stretches(&lines)
                .iter()
                .map(|one| one.lines.len())
                .sum::<usize>(),
            3
        );
    }
}
