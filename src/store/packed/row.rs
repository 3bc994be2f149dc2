//! One finding inside its pack, and the words that all of them share.

use std::borrow::Cow;
use std::cell::Cell;

use foldhash::{HashMap, HashMapExt};
use smallvec::SmallVec;

use super::bytes::{Input, damaged};
use super::old::with_number;
use super::{
    BACK, DETAILED, LEADS_TO, MAX_TEXT, PackedKind, RELATED, SAME, SAME_MOST, TARGET, VERSION,
};
use crate::diagnostic::{Arguments, Fingerprint, Message, Safety};
use crate::store::error::StoreError;
use crate::store::finding::{RecordedDetails, RecordedFinding, RecordedPlace};

/// One finding inside its pack.
pub(in crate::store) struct PackedRow {
    pub kind: usize,
    pub message: PackedMessage,
    pub fix: Option<Safety>,
    pub line: u32,
    pub column: u32,
    pub end_line: u32,
    pub end_column: u32,
    pub fingerprint: Fingerprint,
    details: Option<Box<PackedDetails>>,
}

/// A message by the places of its words.
#[derive(Default)]
pub(in crate::store) struct PackedMessage {
    pub(super) template: usize,
    pub(super) arguments: PackedArguments,
}

type PackedArguments = SmallVec<[PackedArgument; 4]>;

/// What stands in a template.
#[derive(Clone, Copy)]
pub(super) enum PackedArgument {
    Number(u64),
    /// The place of a text.
    Text(u64),
}

/// What few findings have, by the places of its words.
struct PackedDetails {
    target: Option<u64>,
    leads_to: Option<u64>,
    related: Vec<PackedPlace>,
}

struct PackedPlace {
    path: Option<u64>,
    line: u32,
    column: u32,
    end_line: u32,
    end_column: u32,
    message: PackedMessage,
}

/// The templates and texts of a pack.
pub(in crate::store) struct PackedWords<'a> {
    version: u64,
    /// Each with how many arguments it takes.
    templates: Vec<(&'a str, usize)>,
    texts: Vec<&'a str>,
    /// How many bytes of findings may yet be made of them: one long text may stand for many.
    left: Cell<usize>,
}

/// Reads one row after the other.
pub(super) struct Rows<'a> {
    input: Input<'a>,
    line: u32,
    /// What stood last in the templates that were used.
    last: HashMap<usize, PackedArguments>,
}

impl<'a> PackedWords<'a> {
    /// Reads them from a pack of a version.
    pub(super) fn read(input: &mut Input<'a>, version: u64) -> Result<Self, StoreError> {
        let is_old = version < VERSION;
        let template = |input: &mut Input<'a>| -> Result<_, StoreError> {
            let text = input.text()?;
            Ok((text, if is_old { 0 } else { input.small()? as usize }))
        };
        let templates = (0..input.small()?).map(|_| template(input)).collect::<Result<_, _>>()?;
        let texts = if is_old { 0 } else { input.small()? };
        let texts = (0..texts).map(|_| input.text()).collect::<Result<_, _>>()?;
        Ok(PackedWords { version, templates, texts, left: Cell::new(MAX_TEXT) })
    }

    /// The text of a message.
    pub(in crate::store) fn text_of(
        &self,
        message: &PackedMessage,
    ) -> Result<Cow<'a, str>, StoreError> {
        let (template, _) = self.template(message)?;
        match message.arguments[..] {
            [] => return Ok(Cow::Borrowed(template)),
            [PackedArgument::Number(number)] if self.version < VERSION => {
                return with_number(template, number).map(Cow::Owned).ok_or_else(damaged);
            }
            _ => {}
        }
        let (mut text, mut rest) = (String::new(), template);
        for argument in self.arguments(message)? {
            let (before, after) = rest.split_once("{}").ok_or_else(damaged)?;
            text.push_str(before);
            text.push_str(&argument);
            rest = after;
        }
        text.push_str(rest);
        Ok(Cow::Owned(text))
    }

    fn message(&self, message: &PackedMessage) -> Result<Message, StoreError> {
        let (template, _) = self.template(message)?;
        let restored = if self.version < VERSION {
            Message::restore(&self.text_of(message)?, &[])
        } else {
            let arguments = self.arguments(message)?;
            let arguments: Arguments = arguments.iter().map(|text| &**text).collect();
            Message::restore(template, &arguments)
        };
        restored.ok_or_else(damaged)
    }

    fn arguments(
        &self,
        message: &PackedMessage,
    ) -> Result<SmallVec<[Cow<'a, str>; 4]>, StoreError> {
        let mut size = 0;
        let arguments = message.arguments.iter().map(|&argument| {
            let text = match argument {
                PackedArgument::Number(number) => Cow::Owned(number.to_string()),
                PackedArgument::Text(place) => Cow::Borrowed(self.text(place)?),
            };
            size += text.len();
            if size <= MAX_TEXT { Ok(text) } else { Err(damaged()) }
        });
        arguments.collect()
    }

    fn template(&self, message: &PackedMessage) -> Result<(&'a str, usize), StoreError> {
        self.templates.get(message.template).copied().ok_or_else(damaged)
    }

    fn text(&self, place: u64) -> Result<&'a str, StoreError> {
        let text = usize::try_from(place).ok().and_then(|place| self.texts.get(place));
        text.copied().ok_or_else(damaged)
    }

    /// A finding of a row.
    pub(in crate::store) fn finding(
        &self,
        row: &PackedRow,
        kind: &PackedKind,
    ) -> Result<RecordedFinding, StoreError> {
        let message = self.message(&row.message)?;
        self.spend(message.len() + kind.rule.len())?;
        Ok(RecordedFinding {
            rule: kind.rule.to_owned(),
            severity: kind.severity,
            line: row.line,
            column: row.column,
            end_line: row.end_line,
            end_column: row.end_column,
            message,
            fingerprint: row.fingerprint,
            fix: row.fix,
            details: row.details.as_deref().map(|details| self.details(details)).transpose()?,
        })
    }

    fn details(&self, packed: &PackedDetails) -> Result<Box<RecordedDetails>, StoreError> {
        let text = |place: Option<u64>| -> Result<_, StoreError> {
            let text = place.map(|place| self.text(place)).transpose()?;
            self.spend(text.map_or(0, str::len))?;
            Ok(text.map(str::to_owned))
        };
        let related = packed.related.iter().map(|place| {
            let message = self.message(&place.message)?;
            self.spend(message.len())?;
            Ok(RecordedPlace {
                path: text(place.path)?,
                line: place.line,
                column: place.column,
                end_line: place.end_line,
                end_column: place.end_column,
                message,
            })
        });
        Ok(Box::new(RecordedDetails {
            target: text(packed.target)?,
            leads_to: text(packed.leads_to)?,
            related: related.collect::<Result<_, StoreError>>()?,
        }))
    }

    /// The target of a link and what it leads to, as far as they are kept.
    pub(in crate::store) fn link_of(
        &self,
        row: &PackedRow,
    ) -> Result<Option<(&'a str, &'a str)>, StoreError> {
        let places = row.details.as_ref().and_then(|details| details.target.zip(details.leads_to));
        let text = |(target, file)| Ok((self.text(target)?, self.text(file)?));
        places.map(text).transpose()
    }

    fn spend(&self, bytes: usize) -> Result<(), StoreError> {
        self.left.set(self.left.get().checked_sub(bytes).ok_or_else(damaged)?);
        Ok(())
    }
}

