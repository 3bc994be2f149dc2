//! VitePress: each page beside where it stands, with `.html`; links without extension lead to pages.

mod rewrites;

use rewrites::{literal_rewrites, rewrite};

use crate::site::facts::{Link, LinkDialect, LinkKind};
use crate::site::flavor::{
    Flavor, FragmentRule, PagePlace, Sources, Step, UnknownSetting, extension, is_markdown,
    without_extension,
};
use crate::site::ids::{Empty, Entities, Footnotes, Naming, OwnId};
use crate::site::mask::Syntax;
use crate::site::navigation::{Listed, NavEntry, Navigation, visit};
use crate::site::route::{Output, Routes};
use crate::site::slug::{Scheme, slug};
use crate::site::table::FileId;
use crate::site::target::{Target, below, decode, directory, host_of_url, join, name, under};
use crate::site::value::{KnownValue, Map, Value};

use super::SiteGlobs;
use super::settings::SettingsReader;

/// Extensions of files that are no pages: links to them stay as they are.
const KNOWN_FILES: &str = " 3g2 3gp aac ai aif aifc aiff apk arw asf au avi avif bmp bz2 cab caf cda cer class com conf cpp cr2 csr css csv dae db dbf deb dmg doc docm docx dotx dwg dxf eml eot eps epub exe fbx fla flac flv gbr gif gpx gz h heic heif htm ics indd iso jar java jp2 jpeg jpg js json jsonld jsx key ksh less log m m3u8 m4a m4v mid midi mjs mkv mobi mod mov mp3 mp4 mpeg mpg mpga msg msi numbers obj odp ods odt ogg ogv opus otf pages pdf php pl png pps ppt pptm pptx ps psd pub py rar rb rm rpm rtf rw2 sass scss sh sql srt svg swf swift tar tex tgz tif tiff toml torrent ts tsv tsx ttf txt vb vcf vob vtt wav webm webp wma wmv woff woff2 wpd wps xhtml xls xlsm xlsx xml yaml yml z zip ";

/// A site of VitePress.
pub struct VitePress {
    /// Whether it is version 1, which leaves fragments as they are written.
    is_first: bool,
    /// The directory of the pages, from the root.
    source: String,
    base: String,
    host: Option<String>,
    /// Where the sidebar is written, and what it says, with the links at the top.
    sidebar: Option<(String, Vec<Value>)>,
    is_clean: bool,
    excluded: SiteGlobs,
    /// Literal rewrites; `None` if they cannot be read.
    rewrites: Option<Vec<(String, String)>>,
    dialect: LinkDialect,
    unknown: Vec<UnknownSetting>,
}

impl VitePress {
    pub fn open(sources: &Sources<'_>, config: FileId) -> VitePress {
        let path = sources.table.path(config);
        let home = home_of(path);
        let mut reader = SettingsReader::new(sources, config);
        let source = reader.text(&["srcDir"]).unwrap_or_default();
        let has_slugs = reader.has(&["markdown", "anchor", "slugify"]);
        let rewrites = match reader.value(&["rewrites"]) {
            KnownValue::Absent => Some(Vec::new()),
            KnownValue::NotLiteral(_) => None,
            KnownValue::Is(value) => literal_rewrites(value),
        };
        let mut naming = Naming {
            scheme: if has_slugs { Scheme::Unknown } else { Scheme::VitePress },
            own: OwnId::PlainBraces,
            twice: crate::site::ids::Twice::WithOwn,
            empty: Empty::Counts,
            ..Naming::github()
        };
        // Version 2 has the text of images in slugs.
        let is_first = is_first_version(sources, home);
        naming.text.images = !is_first;
        naming.text.lists = Some("{");
        naming.text.entities = Entities::Text;
        naming.text.footnotes = Footnotes::Text;
        naming.text.emoji = true;
        let source = join(home, &source).0.trim_end_matches('/').to_owned();
        let hostname = reader.settings().text(&["sitemap", "hostname"]);
        let host = hostname.and_then(host_of_url);
        let sidebar = sidebar_of(reader.settings()).map(|values| (path.to_owned(), values));
        VitePress {
            is_first,
            host,
            sidebar,
            excluded: SiteGlobs::new(&reader.texts(&["srcExclude"])),
            source,
            base: reader.text(&["base"]).unwrap_or_else(|| "/".to_owned()),
            is_clean: reader.flag(&["cleanUrls"]).unwrap_or(false),
            rewrites,
            dialect: LinkDialect { syntax: Syntax::Plain, naming, footnote: "", has_labels: false },
            unknown: reader.unknown(),
        }
    }

