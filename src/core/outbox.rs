//! The bytes waiting to leave one connection.

use std::collections::VecDeque;
use std::io::IoSlice;
use std::mem;

use bytes::{Buf, Bytes};

use super::limits::{COALESCE, KEEP_CAPACITY, SHARE_MIN};

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
/// Small messages are gathered in segments of about [`COALESCE`] bytes; bytes that go to many
/// connections are shared. The outbox itself refuses nothing: who appends asks [`Outbox::has_room`]
/// first.
#[derive(Debug)]
pub struct Outbox {
    /// What leaves before `tail`; none of them is empty.
    segments: VecDeque<Bytes>,
    /// Takes what is appended.
    tail: Vec<u8>,
    /// Bytes of `tail` that have left already.
    tail_gone: usize,
    /// Bytes of `tail` accounted for, those that have left included.
    tail_len: usize,
    /// Bytes waiting, in `segments` and `tail` together.
    len: usize,
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
            segments: VecDeque::new(),
            tail: Vec::new(),
            tail_gone: 0,
            tail_len: 0,
            len: 0,
            sent: 0,
            marks: VecDeque::new(),
            high_water_mark,
            cap,
            drain_owed: false,
        }
    }

    /// The buffer at the end. The caller appends to it, does nothing else to it, and calls
    /// [`Outbox::appended`]. What was appended without that is gone with the next call: a message
    /// given up halfway leaves nothing behind.
    pub fn tail(&mut self) -> &mut Vec<u8> {
        if self.tail_len > COALESCE {
            // To grow it further would move what it holds already.
            self.close_tail();
        }
        self.tail.truncate(self.tail_len);
        &mut self.tail
    }

    /// Accounts for the `n` bytes the caller has appended to [`Outbox::tail`].
    pub fn appended(&mut self, n: usize) -> Accepted {
        let there = self.tail.len().saturating_sub(self.tail_len);
        debug_assert_eq!(n, there, "bytes accounted for and bytes appended");
        let n = n.min(there);
        self.tail_len += n;
        self.accept(n)
    }

    /// Appends bytes that other outboxes hold as well, without a copy (unless they are shorter than
    /// [`SHARE_MIN`]).
    pub fn share(&mut self, bytes: Bytes) -> Accepted {
        let n = bytes.len();
        if n < SHARE_MIN {
            self.tail().extend_from_slice(&bytes);
            return self.appended(n);
        }
        self.close_tail();
        self.segments.push_back(bytes);
        self.accept(n)
    }

    /// Whether `n` more bytes keep within the cap.
    #[must_use]
    pub fn has_room(&self, n: usize) -> bool {
        self.cap
            .is_none_or(|cap| self.len.checked_add(n).is_some_and(|len| len <= cap))
    }

    /// Asks to be told, by [`Progress::completed`], when everything appended so far has left. If
    /// nothing is waiting the next [`Outbox::consume`] tells it, also one of 0 bytes.
    pub fn complete(&mut self) {
        self.marks.push_back(self.sent + self.len as u64);
    }

    /// Fills `out` with the bytes that leave next, as far as it reaches, and returns how many of
    /// its entries are in use.
    #[must_use]
    pub fn slices<'a>(&'a self, out: &mut [IoSlice<'a>]) -> usize {
        let tail = self
            .tail
            .get(self.tail_gone..self.tail_len)
            .unwrap_or_default();
        let tail = (!tail.is_empty()).then_some(tail);
        let mut used = 0;
        for (slot, bytes) in out
            .iter_mut()
            .zip(self.segments.iter().map(Bytes::as_ref).chain(tail))
        {
            *slot = IoSlice::new(bytes);
            used += 1;
        }
        used
    }

    /// The first `n` of the waiting bytes have left.
    pub fn consume(&mut self, n: usize) -> Progress {
        let n = n.min(self.len);
        self.len -= n;
        self.sent += n as u64;

        let mut left = n;
        while let Some(first) = self.segments.front_mut() {
            if left < first.len() {
                first.advance(left);
                left = 0;
                break;
            }
            left -= first.len();
            self.segments.pop_front();
        }
        self.tail_gone += left;

        let mut progress = Progress::default();
        while self.marks.front().is_some_and(|mark| *mark <= self.sent) {
            self.marks.pop_front();
            progress.completed += 1;
        }
        if self.len == 0 {
            self.rest();
            progress.drained = mem::take(&mut self.drain_owed);
        }
        progress
    }

    /// Bytes waiting.
    #[must_use]
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether nothing is waiting. Completions may still be due, see [`Outbox::complete`].
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Drops all that is waiting and the drain that is owed. Returns how many completions will
    /// therefore never come: their senders are to be told of the failure.
    pub fn clear(&mut self) -> usize {
        let lost = self.marks.len();
        let fresh = Self::new(self.high_water_mark, self.cap);
        *self = Self {
            sent: self.sent,
            ..fresh
        };
        lost
    }

    fn accept(&mut self, n: usize) -> Accepted {
        self.len += n;
        if self.len < self.high_water_mark {
            return Accepted::Below;
        }
        self.drain_owed = true;
        Accepted::AtMark
    }

    /// Makes the tail the last of the segments.
    fn close_tail(&mut self) {
        self.tail.truncate(mem::take(&mut self.tail_len));
        let mut bytes = Bytes::from(mem::take(&mut self.tail));
        bytes.advance(mem::take(&mut self.tail_gone).min(bytes.len()));
        if !bytes.is_empty() {
            self.segments.push_back(bytes);
        }
    }

    /// Nothing is waiting: what a burst has made large becomes small again, for connections are
    /// idle most of their life.
    fn rest(&mut self) {
        self.tail.clear();
        self.tail_gone = 0;
        self.tail_len = 0;
        self.tail.shrink_to(KEEP_CAPACITY);
        self.segments.shrink_to(KEEP_CAPACITY / size_of::<Bytes>());
        self.marks.shrink_to(KEEP_CAPACITY / size_of::<u64>());
    }
}

