use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::Arc;

use retort_core::alembic::unreached;
use retort_core::diagram::{self, LaidOut, Theme, dbml, mermaid, svg};
use retort_core::examples;
use retort_core::migration::SourceFile;
use retort_core::proof;
use retort_core::report::{
    Comparison, archive, compare, export, lock_run, schema_diff, schema_sql,
};
use retort_core::review::{Input, Review};
use retort_core::rules::rule_pages;
use retort_report::{
    Between, Diagram, DiagramScope, ExportRequest, InputFile, PictureFormat, Report,
};
use wasm_bindgen::prelude::*;

use crate::api::{input, run_again, stretch};
use crate::archive::unpack;
use crate::interchange::{from_js, to_js};
use crate::settings;

/// The core with the last review, about which it can be asked.
#[wasm_bindgen]
#[derive(Default)]
pub struct Engine {
    /// The files that are reviewed, by path.
    files: BTreeMap<Arc<str>, Input>,
    last: Option<Review>,
    /// Its report.
    report: Option<Report>,
    /// The last picture of it, so that a card that is moved does not lay out all others again.
    drawn: RefCell<Option<Drawn>>,
}

/// A picture, and what it is of.
struct Drawn {
    from: Option<String>,
    to: String,
    scope: DiagramScope,
    shown: Vec<String>,
    picture: LaidOut,
}

impl Drawn {
    fn answers(&self, between: &Between) -> bool {
        self.from == between.from
            && self.to == between.to
            && self.scope == between.scope
            && self.shown == between.arrangement.shown
    }
}

#[wasm_bindgen]
impl Engine {
    /// An engine without a review.
    #[wasm_bindgen(constructor)]
    pub fn new() -> Self {
        Self::default()
    }

    /// Reviews files under the settings of a `retort.toml`, which may be empty. What did not change since the last review
    /// is not worked out again.
    ///
    /// # Errors
    /// What is wrong with the settings, with line and column.
    #[wasm_bindgen(unchecked_return_type = "Report")]
    pub fn review(
        &mut self,
        #[wasm_bindgen(unchecked_param_type = "InputFile[]")] files: JsValue,
        config: &str,
    ) -> Result<JsValue, JsError> {
        self.files.clear();
        self.put(files)?;
        to_js(self.review_now(config)?.1)
    }

    /// The same after some files `changed` or are new and those at the paths `removed` are gone; of the report only what
    /// changed since the last review.
    ///
    /// # Errors
    /// What is wrong with the settings, with line and column.
    #[wasm_bindgen(js_name = reviewChange, unchecked_return_type = "ReportChange")]
    pub fn review_change(
        &mut self,
        #[wasm_bindgen(unchecked_param_type = "InputFile[]")] changed: JsValue,
        removed: Vec<String>,
        config: &str,
    ) -> Result<JsValue, JsError> {
        for path in removed {
            self.files.remove(path.as_str());
        }
        self.put(changed)?;
        let (earlier, report) = self.review_now(config)?;
        to_js(&report.change_since(earlier.as_ref()))
    }

    /// A picture of two states of the schema.
    ///
    /// # Errors
    /// If there is no such revision.
    #[wasm_bindgen(unchecked_return_type = "Diagram")]
    pub fn diagram(
        &self,
        #[wasm_bindgen(unchecked_param_type = "Between")] between: JsValue,
    ) -> Result<JsValue, JsError> {
        to_js(&self.draw(&from_js(between)?)?)
    }

    /// The same picture, or the later of its two states, as a file of its own.
    ///
    /// # Errors
    /// If there is no such revision.
    #[wasm_bindgen(js_name = diagramFile)]
    pub fn diagram_file(
        &self,
        #[wasm_bindgen(unchecked_param_type = "Between")] between: JsValue,
        #[wasm_bindgen(unchecked_param_type = "PictureFormat")] format: JsValue,
    ) -> Result<String, JsError> {
        let between: Between = from_js(between)?;
        Ok(match from_js(format)? {
            PictureFormat::Svg => svg(&self.draw(&between)?, Theme::System),
            PictureFormat::SvgLight => svg(&self.draw(&between)?, Theme::Light),
            PictureFormat::SvgDark => svg(&self.draw(&between)?, Theme::Dark),
            PictureFormat::Mermaid => mermaid(&self.draw(&between)?),
            PictureFormat::Dbml => dbml(&self.compare(&between)?.after),
            PictureFormat::Sql => schema_sql(&self.compare(&between)?.after),
        })
    }

    /// The difference of two states of the schema, in words and as a diff of their SQL.
    ///
    /// # Errors
    /// If there is no such revision.
    #[wasm_bindgen(js_name = schemaDiff, unchecked_return_type = "SchemaDiffReport")]
    pub fn schema_diff(
        &self,
        #[wasm_bindgen(unchecked_param_type = "Between")] between: JsValue,
    ) -> Result<JsValue, JsError> {
        let compared = self.compare(&from_js(between)?)?;
        to_js(&schema_diff(
            &compared.before,
            &compared.after,
            &compared.renames,
        ))
    }

    /// From which statement to which commit every lock of a run is held.
    ///
    /// # Errors
    /// If there is no such revision.
    #[wasm_bindgen(js_name = lockRun, unchecked_return_type = "LockRun")]
    pub fn lock_run(
        &self,
        #[wasm_bindgen(unchecked_param_type = "LockQuestion")] question: JsValue,
    ) -> Result<JsValue, JsError> {
        let run = lock_run(self.last()?, &from_js(question)?);
        to_js(&run.map_err(|unknown| JsError::new(&unknown.to_string()))?)
    }

