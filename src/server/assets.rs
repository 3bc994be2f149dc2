//! The dashboard's files, embedded in the binary.

use std::fmt::Write as _;
use std::sync::LazyLock;

use warp::http::HeaderMap;
use warp::http::header::{ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, HeaderValue, VARY};

use super::Reply;
use super::api::reply;

const INDEX: &str = include_str!("assets/index.html");
/// Stands in the page where the directory of this build's files belongs.
const DIRECTORY: &str = "{{assets}}";
/// Stands where the browser is told of all modules at once, so that it need not find them one by
/// one.
const MODULES: &str = "{{modules}}";

/// A file that the page loads: its name, its text, and the same compressed.
struct File {
    name: &'static str,
    text: &'static str,
    gzip: &'static [u8],
}

macro_rules! files {
    ($($name:literal,)*) => {
        /// Every file that the page loads.
        const FILES: &[File] = &[$(File {
            name: $name,
            text: include_str!(concat!("assets/", $name)),
            gzip: include_bytes!(concat!(env!("OUT_DIR"), "/assets/", $name, ".gz")),
        },)*];
    };
}

files! {
    "access.js",
    "api.js",
    "app.js",
    "chart.js",
    "connection.js",
    "controls.js",
    "css/base.css",
    "css/parts.css",
    "css/shell.css",
    "css/views.css",
    "diff.js",
    "dom.js",
    "editor.js",
    "export.js",
    "feed.js",
    "feedrows.js",
    "findings/beside.js",
    "findings/detail.js",
    "findings/facets.js",
    "findings/filters.js",
    "findings/turnoff.js",
    "format.js",
    "icon.svg",
    "icons.js",
    "keys.js",
    "lazylist.js",
    "live.js",
    "markdown.js",
    "news.js",
    "parts.js",
    "review/applying.js",
    "review/bulk.js",
    "review/cards.js",
    "review/common.js",
    "review/detail.js",
    "review/groups.js",
    "review/list.js",
    "review/rendered.js",
    "review/viewed.js",
    "router.js",
    "sortable.js",
    "source.js",
    "start.js",
    "state.js",
    "theme.js",
    "toasts.js",
    "views/compare.js",
    "views/findings.js",
    "views/history.js",
    "views/missing.js",
    "views/overview.js",
    "views/recommendations.js",
    "views/rule.js",
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
    let all: String = FILES.iter().map(|file| file.text).collect();
    let build = format!("{:016x}", xxhash_rust::xxh3::xxh3_64(all.as_bytes()));
    let mut modules = String::new();
    for File { name, text, .. } in FILES.iter().filter(|file| file.name.ends_with(".js")) {
        // What is no module runs before the first paint and has its own place in the page.
        if text.contains("import ") || text.contains("export ") {
            let _ = writeln!(modules, "<link rel=\"modulepreload\" href=\"{DIRECTORY}/{name}\">");
        }
    }
    let page = INDEX.replace(MODULES, modules.trim_end());
    (page.replace(DIRECTORY, &format!("/assets/{build}")), build)
});

/// The page or file at this path, if one stands there; compressed for those who take that.
pub fn answer(path: &str, headers: &HeaderMap) -> Option<Reply> {
    let (page, current) = &*PAGE;
    if path == "/" || path == "/dashboard" || path.starts_with("/dashboard/") {
        return Some(reply("text/html; charset=utf-8", page.clone().into_bytes()));
    }
    let (build, name) = path.strip_prefix("/assets/")?.split_once('/')?;
    let file = FILES.iter().find(|file| file.name == name)?;
    let content_type = match name.rsplit_once('.') {
        Some((_, "css")) => "text/css",
        Some((_, "svg")) => "image/svg+xml",
        _ => "text/javascript",
    };
    let is_packed = takes_gzip(headers);
    let bytes = if is_packed { file.gzip } else { file.text.as_bytes() };
    let mut reply = reply(content_type, bytes.to_vec());
    let headers = reply.headers_mut();
    headers.insert(VARY, HeaderValue::from_static("accept-encoding"));
    if is_packed {
        headers.insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    }
    if build == current {
        let kept = HeaderValue::from_static("public, max-age=31536000, immutable");
        headers.insert(CACHE_CONTROL, kept);
    }
    Some(reply)
}

/// Whether the client says that it takes gzip (RFC 9110, 12.5.3).
fn takes_gzip(headers: &HeaderMap) -> bool {
    let values = headers.get_all(ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
    values.flat_map(|value| value.split(',')).any(|coding| {
        let mut parts = coding.split(';').map(str::trim);
        let is_gzip = parts.next().is_some_and(|name| name.eq_ignore_ascii_case("gzip"));
        let weight = parts.find_map(|part| part.strip_prefix("q=")?.trim().parse::<f32>().ok());
        is_gzip && weight.is_none_or(|weight| weight > 0.0)
    })
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::io::Read as _;
    use std::path::Path;

    use super::*;

    fn names(directory: &Path, prefix: &str) -> Vec<String> {
        let mut names = Vec::new();
        for entry in fs::read_dir(directory).expect("the directory of the dashboard's files") {
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
        let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/server/assets");
        let mut found = names(&directory, "");
        found.retain(|name| name != "index.html");
        found.sort();
        let mut embedded: Vec<&str> = FILES.iter().map(|file| file.name).collect();
        embedded.sort_unstable();
        assert_eq!(found, embedded);
    }

    #[test]
    fn files_are_compressed_for_those_who_take_that() {
        let path = format!("/assets/{}/app.js", PAGE.1);
        let ask = |accepts: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(ACCEPT_ENCODING, HeaderValue::from_static(accepts));
            let reply = answer(&path, &headers).expect("a file");
            reply.headers().get(CONTENT_ENCODING).cloned()
        };
        for accepts in ["gzip", "br, gzip;q=0.5", "GZIP"] {
            assert_eq!(ask(accepts), Some(HeaderValue::from_static("gzip")), "{accepts}");
        }
        for accepts in ["br", "gzip;q=0", "identity"] {
            assert_eq!(ask(accepts), None, "{accepts}");
        }
        for file in FILES {
            let mut text = String::new();
            flate2::read::GzDecoder::new(file.gzip).read_to_string(&mut text).expect("gzip");
            assert!(text == file.text, "{}", file.name);
        }
    }

    #[test]
    fn the_page_is_light_and_has_nothing_inline() {
        let bytes: usize = FILES.iter().map(|file| file.gzip.len()).sum();
        assert!(bytes + INDEX.len() < 120 * 1024, "{bytes} bytes, compressed");
        for part in INDEX.split("<script").skip(1) {
            assert!(part.contains("></script>") && part.contains("src="), "{part}");
        }
        assert!(!INDEX.contains("<style") && !INDEX.contains(" style=") && !INDEX.contains(" on"));
        for File { name, text, .. } in FILES {
            for word in ["innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval("]
            {
                assert!(!text.contains(word), "{name} uses {word}");
            }
            assert!(!text.contains("://") || text.contains("www.w3.org/2000/svg"), "{name}");
        }
    }
}
