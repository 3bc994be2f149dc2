//! What dead links lead to, the same for all links that mean the same.

use super::Fault;
use crate::site::flavor::is_markdown;
use crate::site::target::{Target, decode};

/// What a dead link leads to, the same from whatever page and however it is written: a path from the
/// root, with an anchor if that is what is missing. `target` and `leads_to` are those of the finding,
/// which is of this rule and in this page.
pub fn dead_target(page: &str, rule: &str, target: &str, leads_to: &str) -> String {
    const OF_ANCHORS: [Fault; 3] =
        [Fault::MissingFragment, Fault::WorksElsewhere, Fault::OwnAddress];
    let file = leads_to.trim_start_matches('/');
    let written = Target::parse(target);
    if OF_ANCHORS.iter().any(|fault| fault.rule() == rule) {
        let anchor = written.anchor();
        return anchor.map_or_else(|| file.to_owned(), |anchor| format!("{file}#{anchor}"));
    }
    // Where no such source is there, generators look for an address, which is another for every page.
    let is_source = written.scheme.is_none() && !written.is_absolute() && is_markdown(written.path);
    if is_source { from_root(page, &decode(written.path)) } else { file.to_owned() }
}

/// A path that is written in a page, as it is seen from the root.
pub fn from_root(page: &str, written: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    if !written.starts_with('/') {
        parts.extend(page.split('/'));
        parts.pop();
    }
    for part in written.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_is_the_same_however_it_is_written() {
        let [page, anchor, asset, own] =
            [Fault::MissingPage, Fault::MissingFragment, Fault::MissingAsset, Fault::OwnAddress];
        for (fault, from, written, leads_to, expected) in [
            (page, "docs/a.md", "b.md", "docs/b.md", "docs/b.md"),
            (page, "docs/deep/a.md", "../b.md#part", "deep/b.md", "docs/b.md"),
            (page, "a.md", "/docs/b.md", "docs/b.md", "docs/b.md"),
            (page, "docs/a.md", "../b%20c.md", "b c.md", "b c.md"),
            (page, "docs/a.md", "../guide/", "/guide", "guide"),
            (anchor, "docs/a.md", "b.md#p%C3%A4rt", "docs/b.md", "docs/b.md#pärt"),
            (anchor, "docs/a.md", "#part", "docs/a.md", "docs/a.md#part"),
            (asset, "docs/a.md", "../i.png", "i.png", "i.png"),
            (own, "a.md", "https://x.example/b/#part", "b.md", "b.md#part"),
        ] {
            let found = dead_target(from, fault.rule(), written, leads_to);
            assert_eq!(found, expected, "{from}: {written}");
        }
    }
}
