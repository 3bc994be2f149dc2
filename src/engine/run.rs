//! A run: files are checked on many threads, and told to one observer in order.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::sync::Mutex;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::time::{Duration, Instant};

use super::catch::catch;
use super::check::{CheckOptions, Checked, check_file};
use super::queue::{WorkQueue, lock};
use super::summary::RunCounts;
use super::{
    Event, File, FileReport, Rejections, Scratch, Skipped, Status, Summary, Workspace, read,
};
use crate::cancel::{Cancel, Cancelled};
use crate::diagnostic::Safety;
use crate::document::Document;
use crate::rules::FileProblem;

/// Makes a file's part of the report; called on the worker threads, while the document is
/// still there.
pub type Render<'a> = dyn Fn(&FileReport, Option<&Document>, &mut Vec<u8>) + Sync + 'a;

/// Makes what the observer wants of a file besides its report, such as its row in the run history;
/// called on the worker threads, while the document is still there.
pub type Note<'a, N> = dyn Fn(&FileReport, Option<&Document>) -> N + Sync + 'a;

/// Sets aside what does not count in this run, before a file is shown and counted; called on the
/// worker threads, and once more for a file that could not be written.
pub type FileFilter<'a> = dyn Fn(&mut FileReport) + Sync + 'a;

/// Writes a file that was fixed; called on the thread that called [`run`], before the file is told.
/// The message says why it was not written: it is then told as it is on the disk.
pub type Write<'a> = dyn FnMut(&FileReport) -> Result<(), String> + 'a;

/// What to run. `N` is what the observer wants of each file besides its report; `()` for nothing.
pub struct Job<'a, N = ()> {
    pub workspace: &'a Workspace,
    /// In the order in which they are to be reported.
    pub files: &'a [File],
    pub skipped: Skipped,
    /// Number of worker threads; 0 chooses.
    pub threads: usize,
    /// Up to which risk to apply fixes to the texts before they are checked; `None` to apply
    /// none. Nothing is written: observers do that with what [`FileReport::fixed`] says.
    pub fix: Option<Safety>,
    /// What people have rejected in review.
    pub rejections: Option<&'a Rejections>,
    /// Whether to keep what comments in files disable, for reports that show it; else it is only
    /// counted.
    pub keep_disabled: bool,
    pub filter: Option<&'a FileFilter<'a>>,
    pub render: &'a Render<'a>,
    pub note: &'a Note<'a, N>,
}

impl<'a> Job<'a> {
    /// Checks the files and does nothing else.
    pub fn new(workspace: &'a Workspace, files: &'a [File]) -> Self {
        Job::noting(workspace, files, &|_, _| ())
    }
}

impl<'a, N> Job<'a, N> {
    /// Checks the files and makes a note of each.
    pub fn noting(workspace: &'a Workspace, files: &'a [File], note: &'a Note<'a, N>) -> Self {
        Job {
            workspace,
            files,
            skipped: Skipped::default(),
            threads: 0,
            fix: None,
            rejections: None,
            keep_disabled: false,
            filter: None,
            render: &|_, _, _| {},
            note,
        }
    }

    /// How files are checked that are not fixed.
    fn check_options(&self) -> CheckOptions<'a> {
        CheckOptions {
            rejections: self.rejections,
            keep_disabled: self.keep_disabled,
            ..CheckOptions::default()
        }
    }

    /// The same job with other notes.
    pub fn with_note<M>(self, note: &'a Note<'a, M>) -> Job<'a, M> {
        let Job {
            workspace,
            files,
            skipped,
            threads,
            fix,
            rejections,
            keep_disabled,
            filter,
            render,
            note: _,
        } = self;
        Job {
            workspace,
            files,
            skipped,
            threads,
            fix,
            rejections,
            keep_disabled,
            filter,
            render,
            note,
        }
    }
}

/// How long to wait for a result before the observer hears which file takes so long.
const PATIENCE: Duration = Duration::from_millis(100);

/// How long files that are being checked may take once the run is to end; then they are left, too.
const GRACE: Duration = Duration::from_millis(500);

/// How long workers may take from there to the next place at which they can end; then the observer
/// hears of the end before they have come to it.
const PARTING: Duration = Duration::from_millis(500);