    /// The SQL that runs after the revision `from` (absent: from the first on) until `to` has run (absent: the last);
    /// with `down`, the SQL that takes the same stretch back.
    ///
    /// # Errors
    /// If there is no such revision.
    pub fn sql(
        &self,
        from: Option<String>,
        to: Option<String>,
        down: bool,
    ) -> Result<String, JsError> {
        stretch(self.last()?, from.as_deref(), to.as_deref(), down)
    }

    /// What a proof of a revision on a real PostgreSQL runs, with so many rows made up for each table.
    ///
    /// # Errors
    /// If there is no such revision.
    #[wasm_bindgen(js_name = proofPlan, unchecked_return_type = "ProofPlan")]
    pub fn proof_plan(&self, revision: &str, rows: u32) -> Result<JsValue, JsError> {
        let plan = proof::plan(self.last()?, revision, rows);
        to_js(&plan.ok_or_else(|| JsError::new(&format!("there is no revision {revision}")))?)
    }

    /// What the review gives: a report in Markdown, the SQL up and down, the reviewed files.
    ///
    /// # Errors
    /// If nothing was reviewed yet.
    #[wasm_bindgen(unchecked_return_type = "ExportedFile[]")]
    pub fn export(
        &self,
        #[wasm_bindgen(unchecked_param_type = "ExportRequest")] request: JsValue,
    ) -> Result<JsValue, JsError> {
        let request: ExportRequest = from_js(request)?;
        let review = self.last()?;
        to_js(&export(review, &review.report(), &request))
    }

    /// The same files in one zip archive.
    ///
    /// # Errors
    /// If nothing was reviewed yet.
    #[wasm_bindgen(js_name = exportZip)]
    pub fn export_zip(
        &self,
        #[wasm_bindgen(unchecked_param_type = "ExportRequest")] request: JsValue,
    ) -> Result<Vec<u8>, JsError> {
        let review = self.last()?;
        let files = export(review, &review.report(), &from_js(request)?);
        archive(&files).map_err(|error| JsError::new(&error))
    }

    /// The SQL and Python files of a zip archive, and a `retort.toml`.
    ///
    /// # Errors
    /// Why the archive is refused: damaged, too large when unpacked, nothing in it that matters.
    #[wasm_bindgen(js_name = readArchive, unchecked_return_type = "InputFile[]")]
    pub fn read_archive(&self, bytes: &[u8]) -> Result<JsValue, JsError> {
        let files = unpack(bytes).map_err(|error| JsError::new(&error))?;
        to_js(&files.into_iter().map(input_file).collect::<Vec<_>>())
    }

    /// Of the files of a whole folder, the paths of the Python files that say nothing about its migrations.
    ///
    /// # Errors
    /// If these are no files.
    pub fn unreached(
        &self,
        #[wasm_bindgen(unchecked_param_type = "InputFile[]")] files: JsValue,
    ) -> Result<Vec<String>, JsError> {
        let files: Vec<InputFile> = from_js(files)?;
        let files: Vec<SourceFile> = files
            .into_iter()
            .map(|InputFile { path, text, .. }| SourceFile {
                path: path.into(),
                text: text.into(),
            })
            .collect();
        Ok(unreached(&files))
    }

    /// The built-in examples.
    #[wasm_bindgen(unchecked_return_type = "Example[]")]
    pub fn examples(&self) -> Result<JsValue, JsError> {
        to_js(&examples::all())
    }

    /// Every rule; the pages are in a file of their own.
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
        to_js(&input_file(file))
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
    /// Takes files, in place of those at the same paths.
    fn put(&mut self, files: JsValue) -> Result<(), JsError> {
        let files: Vec<InputFile> = from_js(files)?;
        let inputs = files.into_iter().map(input);
        self.files
            .extend(inputs.map(|input| (Arc::clone(&input.file.path), input)));
        Ok(())
    }

    /// Reviews, keeps what came of it, and gives the report before and the one now.
    fn review_now(&mut self, config: &str) -> Result<(Option<Report>, &Report), JsError> {
        let files = self.files.values().cloned().collect();
        let review = run_again(files, config, self.last.as_ref())?;
        let earlier = self.report.take();
        let report = &*self.report.insert(review.report());
        self.last = Some(review);
        self.drawn.take();
        Ok((earlier, report))
    }

    fn last(&self) -> Result<&Review, JsError> {
        self.last
            .as_ref()
            .ok_or_else(|| JsError::new("nothing was reviewed yet"))
    }

    fn compare(&self, between: &Between) -> Result<Comparison, JsError> {
        compare(self.last()?, between.from.as_deref(), Some(&between.to))
            .map_err(|unknown| JsError::new(&unknown.to_string()))
    }

    fn draw(&self, between: &Between) -> Result<Diagram, JsError> {
        let arrangement = &between.arrangement;
        let known = self.drawn.borrow();
        if let Some(drawn) = known.as_ref().filter(|drawn| drawn.answers(between)) {
            return Ok(drawn.picture.arranged(arrangement));
        }
        drop(known);
        let compared = self.compare(between)?;
        let picture = diagram::lay_out(
            &compared.before,
            &compared.after,
            &compared.renames,
            between.scope,
            &arrangement.shown,
        );
        let diagram = picture.arranged(arrangement);
        self.drawn.replace(Some(Drawn {
            from: between.from.clone(),
            to: between.to.clone(),
            scope: between.scope,
            shown: arrangement.shown.clone(),
            picture,
        }));
        Ok(diagram)
    }
}

fn input_file(file: SourceFile) -> InputFile {
    InputFile {
        path: file.path.to_string(),
        text: file.text.to_string(),
        history: false,
    }
}
