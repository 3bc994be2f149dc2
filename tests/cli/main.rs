//! Real command lines: exit codes, formats, settings, what is walked, and how a run ends.

mod baseline;
mod changes;
mod ending;
mod formats;
mod outcome;
mod pages;
mod project;
mod settings;
mod walking;
