//! Jekyll: Liquid and kramdown with the parser of GFM.

use std::path::Path;

use crate::hold::{Generator, Rendered, read};
use crate::tools::ruby_on;

/// What is inserted into pages, between lines.
const LINES: &[&str] = &[
    "{: .x}",
    "{: .x}\ntext",
    "text\n{: #y}",
    "{:toc}",
    "* TOC\n{:toc}",
    "Term\n: Definition",
    "Term\n\n: Def\n\n  * a",
    "*[HTML]: Text",
    "text[^1]",
    "[^1]: note\n\n    more",
    "$$\n* a\n+ b\n$$",
    "a $$b * c$$",
    "{::comment}\n* a\n{:/comment}",
    "{::nomarkdown}\n* a\n{:/}",
    "{% raw %}\n* {{ a }}\n{% endraw %}",
    "{% if a %}\n* b\n{% endif %}",
    "{% highlight rb %}\n* a\n\n\n{% endhighlight %}",
    "{{ page.title }}",
    "<div markdown=\"1\">\n* a\n</div>",
    "### H {#z}",
    "^",
    "|a|b|",
    "a -- b \"c\"",
    "- [ ] task",
    "[a](b){: .c}",
    "* a\n{: .x}",
    "* {: .x} a",
];

const SITE: Generator = Generator {
    name: "jekyll",
    site: "site",
    docs: "",
    ending: ".md",
    lines: LINES,
    sites: &["just-the-docs", "synthetic-jekyll"],
    render: rendered,
};

fn rendered(site: &Path) -> Rendered {
    read(&ruby_on("jekyll", site))
}

#[test]
fn pages_of_jekyll_show_the_same() {
    let held = SITE.hold(&SITE.all_pages());
    assert!(held.fixed >= 2, "the pages have faults: {held:?}");
}

#[test]
fn damaged_pages_of_jekyll_show_the_same() {
    SITE.hold_damaged("RENDERED_PAGES", 300, "RENDERED_SEED");
}
