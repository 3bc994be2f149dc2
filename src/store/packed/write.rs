//! Findings to bytes.

use foldhash::{HashMap, HashMapExt};
use smallvec::SmallVec;

use super::bytes::{number, text};
use super::{BACK, DETAILED, Found, LEADS_TO, RELATED, SAME, SAME_MOST, TARGET, VERSION};
use crate::diagnostic::{Arguments, Details, Finding, Message, RuleId, Safety, Severity};
use crate::store::model::Counts;

/// A rule with a severity, and how often it found something.
type Kind = (RuleId, Severity, u64);

/// About how many bytes a finding and a header take.
const ROW: usize = 20;
const HEAD: usize = 512;

/// Packs findings, in their order.
pub(super) fn pack(findings: &[Finding]) -> Found {
    if findings.is_empty() {
        return Found::default();
    }
    let mut counts = Counts::default();
    // What is packed goes to another thread, which frees it: the less there is to free, the better.
    let mut kinds: SmallVec<[Kind; 8]> = SmallVec::new();
    let (mut words, mut rows, mut line) =
        (Words::new(), Vec::with_capacity(ROW * findings.len()), 0);
    for finding in findings {
        counts.add(finding.severity, 1);
        let kind = kind_of(&mut kinds, finding);
        let fix = match finding.fix.as_ref().map(|fix| fix.safety) {
            None => 0,
            Some(Safety::Safe) => 1,
            Some(Safety::Review) => 2,
        };
        let (start, end) = (finding.start, finding.end);
        let back = if start.line < line { BACK } else { 0 };
        let detailed = if finding.details.is_some() { DETAILED } else { 0 };
        number(&mut rows, kind as u64);
        words.message(&finding.message, detailed | fix << 1 | back, &mut rows);
        number(&mut rows, u64::from(start.line.abs_diff(line)));
        number(&mut rows, u64::from(start.column));
        number(&mut rows, u64::from(end.line.saturating_sub(start.line)));
        number(&mut rows, u64::from(end.column));
        rows.extend_from_slice(&finding.fingerprint.0.to_le_bytes());
        if let Some(details) = &finding.details {
            words.details(details, &mut rows);
        }
        line = start.line;
    }
    let mut head = Vec::with_capacity(HEAD);
    number(&mut head, VERSION);
    number(&mut head, kinds.len() as u64);
    for (rule, severity, count) in kinds {
        text(&mut head, rule.as_str());
        head.push(severity as u8);
        number(&mut head, count);
    }
    words.write(&mut head);
    let mut body = Vec::with_capacity(head.len() + rows.len());
    body.extend_from_slice(&head);
    body.extend_from_slice(&rows);
    Found { body, counts }
}

/// The place of the finding's rule and severity among the kinds, which counts one more of it.
fn kind_of(kinds: &mut SmallVec<[Kind; 8]>, finding: &Finding) -> usize {
    let is_it = |kind: &Kind| (kind.0, kind.1) == (finding.rule, finding.severity);
    let at = kinds.iter().position(is_it).unwrap_or_else(|| {
        kinds.push((finding.rule, finding.severity, 0));
        kinds.len() - 1
    });
    kinds[at].2 += 1;
    at
}

/// Among so many templates, looking through them costs less than hashing.
const FEW: usize = 16;

/// The templates and the texts of a pack, each of which is kept once.
struct Words<'a> {
    templates: SmallVec<[Template<'a>; 8]>,
    /// The places of templates, by their text and how many arguments they take.
    known: HashMap<(&'a str, usize), usize>,
    texts: SmallVec<[&'a str; 16]>,
    /// The places of texts.
    places: HashMap<&'a str, usize>,
}

struct Template<'a> {
    text: &'a str,
    arguments: usize,
    /// What stood in its places in the last finding.
    last: Arguments<'a>,
}

impl<'a> Words<'a> {
    fn new() -> Self {
        let (templates, texts) = (SmallVec::new(), SmallVec::new());
        Words { templates, known: HashMap::new(), texts, places: HashMap::new() }
    }

    /// Writes the message of a finding with these flags, and the flags.
    fn message(&mut self, message: &'a Message, flags: u64, out: &mut Vec<u8>) {
        let arguments = message.arguments();
        let template = self.template(message.template(), arguments.len());
        let last = &mut self.templates[template].last;
        let mut same = 0_u64;
        for (at, (argument, last)) in arguments.iter().zip(last.iter()).enumerate() {
            same |= u64::from(at < SAME_MOST && argument == last) << (at % SAME_MOST);
        }
        last.clear();
        last.extend_from_slice(&arguments);
        number(out, template as u64);
        number(out, flags | same << SAME);
        for (at, argument) in arguments.iter().enumerate() {
            if at >= SAME_MOST || same >> at & 1 == 0 {
                self.argument(argument, out);
            }
        }
    }

    fn details(&mut self, details: &'a Details, out: &mut Vec<u8>) {
        let Details { target, leads_to, related } = details;
        let has = |text: &Option<String>, flag| if text.is_some() { flag } else { 0 };
        let flags = has(target, TARGET) | has(leads_to, LEADS_TO);
        number(out, (related.len() as u64) << RELATED | flags);
        for text in target.iter().chain(leads_to) {
            let place = self.text(text);
            number(out, place as u64);
        }
        for related in related {
            let path = related.path.as_deref().map_or(0, |path| 1 + self.text(path));
            number(out, path as u64);
            let (start, end) = (related.start, related.end);
            number(out, u64::from(start.line));
            number(out, u64::from(start.column));
            number(out, u64::from(end.line.saturating_sub(start.line)));
            number(out, u64::from(end.column));
            let arguments = related.message.arguments();
            let template = self.template(related.message.template(), arguments.len());
            number(out, template as u64);
            arguments.iter().for_each(|argument| self.argument(argument, out));
        }
    }

    /// The place of a template with so many arguments among all.
    fn template(&mut self, text: &'a str, arguments: usize) -> usize {
        // Those of a rule are the same text at the same place.
        let is_it =
            |known: &Template| std::ptr::eq(known.text, text) && known.arguments == arguments;
        if let Some(place) = self.templates.iter().take(FEW).position(is_it) {
            return place;
        }
        *self.known.entry((text, arguments)).or_insert_with(|| {
            self.templates.push(Template { text, arguments, last: Arguments::new() });
            self.templates.len() - 1
        })
    }

    /// Numbers are even, and the places of texts odd.
    fn argument(&mut self, argument: &'a str, out: &mut Vec<u8>) {
        let value = match whole(argument) {
            Some(number) => number << 1,
            None => (self.text(argument) as u64) << 1 | 1,
        };
        number(out, value);
    }

    fn text(&mut self, text: &'a str) -> usize {
        *self.places.entry(text).or_insert_with(|| {
            self.texts.push(text);
            self.texts.len() - 1
        })
    }

    fn write(&self, out: &mut Vec<u8>) {
        number(out, self.templates.len() as u64);
        for template in &self.templates {
            text(out, template.text);
            number(out, template.arguments as u64);
        }
        number(out, self.texts.len() as u64);
        self.texts.iter().for_each(|words| text(out, words));
    }
}

/// The number that is written like this and no other way, if it leaves a bit.
fn whole(text: &str) -> Option<u64> {
    const DIGITS: std::ops::RangeInclusive<usize> = 1..=18;
    let is_whole = DIGITS.contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    if is_whole && (text == "0" || !text.starts_with('0')) { text.parse().ok() } else { None }
}
