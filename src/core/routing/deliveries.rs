//! Questions on their way, who asked and who may answer.
//!
//! Both ends are known by name, not by connection: either may lose its connection and come back with
//! the answer still on its way. Only the client that was asked can answer, whatever ids others send.

use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::Arc;

type Name = Arc<str>;
type Id = Arc<str>;

/// Open questions of one client. More than this, and a client that never answers, or one that only
/// asks, would fill the memory.
const OPEN_MAX: usize = 65_536;

/// Open questions altogether of which one end has left. It may come back; most never do.
const ORPHANS_MAX: usize = 4096;

/// Longest id that is remembered, as JSON. Ours have 34 bytes.
const ID_MAX: usize = 128;

/// Why a question is not passed on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refused {
    /// It has an id that is waiting for an answer of the same client already, to somebody else.
    Taken,
    /// Too many are open already.
    Full,
}

/// See the module.
#[derive(Debug, Default)]
pub(super) struct Deliveries {
    /// By the one who was asked, then the id: the one who asked.
    owed: HashMap<Name, HashMap<Id, Name>>,
    /// By the one who asked.
    asked: HashMap<Name, HashSet<(Name, Id)>>,
    /// Those of which one end has left, by who was asked; the oldest first. May name some that have
    /// been answered since.
    orphans: VecDeque<(Name, Id)>,
}

impl Deliveries {
    /// `from` asks `to`.
    pub(super) fn ask(&mut self, from: &Name, to: &Name, id: &str) -> Result<(), Refused> {
        if id.len() > ID_MAX {
            return Err(Refused::Full);
        }
        let owed = self.owed.entry(to.clone()).or_default();
        if let Some(before) = owed.get(id) {
            // The same client asks again what may have been lost with its connection.
            return if before == from {
                Ok(())
            } else {
                Err(Refused::Taken)
            };
        }
        let asked = self.asked.entry(from.clone()).or_default();
        if asked.len() >= OPEN_MAX || owed.len() >= OPEN_MAX {
            return Err(Refused::Full);
        }
        let id: Id = id.into();
        asked.insert((to.clone(), id.clone()));
        owed.insert(id, from.clone());
        Ok(())
    }

    /// `by` answers. The one who asked, unless nobody did ask `by`.
    pub(super) fn answer(&mut self, by: &str, id: &str) -> Option<Name> {
        let owed = self.owed.get_mut(by)?;
        let (id, from) = owed.remove_entry(id)?;
        if owed.is_empty() {
            self.owed.remove(by);
        }
        if let Some(asked) = self.asked.get_mut(&from) {
            asked.remove(&(Name::from(by), id));
            if asked.is_empty() {
                self.asked.remove(&from);
            }
        }
        Some(from)
    }

    /// A client has left. What is between it and another that has left too is forgotten; what is
    /// between it and one of those `present` is kept, up to a limit, for when it comes back.
    pub(super) fn left(&mut self, name: &Name, present: impl Fn(&str) -> bool) {
        let mut gone = Vec::new();
        if let Some(owed) = self.owed.get(name) {
            for (id, from) in owed {
                if present(from) {
                    self.orphans.push_back((name.clone(), id.clone()));
                } else {
                    gone.push((name.clone(), id.clone()));
                }
            }
        }
        if let Some(asked) = self.asked.get(name) {
            for (to, id) in asked {
                if present(to) {
                    self.orphans.push_back((to.clone(), id.clone()));
                } else {
                    gone.push((to.clone(), id.clone()));
                }
            }
        }
        while self.orphans.len() > ORPHANS_MAX {
            gone.extend(self.orphans.pop_front());
        }
        for (to, id) in gone {
            self.answer(&to, &id);
        }
        if self.owed.is_empty() {
            self.orphans.clear();
        }
    }

    /// How many are open.
    pub(super) fn len(&self) -> usize {
        self.owed.values().map(HashMap::len).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(name: &str) -> Name {
        name.into()
    }

    #[test]
    fn only_who_was_asked_answers_and_only_once() {
        let (a, b, c) = (name("a"), name("b"), name("c"));
        let mut deliveries = Deliveries::default();
        deliveries.ask(&a, &b, "1").unwrap();
        assert_eq!(deliveries.answer(&c, "1"), None);
        assert_eq!(deliveries.answer(&a, "1"), None);
        assert_eq!(deliveries.ask(&c, &b, "1"), Err(Refused::Taken));
        deliveries.ask(&c, &a, "1").unwrap();
        deliveries.ask(&a, &b, "1").unwrap();
        assert_eq!(deliveries.answer(&b, "1"), Some(a.clone()));
        assert_eq!(deliveries.answer(&b, "1"), None);
        assert_eq!(deliveries.answer(&a, "1"), Some(c));
        assert_eq!(deliveries.len(), 0);
        assert!(deliveries.asked.is_empty() && deliveries.owed.is_empty());
    }

    #[test]
    fn a_question_outlives_one_end_but_not_both() {
        let (a, b) = (name("a"), name("b"));
        for first in [&a, &b] {
            let mut deliveries = Deliveries::default();
            deliveries.ask(&a, &b, "1").unwrap();
            deliveries.left(first, |_| true);
            assert_eq!(deliveries.len(), 1);
            deliveries.left(if first == &a { &b } else { &a }, |_| false);
            assert_eq!(deliveries.len(), 0);
            assert!(deliveries.orphans.is_empty());
        }
    }

    #[test]
    fn there_is_a_limit_to_everything() {
        let (a, b) = (name("a"), name("b"));
        let mut deliveries = Deliveries::default();
        assert_eq!(
            deliveries.ask(&a, &b, &"x".repeat(ID_MAX + 1)),
            Err(Refused::Full)
        );
        for id in 0..OPEN_MAX {
            deliveries.ask(&a, &b, &id.to_string()).unwrap();
        }
        assert_eq!(deliveries.ask(&a, &name("c"), "x"), Err(Refused::Full));
        assert_eq!(deliveries.ask(&name("c"), &b, "x"), Err(Refused::Full));
        deliveries.ask(&a, &b, "7").unwrap();
        deliveries.left(&a, |_| true);
        assert_eq!(deliveries.len(), ORPHANS_MAX);
        deliveries.left(&b, |_| false);
        assert_eq!(deliveries.len(), 0);
    }
}
