//! Two states of the schema beside each other: as a picture, as a list, as SQL.

mod asking;
mod card;
mod edge;
mod list;
mod pan_zoom;
mod picture;
mod text_diff;
mod toolbar;
mod viewport;

use retort_report::{Diagram, DiagramScope, Report, SchemaDiffReport};
use yew::prelude::*;

pub use self::list::change_line;
use self::{
    asking::{Question, use_answers},
    list::TableList,
    picture::Picture,
    text_diff::TextDiff,
    toolbar::Toolbar,
};
use crate::state::Shared;

/// How the schema is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Form {
    #[default]
    Picture,
    List,
    Sql,
}

/// Which of the two states is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mode {
    Before,
    #[default]
    Difference,
    After,
}

/// What came back.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Answers {
    pub diagram: Option<Shared<Diagram>>,
    pub diff: Option<Shared<SchemaDiffReport>>,
    /// Why there is no answer.
    pub refused: Option<String>,
}

#[derive(PartialEq, Properties)]
pub struct SchemaViewProps {
    pub report: Shared<Report>,
    /// The revision that is told about; all under review if none.
    pub revision: Option<AttrValue>,
    /// The table to bring into view.
    pub table: Option<AttrValue>,
}

/// The tab.
#[component]
pub fn SchemaView(props: &SchemaViewProps) -> Html {
    let form = use_state_eq(Form::default);
    let mode = use_state_eq(Mode::default);
    let scope = use_state_eq(|| DiagramScope::Changed);
    let chosen = use_state_eq(|| None::<Question>);
    {
        // Another revision is another question; what was chosen by hand belonged to the last one.
        let chosen = chosen.setter();
        use_effect_with(props.revision.clone(), move |_| chosen.set(None));
    }
    let question = (*chosen)
        .clone()
        .filter(|question| question.fits(&props.report))
        .or_else(|| Question::about(&props.report, props.revision.as_deref()));
    let answers = use_answers(&props.report, question.as_ref(), *scope);
    let Some(question) = question else {
        return html! { <p class="waiting">{ "There is no revision yet whose schema could be drawn." }</p> };
    };
    html! {
        <div class="schema">
            <Toolbar
                report={props.report.clone()}
                question={question.clone()}
                form={*form}
                mode={*mode}
                scope={*scope}
                on_question={let chosen = chosen.setter(); Callback::from(move |question| chosen.set(Some(question)))}
                on_form={let form = form.setter(); Callback::from(move |value| form.set(value))}
                on_mode={let mode = mode.setter(); Callback::from(move |value| mode.set(value))}
                on_scope={let scope = scope.setter(); Callback::from(move |value| scope.set(value))}
            />
            if let Some(reason) = &answers.refused {
                <p class="waiting">{ format!("The schema could not be drawn: {reason}") }</p>
            }
            { shown(props, &answers, *form, *mode, question.between(*scope)) }
        </div>
    }
}

fn shown(
    props: &SchemaViewProps,
    answers: &Answers,
    form: Form,
    mode: Mode,
    between: retort_report::Between,
) -> Html {
    match (form, &answers.diagram, &answers.diff) {
        (Form::Picture, Some(diagram), _) => html! {
            <Picture diagram={diagram.clone()} {mode} {between} table={props.table.clone()} />
        },
        (Form::List, Some(diagram), diff) => html! {
            <TableList diagram={diagram.clone()} diff={diff.clone()} {mode} />
        },
        (Form::Sql, _, Some(diff)) => html! { <TextDiff diff={diff.clone()} /> },
        _ if answers.refused.is_some() => Html::default(),
        _ => html! { <p class="waiting">{ "Drawing …" }</p> },
    }
}
