//! `site:`, the address of a site as people write it.

use super::convert::Converter;
use super::written::WrittenSite;
use crate::data::NodeId;
use crate::site::SiteAddress;
use crate::site::target::{host_of_url, path_of_url};

impl Converter<'_> {
    /// Where a site lies; mistakes are added to the problems.
    pub(super) fn site(&mut self, node: NodeId, written: &WrittenSite) -> Option<SiteAddress> {
        let url = written.url.as_deref();
        let base = written.base.as_deref();
        let mistake = mistake_in_url(url).or_else(|| mistake_in_base(url, base));
        if let Some((key, message, help)) = mistake {
            let span = self.text.value(self.at(node, key));
            self.problems.push(self.text.problem(span, message, Some(help.to_owned())));
            return None;
        }
        if url.is_none() && base.is_none() {
            let help = "write `site: {url: \"https://docs.example.org/\"}`".to_owned();
            let span = self.text.value(node);
            self.problems.push(self.text.problem(span, "`site` says no address", Some(help)));
            return None;
        }
        let base = base.map(str::to_owned).or(url.map(path_of_url));
        Some(SiteAddress { host: url.and_then(host_of_url), base: base.map(|base| slashed(&base)) })
    }
}

type Mistake = (&'static str, String, &'static str);

fn mistake_in_url(url: Option<&str>) -> Option<Mistake> {
    let url = url?;
    let is_web = ["http://", "https://"].iter().any(|scheme| url.starts_with(scheme));
    let is_plain = !url.contains(['?', '#', ' ', '\\']);
    let has_host = host_of_url(url).is_some_and(|host| !host.contains('@'));
    if is_web && is_plain && has_host {
        return None;
    }
    let message = format!("`{url}` is no address of a site");
    Some(("url", message, "write it with scheme and host: `https://docs.example.org/`"))
}

fn mistake_in_base(url: Option<&str>, base: Option<&str>) -> Option<Mistake> {
    let base = base?;
    if !base.starts_with('/') || base.starts_with("//") || base.contains(['?', '#', ' ', '\\']) {
        let message = format!("`{base}` is no path on a host");
        return Some(("base", message, "write it from the root of the host: `/en/`"));
    }
    let path = url.map(path_of_url).filter(|path| path != "/")?;
    if slashed(&path) == slashed(base) {
        return None;
    }
    let message = format!("`{base}` is not the path `{path}` of `url`");
    Some(("base", message, "write the path once: in `url`, or in `base`"))
}

/// A path with a slash at both ends.
fn slashed(path: &str) -> String {
    match path.trim_matches('/') {
        "" => "/".to_owned(),
        inner => format!("/{inner}/"),
    }
}
