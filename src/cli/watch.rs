//! `validator watch`

use std::io::{self, Write};
use std::thread::sleep;
use std::time::Duration;

use clap::ValueEnum;
use serde_json::Value;

use super::opened::{self, explained};
use super::{Outcome, interrupt, terminal};
use crate::cli::candidates;
use crate::report::printable;
use crate::server::Token;
use crate::server::client::{Address, Follow};
use crate::store::Reader;
use crate::store::query::EventFilter;

/// How often the log of this project is looked at.
const LOOK: Duration = Duration::from_millis(50);
const PAGE: usize = 1_000;

/// Follow events: runs, findings and decisions
#[derive(clap::Args)]
#[command(after_help = "Examples:
  validator watch                          events of this project, from now on
  validator watch --since 0                all stored events, then new ones
  validator watch --url http://127.0.0.1:8585 --format json | jq .type")]
pub(super) struct WatchArgs {
    /// Follow a running server instead of this project
    #[arg(long)]
    url: Option<String>,
    /// Access token of the server
    #[arg(
        long,
        env = "VALIDATOR_TOKEN",
        hide_env_values = true,
        allow_hyphen_values = true,
        requires = "url"
    )]
    token: Option<String>,
    /// Wait until the server is reachable
    #[arg(long, requires = "url")]
    wait: bool,
    /// Start after this event (0: from the beginning)
    #[arg(long, value_name = "SEQ")]
    #[arg(value_parser = clap::value_parser!(i64).range(0..))]
    since: Option<i64>,
    /// Only events of this run
    #[arg(long, value_name = "ID", add = candidates::runs())]
    workflow: Option<String>,
    /// Output format
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: WatchFormat,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum WatchFormat {
    Text,
    /// One event a line, as it is in the log.
    Json,
}

pub(super) fn run(
    options: &WatchArgs,
    terminal: &terminal::TerminalArgs,
) -> anyhow::Result<Outcome> {
    interrupt::listen();
    match &options.url {
        Some(url) => follow_server(url, options, terminal),
        None => follow_record(options),
    }
}

fn follow_record(options: &WatchArgs) -> anyhow::Result<Outcome> {
    let store = opened::store()?;
    let workflow = options.workflow.as_deref().map(opened::workflow).transpose()?;
    let filter = EventFilter { workflow, ..EventFilter::default() };
    let reader = store.reader().map_err(explained)?;
    let mut cursor = match options.since {
        Some(since) => since,
        None => reader.log_state().map_err(explained)?.head,
    };
    while !interrupt::is_interrupted() {
        if !write_new(&reader, &mut cursor, filter, options.format)? {
            sleep(LOOK);
        }
    }
    Ok(Outcome::Interrupted)
}

/// Writes the next events; whether there were any.
fn write_new(
    reader: &Reader,
    cursor: &mut i64,
    filter: EventFilter,
    format: WatchFormat,
) -> anyhow::Result<bool> {
    let events = reader.events_since(*cursor, PAGE, filter).map_err(explained)?;
    let mut out = io::stdout().lock();
    for event in &events {
        write_frame(&event.to_json(), format, &mut out)?;
        *cursor = event.seq;
    }
    out.flush()?;
    Ok(!events.is_empty())
}

fn follow_server(
    url: &str,
    options: &WatchArgs,
    terminal: &terminal::TerminalArgs,
) -> anyhow::Result<Outcome> {
    let token = options.token.as_deref().map(Token::given).transpose()?;
    let address = Address::parse(url)?;
    let mut follow = Follow::new(address, token, options.since, options.workflow.as_deref());
    let mut lost = false;
    let mut is_patient = options.wait;
    while !interrupt::is_interrupted() {
        match follow.receive() {
            Ok(text) => {
                lost = false;
                is_patient = true;
                let mut out = io::stdout().lock();
                write_frame(&text, options.format, &mut out)?;
                out.flush()?;
            }
            Err(_) if interrupt::is_interrupted() => {}
            Err(error) if error.may_pass() && is_patient => {
                if !std::mem::replace(&mut lost, true) {
                    terminal.note(&[format!("{error}; trying again")]);
                }
                sleep(follow.pause());
            }
            Err(error) if error.may_pass() => {
                anyhow::bail!("{error}\nhelp: {}, or wait for it with --wait", error.hint())
            }
            Err(error) => anyhow::bail!("{error}\nhelp: {}", error.hint()),
        }
    }
    Ok(Outcome::Interrupted)
}

/// Events only; what keeps the connection alive is nobody's concern.
fn write_frame(text: &str, format: WatchFormat, out: &mut dyn Write) -> io::Result<()> {
    let frame: Value = serde_json::from_str(text)?;
    let kind = frame["type"].as_str().unwrap_or_default();
    if kind == "reset" {
        let said = "events before this are no longer kept";
        return writeln!(io::stderr(), "note: {said}");
    }
    if matches!(kind, "hello" | "caught_up" | "heartbeat") {
        return Ok(());
    }
    match format {
        WatchFormat::Json => writeln!(out, "{text}"),
        WatchFormat::Text => writeln!(out, "{}", line(kind, &frame)),
    }
}

/// `12:30:01  17  workflow_progress  wf_…  3/10  docs/page.md`
fn line(kind: &str, frame: &Value) -> String {
    let data = &frame["data"];
    let seq = frame["seq"].as_i64().unwrap_or_default();
    let mut line = format!("{}  {:>6}  {kind:<24}", clock(&frame["ts_us"]), seq);
    let mut add = |text: &str| {
        line.push_str("  ");
        line.push_str(&printable(text));
    };
    if let Some(id) = frame["workflow_id"].as_str() {
        add(id);
    }
    if let (Some(done), Some(total)) = (data["done"].as_u64(), data["total"].as_u64()) {
        add(&format!("{done}/{total}"));
    }
    for name in ["rule", "status", "path", "message", "reason"] {
        if let Some(text) = data[name].as_str() {
            add(text);
        }
    }
    line
}

fn clock(ts_us: &Value) -> String {
    let stamp = ts_us.as_i64().and_then(|us| jiff::Timestamp::from_microsecond(us).ok());
    let zoned = stamp.map(|stamp| stamp.to_zoned(jiff::tz::TimeZone::system()));
    zoned.map(|time| time.strftime("%H:%M:%S").to_string()).unwrap_or_default()
}
