//! Ids of headings: the text a generator sees, the ids that writers give, and what it does about
//! those that occur twice.

mod heads;
mod names;
mod naming;
mod own;
mod terms;
mod text;

use self::heads::is_heading;
use self::names::Names;
use self::own::{Own, own_id};
use self::text::{Notes, text_of};
use super::slug::{Scheme, slug};
use crate::document::{Document, Kind};
use crate::text::Span;

pub use naming::{Dashes, Empty, Entities, Footnotes, Heads, Naming, OwnId, TextRules, Twice};
pub use own::Attributes;
pub use terms::terms;
pub use text::{decode_entities, text_of_line};

/// A heading with the id that it gets.
#[derive(Clone, Debug)]
pub struct HeadingId {
    /// The line (from 0) on which the heading starts.
    pub line: usize,
    pub level: u8,
    /// The text that the id is made of.
    pub text: String,
    pub id: Option<String>,
    /// Whether the writer gave the id.
    pub is_own: bool,
    /// Whether only building the site tells the id.
    pub is_made: bool,
}

/// A term of a definition list that gets an id as headings do, or a heading that CommonMark does not
/// take for one.
#[derive(Clone, Debug)]
pub struct Term {
    /// From 0.
    pub line: usize,
    pub text: String,
    /// The level, if it is a heading.
    pub level: Option<u8>,
}

/// The ids of all headings of a page; those of terms are added to what is `taken`. `source` is the page's text where that of the document has
/// something masked, at the same places.
pub fn headings(
    naming: &Naming,
    doc: &Document,
    source: &str,
    taken: &mut Vec<String>,
    terms: &[Term],
) -> Vec<HeadingId> {
    let mut terms = terms.iter().peekable();
    let mut names = Names::default();
    let marked: Vec<_> =
        doc.headings.iter().map(|heading| own_id(naming.own, doc, heading, source)).collect();
    if naming.twice == Twice::Underscore {
        names.taken.extend(taken.iter().cloned());
        names.taken.extend(marked.iter().filter_map(|own| own.id.clone()));
    }
    let mut notes = Notes::default();
    let mut references = References::new(naming, doc);
    let mut found = Vec::with_capacity(doc.headings.len());
    for (heading, own) in doc.headings.iter().zip(marked) {
        while let Some(term) = terms.next_if(|term| term.line < heading.line) {
            name_term(naming, &mut names, term, taken, &mut found);
        }
        if !is_heading(naming.heads, doc, heading, source) {
            continue;
        }
        names.skip_numbers(references.before(heading.span.start()));
        let written = Span::new(heading.content.start(), own.end.max(heading.content.start()));
        let is_made = is_template(naming, written.of(source));
        let text = match naming.scheme {
            // It is made of what is written.
            Scheme::Kramdown => written.of(source).to_owned(),
            _ => text_of(&naming.text, doc, heading, own.end, &mut notes),
        };
        // What mkdocstrings describes has its own name for an id.
        let described = text.strip_prefix("::: ").filter(|_| naming.twice == Twice::Underscore);
        let described = described.map(|name| name.trim().to_owned());
        let own = Own { id: own.id.or(described), ..own };
        let is_own = own.id.is_some();
        let id = match own.id {
            Some(id) => {
                match naming.twice {
                    Twice::WithOwn => drop(names.taken.insert(id.clone())),
                    // The title's own id is there as well.
                    Twice::Docutils => taken.push(names.numbered(slug(naming.scheme, &text))),
                    _ => {}
                }
                Some(id)
            }
            None if is_made => None,
            None if naming.skips_first_level && heading.level == 1 => None,
            None if heading.level > naming.deepest => None,
            // For kramdown, marks alone are no heading.
            None if naming.own == OwnId::Kramdown
                && heading.content.is_empty()
                && heading.closing.is_none() =>
            {
                None
            }
            None if matches!(naming.scheme, Scheme::Unknown | Scheme::None) => None,
            None => {
                let slug = slug(naming.scheme, &text);
                names
                    .name(naming, slug, heading.content.is_empty())
                    .map(|id| naming.prefix.clone() + &id)
            }
        };
        let is_made = is_made && id.is_none();
        found.push(HeadingId {
            line: heading.line,
            level: heading.level,
            text,
            id,
            is_own,
            is_made,
        });
    }
    for term in terms {
        name_term(naming, &mut names, term, taken, &mut found);
    }
    found
}

