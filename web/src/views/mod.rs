//! What the person sees.

mod announcer;
mod dialogs;
mod finding;
mod header;
mod marks;
mod notices;
mod panel;
mod place;
mod schema;
mod sidebar;
mod welcome;
mod workspace;

pub use self::{
    announcer::Announcer,
    dialogs::Dialogs,
    header::Header,
    notices::Notices,
    panel::{PaneBar, ReviewPanel},
    sidebar::Sidebar,
    welcome::Welcome,
    workspace::Workspace,
};
