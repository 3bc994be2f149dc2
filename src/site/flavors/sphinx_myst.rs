//! Sphinx with MyST: links are looked up among documents, labels and files when the site is built.

use crate::site::facts::{Link, LinkDialect, LinkKind};
use crate::site::flavor::{
    Flavor, ListedPages, Outline, PagePlace, Sources, Step, UnknownSetting, is_markdown,
    without_extension,
};
use crate::site::ids::{Dashes, Empty, Footnotes, Naming, OwnId, Twice};
use crate::site::mask::Syntax;
use crate::site::navigation::{Listed, Navigation};
use crate::site::route::Routes;
use crate::site::slug::Scheme;
use crate::site::table::FileId;
use crate::site::target::{Target, below, decode, directory, join, under};
use crate::site::value::Value;

use super::SiteGlobs;
use super::settings::SettingsReader;
use super::toctree;

/// Schemes that MyST leaves alone unless the configuration lists its own.
const SCHEMES: [&str; 4] = ["http", "https", "mailto", "ftp"];

/// A site of Sphinx.
pub struct Sphinx {
    /// The directory of the pages, from the root.
    source: String,
    excluded: SiteGlobs,
    schemes: Vec<String>,
    /// Directories in which extensions write pages.
    generated: Vec<&'static str>,
    has_inventories: bool,
    dialect: LinkDialect,
    unknown: Vec<UnknownSetting>,
}

impl Sphinx {
    /// `None` for a site without MyST.
    pub fn open(sources: &Sources<'_>, config: FileId) -> Option<Sphinx> {
        let text = sources.config_text(config);
        if !text.contains("myst") {
            return None;
        }
        let mut reader = SettingsReader::new(sources, config);
        let mut excluded = Vec::new();
        for pattern in reader.texts(&["exclude_patterns"]) {
            excluded.push(format!("{}/**", pattern.trim_end_matches("/**").trim_end_matches('/')));
            excluded.push(pattern);
        }
        let schemes = match reader.settings().at(&["myst_url_schemes"]).is() {
            Some(Value::Map(map)) => map.entries.iter().map(|(name, _)| name.clone()).collect(),
            Some(list) => list.texts().map(str::to_owned).collect(),
            None => SCHEMES.map(str::to_owned).into(),
        };
        let directories =
            [("autodoc2", "apidocs"), ("autoapi", "autoapi"), ("sphinx_gallery", "auto_examples")];
        let generated = directories.iter().filter(|(extension, _)| text.contains(extension));
        let deepest =
            reader.text(&["myst_heading_anchors"]).and_then(|n| n.parse().ok()).unwrap_or(0);
        let mut naming = Naming {
            scheme: Scheme::Docutils,
            twice: Twice::Docutils,
            empty: Empty::Numbered,
            own: OwnId::Label,
            second: (deepest > 0).then_some((Scheme::Myst, deepest)),
            ..Naming::github()
        };
        let extensions = reader.texts(&["myst_enable_extensions"]);
        let has = |name: &str| extensions.iter().any(|known| known == name);
        naming.text.roles = true;
        naming.text.footnotes = Footnotes::Numbers;
        naming.text.quotes = has("smartquotes");
        if has("replacements") {
            (naming.text.dashes, naming.text.signs) = (Dashes::Exact, true);
        }
        if has("attrs_inline") {
            naming.text.lists = Some("{");
        }
        if has("attrs_block") {
            naming.own = OwnId::LabelOrList;
        }
        if has("substitution") {
            naming.templates = &["{{"];
        }
        if reader.has(&["myst_heading_slug_func"]) {
            naming.second = naming.second.map(|(_, deepest)| (slug_function(&mut reader), deepest));
        }
        Some(Sphinx {
            source: directory(sources.table.path(config)).to_owned(),
            excluded: SiteGlobs::new(&excluded),
            schemes,
            generated: generated.map(|(_, directory)| *directory).collect(),
            has_inventories: text.contains("intersphinx"),
            dialect: LinkDialect { syntax: Syntax::Myst, naming, footnote: "", has_labels: true },
            unknown: reader.unknown(),
        })
    }

    fn is_document(path: &str) -> bool {
        is_markdown(path) || path.ends_with(".rst") || path.ends_with(".ipynb")
    }

    /// The document of a name without extension.
    fn document(&self, from: &PagePlace<'_>, path: &str) -> Option<FileId> {
        [".md", ".rst", ".ipynb", ".markdown"]
            .iter()
            .find_map(|end| from.table.get(&format!("{path}{end}")))
    }

