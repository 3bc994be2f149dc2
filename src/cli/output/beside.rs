//! A report's file is written beside its place and moved there once it is whole.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use anyhow::Context;

use crate::files;

/// A file that has yet to be moved to its place; it is removed if that does not happen.
pub(super) struct Beside {
    temporary: PathBuf,
    path: PathBuf,
    is_moved: bool,
}

impl Beside {
    /// Moves the file to its place.
    pub(super) fn replace(mut self) -> io::Result<()> {
        if let Ok(before) = fs::metadata(&self.path) {
            fs::set_permissions(&self.temporary, before.permissions())?;
        }
        fs::rename(&self.temporary, &self.path)?;
        self.is_moved = true;
        Ok(())
    }
}

impl Drop for Beside {
    fn drop(&mut self) {
        if !self.is_moved {
            // There is nobody to tell.
            let _ = fs::remove_file(&self.temporary);
        }
    }
}

/// Opens the file of a report. What is no file, such as a pipe or a link, is written as it is; so is
/// the summary of a step in GitHub Actions, to which others may have added.
pub(super) fn open(path: &Path) -> anyhow::Result<(File, Option<Beside>)> {
    let context = || format!("the report cannot be written to `{}`", path.display());
    if is_step_summary(path) {
        let file = File::options().append(true).create(true).open(path).with_context(context)?;
        return Ok((file, None));
    }
    let is_file = fs::symlink_metadata(path).map_or(true, |found| found.is_file());
    if let Some(name) = path.file_name().filter(|_| is_file) {
        let mut random = [0; 8];
        getrandom::fill(&mut random).context("the system gives no random numbers")?;
        let name = name.to_string_lossy();
        let name = format!(".{name}.{:016x}.tmp", u64::from_le_bytes(random));
        let temporary = path.with_file_name(name);
        // Where nothing can be added, the file itself may still be written.
        if let Ok(file) = files::create_new(&temporary) {
            let beside = Beside { temporary, path: path.to_owned(), is_moved: false };
            return Ok((file, Some(beside)));
        }
    }
    Ok((files::create(path).with_context(context)?, None))
}

/// Whether GitHub Actions shows what is in the file beside the run.
pub(in crate::cli) fn is_step_summary(path: &Path) -> bool {
    std::env::var_os("GITHUB_STEP_SUMMARY").is_some_and(|summary| path == Path::new(&summary))
}
