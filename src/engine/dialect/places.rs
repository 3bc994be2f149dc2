//! The stretches of a page between blank lines, and what in them other parsers than GitHub's may
//! read otherwise.

use crate::document::{Document, Flags};
use crate::text::Span;

/// Lines between two blank ones.
#[derive(Clone, Copy, Debug)]
struct Stretch {
    first: usize,
    last: usize,
    place: Place,
    begins_indented: bool,
}

/// What stands near a fix.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Place {
    /// Something of the generator's own: a container, attributes, a definition, a formula.
    pub has_marks: bool,
    /// HTML, or what was opened further up and is not closed.
    pub has_markup: bool,
    /// A line that does not begin at the margin, or at that of its quote.
    pub is_indented: bool,
    /// A line that is code where it is not read as part of a list.
    pub may_be_code: bool,
    /// A line that is no plain text and no heading.
    pub is_mixed: bool,
    /// Whether a stretch begins otherwise than with a marker of a list.
    pub begins_otherwise: bool,
}

impl Place {
    const CODE: Place = Place {
        has_marks: false,
        has_markup: false,
        is_indented: false,
        may_be_code: false,
        is_mixed: true,
        begins_otherwise: true,
    };

    fn and(self, other: Place) -> Place {
        Place {
            has_marks: self.has_marks || other.has_marks,
            has_markup: self.has_markup || other.has_markup,
            is_indented: self.is_indented || other.is_indented,
            may_be_code: self.may_be_code || other.may_be_code,
            is_mixed: self.is_mixed || other.is_mixed,
            begins_otherwise: self.begins_otherwise || other.begins_otherwise,
        }
    }
}

/// The stretches of a page.
pub(super) struct Places<'d> {
    doc: &'d Document,
    stretches: Vec<Stretch>,
    /// Lines with more than a few spaces.
    written: Vec<usize>,
}

impl<'d> Places<'d> {
    /// `knows_options` says whether fences of code may have more than the name of a language.
    pub fn of(doc: &'d Document, knows_options: bool) -> Self {
        let mut places = Places { doc, stretches: Vec::new(), written: Vec::new() };
        let mut open = Open::default();
        let mut is_after_blank = true;
        for number in doc.body_lines() {
            let text = doc.line_text(number);
            let (indent, line) = parts(text);
            if text.len() >= 4 || !text.trim_matches(' ').is_empty() {
                places.written.push(number);
            }
            let is_fence = doc.flags[number].intersects(Flags::FENCE);
            let is_code = doc.flags[number].intersects(Flags::FENCED) && !is_fence;
            if line.is_empty() && !is_code {
                is_after_blank = true;
                continue;
            }
            let was_open = open.is_open();
            match is_fence || is_code {
                true if is_fence && !knows_options => {
                    open.read_fence(text, false);
                    open.has_code |= has_options(line);
                }
                true => open.read_fence(text, is_code),
                false => open.read(line),
            }
            let mut place = if is_code { Place::CODE } else { place_of(indent, line) };
            place.has_markup |= was_open || open.is_open();
            match places.stretches.last_mut().filter(|_| !is_after_blank) {
                Some(stretch) => {
                    let is_list = !stretch.place.begins_otherwise;
                    place.may_be_code &= !is_list;
                    place.begins_otherwise = false;
                    stretch.place = stretch.place.and(place);
                    stretch.last = number;
                }
                None => places.begin(number, place),
            }
            is_after_blank = false;
        }
        places
    }

    /// What is indented belongs to what stands above, also over blank lines.
    fn begin(&mut self, line: usize, place: Place) {
        let above = self.stretches.last().map(|stretch| stretch.place);
        let above = above.filter(|_| place.is_indented).unwrap_or_default();
        let inherited = Place { has_marks: above.has_marks, ..Place::default() };
        let begins_indented = place.is_indented;
        let place = place.and(inherited);
        self.stretches.push(Stretch { first: line, last: line, place, begins_indented });
    }

    /// The stretches that a span touches or stands right beside; between stretches, the nearest.
    pub fn around(&self, span: Span) -> Place {
        let (first, last) = (self.doc.line_of(span.start()), self.doc.line_of(span.end()));
        let mut from = self.stretches.partition_point(|stretch| stretch.last + 1 < first);
        let mut to = self.stretches.partition_point(|stretch| stretch.first <= last + 1);
        let is_in = |at: usize, line| {
            self.stretches.get(at).is_some_and(|it| it.first <= line && line <= it.last)
        };
        if !is_in(from, first) {
            from = from.saturating_sub(1);
        }
        if to == 0 || !is_in(to - 1, last) {
            to = (to + 1).min(self.stretches.len());
        }
        let near = self.stretches[from..to.max(from)].iter();
        near.fold(Place::default(), |place, stretch| place.and(stretch.place))
    }

    /// Whether blank lines, and what is blank in them, may go: what stands above and below is no
    /// code, and they are none.
    pub fn may_lose_blanks(&self, span: Span) -> bool {
        let (first, last) = (self.doc.line_of(span.start()), self.doc.line_of(span.end()));
        let next = self.stretches.partition_point(|stretch| stretch.first < first);
        let above = next.checked_sub(1).map(|above| &self.stretches[above]);
        let below = self.stretches.get(next);
        let written = self.written[self.written.partition_point(|&line| line < first)..].first();
        let end = below.map_or(last + 1, |next| next.first.min(last + 1));
        let is_text = |stretch: &Stretch| {
            !(stretch.begins_indented || stretch.place.may_be_code || stretch.place.has_markup)
        };
        written.is_none_or(|&line| line >= end)
            && above.is_none_or(is_text)
            && below.is_none_or(is_text)
    }
}