/// Workers wait for the disk when its cache is cold, so there are more of them than cores.
fn threads(asked: usize) -> usize {
    match asked {
        0 => std::thread::available_parallelism().map_or(4, |cores| cores.get() * 2).max(4),
        asked => asked,
    }
}

/// Files for which starting another thread does not pay.
const FEW: usize = 8;

/// Checks the files and tells the observer. The observer's `Break` ends the run: files that
/// are being checked are finished and told if that takes half a second at most, others are left.
///
/// # Panics
/// If the operating system cannot start a thread.
pub fn run<N: Send>(
    job: &Job<N>,
    observer: &mut dyn FnMut(Event<N>) -> ControlFlow<()>,
) -> Summary {
    run_and_write(job, &mut |_| Ok(()), observer)
}

/// The same; files that were fixed are written.
///
/// # Panics
/// As [`run`].
pub fn run_and_write<N: Send>(
    job: &Job<N>,
    write: &mut Write,
    observer: &mut dyn FnMut(Event<N>) -> ControlFlow<()>,
) -> Summary {
    let start = Instant::now();
    let threads = threads(job.threads).min(job.files.len().div_ceil(FEW)).max(1);
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(threads)
        .thread_name(|index| format!("check-{index}"))
        .build()
        .expect("the system starts threads");
    let queue = WorkQueue::new(job.files.len(), threads);
    let cancel = Cancel::default();
    let summary = Summary { skipped: job.skipped, ..Summary::default() };
    let spent = Mutex::default();
    let mut delivery = Delivery {
        job,
        queue: &queue,
        spent: &spent,
        cancel: &cancel,
        stopped: None,
        summary,
        write,
        observer,
    };
    delivery.tell(Event::Started { files: job.files.len() });
    let (sender, results) = mpsc::channel();
    pool.in_place_scope(|scope| {
        for worker in 0..threads {
            let (queue, spent, cancel, sender) = (&queue, &spent, &cancel, sender.clone());
            scope.spawn(move |_| work(job, queue, worker, &sender, spent, cancel));
        }
        drop(sender);
        delivery.deliver(&results);
        delivery.end(start);
    });
    delivery.summary
}

/// A checked file with its rendered part.
struct Done<N> {
    index: usize,
    report: FileReport,
    counts: RunCounts,
    rendered: Vec<u8>,
    /// Until the observer has it.
    note: Option<N>,
}

/// What the observer has heard. Workers drop it: it is their memory, and the thread that all results
/// go through has the least time.
type Spent<N> = Mutex<Vec<Vec<Done<N>>>>;

fn work<N>(
    job: &Job<N>,
    queue: &WorkQueue,
    worker: usize,
    sender: &Sender<Vec<Done<N>>>,
    spent: &Spent<N>,
    cancel: &Cancel,
) {
    let scratch = Scratch::default();
    while let Some(range) = queue.next_batch() {
        let taken = std::mem::take(&mut *lock(spent));
        drop(taken);
        let mut done = Vec::with_capacity(range.len());
        for index in range {
            if queue.is_stopped() {
                break;
            }
            queue.begin(worker, index);
            match cancel.scope(|| check_and_render(job, index, &scratch)) {
                Ok(checked) => done.push(checked),
                Err(Cancelled) => break,
            }
        }
        queue.end(worker);
        if sender.send(done).is_err() {
            break;
        }
    }
}

fn check_and_render<N>(job: &Job<N>, index: usize, scratch: &Scratch) -> Done<N> {
    let file = &job.files[index];
    let how = CheckOptions { fix: job.fix, scratch: Some(scratch), ..job.check_options() };
    let mut checked = check_file(job.workspace, file, &how);
    if let Some(filter) = job.filter {
        filter(&mut checked.report);
    }
    rendered(job, index, checked, scratch)
}

/// A file that was fixed and could not be written: what is on the disk, and why.
fn unwritten<N>(job: &Job<N>, index: usize, reason: String) -> Done<N> {
    let how = job.check_options();
    let mut checked = check_file(job.workspace, &job.files[index], &how);
    if let Some(filter) = job.filter {
        filter(&mut checked.report);
    }
    if checked.report.status == Status::Checked {
        checked.report.status = Status::Unwritten;
    }
    checked.report.findings.insert(0, read::finding(FileProblem::WriteError, reason));
    rendered(job, index, checked, &Scratch::default())
}

