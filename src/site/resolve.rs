//! Where a link leads.

use super::Site;
use super::facts::Link;
use super::flavor::{FragmentRule, PagePlace, Step, extension, is_markdown};
use super::route::{RouteAnswer, Routes};
use super::table::FileId;
use super::target::Target;

/// The answer to a link. What is not told is not dead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Resolved {
    Page {
        file: FileId,
        fragment: Fragment,
        /// Whether readers are sent on to it from the address that the link has.
        is_redirected: bool,
    },
    Asset(FileId),
    /// Something that the generator makes by itself, or a redirect to another site.
    Made,
    /// Another site, or no address of the web.
    External,
    /// An absolute path that misses the path at which the site lies.
    OutsideBase {
        base: String,
    },
    /// Nothing is there.
    Missing {
        looked_for: String,
    },
    /// Nobody can tell without building the site, and why.
    Unknown(&'static str),
}

/// What became of a link's fragment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fragment {
    /// There is none, or it leads to the top.
    None,
    Known,
    /// The page has no such id; as it was looked for.
    Missing(String),
    Unknown(&'static str),
}

impl Resolved {
    /// Why nobody can tell, if so.
    pub fn unknown(&self) -> Option<&'static str> {
        match self {
            Resolved::Unknown(why) | Resolved::Page { fragment: Fragment::Unknown(why), .. } => {
                Some(why)
            }
            _ => None,
        }
    }

    /// The page to which readers are sent on from the address that the link has.
    pub fn redirected_to(&self) -> Option<FileId> {
        match self {
            Resolved::Page { file, is_redirected: true, .. } => Some(*file),
            _ => None,
        }
    }

    /// Whether the link leads nowhere for certain.
    pub fn is_dead(&self) -> bool {
        match self {
            Resolved::OutsideBase { .. } | Resolved::Missing { .. } => true,
            Resolved::Page { fragment, .. } => matches!(fragment, Fragment::Missing(_)),
            _ => false,
        }
    }
}

impl Site {
    /// Where a link of a page leads.
    pub fn resolve(&self, page: FileId, link: &Link) -> Resolved {
        let build = self.build_of(page);
        let routes = self.routes(build);
        if let Some(why) = routes.left_out(page) {
            return Resolved::Unknown(why);
        }
        let flavor = &self.parts.builds[build].flavor;
        let place = PagePlace { table: &self.table, routes, file: page };
        let target = Target::parse(&link.target);
        let answer = match flavor.step(&place, link, &target) {
            Step::External => match self.own_answer(build, &target) {
                Some(answer) => answer,
                None => return Resolved::External,
            },
            Step::Missing(looked_for) => return Resolved::Missing { looked_for },
            Step::Unknown(why) => return Resolved::Unknown(why),
            Step::Made => return Resolved::Made,
            Step::Anchor(file, fragment) => {
                let target = Target { fragment: Some(&fragment), ..target };
                let fragment = self.fragment(build, file, &target);
                return Resolved::Page { file, fragment, is_redirected: false };
            }
            Step::File(file) if is_markdown(self.table.path(file)) => RouteAnswer::Page(file),
            Step::File(file) => RouteAnswer::Asset(file),
            Step::Address(href) => match routes.address(page) {
                Some(from) => routes.follow(from, &href),
                None => return Resolved::Unknown("on pages that the site leaves out"),
            },
        };
        match answer {
            RouteAnswer::Page(file) | RouteAnswer::Redirected(file) => {
                let fragment = self.fragment(build, file, &target);
                let is_redirected = answer == RouteAnswer::Redirected(file);
                Resolved::Page { file, fragment, is_redirected }
            }
            RouteAnswer::Asset(file) => Resolved::Asset(file),
            RouteAnswer::Made => Resolved::Made,
            RouteAnswer::WithExtension(_) => {
                Resolved::Unknown("that only hosts find which add `.html`")
            }
            RouteAnswer::AboveSite => Resolved::Unknown("out of the site"),
            RouteAnswer::Open => Resolved::Unknown("to pages that a plugin makes"),
            RouteAnswer::OutsideBase => Resolved::OutsideBase { base: routes.base.clone() },
            RouteAnswer::Nothing(looked_for) => Resolved::Missing { looked_for },
        }
    }

    /// What the site's host answers to an address that names it; `None` for other addresses, and for
    /// those at which something else may be deployed: another version, or another site.
    fn own_answer(&self, build: usize, target: &Target<'_>) -> Option<RouteAnswer> {
        let host = self.parts.builds[build].host()?;
        let rest = target.path.strip_prefix("//").unwrap_or(target.path);
        let (name, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
        if !target.is_web() || !name.eq_ignore_ascii_case(host) {
            return None;
        }
        let routes = self.routes(build);
        match routes.follow("", if path.is_empty() { "/" } else { path }) {
            RouteAnswer::OutsideBase | RouteAnswer::AboveSite | RouteAnswer::Open => None,
            RouteAnswer::Nothing(path) if !is_of_site(routes, &path) => None,
            answer => Some(answer),
        }
    }

    fn fragment(&self, build: usize, page: FileId, target: &Target<'_>) -> Fragment {
        let Some(written) = target.anchor() else { return Fragment::None };
        let rule = self.parts.builds[build].flavor.fragment(&written);
        if written.eq_ignore_ascii_case("top") && rule != FragmentRule::Exact || written == "top" {
            return Fragment::None;
        }
        let anchors = self.anchors(build, page);
        let raw = target.fragment.unwrap_or("");
        let wanted = match &rule {
            FragmentRule::Changed(wanted) => wanted.as_str(),
            _ => &written,
        };
        if anchors.contains(wanted)
            || anchors.contains(raw)
            || self.routes(build).has_anchor(page, wanted)
        {
            return Fragment::Known;
        }
        match rule {
            FragmentRule::Unknown(why) => Fragment::Unknown(why),
            FragmentRule::Forgiving if anchors.contains_folded(wanted) => {
                Fragment::Unknown("to ids in other letter case")
            }
            _ if anchors.is_open => {
                Fragment::Unknown("to pages whose ids templates or components make")
            }
            _ => Fragment::Missing(wanted.to_owned()),
        }
    }
}

/// Whether a path at which nothing lies is surely the site's own: hosts have other versions,
/// languages, sites and downloads beside it, of which the repository knows nothing.
fn is_of_site(routes: &Routes, path: &str) -> bool {
    match path.trim_end_matches('/').split_once('/') {
        Some((top, _)) => routes.has_top(top),
        None => {
            let name = path.trim_end_matches('/');
            let is_page = extension(name).is_none_or(|extension| extension == "html");
            let is_language = name.len() == 2 || name.as_bytes().get(2) == Some(&b'-');
            is_page && !is_language && !is_version(name)
        }
    }
}

/// Whether a name is how versions of a site are called, such as `v2`, `1.4.x` or `latest`.
fn is_version(name: &str) -> bool {
    let number = name.strip_prefix('v').unwrap_or(name);
    let is_number = number.starts_with(|c: char| c.is_ascii_digit())
        && number.split('.').all(|part| part == "x" || part.bytes().all(|b| b.is_ascii_digit()));
    is_number
        || ["latest", "stable", "next", "current", "dev", "edge", "main", "master", "nightly"]
            .contains(&name)
}
