//! Waits for a program, but not for ever, and takes its answer, but not without end: what a
//! repository holds can make git wait for the other end of a pipe, or read a device.

use std::io::{self, Read, Write};
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

/// Bytes of a message that are kept.
const MAX_MESSAGE: u64 = 1 << 20;

/// How much a program may take.
#[derive(Clone, Copy, Debug)]
pub(super) struct GitLimits {
    pub time: Duration,
    /// Bytes of its answer.
    pub size: u64,
}

/// Why there is no answer.
#[derive(Debug)]
pub(super) enum Stopped {
    Io(io::Error),
    Time(Duration),
    Size(u64),
}

impl From<io::Error> for Stopped {
    fn from(error: io::Error) -> Self {
        Stopped::Io(error)
    }
}

/// Runs a command with this input and waits for its end. What passes a limit is killed.
pub(super) fn output(
    command: &mut Command,
    input: Option<Vec<u8>>,
    limits: GitLimits,
) -> Result<Output, Stopped> {
    let start = Instant::now();
    command.stdin(if input.is_some() { Stdio::piped() } else { Stdio::null() });
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
    // It answers while it still reads. Nobody waits for these threads: a program that was started
    // by the one that is killed may hold the other end of their pipes.
    if let (Some(mut stdin), Some(input)) = (child.stdin.take(), input) {
        thread::spawn(move || stdin.write_all(&input));
    }
    let answer = reader(child.stdout.take(), limits.size);
    let message = reader(child.stderr.take(), MAX_MESSAGE);
    let waited = wait(&mut child, &answer, &message, start, limits);
    if waited.is_err() {
        let _ = child.kill();
        let _ = child.wait();
    }
    waited
}

fn wait(
    child: &mut Child,
    answer: &Receiver<io::Result<Vec<u8>>>,
    message: &Receiver<io::Result<Vec<u8>>>,
    start: Instant,
    limits: GitLimits,
) -> Result<Output, Stopped> {
    let stdout = received(answer, start, limits)?;
    if stdout.len() as u64 > limits.size {
        return Err(Stopped::Size(limits.size));
    }
    let stderr = received(message, start, limits)?;
    Ok(Output { status: ended(child, start, limits)?, stdout, stderr })
}

fn reader(pipe: Option<impl Read + Send + 'static>, size: u64) -> Receiver<io::Result<Vec<u8>>> {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        let mut bytes = Vec::new();
        let read = pipe.map_or(Ok(0), |pipe| pipe.take(size + 1).read_to_end(&mut bytes));
        sender.send(read.map(|_| bytes))
    });
    receiver
}

fn received(
    from: &Receiver<io::Result<Vec<u8>>>,
    start: Instant,
    limits: GitLimits,
) -> Result<Vec<u8>, Stopped> {
    match from.recv_timeout(limits.time.saturating_sub(start.elapsed())) {
        Ok(bytes) => Ok(bytes?),
        Err(RecvTimeoutError::Timeout) => Err(Stopped::Time(limits.time)),
        Err(RecvTimeoutError::Disconnected) => Err(io::Error::other("it was not read").into()),
    }
}

/// The exit status of a program that has closed its output, and so is about to end.
fn ended(child: &mut Child, start: Instant, limits: GitLimits) -> Result<ExitStatus, Stopped> {
    let mut pause = Duration::from_micros(100);
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(status);
        }
        if start.elapsed() > limits.time {
            return Err(Stopped::Time(limits.time));
        }
        thread::sleep(pause);
        pause = (pause * 2).min(Duration::from_millis(10));
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    fn ask(script: &str, input: Option<&str>, time: Duration) -> Result<Output, Stopped> {
        let mut command = Command::new("sh");
        let limits = GitLimits { time, size: 1000 };
        output(command.args(["-c", script]), input.map(|text| text.as_bytes().to_vec()), limits)
    }

    #[test]
    fn an_answer_is_taken_with_its_status() {
        let answer = ask("cat; echo why >&2; exit 3", Some("x"), Duration::from_secs(60)).unwrap();
        assert_eq!(
            (answer.status.code(), &*answer.stdout, &*answer.stderr),
            (Some(3), &b"x"[..], &b"why\n"[..])
        );
    }

    #[test]
    fn what_does_not_end_is_stopped() {
        let time = Duration::from_millis(200);
        // The second keeps the pipes open after the first is killed.
        for script in ["sleep 1000", "sleep 1000 & wait", "exec >&- 2>&-; sleep 1000"] {
            assert!(matches!(ask(script, None, time), Err(Stopped::Time(_))), "{script}");
        }
        assert!(matches!(ask("yes", None, Duration::from_secs(60)), Err(Stopped::Size(1000))));
    }

    #[test]
    fn what_does_not_read_its_input_is_not_waited_for() {
        let input = "x".repeat(1 << 20);
        let answer = ask("exit 0", Some(&input), Duration::from_secs(60)).unwrap();
        assert!(answer.status.success());
    }
}
