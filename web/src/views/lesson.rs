use std::rc::Rc;

use retort_report::Report;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use crate::{
    components::{FilePicker, Glyph, Icon, Markdown},
    desk::{Desk, use_desk, use_intake},
    lessons::{self, Lesson, LessonId, Lessons, Listed},
    state::{Action, Dialog, Shared, Tone},
};

/// The lessons once they are loaded, or why they are not.
type Loaded = Option<Result<Lessons, String>>;

#[hook]
fn use_lessons() -> UseStateHandle<Loaded> {
    let loaded = use_state(|| None);
    let setter = loaded.setter();
    use_effect_with((), move |()| {
        spawn_local(async move { setter.set(Some(Lessons::load().await)) });
    });
    loaded
}

/// The list of lessons.
#[component]
pub fn LessonList() -> Html {
    let desk = use_desk();
    let take_in = use_intake();
    let loaded = use_lessons();
    let all = match loaded.as_ref() {
        None => return html! { <p class="waiting">{ "The lessons arrive …" }</p> },
        Some(Err(reason)) => {
            return html! { <p class="waiting">{ format!("{reason} They are also in the documentation.") }</p> };
        }
        Some(Ok(lessons)) => lessons.all(),
    };
    let solved = all.iter().filter(|one| one.solved).count();
    html! {
        <>
            <p class="muted">
                { "Each is a migration that must not be merged as it is. Repair it: what you write is reviewed as you type." }
            </p>
            <p class="lessons-solved">{ format!("{solved} of {} solved, remembered in this browser.", all.len()) }</p>
            <ol class="lessons">
                for one in all { { listed(&desk, &one) } }
            </ol>
            <div class="lessons-own">
                <FilePicker label="Open a lesson of your team" glyph={Glyph::Upload} on_files={take_in} />
                <a href="./docs/embedding.html#your-own-lessons">{ "How to write one" }</a>
            </div>
        </>
    }
}

fn listed(desk: &Desk, one: &Listed) -> Html {
    let id = one.id.clone();
    html! {
        <li key={one.id.clone()}>
            <button type="button" class="example lesson-choice" onclick={begin(desk, id)}>
                <strong>{ &one.title }</strong>
                if one.solved { <span class="lesson-solved"><Icon glyph={Glyph::Check} class="is-good" />{ "solved" }</span> }
            </button>
        </li>
    }
}

/// A click that begins a lesson.
fn begin(desk: &Desk, id: String) -> Callback<MouseEvent> {
    let dispatch = desk.state.dispatcher();
    Callback::from(move |_| {
        let (id, dispatch) = (id.clone(), dispatch.clone());
        spawn_local(async move {
            let lesson = LessonId { id, markdown: None };
            dispatch.dispatch(match lessons::begin(lesson).await {
                Ok(intake) => Action::TakeIn(intake),
                Err(reason) => Action::Tell {
                    tone: Tone::Problem,
                    text: format!("The lesson cannot be opened: {reason}."),
                    details: Vec::new(),
                },
            });
        });
    })
}

/// Above the panes: the task of the lesson that is under way, and what is still missing.
#[component]
pub fn LessonStrip() -> Html {
    let desk = use_desk();
    desk.state.lesson.clone().map_or_else(Html::default, |id| {
        let key = id.id.clone();
        html! { <Task {key} {id} /> }
    })
}

#[derive(PartialEq, Properties)]
struct TaskProps {
    id: Rc<LessonId>,
}

