//! What Hugo's configuration says.

use super::{Hook, Hugo, HugoContent};
use crate::site::facts::LinkDialect;
use crate::site::flavor::Sources;
use crate::site::ids::{Dashes, Empty, Entities, Naming, OwnId, Twice};
use crate::site::mask::Syntax;
use crate::site::slug::Scheme;
use crate::site::table::FileId;
use crate::site::target::{directory, host_of_url, join, name, path_of_url, under};
use crate::site::value::{Map, Value};

/// The directory of the site whose configuration stands at a path; `None` if it is none of Hugo's.
pub fn home_of<'a>(sources: &Sources<'_>, path: &'a str) -> Option<&'a str> {
    let home = directory(path);
    let (stem, extension) = name(path).split_once('.')?;
    if !matches!(extension, "toml" | "yaml" | "yml" | "json") {
        return None;
    }
    match stem {
        "hugo" | "config" if home == "config/_default" || home.ends_with("/config/_default") => {
            Some(directory(directory(home)))
        }
        "hugo" => Some(home),
        "config" if sources.table.has_directory(&under(home, "content")) && extension != "json" => {
            Some(home)
        }
        _ => None,
    }
}

impl Hugo {
    pub fn open(sources: &Sources<'_>, config: FileId, home: &str) -> Hugo {
        let settings = sources.config(config);
        let languages =
            settings.at(&["languages"]).is().and_then(Value::as_map).cloned().unwrap_or_default();
        let default_language =
            settings.text(&["defaultContentLanguage"]).unwrap_or("en").to_owned();
        let directories = Directories::read(&settings, home, &languages, &default_language);
        let hook = |kind| hook(sources, &settings, home, kind, languages.entries.len() > 1);
        let address = settings.text(&["baseURL"]).or(settings.text(&["baseurl"]));
        Hugo {
            host: address.and_then(host_of_url),
            base: address.map_or("/".to_owned(), path_of_url),
            languages: languages.entries.iter().map(|(language, _)| language.clone()).collect(),
            default_language,
            is_ugly: settings.flag(&["uglyURLs"]).unwrap_or(false),
            keeps_case: settings.flag(&["disablePathToLower"]).unwrap_or(false),
            link_hook: hook("link"),
            image_hook: hook("image"),
            taxonomies: taxonomies(&settings),
            permalinks: permalinks(&settings),
            dialect: LinkDialect {
                syntax: Syntax::Hugo,
                naming: Naming {
                    raw_ids: has_raw_html(sources, &settings, home),
                    ..naming(&settings)
                },
                footnote: "fn: fnref:",
                has_labels: false,
            },
            statics: directories.statics,
            assets: directories.assets,
            contents: directories.contents,
        }
    }
}

/// Where a site has its files.
struct Directories {
    contents: Vec<HugoContent>,
    statics: Vec<String>,
    assets: Vec<String>,
}

impl Directories {
    fn read(settings: &Value, home: &str, languages: &Map, default_language: &str) -> Directories {
        let clean = |path: &str| join(home, path).0.trim_end_matches('/').to_owned();
        let in_subdirectory = settings.flag(&["defaultContentLanguageInSubdir"]).unwrap_or(false);
        let prefix = |language: &str| {
            let is_plain =
                language.is_empty() || (language == default_language && !in_subdirectory);
            if is_plain { String::new() } else { format!("{language}/") }
        };
        let mut contents = Vec::new();
        let mut statics = settings.texts_at(&["staticDir"]);
        let mut assets = vec![settings.text(&["assetDir"]).unwrap_or("assets").to_owned()];
        for mount in settings.at(&["module", "mounts"]).is().map_or(&[][..], Value::items) {
            let (Some(source), Some(target)) = (mount.text(&["source"]), mount.text(&["target"]))
            else {
                continue;
            };
            match target.split('/').next().unwrap_or("") {
                "content" => {
                    let below = target.strip_prefix("content/").map(|below| format!("{below}/"));
                    let prefix = prefix(mount.text(&["lang"]).unwrap_or(""));
                    let prefix = prefix + &below.unwrap_or_default();
                    contents.push(HugoContent { directory: clean(source), prefix });
                }
                "static" => statics.push(source.to_owned()),
                "assets" => assets.push(source.to_owned()),
                _ => {}
            }
        }
        for (language, options) in &languages.entries {
            if let Some(own) = options.text(&["contentDir"]).or(options.text(&["contentdir"])) {
                contents.push(HugoContent { directory: clean(own), prefix: prefix(language) });
            }
        }
        if contents.is_empty() {
            let own = settings.text(&["contentDir"]).unwrap_or("content");
            contents.push(HugoContent { directory: clean(own), prefix: prefix(default_language) });
        }
        statics.push("static".to_owned());
        Directories {
            contents,
            statics: statics.iter().map(|path| clean(path)).collect(),
            assets: assets.iter().map(|path| clean(path)).collect(),
        }
    }
}

