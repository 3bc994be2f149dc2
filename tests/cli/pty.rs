//! A program on a terminal: what it shows, and keys pressed in answer.

use std::fs::File;
use std::io::{Read, Write};
use std::os::fd::OwnedFd;
use std::process::Command;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{LocalModes, tcgetattr};

use crate::project::end;

/// How long the program may think.
const PATIENCE: Duration = Duration::from_secs(20);

/// What a terminal takes as a signal while nobody reads single keys.
const INTERRUPT: &str = "\u{3}";

/// Runs the command on a terminal. Each key is pressed once the text before it is shown. Returns
/// the exit status and all that was shown.
pub fn talk(mut command: Command, keys: &[(&str, &str)]) -> (Option<i32>, String) {
    let terminal = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).expect("a terminal");
    grantpt(&terminal).expect("it is ours");
    unlockpt(&terminal).expect("it can be used");
    let path = ptsname(&terminal, Vec::new()).expect("it has a name");
    let side = || {
        let path = path.to_str().expect("a path");
        File::options().read(true).write(true).open(path).expect("the other side")
    };
    command.env("TERM", "xterm").stdin(side()).stdout(side()).stderr(side());
    let mut child = command.spawn().expect("validator can be run");
    // Otherwise this process would hold the other side open, and reading would not end.
    drop(command);
    let shown = Arc::new(Mutex::new(String::new()));
    let reader = read_all(terminal.try_clone().expect("a handle"), Arc::clone(&shown));
    let mut writer = File::from(terminal);
    let mut from = 0;
    for (text, key) in keys {
        let start = Instant::now();
        loop {
            let shown = shown.lock().expect("whole");
            let found = shown[from..].find(text);
            if let Some(at) = found.filter(|_| *key != INTERRUPT || reads_keys(&writer)) {
                from += at + text.len();
                break;
            }
            assert!(start.elapsed() < PATIENCE, "`{text}` is not shown: {}", &shown[from..]);
            drop(shown);
            std::thread::sleep(Duration::from_millis(5));
        }
        writer.write_all(key.as_bytes()).expect("it can be pressed");
    }
    let status = end(&mut child);
    reader.join().expect("it reads to the end");
    let shown = shown.lock().expect("whole").clone();
    (status, shown)
}

/// Whether Ctrl-C would reach the program as a key. As a signal it would reach nobody: the terminal
/// is not that of a session.
fn reads_keys(terminal: &File) -> bool {
    let modes = tcgetattr(terminal).expect("it has settings").local_modes;
    !modes.contains(LocalModes::ISIG)
}

fn read_all(terminal: OwnedFd, shown: Arc<Mutex<String>>) -> std::thread::JoinHandle<()> {
    std::thread::spawn(move || {
        let mut terminal = File::from(terminal);
        let (mut bytes, mut known) = (Vec::new(), [0; 4096]);
        // Once the program has ended, reading fails.
        while let Ok(count @ 1..) = terminal.read(&mut known) {
            bytes.extend_from_slice(&known[..count]);
            *shown.lock().expect("whole") = String::from_utf8_lossy(&bytes).into_owned();
        }
    })
}