#[component]
fn Task(props: &TaskProps) -> Html {
    let desk = use_desk();
    let loaded = use_lessons();
    let hints = use_state_eq(|| 0_usize);
    let solution = use_state_eq(|| false);
    let missing = use_missing(&loaded, &props.id);
    let opened = match loaded.as_ref() {
        None => return Html::default(),
        Some(Err(reason)) => Err(reason.clone()),
        Some(Ok(lessons)) => lessons.open(&props.id),
    };
    let lesson = match opened {
        Ok(lesson) => lesson,
        Err(reason) => return html! { <aside class="lesson"><p>{ reason }</p></aside> },
    };
    let left = lesson.hints.len().saturating_sub(*hints);
    let hint = {
        let hints = hints.clone();
        Callback::from(move |_: MouseEvent| hints.set(*hints + 1))
    };
    let show_solution = {
        let solution = solution.clone();
        Callback::from(move |_: MouseEvent| solution.set(!*solution))
    };
    html! {
        <aside class="lesson" aria-label="Lesson">
            <div class="lesson-task">
                <h2>
                    if let Some(place) = &lesson.place { <span class="muted">{ place }</span> }
                    { &lesson.title }
                </h2>
                <Markdown text={lesson.text.clone()} />
                for (at, hint) in lesson.hints.iter().take(*hints).enumerate() {
                    <div class="lesson-hint" key={at}>
                        <h3>{ format!("Hint {}", at + 1) }</h3>
                        <Markdown text={hint.clone()} />
                    </div>
                }
                if let Some(text) = lesson.solution.as_ref().filter(|_| *solution) {
                    <div class="lesson-hint"><h3>{ "One solution" }</h3><pre tabindex="0">{ text }</pre></div>
                }
            </div>
            <div class="lesson-side">
                { verdict(&lesson, missing.as_deref()) }
                <div class="lesson-ways">
                    if left > 0 {
                        <button type="button" class="small" onclick={hint}>{ if *hints == 0 { "Show a hint" } else { "Another hint" } }</button>
                    }
                    if lesson.solution.is_some() && (left == 0 || *solution) {
                        <button type="button" class="small" aria-expanded={solution.to_string()} onclick={show_solution}>
                            { if *solution { "Hide the solution" } else { "Show a solution" } }
                        </button>
                    }
                    if let Some(next) = lesson.next.clone() {
                        <button
                            type="button"
                            class={classes!("small", missing.as_ref().is_some_and(|left| left.is_empty()).then_some("primary"))}
                            onclick={begin(&desk, next)}
                        >{ "Next lesson" }</button>
                    }
                    <button type="button" class="small" onclick={desk.on_click(|| Action::OpenDialog(Dialog::Lessons))}>{ "All lessons" }</button>
                </div>
            </div>
            <button
                type="button"
                class="quiet icon-only small"
                aria-label="Leave the lesson"
                title="Leave the lesson; the files stay"
                onclick={desk.on_click(|| Action::LeaveLesson)}
            ><Icon glyph={Glyph::Close} /></button>
        </aside>
    }
}

/// What the last review still misses; none before there is one.
#[hook]
fn use_missing(loaded: &UseStateHandle<Loaded>, id: &Rc<LessonId>) -> Option<Rc<Vec<String>>> {
    let desk = use_desk();
    let missing = use_state_eq(|| None::<Rc<Vec<String>>>);
    let current = desk
        .state
        .report
        .clone()
        .filter(|_| desk.state.is_current());
    let at_hand = matches!(loaded.as_ref(), Some(Ok(_)));
    let (setter, loaded, id) = (missing.setter(), loaded.clone(), id.clone());
    use_effect_with((current, at_hand), move |(report, _)| {
        let report: &Option<Shared<Report>> = report;
        if let (Some(report), Some(Ok(lessons))) = (report, loaded.as_ref())
            && let Ok(left) = lessons.missing(&id, report)
        {
            setter.set(Some(Rc::new(left)));
        }
    });
    (*missing).clone()
}

fn verdict(lesson: &Lesson, missing: Option<&Vec<String>>) -> Html {
    html! {
        <div class="lesson-verdict" role="status">
            {
                match missing {
                    None => html! { <p class="muted">{ if lesson.solved { "You have solved this lesson before." } else { "Being reviewed …" } }</p> },
                    Some(left) if left.is_empty() => html! {
                        <p class="lesson-solved"><Icon glyph={Glyph::Check} class="is-good" /><strong>{ "Solved." }</strong></p>
                    },
                    Some(left) => html! {
                        <>
                            <p><strong>{ "Not yet" }</strong></p>
                            <ul>for one in left { <li>{ one }</li> }</ul>
                        </>
                    },
                }
            }
        </div>
    }
}
