//! Any page on the site of any generator: no panic, places in the text, and the same answers twice.

#![no_main]

use libfuzzer_sys::fuzz_target;
use validator::document::Document;
use validator::site::{FileTable, FlavorName, Site};

fuzz_target!(|text: &str| {
    let (config, page) = text.split_once('\0').unwrap_or(("", text));
    let _ = validator::site::literal::python(config);
    let _ = validator::site::literal::javascript(config);
    let paths = ["a.md", "b/index.md", "c.png"].map(str::to_owned);
    for flavor in FlavorName::ALL {
        let choose = move |_: &str| validator::site::Choice { flavor: Some(flavor), address: None };
        let table = std::sync::Arc::new(FileTable::new(paths.clone()));
        let site = Site::open_with("/nowhere".as_ref(), table, Box::new(choose));
        let file = site.table().get("a.md").expect("it is in the table");
        let doc = Document::parse(page);
        let facts = site.facts(file, &doc);
        for link in &facts.links {
            assert!(page.get(link.span.range()).is_some(), "{flavor:?} {link:?}");
            assert!(page.get(link.destination.range()).is_some(), "{flavor:?} {link:?}");
            assert_eq!(site.resolve(file, link), site.resolve(file, link));
        }
        for id in site.own_ids(file, &doc) {
            assert!(page.get(id.range()).is_some(), "{flavor:?} {id:?}");
        }
        let lines = facts.headings.windows(2).filter(|pair| pair[0].line > pair[1].line);
        assert_eq!(lines.count(), 0, "{flavor:?}");
    }
});
