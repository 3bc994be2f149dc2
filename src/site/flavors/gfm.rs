//! GitHub, GitLab, and whatever has no configuration that could be read: pages are read in the
//! repository, as the files that they are.

use super::FlavorName;
use crate::site::facts::{Link, LinkDialect};
use crate::site::flavor::{Flavor, FragmentRule, PagePlace, Sources, Step};
use crate::site::route::Routes;
use crate::site::target::{Target, decode, directory, join, under};

/// A repository as its host shows it.
pub struct Gfm {
    name: &'static str,
    dialect: LinkDialect,
}

impl Gfm {
    pub fn github() -> Gfm {
        FlavorName::Gfm.plain()
    }

    pub(super) fn of(name: &'static str, dialect: LinkDialect) -> Gfm {
        Gfm { name, dialect }
    }
}

impl Flavor for Gfm {
    fn name(&self) -> &'static str {
        self.name
    }

    fn directories(&self) -> Vec<String> {
        vec![String::new()]
    }

    fn dialect(&self) -> &LinkDialect {
        &self.dialect
    }

    fn routes(&self, _: &Sources<'_>) -> Routes {
        Routes::new("/")
    }

    fn step(&self, from: &PagePlace<'_>, _: &Link, target: &Target<'_>) -> Step {
        if target.scheme.is_some() {
            return Step::External;
        }
        if target.path.is_empty() {
            return Step::File(from.file);
        }
        let path = decode(target.path);
        let (path, above) = match path.strip_prefix('/') {
            Some(path) => join("", path),
            None => join(directory(from.path()), &path),
        };
        // Addresses such as `../../issues` lead to other pages of the host.
        if above > 0 {
            return Step::Unknown("out of the repository");
        }
        let path = path.trim_end_matches('/');
        if let Some(file) = from.table.get(path) {
            return Step::File(file);
        }
        if !from.table.has_directory(path) {
            return Step::Missing(path.to_owned());
        }
        // A directory shows its README.
        let readme = ["README.md", "readme.md", "Readme.md"];
        let readme = readme.into_iter().find_map(|name| from.table.get(&under(path, name)));
        readme.map_or(Step::Made, Step::File)
    }

    fn fragment(&self, _: &str) -> FragmentRule {
        FragmentRule::Forgiving
    }
}
