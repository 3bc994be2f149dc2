//! The live server over real sockets.

mod cases;
mod http;
mod raw;
mod site;
