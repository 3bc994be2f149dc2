//! What a site's navigation lists, as far as its configuration says so without being run.

use foldhash::HashSet;

use super::route::{RouteAnswer, Routes};
use super::table::FileId;
use super::value::{Map, Value};

/// The navigation of a site.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Navigation {
    /// Nobody can tell, or there is none.
    #[default]
    Unknown,
    /// The generator lists every page by itself.
    All,
    Listed(Listed),
}

/// What a navigation lists that somebody has written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Listed {
    /// The file that it is written in, from the root, such as `mkdocs.yml`.
    pub place: String,
    pub pages: HashSet<FileId>,
    /// Entries that lead to no page, as they are written.
    pub dead: Vec<String>,
}

impl Listed {
    pub fn at(place: &str) -> Listed {
        Listed { place: place.to_owned(), ..Listed::default() }
    }

    /// Adds the page of an entry, or the entry if there is none.
    pub fn enter(&mut self, entry: &str, page: Option<FileId>) {
        match page {
            Some(page) => {
                self.pages.insert(page);
            }
            None => self.dead.push(entry.to_owned()),
        }
    }

    /// Adds what an address below the base of a site leads to.
    pub fn enter_address(&mut self, routes: &Routes, address: &str) {
        if address.contains("://") || address.starts_with("//") || address.starts_with('#') {
            return;
        }
        let path = address.split(['#', '?']).next().unwrap_or("");
        match routes.answer(path.trim_start_matches('/')) {
            RouteAnswer::Page(page)
            | RouteAnswer::Redirected(page)
            | RouteAnswer::WithExtension(page) => {
                self.pages.insert(page);
            }
            RouteAnswer::Nothing(_) => self.dead.push(address.to_owned()),
            _ => {}
        }
    }
}

/// An entry of a navigation that is written as nested lists and mappings.
pub enum NavEntry<'v> {
    /// A text in a list, or the value of a title.
    Text(&'v str),
    /// A mapping with keys that say what it is, such as `link` or `type`.
    Item(&'v Map),
}

/// Visits the entries of nested lists and mappings, outermost first. `is_item` tells mappings with
/// keys of their own from those of titles to what is below them; what an item has below `items` is
/// visited too.
pub fn visit<'v>(
    value: &'v Value,
    is_item: &impl Fn(&Map) -> bool,
    enter: &mut impl FnMut(NavEntry<'v>),
) {
    match value {
        Value::Text(text) => enter(NavEntry::Text(text)),
        Value::List(items) => items.iter().for_each(|item| visit(item, is_item, enter)),
        Value::Map(map) if is_item(map) => {
            enter(NavEntry::Item(map));
            if let Some(items) = map.get("items") {
                visit(items, is_item, enter);
            }
        }
        Value::Map(map) => map.entries.iter().for_each(|(_, below)| visit(below, is_item, enter)),
        Value::Null | Value::Bool(_) | Value::Unknown(_) => {}
    }
}

/// An address without the base path of the site, if it has it.
pub fn below_base<'a>(base: &str, address: &'a str) -> &'a str {
    let base = base.trim_matches('/');
    let rest = address.trim_start_matches('/');
    match rest.strip_prefix(base) {
        Some(below) if !base.is_empty() && (below.is_empty() || below.starts_with('/')) => below,
        _ => rest,
    }
}