fn name_term(
    naming: &Naming,
    names: &mut Names,
    term: &Term,
    taken: &mut Vec<String>,
    found: &mut Vec<HeadingId>,
) {
    let id = names.name(naming, slug(naming.scheme, &term.text), false);
    match term.level {
        None => taken.extend(id),
        Some(level) => found.push(HeadingId {
            line: term.line,
            level,
            text: term.text.clone(),
            id,
            is_own: false,
            is_made: false,
        }),
    }
}

/// Whether a template of the site makes part of a text; one that is only shown makes nothing.
fn is_template(naming: &Naming, text: &str) -> bool {
    let is_one =
        |(at, mark): (usize, &str)| !text[at + mark.len()..].trim_start().starts_with("/*");
    naming.templates.iter().any(|mark| text.match_indices(mark).any(is_one))
}

/// The references to footnotes, which take numbers from headings that are named by numbers.
struct References {
    places: Vec<usize>,
    passed: usize,
}

impl References {
    fn new(naming: &Naming, doc: &Document) -> References {
        let places = match naming.twice {
            Twice::Docutils => doc
                .of_kind(Kind::FootnoteReference)
                .map(|node| doc.nodes[node].span.start())
                .collect(),
            _ => Vec::new(),
        };
        References { places, passed: 0 }
    }

