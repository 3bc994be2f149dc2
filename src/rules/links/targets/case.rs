//! LINK004

use schemars::JsonSchema;
use serde::Deserialize;

use super::Fault;
use crate::rules::{Meta, Page, Rule, Sink};

/// Some disks find a file whatever the letter case is; hosts of web sites do not. Such a link works
/// for its author and for nobody else.
///
/// Reported if the file is `Install.md`:
///
/// ```markdown
/// See [how to install](install.md).
/// ```
///
/// # Fixes
///
/// Writes the path in the letter case of the file. The link leads elsewhere then.
#[derive(Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct LetterCase {}

impl Rule for LetterCase {
    const META: Meta = Meta {
        id: "LINK004",
        name: "path-letter-case",
        summary: "links should match the letter case of the file",
        ..Meta::OF_LINK
    };

    fn check(&self, page: &Page, out: &mut Sink) {
        super::report(page, Fault::LetterCase, out);
    }
}
