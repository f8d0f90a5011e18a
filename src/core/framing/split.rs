//! Frames that end with certain bytes: the buffer between chunks, the seams, the cap.

use std::borrow::Cow;

use super::{FrameTooLarge, deliver};

/// Where a frame ends: the frame is `..end`, the next one begins at `next`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) end: usize,
    pub(super) next: usize,
}

/// Which bytes end a frame.
pub(super) trait FrameEnd {
    /// Whether the end of the stream ends the last frame too. If not, what lacks its end is
    /// dropped.
    const REST_IS_FRAME: bool;

    /// Bytes of the longest end, at least 1.
    fn longest(&self) -> usize;

    /// The first end in `bytes`. It must not depend on what follows it, or the frames would depend
    /// on the chunking.
    fn find(&self, bytes: &[u8]) -> Option<Found>;

    /// How many of the last bytes of an unfinished frame may yet turn out to belong to its end.
    fn begun(&self, bytes: &[u8]) -> usize;
}

/// The longest tail of `bytes` that is the beginning of `end`, but not all of it.
pub(super) fn begun_of(end: &[u8], bytes: &[u8]) -> usize {
    (1..end.len())
        .rev()
        .find(|&n| end.get(..n).is_some_and(|start| bytes.ends_with(start)))
        .unwrap_or(0)
}

/// Splits a stream into frames at each `E`.
#[derive(Debug)]
pub(super) struct Splitter<E> {
    end: E,
    max_frame: usize,
    /// The frame in the making.
    pending: Vec<u8>,
    /// How much of `pending` has been searched. Differs from its length only between `pending_mut`
    /// and `scan`.
    searched: usize,
    #[cfg(test)]
    work: std::cell::Cell<usize>,
}

impl<E: FrameEnd> Splitter<E> {
    pub(super) fn new(end: E, max_frame: usize) -> Self {
        Self {
            end,
            max_frame,
            pending: Vec::new(),
            searched: 0,
            #[cfg(test)]
            work: std::cell::Cell::new(0),
        }
    }

