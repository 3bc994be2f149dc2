//! All findings of one check, packed into bytes: some 15 bytes a finding, and repeated
//! messages mostly once.
//! A header counts findings by rule, so that most questions need not unpack the rest.
//!
//! `version`, kinds (`rule`, severity, count), messages, then for each finding its kind, message,
//! fix, lines, columns and fingerprint. Numbers are LEB128, texts have their length in front. A
//! message that differs from another only in its first number is that one, with this number.

use std::borrow::Cow;

use smallvec::SmallVec;

use super::error::StoreError;
use super::leb128::{Bytes, Input, damaged, number, text};
use super::messages::{Recent, Texts, with_number};
use super::model::{Counts, RecordedFinding};
use crate::diagnostic::{Finding, Fingerprint, RuleId, Safety, Severity};

/// In version 1 all messages stand as they are.
const VERSION: u64 = 2;

/// Bytes of messages that are unpacked of one page at most: far more than any page's come to.
const MAX_TEXT: usize = 1 << 30;

/// What is said of a finding besides: its fix, and these.
const BACK: u64 = 1;
const NUMBERED: u64 = 8;

/// A rule with a severity, and how often it found something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct PackedKind<'a> {
    pub rule: &'a str,
    pub severity: Severity,
    pub count: u64,
}

/// The kinds of findings in one file, which are few.
type PackedKinds<'a> = SmallVec<[PackedKind<'a>; 8]>;

/// All findings of one check, ready to be recorded.
#[derive(Clone, Debug, Default)]
pub struct Found {
    pub(super) body: Vec<u8>,
    pub(super) counts: Counts,
}

impl Found {
    /// How many there are, by severity.
    pub fn counts(&self) -> Counts {
        self.counts
    }
}

impl From<&[Finding]> for Found {
    /// Packs findings, in their order.
    fn from(findings: &[Finding]) -> Self {
        pack(findings)
    }
}

fn pack(findings: &[Finding]) -> Found {
    let mut counts = Counts::default();
    // What is packed goes to another thread, which frees it: the less there is to free, the better.
    let mut kinds: SmallVec<[(RuleId, Severity, u64); 8]> = SmallVec::new();
    let mut texts: Texts = SmallVec::new();
    let mut recent = SmallVec::<[Recent; 8]>::new();
    let mut rows = SmallVec::<[u8; 2048]>::new();
    let (mut row, mut line) = (Bytes::default(), 0);
    for finding in findings {
        counts.add(finding.severity, 1);
        let kind = kind_of(&mut kinds, finding);
        if recent.len() < kinds.len() {
            recent.push(Recent::default());
        }
        let (message, first) = recent[kind].place(&finding.message, &mut texts);
        let fix = match finding.fix.as_ref().map(|fix| fix.safety) {
            None => 0,
            Some(Safety::Safe) => 1,
            Some(Safety::Review) => 2,
        };
        let (start, end) = (finding.start, finding.end);
        let back = if start.line < line { BACK } else { 0 };
        let numbered = if first.is_some() { NUMBERED } else { 0 };
        row.clear();
        row.number(kind as u64);
        row.number(message as u64);
        row.number(numbered | fix << 1 | back);
        first.into_iter().for_each(|first| row.number(u64::from(first)));
        row.number(u64::from(start.line.abs_diff(line)));
        row.number(u64::from(start.column));
        row.number(u64::from(end.line.saturating_sub(start.line)));
        row.number(u64::from(end.column));
        row.bytes(&finding.fingerprint.0.to_le_bytes());
        rows.extend_from_slice(row.as_slice());
        line = start.line;
    }
    if kinds.is_empty() {
        return Found::default();
    }
    let messages: usize = texts.iter().map(|message| message.len() + 2).sum();
    let mut body = Vec::with_capacity(rows.len() + 32 * (1 + kinds.len()) + messages);
    number(&mut body, VERSION);
    number(&mut body, kinds.len() as u64);
    for (rule, severity, count) in kinds {
        text(&mut body, rule.as_str());
        body.push(severity as u8);
        number(&mut body, count);
    }
    number(&mut body, texts.len() as u64);
    texts.iter().for_each(|message| text(&mut body, message));
    body.extend_from_slice(&rows);
    Found { body, counts }
}

/// The place of the finding's rule and severity among the kinds, which counts one more of it.
fn kind_of(kinds: &mut SmallVec<[(RuleId, Severity, u64); 8]>, finding: &Finding) -> usize {
    let is_it =
        |kind: &(RuleId, Severity, u64)| (kind.0, kind.1) == (finding.rule, finding.severity);
    let at = kinds.iter().position(is_it).unwrap_or_else(|| {
        kinds.push((finding.rule, finding.severity, 0));
        kinds.len() - 1
    });
    kinds[at].2 += 1;
    at
}

