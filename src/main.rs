//! The `validator` binary: hands over to the command line.

fn main() {}
