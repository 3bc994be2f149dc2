//! Real command lines: exit codes, formats, settings, what is walked, and how a run ends.

mod ending;
mod formats;
mod outcome;
mod pages;
mod project;
mod recording;
mod resuming;
mod runs;
mod settings;
mod walking;