    /// How many there are before a place, and after the last place that was asked about.
    fn before(&mut self, place: usize) -> usize {
        let until = self.places.partition_point(|&reference| reference < place);
        let new = until - self.passed.min(until);
        self.passed = until;
        new
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(naming: &Naming, text: &str) -> Vec<String> {
        let doc = Document::parse(text);
        let found = headings(naming, &doc, text, &mut Vec::new(), &[]);
        found.into_iter().map(|heading| heading.id.unwrap_or_else(|| "-none-".to_owned())).collect()
    }

    #[test]
    fn github_counts_and_skips_what_is_taken() {
        let text = "# A\n# A\n# A 1\n# A\n# \u{1F389}\n# \u{1F389}\n";
        assert_eq!(ids(&Naming::github(), text), ["a", "a-1", "a-1-1", "a-2", "-none-", "-1"]);
    }

    #[test]
    fn underscores_take_own_ids_first() {
        let naming = Naming {
            twice: Twice::Underscore,
            scheme: Scheme::Toc,
            own: OwnId::AttributeList,
            empty: Empty::Numbered,
            ..Naming::github()
        };
        let text = "# Mine\n# X {: #mine .c }\n# A_1\n# A_1\n# \u{1F389}\n# B {.c}\n# C {odd}\n";
        assert_eq!(ids(&naming, text), ["mine_1", "mine", "a_1", "a_2", "_1", "b", "c-odd"]);
    }

    #[test]
    fn own_ids_of_each_kind() {
        let with = |own, text: &str| ids(&Naming { own, ..Naming::github() }, text);
        assert_eq!(with(OwnId::None, "# T {#x}"), ["t-x"]);
        assert_eq!(
            with(OwnId::Docusaurus, "# T {#My.X}\n# U {/* #y */}\n# V {#a .b}"),
            ["My.X", "y", "a .b"]
        );
        assert_eq!(with(OwnId::ReactDev, "# T {/*the-t*/}"), ["the-t"]);
        assert_eq!(with(OwnId::Attributes, "# T {#x .c k=\"v w\"}\n# U {.c}"), ["x", "u"]);
        assert_eq!(with(OwnId::Kramdown, "# T {#x}\n\n# U\n{: #u-id .c}\n"), ["x", "u-id"]);
        assert_eq!(
            with(OwnId::Kramdown, "{: #a}\n# T\n\n# U [l](m){: #l}\n{: #u-id}\n\n{: .c}\n# V"),
            ["a", "u-id", "v"]
        );
        assert_eq!(
            with(OwnId::Braces, "# T {a b}\n# U {{ x }}\n# V \\{#w\\}"),
            ["t", "u--x-", "v-w"]
        );
        assert_eq!(with(OwnId::PlainBraces, "# T {*a*}\n# U {/a b}"), ["t-a", "u"]);
        let labels = "(l)=\n# T\n\n{#b .c}\n# U\n\n# V {#w}";
        assert_eq!(with(OwnId::LabelOrList, labels), ["l", "b", "v-w"]);
        assert_eq!(with(OwnId::Label, labels), ["l", "u", "v-w"]);
    }

    #[test]
    fn what_is_text_depends() {
        let text = "# a -- b ![alt](x.png) <https://e.org> &amp; c[^1]\n\n[^1]: note\n";
        assert_eq!(ids(&Naming::github(), text), ["a----b--httpseorg--c"]);
        let mut naming = Naming { twice: Twice::WithOwn, ..Naming::github() };
        naming.text.dashes = Dashes::Runs;
        naming.text.images = true;
        naming.text.addresses = false;
        naming.text.footnotes = Footnotes::Number;
        naming.text.entities = Entities::Text;
        assert_eq!(ids(&naming, text), ["a--b-alt--amp-c1"]);
    }

    #[test]
    fn what_is_a_heading_depends() {
        let text = "#Tight\n\n# A ##\n\n  ## Indented\n\nTwo\nlines\n---\n\ntext\n# B\n\n> ## Q\n\n- x\n\n  ## In\n\n      # Code\n";
        let with = |heads| {
            let naming = Naming { heads, ..Naming::github() };
            let doc = Document::parse(text);
            let terms = terms(&naming, &doc, text);
            let found = headings(&naming, &doc, text, &mut Vec::new(), &terms);
            found.into_iter().filter_map(|heading| heading.id).collect::<Vec<_>>()
        };
        assert_eq!(with(Heads::CommonMark), ["a", "indented", "twolines", "b", "q", "in"]);
        assert_eq!(with(Heads::Python), ["tight", "a", "b", "q"]);
        assert_eq!(with(Heads::Kramdown), ["a", "b", "q", "in"]);
        assert_eq!(with(Heads::PlainKramdown), ["tight", "a", "q", "in"]);
    }

    #[test]
    fn what_writers_mean_by_signs_depends() {
        let of = |change: &dyn Fn(&mut Naming), text: &str| {
            let mut naming = Naming::github();
            change(&mut naming);
            ids(&naming, text).remove(0)
        };
        assert_eq!(of(&|n| n.text.dashes = Dashes::Exact, "# a--b ---- c"), "ab------c");
        assert_eq!(of(&|n| n.text.dashes = Dashes::Threes, "# a--b ---- c"), "ab---c");
        assert_eq!(of(&|n| n.text.quotes = true, "# it's `o'k`"), "its-ok");
        assert_eq!(of(&|n| n.text.signs = true, "# a (c) (tm)"), "a--");
        assert_eq!(of(&|n| n.text.emoji = true, "# a::vec::c :smile:"), "avecc-");
        assert_eq!(of(&|n| n.text.lists = Some("{"), "# a [b](c){.d} `e`{#f}"), "a-b-e");
        assert_eq!(of(&|n| n.text.autorefs = true, "# a [`b`][c.d] [e][]"), "a-b-e");
        let role = |n: &mut Naming| n.text.roles = true;
        assert_eq!(of(&role, "# {kbd}`A` {ref}`b c <d>` {py:func}`~e.f`"), "a-b-c-f");
        assert_eq!(
            of(&|n| n.text.footnotes = Footnotes::Numbers, "# a[^1][^b]\n\n[^1]: c\n[^b]: d\n"),
            "a1"
        );
        assert_eq!(
            of(&|n| n.text.entities = Entities::Named, "# a&#35;b &copy; `&amp;`"),
            "a35b--"
        );
        let made = |n: &mut Naming| n.templates = &["{{ ", "{{<"];
        assert_eq!(of(&made, "# a {{ b }}"), "-none-");
        assert_eq!(of(&made, "# a `{{</* b */>}}`"), "a--b-");
    }

    #[test]
    fn a_hyphen_at_the_end_goes_after_names_are_told_apart() {
        let naming = Naming { scheme: Scheme::Astro, ..Naming::github() };
        let text = "# A -\n# A -\n# -\n# B\n";
        assert_eq!(ids(&naming, text), ["a-", "a---1", "-none-", "b"]);
    }

    #[test]
    fn entities() {
        assert_eq!(decode_entities("a &amp; &#x41; &copy; &nope; &"), "a & A © &nope; &");
    }
}
