//! What the configuration of Docusaurus says.

use super::{DocsPart, Docusaurus, PluginKind, Sidebar, docusaurus_naming};
use crate::site::facts::LinkDialect;
use crate::site::flavor::Sources;
use crate::site::flavors::SiteGlobs;
use crate::site::flavors::settings::SettingsReader;
use crate::site::mask::Syntax;
use crate::site::table::FileId;
use crate::site::target::{directory, host_of_url, join};
use crate::site::value::{KnownValue, Map, Value};

/// Plugins and presets that make no pages that others link to.
const QUIET: [&str; 12] = [
    "ideal-image",
    "sitemap",
    "google",
    "gtag",
    "pwa",
    "client-redirects",
    "umami",
    "search",
    "sass",
    "image-zoom",
    "svgr",
    "rsdoctor",
];

impl Docusaurus {
    pub fn open(sources: &Sources<'_>, config: FileId) -> Docusaurus {
        let home = directory(sources.table.path(config)).to_owned();
        let mut reader = SettingsReader::new(sources, config);
        let base = reader.text(&["baseUrl"]).unwrap_or_else(|| "/".to_owned());
        let trailing_slash = reader.flag(&["trailingSlash"]);
        let statics = reader.texts(&["staticDirectories"]);
        let statics = if statics.is_empty() { vec!["static".to_owned()] } else { statics };
        let mut site = Docusaurus {
            statics: statics.iter().map(|path| clean(&home, path)).collect(),
            base,
            host: reader.settings().text(&["url"]).and_then(host_of_url),
            trailing_slash,
            parts: Vec::new(),
            redirects: Vec::new(),
            is_open: false,
            dialect: LinkDialect {
                syntax: Syntax::Mdx,
                naming: docusaurus_naming(),
                footnote: "user-content-fn- user-content-fnref-",
                has_labels: false,
            },
            unknown: Vec::new(),
            home,
        };
        let empty = Value::default();
        for preset in reader.value(&["presets"]).is().unwrap_or(&empty).items() {
            site.preset(preset);
        }
        for plugin in reader.value(&["plugins"]).is().unwrap_or(&empty).items() {
            site.plugin(plugin);
        }
        site.unknown = reader.unknown();
        site
    }

    /// `classic`, or `['classic', {docs: …, blog: …}]`.
    fn preset(&mut self, preset: &Value) {
        let (name, options) = named(preset);
        if !name.is_some_and(|name| name.contains("classic")) {
            self.is_open = true;
            return;
        }
        for (key, kind) in
            [("docs", PluginKind::Docs), ("blog", PluginKind::Blog), ("pages", PluginKind::Pages)]
        {
            let options = options.and_then(|options| options.get(key));
            if options != Some(&Value::Bool(false)) {
                self.part(kind, options);
            }
        }
    }

    fn plugin(&mut self, plugin: &Value) {
        let (name, options) = named(plugin);
        let whole = options.cloned().map(Value::Map);
        let kind = match name {
            Some(name) if name.contains("content-docs") => PluginKind::Docs,
            Some(name) if name.contains("content-blog") => PluginKind::Blog,
            Some(name) if name.contains("content-pages") => PluginKind::Pages,
            Some(name) if name.contains("client-redirects") => {
                let redirects = whole.as_ref().and_then(|options| options.at(&["redirects"]).is());
                for redirect in redirects.map_or(&[][..], Value::items) {
                    let to = redirect.text(&["to"]).unwrap_or("/").to_owned();
                    for from in redirect.texts_at(&["from"]) {
                        self.redirects.push((from, to.clone()));
                    }
                }
                self.is_open |= whole.is_some_and(|options| !options.is_complete());
                return;
            }
            Some(name) if QUIET.iter().any(|quiet| name.contains(quiet)) => return,
            // A function of the site's own, or a plugin that may make pages.
            _ => {
                self.is_open = true;
                return;
            }
        };
        self.part(kind, whole.as_ref());
    }

    /// A path that only a function would tell, such as `require.resolve`, is the usual one.
    fn sidebar(&self, options: &Value) -> Sidebar {
        match options.at(&["sidebarPath"]) {
            KnownValue::Absent => Sidebar::All,
            KnownValue::Is(Value::Text(path)) => Sidebar::At(clean(&self.home, path)),
            KnownValue::Is(_) => Sidebar::None,
            KnownValue::NotLiteral(_) => Sidebar::At(clean(&self.home, "sidebars.js")),
        }
    }

    fn part(&mut self, kind: PluginKind, options: Option<&Value>) {
        let empty = Value::default();
        let options = options.unwrap_or(&empty);
        let (path, route) = match kind {
            PluginKind::Docs => ("docs", "docs"),
            PluginKind::Blog => ("blog", "blog"),
            PluginKind::Pages => ("src/pages", ""),
        };
        let path = options.text(&["path"]).unwrap_or(path);
        let route = options.text(&["routeBasePath"]).unwrap_or(route);
        let mut excluded = options.texts_at(&["exclude"]);
        if excluded.is_empty() {
            excluded =
                ["**/_*.*", "**/_*/**", "**/*.test.*", "**/__tests__/**"].map(str::to_owned).into();
        }
        let included = options.texts_at(&["include"]);
        self.parts.push(DocsPart {
            kind,
            directory: clean(&self.home, path),
            route: route.trim_matches('/').to_owned(),
            excluded: SiteGlobs::new(&excluded),
            included: (!included.is_empty()).then(|| SiteGlobs::new(&included)),
            keeps_numbers: options.flag(&["numberPrefixParser"]) == Some(false),
            sidebar: self.sidebar(options),
        });
    }
}

fn clean(home: &str, path: &str) -> String {
    join(home, path).0.trim_end_matches('/').to_owned()
}

/// A plugin's name and options.
fn named(plugin: &Value) -> (Option<&str>, Option<&Map>) {
    match plugin {
        Value::List(items) => {
            (items.first().and_then(Value::as_text), items.get(1).and_then(Value::as_map))
        }
        plugin => (plugin.as_text(), None),
    }
}
