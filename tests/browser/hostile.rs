//! A page of another origin, in a real browser: it changes nothing and reads nothing.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;

use serde_json::json;

use crate::chrome::Browser;
use crate::site::Site;

/// Tries everything that a page can; `base` is the server under one of its names.
const ATTACK: &str = r#"
async function attack(base) {
  const ws = base.replace("http", "ws") + "/ws/validation_updates?since=0";
  const body = JSON.stringify({ directory: "." });
  const done = { read: 0, events: 0, answers: 0 };
  const post = (options) => fetch(base + "/api/validate/batch", { method: "POST", ...options })
    .then((answer) => { if (answer.ok) done.answers += 1; }).catch(() => {});
  await post({ mode: "no-cors", body: new Blob([body]) });
  await post({ mode: "no-cors", body });
  await post({ mode: "no-cors", body, headers: { "Content-Type": "text/plain" } });
  await post({ body, headers: { "Content-Type": "application/json" } });
  await post({ body, credentials: "include", headers: { "Content-Type": "application/json" } });
  navigator.sendBeacon(base + "/api/validate/batch", new Blob([body]));
  navigator.sendBeacon(base + "/api/undo", "{}");
  for (const path of ["/api/snapshot", "/api/events", "/health", "/api/openapi.json"]) {
    await fetch(base + path).then((answer) => answer.text()).then((text) => { if (text) done.read += 1; }).catch(() => {});
  }
  await new Promise((resolve) => {
    const socket = new WebSocket(ws);
    socket.onmessage = () => { done.events += 1; };
    socket.onerror = socket.onclose = resolve;
    setTimeout(() => { socket.close(); resolve(); }, 1500);
  });
  return done;
}
"#;

/// What only a page with markup of its own can do: forms, frames, scripts.
const MARKUP: &str = r#"
const results = [];
addEventListener("message", ({ data }) => { if (data?.done) results.push({ base: "a sandboxed frame", ...data.done }); });
function form(base) {
  const form = document.createElement("form");
  form.method = "post";
  form.enctype = "text/plain";
  form.action = base + "/api/validate/batch";
  form.target = "sink";
  const field = document.createElement("input");
  field.name = '{"directory":".","x":"';
  field.value = '"}';
  form.append(field);
  document.body.append(form);
  form.submit();
}
function sandboxed(base) {
  const frame = document.createElement("iframe");
  frame.sandbox = "allow-scripts";
  frame.srcdoc = `<script>${attack}; attack(${JSON.stringify(base)}).then((done) => parent.postMessage({ done }, "*"));<\/script>`;
  document.body.append(frame);
}
function embedded(base) {
  for (const path of ["/api/snapshot", "/api/events"]) {
    const script = document.createElement("script");
    script.src = base + path;
    document.body.append(script);
  }
  const frame = document.createElement("iframe");
  frame.src = base + "/dashboard/";
  document.body.append(frame);
}
(async () => {
  for (const base of bases) {
    form(base);
    embedded(base);
    sandboxed(base);
    results.push({ base, ...(await attack(base)) });
  }
  await new Promise((resolve) => setTimeout(resolve, 2500));
  window.results = results;
})();
"#;

/// A server for one page, at a port of its own.
fn attacker(page: String) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("an address").port();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(mut stream) = stream else { continue };
            let page = page.clone();
            std::thread::spawn(move || {
                let _ = stream.read(&mut [0; 8192]);
                let _ = write!(
                    stream,
                    "HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{page}",
                    page.len()
                );
            });
        }
    });
    port
}

#[test]
fn a_page_of_another_origin_changes_and_reads_nothing() {
    let site = Site::serve(&[]);
    site.write("page.md", "# Title\n\n\n\nText. \n");
    site.validate();
    let port = site.address.port();
    let head = site.head();
    let names = ["127.0.0.1", "localhost", "rebound.test"];
    let bases = names.map(|name| format!("http://{name}:{port}"));
    let page = format!(
        "<!doctype html><title>hostile</title><body><iframe name=sink></iframe><script>{ATTACK}\
         const bases = {};{MARKUP}</script>",
        json!(bases)
    );
    let attacker = attacker(page);
    let browser = Browser::start("hostile");
    for origin in ["attacker.test", "127.0.0.1", "localhost"] {
        browser.goto(&format!("http://{origin}:{attacker}/"));
        browser.wait_for(std::time::Duration::from_secs(40), "window.results");
        let results = browser.value("window.results");
        let results = results.as_array().expect("a list");
        assert_eq!(results.len(), 2 * names.len(), "frames and all: {results:?}");
        for result in results {
            let done = ["read", "events", "answers"].map(|what| result[what].as_u64());
            assert_eq!(done, [Some(0); 3], "from {origin}: {result}");
        }
    }
    assert_eq!(site.head(), head, "0 state changes");
    // A name that was made to point here after the page was loaded.
    browser.goto(&format!("http://rebound.test:{port}/dashboard/"));
    browser.see("body", "host_not_allowed");
    let rebound = format!(
        "{ATTACK} window.done = null; attack(location.origin).then((done) => {{ window.done = done; }});"
    );
    browser.run(&rebound, Vec::new());
    browser.wait("window.done");
    // What can be read there is the refusal.
    assert_eq!(browser.value("[done.events, done.answers]"), json!([0, 0]));
    assert_eq!(site.head(), head, "0 state changes");

    // The same from the dashboard's own origin does work, so the attack would have been seen.
    browser.goto(&site.url(""));
    browser.see("#connection", "Live");
    browser.run(&rebound, Vec::new());
    browser.wait("window.done");
    let own = browser.value("done");
    assert!(own["events"].as_u64() > Some(0) && own["read"] == 4, "{own}");
    assert!(own["answers"] == 2 && site.head() > head, "{own}");
}
