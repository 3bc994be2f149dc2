//! Eleventy: templates become pages at addresses of their own, and links pass through.
//!
//! Its configuration is a program, of which calls with literals are read. What it may do besides makes
//! answers that nobody can tell.

use super::SiteGlobs;
use crate::site::facts::{Link, LinkDialect};
use crate::site::flavor::{
    Flavor, PagePlace, Sources, Step, extension, is_markdown, without_extension,
};
use crate::site::ids::{Naming, OwnId};
use crate::site::literal;
use crate::site::mask::Syntax;
use crate::site::route::{Output, Routes};
use crate::site::slug::Scheme;
use crate::site::table::FileId;
use crate::site::target::{Target, below, decode, directory, join, name, under};
use crate::site::value::{KnownValue, Value};

/// Languages of templates that become pages as Markdown does.
const TEMPLATES: [&str; 7] = ["html", "njk", "liquid", "hbs", "ejs", "webc", "mustache"];

/// A site of Eleventy.
pub struct Eleventy {
    /// The directory of the configuration, and that of the pages; from the root.
    home: String,
    input: String,
    base: String,
    /// Files and directories that are copied, from the root, with their paths in the site.
    copied: Vec<(String, String)>,
    ignored: SiteGlobs,
    /// Whether links to files are changed into those to their addresses.
    resolves_files: bool,
    /// Whether programs may make pages or change addresses.
    is_open: bool,
    dialect: LinkDialect,
}

/// Whether a file is a configuration of Eleventy.
pub fn is_config(path: &str) -> bool {
    let stem = name(path).rsplit_once('.').map_or("", |(stem, _)| stem);
    let is_program = matches!(extension(path), Some("js" | "cjs" | "mjs" | "ts"));
    is_program && matches!(stem, ".eleventy" | "eleventy.config")
}

impl Eleventy {
    pub fn open(sources: &Sources<'_>, config: FileId) -> Eleventy {
        let text = sources.config_text(config);
        let home = directory(sources.table.path(config)).to_owned();
        let dirs = object_after(&text, "dir");
        let set = call(&text, "setInputDirectory").into_iter().next().flatten();
        let input = set.as_ref().and_then(Value::as_text).or(dirs.text(&["input"])).unwrap_or("");
        let input = join(&home, input).0.trim_end_matches('/').to_owned();
        let mut copied = Vec::new();
        let mut is_open = matches!(dirs.at(&["input"]), KnownValue::NotLiteral(_));
        for argument in call(&text, "addPassthroughCopy") {
            match argument {
                Some(Value::Text(from)) if !from.contains('*') => {
                    let from = join(&home, &from).0.trim_end_matches('/').to_owned();
                    let to = below(&input, &from).or(below(&home, &from)).unwrap_or(&from);
                    copied.push((from.clone(), to.to_owned()));
                }
                Some(Value::Map(map)) if !map.open => {
                    for (from, to) in &map.entries {
                        let from = join(&home, from).0.trim_end_matches('/').to_owned();
                        let to = to.as_text().unwrap_or("").trim_matches(['/', '.']).to_owned();
                        copied.push((from, to));
                    }
                }
                _ => is_open = true,
            }
        }
        is_open |= [
            "addTemplate",
            "addGlobalData(\"permalink",
            "addGlobalData('permalink",
            "addExtension",
        ]
        .iter()
        .any(|made| text.contains(made));
        let prefix = text_after(&text, "pathPrefix");
        Eleventy {
            ignored: ignored(sources, &home),
            base: prefix.unwrap_or_else(|| "/".to_owned()),
            resolves_files: text.contains("InputPathToUrlTransformPlugin"),
            dialect: dialect(&text),
            home,
            input,
            copied,
            is_open,
        }
    }

    /// The output path of a template below the directory of all, unless it says its own.
    fn output(path: &str) -> String {
        let stem = without_extension(path);
        let last = without_date(name(stem));
        let parent = name(directory(stem));
        match last == "index" || (last == parent && !parent.is_empty()) {
            true => under(directory(stem), "index.html"),
            false => under(directory(stem), &format!("{last}/index.html")),
        }
    }

