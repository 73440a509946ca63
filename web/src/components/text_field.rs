use web_sys::HtmlInputElement;
use yew::prelude::*;

#[derive(PartialEq, Properties)]
pub struct TextFieldProps {
    /// What stands there until the person writes, and again when it changes.
    pub value: AttrValue,
    #[prop_or_default]
    pub id: Option<AttrValue>,
    #[prop_or_default]
    pub placeholder: Option<AttrValue>,
    /// The id of the text that explains it.
    #[prop_or_default]
    pub described_by: Option<AttrValue>,
    /// The text, once the person is done with it.
    pub on_change: Callback<String>,
}

/// A field that keeps what is being written: the page may be drawn again meanwhile, with the value from before.
#[component]
pub fn TextField(props: &TextFieldProps) -> Html {
    let draft = use_state_eq(|| props.value.clone());
    {
        let draft = draft.setter();
        use_effect_with(props.value.clone(), move |value| draft.set(value.clone()));
    }
    let oninput = {
        let draft = draft.setter();
        Callback::from(move |event: InputEvent| draft.set(text_of(&event).into()))
    };
    html! {
        <input
            id={props.id.clone()}
            placeholder={props.placeholder.clone()}
            aria-describedby={props.described_by.clone()}
            spellcheck="false"
            autocapitalize="off"
            value={(*draft).clone()}
            {oninput}
            onchange={props.on_change.reform(|event: Event| text_of(&event))}
        />
    }
}

fn text_of(event: &Event) -> String {
    event.target_unchecked_into::<HtmlInputElement>().value()
}
