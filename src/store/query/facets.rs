//! How many findings there would be with each value of each filter.

use std::borrow::Borrow;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use rusqlite::Connection;
use schemars::JsonSchema;
use serde::Serialize;

use super::sieve::{BASELINE, FIX, Hit, NEW, OWNER, REJECTED, RULE, SEVERITY, TYPE};
use super::{FindingSearch, NO_OWNER, Reader};
use crate::diagnostic::{Safety, Severity};
use crate::engine::Owners;
use crate::rules::{self, ValidationType};
use crate::store::error::StoreError;
use crate::store::id::WorkflowId;
use crate::store::model::Counts;

/// The findings that are wanted, counted. What a facet counts fits all filters but its own, so that
/// it says what choosing another value would give.
#[derive(Clone, Debug, Default, PartialEq, Serialize, JsonSchema)]
pub struct Facets {
    pub total: u64,
    /// Files that they are in.
    pub pages: u64,
    /// Most first.
    pub rules: Vec<RuleFacet>,
    pub severities: Counts,
    pub types: Vec<TypeFacet>,
    pub fixes: Fixes,
    /// What is directly in the directory that is asked for, most first.
    pub directories: Vec<DirectoryFacet>,
    /// Most first; empty where nobody says who owns what.
    pub owners: Vec<OwnerFacet>,
    /// Only where there is a run that says what is new.
    pub changes: Option<FacetChanges>,
    /// Only where the project has a baseline.
    pub baseline: Option<BaselineFacet>,
    pub reviews: Reviews,
}

/// Findings of one rule.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct RuleFacet {
    pub rule: String,
    /// Its name in words; empty if this version does not know the rule.
    pub name: String,
    /// The highest.
    pub severity: Severity,
    pub count: u64,
}

/// Findings of all rules of one type.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct TypeFacet {
    #[serde(rename = "type")]
    pub validation_type: ValidationType,
    pub count: u64,
}

/// Findings by the fix that they have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Fixes {
    pub safe: u64,
    pub review: u64,
    pub none: u64,
}

/// Findings in a directory with all below it, or in a file.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct DirectoryFacet {
    pub path: String,
    pub is_directory: bool,
    pub count: u64,
}

/// Findings in files of one owner. A file may have several.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct OwnerFacet {
    /// As CODEOWNERS names it; `none` for files that nobody owns.
    pub owner: String,
    pub count: u64,
}

/// Findings by whether they were known before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct FacetChanges {
    /// The run that says so.
    pub since: WorkflowId,
    pub new: u64,
    pub known: u64,
}

/// Findings by whether the project's baseline has them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct BaselineFacet {
    pub new: u64,
    pub known: u64,
    /// What is in the baseline and found no more, in whatever file.
    pub resolved: u64,
}

/// Findings by whether a rejection of them holds today.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Reviews {
    pub open: u64,
    pub rejected: u64,
}

impl<C: Borrow<Connection>> Reader<C> {
    /// Counts the findings that are wanted by everything that they can be filtered by.
    ///
    /// # Errors
    /// If the run history cannot be read, or has no such run.
    pub fn facets(&self, search: &FindingSearch) -> Result<Facets, StoreError> {
        let mut counting = Counting::new(search);
        self.each_hit(search, |hit| counting.add(hit))?;
        let mut facets = counting.end();
        if let (Some(baseline), Some(facet)) = (&search.baseline, &mut facets.baseline) {
            let mut found = HashSet::new();
            self.each_hit(&FindingSearch::default(), |hit| {
                if baseline.contains(&hit.row.fingerprint) {
                    found.insert(hit.row.fingerprint);
                }
            })?;
            facet.resolved = (baseline.len() - found.len()) as u64;
        }
        Ok(facets)
    }
}

/// Facets that are being counted.
struct Counting {
    facets: Facets,
    /// The directory that is asked for, with `/` at its end; empty for the root.
    directory: String,
    /// The places of rules among the facets, and their types.
    rules: HashMap<String, usize>,
    rule_types: Vec<Option<ValidationType>>,
    /// The places of the rules of the file that is being counted, by kind.
    kinds: Vec<Option<usize>>,
    directories: HashMap<String, usize>,
    types: HashMap<ValidationType, u64>,
    ownership: Option<Arc<Owners>>,
    owners: HashMap<String, usize>,
    /// The places among the facets of the owners of the file that is being counted.
    of_file: Vec<usize>,
    /// The file that is being counted, and whether it has something that fits.
    file: i64,
    has_hit: bool,
    /// Where the file is counted among the directories.
    place: Option<usize>,
}

impl Counting {
    fn new(search: &FindingSearch) -> Self {
        let path = search.filter.path.as_deref().unwrap_or_default().trim_end_matches('/');
        let is_directory = !path.is_empty() && !path.contains(['*', '?', '[']);
        Counting {
            facets: Facets {
                changes: search.since.map(|since| FacetChanges { since, new: 0, known: 0 }),
                baseline: search.baseline.as_ref().map(|_| BaselineFacet::default()),
                ..Facets::default()
            },
            directory: if is_directory { format!("{path}/") } else { String::new() },
            rules: HashMap::new(),
            rule_types: Vec::new(),
            kinds: Vec::new(),
            directories: HashMap::new(),
            types: HashMap::new(),
            ownership: search.owners.clone(),
            owners: HashMap::new(),
            of_file: Vec::new(),
            file: 0,
            has_hit: false,
            place: None,
        }
    }