    fn template(&self, routes: &mut Routes, file: FileId, path: &str, matter: &Value) {
        if matter.at(&["pagination"]).is().is_some() {
            routes.open.push(String::new());
        }
        let output = match matter.at(&["permalink"]) {
            KnownValue::Is(Value::Bool(false)) => {
                return routes.leave_out(file, "on pages that are not written");
            }
            KnownValue::Is(Value::Text(own)) if !own.contains("{{") && !own.contains("{%") => {
                let own = own.trim_start_matches('/');
                if own.is_empty() || own.ends_with('/') {
                    format!("{own}index.html")
                } else {
                    own.to_owned()
                }
            }
            KnownValue::Absent => Eleventy::output(path),
            _ => return routes.open.push(String::new()),
        };
        match is_markdown(path) {
            true => routes.page_at(file, &output),
            false => routes.made(&output, Output::Made),
        }
    }
}

/// Patterns of `.eleventyignore`, and what is never looked at.
fn ignored(sources: &Sources<'_>, home: &str) -> SiteGlobs {
    let own = sources.table.get(&under(home, ".eleventyignore"));
    let own = own.map(|file| sources.config_text(file)).unwrap_or_default();
    let lines =
        own.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    let patterns = lines.flat_map(|line| {
        let line = line.trim_start_matches("./").trim_matches('/');
        [line.to_owned(), format!("{line}/**")]
    });
    let fixed = ["node_modules/**", "_site/**"].map(str::to_owned);
    SiteGlobs::new(&patterns.chain(fixed).collect::<Vec<_>>())
}

fn dialect(config: &str) -> LinkDialect {
    let has_own = config.contains("markdown-it-anchor") || config.contains("slugify");
    let scheme = match config.contains("IdAttributePlugin") {
        _ if has_own => Scheme::Unknown,
        true => Scheme::Sindre,
        false => Scheme::None,
    };
    let own = if config.contains("markdown-it-attrs") { OwnId::Attributes } else { OwnId::None };
    let naming = Naming { scheme, own, templates: &["{{", "{%"], ..Naming::github() };
    LinkDialect { syntax: Syntax::Kramdown, naming, footnote: "fn fnref", has_labels: false }
}

/// A name without the date before it.
fn without_date(name: &str) -> &str {
    let (date, rest) = name.split_at_checked(11).unwrap_or(("", name));
    let is_date = date.bytes().enumerate().all(|(at, byte)| match at {
        4 | 7 | 10 => byte == b'-',
        _ => byte.is_ascii_digit(),
    });
    if is_date && !date.is_empty() && !rest.is_empty() { rest } else { name }
}

/// The object that is written after a key, wherever that stands.
fn object_after(text: &str, key: &str) -> Value {
    let found = places(text, key).find_map(|rest| {
        let object = rest.trim_start().strip_prefix([':', '='])?.trim_start();
        object.starts_with('{').then(|| literal::javascript(&format!("export default {object}")))
    });
    found.unwrap_or_default()
}

/// The text that is written after a key.
fn text_after(text: &str, key: &str) -> Option<String> {
    places(text, key).find_map(|rest| {
        let rest = rest.trim_start().strip_prefix([':', '='])?.trim_start();
        let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''))?;
        rest[1..].split(quote).next().map(str::to_owned)
    })
}

/// The first arguments of the calls of a function; `None` for those that are no literals, or too many
/// or too long to be written by hand.
fn call(text: &str, function: &str) -> Vec<Option<Value>> {
    const CALLS: usize = 200;
    const BYTES: usize = 1 << 14;
    let arguments = places(text, function).filter_map(|rest| rest.strip_prefix('('));
    let read = |(at, rest): (usize, &str)| {
        let rest = rest.trim_start();
        let rest = &rest[..rest.floor_char_boundary(BYTES)];
        match literal::javascript(&format!("export default {rest}")) {
            Value::Unknown(_) => None,
            value => (at < CALLS).then_some(value),
        }
    };
    arguments.take(CALLS + 1).enumerate().map(read).collect()
}

/// What follows a word, at each place where it stands by itself.
fn places<'t>(text: &'t str, word: &'t str) -> impl Iterator<Item = &'t str> {
    text.match_indices(word).filter_map(move |(at, _)| {
        let before = text[..at].chars().next_back();
        let stands = before.is_none_or(|c| !c.is_alphanumeric() && c != '_');
        stands.then(|| &text[at + word.len()..])
    })
}

