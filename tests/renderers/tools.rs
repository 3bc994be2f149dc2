//! The renderers, installed once with the versions that stand beside them.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::{LazyLock, Mutex};

/// Installations one after the other: each takes what the machine and the network have.
static INSTALLING: Mutex<()> = Mutex::new(());

/// The directory of this test.
pub fn source() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/renderers")
}

/// A directory into which something is installed if it does not hold these versions yet.
fn installed(name: &str, versions: &Path, install: impl FnOnce(&Path)) -> PathBuf {
    let directory = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("renderers").join(name);
    let wanted = fs::read(versions).expect("the versions");
    let mark = directory.join("installed");
    let _alone = INSTALLING.lock();
    if fs::read(&mark).ok().as_ref() != Some(&wanted) {
        fs::create_dir_all(&directory).expect("a directory");
        install(&directory);
        fs::write(&mark, &wanted).expect("it can be written");
    }
    directory
}

fn succeeds(command: &mut Command, remedy: &str) -> Output {
    let output = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}; {remedy}"));
    let complaints = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}: {complaints}; {remedy}");
    output
}

/// What a program of Node writes about directories; the packages that it needs come from npm.
pub fn node(name: &str, arguments: &[&Path]) -> String {
    let from = source().join(name);
    let directory = installed(name, &from.join("package-lock.json"), |directory| {
        for file in ["package.json", "package-lock.json"] {
            fs::copy(from.join(file), directory.join(file)).expect("a copy");
        }
        let mut npm = Command::new("npm");
        npm.args(["ci", "--silent", "--no-audit", "--no-fund", "--ignore-scripts"]);
        succeeds(
            npm.current_dir(directory),
            "the tests need npm and its registry (on Debian: apt-get install npm)",
        );
    });
    let program = directory.join("render.mjs");
    fs::copy(from.join("render.mjs"), &program).expect("a copy");
    let mut node = Command::new("node");
    let node = node.arg(program).args(arguments);
    written(succeeds(node, "the tests need Node (on Debian: apt-get install nodejs)"))
}

/// The programs of an environment of Python, with the packages of `requirements.txt`.
pub fn python() -> &'static Path {
    static PROGRAMS: LazyLock<PathBuf> = LazyLock::new(|| {
        let requirements = source().join("requirements.txt");
        let directory = installed("python", &requirements, |directory| {
            const REMEDY: &str = "the tests need Python with venv and PyPI (on Debian: apt-get install python3-venv)";
            succeeds(Command::new("python3").args(["-m", "venv"]).arg(directory), REMEDY);
            let mut pip = Command::new(directory.join("bin/pip"));
            pip.args(["install", "--quiet", "--disable-pip-version-check", "-r"]);
            succeeds(pip.arg(&requirements), REMEDY);
        });
        directory.join("bin")
    });
    &PROGRAMS
}

/// What a program of Python writes about a directory.
pub fn python_on(name: &str, directory: &Path) -> String {
    let mut python = Command::new(python().join("python"));
    let python = python.arg(source().join(name).join("render.py")).arg(directory);
    written(succeeds(python, "the packages of requirements.txt are installed"))
}

/// What a program of Ruby writes about a directory.
pub fn ruby_on(name: &str, directory: &Path) -> String {
    let mut ruby = Command::new("ruby");
    let ruby = ruby.arg(source().join(name).join("render.rb")).arg(directory);
    written(succeeds(ruby, "the tests need Jekyll 4 (on Debian: apt-get install jekyll)"))
}

fn written(output: Output) -> String {
    String::from_utf8(output.stdout).expect("text")
}

/// A site of ../shared, unpacked where it is packed; `None` where there is none.
pub fn shared(site: &str) -> Option<PathBuf> {
    let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/links").join(site);
    let packed = from.join("source.tar.gz");
    if !packed.exists() {
        return Some(from.join("source")).filter(|directory| directory.exists());
    }
    let directory = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("renderers/sites").join(site);
    let _alone = INSTALLING.lock();
    if !directory.exists() {
        let unpacked = directory.with_extension("new");
        fs::create_dir_all(&unpacked).expect("a directory");
        let mut tar = Command::new("tar");
        let tar = tar.arg("xzf").arg(packed).arg("-C").arg(&unpacked);
        succeeds(tar, "the tests need tar");
        fs::rename(unpacked, &directory).expect("a new name");
    }
    Some(directory)
}
