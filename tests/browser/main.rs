//! The dashboard in a real browser.
//!
//! Needs Debian's `chromium` and `chromium-driver`; `tests/run` installs them where it can. Pictures
//! of every page are left in `target/screenshots`.

mod accessibility;
mod chrome;
mod hostile;
mod load;
mod pages;
#[path = "../server/raw.rs"]
mod raw;
mod report;
mod review;
mod site;
mod story;
mod writer;