    /// Where a page comes to lie, from its path below the source directory; `None` if it cannot be told.
    fn rewritten(&self, path: &str) -> Option<String> {
        for (from, to) in self.rewrites.as_ref()? {
            if let Some(to) = rewrite(from, to, path) {
                return Some(to);
            }
        }
        Some(path.to_owned())
    }

    /// What VitePress makes of a link to a page.
    fn normalized(&self, path: &str) -> String {
        let lower = path.to_ascii_lowercase();
        if lower == "index.md" || lower.ends_with("/index.md") {
            return with_dot(&path[..path.len() - "index.md".len()]);
        }
        let mut path = path.to_owned();
        if let Some(stem) = path.strip_suffix(".md") {
            path = stem.to_owned() + if self.is_clean { "" } else { ".html" };
        }
        if !self.is_clean && !path.ends_with(".html") && !path.ends_with('/') {
            path.push_str(".html");
        }
        with_dot(&path)
    }
}

/// The sidebars of all languages, with the links at the top; `None` if there are none, or if they
/// cannot be told.
fn sidebar_of(settings: &Value) -> Option<Vec<Value>> {
    let languages = settings.at(&["locales"]).is().and_then(Value::as_map);
    let languages = languages.into_iter().flat_map(|map| map.entries.iter().map(|(_, own)| own));
    let mut values = Vec::new();
    for own in std::iter::once(settings).chain(languages) {
        match own.at(&["themeConfig", "sidebar"]) {
            KnownValue::Is(sidebar) => values.push(sidebar.clone()),
            KnownValue::Absent => continue,
            KnownValue::NotLiteral(_) => return None,
        }
        values.extend(own.at(&["themeConfig", "nav"]).is().cloned());
    }
    (!values.is_empty() && values.iter().all(Value::is_complete)).then_some(values)
}

/// Relative addresses begin with a dot, so that an empty one leads to the directory.
fn with_dot(path: &str) -> String {
    if path.starts_with('/') || path.starts_with("./") {
        path.to_owned()
    } else {
        format!("./{path}")
    }
}

impl Flavor for VitePress {
    fn name(&self) -> &'static str {
        "vitepress"
    }

    fn set_base(&mut self, base: &str) {
        base.clone_into(&mut self.base);
        self.unknown.retain(|setting| setting.key != "base");
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

    fn host(&self) -> Option<&str> {
        self.host.as_deref()
    }

    fn navigation(&self, _sources: &Sources<'_>, routes: &Routes) -> Navigation {
        let Some((place, values)) = &self.sidebar else { return Navigation::Unknown };
        let mut listed = Listed::at(place);
        let mut has_base = false;
        let is_item =
            |map: &Map| ["text", "link", "items"].iter().any(|key| map.get(key).is_some());
        for value in values {
            visit(value, &is_item, &mut |entry| {
                let NavEntry::Item(map) = entry else { return };
                has_base |= map.get("base").is_some();
                if let Some(link) = map.get("link").and_then(Value::as_text) {
                    listed.enter_address(routes, link);
                }
            });
        }
        if has_base {
            return Navigation::Unknown;
        }
        // The pages of the theme's home layout need no sidebar.
        listed
            .pages
            .extend(routes.pages().filter(|(_, address)| address.is_empty()).map(|(page, _)| page));
        Navigation::Listed(listed)
    }

    fn routes(&self, sources: &Sources<'_>) -> Routes {
        let mut routes = Routes::new(&self.base);
        routes.is_clean = self.is_clean;
        routes.is_at_top =
            routes.base == "/" && !self.unknown.iter().any(|setting| setting.key == "base");
        for file in sources.table.below(&self.source) {
            let Some(path) = below(&self.source, sources.table.path(file)) else { continue };
            if let Some(public) = below("public", path) {
                routes.asset(file, public);
            }
            if !path.ends_with(".md") || path.starts_with("public/") {
                continue;
            }
            if self.excluded.matches(path) {
                routes.leave_out(file, "`srcExclude` leaves the page out");
                continue;
            }
            // `[name].md` stands for pages that a program lists.
            if let Some(at) = path.find('[') {
                routes.open.push(path[..at].to_owned());
                continue;
            }
            let Some(path) = self.rewritten(path) else {
                routes.open.push(String::new());
                continue;
            };
            let stem = without_extension(&path);
            let output = format!("{stem}.html");
            let address = match crate::site::route::without_index(&output) {
                directory if directory.len() < output.len() => directory.to_owned(),
                _ if self.is_clean => stem.to_owned(),
                _ => output.clone(),
            };
            routes.page(file, &output, &address);
        }
        for made in ["404.html", "hashmap.json", "sitemap.xml"] {
            routes.made(made, Output::Made);
        }
        routes
    }

    fn step(&self, from: &PagePlace<'_>, link: &Link, target: &Target<'_>) -> Step {
        if target.scheme.is_some() {
            return Step::External;
        }
        let path = decode(target.path);
        match link.kind {
            LinkKind::Link => {
                let whole = link.target.as_str();
                if whole.starts_with('#') || (target.path.is_empty() && target.query.is_some()) {
                    return Step::File(from.file);
                }
                if !is_html(&path) {
                    return Step::Address(self.with_base(&path));
                }
                Step::Address(self.with_base(&self.normalized(&path)))
            }
            LinkKind::Html => match target.path.is_empty() {
                true => Step::File(from.file),
                false => Step::Address(target.path.to_owned()),
            },
            LinkKind::Image | LinkKind::HtmlAsset => {
                if path.starts_with(['@', '~']) {
                    return Step::Unknown("resolved by the bundler");
                }
                if path.starts_with('/') {
                    return Step::Address(self.with_base(&path));
                }
                match from.beside(&path).filter(|_| !path.ends_with('/')) {
                    Some(file) => Step::File(file),
                    None => Step::Missing(join(directory(from.path()), &path).0),
                }
            }
        }
    }

    fn fragment(&self, written: &str) -> FragmentRule {
        match self.dialect.naming.scheme {
            Scheme::Unknown => FragmentRule::Unknown("a function of the site makes ids"),
            _ if self.is_first => FragmentRule::Exact,
            scheme => FragmentRule::Changed(slug(scheme, written)),
        }
    }
}

