//! What the server answers to requests, friendly and hostile.

use std::time::Duration;

use crate::cases::{self, Case};
use crate::raw::{self, Answer};
use crate::site::{self, Site};

/// Every answer says what a browser may do with it, and never that another origin may read it.
fn check_headers(name: &str, answer: &Answer) {
    assert!(answer.header("access-control-allow-origin").is_none(), "{name}: {}", answer.head);
    // What hyper itself refuses never reaches the server; it has no body.
    if answer.body.is_empty() && matches!(answer.status, 400 | 431) || answer.status == 0 {
        return;
    }
    let policy = answer.header("content-security-policy").unwrap_or_default();
    assert!(policy.starts_with("default-src 'none'"), "{name}: {}", answer.head);
    assert!(policy.contains("frame-ancestors 'none'"), "{name}: {policy}");
    for (header, value) in [
        ("x-content-type-options", "nosniff"),
        ("cross-origin-resource-policy", "same-origin"),
        ("cross-origin-opener-policy", "same-origin"),
    ] {
        assert_eq!(answer.header(header), Some(value), "{name}");
    }
    let kept = answer.header("cache-control").unwrap_or_default();
    assert!(kept == "no-store" || kept.ends_with("immutable"), "{name}: {kept}");
}

/// Every refusal of the server has a code, a sentence and a hint.
fn check_refusal(name: &str, answer: &Answer) {
    if answer.status < 400 || answer.body.is_empty() {
        return;
    }
    let error = &answer.json()["error"];
    for part in ["code", "message"] {
        assert!(error[part].as_str().is_some_and(|text| !text.is_empty()), "{name}: {error}");
    }
    assert!(error["hint"].is_string(), "{name}: {error}");
}

fn run(site: &Site, cases: Vec<Case>) {
    let mut wrong = Vec::new();
    for case in cases {
        let answer = raw::send(site.address, &case.bytes(site.address.port()));
        if !case.expect.contains(&answer.status) {
            let body = String::from_utf8_lossy(&answer.body).into_owned();
            wrong.push(format!(
                "{}: {} instead of {:?} {body}",
                case.name, answer.status, case.expect
            ));
        }
        check_headers(case.name, &answer);
        check_refusal(case.name, &answer);
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(raw::get(site.address, "/health").status, 200, "the server is still there");
}

#[test]
fn only_its_own_names_are_answered() {
    run(&site::serve(), cases::hosts());
}

#[test]
fn only_its_own_pages_are_answered() {
    let site = site::serve();
    site.write("ok.md", "# Fine\n");
    run(&site, cases::origins());
}

#[test]
fn bodies_are_json_of_a_known_shape_and_size() {
    let site = site::serve();
    site.write("ok.md", "# Fine\n");
    run(&site, cases::bodies());
}

#[test]
fn websockets_are_for_its_own_pages_and_for_programs() {
    run(&site::serve(), cases::protocols());
}

#[test]
fn requests_of_any_shape_are_survived() {
    let site = site::serve_with(|options| {
        options.limits.head = Duration::from_millis(300);
        options.limits.body = Duration::from_millis(300);
    });
    let mut random = 0x2545_f491_4f6c_dd1du64;
    let mut next = move |below: usize| {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        usize::try_from(random % below as u64).expect("it is below a usize")
    };
    let pieces: [&[u8]; 8] =
        [b"\r\n", b"[::1", b"%zz", b"\xff\xfe", b"Host:", b": ", b"HTTP/1.1", b"\0"];
    std::thread::scope(|scope| {
        let all = [cases::hosts(), cases::origins(), cases::bodies(), cases::protocols()];
        for case in all.into_iter().flatten() {
            let mut bytes = case.bytes(site.address.port());
            bytes.truncate(20_000);
            for _ in 0..1 + next(4) {
                let at = next(bytes.len());
                let piece = pieces[next(pieces.len())];
                let end = (at + next(6)).min(bytes.len());
                bytes.splice(at..end, piece.iter().copied());
            }
            let address = site.address;
            scope.spawn(move || raw::send(address, &bytes));
        }
    });
    assert_eq!(raw::get(site.address, "/health").status, 200);
}

#[cfg(unix)]
#[test]
fn paths_stay_beneath_the_root() {
    let site = site::serve();
    site::with_traps(&site);
    run(&site, cases::paths());
}
