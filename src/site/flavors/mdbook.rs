//! mdBook: the pages that `SUMMARY.md` lists, each beside where it stands, with `.html`.

use crate::document::Document;
use crate::site::facts::{Link, LinkDialect, LinkKind, read};
use crate::site::flavor::{Flavor, PagePlace, Sources, Step, is_markdown};
use crate::site::ids::{Dashes, Footnotes, Naming, OwnId};
use crate::site::mask::Syntax;
use crate::site::navigation::{Listed, Navigation};
use crate::site::route::{Output, Routes};
use crate::site::slug::Scheme;
use crate::site::table::FileId;
use crate::site::target::{Target, below, decode, directory, join, name, under};
use crate::site::value::Value;

/// A book.
pub struct MdBook {
    /// The directory of the pages, from the root.
    source: String,
    base: String,
    /// From `output.html.redirect`: what is old, and what is new.
    redirects: Vec<(String, String)>,
    dialect: LinkDialect,
}

impl MdBook {
    pub fn open(sources: &Sources<'_>, config: FileId) -> MdBook {
        let home = directory(sources.table.path(config));
        let settings = sources.config(config);
        let source = settings.text(&["book", "src"]).unwrap_or("src");
        let html = |key| ["output", "html", key];
        let redirects = settings.at(&html("redirect")).is().and_then(Value::as_map);
        let redirects = redirects.into_iter().flat_map(|map| &map.entries);
        let redirects =
            redirects.filter_map(|(old, new)| Some((old.clone(), new.as_text()?.to_owned())));
        let is_smart =
            settings.flag(&html("smart-punctuation")).or(settings.flag(&html("curly-quotes")));
        let mut naming = Naming { scheme: Scheme::MdBook, own: OwnId::Braces, ..Naming::github() };
        naming.text.footnotes = Footnotes::Number;
        naming.text.dashes = if is_smart == Some(false) { Dashes::Kept } else { Dashes::Runs };
        MdBook {
            source: join(home, source).0.trim_end_matches('/').to_owned(),
            base: settings.text(&html("site-url")).unwrap_or("/").to_owned(),
            redirects: redirects.collect(),
            dialect: LinkDialect {
                syntax: Syntax::MdBook,
                naming,
                footnote: "footnote- fr-",
                has_labels: false,
            },
        }
    }

    /// The pages in the order of the summary; the summary itself is none.
    fn chapters(&self, sources: &Sources<'_>) -> Vec<FileId> {
        let summary = sources.table.get(&under(&self.source, "SUMMARY.md"));
        let Some(text) = summary.and_then(|file| sources.text(file)) else {
            let pages = sources.table.below(&self.source);
            return pages.filter(|&file| is_markdown(sources.table.path(file))).collect();
        };
        let facts = read(&self.dialect, &Document::parse(text));
        let links = facts.links.iter().filter(|link| link.kind == LinkKind::Link);
        let files = links.filter_map(|link| {
            let path = decode(Target::parse(&link.target).path).into_owned();
            sources.table.get(&join(&self.source, &path).0)
        });
        files.collect()
    }
}

impl Flavor for MdBook {
    fn name(&self) -> &'static str {
        "mdbook"
    }

    fn set_base(&mut self, base: &str) {
        base.clone_into(&mut self.base);
    }

    fn directories(&self) -> Vec<String> {
        vec![self.source.clone()]
    }

    fn dialect(&self) -> &LinkDialect {
        &self.dialect
    }

    fn routes(&self, sources: &Sources<'_>) -> Routes {
        let mut routes = Routes::new(&self.base);
        let chapters = self.chapters(sources);
        let mut first = true;
        for &file in &chapters {
            let Some(path) = below(&self.source, sources.table.path(file)) else { continue };
            let output = output(path);
            routes.page(file, &output, &output);
            if first {
                routes.page(file, "index.html", &output);
            }
            first = false;
        }
        for file in sources.table.below(&self.source) {
            let Some(path) = below(&self.source, sources.table.path(file)) else { continue };
            if !is_markdown(path) {
                routes.asset(file, path);
            } else if routes.address(file).is_none() && path != "SUMMARY.md" {
                routes.leave_out(file, "on pages that SUMMARY.md does not have");
            }
        }
        for made in ["print.html", "404.html", "toc.html"] {
            routes.made(made, Output::Made);
        }
        for (old, new) in &self.redirects {
            let (path, fragment) =
                old.split_once('#').map_or((&**old, None), |(p, f)| (p, Some(f)));
            let path = path.trim_start_matches('/');
            match (fragment, routes.output(path)) {
                (Some(fragment), Some(&Output::Page(file))) => routes.fragment(file, fragment),
                (Some(_), _) => {}
                (None, _) => routes.made(path, Output::Redirect(new.as_str().into())),
            }
        }
        routes
    }

    fn navigation(&self, sources: &Sources<'_>, _routes: &Routes) -> Navigation {
        let summary = under(&self.source, "SUMMARY.md");
        let Some(file) = sources.table.get(&summary) else { return Navigation::Unknown };
        let mut listed = Listed::at(&summary);
        listed.pages.extend(self.chapters(sources));
        listed.pages.insert(file);
        Navigation::Listed(listed)
    }

    fn step(&self, from: &PagePlace<'_>, link: &Link, target: &Target<'_>) -> Step {
        if target.scheme.is_some() {
            return Step::External;
        }
        if below(&self.source, from.path()) == Some("SUMMARY.md") {
            let path = decode(target.path);
            let found = from.within(&self.source, &path);
            return match found {
                Some(file) => Step::File(file),
                None if path.is_empty() => Step::Made,
                None => Step::Missing(join(&self.source, &path).0),
            };
        }
        let _ = link;
        // `x.md` and whatever follows, but for a fragment, becomes `x.html`.
        let whole = link.target.split('#').next().unwrap_or("");
        match whole.rfind(".md") {
            Some(at) => Step::Address(format!("{}.html", &whole[..at])),
            None => Step::Address(target.path.to_owned()),
        }
    }
}

fn output(path: &str) -> String {
    let stem = crate::site::flavor::without_extension(path);
    if name(stem).eq_ignore_ascii_case("readme") {
        return under(directory(path), "index.html");
    }
    format!("{stem}.html")
}
