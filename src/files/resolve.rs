//! Follows links beneath a root without leaving it, and says which one would.

use std::collections::VecDeque;
use std::ffi::OsString;
use std::io;
use std::path::{Component, Path, PathBuf};

use cap_std::ambient_authority;
use cap_std::fs::Dir;

use super::{FileError, Outside, normalize};

/// Most links that are followed for one path, as the kernel has it.
const MAX_LINKS: usize = 40;

/// A root: its handle, and the ways in which it is written.
pub(super) struct Root {
    pub dir: Dir,
    path: PathBuf,
    real: PathBuf,
}

impl Root {
    /// # Errors
    /// If no such directory.
    pub fn open(path: &Path) -> io::Result<Root> {
        let path = normalize(&std::path::absolute(path)?);
        let real = path.canonicalize()?;
        let dir = Dir::open_ambient_dir(&real, ambient_authority())?;
        Ok(Root { dir, path, real })
    }

    /// The root's path without links.
    pub fn real(&self) -> &Path {
        &self.real
    }

    /// A path as it is written from the root on.
    ///
    /// # Errors
    /// If it is written to lie elsewhere.
    pub fn below(&self, path: &Path) -> Result<PathBuf, FileError> {
        let path = normalize(&std::path::absolute(path)?);
        if let Some(below) = self.strip(&path) {
            return Ok(below);
        }
        // The current directory may be known by another name.
        let real = path.parent().and_then(|dir| dir.canonicalize().ok());
        let real = real.zip(path.file_name()).map(|(dir, name)| dir.join(name));
        real.and_then(|path| self.strip(&path))
            .ok_or_else(|| FileError::Outside(self.outside(None, path)))
    }

    fn strip(&self, path: &Path) -> Option<PathBuf> {
        let below = path.strip_prefix(&self.path).or_else(|_| path.strip_prefix(&self.real));
        below.ok().map(Path::to_owned)
    }

    fn outside(&self, link: Option<PathBuf>, leads_to: PathBuf) -> Outside {
        Outside { link, leads_to, root: self.path.clone() }
    }

    /// Where a path from the root on leads when its links are followed: a path without links, as
    /// far as there is anything.
    ///
    /// # Errors
    /// If a link leads outside, or there are too many.
    pub fn follow(&self, below: &Path) -> Result<PathBuf, FileError> {
        let mut at = PathBuf::new();
        let mut left = parts(below);
        let mut links = 0;
        let mut last: Option<(PathBuf, PathBuf)> = None;
        while let Some(part) = left.pop_front() {
            if part == ".." {
                if !at.pop() {
                    let (link, leads_to) = last.unzip();
                    let leads_to = leads_to.unwrap_or_else(|| below.to_owned());
                    return Err(FileError::Outside(self.outside(link, leads_to)));
                }
                continue;
            }
            let next = at.join(&part);
            let Ok(target) = self.dir.read_link_contents(&next) else {
                at = next;
                continue;
            };
            links += 1;
            if links > MAX_LINKS {
                return Err(io::Error::other("too many links lead to one another").into());
            }
            let link = self.path.join(&next);
            if target.is_absolute() {
                let Some(below) = self.strip(&target) else {
                    return Err(FileError::Outside(self.outside(Some(link), target)));
                };
                at = PathBuf::new();
                put_before(&mut left, parts(&below));
            } else {
                put_before(&mut left, parts(&target));
            }
            last = Some((link, target));
        }
        Ok(at)
    }
}

fn parts(path: &Path) -> VecDeque<OsString> {
    let names = path.components().filter_map(|part| match part {
        Component::Normal(name) => Some(name.to_owned()),
        Component::ParentDir => Some("..".into()),
        _ => None,
    });
    names.collect()
}

fn put_before(left: &mut VecDeque<OsString>, parts: VecDeque<OsString>) {
    for part in parts.into_iter().rev() {
        left.push_front(part);
    }
}

/// Why a path that is written to lie beneath a root leads elsewhere; `None` if it does not, or is
/// written to lie elsewhere, as people may name any file.
pub fn leads_out(path: &Path, root: &Path) -> Option<FileError> {
    let written = normalize(&std::path::absolute(path).ok()?);
    if written.canonicalize().is_ok_and(|real| real == written) || !written.starts_with(root) {
        return None;
    }
    let root = Root::open(root).ok()?;
    let below = root.below(&written).ok()?;
    match root.follow(&below) {
        Err(error @ FileError::Outside(_)) => Some(error),
        _ => None,
    }
}
