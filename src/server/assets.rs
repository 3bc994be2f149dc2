//! The dashboard's files, embedded in the binary.

use std::fmt::Write as _;
use std::sync::LazyLock;

use warp::http::header::{CACHE_CONTROL, HeaderValue};

use super::Reply;
use super::api::reply;

const INDEX: &str = include_str!("assets/index.html");
/// Stands in the page where the folder of this build's files belongs.
const FOLDER: &str = "{{assets}}";
/// Stands where the browser is told of all modules at once, so that it need not find them one by
/// one.
const MODULES: &str = "{{modules}}";

macro_rules! files {
    ($($name:literal,)*) => {
        /// Every file that the page loads: its name, and its text.
        const FILES: &[(&str, &str)] = &[$(($name, include_str!(concat!("assets/", $name))),)*];
    };
}

files! {
    "api.js",
    "app.js",
    "chart.js",
    "connection.js",
    "controls.js",
    "css/base.css",
    "css/parts.css",
    "css/shell.css",
    "css/views.css",
    "dom.js",
    "feed.js",
    "format.js",
    "icons.js",
    "keys.js",
    "live.js",
    "news.js",
    "parts.js",
    "review.js",
    "router.js",
    "source.js",
    "state.js",
    "theme.js",
    "toasts.js",
    "views/missing.js",
    "views/overview.js",
    "views/recommendations.js",
    "views/settings.js",
    "views/trends.js",
    "views/validation.js",
    "views/validations.js",
    "views/workflow.js",
    "views/workflows.js",
    "vlist.js",
}

/// The page, and a name that changes with any of the files, so that browsers may keep them for
/// ever.
static PAGE: LazyLock<(String, String)> = LazyLock::new(|| {
    let all: String = FILES.iter().map(|(_, text)| *text).collect();
    let build = format!("{:016x}", xxhash_rust::xxh3::xxh3_64(all.as_bytes()));
    let mut modules = String::new();
    for (name, text) in FILES.iter().filter(|(name, _)| name.ends_with(".js")) {
        // What is no module runs before the first paint and has its own place in the page.
        if text.contains("import ") || text.contains("export ") {
            let _ = writeln!(modules, "<link rel=\"modulepreload\" href=\"{FOLDER}/{name}\">");
        }
    }
    let page = INDEX.replace(MODULES, modules.trim_end());
    (page.replace(FOLDER, &format!("/assets/{build}")), build)
});

/// The page or file at this path, if one stands there.
pub fn answer(path: &str) -> Option<Reply> {
    let (page, current) = &*PAGE;
    if path == "/" || path == "/dashboard" || path.starts_with("/dashboard/") {
        return Some(reply("text/html; charset=utf-8", page.clone().into_bytes()));
    }
    let (build, name) = path.strip_prefix("/assets/")?.split_once('/')?;
    let (name, text) = FILES.iter().find(|(file, _)| *file == name)?;
    let content_type = if name.ends_with(".css") { "text/css" } else { "text/javascript" };
    let mut reply = reply(content_type, text.as_bytes().to_vec());
    if build == current {
        let kept = HeaderValue::from_static("public, max-age=31536000, immutable");
        reply.headers_mut().insert(CACHE_CONTROL, kept);
    }
    Some(reply)
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use super::*;

    fn names(folder: &Path, prefix: &str) -> Vec<String> {
        let mut names = Vec::new();
        for entry in fs::read_dir(folder).expect("the folder of the dashboard's files") {
            let entry = entry.expect("a file");
            let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
            if entry.path().is_dir() {
                names.extend(self::names(&entry.path(), &format!("{name}/")));
            } else {
                names.push(name);
            }
        }
        names
    }

    #[test]
    fn every_file_of_the_dashboard_is_embedded() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/server/assets");
        let mut found = names(&folder, "");
        found.retain(|name| name != "index.html");
        found.sort();
        let mut embedded: Vec<&str> = FILES.iter().map(|(name, _)| *name).collect();
        embedded.sort_unstable();
        assert_eq!(found, embedded);
    }

    #[test]
    fn the_page_is_light_and_has_nothing_inline() {
        let bytes: usize = FILES.iter().map(|(_, text)| text.len()).sum();
        assert!(bytes + INDEX.len() < 180 * 1024, "{bytes} bytes");
        for part in INDEX.split("<script").skip(1) {
            assert!(part.contains("></script>") && part.contains("src="), "{part}");
        }
        assert!(!INDEX.contains("<style") && !INDEX.contains(" style=") && !INDEX.contains(" on"));
        for (name, text) in FILES {
            for word in ["innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval("]
            {
                assert!(!text.contains(word), "{name} uses {word}");
            }
            assert!(!text.contains("://") || text.contains("www.w3.org/2000/svg"), "{name}");
        }
    }
}
