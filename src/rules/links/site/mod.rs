//! Site: how the pages and files of a site hang together.

mod doubled_address;
mod doubled_id;
mod navigation;
mod orphan_asset;
mod orphan_page;

pub use orphan_page::{ORPHAN, is_orphan};

use crate::rules::{Entry, Fixable, Group, Meta, Needs, ValidationType};

pub const GROUP: Group = Group {
    name: "site",
    summary: "how the pages and files of a site hang together",
    validation: ValidationType::Links,
    rules: &[
        Entry::of::<orphan_page::OrphanPage>(),
        Entry::of::<orphan_asset::OrphanAsset>(),
        Entry::of::<navigation::InNavigation>(),
        Entry::of::<doubled_address::DoubledAddress>(),
        Entry::of::<doubled_id::DoubledId>(),
    ],
};

/// What rules about a page's place on its site share: they run where somebody names them.
const OF_SITE: Meta = Meta {
    severity: None,
    fixable: Fixable::No,
    of_page: true,
    needs: Needs::AllPages,
    ..Meta::OF_LINK
};
