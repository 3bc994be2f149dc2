//! Checks documents and mends them: finds the files, checks each on its own, tells observers.

mod check;
mod desk;
mod event;
pub mod fix;
mod paths;
mod place;
mod read;
pub mod rendering;
mod run;
mod suppress;
pub mod undo;
mod walk;
pub mod write;

pub use check::{Checked, Diagnostics, check_file, check_text, diagnose};
pub use event::{Event, FileReport, RuleCount, Skipped, Status, Summary};
pub use paths::{Base, shown};
pub use read::{MAX_BYTES, PROBLEMS, Problem, ReadError};
pub use run::{Job, Render, run};
pub use walk::{File, Source, Walk, Walked, walk};
