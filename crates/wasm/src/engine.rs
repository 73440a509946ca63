use retort_core::config::Config;
use retort_core::diagram::{self, Theme, svg};
use retort_core::migration::SourceFile;
use retort_core::review::{Input, Review};
use retort_core::rules::rule_pages;
use retort_report::{Between, Diagram, InputFile};
use wasm_bindgen::prelude::*;

use crate::interchange::{from_js, to_js};
use crate::settings;

/// The core with the last review, about which it can be asked.
#[wasm_bindgen]
#[derive(Default)]
pub struct Engine {
    last: Option<Review>,
}

#[wasm_bindgen]
impl Engine {
    /// An engine without a review.
    #[wasm_bindgen(constructor)]
    pub fn new() -> Self {
        Self::default()
    }

    /// Reviews files under the settings of a `retort.toml`, which may be empty.
    ///
    /// # Errors
    /// What is wrong with the settings, with line and column.
    #[wasm_bindgen(unchecked_return_type = "Report")]
    pub fn review(
        &mut self,
        #[wasm_bindgen(unchecked_param_type = "InputFile[]")] files: JsValue,
        config: &str,
    ) -> Result<JsValue, JsError> {
        let review = run(from_js(files)?, config)?;
        let report = to_js(&review.report());
        self.last = Some(review);
        report
    }

    /// A picture of two states of the schema of the last review.
    ///
    /// # Errors
    /// If there is no such revision.
    #[wasm_bindgen(unchecked_return_type = "Diagram")]
    pub fn diagram(
        &self,
        #[wasm_bindgen(unchecked_param_type = "Between")] between: JsValue,
    ) -> Result<JsValue, JsError> {
        let between: Between = from_js(between)?;
        to_js(&self.draw(&between)?)
    }

    /// The same picture as an SVG file of its own, in the colours of whoever looks at it.
    ///
    /// # Errors
    /// If there is no such revision.
    #[wasm_bindgen(js_name = diagramSvg)]
    pub fn diagram_svg(
        &self,
        #[wasm_bindgen(unchecked_param_type = "Between")] between: JsValue,
    ) -> Result<String, JsError> {
        let between: Between = from_js(between)?;
        Ok(svg(&self.draw(&between)?, Theme::System))
    }

    /// Every rule with its page.
    #[wasm_bindgen(unchecked_return_type = "RulePage[]")]
    pub fn rules(&self) -> Result<JsValue, JsError> {
        to_js(&rule_pages())
    }

    /// Turns the bytes of a file into text.
    ///
    /// # Errors
    /// Why it is no text, and what to do about it.
    #[wasm_bindgen(js_name = readFile, unchecked_return_type = "InputFile")]
    pub fn read_file(&self, path: &str, bytes: &[u8]) -> Result<JsValue, JsError> {
        let file = SourceFile::from_bytes(path, bytes)
            .map_err(|problem| JsError::new(&problem.message))?;
        to_js(&InputFile {
            path: file.path,
            text: file.text,
            history: false,
        })
    }

    /// The settings in a `retort.toml`.
    ///
    /// # Errors
    /// What is wrong with it, with line and column.
    #[wasm_bindgen(js_name = readSettings, unchecked_return_type = "Settings")]
    pub fn read_settings(&self, toml: &str) -> Result<JsValue, JsError> {
        to_js(&settings::read(toml).map_err(|error| JsError::new(&error))?)
    }

    /// The `retort.toml` with these settings. Comments, and what the settings do not cover, stay.
    ///
    /// # Errors
    /// What is wrong with it, with line and column.
    #[wasm_bindgen(js_name = writeSettings)]
    pub fn write_settings(
        &self,
        toml: &str,
        #[wasm_bindgen(unchecked_param_type = "Settings")] settings: JsValue,
    ) -> Result<String, JsError> {
        settings::write(toml, &from_js(settings)?).map_err(|error| JsError::new(&error))
    }
}

impl Engine {
    fn draw(&self, between: &Between) -> Result<Diagram, JsError> {
        let review = self
            .last
            .as_ref()
            .ok_or_else(|| JsError::new("nothing was reviewed yet"))?;
        let state = |id: &str| review.revision(id).map(|state| state.after().clone());
        let before = match &between.from {
            Some(id) => state(id),
            None => review.base().cloned(),
        };
        let before = before.ok_or_else(|| JsError::new("no such revision"))?;
        let after = state(&between.to).ok_or_else(|| JsError::new("no such revision"))?;
        Ok(diagram::between(&before, &after, &[], between.scope))
    }
}

/// Reviews files.
///
/// # Errors
/// What is wrong with the settings.
pub fn run(files: Vec<InputFile>, config: &str) -> Result<Review, JsError> {
    let config = Config::from_toml(config).map_err(|error| JsError::new(&error))?;
    let inputs = files.into_iter().map(|file| Input {
        file: SourceFile {
            path: file.path,
            text: file.text,
        },
        history: file.history,
    });
    Ok(retort_core::review::review(inputs.collect(), None, config))
}
