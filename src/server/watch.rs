//! Checks files when they change on the disk.

use std::collections::{BTreeSet, HashSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread::JoinHandle;
use std::time::Duration;

use notify_debouncer_full::notify::{self, RecommendedWatcher, RecursiveMode};
use notify_debouncer_full::{DebounceEventResult, Debouncer, NoCache, new_debouncer_opt};

use super::errors::ApiError;
use super::jobs::Settings;
use super::{ServerContext, api};
use crate::engine::{Base, File, Workspace, is_page};
use crate::store::recorder::outdated;
use crate::store::{Actor, Digest};

/// Editors write a file in several steps; this long after the last one it is checked.
const SETTLED: Duration = Duration::from_millis(200);

enum Message {
    Changed(HashSet<PathBuf>),
    Stop,
}

/// The thread; it ends when this is dropped.
pub struct Watch {
    sender: Sender<Message>,
    thread: Option<JoinHandle<()>>,
}

impl Watch {
    /// Starts to watch the files below `dir` that a run would check. What cannot be watched is
    /// told through `notice`.
    ///
    /// # Errors
    /// If the system tells nobody of changes, or gives no thread.
    pub fn start(
        context: Arc<ServerContext>,
        dir: PathBuf,
        notice: fn(&str),
    ) -> notify::Result<Self> {
        let (sender, receiver) = mpsc::channel();
        let hear = sender.clone();
        let heard = move |result: DebounceEventResult| {
            let Ok(events) = result else { return };
            let events = events.into_iter().filter(|event| !event.kind.is_access());
            let paths: HashSet<PathBuf> = events.flat_map(|event| event.event.paths).collect();
            if !paths.is_empty() {
                // Nobody listens any more when the server stops.
                let _ = hear.send(Message::Changed(paths));
            }
        };
        let debouncer =
            new_debouncer_opt(SETTLED, None, heard, NoCache, notify::Config::default())?;
        let watched = BTreeSet::new();
        let mut eye = Watcher {
            context,
            dir,
            notice,
            workspace: None,
            files: BTreeSet::new(),
            debouncer,
            watched,
        };
        let thread = std::thread::Builder::new()
            .name("watch".to_owned())
            .spawn(move || eye.run(&receiver))
            .map_err(notify::Error::io)?;
        Ok(Watch { sender, thread: Some(thread) })
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        let _ = self.sender.send(Message::Stop);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

struct Watcher {
    context: Arc<ServerContext>,
    dir: PathBuf,
    notice: fn(&str),
    /// As of the last look.
    workspace: Option<Arc<Workspace>>,
    /// The files to check, as of the last walk.
    files: BTreeSet<PathBuf>,
    debouncer: Debouncer<RecommendedWatcher, NoCache>,
    /// Directories that hold files to check, and those on the way to them. Others, such as those of
    /// packages, would only use up what the system lets a process watch.
    watched: BTreeSet<PathBuf>,
}

impl Watcher {
    fn run(&mut self, receiver: &Receiver<Message>) {
        self.rescan(&HashSet::new(), true);
        while let Ok(Message::Changed(paths)) = receiver.recv() {
            self.rescan(&paths, false);
        }
    }

    /// Watches directories that are new, and checks files that changed or are in them, and those of
    /// which something else may hold now.
    fn rescan(&mut self, changed: &HashSet<PathBuf>, is_first: bool) {
        let before = self.workspace.take();
        let workspace = match self.open(changed, before.as_ref()) {
            Ok(workspace) => workspace,
            Err(error) => return (self.notice)(&format!("nothing is watched: {}", error.message)),
        };
        let is_same = before.as_ref().is_some_and(|before| Arc::ptr_eq(before, &workspace));
        let is_known = |path: &PathBuf| self.files.contains(path) && path.is_file();
        // Where only the content of files is new, there is nothing else to find.
        let is_edit = is_same && changed.iter().all(is_known);
        let near = match is_edit {
            true => changed.iter().cloned().collect(),
            false => self.walk(&workspace, changed),
        };
        let mut pages: Vec<PathBuf> = changed.iter().cloned().collect();
        if !is_first {
            pages.extend(near.iter().filter(|path| !changed.contains(*path)).cloned());
        }
        let others = before.map(|before| before.changed(&pages)).unwrap_or_default();
        if !is_edit {
            workspace.look_ahead(self.files.iter().map(PathBuf::as_path));
        }
        self.workspace = Some(workspace.clone());
        if is_first {
            return;
        }
        let mut paths: BTreeSet<&Path> = others.iter().map(PathBuf::as_path).collect();
        paths.retain(|path| self.files.contains(*path));
        if !is_same {
            paths.extend(self.outdated(&workspace));
        }
        let base = Base::new(self.context.root.path());
        let file = |path: &Path| File::new(&base, path);
        let changed = near.iter().map(PathBuf::as_path);
        paths.extend(changed.filter(|path| self.has_other_content(&file(path))));
        let files: Vec<File> = paths.into_iter().map(file).collect();
        if files.is_empty() {
            return;
        }
        let (store, settings) = (self.context.record.store(), Settings::default());
        let started = self.context.jobs.start(
            store,
            &Actor::System,
            "watch",
            workspace,
            &settings,
            files.into(),
        );
        if let Err(error) = started {
            (self.notice)(&format!("changed files could not be checked: {}", error.message));
        }
    }

    /// Finds the files to check anew. Returns those that changed, or are in a directory that is
    /// new.
    fn walk(&mut self, workspace: &Workspace, changed: &HashSet<PathBuf>) -> BTreeSet<PathBuf> {
        let files = api::walk(&self.context, workspace, self.dir.clone()).files;
        let new = self.watch_dirs(&files);
        self.files = files.into_iter().map(|file| file.path).collect();
        let is_new = |path: &Path| path.parent().is_some_and(|dir| new.contains(dir));
        let is_near = |path: &&PathBuf| changed.contains(*path) || is_new(path);
        self.files.iter().filter(is_near).cloned().collect()
    }

    /// The workspace from before, unless something changed that it was read from.
    fn open(
        &self,
        changed: &HashSet<PathBuf>,
        before: Option<&Arc<Workspace>>,
    ) -> Result<Arc<Workspace>, ApiError> {
        match before {
            Some(before) if changed.iter().all(|path| is_page(path)) => Ok(before.clone()),
            _ => self.context.jobs.workspace(&Settings::default()),
        }
    }

    fn watch_dirs(&mut self, files: &[File]) -> BTreeSet<PathBuf> {
        let above = |file: &File| {
            let dirs = file.path.ancestors().skip(1).map(Path::to_path_buf);
            dirs.take_while(|path| path.starts_with(&self.dir)).collect::<Vec<_>>()
        };
        let mut dirs: BTreeSet<PathBuf> = files.iter().flat_map(above).collect();
        dirs.insert(self.dir.clone());
        let new: BTreeSet<PathBuf> = dirs.difference(&self.watched).cloned().collect();
        for dir in &new {
            if let Err(error) = self.debouncer.watch(dir, RecursiveMode::NonRecursive) {
                (self.notice)(&format!("{} is not watched: {error}", dir.display()));
            }
        }
        self.watched = dirs;
        new
    }

    /// The files that were validated under other settings.
    fn outdated(&self, workspace: &Workspace) -> Vec<&Path> {
        let files = self.files.iter().map(PathBuf::as_path);
        outdated(&self.context.record.store(), workspace.project(), files).unwrap_or_else(|error| {
            (self.notice)(&format!("the settings of validations cannot be read: {error}"));
            Vec::new()
        })
    }

    /// Whether the file is other than it was when it was last validated.
    fn has_other_content(&self, file: &File) -> bool {
        let Ok(bytes) = crate::files::read(&file.path, crate::engine::MAX_BYTES) else {
            return false;
        };
        let store = self.context.record.store();
        let latest = store.read(|reader| reader.latest(&file.shown));
        !latest.is_ok_and(|latest| latest.is_some_and(|latest| latest.hash == Digest::of(&bytes)))
    }
}