impl VitePress {
    fn with_base(&self, path: &str) -> String {
        match path.strip_prefix('/') {
            Some(path) => format!("/{}/{path}", self.base.trim_matches('/')),
            None => path.to_owned(),
        }
    }
}

fn is_html(path: &str) -> bool {
    if is_markdown(path) || name(path).is_empty() {
        return true;
    }
    let extension = extension(path).unwrap_or("");
    !KNOWN_FILES.contains(&format!(" {} ", extension.to_ascii_lowercase())) || extension.is_empty()
}

/// Whether the package of a site, or of one around it, asks for version 1.
fn is_first_version(sources: &Sources<'_>, home: &str) -> bool {
    let mut at = home;
    loop {
        let package = sources.config_at(&under(at, "package.json")).unwrap_or_default();
        for key in ["devDependencies", "dependencies"] {
            if let Some(version) = package.text(&[key, "vitepress"]) {
                let version = version.trim_start_matches(['^', '~', '=', 'v', '>']);
                return version.starts_with("1.");
            }
        }
        if at.is_empty() {
            return false;
        }
        at = directory(at);
    }
}

/// Whether a file is a configuration of VitePress.
pub fn is_config(path: &str) -> bool {
    let home = directory(path);
    let file = name(path);
    let is_named = file.starts_with("config.")
        && matches!(extension(file), Some("js" | "ts" | "mjs" | "mts" | "cjs" | "cts"))
        && file.matches('.').count() == 1;
    let in_directory = name(home) == ".vitepress";
    let in_subdirectory = name(home) == "config"
        && name(directory(home)) == ".vitepress"
        && file.starts_with("index.");
    in_directory && is_named || in_subdirectory
}

/// The directory in which `.vitepress` stands.
pub fn home_of(path: &str) -> &str {
    let home = directory(path);
    if name(home) == "config" { directory(directory(home)) } else { directory(home) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_no_pages() {
        assert!(
            is_html("a") && is_html("v1.2") && is_html("a.md") && is_html("a.html") && is_html("")
        );
        assert!(!is_html("a.PNG") && !is_html("x/data.json"));
    }

    #[test]
    fn configurations() {
        assert!(is_config("docs/.vitepress/config.mts") && is_config(".vitepress/config/index.ts"));
        assert!(!is_config("docs/config.ts") && !is_config(".vitepress/config.d.ts"));
        assert_eq!(home_of("docs/.vitepress/config/index.ts"), "docs");
    }
}
