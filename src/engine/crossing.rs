//! What of a page other pages are held against, and what of it is held against them: enough to find
//! later, without the page, what is found when all pages are at hand.

use super::check::{CheckOptions, CheckSubject};
use super::paths::root_relative;
use super::suppress::{self, Switches};
use super::{File, Workspace, place};
use crate::config::{Comments, ConfigError, FileRules};
use crate::diagnostic::{RuleId, Severity};
use crate::document::{Directive, DirectiveKind, Document};
use crate::rules::{Claim, Needs, Page};
use crate::site::facts::PageFacts;
use crate::site::github_facts;
use crate::text::{Position, Span};

pub use place::Context;

/// What crosses the bounds of a page.
pub struct Crossing {
    /// The rules about other pages that count for this one.
    pub rules: Vec<(RuleId, Severity)>,
    /// As GitHub shows the page.
    pub facts: PageFacts,
    /// Where findings about the page as a whole would stand, if there are rules for that.
    pub first: Option<Spot>,
    /// Where the findings about links would stand, in the order of the links.
    pub links: Vec<Spot>,
    /// Values that no other page may have, with where the findings about them would stand.
    pub claims: Vec<(Claim, Spot)>,
}

/// Where a finding would stand.
#[derive(Clone, Debug)]
pub struct Spot {
    pub span: Span,
    pub start: Position,
    pub end: Position,
    /// By what it would be known again.
    pub context: Context,
    /// The rules that comments have switched off there.
    pub off: Vec<RuleId>,
}

/// What crosses the bounds of a page; nothing for a data file.
///
/// # Errors
/// If the configuration that counts for the file has mistakes.
pub fn crossing(
    workspace: &Workspace,
    file: &File,
    doc: &Document,
) -> Result<Option<Crossing>, ConfigError> {
    let settings = workspace.settings_for(&file.path)?;
    if doc.format.is_some() {
        return Ok(None);
    }
    let path = root_relative(workspace.root(), &file.path);
    let subject = CheckSubject::new(workspace, &settings, file, &path, &CheckOptions::default());
    // The values count whatever comments say: so do they in a run.
    let claims = settings.rules.rules.claims(&Page::alone(doc));
    let (rules, switches) = subject.rules_of(doc)?;
    let crossing = rules.rules.rules.iter().filter(|rule| rule.meta.needs != Needs::Nothing);
    let is_awake = |id: &str| !rules.dormant.contains(&id) || switches.is_some();
    let rules: Vec<_> =
        crossing.map(|rule| (rule.id, rule.severity)).filter(|(id, _)| is_awake(id)).collect();
    let facts = github_facts(doc);
    let is_about_page = |(id, _): &(RuleId, _)| id.is_of_page();
    let first = doc.first_content().filter(|_| rules.iter().any(is_about_page));
    let links = facts.links.iter().map(|link| doc.first_line(link.definition.unwrap_or(link.span)));
    let spans = first.map(|first| doc.first_line(first)).into_iter().chain(links);
    let spans: Vec<Span> = spans.chain(claims.iter().map(|claim| claim.span)).collect();
    let off = |span: Span| {
        let line = doc.line_of(span.start());
        let is_off = |id: RuleId| switches.as_ref().is_some_and(|found| !found.is_on(id, line));
        rules.iter().map(|(id, _)| *id).filter(|id| is_off(*id)).collect()
    };
    let mut spots = place::contexts(doc, &spans)
        .into_iter()
        .zip(&spans)
        .map(|((start, end, context), &span)| Spot { span, start, end, context, off: off(span) });
    let first = first.and_then(|_| spots.next());
    let links = spots.by_ref().take(facts.links.len()).collect();
    let claims = claims.into_iter().zip(spots).collect();
    Ok(Some(Crossing { rules, facts, first, links, claims }))
}

impl CheckSubject<'_> {
    /// The rules for a page as its comments want them, and where they have them on; nothing if there
    /// are no such comments.
    fn rules_of(
        &self,
        doc: &Document,
    ) -> Result<(std::sync::Arc<FileRules>, Option<Switches>), ConfigError> {
        if doc.directives.is_empty() || !self.settings.reads_comments {
            return Ok((self.settings.rules.clone(), None));
        }
        let is_configuration =
            |directive: &&Directive| directive.kind == DirectiveKind::ConfigureFile;
        let configure = doc.directives.iter().filter(is_configuration);
        let texts: Vec<&str> = configure.map(|directive| doc.slice(directive.argument)).collect();
        let comments = Comments { configure: &texts, enable: &suppress::enabled(doc) };
        let rules = self.workspace.rules_with_comments(self.path, &comments)?.rules;
        let is_on = |id: &str| {
            !rules.dormant.contains(&id) && rules.rules.rules.iter().any(|rule| rule.meta.id == id)
        };
        let switches = Switches::read(self.registry(), doc, is_on);
        Ok((rules, Some(switches)))
    }
}
