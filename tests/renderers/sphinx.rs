//! Sphinx: MyST-Parser.

use std::path::Path;

use crate::hold::{Generator, Rendered, read};
use crate::tools::python_on;

/// What is inserted into pages, between lines.
const LINES: &[&str] = &[
    "(label)=",
    "```{note}\ntext\n```",
    "```{note}\n* a\n+ b\n\n\ntext\n```",
    ":::{tip}\ntext\n:::",
    ":::",
    ":::{note}",
    "{#a .b}",
    "{.c}\ntext",
    "Term\n: Definition",
    "Term\n: Def\n\n  * a",
    ":field: value",
    "text[^1]",
    "[^1]: note\n\n    more",
    "$$\n* a\n+ b\n$$",
    "$a * b$",
    "% comment",
    "%  * b",
    "+++",
    "{ref}`a`",
    "[](#x)",
    "- [ ] task",
    "```{code-block} py\n:linenos:\n\nx\n```",
    "```{list-table}\n* - a\n  - b\n```",
    "\\begin{align}\n* a\n\\end{align}",
    "{{ name }}",
    "[a](b){.c}",
];

const SITE: Generator = Generator {
    name: "sphinx",
    site: "site",
    docs: "",
    ending: ".md",
    lines: LINES,
    sites: &["myst", "synthetic-sphinx"],
    render: rendered,
};

fn rendered(site: &Path) -> Rendered {
    read(&python_on("sphinx", site))
}

#[test]
fn pages_of_sphinx_show_the_same() {
    let held = SITE.hold(&SITE.all_pages());
    assert!(held.fixed >= 2, "the pages have faults: {held:?}");
}

#[test]
fn damaged_pages_of_sphinx_show_the_same() {
    SITE.hold_damaged("RENDERED_PAGES", 200, "RENDERED_SEED");
}
