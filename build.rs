//! Compresses the dashboard's files, so that the program serves them as they are.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

use flate2::Compression;
use flate2::write::GzEncoder;

const ASSETS: &str = "src/server/assets";

fn main() -> io::Result<()> {
    println!("cargo::rerun-if-changed={ASSETS}");
    println!("cargo::rerun-if-changed=build.rs");
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default());
    let out = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default());
    compress(&root.join(ASSETS), &out.join("assets"))
}

/// Writes each file of a directory, with all below, compressed into another.
fn compress(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let path = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            compress(&entry.path(), &path)?;
            continue;
        }
        let mut name = path.into_os_string();
        name.push(".gz");
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(&fs::read(entry.path())?)?;
        fs::write(name, encoder.finish()?)?;
    }
    Ok(())
}
