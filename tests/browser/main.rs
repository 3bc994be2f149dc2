//! The dashboard in a real browser.
//!
//! Needs Debian's `chromium` and `chromium-driver`; `tests/run` installs them where it can. Pictures
//! of every page are left in `target/screenshots`.

mod accessibility;
mod bulk;
mod chrome;
mod compare;
mod connection;
mod decisions;
mod export;
mod findings;
mod hostile;
mod layout;
mod load;
mod pages;
mod places;
#[path = "../shared/raw.rs"]
mod raw;
mod report;
mod review;
mod site;
mod story;
mod tables;
mod tasks;
mod writer;
