//! `validator review` on a terminal: one recommendation after the other, decided by single keys.

use std::io::{self, Write};

use console::{Key, Term};

use super::heading::heading;
use super::session::{Press, ReviewSession, ReviewStep};
use super::{card, filter};
use crate::cli::opened::explained;
use crate::cli::{Outcome, terminal};
use crate::diagnostic::Safety;
use crate::report::{Style, plural, wrapped};
use crate::store::query::RecommendationFilter;
use crate::store::{
    Actor, Approval, Recommendation, RecommendationState, Rejection, ReviewVerdict, Store,
    StoreError, Which,
};

const KEYS: &str =
    "[y]es  [n]o  [s]kip  [b]ack  [1-9] leave a change out  [a]ll safe of this rule  [q]uit  [?]";

const HELP: &str = "\
  y      approve it, without the changes that are left out
  n      reject it, with a reason; its findings stay rejected in later runs
  1-9    leave the change of this number out, or take it in again
  a      approve all safe recommendations of the same rule
  s, →   decide later, go on
  b, ←   go back
  q      stop; what is decided is recorded
";

pub(super) fn run(
    filter: &filter::SelectArgs,
    store: &Store,
    terminal: &terminal::TerminalArgs,
) -> anyhow::Result<Outcome> {
    let state = Some(RecommendationState::Proposed);
    let filter = RecommendationFilter { state, ..filter.filter(store)? };
    let ids = store.read(|reader| reader.recommendation_ids(&filter)).map_err(explained)?;
    if ids.is_empty() {
        writeln!(io::stdout(), "no proposed recommendations")?;
        return Ok(Outcome::Fine);
    }
    let style = terminal.stdout();
    let heading = heading(store, &filter)?;
    let mut table = ActionTable {
        store,
        style,
        term: Term::stdout(),
        session: ReviewSession::new(ids),
        heading,
        filter,
        approved: 0,
        rejected: 0,
    };
    let outcome = table.decide()?;
    table.conclude()?;
    Ok(outcome)
}

/// Where it is decided.
struct ActionTable<'s> {
    store: &'s Store,
    style: Style,
    term: Term,
    session: ReviewSession,
    /// What is reviewed. It is shown with each one, since all that is above scrolls away.
    heading: String,
    filter: RecommendationFilter,
    approved: usize,
    rejected: usize,
}

impl ActionTable<'_> {
    fn decide(&mut self) -> anyhow::Result<Outcome> {
        while let Some(id) = self.session.current() {
            let item = self.store.read(|reader| reader.recommendation(id)).map_err(explained)?;
            if item.state != RecommendationState::Proposed && !self.session.looks_again() {
                // Decided meanwhile, here or elsewhere.
                self.session.go_on();
                continue;
            }
            self.show(&item)?;
            loop {
                let press = self.press()?;
                match self.session.press(press) {
                    ReviewStep::Quit if press == Press::Stop => return Ok(Outcome::Interrupted),
                    ReviewStep::Quit => return Ok(Outcome::Fine),
                    ReviewStep::Unknown => {}
                    ReviewStep::Help => self.say(HELP)?,
                    step => {
                        self.take(&item, step)?;
                        break;
                    }
                }
            }
        }
        Ok(Outcome::Fine)
    }

    /// Carries a decision out.
    fn take(&mut self, item: &Recommendation, step: ReviewStep) -> anyhow::Result<()> {
        match step {
            ReviewStep::Approve(exclude) => {
                let (id, approval) = (item.id, Approval { exclude, overrule: false });
                let result = self.store.write(Actor::cli(), move |tx| tx.approve(id, &approval));
                if self.went_well(result)? {
                    self.approved += 1;
                    self.say("approved\n")?;
                }
                self.session.go_on();
            }
            ReviewStep::Reject => self.reject(item.id)?,
            ReviewStep::ApproveRule => self.approve_rule(&item.rule)?,
            _ => {}
        }
        Ok(())
    }

    fn show(&mut self, item: &Recommendation) -> io::Result<()> {
        let mut shown = item.clone();
        for (place, change) in shown.changes.iter_mut().enumerate() {
            change.excluded = self.session.excluded().contains(&place);
        }
        self.session.shows(shown.changes.len());
        let (at, all) = self.session.place();
        let card = card::draw(&self.style, self.store, &shown);
        let rule = "─".repeat(self.style.width.min(72));
        let heading = wrapped(&self.heading, self.style.width).join("\n");
        self.say(&format!("\n{rule}\n{heading}\n\n{at} of {all}: {card}\n{KEYS}\n"))
    }

    fn press(&self) -> io::Result<Press> {
        match self.term.read_key_raw() {
            Ok(Key::Char('\u{3}' | '\u{4}') | Key::CtrlC) => Ok(Press::Stop),
            Ok(Key::Char(key)) => Ok(Press::Char(key)),
            Ok(Key::ArrowRight | Key::ArrowDown) => Ok(Press::Next),
            Ok(Key::ArrowLeft | Key::ArrowUp) => Ok(Press::Back),
            Ok(Key::Unknown) => Ok(Press::Other),
            Ok(_) => Ok(Press::Other),
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(Press::Stop),
            Err(error) => Err(error),
        }
    }

    fn reject(&mut self, id: i64) -> anyhow::Result<()> {
        self.say("why? (nothing: do not reject) ")?;
        let reason = self.term.read_line()?.trim().to_owned();
        if reason.is_empty() {
            return Ok(());
        }
        let why = Rejection { reason: Some(reason), until: None };
        let result = self.store.write(Actor::cli(), move |tx| tx.reject(id, &why));
        if self.went_well(result)? {
            self.rejected += 1;
            self.say("rejected\n")?;
        }
        self.session.go_on();
        Ok(())
    }

    fn approve_rule(&mut self, rule: &str) -> anyhow::Result<()> {
        let filter = RecommendationFilter {
            rule: Some(rule.to_owned()),
            safety: Some(Safety::Safe),
            ..self.filter.clone()
        };
        let (which, verdict) = (Which::All(filter), ReviewVerdict::Approve(Approval::default()));
        let decided = self.store.write(Actor::cli(), move |tx| tx.decide_many(&which, &verdict));
        let decided = decided.map_err(explained)?;
        self.approved += decided.done.len();
        let noun = plural(decided.done.len(), "safe recommendation");
        self.say(&format!("approved {noun} of {rule}\n"))?;
        Ok(())
    }

    /// Whether it was recorded; what others have decided meanwhile is said and stays.
    fn went_well(&mut self, result: Result<(), StoreError>) -> anyhow::Result<bool> {
        match result {
            Ok(()) => Ok(true),
            Err(error @ StoreError::Conflict { .. }) => {
                self.say(&format!("{error}\n"))?;
                Ok(false)
            }
            Err(error) => Err(explained(error)),
        }
    }

    fn conclude(&mut self) -> anyhow::Result<()> {
        let filter = self.filter.clone();
        let left = self.store.read(|reader| reader.recommendation_ids(&filter));
        let left = left.map_err(explained)?.len();
        let (approved, rejected) = (self.approved, self.rejected);
        self.say(&format!("\n{approved} approved, {rejected} rejected, {left} left\n"))?;
        if approved > 0 {
            self.say(
                "`validator apply --diff` shows what that changes, `validator apply` applies it\n",
            )?;
        }
        Ok(())
    }

    fn say(&mut self, text: &str) -> io::Result<()> {
        let mut out = io::stdout().lock();
        out.write_all(text.as_bytes())?;
        out.flush()
    }
}