#[cfg(test)]
mod tests {
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
        out[..used]
            .iter()
            .flat_map(|slice| slice.iter().copied())
            .collect()
    }

    fn progress(completed: u32, drained: bool) -> Progress {
        Progress { completed, drained }
    }

    #[test]
    fn small_messages_share_a_segment_and_large_ones_are_not_moved() {
        let mut outbox = Outbox::new(usize::MAX, None);
        append(&mut outbox, &[b'a'; 100]);
        append(&mut outbox, &vec![b'b'; COALESCE]);
        let place = outbox.tail.as_ptr();
        append(&mut outbox, b"c");
        let mut out = [IoSlice::new(&[]); 4];
        assert_eq!(outbox.slices(&mut out), 2);
        assert_eq!(
            (out[0].len(), out[0].as_ptr(), &*out[1]),
            (100 + COALESCE, place, &b"c"[..])
        );
    }

    #[test]
    fn a_message_given_up_halfway_leaves_nothing_behind() {
        let mut outbox = Outbox::new(usize::MAX, None);
        append(&mut outbox, b"one");
        outbox.tail().extend_from_slice(b"half");
        assert_eq!(waiting(&outbox, 4), b"one");
        append(&mut outbox, b"two");
        outbox.tail().extend_from_slice(b"half");
        outbox.share(Bytes::from(vec![b'3'; SHARE_MIN]));
        assert_eq!(
            waiting(&outbox, 4),
            [&b"onetwo"[..], &[b'3'; SHARE_MIN]].concat()
        );
        assert_eq!(outbox.consume(outbox.len()), progress(0, false));
    }

    #[test]
    fn shared_bytes_are_not_copied() {
        let bytes = Bytes::from(vec![b's'; SHARE_MIN]);
        let mut outbox = Outbox::new(usize::MAX, None);
        append(&mut outbox, b"a");
        outbox.share(bytes.clone());
        append(&mut outbox, b"b");
        let mut out = [IoSlice::new(&[]); 4];
        assert_eq!(outbox.slices(&mut out), 3);
        assert_eq!(out[1].as_ptr(), bytes.as_ptr());
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
        assert!(
            outbox.has_room(0)
                && outbox.has_room(1)
                && !outbox.has_room(2)
                && !outbox.has_room(usize::MAX)
        );
        assert!(Outbox::new(1, None).has_room(usize::MAX));
        let mut unlimited = Outbox::new(1, None);
        append(&mut unlimited, b"1");
        assert!(unlimited.has_room(1 << 40));
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
    fn an_idle_outbox_is_small() {
        let mut outbox = Outbox::new(usize::MAX, None);
        let shared = Bytes::from(vec![0; SHARE_MIN]);
        for _ in 0..10_000 {
            append(&mut outbox, &[b'x'; 100]);
            outbox.share(shared.clone());
            outbox.complete();
        }
        append(&mut outbox, &vec![b'x'; 1 << 20]);
        assert_eq!(outbox.consume(outbox.len()).completed, 10_000);
        assert!(outbox.tail.capacity() <= KEEP_CAPACITY);
        assert!(outbox.segments.capacity() * size_of::<Bytes>() <= 2 * KEEP_CAPACITY);
        assert!(outbox.marks.capacity() * size_of::<u64>() <= 2 * KEEP_CAPACITY);
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
                        marks.iter_mut().for_each(|mark| *mark -= n);
                        let drained = bytes.is_empty() && std::mem::take(&mut owed);
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