fn rendered<N>(job: &Job<N>, index: usize, checked: Checked, scratch: &Scratch) -> Done<N> {
    let file = &job.files[index];
    let Checked { report, doc } = checked;
    let render = |report: &FileReport, doc: Option<&Document>| {
        let mut rendered = Vec::new();
        (job.render)(report, doc, &mut rendered);
        (rendered, Some((job.note)(report, doc)))
    };
    let (report, (rendered, note)) = match catch(|| render(&report, doc.as_deref())) {
        Ok(rendered) => (report, rendered),
        Err(message) => {
            let mut report = FileReport::internal_error(file, message);
            report.root_relative = super::check::report_path(job.workspace, file);
            let rendered = render(&report, None);
            (report, rendered)
        }
    };
    if let Some(doc) = doc {
        scratch.recycle(doc);
    }
    let counts = RunCounts::of(&report.findings);
    Done { index, report, counts, rendered, note }
}

/// Hands results to the observer, in the order of the files.
struct Delivery<'a, N> {
    job: &'a Job<'a, N>,
    queue: &'a WorkQueue,
    spent: &'a Spent<N>,
    /// Ends files that are being checked.
    cancel: &'a Cancel,
    /// When the observer has ended the run.
    stopped: Option<Instant>,
    summary: Summary,
    write: &'a mut dyn FnMut(&FileReport) -> Result<(), String>,
    observer: &'a mut dyn FnMut(Event<N>) -> ControlFlow<()>,
}

impl<N> Delivery<'_, N> {
    fn tell(&mut self, event: Event<N>) {
        if (self.observer)(event).is_break() {
            self.queue.stop();
            self.stopped.get_or_insert_with(Instant::now);
        }
    }

    /// Files that take long do not keep up a run that is to end.
    fn be_impatient(&self) {
        if self.stopped.is_some_and(|stopped| stopped.elapsed() >= GRACE) {
            self.cancel.cancel();
        }
    }

    fn checked(&mut self, done: &mut Done<N>) {
        if done.report.fixed.is_some()
            && let Err(reason) = (self.write)(&done.report)
        {
            *done = unwritten(self.job, done.index, reason);
        }
        self.summary.add_counted(&done.report, &done.counts);
        let Done { report: file, rendered, note, .. } = done;
        if let Some(note) = note.take() {
            self.tell(Event::Checked { file, rendered, note });
        }
    }

    fn end(&mut self, start: Instant) {
        let summary = &mut self.summary;
        summary.left = self.job.files.len() - summary.checked - summary.failed;
        summary.interrupted = self.queue.is_stopped();
        summary.total();
        summary.elapsed = start.elapsed();
        let _ = (self.observer)(Event::Finished(summary));
    }

    fn is_out_of_time(&self) -> bool {
        self.stopped.is_some_and(|stopped| stopped.elapsed() >= GRACE + PARTING)
    }

    /// Receives until the workers are gone, or have no more time to go.
    fn deliver(&mut self, results: &Receiver<Vec<Done<N>>>) {
        let mut waiting: BTreeMap<usize, Vec<Done<N>>> = BTreeMap::new();
        let mut due = 0;
        while !self.is_out_of_time() {
            self.be_impatient();
            match results.recv_timeout(PATIENCE) {
                Ok(done) => {
                    // An interrupted worker may have done nothing.
                    let Some(first) = done.first() else { continue };
                    waiting.insert(first.index, done);
                    while let Some(mut done) = waiting.remove(&due) {
                        due += done.len();
                        done.iter_mut().for_each(|done| self.checked(done));
                        lock(self.spent).push(done);
                    }
                    self.queue.advance(due);
                }
                Err(RecvTimeoutError::Timeout) => {
                    if let Some((index, elapsed)) = self.queue.longest() {
                        let file = &self.job.files[index].shown;
                        self.tell(Event::Waiting { file, elapsed });
                    }
                }
                Err(RecvTimeoutError::Disconnected) => break,
            }
        }
        // After an interruption there are gaps.
        waiting.into_values().flatten().for_each(|mut done| self.checked(&mut done));
    }
}
