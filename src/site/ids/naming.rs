//! How generators name headings: what differs between them, as values.

use crate::site::slug::Scheme;

/// How a generator names headings.
#[derive(Clone, Debug)]
pub struct Naming {
    pub scheme: Scheme,
    pub text: TextRules,
    pub own: OwnId,
    pub twice: Twice,
    /// Headings of the first level get no id.
    pub skips_first_level: bool,
    /// What stands before each id that is made.
    pub prefix: String,
    /// What an empty slug becomes; none if that is no id.
    pub empty: Empty,
    /// The terms of definition lists get ids too.
    pub terms: bool,
    /// A scheme by which headings up to a level have a second id.
    pub second: Option<(Scheme, u8)>,
    /// Headings below this level get no id.
    pub deepest: u8,
    /// Which of what CommonMark takes for headings are some.
    pub heads: Heads,
    /// Whether ids in raw HTML come into the page.
    pub raw_ids: bool,
    /// Marks of templates: what they make of a heading, only building the site tells.
    pub templates: &'static [&'static str],
}

/// What is a heading.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Heads {
    CommonMark,
    /// Marks stand in the first column and need no space after them, and of what is underlined there is
    /// one line.
    Python,
    /// The same with the space.
    Kramdown,
    /// As [`Heads::Kramdown`], without the space, and after a blank line alone.
    PlainKramdown,
}

/// What counts as a heading's text.
#[derive(Clone, Copy, Debug)]
pub struct TextRules {
    /// The text of images.
    pub images: bool,
    /// Addresses in angle brackets and bare ones.
    pub addresses: bool,
    pub footnotes: Footnotes,
    pub entities: Entities,
    pub dashes: Dashes,
    /// Quotes become typographic, and so do not come into slugs.
    pub quotes: bool,
    /// `(c)` and its kind become signs.
    pub signs: bool,
    /// What lists of attributes begin with that follow a link, code or emphasis.
    pub lists: Option<&'static str>,
    /// Roles of MyST before code.
    pub roles: bool,
    /// References to what no page defines are links nevertheless.
    pub autorefs: bool,
    /// Spaces go before what has no text at the end of a heading.
    pub trims: bool,
    /// What JSX has in braces counts as it is written.
    pub expressions: bool,
    /// `:smile:` is a picture.
    pub emoji: bool,
    /// White space is collapsed.
    pub collapses: bool,
    /// Of an underlined heading of several lines, the last one alone.
    pub last_line: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Footnotes {
    /// They leave nothing.
    Nothing,
    /// They leave their number.
    Number,
    /// There are none: the mark is text.
    Text,
    /// Those whose labels are numbers leave their labels.
    Numbers,
}

/// What becomes of entities.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Entities {
    Decoded,
    /// Those with names are, also in code.
    Named,
    /// They are text.
    Text,
}

/// Which hyphens become dashes, and so do not come into slugs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dashes {
    Kept,
    /// Two and three of them, and longer runs.
    Runs,
    /// Two of them alone.
    Pairs,
    /// Two and three of them, no more and no less.
    Exact,
    /// As many threes as there are, then two; one that is left over stays.
    Threes,
}

/// How writers give a heading its id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OwnId {
    None,
    /// `{#id}` alone, and `{/* #id */}`.
    Docusaurus,
    /// `{/*id*/}`
    ReactDev,
    /// `{#id .class key=value}`
    Attributes,
    /// Whatever stands in braces at the end, as pulldown-cmark has it.
    Braces,
    /// The same, as markdown-it-attrs has it: what is marked up in them makes them text.
    PlainBraces,
    /// `{#id}` and `{: #id .class}`
    AttributeList,
    /// `{#id}`, and `{: #id}` on the next line.
    Kramdown,
    /// `[#id]`
    Brackets,
    /// `(label)=` on the line before.
    Label,
    /// The same, and `{#id}`.
    LabelOrList,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Twice {
    /// `-1`, `-2`, counted for each slug and skipping what is taken.
    Counted,
    /// `-1`, `-2`, counted for each slug, taken or not.
    Blind,
    /// `_1`, `_2`; own ids of the page are taken from the start.
    Underscore,
    /// As [`Twice::Counted`], and own ids are taken where they stand.
    WithOwn,
    /// `id1`, `id2` through the page.
    Docutils,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Empty {
    /// The first is empty, then `-1`.
    Counts,
    /// As [`Empty::Counts`], and the first counts as an id.
    CountsAndIs,
    /// It becomes a word, unless the heading has no content at all.
    Word(&'static str),
    /// As `_1`, by [`Twice::Underscore`], or `id1`.
    Numbered,
}

impl Naming {
    /// GitHub's, which many others are like.
    pub fn github() -> Naming {
        Naming {
            scheme: Scheme::GitHub,
            text: TextRules {
                images: false,
                addresses: true,
                footnotes: Footnotes::Nothing,
                entities: Entities::Decoded,
                dashes: Dashes::Kept,
                quotes: false,
                signs: false,
                lists: None,
                roles: false,
                autorefs: false,
                trims: false,
                expressions: false,
                emoji: false,
                collapses: false,
                last_line: false,
            },
            own: OwnId::None,
            twice: Twice::Counted,
            skips_first_level: false,
            prefix: String::new(),
            empty: Empty::Counts,
            terms: false,
            second: None,
            deepest: 6,
            heads: Heads::CommonMark,
            raw_ids: true,
            templates: &[],
        }
    }
}
