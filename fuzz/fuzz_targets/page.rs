//! Any page: no panic, places in the text, fixing settles, safe fixes leave the page as it is.

#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use validator::diagnostic::Safety;
use validator::document::Document;
use validator::engine::fix;
use validator::engine::rendering::rendering;
use validator::rules::RuleSet;

static RULES: LazyLock<RuleSet> = LazyLock::new(RuleSet::defaults);

fuzz_target!(|text: &str| {
    let doc = Document::parse(text);
    for found in RULES.check(&doc) {
        assert!(doc.text.get(found.span.range()).is_some(), "{found:?}");
    }
    for limit in [Safety::Safe, Safety::Review] {
        let fixed = fix::settle(|doc| RULES.check(doc), text.to_owned(), limit);
        assert!(fixed.settled, "{limit:?} goes on for ever");
        if limit == Safety::Safe {
            assert_eq!(rendering(&doc), rendering(&Document::parse(fixed.text)));
        }
    }
});
