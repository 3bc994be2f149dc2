//! axe-core finds no violation on any page, in light and in dark, at the desk and on a phone.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use base64::Engine as _;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha512};

use crate::chrome::Browser;
use crate::site::Site;

const VERSION: &str = "4.14.1";
const CHECKSUM: &str =
    "FHfa+lmNjQZfJz1q8wKqIDwC6DExcHt/pkjNQb09a3NPjCKg2rhu5qb2S4r76ASyFNNtuFooJpZe37OgudVGtQ==";

/// axe-core's program, fetched once from the npm registry.
pub fn axe() -> String {
    let directory = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("axe");
    let archive = directory.join(format!("axe-core-{VERSION}.tgz"));
    if !archive.is_file() {
        fs::create_dir_all(&directory).expect("a directory");
        let fetched = Command::new("npm")
            .args(["pack", "--silent", &format!("axe-core@{VERSION}"), "--pack-destination"])
            .arg(&directory)
            .output();
        let fetched = fetched.expect("npm is there; on Debian: apt-get install npm");
        assert!(fetched.status.success(), "npm could not fetch axe-core: {fetched:?}");
    }
    unpack(&archive)
}

fn unpack(archive: &Path) -> String {
    let bytes = fs::read(archive).expect("the archive");
    let sum = base64::engine::general_purpose::STANDARD.encode(Sha512::digest(&bytes));
    assert_eq!(sum, CHECKSUM, "{} is what it should be", archive.display());
    let unpacked = Command::new("tar").arg("-xzOf").arg(archive).arg("package/axe.min.js").output();
    let unpacked = unpacked.expect("tar is there");
    assert!(unpacked.status.success(), "{unpacked:?}");
    String::from_utf8(unpacked.stdout).expect("a program")
}

/// What axe-core has to say of the page in sight.
pub fn violations(browser: &Browser, axe: &str) -> Vec<String> {
    browser.run(axe, Vec::new());
    browser.run(
        "window.found = null; axe.run({rules: {'target-size': {enabled: true}}}).then((r) => { window.found = r.violations; });",
        Vec::new(),
    );
    browser.wait("window.found");
    let found = browser.value(
        "found.map((v) => `${v.id}: ${v.help}: ${v.nodes.slice(0, 3).map((n) => `${n.html} ${n.failureSummary}`).join(' | ')}`)",
    );
    let found = found.as_array().cloned().unwrap_or_default();
    found.iter().filter_map(Value::as_str).map(str::to_owned).collect()
}

#[test]
fn axe_finds_nothing_on_any_page() {
    let axe = axe();
    let site = Site::serve(&[]);
    for name in ["a", "b", "c"] {
        site.write(
            &format!("docs/{name}.md"),
            "# Title\n\n\n\nSome text:\twith a tab. \n\n### Deep\n",
        );
    }
    site.write("bad.json", "{");
    let run = site.validate();
    site.post("/api/recommendations/approve", &json!({"filter": {"path": "docs/a.md"}}));
    site.post(
        "/api/recommendations/reject",
        &json!({"filter": {"path": "docs/b.md"}, "reason": "no"}),
    );
    site.validate();
    let list = site.get("/api/validations?current=true&path=docs")["items"][0]["id"].clone();
    let browser = Browser::start("axe");
    let mut wrong = Vec::new();
    let pages = [
        ("overview", String::new()),
        ("findings", "findings".to_owned()),
        ("rule", "rules/MD034".to_owned()),
        ("rules", "rules".to_owned()),
        ("compare", format!("workflows/{run}/compare")),
        ("page", "pages/docs/a.md".to_owned()),
        ("history", "history/docs/a.md".to_owned()),
        ("audit", "audit".to_owned()),
        ("workflows", "workflows".to_owned()),
        ("workflow", format!("workflows/{run}")),
        ("validations", "validations".to_owned()),
        ("validation", format!("validations/{list}")),
        ("recommendations", "recommendations?state=".to_owned()),
        ("trends", "trends".to_owned()),
        ("settings", "settings".to_owned()),
        ("nothing", "nothing".to_owned()),
    ];
    browser.prefer("light", "reduce");
    for (name, path) in &pages {
        browser.goto(&site.url(path));
        browser.see("#connection", "Live");
        browser.wait("document.querySelectorAll('main .page > *').length > 1 && !document.querySelector('main').innerText.includes('Loading…')");
        std::thread::sleep(std::time::Duration::from_millis(250));
        for (scheme, width, height) in
            [("light", 1360, 860), ("dark", 1360, 860), ("dark", 390, 844)]
        {
            browser.prefer(scheme, "reduce");
            browser.size(width, height);
            browser.picture(&format!("{name}-{scheme}-{width}"));
            let found = violations(&browser, &axe);
            wrong
                .extend(found.iter().map(|one| format!("{name} in {scheme}, {width} wide: {one}")));
            let sideways = browser.value("document.documentElement.scrollWidth - innerWidth");
            assert!(sideways.as_i64() <= Some(0), "{name} is too wide at {width}: {sideways}");
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
