//! What the person sees.

mod announcer;
mod beside;
mod dialogs;
mod finding;
mod guide;
mod header;
mod lesson;
mod marks;
mod notices;
mod panel;
mod place;
mod progress;
mod reviews;
mod schema;
mod sidebar;
mod welcome;
mod workspace;

pub use self::{
    announcer::Announcer,
    dialogs::Dialogs,
    guide::Guide,
    header::Header,
    lesson::LessonStrip,
    notices::Notices,
    panel::{PaneBar, ReviewPanel},
    progress::Progress,
    sidebar::Sidebar,
    welcome::Welcome,
    workspace::Workspace,
};
