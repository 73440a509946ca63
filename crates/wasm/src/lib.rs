//! Retort's JavaScript API: the core, with plain typed objects going in and out.
//!
//! The functions of [`api`] are the package for other people's pages and programs. [`Engine`] keeps the last review, for
//! the app's questions about it; the feature `app` brings it.

mod api;
mod interchange;
mod rest;

#[cfg(feature = "app")]
mod archive;
#[cfg(feature = "app")]
mod engine;
#[cfg(feature = "app")]
mod settings;

use wasm_bindgen::prelude::*;

pub use api::{diagram, fix, reverse, review, rules, sql};
#[cfg(feature = "app")]
pub use engine::Engine;

/// Makes a crash tell its place on the console. Runs by itself when the module starts.
#[wasm_bindgen(start)]
pub fn start() {
    console_error_panic_hook::set_once();
}
