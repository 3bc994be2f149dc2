//! MD004

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::diagnostic::{Fix, message};
use crate::rules::{Fixable, Meta, Page, Rule, Sink};

/// Bullets are written with the same character, so that the source of a list can be read at a
/// glance and a changed character does not start a new list by accident.
///
/// ```markdown bad
/// - Apples
/// - Pears
///
/// Later in the page:
///
/// * Plums
/// ```
///
/// ```markdown good
/// - Apples
/// - Pears
///
/// Later in the page:
///
/// - Plums
/// ```
///
/// # Fixes
///
/// Replaces the bullet by the expected character.
#[derive(Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct BulletStyle {
    /// Which character bullets are; `consistent` takes that of the first one in the page.
    style: WantedBullet,
}

#[derive(Clone, Copy, Default, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum WantedBullet {
    #[default]
    Consistent,
    Asterisk,
    Plus,
    Dash,
    /// Each level has the character of its first list, which differs from the level above.
    Sublist,
    // What a file of markdownlint says that is no style: nothing is written so.
    #[serde(rename = "(unknown)")]
    #[schemars(skip)]
    Unknown,
}

/// The characters wanted so far, by number of lists around the list.
#[derive(Default)]
struct Expected {
    anywhere: Option<u8>,
    by_depth: Vec<Option<u8>>,
}

impl Expected {
    /// The bullet wanted at `depth`, where `found` stands now.
    fn bullet(&mut self, style: WantedBullet, depth: usize, found: u8) -> u8 {
        match style {
            WantedBullet::Asterisk => b'*',
            WantedBullet::Plus => b'+',
            WantedBullet::Dash => b'-',
            WantedBullet::Unknown => b'?',
            WantedBullet::Consistent => *self.anywhere.get_or_insert(found),
            WantedBullet::Sublist => {
                if self.by_depth.len() <= depth {
                    self.by_depth.resize(depth + 1, None);
                }
                let above = depth.checked_sub(1).and_then(|depth| self.by_depth[depth]);
                let own = if above == Some(found) { another(found) } else { found };
                *self.by_depth[depth].get_or_insert(own)
            }
        }
    }
}

/// The bullet that a sublist gets whose own is that of the list around it.
fn another(bullet: u8) -> u8 {
    match bullet {
        b'-' => b'+',
        b'+' => b'*',
        _ => b'-',
    }
}

fn name(bullet: u8) -> &'static str {
    match bullet {
        b'-' => "dash",
        b'+' => "plus",
        b'*' => "asterisk",
        _ => "(unknown)",
    }
}

impl Rule for BulletStyle {
    const META: Meta = Meta {
        id: "MD004",
        name: "ul-style",
        tags: &["bullet", "ul"],
        summary: "unordered list markers should be consistent",
        fixable: Fixable::Safe,
        ..Meta::DEFAULT
    };

    fn check(&self, page: &Page, out: &mut Sink) {
        let mut expected = Expected::default();
        for list in page.lists.iter().filter(|list| !list.ordered) {
            for item in page.list_items(list) {
                let found = page.text.as_bytes()[item.marker.start()];
                let wanted = expected.bullet(self.style, list.depth as usize, found);
                if found != wanted {
                    let message = message!("expected {}, found {}", name(wanted), name(found));
                    out.report(item.marker, message)
                        .with(Fix::safe(item.marker, char::from(wanted)));
                }
            }
        }
    }
}
