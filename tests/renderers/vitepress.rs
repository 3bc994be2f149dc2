//! VitePress: markdown-it with its containers, attributes and anchors.

use std::path::Path;

use crate::hold::{Generator, Rendered, read};
use crate::tools::node;

/// What is inserted into pages, between lines.
const LINES: &[&str] = &[
    "::: tip",
    "::: warning T\ntext\n:::",
    ":::",
    ":::: code-group",
    "```js [a.js]\n1\n```",
    "::::",
    "[[toc]]",
    "## H {#z .c}",
    "text {.x}",
    "- a {.y}",
    "{.list}",
    "<Badge type=\"x\" />",
    "<A>\n* b\n</A>",
    "<A>\n\n* b\n\n</A>",
    "{{ a }}",
    "{{ `a\n\n* b` }}",
    "> [!NOTE]\n> a",
    "<script setup>\nconst a = [\n  `* b`,\n\n\n]\n</script>",
    "<template #x>",
    "</template>",
    "```js{1}\n1\n```",
    "==m== :tada:",
    "<<< ./x",
    "- [ ] task",
    "| a | b | {.x}",
    "<style>\n.a { }\n\n\n</style>",
];

const SITE: Generator = Generator {
    name: "vitepress",
    site: "site",
    docs: "",
    ending: ".md",
    lines: LINES,
    sites: &["vuejs-docs", "synthetic-vitepress", "synthetic-vitepress-clean"],
    render: rendered,
};

fn rendered(site: &Path) -> Rendered {
    read(&node("vitepress", &[site]))
}

#[test]
fn pages_of_vitepress_show_the_same() {
    let held = SITE.hold(&SITE.all_pages());
    assert!(held.fixed >= 2, "the pages have faults: {held:?}");
}

#[test]
fn damaged_pages_of_vitepress_show_the_same() {
    SITE.hold_damaged("RENDERED_PAGES", 300, "RENDERED_SEED");
}