    /// A path from the page, or with `/` from the directory of all pages; `None` above that.
    fn path(&self, from: &PagePlace<'_>, path: &str) -> Option<String> {
        let (path, above) = match path.strip_prefix('/') {
            Some(path) => join(&self.source, path),
            None => join(directory(from.path()), path),
        };
        let path = path.trim_end_matches('/');
        (above == 0 && below(&self.source, path).is_some()).then(|| path.to_owned())
    }

    /// Whether a word is one of the site's own labels or documents, but for a letter or two.
    fn is_slip(&self, from: &PagePlace<'_>, word: &str) -> bool {
        let word = word.to_lowercase();
        let is_near = |name: &str| {
            word.len() > 4
                && name.len().abs_diff(word.len()) < 3
                && strsim::osa_distance(&word, &name.to_lowercase()) < 3
        };
        let mut labels = from.routes.names().filter_map(|name| name.strip_prefix("label "));
        labels.any(is_near)
            || from.table.below(&self.source).any(|file| {
                is_near(crate::site::target::name(without_extension(from.table.path(file))))
            })
    }

    /// Adds what an entry of a page's toctree lists.
    fn list(
        &self,
        listed: &mut Listed,
        from: &PagePlace<'_>,
        entry: &ListedPages,
        documents: &[(FileId, &str)],
    ) {
        let found = self.path(from, &entry.written);
        if entry.is_pattern {
            let Some(path) = found else { return };
            let globs = toctree::pattern(below(&self.source, &path).unwrap_or(&path));
            let matched = documents.iter();
            let matched = matched.filter(|(_, path)| globs.matches(without_extension(path)));
            listed.pages.extend(matched.map(|&(page, _)| page));
            return;
        }
        let found = found.as_deref();
        let file = found.and_then(|path| {
            let named = from.table.get(path).filter(|_| Sphinx::is_document(path));
            named.or_else(|| self.document(from, path))
        });
        let inner = found.and_then(|path| below(&self.source, path));
        let is_made = |inner: &str| self.generated.iter().any(|made| inner.starts_with(made));
        if file.is_some() || !inner.is_some_and(is_made) {
            listed.enter(&entry.written, file);
        }
    }

    /// What a destination that is no address of the web leads to.
    fn look_up(&self, from: &PagePlace<'_>, written: &str, target: &Target<'_>) -> Step {
        let path = decode(target.path);
        let found = self.path(from, &path);
        let file = found
            .as_deref()
            .and_then(|path| from.table.get(path))
            .filter(|_| target.query.is_none());
        if let Some(file) = file {
            return Step::File(file);
        }
        let is_plain = target.query.is_none() && target.fragment.is_none();
        if is_plain && from.routes.has_name(&label(written)) {
            return Step::Made;
        }
        let document =
            found.as_deref().filter(|_| is_plain).and_then(|path| self.document(from, path));
        if let Some(file) = document {
            return Step::File(file);
        }
        let inner = found.as_deref().and_then(|path| below(&self.source, path)).unwrap_or("");
        if self.generated.iter().any(|made| inner.starts_with(made)) {
            return Step::Unknown("to pages that an extension makes");
        }
        let is_word = !path.contains(['/', '.', ' ']);
        if self.has_inventories
            && is_plain
            && is_word
            && !path.is_empty()
            && !self.is_slip(from, &path)
        {
            return Step::Unknown("to what another site may have");
        }
        Step::Missing(written.to_owned())
    }
}

/// The scheme of the slugs that `myst_heading_anchors` adds, where a function of their own is named.
fn slug_function(reader: &mut SettingsReader) -> Scheme {
    match reader.text(&["myst_heading_slug_func"]).as_deref() {
        Some("docutils.nodes.make_id") => Scheme::Docutils,
        Some("myst_parser.slugs.default_slugify") => Scheme::Myst,
        _ => Scheme::Unknown,
    }
}

fn label(name: &str) -> String {
    format!("label {}", name.to_lowercase())
}

