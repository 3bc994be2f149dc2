//! `validator review approve`, `reject` and `reconsider`

use std::io::{self, Write};

use super::filter;
use crate::cli::Outcome;
use crate::cli::opened::explained;
use crate::cli::table::{Format, write_json};
use crate::diagnostic::{Fingerprint, Safety};
use crate::report::plural;
use crate::store::query::{FindingFilter, Page, RecommendationFilter};
use crate::store::{
    Actor, Approval, Decided, RecommendationState, Rejection, Store, StoreError, Verdict, Which,
};

/// Approve recommendations, one by one or all that fit
#[derive(clap::Args)]
#[command(after_help = "Examples:
  validator review approve 17 18
  validator review approve 17 --exclude 2,3        without its second and third change
  validator review approve --safety safe
  validator review approve --rule MD009 --path docs/api

Of many at once, only those that are safe are approved, unless --safety review is said.")]
pub(super) struct Approve {
    /// Numbers of recommendations
    #[arg(value_name = "ID")]
    ids: Vec<i64>,
    #[command(flatten)]
    filter: filter::Options,
    /// All that is proposed
    #[arg(long)]
    all: bool,
    /// Changes to leave out of the one that is approved, as `review show` numbers them
    #[arg(long, value_name = "NUMBER", value_delimiter = ',')]
    #[arg(value_parser = clap::value_parser!(u32).range(1..))]
    exclude: Vec<u32>,
    /// Approve what was rejected before, too
    #[arg(long, requires = "ids")]
    overrule: bool,
}

/// Reject recommendations or findings: they stay rejected in later runs
#[derive(clap::Args)]
#[command(after_help = "Examples:
  validator review reject 19 --reason \"tables are generated\"
  validator review reject --rule MD013 --path docs/api --reason \"long signatures\" --until 2027-01-31
  validator review reject 3f0e1f9a2b7c4d5e --reason \"meant so\"    a finding, by its fingerprint

A finding without a fix is rejected by its fingerprint, as the formats json and jsonl tell it.")]
pub(super) struct Reject {
    /// Numbers of recommendations, or fingerprints of findings
    #[arg(value_name = "ID")]
    ids: Vec<String>,
    #[command(flatten)]
    filter: filter::Options,
    /// All that is proposed
    #[arg(long)]
    all: bool,
    /// Why
    #[arg(long)]
    reason: String,
    /// The last day on which it holds, such as 2027-01-31
    #[arg(long, value_name = "DATE")]
    until: Option<String>,
}

/// Take the rejection of findings back: they count again
#[derive(clap::Args)]
#[command(after_help = "Examples:
  validator review rejected                        which findings are rejected
  validator review reconsider 3f0e1f9a2b7c4d5e")]
pub(super) struct Reconsider {
    /// Fingerprints of findings
    #[arg(value_name = "FINGERPRINT", required = true)]
    findings: Vec<String>,
}

pub(super) fn approve(options: &Approve, store: &Store, format: Format) -> anyhow::Result<Outcome> {
    if !options.exclude.is_empty() && options.ids.len() != 1 {
        anyhow::bail!("`--exclude` leaves changes out of one recommendation; name just one");
    }
    let mut left = 0;
    let which = match which(&options.ids, &options.filter, options.all, store)? {
        Which::All(filter) if !options.filter.says_safety() => {
            let review = RecommendationFilter { safety: Some(Safety::Review), ..filter.clone() };
            left = count(store, &review)?;
            Which::All(RecommendationFilter { safety: Some(Safety::Safe), ..filter })
        }
        which => which,
    };
    let exclude = options.exclude.iter().map(|&number| number as usize - 1).collect();
    let verdict = Verdict::Approve(Approval { exclude, overrule: options.overrule });
    let decided = decide(store, which, verdict)?;
    let outcome = tell(&decided, "approved", left, format)?;
    if format == Format::Text && !decided.done.is_empty() {
        writeln!(
            io::stdout(),
            "`validator enhance --diff` shows what it changes, `validator enhance` applies it"
        )?;
    }
    Ok(outcome)
}

pub(super) fn reject(options: &Reject, store: &Store, format: Format) -> anyhow::Result<Outcome> {
    let why = Rejection { reason: Some(options.reason.clone()), until: options.until.clone() };
    let mut ids = Vec::new();
    let mut prints = Vec::new();
    for text in &options.ids {
        match fingerprint(text) {
            Some(print) => prints.push(print),
            None => ids.push(text.parse().map_err(|_| {
                anyhow::anyhow!(
                    "`{text}` is neither the number of a recommendation nor a fingerprint"
                )
            })?),
        }
    }
    for print in &prints {
        reject_finding(store, *print, &why)?;
    }
    if ids.is_empty() && !prints.is_empty() {
        if format == Format::Text {
            writeln!(io::stdout(), "rejected {}", plural(prints.len(), "finding"))?;
        }
        return Ok(Outcome::Fine);
    }
    let which = which(&ids, &options.filter, options.all, store)?;
    tell(&decide(store, which, Verdict::Reject(why))?, "rejected", 0, format)
}

