//! Which files a walk takes, as far as their names and the configuration say.

use std::path::Path;

use ignore::WalkBuilder;

use super::ignores;
use crate::config::{FileKind, Project};
use crate::data::Format;
use crate::files::ignore_files;
use crate::rules::Subject;
use crate::structure::is_structure_file;

/// The extensions of pages, in any letter case.
pub const PAGE_EXTENSIONS: &[&str] =
    &["md", "markdown", "mdown", "mkd", "mkdn", "mdx", "qmd", "rmd"];

/// Directories of version control: never looked into.
pub(super) const VERSION_CONTROL: &[&str] = &[".git", ".hg", ".svn", ".jj"];

/// Our own directory, which holds no pages of the project.
pub(super) const OWN_DIR: &str = ".validator";

/// Whether a file is a template of a Helm chart: what is in its `templates` is Go's, not YAML.
pub(super) fn is_chart_template(path: &Path) -> bool {
    Format::from_path(path) == Some(Format::Yaml)
        && path.ancestors().skip(1).any(|dir| {
            dir.file_name().is_some_and(|name| name == "templates")
                && dir.with_file_name("Chart.yaml").is_file()
        })
}

/// Whether the name of a file says that it is a page.
pub fn is_page(path: &Path) -> bool {
    let extension = path.extension().and_then(|text| text.to_str()).unwrap_or_default();
    PAGE_EXTENSIONS.iter().any(|known| known.eq_ignore_ascii_case(extension))
}

/// Whether a file is a page: the configuration says so, or else its name.
pub(super) fn is_page_of(project: &Project, path: &Path) -> bool {
    match project.kind(path) {
        Some(kind) => kind == FileKind::Markdown,
        None => is_page(path),
    }
}

pub(super) fn is_looked_at(project: &Project, path: &Path) -> bool {
    is_page_of(project, path) || project.looks_at(path, Subject::DataFile)
}

/// Whether a walk would take a file at this path, if it were there.
pub fn takes(project: &Project, path: &Path) -> bool {
    let is_known =
        is_page_of(project, path) || project.format(path).is_some() || project.names_ending(path);
    is_known && !is_structure_file(path) && project.includes(path) && is_looked_at(project, path)
}

/// Whether a walk of the root would take the file at a path relative to it, but for what it is
/// told to ignore: nothing of version control and of packages, nothing hidden that the
/// configuration does not want looked into, and only what is checked.
pub fn would_walk(project: &Project, root: &Path, below: &Path) -> bool {
    is_open(project, root, below) && takes(project, &root.join(below)) && !is_ignored(root, below)
}

/// Whether the walk comes to the path in spite of the names on the way.
fn is_open(project: &Project, root: &Path, below: &Path) -> bool {
    let mut path = root.to_owned();
    let mut parts = below.iter().peekable();
    while let Some(part) = parts.next() {
        path.push(part);
        let is_dir = parts.peek().is_some();
        let name = part.to_string_lossy();
        if is_dir && (VERSION_CONTROL.contains(&&*name) || name == "node_modules") {
            return false;
        }
        // Only pages are looked for in hidden directories.
        let is_taken = || {
            is_page_of(project, &root.join(below))
                && !(is_dir && name == OWN_DIR)
                && project.looks_into_hidden(&path)
        };
        if name.starts_with('.') && !is_taken() {
            return false;
        }
    }
    true
}

/// Whether a file that says what to ignore names the file, or a directory it is in.
fn is_ignored(root: &Path, below: &Path) -> bool {
    let path = root.join(below);
    let mut found = true;
    for depth in path.ancestors().skip(1) {
        if ignore_files::refused(depth).is_some() {
            return true;
        }
    }
    let mut walk = WalkBuilder::new(root);
    walk.require_git(false).hidden(false).add_custom_ignore_filename(ignores::OWN);
    let wanted = path.clone();
    walk.filter_entry(move |entry| wanted.starts_with(entry.path()));
    for entry in walk.build().flatten() {
        found &= entry.path() != path;
    }
    found
}
