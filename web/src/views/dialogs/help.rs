use yew::prelude::*;

use crate::{
    desk::use_desk,
    state::{Action, Dialog},
};

const KEYS: [(&str, &str); 15] = [
    (
        "Ctrl K",
        "Go to a command, revision, file, table or finding",
    ),
    ("/", "Search the findings"),
    ("F8", "Next finding"),
    ("Shift F8", "Previous finding"),
    ("F6", "Next pane; with Shift, the previous one"),
    ("Alt 1 … 5", "Checklist, findings, schema, locks, proof"),
    ("Ctrl F", "Search in the editor"),
    (
        "Ctrl Z",
        "Undo: typing in the editor; elsewhere whatever changed the review",
    ),
    ("Ctrl Shift Z", "Do it again"),
    ("Esc, Tab", "Leave the editor, where Tab indents"),
    ("+  −  0", "Zoom the picture of the schema, fit it"),
    ("N, P", "In the picture: the next table, the one before"),
    ("Shift ← ↑ → ↓", "In the picture: move the selected table"),
    ("H", "In the picture: hide the selected table"),
    ("?", "This page"),
];

/// The keys, and where to find what.
#[component]
pub fn Help() -> Html {
    let desk = use_desk();
    html! {
        <div class="help">
            <h3>{ "How a review goes" }</h3>
            <ol class="prose">
                <li>{ "Paste a migration, or open its folder: with the history at hand, Retort knows every table." }</li>
                <li>{ "Read the findings beside the text. Each leads to its line, and its rule explains why." }</li>
                <li>{ "Look at the schema before and after, at the locks, and at the proof that the downgrade works." }</li>
                <li>{ "Go through the checklist. Where only a person can know, give your word and a note." }</li>
                <li>{ "Export the review, with the SQL that will run." }</li>
            </ol>
            <p class="prose">
                { "What could not be analysed is marked as such, with its reason. Where the review says nothing about a \
                   place, it makes no claim about it." }
            </p>
            <p class="prose">
                <button type="button" class="link" onclick={desk.on_click(|| Action::OpenDialog(Dialog::Lessons))}>{ "Ten lessons" }</button>
                { " teach what a review looks for; the " }
                <a href="./docs/index.html">{ "documentation" }</a>
                { " tells the rest." }
            </p>
            <h3>{ "Keys" }</h3>
            <dl class="keys">
                for (key, what) in KEYS {
                    <dt><kbd>{ key }</kbd></dt><dd>{ what }</dd>
                }
            </dl>
        </div>
    }
}
