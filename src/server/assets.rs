//! The dashboard's files, embedded in the binary.

use std::sync::LazyLock;

use warp::http::header::{CACHE_CONTROL, HeaderValue};

use super::Reply;
use super::api::reply;

const INDEX: &str = include_str!("assets/index.html");
/// Stands in the page where the folder of this build's files belongs.
const FOLDER: &str = "{{assets}}";

/// Every file that the page loads: its name, its content type, its bytes.
const FILES: [(&str, &str, &str); 2] = [
    ("app.css", "text/css; charset=utf-8", include_str!("assets/app.css")),
    ("app.js", "text/javascript; charset=utf-8", include_str!("assets/app.js")),
];

/// A name that changes with any of the files, so that browsers may keep them for ever.
static BUILD: LazyLock<String> = LazyLock::new(|| {
    let all: String = FILES.iter().map(|(_, _, text)| *text).collect();
    format!("{:016x}", xxhash_rust::xxh3::xxh3_64(all.as_bytes()))
});

/// The page or file at this path, if one stands there.
pub fn answer(path: &str) -> Option<Reply> {
    if path == "/" || path == "/dashboard" || path.starts_with("/dashboard/") {
        let page = INDEX.replace(FOLDER, &format!("/assets/{}", *BUILD));
        return Some(reply("text/html; charset=utf-8", page.into_bytes()));
    }
    let (build, name) = path.strip_prefix("/assets/")?.split_once('/')?;
    let (_, content_type, text) = FILES.iter().find(|(file, ..)| *file == name)?;
    let mut reply = reply(content_type, text.as_bytes().to_vec());
    if build == *BUILD {
        let kept = HeaderValue::from_static("public, max-age=31536000, immutable");
        reply.headers_mut().insert(CACHE_CONTROL, kept);
    }
    Some(reply)
}