impl Flavor for Eleventy {
    fn name(&self) -> &'static str {
        "eleventy"
    }

    fn set_base(&mut self, base: &str) {
        base.clone_into(&mut self.base);
    }

    fn directories(&self) -> Vec<String> {
        vec![self.input.clone()]
    }

    fn takes(&self, path: &str) -> bool {
        let is_theirs = ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "LICENSE.md"];
        !(self.input == self.home
            && directory(path) == self.home
            && is_theirs.contains(&name(path)))
    }

    fn dialect(&self) -> &LinkDialect {
        &self.dialect
    }

    fn routes(&self, sources: &Sources<'_>) -> Routes {
        let (mut routes, mut templates) = (Routes::new(&self.base), Vec::new());
        for file in sources.table.below(&self.input) {
            let Some(path) = below(&self.input, sources.table.path(file)) else { continue };
            let from_home = below(&self.home, sources.table.path(file)).unwrap_or(path);
            let is_hidden = path.split('/').any(|part| part.starts_with(['_', '.']));
            if is_hidden || self.ignored.matches(from_home) {
                continue;
            }
            // Data of a directory may say other addresses.
            let is_data = path.contains(".11tydata.") || path.ends_with(".11ty.js");
            if is_data
                || (path.ends_with(".json") && sources.config_text(file).contains("permalink"))
            {
                routes.open.push(String::new());
            }
            let is_template = extension(path).is_some_and(|end| TEMPLATES.contains(&end));
            if is_markdown(path) || is_template {
                templates.push(file);
            }
        }
        for (&file, matter) in templates.iter().zip(sources.front_matters(&templates)) {
            let path = below(&self.input, sources.table.path(file)).unwrap_or_default();
            self.template(&mut routes, file, path, &matter);
        }
        for (from, to) in &self.copied {
            if let Some(file) = sources.table.get(from) {
                routes.asset(file, to);
            }
            for file in sources.table.below(from) {
                if let Some(path) = below(from, sources.table.path(file)) {
                    routes.asset(file, &under(to, path));
                }
            }
        }
        if self.is_open {
            routes.open.push(String::new());
        }
        routes
    }

    fn step(&self, from: &PagePlace<'_>, link: &Link, target: &Target<'_>) -> Step {
        if link.target.contains("{{") || link.target.contains("{%") {
            return Step::Unknown("made by a template");
        }
        if target.scheme.is_some() {
            return Step::External;
        }
        if target.path.is_empty() && target.query.is_none() {
            return Step::File(from.file);
        }
        let path = decode(target.path);
        let file = match path.strip_prefix('/') {
            Some(path) => from.within(&self.input, path),
            None => from.beside(&path),
        };
        let file = file.filter(|&file| from.routes.address(file).is_some());
        match file.filter(|_| self.resolves_files) {
            Some(file) => Step::File(file),
            None => Step::Address(target.path.to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_templates() {
        assert_eq!(Eleventy::output("a/b.md"), "a/b/index.html");
        assert_eq!(Eleventy::output("index.njk"), "index.html");
        assert_eq!(Eleventy::output("a/a.md"), "a/index.html");
        assert_eq!(Eleventy::output("posts/2024-01-02-hi.md"), "posts/hi/index.html");
        assert_eq!(without_date("2024-01-02-"), "2024-01-02-");
    }

    #[test]
    fn calls_and_keys_of_the_configuration() {
        let text = "module.exports = function (c) {\n  c.addPassthroughCopy('img');\n  c.addPassthroughCopy({ 'src/a': 'b' });\n  c.addPassthroughCopy(path.x);\n  return { pathPrefix: \"/p/\", dir: { input: 'src' } };\n};\n";
        assert_eq!(object_after(text, "dir").text(&["input"]), Some("src"));
        assert_eq!(text_after(text, "pathPrefix").as_deref(), Some("/p/"));
        let calls = call(text, "addPassthroughCopy");
        assert_eq!(calls.len(), 3);
        assert_eq!(calls[0].as_ref().and_then(Value::as_text), Some("img"));
        assert!(calls[1].as_ref().is_some_and(|map| map.text(&["src/a"]) == Some("b")));
        assert!(calls[2].is_none());
        assert!(is_config("x/.eleventy.js") && is_config("eleventy.config.mjs"));
        assert!(!is_config("eleventy.js"));
    }
}
