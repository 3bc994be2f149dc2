//! Nextra: MDX below `content`, `pages` or `app` of a site of Next.js.

use super::settings::SettingsReader;
use crate::site::facts::{Link, LinkDialect, LinkKind};
use crate::site::flavor::{
    Flavor, PagePlace, Sources, Step, UnknownSetting, extension, is_markdown, without_extension,
};
use crate::site::ids::{Naming, OwnId};
use crate::site::mask::Syntax;
use crate::site::route::{Output, Routes};
use crate::site::table::FileId;
use crate::site::target::{Target, below, decode, directory, name, under};

/// A site of Nextra.
pub struct Nextra {
    /// The directory of the configuration, from the root.
    home: String,
    /// Directories of pages, from the root.
    directories: Vec<NextDirectory>,
    base: String,
    has_slashes: bool,
    /// Whether languages or rewrites make addresses.
    is_open: bool,
    dialect: LinkDialect,
    unknown: Vec<UnknownSetting>,
}

/// A directory of pages.
struct NextDirectory {
    path: String,
    /// Whether pages are files called `page`, in directories called as their addresses.
    is_app: bool,
    /// What stands before the addresses, without slashes at its ends.
    route: String,
}

impl Nextra {
    /// `None` for a site of Next.js without Nextra.
    pub fn open(sources: &Sources<'_>, config: FileId) -> Option<Nextra> {
        let text = sources.config_text(config);
        if !text.contains("nextra") {
            return None;
        }
        let home = directory(sources.table.path(config)).to_owned();
        let mut reader = SettingsReader::new(sources, config);
        let route = text.split("contentDirBasePath").nth(1).and_then(|rest| {
            let rest = rest.trim_start_matches([':', ' ']);
            rest.strip_prefix(['"', '\''])?.split(['"', '\'']).next()
        });
        let directory = |name: &str, is_app: bool, route: &str| {
            let path = under(&home, name);
            let route = route.trim_matches('/').to_owned();
            sources.table.has_directory(&path).then_some(NextDirectory { path, is_app, route })
        };
        let route = route.unwrap_or("");
        let directories = [
            directory("content", false, route),
            directory("src/content", false, route),
            directory("pages", false, ""),
            directory("src/pages", false, ""),
            directory("app", true, ""),
            directory("src/app", true, ""),
        ];
        let naming = Naming { own: OwnId::Brackets, ..Naming::github() };
        Some(Nextra {
            base: reader.text(&["basePath"]).unwrap_or_else(|| "/".to_owned()),
            has_slashes: reader.flag(&["trailingSlash"]).unwrap_or(false),
            is_open: ["i18n", "rewrites", "redirects"].iter().any(|made| text.contains(made)),
            directories: directories.into_iter().flatten().collect(),
            home,
            dialect: LinkDialect {
                syntax: Syntax::Mdx,
                naming,
                footnote: "user-content-fn- user-content-fnref-",
                has_labels: false,
            },
            unknown: reader.unknown(),
        })
    }

    fn put(&self, routes: &mut Routes, file: FileId, directory: &NextDirectory, path: &str) {
        let stem = without_extension(path);
        let is_program = matches!(extension(path), Some("js" | "jsx" | "ts" | "tsx"));
        let is_private = stem.split('/').any(|part| part.starts_with('_') || part == "api");
        if (!is_program && !is_markdown(path)) || is_private {
            return;
        }
        let stem = match (directory.is_app, name(stem)) {
            (true, "page") => crate::site::target::directory(stem),
            (true, _) => return,
            (false, "index") => crate::site::target::directory(stem),
            (false, _) => stem,
        };
        // `(group)` stands in no address.
        let parts = stem.split('/').filter(|part| !part.starts_with('(') && !part.is_empty());
        let bare = under(&directory.route, &parts.collect::<Vec<_>>().join("/"));
        let bare = bare.trim_matches('/');
        // `[name]` stands for what a program lists, or for the content.
        if let Some(at) = bare.find('[') {
            if !bare.contains("mdxPath") {
                routes.open.push(bare[..at].to_owned());
            }
            return;
        }
        let (output, address) = match (bare, self.has_slashes) {
            ("", _) => ("index.html".to_owned(), String::new()),
            (bare, true) => (format!("{bare}/index.html"), format!("{bare}/")),
            (bare, false) => (format!("{bare}.html"), bare.to_owned()),
        };
        match is_markdown(path) {
            true => routes.page(file, &output, &address),
            false => routes.made(&output, Output::Made),
        }
    }

    fn with_base(&self, path: &str) -> String {
        format!("/{}/{path}", self.base.trim_matches('/')).replacen("//", "/", 1)
    }
}

impl Flavor for Nextra {
    fn name(&self) -> &'static str {
        "nextra"
    }

    fn set_base(&mut self, base: &str) {
        base.clone_into(&mut self.base);
        self.unknown.retain(|setting| setting.key != "basePath");
    }

    fn directories(&self) -> Vec<String> {
        self.directories.iter().map(|directory| directory.path.clone()).collect()
    }

    fn dialect(&self) -> &LinkDialect {
        &self.dialect
    }

    fn unknown(&self) -> &[UnknownSetting] {
        &self.unknown
    }

    fn routes(&self, sources: &Sources<'_>) -> Routes {
        let mut routes = Routes::new(&self.base);
        routes.is_clean = true;
        for directory in &self.directories {
            for file in sources.table.below(&directory.path) {
                if let Some(path) = below(&directory.path, sources.table.path(file)) {
                    self.put(&mut routes, file, directory, path);
                }
            }
        }
        let public = under(&self.home, "public");
        for file in sources.table.below(&public) {
            if let Some(path) = below(&public, sources.table.path(file)) {
                routes.asset(file, path);
            }
        }
        if self.is_open {
            routes.open.push(String::new());
        }
        routes
    }

    fn step(&self, from: &PagePlace<'_>, link: &Link, target: &Target<'_>) -> Step {
        if target.scheme.is_some() {
            return Step::External;
        }
        if target.path.is_empty() {
            return Step::File(from.file);
        }
        let path = decode(target.path);
        if link.kind == LinkKind::Image {
            let file = match path.strip_prefix('/') {
                Some(path) => from.within(&under(&self.home, "public"), path),
                None => from.beside(&path),
            };
            return file.map_or_else(|| Step::Missing(path.to_string()), Step::File);
        }
        let is_written = link.kind == LinkKind::Link || link.is_component;
        let beside =
            from.beside(&path).filter(|_| is_markdown(&path) && link.kind == LinkKind::Link);
        if let Some(file) = beside.filter(|&file| from.routes.address(file).is_some()) {
            return Step::File(file);
        }
        match path.strip_prefix('/') {
            Some(path) if is_written => Step::Address(self.with_base(path)),
            _ => Step::Address(target.path.to_owned()),
        }
    }
}