    pub(super) fn feed(
        &mut self,
        chunk: &[u8],
        sink: &mut impl FnMut(Cow<'_, [u8]>),
    ) -> Result<(), FrameTooLarge> {
        if self.searched != self.pending.len() {
            self.scan(sink)?;
        }
        let mut rest = chunk;
        if !self.pending.is_empty() {
            match self.join(chunk)? {
                Some(next) => {
                    self.deliver(sink);
                    rest = chunk.get(next..).unwrap_or_default();
                }
                None => return Ok(()),
            }
        }
        while let Some(found) = self.find(rest) {
            let (frame, _) = rest.split_at(found.end);
            self.check(frame.len())?;
            sink(Cow::Borrowed(frame));
            (_, rest) = rest.split_at(found.next);
        }
        if rest.is_empty() {
            return Ok(());
        }
        self.pending.extend_from_slice(rest);
        self.suspend()
    }

    pub(super) fn scan(
        &mut self,
        sink: &mut impl FnMut(Cow<'_, [u8]>),
    ) -> Result<(), FrameTooLarge> {
        // An end may have begun in the bytes searched before.
        let from = self
            .searched
            .min(self.pending.len())
            .saturating_sub(self.end.longest() - 1);
        let Some(found) = self.find(self.pending.get(from..).unwrap_or_default()) else {
            return self.suspend();
        };
        self.check(from + found.end)?;
        let rest = self.pending.split_off(from + found.next);
        self.pending.truncate(from + found.end);
        self.deliver(sink);
        self.feed(&rest, sink)
    }

    /// The end of the stream.
    pub(super) fn finish(&mut self, sink: &mut impl FnMut(Cow<'_, [u8]>)) {
        if E::REST_IS_FRAME && !self.pending.is_empty() {
            self.deliver(sink);
        }
        self.pending = Vec::new();
        self.searched = 0;
    }

    pub(super) fn pending_mut(&mut self) -> &mut Vec<u8> {
        &mut self.pending
    }

    pub(super) fn buffered(&self) -> usize {
        self.pending.len()
    }

    /// Appends to the frame in the making what belongs to it. `Some` if that completes it: where in
    /// `chunk` the next begins.
    fn join(&mut self, chunk: &[u8]) -> Result<Option<usize>, FrameTooLarge> {
        let before = self.pending.len();
        let reach = self.end.longest() - 1;
        if reach > 0 {
            // The end may lie across the seam: search as many bytes on each side as it can have
            // there.
            let from = before.saturating_sub(reach);
            let (head, _) = chunk.split_at(reach.min(chunk.len()));
            self.pending.extend_from_slice(head);
            if let Some(found) = self.find(self.pending.get(from..).unwrap_or_default()) {
                self.check(from + found.end)?;
                self.pending.truncate(from + found.end);
                return Ok(Some((from + found.next).saturating_sub(before)));
            }
            self.pending.truncate(before);
        }
        let Some(found) = self.find(chunk) else {
            self.pending.extend_from_slice(chunk);
            self.suspend()?;
            return Ok(None);
        };
        self.check(before + found.end)?;
        let (last, _) = chunk.split_at(found.end);
        self.pending.extend_from_slice(last);
        Ok(Some(found.next))
    }

    /// All of `pending` has been searched and holds no end; its bytes wait for more.
    fn suspend(&mut self) -> Result<(), FrameTooLarge> {
        self.searched = self.pending.len();
        if self.searched > self.max_frame {
            self.check(self.searched - self.end.begun(&self.pending))?;
        }
        Ok(())
    }

    fn deliver(&mut self, sink: &mut impl FnMut(Cow<'_, [u8]>)) {
        self.searched = 0;
        deliver(&mut self.pending, sink);
    }

    fn check(&self, len: usize) -> Result<(), FrameTooLarge> {
        FrameTooLarge::check(len, self.max_frame)
    }

    fn find(&self, bytes: &[u8]) -> Option<Found> {
        let found = self.end.find(bytes);
        #[cfg(test)]
        self.work
            .set(self.work.get() + found.map_or(bytes.len(), |found| found.next));
        found
    }
}

#[cfg(test)]
mod tests {
    use super::super::delimiter::Delimiter;
    use super::super::line::Line;
    use super::super::testing::MIB;
    use super::*;

    const CHUNK: usize = 64 * 1024;

    fn splitter(end: &[u8]) -> Splitter<Delimiter> {
        Splitter::new(Delimiter::new(end).unwrap(), 64 * MIB)
    }

    fn searched(
        end: &[u8],
        mut feed: impl FnMut(&mut Splitter<Delimiter>, &[u8], &mut usize),
    ) -> usize {
        let mut splitter = splitter(end);
        let stream = [&vec![b'x'; 64 * MIB][..], end].concat();
        let mut frame = 0;
        for chunk in stream.chunks(CHUNK) {
            feed(&mut splitter, chunk, &mut frame);
        }
        assert_eq!(frame, 64 * MIB);
        splitter.work.get()
    }

    #[test]
    fn a_frame_of_64_mib_is_searched_once() {
        for end in [&b"\n"[..], b"\0\0", b"xxxy"] {
            let fed = searched(end, |splitter, chunk, frame| {
                splitter
                    .feed(chunk, &mut |bytes| *frame = bytes.len())
                    .unwrap();
            });
            let direct = searched(end, |splitter, chunk, frame| {
                splitter.pending_mut().extend_from_slice(chunk);
                splitter.scan(&mut |bytes| *frame = bytes.len()).unwrap();
            });
            // Each of the 1,025 seams is looked at again, `end.len() - 1` bytes on both sides of
            // it.
            let seams = 1025 * 2 * (end.len() - 1);
            assert!(fed <= 64 * MIB + end.len() + seams, "{fed}");
            assert!(direct <= 64 * MIB + end.len() + seams, "{direct}");
        }
    }

    #[test]
    fn many_frames_in_a_chunk_are_searched_once() {
        let mut splitter = splitter(b"\n");
        let chunk = [&[b'x'; 63][..], b"\n"].concat().repeat(1024);
        let mut frames = 0;
        splitter.feed(&chunk, &mut |_| frames += 1).unwrap();
        assert_eq!(frames, 1024);
        assert_eq!(splitter.work.get(), chunk.len());
    }

    #[test]
    fn lines_without_newlines_or_separators_are_searched_once() {
        for line in [&b"|"[..], b"\n", b"x|", b"|||||||x\n"] {
            let mut splitter = Splitter::new(Line::new(Some(b"||")), MIB);
            let chunk = line.repeat(CHUNK / line.len());
            splitter.feed(&chunk, &mut |_| ()).unwrap();
            assert_eq!(splitter.work.get(), chunk.len());
        }
    }

    #[test]
    fn memory_is_given_back() {
        let mut splitter = splitter(b"\n");
        for size in [5, CHUNK - 1, CHUNK, MIB] {
            splitter.feed(&vec![b'x'; size], &mut |_| ()).unwrap();
            splitter.feed(b"\n", &mut |_| ()).unwrap();
            assert!(splitter.pending.capacity() <= 4096);
        }
    }

    #[test]
    fn bytes_appended_but_not_scanned_are_not_lost() {
        let mut splitter = splitter(b"ab");
        let mut frames = Vec::new();
        splitter
            .feed(b"1a", &mut |frame| frames.push(frame.into_owned()))
            .unwrap();
        splitter.pending_mut().extend_from_slice(b"b2a");
        splitter
            .feed(b"b3ab", &mut |frame| frames.push(frame.into_owned()))
            .unwrap();
        assert_eq!(frames, [b"1", b"2", b"3"]);
    }
}
