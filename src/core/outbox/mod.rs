//! The bytes waiting to leave one connection, and what is owed to those who sent them.
//!
//! - `segments`: the bytes themselves.

mod segments;

use std::collections::VecDeque;
use std::io::IoSlice;
use std::mem;

use bytes::Bytes;

use self::segments::Segments;
use super::limits::KEEP_CAPACITY;

/// What the outbox says about bytes it has just taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Accepted {
    /// Fewer bytes are waiting than the high-water mark.
    Below,
    /// As many or more are waiting: the sender should pause until the drain it is now owed.
    AtMark,
}

/// What bytes that left have brought about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[must_use = "a completion or a drain that is not passed on leaves its sender waiting for ever"]
pub struct Progress {
    /// How many of the oldest [`Outbox::complete`] calls have come true: all bytes before them have
    /// left.
    pub completed: u32,
    /// A drain was owed and the outbox is empty now: the sender may go on.
    pub drained: bool,
}

/// The bytes waiting to leave one connection, in order.
///
/// Small messages are gathered in segments of about [`COALESCE`](super::limits::COALESCE) bytes;
/// bytes that go to many connections are shared. The outbox itself refuses nothing: who appends
/// asks [`Outbox::has_room`] first.
#[derive(Debug)]
pub struct Outbox {
    waiting: Segments,
    /// Bytes that have left since the beginning. The marks count from there, so that nothing has to
    /// adjust them.
    sent: u64,
    /// Positions in the stream somebody wants to know of when all before them has left.
    marks: VecDeque<u64>,
    high_water_mark: usize,
    cap: Option<usize>,
    drain_owed: bool,
}

impl Outbox {
    /// An empty outbox. From `high_water_mark` waiting bytes on senders are told to pause; `cap` is
    /// the number of bytes that may wait at all (`None`: no limit).
    #[must_use]
    pub fn new(high_water_mark: usize, cap: Option<usize>) -> Self {
        Self {
            waiting: Segments::default(),
            sent: 0,
            marks: VecDeque::new(),
            high_water_mark,
            cap,
            drain_owed: false,
        }
    }

    /// The buffer at the end. The caller appends to it, does nothing else to it, and calls
    /// [`Outbox::appended`]. What was appended without that never leaves and is gone with the next
    /// call: a message given up halfway leaves nothing behind.
    pub fn tail(&mut self) -> &mut Vec<u8> {
        self.waiting.tail()
    }

    /// Accounts for the `n` bytes the caller has appended to [`Outbox::tail`].
    pub fn appended(&mut self, n: usize) -> Accepted {
        self.waiting.appended(n);
        self.accepted()
    }

    /// Appends bytes that other outboxes hold as well, without a copy (unless they are shorter than
    /// [`SHARE_MIN`](super::limits::SHARE_MIN)).
    pub fn share(&mut self, bytes: Bytes) -> Accepted {
        self.waiting.share(bytes);
        self.accepted()
    }

    /// Whether `n` more bytes keep within the cap.
    #[must_use]
    pub fn has_room(&self, n: usize) -> bool {
        self.cap
            .is_none_or(|cap| cap.checked_sub(self.len()).is_some_and(|room| n <= room))
    }

    /// Asks to be told, by [`Progress::completed`], when everything appended so far has left. If
    /// nothing is waiting the next [`Outbox::consume`] tells it, also one of 0 bytes.
    pub fn complete(&mut self) {
        self.marks.push_back(self.sent + self.len() as u64);
    }

    /// Fills `out` with the bytes that leave next, as far as it reaches, and returns how many of
    /// its entries are in use.
    #[must_use]
    pub fn slices<'a>(&'a self, out: &mut [IoSlice<'a>]) -> usize {
        self.waiting.slices(out)
    }

    /// The first `n` of the waiting bytes have left.
    pub fn consume(&mut self, n: usize) -> Progress {
        self.sent += self.waiting.consume(n) as u64;
        let mut progress = Progress::default();
        while self.marks.front().is_some_and(|mark| *mark <= self.sent) {
            self.marks.pop_front();
            progress.completed += 1;
        }
        if self.is_empty() {
            self.marks.shrink_to(KEEP_CAPACITY / size_of::<u64>());
            progress.drained = mem::take(&mut self.drain_owed);
        }
        progress
    }

