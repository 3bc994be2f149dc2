//! The report in one HTML file, opened from the disk.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::json;
use tempfile::TempDir;

use crate::accessibility::{axe, violations};
use crate::chrome::Browser;

/// Writes the report on these pages.
fn report(pages: &[(&str, String)]) -> (TempDir, PathBuf) {
    let directory = TempDir::new().expect("a directory");
    for (name, text) in pages {
        let path = directory.path().join(name);
        std::fs::create_dir_all(path.parent().expect("a directory")).expect("made");
        std::fs::write(path, text).expect("written");
    }
    let path = directory.path().join("report.html");
    let mut validator = Command::new(env!("CARGO_BIN_EXE_validator"));
    validator.args(["batch", "--quiet", "--format", "html=report.html"]);
    let output = validator.current_dir(directory.path()).output().expect("it runs");
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    (directory, path)
}

fn open(name: &str, path: &Path) -> Browser {
    let browser = Browser::start(name);
    browser.goto(&format!("file://{}", path.display()));
    browser.wait("document.querySelectorAll('.row').length > 0");
    browser
}

#[test]
fn a_report_opens_from_the_disk_and_can_be_searched() {
    let pages = [
        ("docs/a.md", "# T\n\n### Deep\n\ntext\there\n\n* a\n+ b\n".to_owned()),
        ("docs/b.md", "# T\n\n## Same\n\n## Same\n".to_owned()),
        ("</script>.md".split_once('/').expect("a name").1, "# T\n\n#### <b>x</b>\n".to_owned()),
    ];
    let (_directory, path) = report(&pages);
    let browser = open("report", &path);
    browser.is_quiet();
    let requests = browser.value("performance.getEntriesByType('resource').length");
    assert_eq!(requests, json!(0));
    let all = browser.value("document.querySelectorAll('.row').length").as_u64().expect("rows");
    assert!(browser.text("#told").starts_with(&format!("{all} of {all} findings")));
    browser.run("search.value = 'docs/b'; search.dispatchEvent(new Event('input'));", Vec::new());
    browser.wait("document.querySelectorAll('.row').length === 1");
    assert!(browser.text(".row").contains("MD024"), "{}", browser.text(".row"));
    browser.run(
        "search.value = ''; severity.value = '0'; severity.dispatchEvent(new Event('change'));",
        Vec::new(),
    );
    browser.wait("document.querySelectorAll('.row').length === 0");
    browser.run("severity.value = ''; severity.dispatchEvent(new Event('change'));", Vec::new());
    let axe = axe();
    for (scheme, width) in [("light", 1360), ("dark", 1360), ("dark", 390)] {
        browser.prefer(scheme, "reduce");
        browser.size(width, 860);
        browser.picture(&format!("report-{scheme}-{width}"));
        let found = violations(&browser, &axe);
        assert!(found.is_empty(), "{scheme} {width}: {}", found.join("\n"));
        let sideways = browser.value("document.documentElement.scrollWidth - innerWidth");
        assert!(sideways.as_i64() <= Some(0), "too wide at {width}: {sideways}");
    }
}

#[test]
fn of_many_findings_only_those_in_sight_are_drawn() {
    let page = "# T\n".to_owned() + &"\n## A\n\n#### B\n".repeat(25_000);
    let (_directory, path) = report(&[("a.md", page.clone()), ("b.md", page)]);
    let browser = open("large-report", &path);
    browser.is_quiet();
    let told = browser.text("#told");
    let number: u64 = told
        .split(' ')
        .next()
        .and_then(|number| number.replace(',', "").parse().ok())
        .unwrap_or_else(|| panic!("{told}"));
    assert!(number >= 100_000, "{told}");
    let drawn = browser.value("document.querySelectorAll('.row').length").as_u64();
    assert!(drawn < Some(100), "{drawn:?}");
    browser.run("list.scrollTop = list.scrollHeight;", Vec::new());
    browser.wait(&format!(
        "[...document.querySelectorAll('.row')].some((row) => row.ariaPosInSet === '{number}')"
    ));
    browser.is_quiet();
    let loaded = browser.value("performance.getEntriesByType('navigation')[0].loadEventEnd");
    eprintln!("{number} findings: loaded after {loaded} ms");
}
