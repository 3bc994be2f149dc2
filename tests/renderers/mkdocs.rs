//! MkDocs: Python-Markdown with no extensions but MkDocs' own, and with those of Material.

use std::path::Path;

use crate::hold::{Generator, Rendered, read};
use crate::tools::python_on;

/// What is inserted into pages, between lines.
const LINES: &[&str] = &[
    "!!! note",
    "!!! note \"T\"\n    text",
    "    !!! tip",
    "??? tip \"T\"",
    "???+ note\n\n    * a",
    "=== \"Tab\"\n\n    text",
    "=== \"Two\"",
    "Term\n:   Definition",
    "Term\n:   Def\n\n    * a",
    "*[HTML]: Text",
    "[TOC]",
    "--8<-- \"x.md\"",
    "text[^1]",
    "[^1]: note\n\n    more",
    "{: .x }",
    "text\n{: #y }",
    "# H {#z}",
    "$$\n* a\n+ b\n$$",
    "<div markdown>\n\n* a\n\n</div>",
    "++ctrl+a++ ==m== ~~d~~",
    "- [ ] task",
    "::: a.b\n    options:",
    "/// note\ntext\n///",
    "```py title=\"x\"\nx\n```",
    "    ```\n    a\n    ```",
    "![a](b){ width=1 }",
    ":smile: H~2~O",
];

const PLAIN: Generator = Generator {
    name: "mkdocs",
    site: "plain",
    docs: "docs",
    ending: ".md",
    lines: LINES,
    sites: &["mkdocs", "synthetic-mkdocs", "synthetic-mkdocs-material"],
    render: rendered,
};

const MATERIAL: Generator = Generator { site: "material", ..PLAIN };

fn rendered(site: &Path) -> Rendered {
    read(&python_on("mkdocs", site))
}

#[test]
fn pages_of_mkdocs_show_the_same_without_extensions() {
    let held = PLAIN.hold(&PLAIN.all_pages());
    assert!(held.fixed >= 2, "the pages have faults: {held:?}");
}

#[test]
fn damaged_pages_of_mkdocs_show_the_same_without_extensions() {
    PLAIN.hold_damaged("RENDERED_PAGES", 300, "RENDERED_SEED");
}

#[test]
fn pages_of_mkdocs_show_the_same_with_extensions() {
    let held = MATERIAL.hold(&MATERIAL.all_pages());
    assert!(held.fixed >= 2, "the pages have faults: {held:?}");
}

#[test]
fn damaged_pages_of_mkdocs_show_the_same_with_extensions() {
    MATERIAL.hold_damaged("RENDERED_PAGES", 300, "RENDERED_SEED");
}