/// Whether more than the name of a language stands at a fence.
fn has_options(fence: &str) -> bool {
    let name = fence.trim_start_matches(['`', '~']).trim();
    !(name.starts_with('{') || name.chars().all(|c| c.is_alphanumeric() || "_-+#.".contains(c)))
}

/// What stands before a line's content, quote marks and what is blank, and the content.
fn parts(line: &str) -> (&str, &str) {
    let is_before = |byte: &u8| matches!(byte, b'>' | b' ' | b'\t');
    let (indent, content) = line.split_at(line.bytes().take_while(is_before).count());
    (indent, content.trim_end())
}

fn place_of(before: &str, line: &str) -> Place {
    let is_quoted = before.contains('>');
    let indent = before.rsplit('>').next().unwrap_or("");
    let margin = usize::from(is_quoted && indent.starts_with(' '));
    let is_indented = indent.len() > margin;
    let is_heading = line.trim_start_matches('#').starts_with(' ') && line.starts_with('#');
    let is_rule = line.bytes().all(|byte| matches!(byte, b'=' | b'-'));
    let is_plain = line.starts_with(char::is_alphabetic) && !line.contains('|') || is_heading;
    Place {
        has_marks: has_mark(line),
        has_markup: line.starts_with('<') && !line.starts_with("<http"),
        is_indented,
        may_be_code: indent.contains('\t') || indent.len() >= 4 + margin,
        is_mixed: is_indented || is_quoted || is_rule || !is_plain,
        begins_otherwise: is_indented || is_quoted || !is_marker(line),
    }
}

/// Whether an item of a list begins on the line.
fn is_marker(line: &str) -> bool {
    let rest = line.trim_start_matches(|c: char| c.is_ascii_digit());
    let marks: &[char] = if rest.len() < line.len() { &['.', ')'] } else { &['*', '-', '+'] };
    rest.strip_prefix(marks).is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '\t']))
}

/// Whether a line holds what only generators read.
fn has_mark(line: &str) -> bool {
    const BEGINNINGS: [&str; 17] = [
        ":::", "!!!", "???", "===", "///", "$$", "\\begin{", "\\end{", "\\[", "\\]", "+++", "%",
        "*[", "[^", "--8<--", "^", "[[",
    ];
    let is_label = line.starts_with('(') && line.ends_with(")=");
    let is_definition = line.starts_with(':');
    let has_brace = line.contains('{');
    let has_attributes = has_brace && line.trim_end_matches(['#', ' ']).ends_with('}');
    let has_tag = has_brace && ["{{", "{%", "{:"].iter().any(|tag| line.contains(tag));
    let is_text = line.starts_with(|c: char| c.is_ascii_alphanumeric());
    is_label
        || is_definition
        || has_attributes
        || has_tag
        || (!is_text && BEGINNINGS.iter().any(|begin| line.starts_with(begin)))
}

/// What is opened and not closed yet.
#[derive(Default)]
struct Open {
    tags: usize,
    comments: usize,
    has_formula: bool,
    environments: usize,
    /// The indentation of the fence around the code that is being read.
    fence: usize,
    /// Whether code began inside of something and does not end there.
    has_code: bool,
}

impl Open {
    fn is_open(&self) -> bool {
        self.tags > 0
            || self.comments > 0
            || self.has_formula
            || self.environments > 0
            || self.has_code
    }

    /// Where code is part of an item or of a definition, what is indented less ends it for some.
    fn read_fence(&mut self, text: &str, is_code: bool) {
        let indent = text.len() - text.trim_start_matches(['>', ' ', '\t']).len();
        match is_code {
            true => self.has_code |= !text.trim().is_empty() && indent < self.fence,
            false => self.fence = indent,
        }
    }

    fn read(&mut self, line: &str) {
        // Most lines open and close nothing.
        let bytes = line.as_bytes();
        let is_telling = memchr::memchr3(b'<', b'{', b'$', bytes).is_some()
            || memchr::memchr(b'\\', bytes).is_some();
        if is_telling || self.comments > 0 {
            self.read_marks(line);
        }
    }

    fn read_marks(&mut self, line: &str) {
        const VOID: [&str; 9] =
            ["br", "hr", "img", "input", "col", "link", "meta", "source", "wbr"];
        for part in line.split('`').step_by(2) {
            // Looked for once, however many tags are open.
            let mut close = part.find('>');
            for (at, _) in part.match_indices('<') {
                if close.is_some_and(|close| close < at) {
                    close = part[at..].find('>').map(|close| at + close);
                }
                let rest = &part[at + 1..];
                let name = rest.trim_start_matches('/');
                let end = name
                    .find(|c: char| !(c.is_ascii_alphanumeric() || c == '-'))
                    .unwrap_or(name.len());
                let (name, after) = name.split_at(end);
                let is_tag = name.starts_with(|c: char| c.is_ascii_alphabetic());
                let is_address = after.starts_with([':', '@', '.']);
                let is_closed_at_once = part[..close.unwrap_or(part.len())].ends_with('/');
                if !is_tag || is_address || VOID.contains(&name) || is_closed_at_once {
                    continue;
                }
                self.tags = match rest.starts_with('/') {
                    true => self.tags.saturating_sub(1),
                    false => self.tags + 1,
                };
            }
            self.comments =
                (self.comments + part.matches("{::").count() + part.matches("<!--").count())
                    .saturating_sub(part.matches("{:/").count() + part.matches("-->").count());
            self.has_formula ^= part.matches("$$").count() % 2 == 1;
            self.environments = (self.environments + part.matches("\\begin{").count())
                .saturating_sub(part.matches("\\end{").count());
        }
    }
}
