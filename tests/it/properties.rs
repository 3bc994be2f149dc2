//! What holds of every rule and of any text: no panic, places on character boundaries, fixing
//! settles, and safe fixes leave the page as it is.

use proptest::prelude::*;
use proptest::test_runner::RngSeed;

use validator::diagnostic::Safety;
use validator::document::Document;
use validator::engine::fix::{self, Settled};
use validator::engine::rendering::rendering;
use validator::rules::RuleSet;

/// Pieces that Markdown is made of, and that have made Markdown tools fail.
const PIECES: &[&str] = &[
    "\n",
    "\n",
    "\n\n",
    "\n\n\n",
    "\r\n",
    "\r",
    " ",
    "  ",
    "   ",
    "    ",
    "\t",
    "a",
    "word",
    "Word.",
    "# ",
    "## ",
    "###",
    "#",
    " #",
    "#word",
    "* ",
    "- ",
    "+ ",
    "1. ",
    "2) ",
    "10. ",
    "> ",
    ">",
    ">>",
    "*",
    "**",
    "_",
    "__",
    "***",
    "`",
    "``",
    "```",
    "```js\n",
    "~~~",
    "---",
    "===",
    "***\n",
    "- - -",
    "[",
    "]",
    "(",
    ")",
    "[a]",
    "[a]: /b",
    "[a](b)",
    "![](c)",
    "![d](e \"t\")",
    "[x][y]",
    "[^1]",
    "[^1]: n",
    "<b>",
    "</b>",
    "<div>",
    "</div>",
    "<!-- c -->",
    "<!--",
    "-->",
    "<br/>",
    "<img src=\"x\">",
    "<http://a.b>",
    "http://a.b",
    "www.a.b",
    "x@y.z",
    "|",
    "| a | b |\n|---|---|\n",
    "| 1 |",
    "\\",
    "\\|",
    "&amp;",
    "é",
    "日本",
    "😀",
    "\u{a0}",
    "\u{feff}",
    "\u{2028}",
    "$",
    "$$",
    ":::",
    "{#id}",
    "---\ntitle: t\n---\n",
    "\0",
    "~~x~~",
    "<pre>",
];

fn markdown() -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(PIECES), 0..40).prop_map(|pieces| pieces.concat())
}

/// Any characters at all.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![4 => markdown(), 1 => any::<String>()]
}

fn settle(text: &str, limit: Safety) -> Settled {
    let rules = RuleSet::defaults();
    fix::settle(|doc| rules.check(doc), text.to_owned(), limit)
}

/// The same texts each time, so that a change is judged by what it changes; with `EXPLORE=1`
/// others each time, and many of them.
fn config() -> ProptestConfig {
    let explore = std::env::var("EXPLORE").ok();
    let cases = explore.as_ref().map(|cases| cases.parse().unwrap_or(1));
    ProptestConfig {
        // `EXPLORE=1` stands for many.
        cases: cases.map_or(1_000, |cases| if cases == 1 { 50_000 } else { cases }),
        rng_seed: if explore.is_some() { RngSeed::Random } else { RngSeed::Fixed(20) },
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

#[test]
fn pages_that_once_went_on_for_ever_settle() {
    for text in [
        "- .\n",
        "\n#",
        "* ###***",
        "a\n\u{a0}\nb\n",
        "* $$\u{c}\n\u{a0}\n<div>(<!-- c --><div>\n",
        "((- [ ]\n\u{a0}\n\n<!--\\|><!-->>[^1]: n\n",
        "1. _\\\n\u{a0}\n\n# ###\n",
        "<pre>\n\n- a\n</pre>\n* b",
        "\u{feff}\n```js\n<br/>***>>[^1]a.",
        "---$$- - -[a]: /b~~~\\|```js\n($$",
    ] {
        for limit in [Safety::Safe, Safety::Review] {
            let first = settle(text, limit);
            assert!(first.settled, "{limit:?} goes on for ever: {text:?}");
            assert_eq!(settle(&first.text, limit).text, first.text, "{limit:?} of {text:?}");
        }
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn places_are_in_the_text_and_on_character_boundaries(text in text()) {
        let doc = Document::parse(text);
        for found in RuleSet::defaults().check(&doc) {
            prop_assert!(doc.text.get(found.span.range()).is_some(), "{found:?}");
            for edit in found.fix.iter().flat_map(|fix| &fix.edits) {
                prop_assert!(doc.text.get(edit.span.range()).is_some(), "{found:?}");
            }
        }
        for (index, node) in doc.nodes.iter().enumerate() {
            prop_assert!(doc.text.get(node.span.range()).is_some(), "{index}: {node:?}");
        }
    }

    #[test]
    fn a_page_is_the_same_in_the_room_of_another(first in text(), second in text()) {
        let mut reused = Document::parse(format!("---\ntitle: First\n---\n{first}"));
        assert!(reused.data().is_some(), "it is read when it is asked for");
        reused.parse_again(second.clone());
        let fresh = Document::parse(second);
        prop_assert_eq!(format!("{reused:?}"), format!("{fresh:?}"));
        prop_assert_eq!(format!("{:?}", reused.data()), format!("{:?}", fresh.data()));
        let rules = RuleSet::defaults();
        prop_assert_eq!(rules.check(&reused), rules.check(&fresh));
    }

    #[test]
    fn fixing_settles_and_a_second_time_changes_nothing(text in text()) {
        for limit in [Safety::Safe, Safety::Review] {
            let first = settle(&text, limit);
            prop_assert!(first.settled, "{limit:?} goes on for ever: {:?}", first.text);
            let second = settle(&first.text, limit);
            prop_assert_eq!(&second.text, &first.text, "{:?} of {:?}", limit, text);
        }
    }

    #[test]
    fn safe_fixes_leave_the_page_as_it_is(text in text()) {
        let fixed = settle(&text, Safety::Safe);
        let (before, after) = (Document::parse(text), Document::parse(fixed.text));
        prop_assert_eq!(rendering(&before), rendering(&after));
    }
}
