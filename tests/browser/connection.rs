//! Live is what was heard of within ten seconds.

use std::fs;
use std::time::Duration;

use crate::chrome::Browser;
use crate::site::Site;

#[cfg(unix)]
#[test]
fn a_server_that_hangs_is_not_called_live() {
    let site = Site::serve(&[]);
    let browser = Browser::start("hangs");
    browser.goto(&site.url(""));
    browser.see("#connection", "Live");
    site.freeze();
    // Ten seconds and what a busy machine adds to them; two heartbeats and a half are 75.
    browser.wait_for(
        Duration::from_secs(25),
        "document.getElementById('connection').dataset.state === 'lost'",
    );
    browser.see("#connection", "Disconnected");
    site.thaw();
    browser.see("#connection", "Live");
}

#[test]
fn a_browser_without_a_network_says_so_at_once() {
    let site = Site::serve(&[]);
    let browser = Browser::start("offline");
    browser.goto(&site.url(""));
    browser.see("#connection", "Live");
    browser.run(
        "window.after = null;
         addEventListener('offline', () => {
             const start = performance.now();
             const look = () => {
                 if (document.getElementById('connection').dataset.state === 'lost') window.after = performance.now() - start;
                 else requestAnimationFrame(look);
             };
             look();
         });",
        Vec::new(),
    );
    browser.network(false);
    browser.wait("window.after !== null");
    browser.see("#connection", "Offline");
    browser.picture("offline");
    browser.network(true);
    browser.see("#connection", "Live");
    let log = browser.log();
    assert!(log.iter().all(|line| line.contains("ERR_INTERNET_DISCONNECTED")), "{log:?}");
}

#[test]
fn another_record_behind_the_address_is_told_and_shown() {
    let mut site = Site::serve(&[]);
    site.write("page.md", "# Title\n\n\n\nText. \n");
    site.validate();
    site.validate();
    let id = site.get("/api/pages")["items"][0]["id"].clone();
    let browser = Browser::start("another");
    browser.goto(&site.url(&format!("validations/{id}")));
    browser.see("#connection", "Live");
    browser.see("h1", "page.md");
    site.kill();
    fs::remove_dir_all(site.root().join(".validator")).expect("the record goes");
    drop(validator::store::Store::create(site.root()).expect("another record"));
    site.start();
    browser.see("#connection", "Live");
    browser.see("#toasts", "another run history");
    browser.see(".empty-title", "There is no validation");
    browser.picture("gone");
    browser.goto(&site.url("settings"));
    // This page follows events itself, so it is counted.
    browser.see("main", "1 of 64 follow events");
}
