//! What comes in on one connection: framed, inspected, and passed on. The same on both data paths.

use std::borrow::Cow;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::framing::Framer;
use super::framing::json_scanner::Scanner;
use super::protocol::Protocol;
use super::routing::guard::Guard;

/// Why nothing more is taken from a peer. The numbers are known to `lib/engine/records.js`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(i32)]
pub enum Refusal {
    /// A frame, complete or not, is over the cap.
    TooLarge = 0,
    /// A frame was not completed in time.
    TooLate = 1,
    /// A frame is no JSON.
    NotJson = 2,
    /// It is JSON, but not an object.
    NotAnObject = 3,
    /// It has no name, or an empty one.
    NoName = 4,
    /// Its name is too long.
    LongName = 5,
    /// Its name is a property of every object.
    InheritedName = 6,
    /// Its name is that of something that happens at this end.
    ReservedName = 7,
    /// Its name is not among those there are.
    UnlistedName = 8,
}

/// See the module.
#[derive(Debug)]
pub struct Intake {
    framer: Framer,
    guard: Option<Inspection>,
    patience: Option<Patience>,
    /// Frames seen so far.
    seen: u64,
    refused: Option<Refusal>,
}

#[derive(Debug)]
struct Inspection {
    guard: Arc<Guard>,
    scanner: Scanner,
}

/// How long a peer may take for one frame.
#[derive(Debug)]
struct Patience {
    limit: Duration,
    /// When the frame in the making began, and how many frames there were before it.
    began: Option<(Instant, u64)>,
}

impl Intake {
    /// At the beginning of a stream.
    #[must_use]
    pub fn new(protocol: &Protocol) -> Self {
        Self {
            framer: Framer::new(&protocol.framing, protocol.max_frame),
            guard: protocol.guard.clone().map(|guard| Inspection {
                guard,
                scanner: Scanner::default(),
            }),
            patience: protocol
                .frame_timeout
                .map(|limit| Patience { limit, began: None }),
            seen: 0,
            refused: None,
        }
    }

