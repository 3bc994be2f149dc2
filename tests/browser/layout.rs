//! Nothing is cut, and nothing lies beside the screen, at any width; in light and in dark. The
//! pictures of all pages are left for those who want to look.

use std::fmt::Write as _;

use serde_json::Value;

use crate::chrome::Browser;
use crate::site::Site;

/// Widths and heights of screens.
const SCREENS: [(u32, u32); 4] = [(390, 844), (1024, 768), (1920, 1080), (320, 640)];

/// Texts that are cut in the middle: wider than their box, which hides the rest without a mark.
const CUT: &str = "[...document.querySelectorAll('main *, nav *')].filter((e) => {
    if (e.childElementCount > 0 || !e.checkVisibility() || !e.innerText?.trim() || e.closest('.hidden')) return false;
    const style = getComputedStyle(e);
    return style.overflow !== 'visible' && style.textOverflow !== 'ellipsis' && e.scrollWidth > e.clientWidth + 1 && e.clientWidth > 0;
}).map((e) => `${e.className}: ${e.innerText}`)";

/// Numbers that an ancestor cuts, with or without a mark.
const COUNTS: &str = "[...document.querySelectorAll('main .count, main .number, main .bar-count, main .facet-count, main .task-count, main .tile-value')].filter((e) => {
    if (!e.checkVisibility()) return false;
    const own = e.getBoundingClientRect();
    for (let p = e.parentElement; p && p !== document.body; p = p.parentElement) {
        const style = getComputedStyle(p);
        if (style.overflowX === 'visible' || p.matches('.table-scroll')) { if (p.matches('.table-scroll')) return false; continue; }
        const box = p.getBoundingClientRect();
        if (own.right > box.right + 1 || own.left < box.left - 1) return true;
    }
    return false;
}).map((e) => `${e.className}: ${e.innerText}`)";

/// What lies beside the screen, but for what can be scrolled to.
const BESIDE: &str = "[...document.querySelectorAll('main *')].filter((e) => e.checkVisibility() && !e.closest('.hidden, .table-scroll, .vlist, .source, .snippet, svg') && e.getBoundingClientRect().right > innerWidth + 1).map((e) => `${e.tagName}.${e.className}`)";

fn lines(value: &Value) -> Vec<String> {
    let list = value.as_array().expect("a list").iter();
    list.map(|text| text.as_str().unwrap_or_default().to_owned()).collect()
}

/// A project with long paths, long lines and large numbers.
fn with_lot() -> Site {
    let site = Site::serve(&[]);
    let mut many = "# Title\n\n".to_owned();
    for line in 0..12_345 {
        let _ = writeln!(many, "![](image-{line}.png)");
    }
    site.write(
        "docs/mfc/reference/a-page-with-a-very-long-name-that-goes-on-and-on-class.md",
        &many,
    );
    let address =
        "https://example.com/a/very/long/address/without/any/place/to/break/it/".repeat(3);
    site.write(
        "docs/SECURITY.md",
        &format!("# Title\n\n\n\nSee {address} and (here)[b.md]. \n* item\n\ttab\n"),
    );
    for page in 0..40 {
        site.write(&format!("docs/guide/page-{page}.md"), "# Title\n\nText. \n\n```\ncode\n```\n");
    }
    site.write("bad.json", "{");
    site.validate();
    site.write("docs/guide/page-1.md", "# Title\n\n\n\nText.\n");
    site
}

#[test]
fn nothing_is_cut_at_any_width() {
    let site = with_lot();
    let run = site.validate();
    let browser = Browser::start("layout");
    let pages = [
        ("overview", String::new()),
        ("findings", "findings".to_owned()),
        ("workflows", "workflows".to_owned()),
        ("workflow", format!("workflows/{run}")),
        ("compare", format!("workflows/{run}/compare")),
        ("validations", "validations".to_owned()),
        ("page", "pages/docs/SECURITY.md".to_owned()),
        ("recommendations", "recommendations?path=docs/SECURITY.md".to_owned()),
        ("trends", "trends".to_owned()),
        ("rule", "rules/MD013".to_owned()),
        ("history", "history/docs/guide/page-1.md".to_owned()),
        ("settings", "settings".to_owned()),
    ];
    let mut wrong = Vec::new();
    for (name, path) in &pages {
        browser.goto(&site.url(path));
        browser.see("#connection", "Live");
        browser.wait("document.querySelectorAll('main .page > *').length > 1 && !document.querySelector('main').innerText.includes('Loading…')");
        std::thread::sleep(std::time::Duration::from_millis(300));
        // Lines that end are no characters to be shown by their codes.
        if browser.value("document.body.innerText.includes('U+000A')") == true {
            wrong.push(format!("{name} shows the ends of lines"));
        }
        for (width, height) in SCREENS {
            browser.size(width, height);
            for scheme in ["light", "dark"] {
                browser.prefer(scheme, "reduce");
                browser.value("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))");
                browser.picture(&format!("{name}-{scheme}-{width}"));
            }
            for (what, script) in [("cut", CUT), ("a number is cut", COUNTS), ("beside", BESIDE)] {
                let found = lines(&browser.value(script));
                wrong.extend(
                    found.iter().take(3).map(|one| format!("{name} at {width}: {what}: {one}")),
                );
            }
            let sideways = browser.value("document.documentElement.scrollWidth - innerWidth");
            if sideways.as_i64() > Some(0) {
                wrong.push(format!("{name} at {width} is too wide by {sideways}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    browser.is_quiet();
}

#[test]
fn on_a_phone_what_is_chosen_comes_into_sight() {
    let site = Site::serve(&[]);
    for page in 0..20 {
        site.write(&format!("docs/page-{page:02}.md"), "# Title\n\nText. \n\n```\ncode\n```\n");
    }
    site.validate();
    let browser = Browser::start("phone");
    browser.size(390, 844);
    let top = |selector: &str| {
        let top = format!("document.querySelector('{selector}').getBoundingClientRect().top");
        browser.value(&top).as_f64().expect("a place")
    };
    for (path, row, detail) in [
        ("findings", ".vlist-row:nth-child(3) .finding-open", ".finding-detail"),
        ("recommendations", ".review-row:nth-child(3) .review-open", ".review-detail"),
    ] {
        browser.goto(&site.url(path));
        browser.wait(&format!("document.querySelector('{row}')"));
        assert!(top(detail) > 300.0, "it is below the list");
        browser.run(&format!("document.querySelector('{row}').click();"), Vec::new());
        browser
            .wait(&format!("document.querySelector('{detail}').getBoundingClientRect().top < 90"));
        assert!(top(detail) > 40.0, "and not under the bar: {}", top(detail));
        browser.picture(path);
        browser.back();
    }
    browser.is_quiet();
}
