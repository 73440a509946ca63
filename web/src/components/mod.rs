//! Building blocks that know nothing of migrations.

mod dialog;
mod download;
mod file_picker;
mod icon;
mod markdown;
mod scroll;
mod tabs;
mod text_field;

pub use self::{
    dialog::Modal,
    download::{copy, download},
    file_picker::FilePicker,
    icon::{Glyph, Icon, Logo},
    markdown::Markdown,
    scroll::use_scroll_to,
    tabs::{Tab, TabBar},
    text_field::TextField,
};
