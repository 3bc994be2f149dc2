//! How a run's files are called in the run history, and what is said of them there.

use std::path::Path;
use std::sync::Arc;

use super::proposals;
use crate::config::{Digests, Project};
use crate::document::Document;
use crate::engine::{Base, FileReport, Status, shown};
use crate::store::Store;
use crate::store::id::{Digest, WorkflowId};
use crate::store::model::NewValidation;
use crate::store::packed::Found;

/// What a project says of its files, in the words of the run history. Asked from any thread.
pub(in crate::store) struct ValidationBuilder<'p> {
    project: &'p Project,
    root: Base,
    /// The current directory, from which paths are given.
    dir: Base,
    /// Whether that is the root.
    is_at_root: bool,
    digests: Digests,
}

impl<'p> ValidationBuilder<'p> {
    pub(in crate::store) fn new(store: &Store, project: &'p Project) -> Self {
        let dir = std::env::current_dir().unwrap_or_else(|_| store.root().to_owned());
        let (root, dir) = (Base::new(store.root()), Base::new(&dir));
        let is_at_root = root.path() == dir.path();
        ValidationBuilder { project, root, dir, is_at_root, digests: Digests::default() }
    }

    /// A file's path as it is recorded: relative to the project's root, with `/`.
    pub(super) fn path(&self, path: &Path) -> String {
        if let Some(inside) = path.to_str().and_then(|path| self.inside(path)) {
            return inside.to_owned();
        }
        let path = self.dir.absolute(path);
        match path.strip_prefix(self.root.path()) {
            Ok(inside) => shown(inside),
            Err(_) => shown(&self.root.relative(&path)),
        }
    }

    /// The same for a file that was checked.
    fn path_of(&self, file: &FileReport) -> String {
        // Mostly it is called the same in a report.
        let is_inside = !file.shown.starts_with(['/', '.']) && !file.shown.contains('\\');
        match is_inside && self.is_at_root {
            true => file.shown.clone(),
            false => self.path(&file.path),
        }
    }

    /// The same without a look at each part, for paths that are as plain as most.
    fn inside<'t>(&self, path: &'t str) -> Option<&'t str> {
        let inside = match path.strip_prefix('/') {
            Some(_) => path.strip_prefix(self.root.path().to_str()?)?.strip_prefix('/')?,
            None if self.is_at_root => path,
            None => return None,
        };
        let is_plain = |part: &str| !part.is_empty() && part != "." && part != "..";
        (inside.split('/').all(is_plain) && !inside.contains('\\')).then_some(inside)
    }

    /// The digest of the settings that count for a file; none if they have mistakes.
    pub(super) fn settings(&self, path: &Path) -> Option<Digest> {
        self.labels(path).map(|labels| labels.settings)
    }

    /// A file's report as it is recorded, with what is proposed for the document.
    pub(in crate::store) fn validation(
        &self,
        workflow: WorkflowId,
        file: &FileReport,
        doc: Option<&Document>,
    ) -> NewValidation {
        let error = (file.status != Status::Checked)
            .then(|| file.findings.first().map(|finding| finding.message.to_string()))
            .flatten();
        // A file whose configuration is wrong is a file that could not be checked.
        let labels = self.labels(&file.path);
        let labels = labels.unwrap_or_else(|| About {
            family: None,
            types: Arc::from(""),
            settings: Digest(0),
        });
        NewValidation {
            workflow,
            path: self.path_of(file),
            hash: Digest(doc.map_or(0, Document::digest)),
            family: labels.family,
            types: labels.types,
            settings: labels.settings,
            duration_us: u64::try_from(file.elapsed.as_micros()).unwrap_or(u64::MAX),
            error,
            found: Found::from(&*file.found()),
            suppressed: file.suppressed as u64,
            fixed: None,
            proposals: doc.map_or_else(Vec::new, |doc| proposals::of(&doc.text, &file.findings)),
        }
    }

    fn labels(&self, path: &Path) -> Option<About> {
        let (rules, settings) = self.digests.of(self.project, path).ok()?;
        let (family, types) = (rules.family.clone(), rules.type_names.clone());
        Some(About { family, types, settings: Digest(settings) })
    }
}

/// What is said of a file besides what was found in it.
struct About {
    family: Option<Arc<str>>,
    types: Arc<str>,
    settings: Digest,
}
