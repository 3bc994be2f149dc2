//! The live server over real sockets.

mod access;
mod api;
mod cases;
mod computing;
mod exact;
mod exporting;
mod http;
mod jobs;
mod limits;
mod live;
mod orders;
#[path = "../shared/other_version.rs"]
mod other_version;
mod previewing;
mod program;
#[path = "../shared/raw.rs"]
mod raw;
mod review;
mod searching;
mod site;
mod ws;
