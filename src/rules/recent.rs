//! What was found out last about rules: few of them have most findings.

use std::cell::Cell;

const SLOTS: usize = 16;

/// Values by the id of their rule. Ids are compared by where they stand in memory: one that stands
/// elsewhere, or whose place another one has taken, is only unknown.
pub(crate) struct Recent<T>([Cell<Option<(&'static str, T)>>; SLOTS]);

impl<T: Copy> Recent<T> {
    pub(crate) const fn new() -> Self {
        Recent([const { Cell::new(None) }; SLOTS])
    }

    /// The value for an id; if there is none, what `find` returns, which is kept.
    pub(crate) fn get_or(&self, id: &'static str, find: impl FnOnce() -> Option<T>) -> Option<T> {
        let slot = &self.0[id.as_ptr() as usize / id.len().max(1) % SLOTS];
        match slot.get() {
            Some((known, value)) if std::ptr::eq(known, id) => Some(value),
            _ => find().inspect(|&value| slot.set(Some((id, value)))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_id_gets_its_own_value_however_many_share_a_slot() {
        let ids: Vec<&'static str> = (0..100).map(|id| &*id.to_string().leak()).collect();
        let recent = Recent::new();
        for _ in 0..2 {
            for &id in &ids {
                assert_eq!(recent.get_or(id, || Some(id)), Some(id));
                assert_eq!(recent.get_or(id, || unreachable!("it is known")), Some(id));
            }
        }
        assert_eq!(recent.get_or("unknown", || None), None);
    }
}
