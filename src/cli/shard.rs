//! `batch --shard`: checks a part of the files, and writes what is found for `merge`.

use std::fs::File as Output;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use anyhow::Context;

use super::Outcome;
use super::record::RunSpec;
use crate::config::Project;
use crate::engine::{Event, Walked, root_relative};
use crate::files;
use crate::shard::{self, Header, Trailer};

#[derive(Clone, Default, clap::Args)]
#[group(skip)]
#[command(next_help_heading = "Shards")]
pub(super) struct ShardArgs {
    /// Check one part of the files, such as 2/8; `validator merge` combines the parts
    #[arg(long, value_name = "PART/PARTS")]
    #[arg(conflicts_with_all = ["fix", "unsafe_fixes", "diff", "record", "resume", "list_files"])]
    shard: Option<shard::ShardOf>,
    /// File to write the part to (default: validator-shard-PART-of-PARTS.jsonl)
    #[arg(long, value_name = "FILE", requires = "shard")]
    shard_file: Option<PathBuf>,
}

/// A part that is being checked.
pub(super) struct ShardPart {
    path: PathBuf,
    out: BufWriter<Output>,
    /// The places of its files in the whole run.
    indices: Vec<usize>,
    heard: usize,
    broken: Option<io::Error>,
}

impl ShardArgs {
    pub(super) fn is_asked(&self) -> bool {
        self.shard.is_some()
    }

    /// Takes the files of other parts out, and opens the shard file; nothing if all are to be checked.
    pub(super) fn open(
        &self,
        project: &Project,
        dir: &Path,
        walked: &mut Walked,
        gone: usize,
        told: RunSpec,
    ) -> anyhow::Result<Option<ShardPart>> {
        let Some(part) = self.shard else { return Ok(None) };
        let what = told.value();
        let header = Header::new(part, project, &walked.files, walked.skipped, gone, what)?;
        let all = std::mem::take(&mut walked.files);
        let mut indices = Vec::new();
        for (index, file) in all.into_iter().enumerate() {
            if part.takes(&root_relative(project.root(), &file.path)) {
                indices.push(index);
                walked.files.push(file);
            }
        }
        let name = || format!("validator-shard-{}-of-{}.jsonl", part.index, part.of).into();
        let path = dir.join(self.shard_file.clone().unwrap_or_else(name));
        let cannot = || format!("the shard cannot be written to `{}`", path.display());
        let mut out = BufWriter::new(files::create(&path).with_context(cannot)?);
        let line = serde_json::to_string(&header).context("the shard cannot be written")?;
        writeln!(out, "{line}").with_context(cannot)?;
        Ok(Some(ShardPart { path, out, indices, heard: 0, broken: None }))
    }
}

impl ShardPart {
    /// Writes what becomes of each file, whose row is the run's note. A file that cannot be written is
    /// told at the end.
    pub(super) fn follow(&mut self, event: Event<Vec<u8>>) {
        let (Event::Checked { note: row, .. }, None) = (event, &self.broken) else { return };
        let Some(index) = self.indices.get(self.heard) else { return };
        self.heard += 1;
        let written = write!(self.out, "{{\"index\":{index},")
            .and_then(|()| self.out.write_all(&row[b"{\"index\":0,".len()..]))
            .and_then(|()| self.out.write_all(b"\n"));
        self.broken = written.err();
    }

    /// Ends the shard file, with what is wrong beside findings. Returns the outcome.
    pub(super) fn end(
        mut self,
        outcome: Outcome,
        problems: Vec<String>,
        idle: Vec<String>,
    ) -> anyhow::Result<Outcome> {
        let status = outcome.code();
        let trailer = Trailer { end: true, files: self.heard, status, problems, idle };
        let line = serde_json::to_string(&trailer).context("the shard cannot be written")?;
        let broken = self.broken.take().map_or(Ok(()), Err);
        broken
            .and_then(|()| writeln!(self.out, "{line}"))
            .and_then(|()| self.out.flush())
            .with_context(|| format!("the shard cannot be written to `{}`", self.path.display()))?;
        Ok(outcome)
    }
}