    fn add(&mut self, hit: &Hit) {
        if self.file != hit.validation {
            (self.file, self.has_hit) = (hit.validation, false);
            self.place = self.directory(hit.path);
            self.own(hit.path);
            self.kinds.clear();
        }
        let rule = self.rule(hit);
        if hit.fits_but_for(RULE) {
            let facet = &mut self.facets.rules[rule];
            facet.count += 1;
            facet.severity = facet.severity.max(hit.kind.severity);
        }
        if hit.fits_but_for(SEVERITY) {
            self.facets.severities.add(hit.kind.severity, 1);
        }
        if hit.fits_but_for(TYPE)
            && let Some(validation_type) = self.rule_types[rule]
        {
            *self.types.entry(validation_type).or_default() += 1;
        }
        if hit.fits_but_for(FIX) {
            let fixes = &mut self.facets.fixes;
            *match hit.row.fix {
                Some(Safety::Safe) => &mut fixes.safe,
                Some(Safety::Review) => &mut fixes.review,
                None => &mut fixes.none,
            } += 1;
        }
        if hit.fits_but_for(NEW)
            && let Some(changes) = &mut self.facets.changes
        {
            *if hit.is_new { &mut changes.new } else { &mut changes.known } += 1;
        }
        if hit.fits_but_for(BASELINE)
            && let Some(baseline) = &mut self.facets.baseline
        {
            *if hit.is_baselined { &mut baseline.known } else { &mut baseline.new } += 1;
        }
        if hit.fits_but_for(REJECTED) {
            let reviews = &mut self.facets.reviews;
            *if hit.is_rejected { &mut reviews.rejected } else { &mut reviews.open } += 1;
        }
        if hit.fits_but_for(OWNER) {
            for &owner in &self.of_file {
                self.facets.owners[owner].count += 1;
            }
        }
        if hit.fits() {
            self.facets.total += 1;
            self.facets.pages += u64::from(!self.has_hit);
            self.has_hit = true;
            if let Some(place) = self.place {
                self.facets.directories[place].count += 1;
            }
        }
    }

    /// The place among the facets of the finding's rule.
    fn rule(&mut self, hit: &Hit) -> usize {
        let kind = hit.row.kind;
        if let Some(Some(known)) = self.kinds.get(kind) {
            return *known;
        }
        let rule = hit.kind.rule;
        let at = self.rules.get(rule).copied().unwrap_or_else(|| {
            let known = rules::builtin().find(rule);
            let name = known.map_or("", |(_, entry)| entry.meta.name).to_owned();
            let severity = Severity::Info;
            self.facets.rules.push(RuleFacet { rule: rule.to_owned(), name, severity, count: 0 });
            self.rule_types.push(known.map(|(group, _)| group.validation));
            self.rules.insert(rule.to_owned(), self.facets.rules.len() - 1);
            self.facets.rules.len() - 1
        });
        if self.kinds.len() <= kind {
            self.kinds.resize(kind + 1, None);
        }
        self.kinds[kind] = Some(at);
        at
    }

    /// Finds the owners of the file that is counted next.
    fn own(&mut self, path: &str) {
        let Some(ownership) = self.ownership.clone() else { return };
        self.of_file.clear();
        let mut named: Vec<&str> = ownership.each(path).collect();
        if named.is_empty() {
            named.push(NO_OWNER);
        }
        for owner in named {
            let next = self.facets.owners.len();
            let at = *self.owners.entry(owner.to_owned()).or_insert(next);
            if at == next {
                self.facets.owners.push(OwnerFacet { owner: owner.to_owned(), count: 0 });
            }
            if !self.of_file.contains(&at) {
                self.of_file.push(at);
            }
        }
    }

    /// Where a file is counted among what is directly in the directory.
    fn directory(&mut self, path: &str) -> Option<usize> {
        let below = path.strip_prefix(self.directory.as_str())?;
        let (length, is_directory) = match below.find('/') {
            Some(length) => (length, true),
            None => (below.len(), false),
        };
        let place = &path[..self.directory.len() + length];
        if let Some(&at) = self.directories.get(place) {
            return Some(at);
        }
        self.facets.directories.push(DirectoryFacet {
            path: place.to_owned(),
            is_directory,
            count: 0,
        });
        let at = self.facets.directories.len() - 1;
        self.directories.insert(place.to_owned(), at);
        Some(at)
    }

    fn end(self) -> Facets {
        let mut facets = self.facets;
        facets.rules.retain(|rule| rule.count > 0);
        facets.rules.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.rule.cmp(&b.rule)));
        facets.directories.retain(|directory| directory.count > 0);
        facets.directories.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.path.cmp(&b.path)));
        facets.owners.retain(|owner| owner.count > 0);
        facets.owners.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.owner.cmp(&b.owner)));
        let counted = ValidationType::ALL.iter().filter_map(|known| {
            let count = *self.types.get(known)?;
            Some(TypeFacet { validation_type: *known, count })
        });
        facets.types = counted.collect();
        facets
    }
}
