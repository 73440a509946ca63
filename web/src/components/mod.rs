//! Building blocks that know nothing of migrations.

mod dialog;
mod download;
mod file_picker;
mod icon;
mod markdown;
mod tabs;

pub use self::{
    dialog::Modal,
    download::{copy, download},
    file_picker::FilePicker,
    icon::{Glyph, Icon, Logo},
    markdown::Markdown,
    tabs::{Tab, TabBar},
};
