//! The record: real SQLite files, real processes, real failures.

mod common;
mod crash;
mod log;
mod migrating;
mod queries;
mod review;
mod runs;
mod states;
mod trouble;