impl Flavor for Sphinx {
    fn name(&self) -> &'static str {
        "sphinx-myst"
    }

    fn directories(&self) -> Vec<String> {
        vec![self.source.clone()]
    }

    fn dialect(&self) -> &LinkDialect {
        &self.dialect
    }

    fn unknown(&self) -> &[UnknownSetting] {
        &self.unknown
    }

    fn routes(&self, sources: &Sources<'_>) -> Routes {
        let mut routes = Routes::new("/");
        let mut documents = Vec::new();
        for file in sources.table.below(&self.source) {
            let Some(path) = below(&self.source, sources.table.path(file)) else { continue };
            if !Sphinx::is_document(path) {
                continue;
            }
            if self.excluded.matches(path) {
                routes.leave_out(file, "`exclude_patterns` leaves the page out");
                continue;
            }
            routes.page_at(file, &format!("{}.html", without_extension(path)));
            documents.push(file);
        }
        for (&file, outline) in documents.iter().zip(sources.outlines(&documents, outline)) {
            for name in &outline.labels {
                routes.name(&label(name), file);
            }
        }
        routes
    }

    fn navigation(&self, sources: &Sources<'_>, routes: &Routes) -> Navigation {
        if sources.table.get(&under(&self.source, "_toc.yml")).is_some() {
            return Navigation::Unknown;
        }
        let mut listed = Listed::at("a toctree");
        let documents: Vec<(FileId, &str)> = routes
            .pages()
            .filter_map(|(page, _)| Some((page, below(&self.source, sources.table.path(page))?)))
            .collect();
        let pages: Vec<FileId> = documents.iter().map(|(page, _)| *page).collect();
        let outlines = sources.outlines(&pages, outline);
        let matters = sources.front_matters(&pages);
        for ((&(page, path), outline), matter) in documents.iter().zip(outlines).zip(matters) {
            let place = PagePlace { table: sources.table, routes, file: page };
            if without_extension(path) == "index" || matter.flag(&["orphan"]) == Some(true) {
                listed.pages.insert(page);
            }
            for entry in &outline.listed {
                self.list(&mut listed, &place, entry, &documents);
            }
        }
        Navigation::Listed(listed)
    }

    fn step(&self, from: &PagePlace<'_>, link: &Link, target: &Target<'_>) -> Step {
        if link.target.contains("{{") {
            return Step::Unknown("made by a substitution");
        }
        if matches!(link.kind, LinkKind::Html | LinkKind::HtmlAsset) {
            return if target.scheme.is_some() {
                Step::External
            } else {
                Step::Unknown("in raw HTML, which depends on the builder")
            };
        }
        match target.scheme {
            Some("inv") => return Step::Unknown("to what another site may have"),
            Some("project" | "path") => {
                let inner = link.target.split_once(':').map_or("", |(_, inner)| inner);
                let target = Target { scheme: None, ..*target };
                return match target.path.is_empty() {
                    true => Step::File(from.file),
                    false => self.look_up(from, inner, &target),
                };
            }
            Some("//") => return Step::Missing(link.target.clone()),
            Some(scheme)
                if link.kind == LinkKind::Image
                    || self.schemes.iter().any(|known| known == scheme) =>
            {
                return Step::External;
            }
            Some(_) => return Step::Missing(link.target.clone()),
            None => {}
        }
        if link.kind == LinkKind::Image {
            // Sphinx looks for images by what is written: nothing is decoded.
            let file = self.path(from, &link.target).and_then(|path| from.table.get(&path));
            return file.map_or_else(|| Step::Missing(link.target.clone()), Step::File);
        }
        if target.path.is_empty() && target.query.is_none() {
            let is_label = target.anchor().is_some_and(|name| from.routes.has_name(&label(&name)));
            return if is_label { Step::Made } else { Step::File(from.file) };
        }
        self.look_up(from, &link.target, target)
    }
}

fn outline(text: &str) -> Outline {
    Outline { labels: labels(text), listed: toctree::entries(text) }
}

/// The labels that a page gives, of MyST and of reStructuredText.
fn labels(text: &str) -> Vec<String> {
    let mut labels = Vec::new();
    for line in text.lines() {
        let line = line.trim();
        let myst = line.strip_prefix('(').and_then(|rest| rest.strip_suffix(")="));
        let rst = line.strip_prefix(".. _").and_then(|rest| rest.strip_suffix(':'));
        let option = line.strip_prefix(":name: ").or(line.strip_prefix(":label: "));
        labels.extend(myst.or(rst).or(option).map(|label| label.trim().to_owned()));
        if let Some(list) = line.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) {
            labels.extend(crate::site::ids::Attributes::read(list).id.map(str::to_owned));
        }
    }
    labels
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_of_both_languages() {
        let text = "(My label)=\n# T\n.. _other-one:\n:name: fig-a\n{#own .c}\ntext (x)= y\n";
        assert_eq!(labels(text), ["My label", "other-one", "fig-a", "own"]);
    }
}
