//! All findings of one check, packed into bytes: some 15 bytes a finding, and words once.
//! A header counts findings by rule, so that most questions need not unpack the rest.
//!
//! `version`, kinds (`rule`, severity, count), templates of messages (each with how many arguments it
//! takes), texts, then for each finding its kind, message, lines, columns, fingerprint and details.
//! Numbers are LEB128, texts have their length in front.
//!
//! A message is its template, flags (which also tell of the fix), and arguments: those that are other
//! than in the last finding of the template. An argument is a number, or the place of a text. Details
//! are what they consist of, and places of texts.

mod bytes;
mod old;
mod row;
mod write;

use smallvec::SmallVec;

use self::bytes::{Input, damaged};
use self::row::Rows;
use super::error::StoreError;
use super::finding::RecordedFinding;
use super::model::Counts;
use crate::diagnostic::{Finding, Fingerprint, Severity};

pub(super) use self::row::{PackedRow, PackedWords};

/// In version 1 all messages stand as they are; see `old` for version 2.
const VERSION: u64 = 3;

/// Bytes of findings that are unpacked of one page at most: far more than any page's come to.
const MAX_TEXT: usize = 1 << 30;

/// What is said of a finding besides: in bits 1 and 2 its fix, and these.
const BACK: u64 = 1;
const DETAILED: u64 = 8;
/// The first of the bits for arguments that are the same as in the last finding of the template, and how
/// many of them there are.
const SAME: u32 = 4;
const SAME_MOST: usize = 32;

/// What details consist of; from this bit on, there is the number of related places.
const TARGET: u64 = 1;
const LEADS_TO: u64 = 2;
const RELATED: u32 = 2;

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
        write::pack(findings)
    }
}

/// Packed findings with their header read.
pub(super) struct Packed<'a> {
    pub kinds: PackedKinds<'a>,
    version: u64,
    rest: Input<'a>,
}

impl<'a> Packed<'a> {
    /// Reads the header.
    pub(super) fn open(body: &'a [u8]) -> Result<Self, StoreError> {
        let mut input = Input(body);
        let version = input.number()?;
        if !(1..=VERSION).contains(&version) {
            return Err(damaged());
        }
        let kinds = input.number()?;
        let kinds = (0..kinds).map(|_| input.kind()).collect::<Result<PackedKinds, _>>()?;
        let packed = Packed { kinds, version, rest: input };
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
        let mut prints = Vec::new();
        self.each(|_, row, _, _| {
            prints.push((row.fingerprint, row.kind));
            Ok(())
        })?;
        Ok(prints)
    }

    /// Every finding that `wanted` says yes to, with its place in the pack.
    pub(super) fn findings(
        &self,
        mut wanted: impl FnMut(usize, &PackedRow, &PackedKind) -> bool,
    ) -> Result<Vec<(usize, RecordedFinding)>, StoreError> {
        let mut found = Vec::new();
        self.each(|at, row, kind, words| {
            if wanted(at, row, kind) {
                found.push((at, words.finding(row, kind)?));
            }
            Ok(())
        })?;
        Ok(found)
    }

    /// Goes over all findings: each one's place in the pack, its row and kind, and all words.
    pub(super) fn each(
        &self,
        mut visit: impl FnMut(usize, &PackedRow, &PackedKind, &PackedWords) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let mut input = self.rest;
        let words = PackedWords::read(&mut input, self.version)?;
        let mut rows = Rows::new(input);
        for at in 0..usize::try_from(self.len()).map_err(|_| damaged())? {
            let row = rows.next(&words)?;
            let kind = self.kinds.get(row.kind).ok_or_else(damaged)?;
            visit(at, &row, kind, &words)?;
        }
        Ok(())
    }
}

impl<'a> Input<'a> {
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
}

#[cfg(test)]
mod tests {
    use super::bytes::{number, text};
    use super::*;
    use crate::diagnostic::{Details, Fix, Message, Related, Safety, message};
    use crate::text::{Position, Span};

    const A: &str = "MD009";
    const B: &str = "MD013";

    fn finding(rule: &str, line: u32, message: impl Into<Message>, fix: Option<Safety>) -> Finding {
        Finding {
            rule: crate::rules::builtin().id(rule).unwrap(),
            severity: if rule == A { Severity::Error } else { Severity::Info },
            span: Span::at(0),
            start: Position { line, column: 300 },
            end: Position { line: line + 2, column: 1 },
            message: message.into(),
            fix: fix.map(|safety| Fix { safety, edits: Vec::new() }),
            details: None,
            fingerprint: Fingerprint(u64::MAX - u64::from(line)),
        }
    }

    fn detailed() -> Finding {
        let place = |path: Option<&str>, line| Related {
            path: path.map(str::to_owned),
            span: Span::at(0),
            start: Position { line, column: 2 },
            end: Position { line, column: 9 },
            message: message!("used here {} times", line),
        };
        let details = Details {
            target: Some("../b.md#part".into()),
            leads_to: Some("docs/b.md".into()),
            related: vec![place(None, 7), place(Some("docs/c.md"), 1)],
        };
        let message = message!("`{}` leads to no place", "../b.md#part");
        Finding { details: Some(Box::new(details)), ..finding(A, 4, message, None) }
    }

    fn unpacked(body: &[u8]) -> Result<Vec<Finding>, StoreError> {
        let found = Packed::open(body)?.findings(|_, _, _| true)?.into_iter();
        found.map(|(_, recorded)| Finding::try_from(recorded)).collect()
    }

