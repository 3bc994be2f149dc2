//! MDX in the manner of react.dev and Docusaurus: what `@mdx-js/mdx` compiles.

use std::path::Path;

use crate::hold::{Generator, Rendered, read};
use crate::tools::node;

/// What is inserted into pages, between lines.
const LINES: &[&str] = &[
    "",
    "\n",
    "* a",
    "+ b",
    "  - c",
    "\t- tab",
    "1. one",
    "3. three",
    "## Heading",
    "#### Deep {/*deep*/}",
    "Setext\n===",
    "text  ",
    "a\tb",
    "https://a.b/c",
    "see https://a.b/{c} now",
    "> quote",
    ">  wide",
    "```",
    "```js\nconst a = { b: '<c>' };\n```",
    "~~~",
    "---",
    "* * *",
    "{a}",
    "{/* a\n\n* b */}",
    "{`a\n\n  b  \n`}",
    "<A>",
    "</A>",
    "<A b={c} />",
    "<A b={{\n  c: '* d',\n\n}} />",
    "<A>\n\n* b\n\n</A>",
    "<A>\n* b\n</A>",
    "import { d } from 'e'",
    "export const f = [\n  '* g',\n\n\n  1,\n]",
    "| a | b |\n|---|---|\n| {c} | `d` |",
    "__strong__ and *em*",
    "** padded ** and ` code `",
    "[ a ](b) ![](c)",
    "$ ls",
    ":::note\ntext\n:::",
    "a\\\nb",
    "a {b} c  ",
    "<b>c</b>  ",
];

const SITE: Generator = Generator {
    name: "mdx",
    site: "none",
    docs: "",
    ending: ".mdx",
    lines: LINES,
    sites: &["redux", "synthetic-docusaurus"],
    render: rendered,
};

fn rendered(site: &Path) -> Rendered {
    read(&node("mdx", &[site]))
}

#[test]
fn pages_of_mdx_compile_to_the_same() {
    let pages = SITE.pages();
    let held = SITE.hold(&pages);
    assert_eq!((held.valid, held.fixed), (pages.len(), pages.len()), "all have faults");
    SITE.hold(&SITE.all_pages());
}

#[test]
fn damaged_pages_of_mdx_compile_to_the_same() {
    SITE.hold_damaged("MDX_PAGES", 600, "MDX_SEED");
}
