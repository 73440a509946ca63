use retort_report::Example;
use wasm_bindgen::JsCast;
use web_sys::{ClipboardEvent, HtmlTextAreaElement};
use yew::prelude::*;

use crate::{
    components::{FilePicker, Glyph, Icon},
    desk::{Desk, use_desk, use_intake},
    intake,
    state::{Action, Dialog, Engine, Intake},
    views::reviews::ReviewList,
};

/// The first page: how to begin, and what there is to see.
#[component]
pub fn Welcome() -> Html {
    let desk = use_desk();
    let take_in = use_intake();
    let paste = {
        let desk = desk.clone();
        Callback::from(move |event: InputEvent| {
            let area: HtmlTextAreaElement = event.target_unchecked_into();
            let text = area.value();
            if !text.trim().is_empty() {
                desk.dispatch(Action::TakeIn(intake::pasted(text, &desk.state.files)));
            }
        })
    };
    // At once, as a browser takes seconds to lay out a long diff in a field.
    let paste_whole = {
        let desk = desk.clone();
        Callback::from(move |event: Event| {
            let text = event
                .dyn_ref::<ClipboardEvent>()
                .and_then(ClipboardEvent::clipboard_data)
                .and_then(|data| data.get_data("text/plain").ok());
            if let Some(text) = text.filter(|text| !text.trim().is_empty()) {
                event.prevent_default();
                desk.dispatch(Action::TakeIn(intake::pasted(text, &desk.state.files)));
            }
        })
    };
    html! {
        <main class="welcome">
            <section class="entrance" aria-labelledby="entrance-title">
                <h2 id="entrance-title">{ "Know what a migration does before it runs" }</h2>
                <p class="lead">
                    { "Give Retort an Alembic revision, SQL files, or a whole folder. It runs them against a simulated \
                       PostgreSQL and shows what changes, what gets locked, what is lost, and whether the way back works." }
                </p>
                <div class="drop-zone">
                    <textarea
                        aria-label="Paste a migration"
                        placeholder="Paste a migration here, Python or SQL, or a diff; or drop files anywhere."
                        spellcheck="false"
                        oninput={paste}
                        onpaste={paste_whole}
                    />
                    <div class="drop-actions">
                        <FilePicker class="primary" label="Open files" glyph={Glyph::Upload} on_files={take_in.clone()} />
                        <FilePicker label="Open a folder" glyph={Glyph::Folder} folder=true on_files={take_in} />
                        <button type="button" onclick={desk.on_click(|| Action::OpenDialog(Dialog::PullRequest))}>
                            <Icon glyph={Glyph::Branch} /><span>{ "Pull request" }</span>
                        </button>
                        <span class="drop-write">
                            { "or " }
                            <button type="button" class="link" onclick={desk.on_click(|| Action::OpenDialog(Dialog::Recipe))}>{ "write a new one" }</button>
                        </span>
                    </div>
                </div>
                <p class="promise">
                    { "Nothing leaves your browser: files are read, analysed and kept on this machine only. Only if you give a pull \
                       request's address does the page ask its host." }
                </p>
                <p class="promise">
                    { "New to this? There are " }
                    <button type="button" class="link" onclick={desk.on_click(|| Action::OpenDialog(Dialog::Lessons))}>{ "ten lessons" }</button>
                    { " and a " }
                    <a href="./docs/index.html">{ "documentation with live examples" }</a>
                    { "." }
                </p>
            </section>
            <section class="shelf" aria-label="Reviews and examples">
                <ReviewList most=4 heading={html! { <h2>{ "Go on with a review" }</h2> }} />
                <h2>{ "Or look at an example" }</h2>
                <ExampleList />
            </section>
        </main>
    }
}

/// The built-in examples; choosing one starts a review of it.
#[component]
pub fn ExampleList() -> Html {
    let desk = use_desk();
    let examples = use_state(|| None::<Vec<Example>>);
    {
        let (bridge, examples) = (desk.bridge.clone(), examples.setter());
        use_effect_with((), move |()| {
            bridge.examples(move |answer| examples.set(Some(answer.unwrap_or_default())));
        });
    }
    let Some(examples) = examples.as_ref() else {
        let waiting = match &desk.state.engine {
            Engine::Unavailable(_) => "The examples come with the analysis, which could not start.",
            _ => "The examples arrive with the analysis …",
        };
        return html! { <p class="waiting">{ waiting }</p> };
    };
    html! {
        <>
        if let Some(first) = examples.first() {
            <button type="button" class="tour" onclick={
                let (desk, first) = (desk.clone(), first.clone());
                Callback::from(move |_: MouseEvent| {
                    desk.dispatch(example(&first));
                    desk.dispatch(Action::Guide(Some(0)));
                })
            }><Icon glyph={Glyph::Help} /><span>{ "Show me around" }</span></button>
        }
        <ul class="examples">
            for example in examples {
                <li key={example.id.clone()}>
                    <button type="button" class="example" onclick={open(&desk, example)}>
                        <strong>{ &example.title }</strong>
                        <span>{ &example.summary }</span>
                    </button>
                </li>
            }
        </ul>
        </>
    }
}

fn open(desk: &Desk, example: &Example) -> Callback<MouseEvent> {
    let chosen = example.clone();
    desk.on_click(move || self::example(&chosen))
}

fn example(example: &Example) -> Action {
    Action::TakeIn(Intake {
        files: example.files.clone(),
        fresh: Some(example.title.clone()),
        ..Intake::default()
    })
}
