//! The guard with one check forgotten: each time something must go wrong, or the check is not
//! needed, or not tested.

use std::collections::BTreeSet;

use super::guard::Guard;
use super::{Server, ServerOptions, policy};
use crate::store::Store;

#[path = "../../tests/server/cases.rs"]
#[expect(dead_code, reason = "not all groups of cases are about the guard")]
mod cases;
#[path = "../../tests/shared/raw.rs"]
#[expect(dead_code, reason = "the cases need no more than one request each")]
mod raw;

/// The cases that are answered otherwise than they should be by a server without this check.
fn wrong_without(forgotten: &str) -> BTreeSet<&'static str> {
    let dir = tempfile::tempdir().expect("a temporary directory");
    Store::create(dir.path()).expect("a record");
    std::fs::write(dir.path().join("ok.md"), "# Fine\n").expect("a file");
    let options = ServerOptions::local(dir.path().to_owned());
    let mut server = Server::bind(&options).expect("the server starts");
    let address = server.address().expect("it has a port");
    let context = std::sync::Arc::get_mut(&mut server.context).expect("nobody else has it yet");
    context.guard = Guard::without(policy(&options, Some(address)), forgotten);
    let stop = server.stop();
    let thread = std::thread::spawn(move || server.run());
    let all = [cases::hosts(), cases::origins(), cases::bodies(), cases::protocols()];
    let wrong = all.into_iter().flatten().filter(|case| {
        let answer = raw::send(address, &case.bytes(address.port()));
        !case.expect.contains(&answer.status)
    });
    let wrong = wrong.map(|case| case.name).collect();
    stop.stop();
    thread.join().expect("the server ends");
    wrong
}

#[test]
fn every_check_of_the_guard_is_needed() {
    assert_eq!(wrong_without("none of them"), BTreeSet::new());
    for (check, at_least) in [
        ("host", 11),
        ("origin", 11),
        ("site", 6),
        ("content-type", 4),
        ("duplicates", 2),
        ("target", 1),
    ] {
        let wrong = wrong_without(check);
        assert!(wrong.len() >= at_least, "without `{check}` only these fail: {wrong:?}");
    }
    let tried = ["host", "origin", "site", "content-type", "duplicates", "target"];
    // A token and the right to write are not asked for by default; they have tests of their own.
    let others: Vec<_> = Guard::names().filter(|name| !tried.contains(name)).collect();
    assert_eq!(others, ["token", "read-only"]);
}
