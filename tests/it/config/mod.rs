//! Configuration as users rely on it.

mod case;
mod comments;
mod discovery;
mod layers;
mod markdownlint;
mod mistakes;
