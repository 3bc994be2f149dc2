//! Checks documents and mends them: finds the files, checks each on its own, tells observers.

mod check;
mod comments;
mod crossing;
mod desk;
mod dialect;
mod event;
pub mod fix;
mod gfm;
mod ignores;
mod mend;
mod paths;
mod place;
mod proof;
mod read;
mod recall;
pub mod rendering;
mod room;
mod run;
mod schemas;
pub mod state;
mod suppress;
mod survey;
mod taken;
pub mod undo;
mod walk;
mod workspace;
pub mod write;

pub(crate) use check::catch;
pub use check::{Checked, How, below, check_file, check_text};
pub use crossing::{Crossing, Spot, crossing};
pub use event::{
    Aside, Event, FileReport, Mending, Noted, Rejected, Rejections, RuleCount, Skipped, Status,
    Summary,
};
pub use mend::Mended;
pub use paths::{Base, shown};
pub use place::{Context, Occurrences, moved};
pub use read::{MAX_BYTES, PROBLEMS, Problem, ReadError};
pub use recall::{Recalled, read_document};
pub use room::Room;
pub use run::{Job, Note, Render, Sift, Write, run, run_and_write};
pub use schemas::defers_schema;
pub use taken::{PAGE_EXTENSIONS, is_page, takes, would_walk};
pub use walk::{File, Source, Walk, Walked, walk};
pub use workspace::Workspace;