    /// Bytes waiting.
    #[must_use]
    pub fn len(&self) -> usize {
        self.waiting.len()
    }

    /// Whether nothing is waiting. Completions may still be due, see [`Outbox::complete`].
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether nothing is waiting. If something is, a drain is owed for it.
    pub fn drained(&mut self) -> bool {
        self.drain_owed |= !self.is_empty();
        self.is_empty()
    }

    /// Drops all that is waiting and the drain that is owed. Returns how many completions will
    /// therefore never come: their senders are to be told of the failure.
    pub fn clear(&mut self) -> usize {
        self.waiting = Segments::default();
        self.drain_owed = false;
        mem::take(&mut self.marks).len()
    }

    fn accepted(&mut self) -> Accepted {
        if self.len() < self.high_water_mark {
            return Accepted::Below;
        }
        self.drain_owed = true;
        Accepted::AtMark
    }
}

#[cfg(test)]
mod tests {
    use super::super::limits::{COALESCE, SHARE_MIN};
    use super::*;
    use proptest::prelude::*;

    fn append(outbox: &mut Outbox, bytes: &[u8]) -> Accepted {
        outbox.tail().extend_from_slice(bytes);
        outbox.appended(bytes.len())
    }

    fn waiting(outbox: &Outbox, slots: usize) -> Vec<u8> {
        let mut out = vec![IoSlice::new(&[]); slots];
        let used = outbox.slices(&mut out);
        assert!(out[..used].iter().all(|slice| !slice.is_empty()));
        assert!(out[used..].iter().all(|slice| slice.is_empty()));
        out.iter().flat_map(|slice| slice.iter().copied()).collect()
    }

    fn progress(completed: u32, drained: bool) -> Progress {
        Progress { completed, drained }
    }

    #[test]
    fn the_drain_is_owed_from_the_mark_to_the_last_byte_and_once() {
        let mut outbox = Outbox::new(4, None);
        assert_eq!(append(&mut outbox, b"123"), Accepted::Below);
        assert_eq!(append(&mut outbox, b"4"), Accepted::AtMark);
        assert_eq!(outbox.consume(3), progress(0, false));
        assert_eq!(append(&mut outbox, b"5"), Accepted::Below);
        assert_eq!(outbox.consume(2), progress(0, true));
        assert_eq!(outbox.consume(0), progress(0, false));
        assert_eq!(append(&mut outbox, b"6"), Accepted::Below);
        assert_eq!(outbox.consume(1), progress(0, false));
    }

    #[test]
    fn a_drain_that_came_too_early_is_owed_again() {
        let mut outbox = Outbox::new(4, None);
        assert!(outbox.drained());
        assert_eq!(append(&mut outbox, b"1"), Accepted::Below);
        assert!(!outbox.drained());
        assert_eq!(outbox.consume(1), progress(0, true));
        assert!(outbox.drained());
        assert_eq!(outbox.consume(0), progress(0, false));
    }

    #[test]
    fn completions_come_when_their_last_byte_has_left() {
        let mut outbox = Outbox::new(100, None);
        outbox.complete();
        assert_eq!(outbox.consume(0), progress(1, false));
        append(&mut outbox, b"12");
        outbox.complete();
        outbox.complete();
        append(&mut outbox, b"3");
        outbox.complete();
        assert_eq!(outbox.consume(1), progress(0, false));
        assert_eq!(outbox.consume(1), progress(2, false));
        assert_eq!(outbox.consume(1), progress(1, false));
    }

    #[test]
    fn the_cap_is_exact_and_does_not_overflow() {
        let mut outbox = Outbox::new(1, Some(4));
        append(&mut outbox, b"123");
        for (n, fits) in [(0, true), (1, true), (2, false), (usize::MAX, false)] {
            assert_eq!(outbox.has_room(n), fits);
        }
        let mut unlimited = Outbox::new(1, None);
        append(&mut unlimited, b"1");
        assert!(unlimited.has_room(usize::MAX));
    }

