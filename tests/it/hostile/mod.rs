//! Repositories from a stranger: each test sets a trap for real, runs the program, and holds that
//! the trap did not spring and that the user was told.

mod git;
mod reads;
mod record;
mod scene;
mod schemas;
mod server;
mod trap;
mod writes;
