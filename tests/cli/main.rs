//! Real command lines: exit codes, formats, settings, what is walked, and how a run ends.

mod baseline;
mod changes;
mod dropin;
mod ending;
#[path = "../shared/expected.rs"]
mod expected;
mod flavors;
mod formats;
mod joins;
mod kills;
mod links;
#[path = "../shared/other_version.rs"]
mod other_version;
mod outcome;
mod pages;
mod pipe;
mod project;
#[cfg(unix)]
mod pty;
#[path = "../shared/random.rs"]
mod random;
mod recording;
mod reports;
mod resuming;
mod reviewing;
mod runs;
mod settings;
mod shards;
mod siblings;
mod site;
mod sites;
#[path = "../shared/sound.rs"]
mod sound;
mod telling;
mod transcript;
mod undoing;
mod unwritable;
mod walking;
mod widths;