    #[test]
    fn clear_forgets_all_but_the_settings() {
        let mut outbox = Outbox::new(1, Some(3));
        append(&mut outbox, b"12");
        outbox.complete();
        outbox.complete();
        let _ = outbox.consume(1);
        assert_eq!(outbox.clear(), 2);
        assert!(outbox.is_empty() && waiting(&outbox, 4).is_empty());
        assert_eq!(outbox.consume(0), progress(0, false));
        assert_eq!(append(&mut outbox, b"abc"), Accepted::AtMark);
        outbox.complete();
        assert!(!outbox.has_room(1));
        assert_eq!(waiting(&outbox, 4), b"abc");
        assert_eq!(outbox.consume(9), progress(1, true));
    }

    #[test]
    fn completions_leave_no_memory_behind() {
        let mut outbox = Outbox::new(usize::MAX, None);
        for _ in 0..10_000 {
            append(&mut outbox, b"x");
            outbox.complete();
        }
        assert_eq!(outbox.consume(10_000), progress(10_000, false));
        assert!(outbox.marks.capacity() * size_of::<u64>() <= KEEP_CAPACITY);
    }

    #[derive(Clone, Debug)]
    enum Step {
        Append(usize),
        Share(usize),
        Complete,
        /// Takes so much of what is waiting, in per cent.
        Consume(usize),
        Clear,
    }

    fn step() -> impl Strategy<Value = Step> {
        let size = || {
            prop_oneof![
                4 => 0usize..40,
                2 => SHARE_MIN - 1..SHARE_MIN + 2,
                1 => COALESCE - 9..COALESCE + 9,
            ]
        };
        prop_oneof![
            8 => size().prop_map(Step::Append),
            6 => size().prop_map(Step::Share),
            4 => Just(Step::Complete),
            8 => prop_oneof![Just(0usize), 0..101usize, Just(100)].prop_map(Step::Consume),
            1 => Just(Step::Clear),
        ]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(128))]

        /// Against the most naive outbox there is: one vector of bytes, one of positions.
        #[test]
        #[allow(clippy::cast_possible_truncation)]
        fn bytes_leave_in_order_and_nothing_is_told_twice(
            steps in prop::collection::vec(step(), 1..60), mark in 0usize..2000, slots in 1usize..6,
        ) {
            let mut outbox = Outbox::new(mark, None);
            let (mut bytes, mut marks, mut owed, mut next) = (Vec::new(), Vec::new(), false, 0);
            for step in steps {
                match step {
                    Step::Append(n) | Step::Share(n) => {
                        next += 1;
                        let message: Vec<u8> = (next..next + n).map(|byte| byte as u8).collect();
                        bytes.extend_from_slice(&message);
                        let accepted = match step {
                            Step::Append(_) => append(&mut outbox, &message),
                            _ => outbox.share(Bytes::from(message)),
                        };
                        prop_assert_eq!(accepted == Accepted::AtMark, bytes.len() >= mark);
                        owed |= bytes.len() >= mark;
                    }
                    Step::Complete => {
                        outbox.complete();
                        marks.push(bytes.len());
                    }
                    Step::Consume(percent) => {
                        let n = bytes.len() * percent / 100;
                        bytes.drain(..n);
                        let completed = marks.iter().filter(|mark| **mark <= n).count() as u32;
                        marks.retain(|mark| *mark > n);
                        for mark in &mut marks {
                            *mark -= n;
                        }
                        let drained = bytes.is_empty() && mem::take(&mut owed);
                        owed &= !bytes.is_empty();
                        prop_assert_eq!(outbox.consume(n), progress(completed, drained));
                    }
                    Step::Clear => {
                        prop_assert_eq!(outbox.clear(), marks.len());
                        bytes.clear();
                        marks.clear();
                        owed = false;
                    }
                }
                prop_assert_eq!(outbox.len(), bytes.len());
                prop_assert_eq!(outbox.is_empty(), bytes.is_empty());
                let seen = waiting(&outbox, slots);
                prop_assert!(bytes.starts_with(&seen));
                prop_assert!(bytes.is_empty() || !seen.is_empty());
                prop_assert_eq!(waiting(&outbox, 1000), &bytes[..]);
            }
        }
    }
}
