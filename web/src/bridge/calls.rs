//! The core's methods, typed. Answers arrive later, in the order of the calls.

use js_sys::Uint8Array;
use retort_report::{
    Between, Diagram, Example, ExportRequest, ExportedFile, InputFile, LockQuestion, LockRun,
    PictureFormat, ProofPlan, RulePage, SchemaDiffReport, Settings,
};
use serde::Serialize;
use wasm_bindgen::{JsCast, JsValue};

use super::{Bridge, CallError};

type Result<T> = std::result::Result<T, CallError>;

impl Bridge {
    pub fn diagram(&self, between: &Between, then: impl FnOnce(Result<Diagram>) + 'static) {
        self.call("diagram", between, then);
    }

    /// The diagram, or the later of its states, written down.
    pub fn diagram_file(
        &self,
        between: &Between,
        format: PictureFormat,
        then: impl FnOnce(Result<String>) + 'static,
    ) {
        #[derive(Serialize)]
        struct Parameters<'a> {
            between: &'a Between,
            format: PictureFormat,
        }
        self.call("diagramFile", &Parameters { between, format }, then);
    }

    pub fn lock_run(&self, question: &LockQuestion, then: impl FnOnce(Result<LockRun>) + 'static) {
        self.call("lockRun", question, then);
    }

    pub fn schema_diff(
        &self,
        between: &Between,
        then: impl FnOnce(Result<SchemaDiffReport>) + 'static,
    ) {
        self.call("schemaDiff", between, then);
    }

    /// What a proof of a revision runs, with so many rows made up for each table.
    pub fn proof_plan(
        &self,
        revision: &str,
        rows: u32,
        then: impl FnOnce(Result<ProofPlan>) + 'static,
    ) {
        #[derive(Serialize)]
        struct Parameters<'a> {
            revision: &'a str,
            rows: u32,
        }
        self.call("proofPlan", &Parameters { revision, rows }, then);
    }

    pub fn export(
        &self,
        request: &ExportRequest,
        then: impl FnOnce(Result<Vec<ExportedFile>>) + 'static,
    ) {
        self.call("export", request, then);
    }

    /// All exported files in one zip archive.
    pub fn export_zip(
        &self,
        request: &ExportRequest,
        then: impl FnOnce(Result<Uint8Array>) + 'static,
    ) {
        let then = |answer: Result<JsValue>| then(answer.map(JsCast::unchecked_into));
        self.call_plain("exportZip", super::protocol::plain(request), Box::new(then));
    }

    /// Turns a file's bytes into text, or says why it is none.
    pub fn read_file(
        &self,
        path: &str,
        bytes: &Uint8Array,
        then: impl FnOnce(Result<InputFile>) + 'static,
    ) {
        let parameters = js_sys::Object::new();
        let _ = js_sys::Reflect::set(&parameters, &"path".into(), &path.into());
        let _ = js_sys::Reflect::set(&parameters, &"bytes".into(), bytes);
        self.call_for_value("readFile", parameters.into(), then);
    }

    /// Unpacks a zip archive, or says why it is refused.
    pub fn read_archive(
        &self,
        bytes: &Uint8Array,
        then: impl FnOnce(Result<Vec<InputFile>>) + 'static,
    ) {
        self.call_for_value("readArchive", bytes.into(), then);
    }

    /// The paths of the Python files of a whole folder that say nothing about its migrations.
    pub fn unreached(&self, files: &[InputFile], then: impl FnOnce(Result<Vec<String>>) + 'static) {
        self.call("unreached", files, then);
    }

    /// The settings in a `retort.toml`, or what is wrong with it.
    pub fn read_settings(&self, toml: &str, then: impl FnOnce(Result<Settings>) + 'static) {
        self.call("readSettings", toml, then);
    }

    /// The `retort.toml` with these settings; comments and what the settings do not cover stay.
    pub fn write_settings(
        &self,
        toml: &str,
        settings: &Settings,
        then: impl FnOnce(Result<String>) + 'static,
    ) {
        #[derive(Serialize)]
        struct Parameters<'a> {
            toml: &'a str,
            settings: &'a Settings,
        }
        self.call("writeSettings", &Parameters { toml, settings }, then);
    }

    pub fn rules(&self, then: impl FnOnce(Result<Vec<RulePage>>) + 'static) {
        self.call("rules", &(), then);
    }

    pub fn examples(&self, then: impl FnOnce(Result<Vec<Example>>) + 'static) {
        self.call("examples", &(), then);
    }
}
