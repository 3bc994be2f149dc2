//! What a dead link may have meant.

use std::cell::Cell;

use foldhash::HashMap;

use super::Site;
use super::facts::{Link, PageFacts};
use super::flavor::is_markdown;
use super::resolve::{Fragment, Resolved};
use super::slug::{Scheme, slug};
use super::table::FileId;
use super::target::{Target, decode, directory, join, name};

/// Something that exists and is like what a link names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Nearest {
    /// The same path in other letter case.
    OtherCase(FileId),
    /// The same name with another extension, or without the one that is written.
    OtherExtension(FileId),
    /// A file of the same name in another directory.
    Moved(FileId),
    /// A name that is written alike.
    Alike(FileId),
    /// An id that is written alike.
    Id(String),
    /// The id of the heading that another generator would have found: what the link says is right
    /// there, and not here.
    OtherScheme(String),
}

/// Most files of a directory, and ids of a page, that are compared letter by letter with one link.
const MAX_COMPARED: usize = 1_000;

/// The same for all links of a page together: where many are dead, the last go without.
const MAX_COMPARED_OF_PAGE: usize = 30_000;

/// Looks for what the dead links of one page may have meant.
pub struct Suggestions<'s> {
    site: &'s Site,
    page: FileId,
    ids: HashMap<FileId, Option<Ids>>,
    /// How often texts may still be compared letter by letter.
    left: Cell<usize>,
}

/// The ids of a page that is linked to.
struct Ids {
    all: Vec<String>,
    by_lower_case: HashMap<String, usize>,
    /// By what other generators make of the same heading.
    by_other_scheme: HashMap<String, String>,
}

const SCHEMES: [Scheme; 6] = [
    Scheme::GitHub,
    Scheme::Toc,
    Scheme::VitePress,
    Scheme::PyMdown { lower: true, ascii: false, separator: '-' },
    Scheme::Docutils,
    Scheme::MdBook,
];

impl Ids {
    fn of(facts: PageFacts) -> Ids {
        let mut by_other_scheme = HashMap::default();
        for heading in &facts.headings {
            let Some(id) = &heading.id else { continue };
            for scheme in SCHEMES {
                by_other_scheme.entry(slug(scheme, &heading.text)).or_insert_with(|| id.clone());
            }
        }
        let mut by_lower_case = HashMap::default();
        for (index, id) in facts.anchors.iter().enumerate() {
            by_lower_case.entry(id.to_lowercase()).or_insert(index);
        }
        Ids { all: facts.anchors, by_lower_case, by_other_scheme }
    }
}

impl Site {
    /// Suggestions for the dead links of a page.
    pub fn suggestions(&self, page: FileId) -> Suggestions<'_> {
        let left = Cell::new(MAX_COMPARED_OF_PAGE);
        Suggestions { site: self, page, ids: HashMap::default(), left }
    }
}

impl Suggestions<'_> {
    /// What is like the thing that a dead link names; `None` where nothing is, or for a link that is
    /// not dead.
    pub fn nearest(&mut self, link: &Link, resolved: &Resolved) -> Option<Nearest> {
        match resolved {
            Resolved::Page { file, fragment: Fragment::Missing(wanted), .. } => {
                self.nearest_id(*file, wanted)
            }
            // An address of the web names no file.
            _ if Target::parse(&link.target).is_web() => None,
            Resolved::Missing { .. } | Resolved::OutsideBase { .. } => {
                self.nearest_file(&link.target)
            }
            _ => None,
        }
    }

    fn nearest_id(&mut self, file: FileId, wanted: &str) -> Option<Nearest> {
        let (site, page) = (self.site, self.page);
        let read = || site.read_target(site.build_of(page), file).map(Ids::of);
        let ids = self.ids.entry(file).or_insert_with(read).as_ref()?;
        let folded = wanted.to_lowercase();
        if let Some(&index) = ids.by_lower_case.get(&folded) {
            return Some(Nearest::Id(ids.all[index].clone()));
        }
        if let Some(id) = ids.by_other_scheme.get(&folded) {
            return Some(Nearest::OtherScheme(id.clone()));
        }
        let candidates = ids.all.iter().take(MAX_COMPARED).map(|id| (id.to_lowercase(), id));
        alike(&folded, candidates, &self.left).map(|id| Nearest::Id(id.clone()))
    }

    fn nearest_file(&self, target: &str) -> Option<Nearest> {
        let table = &self.site.table;
        let path = target.split(['#', '?']).next().unwrap_or("");
        let path = decode(path);
        let here = directory(table.path(self.page));
        let (wanted, _) = match path.strip_prefix('/') {
            Some(path) => join("", path),
            None => join(here, &path),
        };
        let wanted = wanted.trim_end_matches('/');
        if wanted.is_empty() {
            return None;
        }
        if let Some(file) = table.with_other_case(wanted) {
            return Some(Nearest::OtherCase(file));
        }
        let stem = super::flavor::without_extension(wanted);
        for candidate in [wanted, stem] {
            for ending in ["", ".md", ".mdx", "/index.md", "/README.md"] {
                if let Some(file) = table.get(&format!("{candidate}{ending}")) {
                    return Some(Nearest::OtherExtension(file));
                }
            }
        }
        let is_page = is_markdown(wanted) || !name(wanted).contains('.');
        let same_kind = |file: &FileId| is_markdown(table.path(*file)) == is_page;
        let mut moved = table.namesakes(wanted).filter(same_kind);
        if let (Some(file), None) = (moved.next(), moved.next()) {
            return Some(Nearest::Moved(file));
        }
        let beside = table.below(directory(wanted)).take(MAX_COMPARED).filter(same_kind);
        let beside = beside.filter(|&file| directory(table.path(file)) == directory(wanted));
        let stem = name(stem).to_lowercase();
        let names = beside.map(|file| {
            let other = super::flavor::without_extension(name(table.path(file)));
            (other.to_lowercase(), file)
        });
        alike(&stem, names, &self.left).map(Nearest::Alike)
    }
}

/// The candidate that takes the fewest changes, if those are few for its length.
fn alike<T>(
    wanted: &str,
    candidates: impl Iterator<Item = (String, T)>,
    left: &Cell<usize>,
) -> Option<T> {
    let limit = wanted.chars().count().div_ceil(3).min(6);
    let near = |candidate: &str| {
        let differs = candidate.chars().count().abs_diff(wanted.chars().count());
        if differs > limit { usize::MAX } else { strsim::osa_distance(wanted, candidate) }
    };
    let rated = candidates
        .take_while(|_| left.replace(left.get().saturating_sub(1)) > 0)
        .map(|(text, what)| (near(&text), what));
    rated
        .filter(|(distance, _)| *distance <= limit)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, what)| what)
}
