//! `validator review approve`, `reject` and `restore`

use std::collections::HashMap;
use std::io::{self, Write};

use jiff::Zoned;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::filter;
use crate::cli::Outcome;
use crate::cli::candidates;
use crate::cli::opened::explained;
use crate::cli::table::{TableFormat, write_json};
use crate::diagnostic::Fingerprint;
use crate::report::plural;
use crate::store::query::{FindingFilter, ListPage, RecommendationFilter};
use crate::store::{
    Actor, Approval, Decided, RecommendationState, Rejection, ReviewVerdict, Store, StoreError, Tx,
    Which,
};

/// Approve recommendations
#[derive(clap::Args)]
#[command(after_help = "Examples:
  validator review approve 17 18
  validator review approve 17 --exclude 2,3        without its second and third change
  validator review approve --safety safe
  validator review approve --rule MD009 --path docs/api

Of several at once, only safe ones are approved, unless --safety review is given.")]
pub(super) struct ApproveArgs {
    /// Recommendation ids
    #[arg(value_name = "ID", add = candidates::recommendations())]
    ids: Vec<i64>,
    #[command(flatten)]
    filter: filter::SelectArgs,
    /// All proposed recommendations
    #[arg(long)]
    all: bool,
    /// Changes to leave out, as numbered by `review show`
    #[arg(long, value_name = "NUMBER", value_delimiter = ',')]
    #[arg(value_parser = clap::value_parser!(u32).range(1..))]
    exclude: Vec<u32>,
    /// Also approve what was rejected before
    #[arg(long, requires = "ids")]
    overrule: bool,
}

/// Reject recommendations or findings, also for later runs
#[derive(clap::Args)]
#[command(after_help = "Examples:
  validator review reject 19 --reason \"tables are generated\"
  validator review reject --rule MD013 --path docs/api --reason \"long signatures\" --until 2027-01-31
  validator review reject 3f0e1f9a2b7c4d5e --reason \"meant so\"    a finding, by its fingerprint

A finding without a fix is rejected by its fingerprint, which the formats json and jsonl contain.")]
pub(super) struct RejectArgs {
    /// Recommendation ids, or fingerprints of findings
    #[arg(value_name = "ID", add = candidates::recommendations())]
    ids: Vec<String>,
    #[command(flatten)]
    filter: filter::SelectArgs,
    /// All proposed recommendations
    #[arg(long)]
    all: bool,
    /// Reason
    #[arg(long)]
    reason: String,
    /// Last day of the rejection, such as 2027-01-31
    #[arg(long, value_name = "DATE")]
    until: Option<String>,
}

/// Restore rejected findings
#[derive(clap::Args)]
#[command(after_help = "Examples:
  validator review rejected                        list rejected findings
  validator review restore 3f0e1f9a2b7c4d5e")]
pub(super) struct RestoreArgs {
    /// Fingerprints of findings
    #[arg(value_name = "FINGERPRINT", required = true)]
    findings: Vec<String>,
}

pub(super) fn approve(
    options: &ApproveArgs,
    store: &Store,
    format: TableFormat,
) -> anyhow::Result<Outcome> {
    if !options.exclude.is_empty() && options.ids.len() != 1 {
        anyhow::bail!("`--exclude` leaves changes out of one recommendation; name just one");
    }
    let which = which(&options.ids, &options.filter, options.all, store)?;
    let exclude = options.exclude.iter().map(|&number| number as usize - 1).collect();
    let verdict = ReviewVerdict::Approve(Approval { exclude, overrule: options.overrule });
    let decided = decide(store, which, verdict)?;
    let outcome = tell(&decided, "approved", format)?;
    if format == TableFormat::Text && !decided.done.is_empty() {
        writeln!(
            io::stdout(),
            "`validator apply --diff` shows what it changes, `validator apply` applies it"
        )?;
    }
    Ok(outcome)
}

pub(super) fn reject(
    options: &RejectArgs,
    store: &Store,
    format: TableFormat,
) -> anyhow::Result<Outcome> {
    let why = Rejection { reason: Some(options.reason.clone()), until: options.until.clone() };
    if let Some(date) = options.until.as_deref().and_then(|date| date.parse::<Date>().ok())
        && date < Zoned::now().with_time_zone(TimeZone::UTC).date()
    {
        // If standard error is gone, nobody wants to know.
        let _ = writeln!(
            io::stderr(),
            "note: {date} is in the past, so the rejection does not hold in later runs"
        );
    }
    let mut ids: Vec<i64> = Vec::new();
    let mut prints = Vec::new();
    for text in &options.ids {
        match (fingerprint(text), text.parse()) {
            (Some(print), _) => prints.push(print),
            (None, Ok(id)) => ids.push(id),
            (None, Err(_)) => {
                anyhow::bail!("`{text}` is neither a recommendation id nor a fingerprint")
            }
        }
    }
    if !prints.is_empty() {
        reject_findings(store, &prints, &why)?;
        tell_findings("rejected", &prints, format)?;
        if ids.is_empty() && options.filter.is_empty() && !options.all {
            return Ok(Outcome::Fine);
        }
    }
    let which = which(&ids, &options.filter, options.all, store)?;
    tell(&decide(store, which, ReviewVerdict::Reject(why))?, "rejected", format)
}

