//! Holds the facts of each page against those of the others.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use super::fields::Later;
use super::groups::{Groups, facts};
use super::sort::{SortEntry, Sorted};
use super::{JoinError, key_of};
use crate::diagnostic::{Details, Finding, Fix, Message, Related, RuleId, Severity};
use crate::engine::{FileReport, Occurrences};
use crate::facts::{Fact, FieldRow, LinkRow, PageRow, Place};
use crate::rules;
use crate::rules::links::{ORPHAN, USED, Unchecked, is_orphan, judge};
use crate::site::facts::PageFacts;
use crate::site::{FileId, FileTable, Site};
use crate::text::Position;

/// The pages of which anchors are remembered, at some 150 bytes each; then all are forgotten.
const REMEMBERED: usize = 500_000;
/// How often that is looked at, in pages.
const LOOKED_AT: usize = 1_000;

/// The rule about fields that only one page may have.
const UNIQUE: &str = "YAML011";

/// The rule about pages that nobody links to.
const ORPHAN_PAGE: &str = "LINK010";

/// Pages whose facts are held against each other, one after the other.
pub struct Join {
    site: Site,
    groups: Arc<Groups>,
    later: Sorted,
    /// The entry of `later` that was read and belongs to a page to come.
    waiting: Option<SortEntry>,
    next: usize,
}

/// What is found, before it is in order.
struct JudgedLink<'r> {
    rule: RuleId,
    place: &'r Place,
    message: Message,
    fix: Option<Fix>,
    details: Option<Box<Details>>,
}

impl Join {
    pub(super) fn new(table: FileTable, groups: Groups, later: Sorted) -> Result<Join, JoinError> {
        let groups = Arc::new(groups);
        let site = Site::told(table, groups.clone());
        Ok(Join { site, groups, later, waiting: None, next: 0 })
    }

    /// How many pages there are.
    pub fn pages(&self) -> usize {
        self.groups.pages().len()
    }

    /// The report on the next page, in the order of a run; `None` after the last. It has the findings
    /// that take other pages to find.
    ///
    /// # Errors
    /// If a temporary file cannot be read.
    pub fn next_report(&mut self) -> Result<Option<FileReport>, JoinError> {
        let Some(&page) = self.groups.pages().get(self.next) else { return Ok(None) };
        self.next += 1;
        if self.next.is_multiple_of(LOOKED_AT) && self.site.remembered() > REMEMBERED {
            self.site.forget_all();
        }
        let path = self.site.table().path(page).to_owned();
        let rows = self.groups.rows(page)?;
        let later = self.later_of(&path)?;
        let (row, facts) = facts(&rows);
        let findings =
            row.map_or_else(Vec::new, |row| self.findings(page, row, &facts, &rows, &later));
        let empty = FileReport::empty(PathBuf::from(&path), path);
        Ok(Some(FileReport { findings, ..empty }))
    }

    /// The fields of a page whose values earlier pages have.
    fn later_of(&mut self, path: &str) -> io::Result<Vec<Later>> {
        let key = key_of(path);
        let mut found = Vec::new();
        loop {
            let entry = match self.waiting.take() {
                Some(entry) => Some(entry),
                None => self.later.next()?,
            };
            match entry {
                Some((page, value)) if page == key => found.push(serde_json::from_slice(&value)?),
                entry => {
                    self.waiting = entry;
                    return Ok(found);
                }
            }
        }
    }

    fn findings(
        &self,
        page: FileId,
        row: &PageRow,
        facts: &PageFacts,
        rows: &[Fact],
        later: &[Later],
    ) -> Vec<Finding> {
        let mut found = Vec::new();
        let is_link = |id: &String| {
            rules::builtin().find(id).is_some_and(|(group, _)| group.name == "targets")
        };
        if row.rules.keys().any(is_link) {
            self.links(page, facts, rows, &mut found);
        }
        fields(rows, later, &mut found);
        if let Some(place) = &row.first
            && row.rules.contains_key(ORPHAN_PAGE)
            && is_orphan(&self.site, page)
        {
            found.push(JudgedLink {
                rule: id(ORPHAN_PAGE),
                place,
                message: ORPHAN.into(),
                fix: None,
                details: None,
            });
        }
        found.retain(|found| {
            let is_off = found.place.off.iter().any(|rule| found.rule == **rule);
            row.rules.contains_key(found.rule.as_str()) && !is_off
        });
        // As the rules report: by place, and at one place in the order of the table.
        found.sort_by_key(|found| (found.place.span.0, found.rule.number()));
        let mut occurrences = Occurrences::new(&row.path);
        let finding = |found: JudgedLink| {
            let severity = row.rules.get(found.rule.as_str()).copied().unwrap_or(Severity::Warning);
            let position = |(line, column)| Position { line, column };
            Some(Finding {
                rule: found.rule,
                severity,
                span: found.place.span(),
                start: position(found.place.start),
                end: position(found.place.end),
                message: found.message,
                fix: found.fix,
                details: found.details,
                fingerprint: occurrences.next(found.rule, found.place.context()?),
            })
        };
        found.into_iter().filter_map(finding).collect()
    }

    fn links<'r>(
        &self,
        page: FileId,
        facts: &PageFacts,
        rows: &'r [Fact],
        found: &mut Vec<JudgedLink<'r>>,
    ) {
        let links: Vec<&LinkRow> = rows
            .iter()
            .filter_map(|row| if let Fact::Link(link) = row { Some(link) } else { None })
            .collect();
        let written = |at: usize| links[at].written.as_deref().unwrap_or(&links[at].target);
        let mut unchecked = Unchecked::new();
        for (at, dead) in judge(&self.site, page, facts, &written, &mut unchecked) {
            let rule = id(dead.fault.rule());
            found.push(JudgedLink {
                rule,
                place: &links[at].place,
                message: dead.message,
                fix: dead.fix,
                details: Some(Box::new(Details {
                    target: Some(dead.target),
                    leads_to: Some(dead.leads_to),
                    related: dead.uses.iter().filter_map(|&(at, _)| used(links[at])).collect(),
                })),
            });
        }
    }
}

/// Where a reference is used, as a place that belongs to a finding about its definition.
fn used(link: &LinkRow) -> Option<Related> {
    let used = link.used?;
    let position = |(line, column)| Position { line, column };
    let (start, end) = (position(used.start), position(used.end));
    Some(Related { path: None, span: used.span(), start, end, message: USED.into() })
}

fn fields<'r>(rows: &'r [Fact], later: &[Later], found: &mut Vec<JudgedLink<'r>>) {
    let fields: Vec<&FieldRow> = rows
        .iter()
        .filter_map(|row| if let Fact::Field(field) = row { Some(field) } else { None })
        .collect();
    for later in later {
        let Some(field) = fields.iter().find(|field| field.at == later.at) else { continue };
        let Later { first, line, .. } = later;
        let message = rules::yaml::is_taken(&field.name, &field.value, first, *line);
        found.push(JudgedLink {
            rule: id(UNIQUE),
            place: &field.place,
            message,
            fix: None,
            details: None,
        });
    }
}

/// The rule with this id, which is built in.
fn id(rule: &str) -> RuleId {
    rules::builtin().id(rule).expect("it is in the table")
}
