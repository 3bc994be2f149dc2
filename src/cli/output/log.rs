//! Systems of CI take lines of a log for commands: text from pages may not give any.

use std::env;
use std::io::{self, Write};

use memchr::memmem;

use super::{OutputPlan, Renderer};
use crate::cli::formats::Destination;

/// Formats that are themselves commands, or data whose bytes count.
const EXACT: &[&str] = &[
    "json",
    "jsonl",
    "sarif",
    "github",
    "gitlab",
    "junit",
    "checkstyle",
    "rdjson",
    "azure",
    "html",
];

fn is_set(name: &str) -> bool {
    env::var_os(name).is_some_and(|value| value.eq_ignore_ascii_case("true"))
}

/// Whether the report goes to a log whose lines are searched for commands.
pub(super) fn is_read_by_machines(plan: &OutputPlan) -> bool {
    let is_log = match plan.target.to {
        Destination::Stdout => !is_stdout_a_file(),
        Destination::Stderr => true,
        Destination::File(_) => false,
    };
    let is_exact =
        matches!(plan.drawing, Renderer::Format(format, _) if EXACT.contains(&format.name));
    is_log && !is_exact && (is_set("GITHUB_ACTIONS") || is_set("TF_BUILD"))
}

fn is_stdout_a_file() -> bool {
    #[cfg(unix)]
    {
        use std::os::fd::AsFd;
        let handle = io::stdout().as_fd().try_clone_to_owned();
        handle.is_ok_and(|it| std::fs::File::from(it).metadata().is_ok_and(|it| it.is_file()))
    }
    #[cfg(not(unix))]
    false
}

/// What is written through the result gives no commands; and the line that ends that, if one does.
pub(super) fn guarded(mut out: Box<dyn Write>) -> io::Result<(Box<dyn Write>, Option<String>)> {
    if !is_set("GITHUB_ACTIONS") {
        return Ok((Box::new(Harmless(out)), None));
    }
    // A page cannot know the word.
    let mut random = [0; 16];
    getrandom::fill(&mut random).map_err(io::Error::other)?;
    let word = format!("{:032x}", u128::from_le_bytes(random));
    writeln!(out, "::stop-commands::{word}")?;
    Ok((out, Some(format!("::{word}::"))))
}

/// Takes the commands of Azure Pipelines apart. Text from pages is always written in one piece.
struct Harmless(Box<dyn Write>);

impl Write for Harmless {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut from = 0;
        for at in memmem::find_iter(bytes, b"##") {
            let is_command = [&b"##["[..], b"##vso["].iter().any(|it| bytes[at..].starts_with(it));
            if is_command {
                self.0.write_all(&bytes[from..at + 1])?;
                self.0.write_all(b" ")?;
                from = at + 1;
            }
        }
        self.0.write_all(&bytes[from..])?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}
