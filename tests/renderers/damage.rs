//! Pages with lines that writers get wrong.

use crate::random::Random;

/// What every dialect has: faults that have a fix, and what they stand beside.
const LINES: &[&str] = &[
    "",
    "\n",
    "* a",
    "+ b",
    "- a\n+ b",
    "  - c",
    "\t- tab",
    "    * four\n        * eight",
    "  * two\n    * four",
    "* a\n\n    text",
    "* a\n\n  text",
    "1. one",
    "3. three",
    "1. a\n2. b\n   text",
    "10. a\n11. b",
    "## Heading",
    "##  Wide",
    "#  B ##",
    " # indented",
    "Setext\n===",
    "text  ",
    "text ",
    "a\tb",
    "see https://a.b/c_d_e now",
    "> quote",
    ">  wide",
    "```",
    "```js\nlet a = 1;\n```",
    "~~~",
    "---",
    "* * *",
    "| a | b |\n|---|---|\n| c | `d` |",
    "__strong__ and *em*",
    "*em*text _em_",
    "** padded ** and ` code `",
    "[ a ](b)",
    "$ ls",
    "a\\\nb",
    "<b>c</b>  ",
    "<div>\n* a\n\n\ntext\n</div>",
    "    code",
];

/// Some lines of one of the pages with a few of a dialect and of all dialects among them.
pub fn damaged(pages: &[String], lines: &[&str], random: &mut Random) -> String {
    let page: Vec<&str> = pages[random.below(pages.len())].lines().collect();
    let first = random.below(page.len());
    let count = 1 + random.below(30);
    let mut result: Vec<String> =
        page[first..].iter().take(count).map(|line| (*line).to_owned()).collect();
    for _ in 0..=random.below(5) {
        let at = random.below(result.len() + 1);
        let piece = match random.below(2) {
            0 => LINES[random.below(LINES.len())],
            _ => lines[random.below(lines.len())],
        };
        let indent = ["", "", "", "  ", "    ", "> "][random.below(6)];
        let piece = piece.split('\n').map(|line| format!("{indent}{line}")).collect::<Vec<_>>();
        result.insert(at, piece.join("\n"));
    }
    let page = result.join("\n") + "\n";
    // What begins like front matter and is none, every renderer takes for something else.
    if page.starts_with("---") { format!("# Start\n\n{page}") } else { page }
}