/// How the site names headings.
fn naming(settings: &Value) -> Naming {
    let parser = |key: &'static str| ["markup", "goldmark", "parser", key];
    let scheme = match settings.text(&parser("autoHeadingIDType")) {
        Some("github-ascii") => Scheme::Hugo { ascii: true },
        Some("blackfriday") => Scheme::HugoBlackfriday,
        _ => Scheme::Hugo { ascii: false },
    };
    let has_ids = settings.flag(&parser("autoHeadingID")).unwrap_or(true);
    let mut naming = Naming {
        scheme: if has_ids { scheme } else { Scheme::None },
        own: OwnId::Attributes,
        twice: Twice::WithOwn,
        empty: Empty::Word("heading"),
        terms: settings.flag(&parser("autoDefinitionTermID")).unwrap_or(false),
        ..Naming::github()
    };
    naming.text.images = true;
    naming.text.addresses = false;
    naming.text.entities = Entities::Named;
    naming.text.trims = true;
    let typographer = ["markup", "goldmark", "extensions", "typographer"];
    let is_plain = settings.flag(&typographer) == Some(false)
        || settings.flag(&["markup", "goldmark", "extensions", "typographer", "disable"])
            == Some(true);
    naming.text.dashes = if is_plain { Dashes::Kept } else { Dashes::Threes };
    naming.templates = &["{{<", "{{%"];
    naming.text.last_line = true;
    naming
}

/// Whether HTML in pages is written as it is, or may be: a file of its own can say so.
fn has_raw_html(sources: &Sources<'_>, settings: &Value, home: &str) -> bool {
    let files = sources.table.below(&under(home, "config"));
    let mut names = files.map(|file| name(sources.table.path(file)));
    settings.flag(&["markup", "goldmark", "renderer", "unsafe"]).unwrap_or(false)
        || names.any(|name| name.starts_with("markup.") || name.starts_with("goldmark."))
}

/// What becomes of links or images.
fn hook(
    sources: &Sources<'_>,
    settings: &Value,
    home: &str,
    kind: &str,
    has_languages: bool,
) -> Hook {
    let own = sources.table.below(&under(home, "layouts")).any(|file| {
        let path = sources.table.path(file);
        path.contains("_markup/") && name(path).starts_with(&format!("render-{kind}"))
    });
    let setting = |key| ["markup", "goldmark", "renderHooks", kind, key];
    let embedded = match settings.text(&setting("useEmbedded")) {
        Some("always" | "fallback") => true,
        Some("never") => false,
        _ => settings.flag(&setting("enableDefault")).unwrap_or(has_languages),
    };
    let is_set = |path: &[&str]| settings.at(path).is().is_some();
    match (own, embedded) {
        (true, _) => Hook::Own,
        (false, true) => Hook::Embedded,
        // A theme that is elsewhere may bring one.
        (false, false) if is_set(&["theme"]) || is_set(&["module", "imports"]) => Hook::Own,
        (false, false) => Hook::None,
    }
}

/// By the plural, as front matter has it.
fn taxonomies(settings: &Value) -> Vec<String> {
    match settings.at(&["taxonomies"]).is().and_then(Value::as_map) {
        Some(map) => {
            let plurals = map.entries.iter().filter_map(|(_, plural)| plural.as_text());
            plurals.map(str::to_owned).collect()
        }
        None => vec!["tags".to_owned(), "categories".to_owned()],
    }
}

/// Patterns by the first directory.
fn permalinks(settings: &Value) -> Vec<(String, String)> {
    let found = settings.at(&["permalinks", "page"]).is().or(settings.at(&["permalinks"]).is());
    let entries = found.and_then(Value::as_map).into_iter().flat_map(|map| &map.entries);
    let patterns = entries
        .filter_map(|(section, pattern)| Some((section.clone(), pattern.as_text()?.to_owned())));
    patterns.collect()
}
