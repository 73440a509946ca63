use web_sys::{HtmlInputElement, HtmlSelectElement};
use yew::prelude::*;

use crate::{
    components::{Glyph, Icon},
    desk::{Desk, use_desk},
    recipes::{Draft, Place, RECIPES, Recipe, Tool},
    state::{Action, Intake},
};

/// Writes a new migration behind the newest one that is open.
#[component]
pub fn Recipes() -> Html {
    let desk = use_desk();
    let chosen = use_state_eq(|| 0_usize);
    let values = use_state(|| initial(0));
    let wanted = use_state_eq(|| Tool::Alembic);
    // One id for as long as the dialog is open, so that the preview holds still.
    let id = use_memo((), |()| new_id());
    let created = use_memo((), |()| now());
    let place = Place::after(desk.state.report.as_deref(), *wanted);
    let Some(recipe) = RECIPES.get(*chosen) else {
        return Html::default();
    };
    let given: Vec<&str> = values.iter().map(String::as_str).collect();
    let title = (recipe.title)(&given);
    let draft = Draft {
        title: &title,
        body: (recipe.body)(place.tool, &given),
        place: &place,
        id: &id,
        created: &created,
    };
    let files = draft.files();
    let choose = {
        let (chosen, values) = (chosen.setter(), values.setter());
        Callback::from(move |index: usize| {
            chosen.set(index);
            values.set(initial(index));
        })
    };
    let submit = {
        let (desk, files) = (desk.clone(), files.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            desk.dispatch(Action::TakeIn(Intake {
                files: files.clone(),
                ..Intake::default()
            }));
        })
    };
    html! {
        <form class="recipes" onsubmit={submit}>
            <ul class="recipe-list" aria-label="Kinds of migrations">
                for (index, one) in RECIPES.iter().enumerate() {
                    <li>
                        <button
                            type="button"
                            class="recipe"
                            autofocus={index == *chosen}
                            aria-current={(index == *chosen).then_some("true")}
                            onclick={choose.reform(move |_: MouseEvent| index)}
                        >{ one.name }</button>
                    </li>
                }
            </ul>
            <div class="recipe-form">
                <p class="muted">{ recipe.about }</p>
                if desk.state.report.as_ref().is_none_or(|report| report.revisions.is_empty()) {
                    { tool_choice(*wanted, &wanted.setter()) }
                }
                { fields(recipe, &values) }
                <h3>{ files.first().map(|file| file.path.clone()).unwrap_or_default() }</h3>
                <pre tabindex="0">{ files.first().map(|file| file.text.clone()).unwrap_or_default() }</pre>
                { parent(&desk, &place) }
                <div class="dialog-foot">
                    <button type="submit" class="primary"><Icon glyph={Glyph::Add} /><span>{ "Write it" }</span></button>
                </div>
            </div>
        </form>
    }
}

fn initial(recipe: usize) -> Vec<String> {
    let fields = RECIPES
        .get(recipe)
        .map(|recipe| recipe.fields)
        .unwrap_or_default();
    fields
        .iter()
        .map(|field| field.initial.to_owned())
        .collect()
}

fn fields(recipe: &'static Recipe, values: &UseStateHandle<Vec<String>>) -> Html {
    let change = |index: usize| {
        let values = values.clone();
        Callback::from(move |event: InputEvent| {
            let input: HtmlInputElement = event.target_unchecked_into();
            let mut changed = (*values).clone();
            if let Some(value) = changed.get_mut(index) {
                *value = input.value();
            }
            values.set(changed);
        })
    };
    html! {
        <div class="recipe-fields">
            for (index, field) in recipe.fields.iter().enumerate() {
                <div class="field" key={format!("{}-{index}", recipe.name)}>
                    <label for={format!("recipe-{index}")}>{ field.label }</label>
                    <input
                        id={format!("recipe-{index}")}
                        required=true
                        spellcheck="false"
                        autocapitalize="off"
                        autocomplete="off"
                        value={values.get(index).cloned().unwrap_or_default()}
                        oninput={change(index)}
                    />
                </div>
            }
        </div>
    }
}

fn tool_choice(wanted: Tool, set: &UseStateSetter<Tool>) -> Html {
    let tools = [
        ("Alembic", Tool::Alembic),
        ("SQL files, up and down", Tool::Pair),
        ("goose", Tool::Goose),
        ("dbmate", Tool::Dbmate),
        ("Flyway", Tool::Flyway),
    ];
    let change = {
        let set = set.clone();
        Callback::from(move |event: Event| {
            let select: HtmlSelectElement = event.target_unchecked_into();
            let index = select.selected_index();
            if let Some((_, tool)) = usize::try_from(index)
                .ok()
                .and_then(|index| tools.get(index))
            {
                set.set(*tool);
            }
        })
    };
    html! {
        <div class="field">
            <label for="recipe-tool">{ "Tool" }</label>
            <select id="recipe-tool" onchange={change}>
                for (name, tool) in tools {
                    <option value={name} selected={tool == wanted}>{ name }</option>
                }
            </select>
        </div>
    }
}

fn parent(desk: &Desk, place: &Place) -> Html {
    let text = match place.heads.as_slice() {
        _ if !desk.state.is_current() && !desk.state.files.is_empty() => {
            "The analysis is not ready: the parent may change.".to_owned()
        }
        [] => "It is the first migration.".to_owned(),
        [head] => format!("It follows {head}."),
        heads => format!(
            "It follows {}, and so merges these branches.",
            heads.join(", ")
        ),
    };
    html! { <p class="muted">{ text }</p> }
}

fn new_id() -> String {
    let digits = (0..12).map(|_| {
        let digit = (js_sys::Math::random() * 16.0) as u32;
        char::from_digit(digit, 16).unwrap_or('0')
    });
    digits.collect()
}

/// The time here, as Alembic writes it.
fn now() -> String {
    let date = js_sys::Date::new_0();
    format!(
        "{:04}-{:02}-{:02} {:02}:{:02}:{:02}.{:03}000",
        date.get_full_year(),
        date.get_month() + 1,
        date.get_date(),
        date.get_hours(),
        date.get_minutes(),
        date.get_seconds(),
        date.get_milliseconds(),
    )
}