impl<'a> Rows<'a> {
    pub(super) fn new(input: Input<'a>) -> Self {
        Rows { input, line: 0, last: HashMap::new() }
    }

    pub(super) fn next(&mut self, words: &PackedWords) -> Result<PackedRow, StoreError> {
        let is_old = words.version < VERSION;
        let input = &mut self.input;
        let (kind, template) = (input.small()? as usize, input.small()? as usize);
        let flags = input.number()?;
        let message = match is_old {
            true => input.old_message(template, flags)?,
            false => self.message(template, flags >> SAME, words)?,
        };
        let input = &mut self.input;
        let distance = input.small()?;
        let line = if flags & BACK == BACK {
            self.line.wrapping_sub(distance)
        } else {
            self.line.wrapping_add(distance)
        };
        self.line = line;
        let (column, lines, end_column) = (input.small()?, input.small()?, input.small()?);
        let fix = match flags >> 1 & 0b11 {
            0 => None,
            1 => Some(Safety::Safe),
            _ => Some(Safety::Review),
        };
        let fingerprint = input.bytes(8)?.try_into().map_err(|_| damaged())?;
        let is_detailed = !is_old && flags & DETAILED != 0;
        Ok(PackedRow {
            kind,
            message,
            fix,
            line,
            column,
            end_line: line.wrapping_add(lines),
            end_column,
            fingerprint: Fingerprint(u64::from_le_bytes(fingerprint)),
            details: is_detailed.then(|| input.details(words).map(Box::new)).transpose()?,
        })
    }

    /// A message of which some arguments are as they were in the last one of its template.
    fn message(
        &mut self,
        template: usize,
        same: u64,
        words: &PackedWords,
    ) -> Result<PackedMessage, StoreError> {
        let &(_, count) = words.templates.get(template).ok_or_else(damaged)?;
        if count == 0 {
            return Ok(PackedMessage { template, arguments: PackedArguments::new() });
        }
        let last = self.last.entry(template).or_default();
        let mut argument = |at: usize| match at < SAME_MOST && same >> at & 1 == 1 {
            true => last.get(at).copied().ok_or_else(damaged),
            false => self.input.argument(),
        };
        let arguments = (0..count).map(&mut argument).collect::<Result<PackedArguments, _>>()?;
        last.clone_from(&arguments);
        Ok(PackedMessage { template, arguments })
    }
}

impl Input<'_> {
    fn argument(&mut self) -> Result<PackedArgument, StoreError> {
        let value = self.number()?;
        Ok(if value & 1 == 1 {
            PackedArgument::Text(value >> 1)
        } else {
            PackedArgument::Number(value >> 1)
        })
    }

    fn details(&mut self, words: &PackedWords) -> Result<PackedDetails, StoreError> {
        let flags = self.number()?;
        let mut text = |flag| (flags & flag != 0).then(|| self.number()).transpose();
        let (target, leads_to) = (text(TARGET)?, text(LEADS_TO)?);
        let related = (0..flags >> RELATED).map(|_| self.place(words));
        Ok(PackedDetails { target, leads_to, related: related.collect::<Result<_, _>>()? })
    }

    fn place(&mut self, words: &PackedWords) -> Result<PackedPlace, StoreError> {
        let path = self.number()?.checked_sub(1);
        let (line, column) = (self.small()?, self.small()?);
        let (lines, end_column) = (self.small()?, self.small()?);
        let template = self.small()? as usize;
        let &(_, count) = words.templates.get(template).ok_or_else(damaged)?;
        let arguments = (0..count).map(|_| self.argument()).collect::<Result<_, _>>()?;
        let message = PackedMessage { template, arguments };
        Ok(PackedPlace {
            path,
            line,
            column,
            end_line: line.wrapping_add(lines),
            end_column,
            message,
        })
    }
}
