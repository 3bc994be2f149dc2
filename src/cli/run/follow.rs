//! The run itself, and who hears of it: each of them wants another note of every file.

use std::cell::RefCell;
use std::ops::ControlFlow;

use super::listener::RunListener;
use crate::cli::shard::ShardPart;
use crate::engine::{self, Event, Job, Summary, Write};
use crate::shard;
use crate::store::recorder::{Recorder, RunWritten};

/// Checks the files. `written` is what became of the file that is told next.
pub(super) fn run(
    job: Job,
    write: &mut Write,
    written: &RefCell<RunWritten>,
    listener: &mut RunListener,
    recorder: Option<&mut Recorder>,
    part: Option<&mut ShardPart>,
) -> Summary {
    if let Some(recorder) = recorder {
        let note = recorder.note();
        let mut observe = |event: Event<_>| {
            let flow = listener.on_event(&event);
            let recorded = recorder.follow_written(event, &written.replace(RunWritten::Nothing));
            if flow.is_break() { flow } else { recorded }
        };
        return engine::run_and_write(&job.with_note(&note), write, &mut observe);
    }
    let Some(part) = part else {
        return engine::run_and_write(&job, write, &mut |event| listener.on_event(&event));
    };
    let mut observe = |event: Event<_>| -> ControlFlow<()> {
        let flow = listener.on_event(&event);
        part.follow(event);
        flow
    };
    engine::run_and_write(&job.with_note(&shard::row), write, &mut observe)
}
