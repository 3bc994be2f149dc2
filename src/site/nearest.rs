//! What a dead link may have meant.

use super::Site;
use super::facts::Link;
use super::flavor::is_markdown;
use super::resolve::{Fragment, Resolved};
use super::slug::{Scheme, slug};
use super::table::FileId;
use super::target::{decode, folder, join, name};

/// Something that exists and is like what a link names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Nearest {
    /// The same path in other letter case.
    OtherCase(FileId),
    /// The same name with another extension, or without the one that is written.
    OtherExtension(FileId),
    /// A file of the same name in another folder.
    Moved(FileId),
    /// A name that is written alike.
    Alike(FileId),
    /// An id that is written alike.
    Id(String),
    /// The id of the heading that another generator would have found: what the link says is right
    /// there, and not here.
    OtherScheme(String),
}

/// Most files of a folder, and ids of a page, that are compared letter by letter.
const MAX_COMPARED: usize = 2_000;

impl Site {
    /// What is like the thing that a dead link names; `None` where nothing is, or for a link that is
    /// not dead.
    pub fn nearest(&self, page: FileId, link: &Link, resolved: &Resolved) -> Option<Nearest> {
        match resolved {
            Resolved::Page { file, fragment: Fragment::Missing(wanted) } => {
                self.nearest_id(page, *file, wanted)
            }
            Resolved::Missing { .. } | Resolved::OutsideBase { .. } => {
                self.nearest_file(page, &link.target)
            }
            _ => None,
        }
    }

    fn nearest_id(&self, page: FileId, file: FileId, wanted: &str) -> Option<Nearest> {
        let facts = self.read_facts(self.build_of(page), file)?;
        let folded = wanted.to_lowercase();
        if let Some(id) = facts.anchors.iter().find(|id| id.to_lowercase() == folded) {
            return Some(Nearest::Id(id.clone()));
        }
        let schemes = [
            Scheme::GitHub,
            Scheme::Toc,
            Scheme::VitePress,
            Scheme::PyMdown { lower: true, ascii: false },
            Scheme::Docutils,
            Scheme::MdBook,
        ];
        for heading in &facts.headings {
            let Some(id) = &heading.id else { continue };
            if schemes.iter().any(|&scheme| slug(scheme, &heading.text) == folded) {
                return Some(Nearest::OtherScheme(id.clone()));
            }
        }
        let ids = facts.anchors.iter().take(MAX_COMPARED);
        alike(&folded, ids.map(|id| (id.to_lowercase(), id))).map(|id| Nearest::Id(id.clone()))
    }

    fn nearest_file(&self, page: FileId, target: &str) -> Option<Nearest> {
        let path = target.split(['#', '?']).next().unwrap_or("");
        let path = decode(path);
        let here = folder(self.table.path(page));
        let (wanted, _) = match path.strip_prefix('/') {
            Some(path) => join("", path),
            None => join(here, &path),
        };
        let wanted = wanted.trim_end_matches('/');
        if wanted.is_empty() {
            return None;
        }
        if let Some(file) = self.table.with_other_case(wanted) {
            return Some(Nearest::OtherCase(file));
        }
        let stem = super::flavor::without_extension(wanted);
        for candidate in [wanted, stem] {
            for ending in ["", ".md", ".mdx", "/index.md", "/README.md"] {
                if let Some(file) = self.table.get(&format!("{candidate}{ending}")) {
                    return Some(Nearest::OtherExtension(file));
                }
            }
        }
        let is_page = is_markdown(wanted) || !name(wanted).contains('.');
        let same_kind = |file: &FileId| is_markdown(self.table.path(*file)) == is_page;
        let mut moved = self.table.namesakes(wanted).filter(same_kind);
        if let (Some(file), None) = (moved.next(), moved.next()) {
            return Some(Nearest::Moved(file));
        }
        let beside = self.table.below(folder(wanted)).take(MAX_COMPARED).filter(same_kind);
        let beside = beside.filter(|&file| folder(self.table.path(file)) == folder(wanted));
        let stem = name(stem).to_lowercase();
        let names = beside.map(|file| {
            let other = super::flavor::without_extension(name(self.table.path(file)));
            (other.to_lowercase(), file)
        });
        alike(&stem, names).map(Nearest::Alike)
    }
}

/// The candidate that takes the fewest changes, if those are few for its length.
fn alike<T>(wanted: &str, candidates: impl Iterator<Item = (String, T)>) -> Option<T> {
    let limit = wanted.chars().count().div_ceil(3).min(6);
    let near = |candidate: &str| {
        let differs = candidate.chars().count().abs_diff(wanted.chars().count());
        if differs > limit { usize::MAX } else { strsim::osa_distance(wanted, candidate) }
    };
    let rated = candidates.map(|(text, what)| (near(&text), what));
    rated
        .filter(|(distance, _)| *distance <= limit)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, what)| what)
}
