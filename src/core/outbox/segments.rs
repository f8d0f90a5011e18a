//! Bytes in a queue of segments: gathered at its end, shared where that pays, taken from its front.

use std::collections::VecDeque;
use std::io::IoSlice;
use std::mem;

use bytes::{Buf, Bytes};

use super::super::limits::{COALESCE, KEEP_CAPACITY, SHARE_MIN};

/// The bytes of an outbox, see there.
#[derive(Debug, Default)]
pub(super) struct Segments {
    /// What leaves before `tail`; none of them is empty.
    closed: VecDeque<Bytes>,
    /// Takes what is appended.
    tail: Vec<u8>,
    /// Bytes of `tail` accounted for, those that have left included.
    tail_len: usize,
    /// Bytes of `tail` that have left already.
    tail_gone: usize,
    /// Bytes waiting, in `closed` and `tail` together.
    len: usize,
}

impl Segments {
    pub(super) fn len(&self) -> usize {
        self.len
    }

    pub(super) fn tail(&mut self) -> &mut Vec<u8> {
        if self.tail_len > COALESCE {
            // To grow it further would move what it holds already.
            self.close_tail();
        }
        self.tail.truncate(self.tail_len);
        &mut self.tail
    }

    pub(super) fn appended(&mut self, n: usize) {
        let there = self.tail.len().saturating_sub(self.tail_len);
        debug_assert_eq!(n, there, "bytes accounted for and bytes appended");
        let n = n.min(there);
        self.tail_len += n;
        self.len += n;
    }

    pub(super) fn share(&mut self, bytes: Bytes) {
        if bytes.len() < SHARE_MIN {
            self.tail().extend_from_slice(&bytes);
            self.appended(bytes.len());
        } else {
            self.close_tail();
            self.len += bytes.len();
            self.closed.push_back(bytes);
        }
    }

    pub(super) fn slices<'a>(&'a self, out: &mut [IoSlice<'a>]) -> usize {
        let tail = self
            .tail
            .get(self.tail_gone..self.tail_len)
            .filter(|tail| !tail.is_empty());
        let waiting = self.closed.iter().map(Bytes::as_ref).chain(tail);
        let mut used = 0;
        for (slot, bytes) in out.iter_mut().zip(waiting) {
            *slot = IoSlice::new(bytes);
            used += 1;
        }
        used
    }

    /// Drops the first `n` bytes, at most all. Returns how many.
    pub(super) fn consume(&mut self, n: usize) -> usize {
        let n = n.min(self.len);
        self.len -= n;
        if self.len == 0 {
            self.rest();
            return n;
        }
        let mut left = n;
        while let Some(first) = self.closed.front_mut() {
            if left < first.len() {
                first.advance(left);
                return n;
            }
            left -= first.len();
            self.closed.pop_front();
        }
        self.tail_gone += left;
        n
    }

    /// Makes the tail the last of the closed segments.
    fn close_tail(&mut self) {
        self.tail.truncate(mem::take(&mut self.tail_len));
        let mut bytes = Bytes::from(mem::take(&mut self.tail));
        bytes.advance(mem::take(&mut self.tail_gone).min(bytes.len()));
        if !bytes.is_empty() {
            self.closed.push_back(bytes);
        }
    }

    /// Nothing is waiting: what a burst has made large becomes small again, for connections are
    /// idle most of their life.
    fn rest(&mut self) {
        self.tail_len = 0;
        self.tail_gone = 0;
        self.tail.clear();
        self.tail.shrink_to(KEEP_CAPACITY);
        self.closed.clear();
        self.closed.shrink_to(KEEP_CAPACITY / size_of::<Bytes>());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn append(segments: &mut Segments, bytes: &[u8]) {
        segments.tail().extend_from_slice(bytes);
        segments.appended(bytes.len());
    }

    fn slices(segments: &Segments) -> Vec<&[u8]> {
        let mut out = [IoSlice::new(&[]); 8];
        let used = segments.slices(&mut out);
        segments
            .closed
            .iter()
            .map(Bytes::as_ref)
            .chain([&segments.tail[..]])
            .take(used)
            .collect()
    }

    #[test]
    fn small_messages_share_a_segment_and_large_ones_are_not_moved() {
        let mut segments = Segments::default();
        append(&mut segments, &[b'a'; 100]);
        append(&mut segments, &vec![b'b'; COALESCE]);
        let place = segments.tail.as_ptr();
        append(&mut segments, b"c");
        let mut out = [IoSlice::new(&[]); 4];
        assert_eq!(segments.slices(&mut out), 2);
        assert_eq!((out[0].as_ptr(), out[0].len()), (place, 100 + COALESCE));
        assert_eq!(&*out[1], b"c");
    }

    #[test]
    fn shared_bytes_are_not_copied_unless_they_are_few() {
        let bytes = Bytes::from(vec![b's'; SHARE_MIN]);
        let mut segments = Segments::default();
        append(&mut segments, b"a");
        segments.share(bytes.clone());
        segments.share(bytes.slice(1..));
        append(&mut segments, b"b");
        let mut out = [IoSlice::new(&[]); 4];
        assert_eq!(segments.slices(&mut out), 3);
        assert_eq!(out[1].as_ptr(), bytes.as_ptr());
        assert_eq!(out[2].len(), SHARE_MIN);
    }

    #[test]
    fn a_message_given_up_halfway_leaves_nothing_behind() {
        let shared = [b'3'; SHARE_MIN];
        let mut segments = Segments::default();
        append(&mut segments, b"one");
        segments.tail().extend_from_slice(b"half");
        append(&mut segments, b"two");
        segments.tail().extend_from_slice(b"half");
        segments.share(Bytes::copy_from_slice(&shared));
        assert_eq!(slices(&segments), [&b"onetwo"[..], &shared]);
        assert_eq!(segments.len(), 6 + SHARE_MIN);
    }

    #[test]
    fn a_segment_that_has_left_in_part_can_be_closed() {
        let mut segments = Segments::default();
        append(&mut segments, b"123");
        assert_eq!(segments.consume(2), 2);
        segments.share(Bytes::from(vec![b's'; SHARE_MIN]));
        assert_eq!(slices(&segments)[0], b"3");
        assert_eq!(segments.consume(2), 2);
        assert_eq!(segments.len(), SHARE_MIN - 1);
        assert_eq!(segments.consume(usize::MAX), SHARE_MIN - 1);
    }

    #[test]
    fn an_idle_queue_is_small() {
        let mut segments = Segments::default();
        let shared = Bytes::from(vec![0; SHARE_MIN]);
        for _ in 0..10_000 {
            append(&mut segments, &[b'x'; 100]);
            segments.share(shared.clone());
        }
        append(&mut segments, &vec![b'x'; 1 << 20]);
        assert_eq!(
            segments.consume(usize::MAX),
            10_000 * (100 + SHARE_MIN) + (1 << 20)
        );
        assert!(segments.tail.capacity() <= KEEP_CAPACITY);
        assert!(segments.closed.capacity() * size_of::<Bytes>() <= KEEP_CAPACITY);
    }
}
