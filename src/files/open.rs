//! Opens regular files, never waiting, and reads a bounded number of bytes.

use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::Path;
use std::time::{Duration, Instant};

use cap_fs_ext::OpenOptionsSyncExt as _;
use cap_std::fs::OpenOptions;

use super::resolve::{Root, leads_out};
use super::{FileError, project_root};

/// A regular file that is open for reading.
#[derive(Debug)]
pub struct Regular {
    pub file: File,
    /// In bytes, when it was opened.
    pub size: u64,
}

/// Opens a regular file wherever it lies.
///
/// # Errors
/// If it cannot be opened, or is no regular file.
pub fn open(path: &Path) -> Result<Regular, FileError> {
    let mut options = fs::OpenOptions::new();
    options.read(true);
    #[cfg(unix)]
    {
        use rustix::fs::OFlags;
        // Not waiting for the other end of a pipe, and not taking a terminal for this process.
        let flags = OFlags::NONBLOCK | OFlags::NOCTTY;
        std::os::unix::fs::OpenOptionsExt::custom_flags(&mut options, flags.bits() as i32);
    }
    regular(patiently(path, || options.open(path))?)
}

/// How long the kernel lets others keep a file back at most, and a little more.
const LEASE: Duration = Duration::from_secs(50);

/// Opens again and again what another process, such as a file server, has on lease and is asked to
/// give back: a plain open would wait for that.
fn patiently<T>(path: &Path, open: impl Fn() -> io::Result<T>) -> io::Result<T> {
    let start = Instant::now();
    loop {
        let opened = open();
        let is_leased = |error: &io::Error| {
            error.kind() == io::ErrorKind::WouldBlock
                && start.elapsed() < LEASE
                && fs::metadata(path).is_ok_and(|data| data.is_file())
        };
        match opened {
            Err(error) if is_leased(&error) => std::thread::sleep(Duration::from_millis(10)),
            opened => return opened,
        }
    }
}

/// Opens a regular file beneath a root, wherever links in it lead beneath the root.
///
/// # Errors
/// If it lies or leads outside, cannot be opened, or is no regular file.
pub fn open_beneath(path: &Path, root: &Path) -> Result<Regular, FileError> {
    let root = Root::open(root)?;
    let below = root.below(path)?;
    let mut options = OpenOptions::new();
    options.read(true).nonblock(true);
    let opened = patiently(path, || root.dir.open_with(&below, &options)).or_else(|error| {
        // A link may have an absolute address beneath the root, or lead out.
        let real = root.follow(&below)?;
        match real == below {
            true => Err(FileError::Io(error)),
            false => Ok(root.dir.open_with(&real, &options)?),
        }
    });
    regular(opened?.into_std())
}

pub(super) fn regular(file: File) -> Result<Regular, FileError> {
    let data = file.metadata()?;
    if data.is_dir() {
        return Err(io::Error::from(io::ErrorKind::IsADirectory).into());
    }
    match data.is_file() {
        true => Ok(Regular { size: data.len(), file }),
        false => Err(FileError::NotRegular(kind(data.file_type()))),
    }
}

#[cfg(unix)]
pub(super) fn kind(kind: fs::FileType) -> &'static str {
    use std::os::unix::fs::FileTypeExt as _;
    match () {
        () if kind.is_fifo() => "a named pipe",
        () if kind.is_socket() => "a socket",
        () if kind.is_char_device() || kind.is_block_device() => "a device",
        () if kind.is_dir() => "a directory",
        () => "something else",
    }
}

#[cfg(not(unix))]
pub(super) fn kind(_: fs::FileType) -> &'static str {
    "something else"
}

impl Regular {
    /// The file's bytes, into what a buffer has room for already.
    ///
    /// # Errors
    /// If there are more than `limit`, or they cannot be read.
    pub fn read(mut self, limit: u64, mut bytes: Vec<u8>) -> Result<Vec<u8>, FileError> {
        if self.size > limit {
            return Err(FileError::TooLarge(limit));
        }
        bytes.resize(self.size as usize + 1, 0);
        let read = match self.file.read(&mut bytes) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => None,
            read => Some(read?),
        };
        bytes.truncate(read.unwrap_or(0));
        // That one byte less was there than asked for is what tells the end. All else has to be
        // asked for again: files grow and shrink, and some have no size.
        if read.map(|read| read as u64) != Some(self.size) {
            let left = limit + 1 - bytes.len() as u64;
            self.file.take(left).read_to_end(&mut bytes)?;
        }
        match bytes.len() as u64 > limit {
            true => Err(FileError::TooLarge(limit)),
            false => Ok(bytes),
        }
    }
}

/// The bytes of a regular file wherever it lies.
///
/// # Errors
/// If it cannot be read, is no regular file, or has more than `limit` bytes.
pub fn read(path: &Path, limit: u64) -> Result<Vec<u8>, FileError> {
    open(path)?.read(limit, Vec::new())
}

/// The bytes of a regular file beneath a root.
///
/// # Errors
/// As [`read`], and if it lies or leads outside.
pub fn read_beneath(path: &Path, root: &Path, limit: u64) -> Result<Vec<u8>, FileError> {
    open_beneath(path, root)?.read(limit, Vec::new())
}

/// The text of a regular file beneath a root.
///
/// # Errors
/// As [`read_beneath`], and if it is not UTF-8.
pub fn read_text_beneath(path: &Path, root: &Path, limit: u64) -> Result<String, FileError> {
    utf8(read_beneath(path, root, limit)?)
}

/// The text of a regular file wherever it lies.
///
/// # Errors
/// As [`read`], and if it is not UTF-8.
pub fn read_text(path: &Path, limit: u64) -> Result<String, FileError> {
    utf8(read(path, limit)?)
}

fn utf8(bytes: Vec<u8>) -> Result<String, FileError> {
    String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        let message = format!("not UTF-8 at byte {at}");
        io::Error::new(io::ErrorKind::InvalidData, message).into()
    })
}

/// Whether there is a regular file beneath a root.
///
/// # Errors
/// If the path lies or leads outside; whether something is there is not said then.
pub fn exists_beneath(path: &Path, root: &Path) -> Result<bool, FileError> {
    match open_beneath(path, root) {
        Ok(_) => Ok(true),
        Err(error @ FileError::Outside(_)) => Err(error),
        Err(_) => Ok(false),
    }
}

/// Creates a file that a person names, or empties it. Where the project has put a link there, it may
/// not lead out of the project.
///
/// # Errors
/// If it leads outside, or cannot be created.
pub fn create(path: &Path) -> Result<File, FileError> {
    let root = project_root(path.parent().unwrap_or(path));
    match leads_out(path, &root) {
        Some(error) => Err(error),
        None => Ok(File::create(path)?),
    }
}

/// Creates a file that a person names and that is not there yet.
///
/// # Errors
/// If something is there, be it a link to nowhere, or if its directory leads outside.
pub fn create_new(path: &Path) -> Result<File, FileError> {
    let dir = path.parent().unwrap_or(path);
    match leads_out(dir, &project_root(dir)) {
        Some(error) => Err(error),
        None => Ok(File::create_new(path)?),
    }
}
