//! Files that a repository can influence: the one place where they are opened, read and replaced.
//!
//! What is read is a regular file of bounded size, asked of the opened handle, and opening never
//! waits: a named pipe or a device is an error, not a hang. What a repository names has to lie
//! beneath a root; links may lead elsewhere within it and nowhere else, and an error says where one
//! leads, never whether something is there. Writes go through directory handles in the same way.

mod content_hash;
pub mod ignore_files;
mod keep;
mod leftover;
mod normalize;
mod open;
mod page;
mod resolve;
mod root;
mod stamp;

use std::io;
use std::path::PathBuf;

pub use content_hash::ContentHash;
pub use leftover::{is_leftover_name, remove_leftover};
pub use normalize::normalize;
pub use open::{
    Regular, create, create_new, exists_beneath, open, open_beneath, read, read_beneath, read_text,
    read_text_beneath,
};
pub use page::{PageFile, WriteError, put, sync_dir};
pub use resolve::leads_out;
pub use root::{is_project_root, project_root};
pub use stamp::FileStamp;

/// Largest configuration, schema or baseline that is read, in bytes.
pub const MAX_CONFIG_BYTES: u64 = 16 << 20;

/// Why a file is not read.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    #[error("{}", plain_cause(.0))]
    Io(#[from] io::Error),
    #[error("it is {0}, expected a regular file")]
    NotRegular(&'static str),
    #[error("more than {0} bytes")]
    TooLarge(u64),
    #[error("{}", outside(.0))]
    Outside(Outside),
}

/// Where a path leads that has to stay beneath a root.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outside {
    /// The link that leads out, if it is one and not the path itself.
    pub link: Option<PathBuf>,
    pub leads_to: PathBuf,
    pub root: PathBuf,
}

fn outside(Outside { link, leads_to, root }: &Outside) -> String {
    let (leads_to, root) = (leads_to.display(), root.display());
    match link {
        Some(link) => {
            format!("the link `{}` leads to `{leads_to}`, outside of `{root}`", link.display())
        }
        None => format!("`{leads_to}` lies outside of `{root}`"),
    }
}

/// What the operating system says, in lower case and without its number.
fn plain_cause(error: &io::Error) -> String {
    let reason = error.to_string().to_lowercase();
    reason.split(" (os error").next().unwrap_or_default().to_owned()
}

impl FileError {
    pub fn is_missing(&self) -> bool {
        matches!(self, FileError::Io(error) if error.kind() == io::ErrorKind::NotFound)
    }

    /// The same as an error of the operating system, for those who know no other.
    pub fn into_io(self) -> io::Error {
        match self {
            FileError::Io(error) => error,
            FileError::Outside(_) => {
                io::Error::new(io::ErrorKind::PermissionDenied, self.to_string())
            }
            _ => io::Error::new(io::ErrorKind::InvalidInput, self.to_string()),
        }
    }
}