/// Packed findings with their header read.
pub(super) struct Packed<'a> {
    pub kinds: PackedKinds<'a>,
    rest: Input<'a>,
}

/// One finding inside its pack.
pub(super) struct PackedRow {
    pub kind: usize,
    pub message: usize,
    /// What the first number of the message is in this finding.
    number: Option<u32>,
    pub fix: Option<Safety>,
    pub line: u32,
    pub column: u32,
    pub end_line: u32,
    pub end_column: u32,
    pub fingerprint: Fingerprint,
}

impl<'a> Packed<'a> {
    /// Reads the header.
    pub(super) fn open(body: &'a [u8]) -> Result<Self, StoreError> {
        let mut input = Input(body);
        if !(1..=VERSION).contains(&input.number()?) {
            return Err(damaged());
        }
        let kinds = input.number()?;
        let kinds = (0..kinds).map(|_| input.kind()).collect::<Result<PackedKinds, _>>()?;
        let packed = Packed { kinds, rest: input };
        // Whoever counts on can do so without an overflow: there are at most as many as bytes.
        match packed.count().is_some_and(|count| count <= body.len() as u64) {
            true => Ok(packed),
            false => Err(damaged()),
        }
    }

    fn count(&self) -> Option<u64> {
        self.kinds.iter().try_fold(0, |sum: u64, kind| sum.checked_add(kind.count))
    }

    fn len(&self) -> u64 {
        self.count().unwrap_or_default()
    }

    /// The fingerprints with their kinds, without the messages.
    pub(super) fn fingerprints(&self) -> Result<Vec<(Fingerprint, usize)>, StoreError> {
        let mut input = self.rest;
        input.texts()?;
        let mut line = 0;
        (0..self.len())
            .map(|_| {
                let row = input.row(&mut line)?;
                self.kinds.get(row.kind).ok_or_else(damaged)?;
                Ok((row.fingerprint, row.kind))
            })
            .collect()
    }

    /// Every finding that `wanted` says yes to, with its place in the pack.
    pub(super) fn findings(
        &self,
        mut wanted: impl FnMut(usize, &PackedRow, &PackedKind) -> bool,
    ) -> Result<Vec<(usize, RecordedFinding)>, StoreError> {
        let (mut found, mut bytes) = (Vec::new(), 0);
        self.each(|at, row, kind, messages| {
            if wanted(at, row, kind) {
                let message = row.message(messages)?.into_owned();
                // One long text may stand for many rows.
                bytes += message.len() + kind.rule.len();
                if bytes > MAX_TEXT {
                    return Err(damaged());
                }
                found.push((at, row.finding(kind, message)));
            }
            Ok(())
        })?;
        Ok(found)
    }

    /// Goes over all findings: each one's place in the pack, its row and kind, and all messages.
    pub(super) fn each(
        &self,
        mut visit: impl FnMut(usize, &PackedRow, &PackedKind, &[&str]) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let mut input = self.rest;
        let messages = input.texts()?;
        let mut line = 0;
        for at in 0..usize::try_from(self.len()).map_err(|_| damaged())? {
            let row = input.row(&mut line)?;
            let kind = self.kinds.get(row.kind).ok_or_else(damaged)?;
            visit(at, &row, kind, &messages)?;
        }
        Ok(())
    }
}

impl PackedRow {
    /// Its message, of all messages of its pack.
    pub(super) fn message<'a>(&self, messages: &[&'a str]) -> Result<Cow<'a, str>, StoreError> {
        let message = *messages.get(self.message).ok_or_else(damaged)?;
        match self.number {
            Some(number) => with_number(message, number).map(Cow::Owned).ok_or_else(damaged),
            None => Ok(Cow::Borrowed(message)),
        }
    }

    pub(super) fn finding(&self, kind: &PackedKind, message: String) -> RecordedFinding {
        RecordedFinding {
            rule: kind.rule.to_owned(),
            severity: kind.severity,
            line: self.line,
            column: self.column,
            end_line: self.end_line,
            end_column: self.end_column,
            message,
            fingerprint: self.fingerprint,
            fix: self.fix,
        }
    }
}

