//! The dead links of a page: what is wrong with each, and what it may have meant.

use std::borrow::Cow;
use std::collections::BTreeMap;

use foldhash::{HashMap, HashSet};

use crate::cancel;
use crate::diagnostic::{Fix, Message, message};
use crate::document::Document;
use crate::site::facts::{Link, LinkKind, PageFacts};
use crate::site::target::{Target, directory};
use crate::site::{FileId, Fragment, Nearest, Resolved, Site, Suggestions};
use crate::text::Span;

/// What is wrong with a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Fault {
    MissingPage,
    MissingFragment,
    MissingAsset,
    LetterCase,
    OutsideBase,
    /// The fragment is right for another generator.
    WorksElsewhere,
    /// The address is the site's own, with its host, and nothing is there.
    OwnAddress,
    /// Readers are sent on to another address.
    Redirected,
}

/// A link with a fault: it leads nowhere for certain, or by a detour.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeadLink {
    pub fault: Fault,
    /// The link; for references, their definition: that is what has to be edited.
    pub span: Span,
    /// The references that use the definition, each with its place among the links of the page; the
    /// first few of many.
    pub uses: Vec<(usize, Span)>,
    pub message: Message,
    /// The destination as it is written in the page.
    pub target: String,
    /// The file that it leads to, or what was looked for, from the root.
    pub leads_to: String,
    pub fix: Option<Fix>,
}

/// Most uses of a definition that are named.
const MOST_USES: usize = 10;

/// What became of the links of a page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct JudgedLinks {
    /// Those that lead nowhere for certain, or by a detour, in the order of the page; of references
    /// that share a definition, one.
    pub dead: Vec<DeadLink>,
    /// How many nobody can tell of, by what they are.
    pub unchecked: Unchecked,
}

/// How many links were not checked, by what they are, such as "made by a template".
pub type Unchecked = BTreeMap<Cow<'static, str>, usize>;

/// Judges the links of a page of a site.
pub(in crate::rules) fn judge_page(
    site: &Site,
    page: FileId,
    doc: &Document,
    is_saved: bool,
) -> JudgedLinks {
    let facts = site.facts(page, doc);
    if is_saved {
        site.publish(page, &facts);
    }
    let written = |link: usize| doc.slice(facts.links[link].destination);
    let mut unchecked = Unchecked::new();
    let dead = judge(site, page, &facts, &written, &mut unchecked);
    JudgedLinks { dead: dead.into_iter().map(|(_, dead)| dead).collect(), unchecked }
}

/// The dead links of a page of which only the facts are known, each with the index of its link among
/// them; `written` has the destination of each as it is written in the page. Counts the links of which
/// nobody can tell.
pub fn judge<'w>(
    site: &Site,
    page: FileId,
    facts: &PageFacts,
    written: &dyn Fn(usize) -> &'w str,
    unchecked: &mut Unchecked,
) -> Vec<(usize, DeadLink)> {
    let is_github = site.flavor_of(page).0 == "gfm";
    let own: HashSet<&str> = facts.anchors.iter().map(String::as_str).collect();
    let mut suggestions = site.suggestions(page);
    let mut dead: Vec<(usize, DeadLink)> = Vec::new();
    let mut known: HashMap<(Span, Fault), usize> = HashMap::default();
    for (index, link) in facts.links.iter().enumerate() {
        cancel::check();
        // Within a page, the rules of markdownlint know what GitHub does.
        if is_github && link.target.starts_with('#') {
            continue;
        }
        let resolved = site.resolve(page, link);
        // The page may not be as it is on the disk.
        let is_own = matches!(&resolved, Resolved::Page { file, fragment: Fragment::Missing(wanted), .. }
            if *file == page && own.contains(wanted.as_str()));
        if let Some(why) = resolved.unknown() {
            *unchecked.entry(why.into()).or_default() += 1;
        }
        let is_at_fault = resolved.is_dead() || resolved.redirected_to().is_some();
        if is_own || !is_at_fault {
            continue;
        }
        let written = written(index);
        let found =
            Finder { site, page, written, link, resolved: &resolved }.dead_link(&mut suggestions);
        let at = *known.entry((found.span, found.fault)).or_insert(dead.len());
        if at == dead.len() {
            dead.push((index, found));
        }
        let uses = &mut dead[at].1.uses;
        if link.definition.is_some() && uses.len() < MOST_USES {
            uses.push((index, link.span));
        }
    }
    dead
}