    /// Takes a chunk; the frames it completes go to `sink`.
    ///
    /// # Errors
    /// Why nothing more is to be taken. The frames before have been passed on.
    pub fn feed(
        &mut self,
        chunk: &[u8],
        sink: &mut impl FnMut(Cow<'_, [u8]>),
    ) -> Result<(), Refusal> {
        let Self {
            framer,
            guard,
            seen,
            refused,
            ..
        } = self;
        let outcome = framer.feed(chunk, &mut |frame| {
            *seen += 1;
            pass(guard.as_mut(), refused, frame, sink);
        });
        self.outcome(outcome.is_err())
    }

    /// See [`Framer::direct`].
    pub fn direct(&mut self) -> Option<&mut Vec<u8>> {
        self.framer.direct()
    }

    /// Takes what was appended to [`Intake::direct`].
    ///
    /// # Errors
    /// As [`Intake::feed`].
    pub fn scan(&mut self, sink: &mut impl FnMut(Cow<'_, [u8]>)) -> Result<(), Refusal> {
        let Self {
            framer,
            guard,
            seen,
            refused,
            ..
        } = self;
        let outcome = framer.scan(&mut |frame| {
            *seen += 1;
            pass(guard.as_mut(), refused, frame, sink);
        });
        self.outcome(outcome.is_err())
    }

    /// The stream has ended.
    ///
    /// # Errors
    /// As [`Intake::feed`].
    pub fn finish(&mut self, sink: &mut impl FnMut(Cow<'_, [u8]>)) -> Result<(), Refusal> {
        let Self {
            framer,
            guard,
            refused,
            ..
        } = self;
        framer.finish(&mut |frame| pass(guard.as_mut(), refused, frame, sink));
        self.outcome(false)
    }

    /// What was taken last came now: the time of a frame begins with its first byte, and more bytes of it do not
    /// prolong it. To be called after each chunk; the clock is only read if it matters.
    pub fn settle(&mut self, now: fn() -> Instant) {
        if let Some(patience) = &mut self.patience {
            let seen = self.seen;
            if self.framer.buffered() == 0 {
                patience.began = None;
            } else if patience.began.is_none_or(|(_, before)| before != seen) {
                patience.began = Some((now(), seen));
            }
        }
    }

    /// When the frame in the making is late; nothing if there is none, or all the time in the world.
    #[must_use]
    pub fn deadline(&self) -> Option<Instant> {
        let patience = self.patience.as_ref()?;
        patience.began?.0.checked_add(patience.limit)
    }

    fn outcome(&mut self, too_large: bool) -> Result<(), Refusal> {
        if too_large {
            self.refused.get_or_insert(Refusal::TooLarge);
        }
        self.refused.map_or(Ok(()), Err)
    }
}

fn pass(
    guard: Option<&mut Inspection>,
    refused: &mut Option<Refusal>,
    frame: Cow<'_, [u8]>,
    sink: &mut impl FnMut(Cow<'_, [u8]>),
) {
    if refused.is_some() {
        return;
    }
    match guard.map_or(Ok(()), |it| it.guard.inspect(&mut it.scanner, &frame)) {
        Ok(()) => sink(frame),
        Err(refusal) => *refused = Some(refusal),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::batch::{Codec, Decoding};
    use crate::core::framing::Framing;
    use crate::core::routing::guard::Names;

    fn intake(guarded: bool) -> Intake {
        Intake::new(&Protocol {
            framing: Framing::Delimiter(b"\n"[..].into()),
            frame_end: b"\n"[..].into(),
            decoding: Decoding {
                codec: Codec::Json,
                envelope: None,
                members: None,
            },
            max_frame: 40,
            high_water_mark: 1,
            outbox_cap: None,
            inbox_cap: 1,
            no_delay: false,
            guard: guarded.then(|| {
                Arc::new(Guard {
                    longest: 4,
                    inherited: Names::default(),
                    reserved: Names::default(),
                    allowed: None,
                })
            }),
            frame_timeout: guarded.then_some(Duration::from_secs(1)),
        })
    }

    #[test]
    fn nothing_is_passed_on_after_a_refusal() {
        let mut frames = 0;
        let mut sink = |_: Cow<'_, [u8]>| frames += 1;
        let mut intake = intake(true);
        let stream = b"{\"type\":\"a\"}\n{\"type\":\"a\"}\n[]\n{\"type\":\"a\"}\n";
        assert_eq!(intake.feed(stream, &mut sink), Err(Refusal::NotAnObject));
        assert_eq!(intake.feed(stream, &mut sink), Err(Refusal::NotAnObject));
        assert_eq!(intake.finish(&mut sink), Err(Refusal::NotAnObject));
        assert_eq!(frames, 2);
    }

    #[test]
    fn the_first_refusal_counts() {
        let mut frames = 0;
        let mut sink = |_: Cow<'_, [u8]>| frames += 1;
        let mut intake = intake(true);
        let stream = [&b"{\"type\":\"12345\"}\n"[..], &[b'x'; 50]].concat();
        assert_eq!(intake.feed(&stream, &mut sink), Err(Refusal::LongName));
        let mut intake = self::intake(false);
        assert_eq!(intake.feed(&stream, &mut sink), Err(Refusal::TooLarge));
        assert_eq!(frames, 1);
    }

    #[test]
    fn the_time_of_a_frame_begins_with_it() {
        let mut frames = 0;
        let mut sink = |_: Cow<'_, [u8]>| frames += 1;
        let mut intake = intake(true);
        intake.settle(Instant::now);
        assert_eq!(intake.deadline(), None);
        intake.feed(b"{\"ty", &mut sink).unwrap();
        intake.settle(Instant::now);
        let first = intake.deadline().unwrap();
        std::thread::sleep(Duration::from_millis(2));
        intake.feed(b"pe\":", &mut sink).unwrap();
        intake.settle(Instant::now);
        assert_eq!(intake.deadline(), Some(first));
        intake.feed(b"\"a\"}\n{", &mut sink).unwrap();
        intake.settle(Instant::now);
        assert!(intake.deadline().unwrap() > first);
        intake.feed(b"\"type\":\"a\"}\n", &mut sink).unwrap();
        intake.settle(Instant::now);
        assert_eq!(intake.deadline(), None);
        assert_eq!(frames, 2);
        // Who does not care is not asked for the time.
        let mut intake = self::intake(false);
        intake.feed(b"{", &mut |_| ()).unwrap();
        intake.settle(|| unreachable!());
        assert_eq!(intake.deadline(), None);
    }
}
