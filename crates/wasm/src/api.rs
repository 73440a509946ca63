//! Plain functions over plain objects. Each takes all it needs, so nothing is kept between two calls.

use retort_core::config::Config;
use retort_core::diagram::{self as picture, Theme, svg};
use retort_core::fix::fix_all;
use retort_core::migration::{Direction, SourceFile};
use retort_core::report::{compare, script};
use retort_core::reversal::{self, Grade, Language};
use retort_core::review::{Input, Review, RevisionState, review_with_problems};
use retort_core::rules::rule_pages;
use retort_report::{DiagramScope, InputFile, SCHEMA_VERSION};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use wasm_bindgen::prelude::*;

use crate::interchange::{from_js, to_js};

/// What every function may be told beside the files.
#[derive(Debug, Default, Deserialize, tsify::Tsify)]
#[serde(default)]
pub struct ReviewOptions {
    /// The text of a `retort.toml`. Absent: the defaults.
    #[tsify(optional)]
    config: String,
}

/// What [`reverse`] may be told.
#[derive(Debug, Default, Deserialize, tsify::Tsify)]
#[serde(default)]
pub struct ReverseOptions {
    /// The text of a `retort.toml`.
    #[tsify(optional)]
    config: String,
    /// The revision to undo. Absent: the last one.
    #[tsify(optional)]
    at: Option<String>,
    /// How to write it. Absent: as the file itself is written.
    #[tsify(optional, type = "\"alembic\" | \"sql\"")]
    language: Option<Written>,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Written {
    Alembic,
    Sql,
}

/// What [`diagram`] may be told.
#[derive(Debug, Default, Deserialize, tsify::Tsify)]
#[serde(default)]
pub struct DiagramOptions {
    /// The text of a `retort.toml`.
    #[tsify(optional)]
    config: String,
    /// The earlier state: after this revision. Absent: before the first revision that is under review.
    #[tsify(optional)]
    from: Option<String>,
    /// The later state: after this revision. Absent: after the last.
    #[tsify(optional)]
    to: Option<String>,
    /// Which tables. Absent: those that changed, and their neighbours.
    #[tsify(optional)]
    scope: Option<DiagramScope>,
    /// The colours. Absent: whichever the viewer's system prefers.
    #[tsify(optional, type = "\"light\" | \"dark\"")]
    theme: Option<Colours>,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Colours {
    Light,
    Dark,
}

/// What [`sql`] may be told.
#[derive(Debug, Default, Deserialize, tsify::Tsify)]
#[serde(default)]
pub struct SqlOptions {
    /// The text of a `retort.toml`.
    #[tsify(optional)]
    config: String,
    /// The SQL starts after this revision. Absent: with the first.
    #[tsify(optional)]
    from: Option<String>,
    /// The last revision. Absent: the last of all.
    #[tsify(optional)]
    to: Option<String>,
    /// The SQL that takes the same stretch back.
    #[tsify(optional)]
    down: bool,
}

/// What the safe repairs make of the files.
#[derive(Debug, Serialize, tsify::Tsify)]
pub struct Fixed {
    /// Version of the shapes of all results.
    schema_version: u32,
    /// Every file, changed or not.
    files: Vec<InputFile>,
    /// What was done, in order.
    done: Vec<String>,
}

/// A downgrade, and how much it brings back.
#[derive(Debug, Serialize, tsify::Tsify)]
pub struct ReversalReport {
    /// Version of the shapes of all results.
    schema_version: u32,
    /// The downgrade: SQL, or the function `downgrade()` of an Alembic script.
    text: String,
    /// `exact`: the schema, and no data was touched. `schema-only`: the schema, but not all data. `reordered`: the
    /// schema but for the order of columns. `irreversible`: not even the schema, for certain.
    #[tsify(type = "\"exact\" | \"schema-only\" | \"reordered\" | \"irreversible\"")]
    grade: &'static str,
    /// What is lost, or why it cannot be undone; empty for `exact`.
    reasons: Vec<String>,
}

/// Reviews files: findings, effects, checklist, revisions.
///
/// # Errors
/// What is wrong with the settings, with line and column.
#[wasm_bindgen(unchecked_return_type = "Report")]
pub fn review(
    #[wasm_bindgen(unchecked_param_type = "InputFile[]")] files: JsValue,
    #[wasm_bindgen(unchecked_optional_param_type = "ReviewOptions")] options: JsValue,
) -> Result<JsValue, JsError> {
    let options: ReviewOptions = read(options)?;
    to_js(&run(from_js(files)?, &options.config)?.report())
}

/// Applies every safe repair, again and again until none is left.
///
/// # Errors
/// What is wrong with the settings, with line and column.
#[wasm_bindgen(unchecked_return_type = "Fixed")]
pub fn fix(
    #[wasm_bindgen(unchecked_param_type = "InputFile[]")] files: JsValue,
    #[wasm_bindgen(unchecked_optional_param_type = "ReviewOptions")] options: JsValue,
) -> Result<JsValue, JsError> {
    let options: ReviewOptions = read(options)?;
    let fixed = fix_all(inputs(from_js(files)?), None, &settings(&options.config)?);
    let files = fixed.inputs.into_iter().map(|input| InputFile {
        path: input.file.path.to_string(),
        text: input.file.text.to_string(),
        history: input.history,
    });
    to_js(&Fixed {
        schema_version: SCHEMA_VERSION,
        files: files.collect(),
        done: fixed.titles,
    })
}

/// Writes the downgrade of a revision from its upgrade, and says what it cannot bring back.
///
/// # Errors
/// If there is no such revision, or what is wrong with the settings.
#[wasm_bindgen(unchecked_return_type = "ReversalReport")]
pub fn reverse(
    #[wasm_bindgen(unchecked_param_type = "InputFile[]")] files: JsValue,
    #[wasm_bindgen(unchecked_optional_param_type = "ReverseOptions")] options: JsValue,
) -> Result<JsValue, JsError> {
    let options: ReverseOptions = read(options)?;
    let review = run(from_js(files)?, &options.config)?;
    let state = match &options.at {
        Some(id) => review.revision(id),
        None => review.timeline.last().map(AsRef::as_ref),
    }
    .ok_or_else(|| unknown(options.at.as_deref().unwrap_or("the last one")))?;
    let undone = reversal::of_revision(&review, state);
    let text = reversal::write(&undone, language(&review, state, options.language));
    let (grade, reasons) = match undone.grade {
        Grade::Exact => ("exact", Vec::new()),
        Grade::SchemaOnly { lost } => ("schema-only", lost),
        Grade::Reordered { lost } => ("reordered", lost),
        Grade::Irreversible { why } => ("irreversible", why),
    };
    to_js(&ReversalReport {
        schema_version: SCHEMA_VERSION,
        text,
        grade,
        reasons,
    })
}

/// Draws the difference of two states of the schema as an SVG file that needs nothing else.
///
/// # Errors
/// If there is no such revision, or what is wrong with the settings.
#[wasm_bindgen]
pub fn diagram(
    #[wasm_bindgen(unchecked_param_type = "InputFile[]")] files: JsValue,
    #[wasm_bindgen(unchecked_optional_param_type = "DiagramOptions")] options: JsValue,
) -> Result<String, JsError> {
    let options: DiagramOptions = read(options)?;
    let review = run(from_js(files)?, &options.config)?;
    let mut history = review
        .timeline
        .iter()
        .take_while(|state| !state.under_review);
    let last_of_history = history.by_ref().last().and_then(|state| {
        let migration = review.migration(state.migration)?;
        Some(migration.header.revision.clone())
    });
    let from = options.from.or(last_of_history);
    let compared = compare(&review, from.as_deref(), options.to.as_deref())
        .map_err(|unknown| JsError::new(&unknown.to_string()))?;
    let drawn = picture::between(
        &compared.before,
        &compared.after,
        &compared.renames,
        options.scope.unwrap_or(DiagramScope::Changed),
    );
    let theme = match options.theme {
        Some(Colours::Light) => Theme::Light,
        Some(Colours::Dark) => Theme::Dark,
        None => Theme::System,
    };
    Ok(svg(&drawn, theme))
}

/// The SQL that runs between two revisions, as Alembic's offline mode prints it.
///
/// # Errors
/// If there is no such revision, or what is wrong with the settings.
#[wasm_bindgen]
pub fn sql(
    #[wasm_bindgen(unchecked_param_type = "InputFile[]")] files: JsValue,
    #[wasm_bindgen(unchecked_optional_param_type = "SqlOptions")] options: JsValue,
) -> Result<String, JsError> {
    let options: SqlOptions = read(options)?;
    let review = run(from_js(files)?, &options.config)?;
    stretch(
        &review,
        options.from.as_deref(),
        options.to.as_deref(),
        options.down,
    )
}

/// Every rule with its page in Markdown.
///
/// # Errors
/// Never, but for a lack of memory.
#[wasm_bindgen(unchecked_return_type = "RulePage[]")]
pub fn rules() -> Result<JsValue, JsError> {
    to_js(&rule_pages())
}

/// Reviews files again, after an `earlier` review of nearly the same files.
///
/// # Errors
/// What is wrong with the settings.
#[cfg(feature = "app")]
pub(crate) fn run_again(
    files: Vec<Input>,
    config: &str,
    earlier: Option<&Review>,
) -> Result<Review, JsError> {
    let settings = settings(config)?;
    Ok(review_with_problems(
        files,
        Vec::new(),
        None,
        settings,
        earlier,
    ))
}

/// Reviews files under the settings of a `retort.toml`.
///
/// # Errors
/// What is wrong with the settings.
pub(crate) fn run(files: Vec<InputFile>, config: &str) -> Result<Review, JsError> {
    Ok(retort_core::review::review(
        inputs(files),
        None,
        settings(config)?,
    ))
}

/// The SQL that runs after the revision `from` until `to` has run; with `down`, what takes the same stretch back.
///
/// # Errors
/// If there is no such revision.
pub(crate) fn stretch(
    review: &Review,
    from: Option<&str>,
    to: Option<&str>,
    down: bool,
) -> Result<String, JsError> {
    let after = |id: &str| {
        let state = review.revision(id).ok_or_else(|| unknown(id))?;
        let mut timeline = review.timeline.iter();
        let at = timeline.position(|other| other.migration == state.migration);
        Ok::<_, JsError>(at.map_or(0, |at| at + 1))
    };
    let start = from.map_or(Ok(0), after)?;
    let end = to.map_or(Ok(review.timeline.len()), after)?;
    let within = review.timeline.get(start..end).unwrap_or_default();
    let mut states: Vec<&RevisionState> = within.iter().map(AsRef::as_ref).collect();
    if down {
        states.reverse();
    }
    let direction = if down { Direction::Down } else { Direction::Up };
    Ok(script(review, &states, direction))
}

fn language(review: &Review, state: &RevisionState, asked: Option<Written>) -> Language {
    match asked {
        Some(Written::Alembic) => Language::Alembic,
        Some(Written::Sql) => Language::Sql,
        None => review
            .migration(state.migration)
            .map_or(Language::Sql, Language::of),
    }
}

fn inputs(files: Vec<InputFile>) -> Vec<Input> {
    files.into_iter().map(input).collect()
}

/// A file as the core takes it.
pub(crate) fn input(file: InputFile) -> Input {
    Input {
        file: SourceFile {
            path: file.path.into(),
            text: file.text.into(),
        },
        history: file.history,
    }
}

fn settings(config: &str) -> Result<Config, JsError> {
    Config::from_toml(config).map_err(|error| JsError::new(&error))
}

/// Options, which may be absent.
fn read<T: DeserializeOwned + Default>(options: JsValue) -> Result<T, JsError> {
    if options.is_undefined() || options.is_null() {
        Ok(T::default())
    } else {
        from_js(options)
    }
}

fn unknown(revision: &str) -> JsError {
    JsError::new(&format!("there is no revision {revision}"))
}
