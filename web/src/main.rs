//! Retort's review desk: the app in the browser. It shows and collects; all that is known about migrations comes from
//! the core, which runs in a worker.

mod app;
mod bridge;
mod components;
mod desk;
mod editor;
mod intake;
mod lessons;
mod prover;
mod recipes;
mod rest;
mod share;
mod state;
mod store;
mod views;
mod words;

use wasm_bindgen::prelude::wasm_bindgen;

/// Shows the app: called once the rest of the module can be asked for, which takes this module's exports.
#[wasm_bindgen]
pub fn start() {
    console_error_panic_hook::set_once();
    yew::Renderer::<app::App>::new().render();
}

fn main() {}
