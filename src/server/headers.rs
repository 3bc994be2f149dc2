//! Headers that every answer carries, whatever it is.

use warp::http::HeaderMap;
use warp::http::header::{CACHE_CONTROL, HeaderName, HeaderValue};

/// Nothing from elsewhere, no string that becomes script. The one style that is inline is that of
/// [`super::excerpts`], by its hash; the one policy that makes markup of text is that of the frame in
/// which excerpts are shown, where nothing runs.
pub const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self'; \
    style-src 'self' 'sha256-fdApHDrjsJDAZkg6kdVdn3OVGssYr512Fnr6AFGVsGM='; img-src 'self' data:; connect-src 'self'; base-uri 'none'; \
    form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; \
    trusted-types excerpt";

const ALWAYS: [(&str, &str); 7] = [
    ("content-security-policy", CONTENT_SECURITY_POLICY),
    ("x-content-type-options", "nosniff"),
    ("cross-origin-resource-policy", "same-origin"),
    ("cross-origin-opener-policy", "same-origin"),
    ("x-frame-options", "DENY"),
    ("referrer-policy", "no-referrer"),
    ("permissions-policy", "camera=(), geolocation=(), microphone=()"),
];

/// Adds what is missing; a handler may have set how long its answer is kept, nothing else.
pub fn secure(headers: &mut HeaderMap) {
    for (name, value) in ALWAYS {
        headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    headers.entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
}
