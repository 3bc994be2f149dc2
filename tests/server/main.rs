//! The live server over real sockets.

mod access;
mod api;
mod cases;
mod http;
mod limits;
mod live;
mod raw;
mod review;
mod site;
mod ws;
