//! Files that hold what is expected. `UPDATE_EXPECTED=1` writes them.

use std::fs;
use std::path::Path;

/// Whether the files are to be written, and not compared.
pub fn is_update() -> bool {
    std::env::var_os("UPDATE_EXPECTED").is_some()
}

/// What to say if the file does not hold this text.
pub fn differs(path: impl AsRef<Path>, actual: &str) -> Option<String> {
    let path = path.as_ref();
    if is_update() {
        fs::write(path, actual).expect("what is expected can be written");
        return None;
    }
    let is_same = fs::read_to_string(path).is_ok_and(|expected| expected == actual);
    (!is_same).then(|| format!("{} (UPDATE_EXPECTED=1 writes it):\n{actual}", path.display()))
}

/// Fails if the file does not hold this text.
pub fn assert_expected(path: impl AsRef<Path>, actual: &str) {
    assert_all(differs(path, actual));
}

/// Fails if anything differs, and shows all of it.
pub fn assert_all(differing: impl IntoIterator<Item = String>) {
    let differing: Vec<String> = differing.into_iter().collect();
    assert!(differing.is_empty(), "not as expected:\n{}", differing.join("\n"));
}
