//! The document and the behaviour are the same: forms, bounds, methods, shapes of bodies.

use serde_json::{Value, json};

use crate::raw;
use crate::site::{self, Site};
use crate::ws;

fn refused(site: &Site, path: &str, body: &str) -> (u16, String) {
    let answer = raw::post(site.address, path, body);
    (answer.status, answer.json()["error"]["message"].as_str().unwrap_or_default().to_owned())
}

#[test]
fn a_list_is_no_mapping_anywhere() {
    let site = site::serve();
    let paths = raw::get(site.address, "/api/openapi.json").json()["paths"].clone();
    let mut tried = 0;
    for (path, operations) in paths.as_object().expect("paths") {
        if operations.get("post").is_none() {
            continue;
        }
        let id = if path.contains("workflows") { "wf_00000000000" } else { "1" };
        let path = path.replace("{id}", id);
        for body in ["[]", "[null]", "[null,null]", "[[],null,null,null]", "null", "7", "\"x\""] {
            let (status, message) = refused(&site, &path, body);
            assert_eq!(status, 400, "{path} {body}: {message}");
            assert!(message.contains("does not fit"), "{path} {body}: {message}");
            tried += 1;
        }
    }
    assert!(tried >= 70, "{tried}");
    for (path, body) in [
        ("/api/recommendations/approve", r#"{"filter":[null,null]}"#),
        ("/api/recommendations/approve", r#"{"filter":[]}"#),
        ("/api/recommendations/approve", r#"{"filter":null}"#),
        ("/api/recommendations/reject", r#"{"filter":[null,null,null,null,null,null]}"#),
        ("/api/enhance", r#"{"filter":[]}"#),
    ] {
        let (status, message) = refused(&site, path, body);
        assert_eq!(status, 400, "{path} {body}: {message}");
        assert!(message.contains("`/filter`"), "the place is said: {message}");
    }
}

#[test]
fn ids_and_a_filter_exclude_each_other() {
    let site = site::serve();
    for body in ["{}", r#"{"ids":[]}"#, r#"{"ids":[],"filter":{}}"#, r#"{"ids":[1],"filter":{}}"#] {
        let answer = raw::post(site.address, "/api/recommendations/approve", body);
        let code = answer.json()["error"]["code"].clone();
        assert_eq!((answer.status, code), (400, json!("ambiguous")), "{body}");
    }
    let (status, message) = refused(&site, "/api/recommendations/approve", r#"{"ids":[0]}"#);
    assert!(status == 400 && message.contains("`/ids/0`"), "{message}");
    assert_eq!(refused(&site, "/api/recommendations/approve", r#"{"filter":{}}"#).0, 200);
}

#[test]
fn numbers_are_within_the_bounds_that_the_document_says() {
    let site = site::serve();
    let document = raw::get(site.address, "/api/openapi.json").json();
    let mut tried = 0;
    for (path, operations) in document["paths"].as_object().expect("paths") {
        for param in operations["get"]["parameters"].as_array().into_iter().flatten() {
            let schema = &param["schema"];
            if param["in"] != "query" || schema["type"] != "integer" {
                continue;
            }
            let bound = |name: &str| schema[name].as_i64().expect("a bound");
            let path = path.replace("{id}", "wf_00000000000");
            for value in [bound("minimum") - 1, bound("maximum") + 1] {
                let name = param["name"].as_str().expect("a name");
                let answer = raw::get(site.address, &format!("{path}?{name}={value}"));
                assert_eq!(answer.status, 400, "{path} {name}={value}");
                assert_eq!(answer.json()["error"]["code"], "invalid_parameter");
                tried += 1;
            }
        }
    }
    assert!(tried > 20, "{tried}");
    for path in ["/api/validations/0", "/api/validations/+1", "/api/workflows/wf_1m4t0kq7x2u"] {
        assert_eq!(raw::get(site.address, path).status, 400, "{path}");
    }
}

#[test]
fn parameters_take_what_the_document_says_and_say_so_of_all_else() {
    let site = site::serve();
    let document = raw::get(site.address, "/api/openapi.json").json();
    let (mut words, mut flags, mut forms) = (0, 0, 0);
    for (path, operations) in document["paths"].as_object().expect("paths") {
        for param in operations["get"]["parameters"].as_array().into_iter().flatten() {
            if param["in"] != "query" {
                continue;
            }
            let path = path.replace("{id}", "wf_00000000000");
            let name = param["name"].as_str().expect("a name");
            let asked = |value: &str| {
                let answer = raw::get(site.address, &format!("{path}?{name}={value}"));
                // What is exported is no JSON.
                let body: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
                let error = &body["error"];
                let hint = error["hint"].as_str().unwrap_or_default().to_owned();
                (error["code"] == "invalid_parameter", hint)
            };
            let schema = &param["schema"];
            let expected = match (schema["enum"].as_array(), schema["type"].as_str()) {
                (Some(known), _) => {
                    words += 1;
                    let known: Vec<&str> = known.iter().filter_map(Value::as_str).collect();
                    for word in &known {
                        assert!(!asked(word).0, "{path} {name}={word}");
                        let (lower, upper) = (word.to_lowercase(), word.to_uppercase());
                        assert!(!asked(&lower).0 && !asked(&upper).0, "{path} {name}={word}");
                    }
                    format!("it takes one of {}", known.join(", "))
                }
                (None, Some("boolean")) => {
                    flags += 1;
                    assert!(!asked("true").0 && !asked("false").0, "{path} {name}");
                    "it takes true or false".to_owned()
                }
                (None, _) if schema.get("pattern").is_some() && name != "path" => {
                    forms += 1;
                    "it takes the ".to_owned()
                }
                _ => continue,
            };
            for value in ["", "TRUE", "-", "1.0", "null", "%22%22", "[]"] {
                let (is_refused, hint) = asked(value);
                assert!(is_refused && hint.starts_with(&expected), "{path} {name}={value}: {hint}");
            }
        }
        if operations.get("get").is_some() {
            let path = path.replace("{id}", "1").replace("{rule}", "MD012");
            let unknown = raw::get(site.address, &format!("{path}?no_such=1"));
            assert_eq!(unknown.json()["error"]["code"], "unknown_parameter", "{path}");
        }
    }
    assert!(words > 15 && flags > 8 && forms > 10, "{words} {flags} {forms}");
}

#[test]
fn what_is_needed_and_missing_is_said() {
    let site = site::serve();
    for path in ["/api/file", "/api/file/history", "/api/workflows/wf_00000000000/compare"] {
        let answer = raw::get(site.address, path);
        let code = answer.json()["error"]["code"].clone();
        assert_eq!((answer.status, code), (400, json!("missing_parameter")), "{path}");
    }
}

#[test]
fn methods_that_nothing_takes_are_405_with_those_that_are_taken() {
    let site = site::serve();
    for method in ["TRACE", "OPTIONS", "PUT", "PATCH", "DELETE", "PROPFIND", "FOO"] {
        for (path, allow) in [("/api/workflows", "GET, HEAD"), ("/api/validate", "POST")] {
            let request = format!("{method} {path} HTTP/1.1\r\nHost: {}\r\n\r\n", site.address);
            let answer = raw::send(site.address, request.as_bytes());
            assert_eq!(
                (answer.status, answer.header("allow")),
                (405, Some(allow)),
                "{method} {path}"
            );
        }
    }
}

#[test]
fn every_refusal_that_is_met_stands_in_the_document() {
    let site = site::serve();
    let document = raw::get(site.address, "/api/openapi.json").json();
    let documented = |path: &str, method: &str, status: u16| {
        let responses: &Value = &document["paths"][path][method]["responses"];
        assert!(responses.get(status.to_string()).is_some(), "{method} {path}: {status}");
    };
    for (path, method, status) in [
        ("/api/workflows/{id}", "get", 404),
        ("/api/workflows/{id}/pause", "post", 409),
        ("/api/validate", "post", 503),
        ("/api/validate/batch", "post", 413),
        ("/api/validate/batch", "post", 429),
        ("/api/findings", "get", 400),
    ] {
        documented(path, method, status);
    }
}

#[test]
fn pages_take_questions_only() {
    let site = site::serve();
    for path in ["/", "/dashboard/"] {
        let request = format!("TRACE {path} HTTP/1.1\r\nHost: {}\r\n\r\n", site.address);
        let answer = raw::send(site.address, request.as_bytes());
        let allow = answer.header("allow");
        assert_eq!((answer.status, allow), (405, Some("GET, HEAD")), "{path}");
    }
    // Without a body, and without a type for it: it is the method that is wrong.
    let request = format!("POST /api/findings HTTP/1.1\r\nHost: {}\r\n\r\n", site.address);
    assert_eq!(raw::send(site.address, request.as_bytes()).status, 405);
}

#[test]
fn whole_numbers_may_be_written_as_fractions() {
    let site = site::serve();
    let approve = |body| raw::post(site.address, "/api/recommendations/approve", body).status;
    assert_eq!(approve(r#"{"filter":{"validation":7.0}}"#), 200);
    assert_eq!(approve(r#"{"filter":{"validation":7.5}}"#), 400);
    let reject = |body| raw::post(site.address, "/api/recommendations/reject", body).status;
    assert_eq!(reject(r#"{"filter":{},"until":"2027-02-30"}"#), 400);
}

#[test]
fn a_websocket_needs_a_newer_http_and_ends_with_the_code_of_what_was_wrong() {
    let site = site::serve();
    let request = format!(
        "GET /ws/test HTTP/1.0\r\nHost: {}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
         Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n",
        site.address
    );
    let status = raw::send(site.address, request.as_bytes()).status;
    assert!((400..500).contains(&status), "{status}");
    for (name, bytes, code) in [
        ("no mask", &b"\x81\x01a"[..], 1002),
        ("a reserved bit", &b"\xf1\x80\0\0\0\0"[..], 1002),
        ("an opcode that is not", &b"\x83\x80\0\0\0\0"[..], 1002),
        ("a ping in parts", &b"\x09\x80\0\0\0\0"[..], 1002),
        ("no UTF-8", &b"\x81\x82\0\0\0\0\xff\xfe"[..], 1007),
        ("too long", &b"\x81\xfe\x20\x00\0\0\0\0"[..], 1009),
    ] {
        for path in ["/ws/validation_updates", "/ws/test"] {
            let mut client = ws::connect(site.address, path).expect("it is let in");
            client.send_raw(bytes).expect("it is sent");
            assert_eq!(client.end(), ws::End::Closed(code), "{name} at {path}");
        }
    }
}