impl<'a> Input<'a> {
    fn texts(&mut self) -> Result<Vec<&'a str>, StoreError> {
        (0..self.small()?).map(|_| self.text()).collect()
    }

    fn kind(&mut self) -> Result<PackedKind<'a>, StoreError> {
        let rule = self.text()?;
        let severity = match self.bytes(1)?[0] {
            0 => Severity::Info,
            1 => Severity::Warning,
            2 => Severity::Error,
            _ => return Err(damaged()),
        };
        Ok(PackedKind { rule, severity, count: self.number()? })
    }

    fn row(&mut self, previous: &mut u32) -> Result<PackedRow, StoreError> {
        let (kind, message, flags) =
            (self.small()? as usize, self.small()? as usize, self.number()?);
        let number = if flags & NUMBERED == 0 { None } else { Some(self.small()?) };
        let distance = self.small()?;
        let line = if flags & BACK == BACK {
            previous.wrapping_sub(distance)
        } else {
            previous.wrapping_add(distance)
        };
        *previous = line;
        let (column, lines, end_column) = (self.small()?, self.small()?, self.small()?);
        let fix = match flags >> 1 & 0b11 {
            0 => None,
            1 => Some(Safety::Safe),
            _ => Some(Safety::Review),
        };
        let fingerprint = self.bytes(8)?.try_into().map_err(|_| damaged())?;
        Ok(PackedRow {
            kind,
            message,
            number,
            fix,
            line,
            column,
            end_line: line.wrapping_add(lines),
            end_column,
            fingerprint: Fingerprint(u64::from_le_bytes(fingerprint)),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Fix;
    use crate::text::{Position, Span};

    const A: &str = "MD009";
    const B: &str = "MD013";

    fn finding(rule: &str, line: u32, message: &str, fix: Option<Safety>) -> Finding {
        Finding {
            rule: crate::rules::builtin().id(rule).unwrap(),
            severity: if rule == A { Severity::Error } else { Severity::Info },
            span: Span::at(0),
            start: Position { line, column: 300 },
            end: Position { line: line + 2, column: 1 },
            message: message.to_owned().into(),
            fix: fix.map(|safety| Fix { safety, edits: Vec::new() }),
            details: None,
            fingerprint: Fingerprint(u64::MAX - u64::from(line)),
        }
    }

    #[test]
    fn what_is_packed_comes_back() {
        let findings = [
            finding(A, 5, "one", None),
            finding(B, 900, "two ☂", Some(Safety::Review)),
            finding(A, 3, "one", Some(Safety::Safe)),
        ];
        let body = Found::from(&findings[..]).body;
        let packed = Packed::open(&body).unwrap();
        let all = packed.findings(|_, _, _| true).unwrap().into_iter();
        let all: Vec<_> = all.map(|found| Finding::try_from(found.1).unwrap()).collect();
        assert_eq!(all, findings);
        let counts: Vec<_> = packed.kinds.iter().map(|kind| (kind.rule, kind.count)).collect();
        assert_eq!(counts, [(A, 2), (B, 1)]);
        let one = packed.findings(|_, _, kind| kind.rule == B).unwrap();
        assert_eq!((one.len(), one[0].0), (1, 1));
        assert_eq!(packed.fingerprints().unwrap()[1], (findings[1].fingerprint, 1));
        let mut old = body.clone();
        assert_eq!(std::mem::replace(&mut old[0], 1), VERSION as u8);
        assert_eq!(Packed::open(&old).unwrap().findings(|_, _, _| true).unwrap().len(), 3);
    }

    #[test]
    fn a_rule_is_counted_by_severity() {
        let mild = Finding { severity: Severity::Warning, ..finding(A, 9, "one", None) };
        let findings = [finding(A, 5, "one", None), mild, finding(A, 7, "two", None)];
        let body = Found::from(&findings[..]).body;
        let packed = Packed::open(&body).unwrap();
        let counts: Vec<_> = packed.kinds.iter().map(|kind| (kind.severity, kind.count)).collect();
        assert_eq!(counts, [(Severity::Error, 2), (Severity::Warning, 1)]);
    }

    #[test]
    fn messages_that_differ_in_a_number_are_kept_once() {
        let messages = [
            "line is 151 characters long, expected at most 80",
            "line is 9 characters long, expected at most 80",
            "line is 09 characters long, expected at most 80",
            "line is 99999999999999999999 characters long, expected at most 80",
            "line is  characters long, expected at most 80",
            "line is 12 characters long, expected at most 81",
            "12",
            "7",
            "line is 151 characters long, expected at most 80",
        ];
        let findings: Vec<_> =
            messages.iter().map(|message| finding(A, 1, message, None)).collect();
        let body = Found::from(&findings[..]).body;
        let all = Packed::open(&body).unwrap().findings(|_, _, _| true).unwrap();
        assert!(all.iter().map(|(_, found)| &*found.message).eq(messages));
        let many: Vec<_> = (100..400)
            .map(|long| finding(A, 1, &format!("line is {long} characters long"), None))
            .collect();
        assert!(Found::from(&many[..]).body.len() < 20 * many.len());
    }

    #[test]
    fn cut_bytes_are_an_error_and_never_a_panic() {
        let findings = [finding(A, 5, "one", None), finding(B, 9, "two", None)];
        let body = Found::from(&findings[..]).body;
        for length in 0..body.len() {
            let read =
                Packed::open(&body[..length]).and_then(|packed| packed.findings(|_, _, _| true));
            assert!(read.is_err(), "{length} of {} bytes", body.len());
        }
    }
}