struct Finder<'a> {
    site: &'a Site,
    page: FileId,
    written: &'a str,
    link: &'a Link,
    resolved: &'a Resolved,
}

impl Finder<'_> {
    fn dead_link(&self, suggestions: &mut Suggestions<'_>) -> DeadLink {
        let nearest = suggestions.nearest(self.link, self.resolved);
        let (fault, problem) = self.problem(nearest.as_ref());
        let message = match nearest.as_ref().map(|nearest| self.advice(nearest)) {
            Some(advice) => problem.then(&advice),
            None => problem,
        };
        let fix = match self.resolved.redirected_to().filter(|_| fault == Fault::Redirected) {
            Some(page) => self.direct(page),
            None => nearest.and_then(|nearest| self.fix(&nearest)),
        };
        let span = self.link.definition.unwrap_or(self.link.span);
        let uses = Vec::new();
        let target = self.written.to_owned();
        let leads_to = match self.resolved {
            Resolved::Page { file, .. } => self.site.table().path(*file).to_owned(),
            Resolved::Missing { looked_for } => looked_for.clone(),
            _ => target.clone(),
        };
        DeadLink { fault, span, uses, message, target, leads_to, fix }
    }

    fn problem(&self, nearest: Option<&Nearest>) -> (Fault, Message) {
        let target = &self.link.target;
        let is_own_address = Target::parse(target).is_web();
        match (self.resolved, nearest) {
            (Resolved::Missing { looked_for }, _) if is_own_address => {
                let message = message!(
                    "`{}` is on this site, which has no page or file `{}`",
                    target,
                    looked_for
                );
                (Fault::OwnAddress, message)
            }
            (Resolved::Page { file, fragment: Fragment::Missing(wanted), .. }, _)
                if is_own_address =>
            {
                let path = self.site.table().path(*file);
                let message =
                    message!("`{}` is on this site, but {} has no id `{}`", target, path, wanted);
                (Fault::OwnAddress, message)
            }
            (Resolved::Page { file, is_redirected: true, fragment }, _)
                if !matches!(fragment, Fragment::Missing(_)) =>
            {
                let path = self.site.table().path(*file);
                (Fault::Redirected, message!("`{}` redirects to {}", target, path))
            }
            (
                Resolved::Page { fragment: Fragment::Missing(wanted), .. },
                Some(Nearest::OtherScheme(_)),
            ) => {
                let (flavor, _) = self.site.flavor_of(self.page);
                let message = message!(
                    "`{}` leads to no heading: {} makes no id `{}`",
                    target,
                    flavor,
                    wanted
                );
                (Fault::WorksElsewhere, message)
            }
            (Resolved::Page { file, fragment: Fragment::Missing(wanted), .. }, _) => {
                let path = self.site.table().path(*file);
                let place = if *file == self.page { "this page" } else { path };
                let message =
                    message!("`{}` leads to no place: {} has no id `{}`", target, place, wanted);
                (Fault::MissingFragment, message)
            }
            (Resolved::OutsideBase { base }, _) => {
                let message = message!("`{}` misses the base path `{}` of the site", target, base);
                (Fault::OutsideBase, message)
            }
            (_, Some(Nearest::OtherCase(_))) => {
                let message =
                    message!("`{}` is written in other letter case than the file", target);
                (Fault::LetterCase, message)
            }
            (Resolved::Missing { looked_for }, _) => {
                let is_asset = matches!(self.link.kind, LinkKind::Image | LinkKind::HtmlAsset);
                let (fault, thing) = match is_asset {
                    true => (Fault::MissingAsset, "file"),
                    false => (Fault::MissingPage, "page or file"),
                };
                (
                    fault,
                    message!("`{}` leads nowhere: there is no {} `{}`", target, thing, looked_for),
                )
            }
            _ => (Fault::MissingPage, message!("`{}` leads nowhere", target)),
        }
    }

    fn advice(&self, nearest: &Nearest) -> Message {
        let path = |file: &FileId| self.site.table().path(*file);
        match nearest {
            Nearest::OtherCase(file) => message!("the file is `{}`", path(file)),
            Nearest::OtherExtension(file) | Nearest::Alike(file) => {
                message!("there is `{}`", path(file))
            }
            Nearest::Moved(file) => message!("a file of this name is `{}`", path(file)),
            Nearest::Id(id) => message!("there is `#{}`", id),
            Nearest::OtherScheme(id) => message!("here it is `#{}`", id),
        }
    }

    /// Writes the address to which readers are sent on anyway.
    fn direct(&self, page: FileId) -> Option<Fix> {
        let target = Target::parse(self.written);
        let (from, to) = (self.site.address(self.page)?, self.site.address(page)?);
        let path = if target.is_web() {
            let host = target.path.strip_prefix("//").unwrap_or(target.path);
            let host = &host[..host.find('/').unwrap_or(host.len())];
            format!("//{host}{to}")
        } else if target.is_absolute() {
            to
        } else {
            relative(from.trim_start_matches('/'), to.trim_start_matches('/'))
        };
        let at = self.written.find(target.path)?;
        let rest = &self.written[at + target.path.len()..];
        let replacement = format!("{}{path}{rest}", &self.written[..at]);
        (!path.is_empty()).then(|| Fix::review(self.link.destination, replacement))
    }

    /// Writes what was meant, for a person to look at.
    fn fix(&self, nearest: &Nearest) -> Option<Fix> {
        let span = self.link.destination;
        let written = self.written;
        let replacement = match nearest {
            Nearest::Id(id) | Nearest::OtherScheme(id) => {
                let at = written.find('#')?;
                format!("{}#{id}", &written[..at])
            }
            Nearest::OtherCase(file)
            | Nearest::OtherExtension(file)
            | Nearest::Moved(file)
            | Nearest::Alike(file) => {
                let target = Target::parse(written);
                let is_file = target.path.rsplit('/').next().is_some_and(|name| name.contains('.'));
                if target.is_absolute() || !is_file {
                    return None;
                }
                let rest = &written[target.path.len()..];
                relative(self.site.table().path(self.page), self.site.table().path(*file)) + rest
            }
        };
        (replacement != written).then(|| Fix::review(span, replacement))
    }
}

/// The path of a file from the directory of a page, as it stands in a link.
fn relative(page: &str, file: &str) -> String {
    let from: Vec<&str> = directory(page).split('/').filter(|part| !part.is_empty()).collect();
    let to: Vec<&str> = file.split('/').collect();
    let shared = from.iter().zip(&to[..to.len() - 1]).take_while(|(a, b)| a == b).count();
    let mut parts = vec![".."; from.len() - shared];
    parts.extend(&to[shared..]);
    parts.join("/").replace(' ', "%20").replace('(', "%28").replace(')', "%29")
}

#[cfg(test)]
mod tests {
    use super::relative;

    #[test]
    fn paths_are_written_from_the_page() {
        assert_eq!(relative("a/b/c.md", "a/x.md"), "../x.md");
        assert_eq!(relative("c.md", "a/x y.md"), "a/x%20y.md");
        assert_eq!(relative("a/c.md", "a/d.md"), "d.md");
    }
}
