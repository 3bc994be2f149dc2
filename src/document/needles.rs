//! Texts that are looked for in every page. Making a searcher takes longer than a look through most
//! pages, so each is made once.

use std::sync::LazyLock;

use memchr::memmem::Finder;

pub(super) type Needle = LazyLock<Finder<'static>>;

pub(super) static COMMENT_END: Needle = LazyLock::new(|| Finder::new("-->"));
pub(super) static LABEL_END: Needle = LazyLock::new(|| Finder::new("]:"));
pub(super) static COLONS: Needle = LazyLock::new(|| Finder::new("::"));
pub(super) static SCHEME_END: Needle = LazyLock::new(|| Finder::new("://"));
pub(super) static WWW_END: Needle = LazyLock::new(|| Finder::new("w."));
pub(super) static UPPER_WWW_END: Needle = LazyLock::new(|| Finder::new("W."));
