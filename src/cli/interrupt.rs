//! Ctrl-C and its kin: the first asks the run to stop, the second ends the process.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

static INTERRUPTED: AtomicBool = AtomicBool::new(false);

/// How long a run may take to come to its end once it was asked to. Pages are exchanged whole and the
/// record keeps whole transactions, so the process can end at any moment; it only says less then.
const AT_MOST: Duration = Duration::from_millis(1_800);

/// Listens from here on. Where signals cannot be caught, they end the process as usual.
pub(super) fn listen() {
    let _ = ctrlc::set_handler(|| {
        if INTERRUPTED.swap(true, Ordering::Relaxed) {
            std::process::exit(130);
        }
        // This thread has to listen for the second one.
        let spawned = std::thread::Builder::new().name("deadline".to_owned()).spawn(|| {
            std::thread::sleep(AT_MOST);
            std::process::exit(130);
        });
        if spawned.is_err() {
            std::process::exit(130);
        }
    });
}

pub(super) fn is_interrupted() -> bool {
    INTERRUPTED.load(Ordering::Relaxed)
}
