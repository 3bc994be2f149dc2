//! What single keys mean while recommendations are decided one by one: a state machine that knows
//! nothing of terminals and records.

use std::collections::BTreeSet;

/// A key that was pressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Press {
    Char(char),
    Next,
    Back,
    /// Ctrl-C, or the end of the input.
    Stop,
    Other,
}

/// What is to be done now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum ReviewStep {
    /// Show the current one again, or another.
    Show,
    /// Approve it without the changes at these places.
    Approve(Vec<usize>),
    /// Ask why, then reject it.
    Reject,
    /// Approve all safe ones of the same rule.
    ApproveRule,
    Help,
    Quit,
    /// The key means nothing here.
    Unknown,
}

/// The recommendations of a session, and where in them one is.
#[derive(Debug)]
pub(super) struct ReviewSession {
    ids: Vec<i64>,
    at: usize,
    /// How many changes the current one has.
    changes: usize,
    excluded: BTreeSet<usize>,
    /// Whether somebody went back to the current one.
    looks_again: bool,
}

impl ReviewSession {
    pub(super) fn new(ids: Vec<i64>) -> Self {
        ReviewSession { ids, at: 0, changes: 0, excluded: BTreeSet::new(), looks_again: false }
    }

    /// Whether somebody went back to the current one: then it is shown though it is decided.
    pub(super) fn looks_again(&self) -> bool {
        self.looks_again
    }

    /// The one to decide about; none at the end.
    pub(super) fn current(&self) -> Option<i64> {
        self.ids.get(self.at).copied()
    }

    /// Which one it is, from 1, and of how many.
    pub(super) fn place(&self) -> (usize, usize) {
        (self.at + 1, self.ids.len())
    }

    /// The one that is shown has so many changes.
    pub(super) fn shows(&mut self, changes: usize) {
        self.changes = changes;
    }

    /// Places of the changes that are left out.
    pub(super) fn excluded(&self) -> &BTreeSet<usize> {
        &self.excluded
    }

    /// Goes on to the next one.
    pub(super) fn go_on(&mut self) {
        self.go_to(self.at + 1);
    }

    pub(super) fn press(&mut self, press: Press) -> ReviewStep {
        match press {
            Press::Char('y' | 'Y') if self.excluded.len() < self.changes => {
                ReviewStep::Approve(self.excluded.iter().copied().collect())
            }
            Press::Char('n' | 'N') => ReviewStep::Reject,
            Press::Char('a' | 'A') => ReviewStep::ApproveRule,
            Press::Char('s' | 'S' | ' ') | Press::Next => {
                self.go_on();
                ReviewStep::Show
            }
            Press::Char('b' | 'B') | Press::Back if self.at > 0 => {
                self.go_to(self.at - 1);
                self.looks_again = true;
                ReviewStep::Show
            }
            Press::Char('q' | 'Q') | Press::Stop => ReviewStep::Quit,
            Press::Char('?' | 'h') => ReviewStep::Help,
            Press::Char(digit @ '1'..='9') => self.toggle(digit as usize - '1' as usize),
            _ => ReviewStep::Unknown,
        }
    }

    /// Leaves a change out, or takes it in again.
    fn toggle(&mut self, place: usize) -> ReviewStep {
        if place >= self.changes {
            return ReviewStep::Unknown;
        }
        if !self.excluded.remove(&place) {
            self.excluded.insert(place);
        }
        ReviewStep::Show
    }

    fn go_to(&mut self, at: usize) {
        self.at = at;
        self.changes = 0;
        self.excluded.clear();
        self.looks_again = false;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn session() -> ReviewSession {
        let mut session = ReviewSession::new(vec![7, 8, 9]);
        session.shows(3);
        session
    }

    #[test]
    fn one_goes_from_one_to_the_next_and_back() {
        let mut session = session();
        assert_eq!(
            session.press(Press::Back),
            ReviewStep::Unknown,
            "there is nothing before the first"
        );
        assert_eq!(session.press(Press::Char('s')), ReviewStep::Show);
        assert_eq!((session.current(), session.place()), (Some(8), (2, 3)));
        assert_eq!(session.press(Press::Char('b')), ReviewStep::Show);
        assert_eq!((session.current(), session.looks_again()), (Some(7), true));
        for _ in 0..3 {
            session.press(Press::Next);
        }
        assert_eq!((session.current(), session.looks_again()), (None, false));
    }

    #[test]
    fn changes_are_left_out_by_their_numbers() {
        let mut session = session();
        assert_eq!(session.press(Press::Char('2')), ReviewStep::Show);
        assert_eq!(session.press(Press::Char('4')), ReviewStep::Unknown, "there are three");
        assert_eq!(session.press(Press::Char('y')), ReviewStep::Approve(vec![1]));
        session.press(Press::Char('2'));
        assert_eq!(session.press(Press::Char('y')), ReviewStep::Approve(vec![]));
        for digit in ['1', '2', '3'] {
            session.press(Press::Char(digit));
        }
        assert_eq!(
            session.press(Press::Char('y')),
            ReviewStep::Unknown,
            "nothing is left to approve"
        );
        session.go_on();
        assert!(session.excluded().is_empty(), "the next one starts anew");
    }

    #[test]
    fn keys_that_mean_nothing_do_nothing() {
        let mut session = session();
        for press in [Press::Other, Press::Char('x'), Press::Char('0')] {
            assert_eq!(session.press(press), ReviewStep::Unknown);
        }
        assert_eq!(session.current(), Some(7));
        assert_eq!(session.press(Press::Stop), ReviewStep::Quit);
    }
}