pub(super) fn reconsider(options: &Reconsider, store: &Store) -> anyhow::Result<Outcome> {
    for text in &options.findings {
        let print = fingerprint(text).ok_or_else(|| {
            anyhow::anyhow!("`{text}` is no fingerprint; `validator review rejected` lists them")
        })?;
        store.write(Actor::cli(), move |tx| tx.reconsider_finding(print)).map_err(explained)?;
        writeln!(io::stdout(), "{print} counts again")?;
    }
    Ok(Outcome::Fine)
}

/// The finding that is called so: sixteen hexadecimal digits, more than any number has.
fn fingerprint(text: &str) -> Option<Fingerprint> {
    text.parse().ok().filter(|_| text.len() == 16)
}

/// Rejects a finding that the newest validation of a file has.
fn reject_finding(store: &Store, print: Fingerprint, why: &Rejection) -> anyhow::Result<()> {
    let (rule, path) = find(store, print).map_err(explained)?.ok_or_else(|| {
        anyhow::anyhow!(
            "no file has the finding {print} as it was checked last\n\
             help: fingerprints stand in the formats json and jsonl"
        )
    })?;
    let why = why.clone();
    store
        .write(Actor::cli(), move |tx| tx.reject_finding(print, &rule, &path, &why))
        .map_err(explained)
}

/// The rule and the file of a finding.
fn find(store: &Store, print: Fingerprint) -> Result<Option<(String, String)>, StoreError> {
    store.snapshot(|reader| {
        let mut page = Page::first(crate::store::query::MAX_PAGE);
        loop {
            let found = reader.findings(&FindingFilter::default(), page)?;
            let known = found.items.into_iter().find(|row| row.finding.fingerprint == print);
            match (known, found.next) {
                (Some(row), _) => return Ok(Some((row.finding.rule, row.path))),
                (None, Some(next)) => page.after = Some(next),
                (None, None) => return Ok(None),
            }
        }
    })
}

/// Which ones are meant. What is not said is not taken for all.
fn which(ids: &[i64], filter: &filter::Options, all: bool, store: &Store) -> anyhow::Result<Which> {
    match (ids.is_empty(), filter.is_empty() && !all) {
        (false, true) => Ok(Which::These(ids.to_vec())),
        (true, false) => {
            let state = Some(RecommendationState::Proposed);
            Ok(Which::All(RecommendationFilter { state, ..filter.filter(store)? }))
        }
        _ => anyhow::bail!(
            "it is not clear which recommendations are meant\n\
             help: name their numbers, or else --rule, --path, --safety, --run or --all"
        ),
    }
}

fn count(store: &Store, filter: &RecommendationFilter) -> anyhow::Result<usize> {
    let ids = store.read(|reader| reader.recommendation_ids(filter)).map_err(explained)?;
    Ok(ids.len())
}

fn decide(store: &Store, which: Which, verdict: Verdict) -> anyhow::Result<Decided> {
    let decided = store.write(Actor::cli(), move |tx| tx.decide_many(&which, &verdict));
    decided.map_err(explained)
}

fn tell(decided: &Decided, done: &str, left: usize, format: Format) -> anyhow::Result<Outcome> {
    match format {
        Format::Json => write_json(decided, &mut io::stdout().lock())?,
        Format::Text => {
            let mut out = io::stdout().lock();
            writeln!(out, "{done} {}", plural(decided.done.len(), "recommendation"))?;
            if left > 0 {
                let noun = plural(left, "more");
                let noun = noun.trim_end_matches('s');
                writeln!(out, "{noun} need a look: `validator review`, or add --safety review")?;
            }
        }
    }
    for refused in &decided.refused {
        // If standard error is gone, the exit status still tells.
        let _ = writeln!(io::stderr(), "error: {}", refused.message);
    }
    if decided.done.is_empty() && decided.refused.is_empty() && left == 0 {
        let _ = writeln!(io::stderr(), "error: nothing is proposed that fits");
        return Ok(Outcome::Unanswered);
    }
    Ok(if decided.refused.is_empty() { Outcome::Fine } else { Outcome::Unanswered })
}
