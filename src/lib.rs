//! Checks documentation: Markdown pages, their front matter, and the YAML, JSON and TOML files
//! beside them. `ARCHITECTURE.md` is the map of the modules below.

pub mod baseline;
pub mod cancel;
pub mod changes;
pub mod cli;
pub mod config;
pub mod data;
pub mod diagnostic;
pub mod document;
pub mod engine;
pub mod facts;
pub mod files;
pub mod join;
pub mod pipe;
pub mod progress;
pub mod report;
pub mod rules;
pub mod server;
pub mod shard;
pub mod site;
pub mod store;
pub mod structure;
pub mod text;
