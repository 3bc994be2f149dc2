//! Hugo: goldmark with shortcodes, attributes, definitions and formulas.

use std::path::Path;
use std::process::Command;

use crate::hold::{Generator, Rendered, read};
use crate::tools::python;

/// What is inserted into pages, between lines.
const LINES: &[&str] = &[
    "{{< note >}}",
    "{{< /note >}}",
    "{{< note >}}\n* a\n{{< /note >}}",
    "{{% box %}}",
    "{{% /box %}}",
    "{{% box %}}\n* a\n+ b\n{{% /box %}}",
    "{{< box >}}\n* a\n\n\n  b\n{{< /box >}}",
    "{{< icon \"a\" >}}",
    "text {{< icon b >}} text",
    "## H {#z .c}",
    "{.x}",
    "text\n{#y}",
    "Term\n: Definition",
    "Term\n: Def\n\n  * a",
    "text[^1]",
    "[^1]: note\n\n    more",
    "$$\n* a\n+ b\n$$",
    "\\(a * b\\)",
    "> [!NOTE]\n> a",
    "- [ ] task",
    "```js {linenos=true}\n1\n```",
    "{{</* box */>}}",
    "a -- b \"c\"...",
];

const SITE: Generator = Generator {
    name: "hugo",
    site: "site",
    docs: "content",
    ending: ".md",
    lines: LINES,
    sites: &["hugoDocs", "synthetic-hugo", "synthetic-hugo-embedded"],
    render: rendered,
};

/// One page of the site shows all pages, so that one that is wrong does not stop the others.
fn rendered(site: &Path) -> Rendered {
    let mut hugo = Command::new(python().join("hugo"));
    hugo.args(["--quiet", "--contentDir", "none", "--destination", "public"]).current_dir(site);
    let output = hugo.output().expect("the packages of requirements.txt are installed");
    let complaints = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{complaints}");
    read(&std::fs::read_to_string(site.join("public/index.json")).expect("the site is built"))
}

#[test]
fn pages_of_hugo_show_the_same() {
    // Shortcodes that look for other pages end the whole build. Of the others a part is enough: the
    // site has a thousand.
    let is_apart =
        |page: &String| !["ref ", "ref\"", "param "].iter().any(|word| page.contains(word));
    let pages: Vec<String> = SITE.all_pages().into_iter().filter(is_apart).collect();
    let own = SITE.pages().len();
    let (own, others) = pages.split_at(own.min(pages.len()));
    let pages: Vec<String> = own.iter().chain(others.iter().step_by(3)).cloned().collect();
    let held = SITE.hold(&pages);
    assert!(held.fixed >= 2, "the pages have faults: {held:?}");
}

#[test]
fn damaged_pages_of_hugo_show_the_same() {
    SITE.hold_damaged("RENDERED_PAGES", 300, "RENDERED_SEED");
}