/// Restores rejected findings; `done` is what has become of them.
pub(super) fn restore(
    options: &RestoreArgs,
    store: &Store,
    format: TableFormat,
    done: &str,
) -> anyhow::Result<Outcome> {
    let mut prints = Vec::new();
    for text in &options.findings {
        prints.push(fingerprint(text).ok_or_else(|| {
            anyhow::anyhow!(
                "`{text}` is not a fingerprint\nhelp: `validator review rejected` lists them"
            )
        })?);
    }
    let restored = prints.clone();
    store
        .write(Actor::cli(), move |tx| {
            restored.iter().try_for_each(|print| tx.reconsider_finding(*print))
        })
        .map_err(explained)?;
    tell_findings(done, &prints, format)?;
    Ok(Outcome::Fine)
}

/// The finding that is called so: sixteen hexadecimal digits, more than any number has.
fn fingerprint(text: &str) -> Option<Fingerprint> {
    text.parse().ok().filter(|_| text.len() == 16)
}

/// Rejects findings that the newest validations of files have, all or none.
fn reject_findings(store: &Store, prints: &[Fingerprint], why: &Rejection) -> anyhow::Result<()> {
    let found = find(store, prints).map_err(explained)?;
    if let Some(unknown) = prints.iter().find(|print| !found.contains_key(print)) {
        anyhow::bail!(
            "no file has the finding {unknown} in its latest check\n\
             help: the formats json and jsonl contain the fingerprints"
        );
    }
    let why = why.clone();
    let reject = move |tx: &Tx| {
        let mut found = found.iter();
        found.try_for_each(|(print, (rule, path))| tx.reject_finding(*print, rule, path, &why))
    };
    store.write(Actor::cli(), reject).map_err(explained)
}

/// The rules and files of findings.
fn find(
    store: &Store,
    prints: &[Fingerprint],
) -> Result<HashMap<Fingerprint, (String, String)>, StoreError> {
    let mut known = HashMap::new();
    store.snapshot(|reader| {
        let mut page = ListPage::first(crate::store::query::MAX_PAGE);
        loop {
            let found = reader.findings(&FindingFilter::default(), page)?;
            for row in found.items {
                if prints.contains(&row.finding.fingerprint) {
                    known.insert(row.finding.fingerprint, (row.finding.rule, row.path));
                }
            }
            match found.next {
                Some(next) if known.len() < prints.len() => page.after = Some(next),
                _ => return Ok(()),
            }
        }
    })?;
    Ok(known)
}

fn tell_findings(done: &str, prints: &[Fingerprint], format: TableFormat) -> anyhow::Result<()> {
    let mut out = io::stdout().lock();
    match format {
        TableFormat::Json => {
            let prints: Vec<String> = prints.iter().map(ToString::to_string).collect();
            write_json(&serde_json::json!({ done: prints }), &mut out)?;
        }
        TableFormat::Text => writeln!(out, "{done} {}", plural(prints.len(), "finding"))?,
    }
    Ok(())
}

/// Which ones are meant. What is not said is not taken for all.
fn which(
    ids: &[i64],
    filter: &filter::SelectArgs,
    all: bool,
    store: &Store,
) -> anyhow::Result<Which> {
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

fn decide(store: &Store, which: Which, verdict: ReviewVerdict) -> anyhow::Result<Decided> {
    let decided = store.write(Actor::cli(), move |tx| tx.decide_many(&which, &verdict));
    decided.map_err(explained)
}

fn tell(decided: &Decided, done: &str, format: TableFormat) -> anyhow::Result<Outcome> {
    let left = decided.left_out;
    match format {
        TableFormat::Json => write_json(decided, &mut io::stdout().lock())?,
        TableFormat::Text => {
            let mut out = io::stdout().lock();
            writeln!(out, "{done} {}", plural(decided.done.len(), "recommendation"))?;
            if left > 0 {
                let noun = plural(left, "more");
                writeln!(out, "{noun} need review: `validator review`, or add --safety review")?;
            }
        }
    }
    for refused in &decided.refused {
        // If standard error is gone, the exit status still tells.
        let _ = writeln!(io::stderr(), "error: {}", refused.message);
    }
    if decided.done.is_empty() && decided.refused.is_empty() && left == 0 {
        let _ = writeln!(io::stderr(), "error: no proposed recommendation matches");
        return Ok(Outcome::Unanswered);
    }
    Ok(if decided.refused.is_empty() { Outcome::Fine } else { Outcome::Unanswered })
}