    #[test]
    fn what_is_packed_comes_back() {
        let mut findings = vec![
            finding(A, 5, "one", None),
            finding(B, 900, "two ☂", Some(Safety::Review)),
            finding(A, 3, "one", Some(Safety::Safe)),
            detailed(),
        ];
        for argument in ["151", "9", "09", "99999999999999999999", "", "0", "{}", "151", "151"] {
            let message =
                message!("line is {} long, expected {} or `{}`", argument, 80_u32, argument);
            findings.push(finding(B, 7, message, None));
        }
        let body = Found::from(&findings[..]).body;
        let all = unpacked(&body).unwrap();
        assert_eq!(all, findings);
        for (read, written) in all.iter().zip(&findings) {
            assert_eq!(read.message.template(), written.message.template());
            assert_eq!(read.message.arguments(), written.message.arguments());
        }
        assert_eq!(Found::from(&all[..]).body, body, "what was read is packed as it was");
        let packed = Packed::open(&body).unwrap();
        let counts: Vec<_> = packed.kinds.iter().map(|kind| (kind.rule, kind.count)).collect();
        assert_eq!(counts, [(A, 3), (B, 10)]);
        let one = packed.findings(|_, _, kind| kind.rule == B).unwrap();
        assert_eq!((one.len(), one[0].0), (10, 1));
        assert_eq!(packed.fingerprints().unwrap()[1], (findings[1].fingerprint, 1));
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
    fn a_finding_takes_a_few_bytes_whatever_its_arguments() {
        let long =
            |long: u32| message!("line is {} characters long, expected at most {}", long, 80_u32);
        let many: Vec<_> = (100..400).map(|line| finding(B, 1, long(line), None)).collect();
        assert!(Found::from(&many[..]).body.len() < 20 * many.len());
        let page = "a-page-with-a-long-name.md";
        let named = |line: u32| message!("`{}` leads nowhere, {} of {}", page, line, "many");
        let many: Vec<_> = (100..400).map(|line| finding(A, 1, named(line), None)).collect();
        assert!(Found::from(&many[..]).body.len() < 20 * many.len());
    }

    /// What versions 1 and 2 have written of two messages, the second of which has another first number
    /// in version 2.
    fn old(version: u64) -> Vec<u8> {
        const NUMBERED: u64 = 8;
        let mut body = Vec::new();
        [version, 1].iter().for_each(|&value| number(&mut body, value));
        text(&mut body, A);
        body.push(Severity::Error as u8);
        [3, 2].iter().for_each(|&value| number(&mut body, value));
        text(&mut body, "line is 93 long, expected {}");
        text(&mut body, "two ☂");
        let numbered: &[u64] = if version == 2 { &[NUMBERED, 151] } else { &[0] };
        for (message, flags) in [(0, &[2][..]), (1, &[0]), (0, numbered)] {
            [0, message].iter().chain(flags).for_each(|&value| number(&mut body, value));
            [4, 300, 2, 1].iter().for_each(|&value| number(&mut body, value));
            body.extend_from_slice(&[7; 8]);
        }
        body
    }

    #[test]
    fn what_old_versions_have_packed_is_read() {
        for (version, last) in [(1, 93), (2, 151)] {
            let all = unpacked(&old(version)).unwrap();
            let last = format!("line is {last} long, expected {{}}");
            let messages = ["line is 93 long, expected {}", "two ☂", &last];
            assert!(all.iter().map(|found| &*found.message).eq(messages));
            assert_eq!(all[0].fix.as_ref().unwrap().safety, Safety::Safe);
            assert_eq!((all[2].start.line, all[2].end.line), (12, 14));
            assert_eq!(all[2].fingerprint, Fingerprint(0x0707_0707_0707_0707));
            assert_eq!(unpacked(&Found::from(&all[..]).body).unwrap(), all);
        }
    }

    #[test]
    fn damaged_bytes_are_an_error_and_never_a_panic() {
        let repeated = || message!("`{}` is {}", "one", "two");
        let findings = [
            finding(A, 5, "one", None),
            detailed(),
            finding(B, 9, repeated(), None),
            finding(B, 9, repeated(), None),
        ];
        for body in [Found::from(&findings[..]).body, old(1), old(2)] {
            for length in 0..body.len() {
                assert!(unpacked(&body[..length]).is_err(), "{length} of {} bytes", body.len());
            }
            for at in 0..body.len() {
                for value in 0..=u8::MAX {
                    let mut damaged = body.clone();
                    damaged[at] = value;
                    let _ = unpacked(&damaged);
                }
            }
        }
    }

    #[test]
    fn a_few_bytes_cannot_stand_for_endless_texts() {
        const PLACES: usize = 1 << 11;
        let mut body = Vec::new();
        [VERSION, 1].iter().for_each(|&value| number(&mut body, value));
        text(&mut body, A);
        body.push(Severity::Error as u8);
        [1, 1].iter().for_each(|&value| number(&mut body, value));
        text(&mut body, &"{}".repeat(PLACES));
        [PLACES as u64, 1].iter().for_each(|&value| number(&mut body, value));
        text(&mut body, &"a".repeat(1 + MAX_TEXT / PLACES));
        [0, 0, 0].iter().for_each(|&value| number(&mut body, value));
        (0..PLACES).for_each(|_| number(&mut body, 1));
        [1, 1, 0, 1].iter().for_each(|&value| number(&mut body, value));
        body.extend_from_slice(&[0; 8]);
        assert!(Packed::open(&body).unwrap().fingerprints().is_ok());
        assert_eq!(unpacked(&body), Err(damaged()));
    }
}
