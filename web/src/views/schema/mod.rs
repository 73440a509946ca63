//! Two states of the schema beside each other: as a picture, as a list, as SQL.

mod asking;
mod card;
mod drawing;
mod edge;
mod files;
mod list;
mod memory;
mod minimap;
mod pan_zoom;
mod picture;
mod table;
mod text_diff;
mod timeline;
mod toolbar;
mod viewport;

use retort_report::{Arrangement, Between, Diagram, Report, SchemaDiffReport};
use serde::{Deserialize, Serialize};
use yew::prelude::*;

pub use self::list::change_line;
use self::{
    asking::{Question, use_answers},
    list::TableList,
    memory::{Memory, use_memory},
    picture::Picture,
    text_diff::TextDiff,
    timeline::Timeline,
    toolbar::Toolbar,
};
use crate::{desk::use_desk, state::Shared};

/// How the schema is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Form {
    #[default]
    Picture,
    List,
    Sql,
}

/// Which of the two states is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
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
    /// What the diagram is of.
    pub of: Option<Between>,
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
    let desk = use_desk();
    let (memory, remember) = use_memory();
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
    let picture = memory::picture(&desk.state.name, memory.scope);
    let arrangement = memory.arrangement(&picture);
    let between = question
        .as_ref()
        .map(|question| question.between(&props.report, memory.scope, arrangement.clone()));
    let answers = use_answers(&props.report, between.as_ref());
    let Some((question, between)) = question.zip(between) else {
        return html! { <p class="waiting">{ "There is no revision yet whose schema could be drawn." }</p> };
    };
    let on_question = {
        let chosen = chosen.setter();
        Callback::from(move |question| chosen.set(Some(question)))
    };
    let on_arrange = {
        let (memory, remember) = (memory.clone(), remember.clone());
        Callback::from(move |arrangement: Arrangement| {
            remember.emit(memory.arranged(&picture, arrangement));
        })
    };
    html! {
        <div class="schema">
            <Toolbar
                report={props.report.clone()}
                question={question.clone()}
                memory={memory.clone()}
                on_question={on_question.clone()}
                on_memory={remember}
            />
            <Timeline report={props.report.clone()} {question} {on_question} />
            if let Some(reason) = &answers.refused {
                <p class="waiting">{ format!("The schema could not be drawn: {reason}") }</p>
            }
            { shown(props, &answers, &memory, between, on_arrange) }
        </div>
    }
}

fn shown(
    props: &SchemaViewProps,
    answers: &Answers,
    memory: &Memory,
    between: Between,
    on_arrange: Callback<Arrangement>,
) -> Html {
    let mode = memory.mode;
    match (
        memory.form,
        answers.diagram.as_ref().zip(answers.of.as_ref()),
        &answers.diff,
    ) {
        (Form::Picture, Some((diagram, of)), _) => html! {
            <Picture
                report={props.report.clone()}
                diagram={diagram.clone()}
                of={of.clone()}
                {mode}
                {between}
                table={props.table.clone()}
                {on_arrange}
            />
        },
        (Form::List, Some((diagram, _)), diff) => html! {
            <TableList diagram={diagram.clone()} diff={diff.clone()} {mode} />
        },
        (Form::Sql, _, Some(diff)) => html! { <TextDiff diff={diff.clone()} /> },
        _ if answers.refused.is_some() => Html::default(),
        _ => html! { <p class="waiting">{ "Drawing …" }</p> },
    }
}
