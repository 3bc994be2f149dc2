//! MD029

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::diagnostic::{Fix, message};
use crate::document::{Document, Item, List};
use crate::rules::{Fixable, Meta, Page, Rule, Sink};
use crate::text::Span;

/// Renderers take the first number of a list and count on from there, whatever the source says.
/// So the source should either count as the reader will see it, or not at all.
///
/// A list that starts at another number is often the rest of a list that an unindented code
/// block has cut in two: indent the block, and the list is one again. The fix therefore needs
/// a look wherever it would change the number that readers see.
///
/// ```markdown bad
/// 1. Mix
/// 3. Bake
/// ```
///
/// ```markdown good
/// 1. Mix
/// 2. Bake
/// ```
///
/// ```markdown good
/// 1. Mix
/// 1. Bake
/// ```
///
/// # Fixes
///
/// Writes the expected number. Where the list would then start at another number, readers see other
/// numbers.
#[derive(Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Numbering {
    /// Which numbers items have; `one_or_ordered` goes by the first two items of each list.
    style: NumberingStyle,
}

#[derive(Clone, Copy, Default, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum NumberingStyle {
    /// All items have 1.
    One,
    /// Items count up from 1, or from 0.
    Ordered,
    #[default]
    OneOrOrdered,
    /// All items have 0.
    Zero,
}

/// What the numbers of one list should be.
struct Sequence {
    first: u64,
    step: u64,
}

impl Rule for Numbering {
    const META: Meta = Meta {
        id: "MD029",
        name: "ol-prefix",
        tags: &["ol"],
        summary: "ordered list item prefixes should be consistent",
        fixable: Fixable::Mixed,
        ..Meta::DEFAULT
    };

    fn check(&self, page: &Page, out: &mut Sink) {
        for list in page.lists.iter().filter(|list| list.ordered) {
            let sequence = self.sequence(page, list);
            let mut expected = sequence.first;
            let mut starts_elsewhere = None;
            let goes_on = goes_on(page, list);
            for item in page.list_items(list) {
                let Some(found) = item.number(&page.text) else { continue };
                let starts_elsewhere = *starts_elsewhere.get_or_insert(found != expected);
                if found != expected {
                    let fix = (!goes_on).then(|| renumber(item, expected, starts_elsewhere));
                    out.report(item.marker, message!("expected {}, found {}", expected, found))
                        .fix = fix;
                }
                expected += sequence.step;
            }
        }
    }
}

impl Numbering {
    fn sequence(&self, doc: &Document, list: &List) -> Sequence {
        let mut numbers = doc.list_items(list).filter_map(|item| item.number(&doc.text));
        let (first, second) = (numbers.next(), numbers.next());
        let counts = second.is_some_and(|second| second != 1 || first == Some(0));
        let from_zero = first == Some(0) && second.is_some();
        let ordered = Sequence { first: u64::from(!from_zero), step: 1 };
        match self.style {
            NumberingStyle::Zero => Sequence { first: 0, step: 0 },
            NumberingStyle::Ordered => ordered,
            NumberingStyle::OneOrOrdered if counts => ordered,
            NumberingStyle::One | NumberingStyle::OneOrOrdered => Sequence { first: 1, step: 0 },
        }
    }
}

/// Whether a list goes on where the one before it in the same container stopped: text that should
/// have been indented stands between the steps, and other numbers would make two first steps.
fn goes_on(doc: &Document, list: &List) -> bool {
    let number = |item: Option<&Item>| item.and_then(|item| item.number(&doc.text));
    let first = number(doc.list_items(list).next());
    let lists = &doc.lists[..doc.lists.partition_point(|other| other.node < list.node)];
    let parent = doc.nodes[list.node].parent;
    let before = lists.iter().rev().take(8);
    let mut before = before.filter(|other| other.ordered && doc.nodes[other.node].parent == parent);
    let last = number(before.next().and_then(|before| doc.list_items(before).last()));
    first.is_some_and(|first| first > 1 && last.and_then(|last| last.checked_add(1)) == Some(first))
}

/// Writes another number. Only that of the first item shows on the rendered page, but changing
/// the others without it would leave the list worse than before.
fn renumber(item: &Item, number: u64, starts_elsewhere: bool) -> Fix {
    let digits = Span::new(item.marker.start(), item.marker.end() - 1);
    if starts_elsewhere {
        Fix::review(digits, number.to_string())
    } else {
        Fix::safe(digits, number.to_string())
    }
}
