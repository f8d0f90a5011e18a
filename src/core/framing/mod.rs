//! How frames are told apart in a stream of bytes.
//!
//! A [`Framer`] is fed the chunks of one stream, cut anywhere, and hands every complete frame to a
//! sink. The frames of a proper stream depend on its bytes alone, never on where they were cut. The
//! time is linear: each byte is searched once, however large the frame (in a stream of JSON that
//! breaks off, twice).
//!
//! - `split`: frames that end with certain bytes: the buffer, the seams between chunks, the cap.
//! - `delimiter`: one fixed end, of one byte or several.
//! - `line`: `\n`, `\r\n` and possibly one more separator.
//! - `json_object`: no end at all, JSON objects one after the other; `json_scanner` knows the
//!   grammar, `nesting` its brackets.

mod delimiter;
mod json_object;
pub(in crate::core) mod json_scanner;
mod line;
mod nesting;
mod split;
#[cfg(test)]
mod testing;

use std::borrow::Cow;
use std::error::Error;
use std::fmt;
use std::mem;

use self::delimiter::Delimiter;
use self::json_object::JsonObjects;
use self::line::Line;
use self::split::Splitter;
use super::limits::{DIRECT_READ, KEEP_CAPACITY};

/// How the frames of a stream are told apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Framing {
    /// Each frame is followed by these bytes. No bytes at all mean [`Framing::Raw`]: nothing could
    /// ever end a frame.
    Delimiter(Box<[u8]>),
    /// Each frame is a line: it is followed by `\n` or `\r\n`, or by the end of the stream unless
    /// it is empty.
    Line {
        /// Bytes that end a line as well. Default: none. If it ends with a newline it counts
        /// together with that; a newline inside it ends the line before the separator is complete.
        separator: Option<Box<[u8]>>,
    },
    /// JSON objects one after the other with nothing between them but white space. Scalars and
    /// arrays among them are skipped. What is not JSON is dropped to the end of its chunk; if it is
    /// in a frame begun in an earlier chunk, only what came before this chunk is dropped. Each
    /// frame is a complete, valid JSON object.
    JsonObject,
    /// No frames on the wire: every chunk is passed on as it came, and the frame cap does not
    /// apply.
    Raw,
}

/// A frame exceeded the cap of its [`Framer`]. The stream cannot be followed any further.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FrameTooLarge {
    /// The cap in bytes, not counting the bytes that end a frame.
    pub max_frame: usize,
}

impl FrameTooLarge {
    fn check(len: usize, max_frame: usize) -> Result<(), Self> {
        if len > max_frame {
            Err(Self { max_frame })
        } else {
            Ok(())
        }
    }
}

impl fmt::Display for FrameTooLarge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "frame exceeds the limit of {} bytes", self.max_frame)
    }
}

impl Error for FrameTooLarge {}

/// Finds the frames in the bytes of one stream.
///
/// A frame reaches the sink as [`Cow::Owned`] if it was put together from several chunks and has at
/// least [`DIRECT_READ`] bytes: its memory moves on without a copy. All others are
/// [`Cow::Borrowed`] for the call.
///
/// After an error the framer has dropped its memory and answers everything with the same error: the
/// place where the next frame begins is lost.
#[derive(Debug)]
pub struct Framer {
    kind: Kind,
    max_frame: usize,
}

#[derive(Debug)]
enum Kind {
    Raw,
    Delimiter(Splitter<Delimiter>),
    Line(Splitter<Line>),
    JsonObject(JsonObjects),
    Failed,
}

impl Framer {
    /// A framer at the beginning of a stream. `max_frame` is the cap in bytes, the frame's end not
    /// counted.
    #[must_use]
    pub fn new(framing: &Framing, max_frame: usize) -> Self {
        let kind = match framing {
            Framing::Delimiter(bytes) => match Delimiter::new(bytes) {
                Some(delimiter) => Kind::Delimiter(Splitter::new(delimiter, max_frame)),
                None => Kind::Raw,
            },
            Framing::Line { separator } => {
                Kind::Line(Splitter::new(Line::new(separator.as_deref()), max_frame))
            }
            Framing::JsonObject => Kind::JsonObject(JsonObjects::new(max_frame)),
            Framing::Raw => Kind::Raw,
        };
        Self { kind, max_frame }
    }

    /// Takes the next bytes of the stream and passes on, in order, each frame they complete.
    ///
    /// # Errors
    /// [`FrameTooLarge`] if a frame, complete or not, exceeds the cap. The frames before it have
    /// been passed on.
    pub fn feed(
        &mut self,
        chunk: &[u8],
        sink: &mut impl FnMut(Cow<'_, [u8]>),
    ) -> Result<(), FrameTooLarge> {
        let result = match &mut self.kind {
            Kind::Raw => {
                sink(Cow::Borrowed(chunk));
                Ok(())
            }
            Kind::Delimiter(splitter) => splitter.feed(chunk, sink),
            Kind::Line(splitter) => splitter.feed(chunk, sink),
            Kind::JsonObject(objects) => objects.feed(chunk, sink),
            Kind::Failed => Err(FrameTooLarge {
                max_frame: self.max_frame,
            }),
        };
        self.settle(result)
    }

    /// The frame in the making, if it has [`DIRECT_READ`] bytes already: the reader may append the
    /// next bytes of the stream to it, and nothing else, instead of reading into a buffer of its
    /// own. Then it calls [`Framer::scan`].
    pub fn direct(&mut self) -> Option<&mut Vec<u8>> {
        let pending = match &mut self.kind {
            Kind::Raw | Kind::Failed => return None,
            Kind::Delimiter(splitter) => splitter.pending_mut(),
            Kind::Line(splitter) => splitter.pending_mut(),
            Kind::JsonObject(objects) => objects.pending_mut(),
        };
        (pending.len() >= DIRECT_READ).then_some(pending)
    }

    /// Passes on the frames completed by what was appended to [`Framer::direct`]. Bytes seen before
    /// are not searched again.
    ///
    /// # Errors
    /// As [`Framer::feed`].
    pub fn scan(&mut self, sink: &mut impl FnMut(Cow<'_, [u8]>)) -> Result<(), FrameTooLarge> {
        let result = match &mut self.kind {
            Kind::Raw => Ok(()),
            Kind::Delimiter(splitter) => splitter.scan(sink),
            Kind::Line(splitter) => splitter.scan(sink),
            Kind::JsonObject(objects) => objects.scan(sink),
            Kind::Failed => Err(FrameTooLarge {
                max_frame: self.max_frame,
            }),
        };
        self.settle(result)
    }

    /// The stream has ended. What remains is a frame with [`Framing::Line`]; otherwise it lacks its
    /// end and is dropped. The framer is then ready for the beginning of another stream, unless it
    /// has failed.
    pub fn finish(&mut self, sink: &mut impl FnMut(Cow<'_, [u8]>)) {
        match &mut self.kind {
            Kind::Raw | Kind::Failed => {}
            Kind::Delimiter(splitter) => splitter.finish(sink),
            Kind::Line(splitter) => splitter.finish(sink),
            Kind::JsonObject(objects) => objects.finish(),
        }
    }

    /// Bytes of the frame in the making, in memory now.
    #[must_use]
    pub fn buffered(&self) -> usize {
        match &self.kind {
            Kind::Raw | Kind::Failed => 0,
            Kind::Delimiter(splitter) => splitter.buffered(),
            Kind::Line(splitter) => splitter.buffered(),
            Kind::JsonObject(objects) => objects.buffered(),
        }
    }

    fn settle(&mut self, result: Result<(), FrameTooLarge>) -> Result<(), FrameTooLarge> {
        if result.is_err() {
            // Reading on would take the rest of the oversized frame for frames of its own.
            self.kind = Kind::Failed;
        }
        result
    }
}

/// Passes on a frame put together in `pending` and leaves `pending` empty and small.
fn deliver(pending: &mut Vec<u8>, sink: &mut impl FnMut(Cow<'_, [u8]>)) {
    if pending.len() >= DIRECT_READ {
        sink(Cow::Owned(mem::take(pending)));
        return;
    }
    sink(Cow::Borrowed(pending));
    pending.clear();
    if pending.capacity() > KEEP_CAPACITY {
        // One large frame must not keep its memory for the whole life of an idle connection.
        *pending = Vec::new();
    }
}

#[cfg(test)]
mod tests {
    use super::testing::{MIB, cut, delimiter, keep, sizes};
    use super::*;
    use proptest::prelude::*;

    fn lines() -> Framing {
        Framing::Line { separator: None }
    }

    #[test]
    fn raw_passes_every_chunk_on() {
        for framing in [Framing::Raw, delimiter(b"")] {
            let mut seen = Vec::new();
            let mut framer = Framer::new(&framing, 2);
            for chunk in [&b"abc"[..], b"", b"\n"] {
                assert_eq!(framer.feed(chunk, &mut keep(&mut seen)), Ok(()));
            }
            assert!(framer.direct().is_none());
            assert_eq!(framer.scan(&mut keep(&mut seen)), Ok(()));
            framer.finish(&mut keep(&mut seen));
            assert_eq!(seen, [&b"abc"[..], b"", b"\n"]);
            assert_eq!(framer.buffered(), 0);
        }
    }

    #[test]
    fn after_an_oversized_frame_nothing_comes_any_more() {
        let mut seen = Vec::new();
        let mut framer = Framer::new(&lines(), 3);
        let error = FrameTooLarge { max_frame: 3 };
        assert_eq!(
            framer.feed(b"abc\nabcd\nab\n", &mut keep(&mut seen)),
            Err(error)
        );
        assert_eq!(framer.feed(b"ab\n", &mut keep(&mut seen)), Err(error));
        assert_eq!(framer.scan(&mut keep(&mut seen)), Err(error));
        assert!(framer.direct().is_none());
        framer.finish(&mut keep(&mut seen));
        assert_eq!(framer.buffered(), 0);
        assert_eq!(seen, [b"abc"]);
        assert_eq!(error.to_string(), "frame exceeds the limit of 3 bytes");
    }

    #[test]
    fn the_end_of_the_stream_ends_lines_alone() {
        for (framing, rest) in [
            (delimiter(b"\n"), None),
            (Framing::JsonObject, None),
            (lines(), Some(b"{")),
        ] {
            let mut seen = Vec::new();
            let mut framer = Framer::new(&framing, MIB);
            framer.feed(b"{", &mut keep(&mut seen)).unwrap();
            assert_eq!(framer.buffered(), 1);
            framer.finish(&mut keep(&mut seen));
            framer.finish(&mut keep(&mut seen));
            assert_eq!(framer.buffered(), 0);
            framer.feed(b"{}\n", &mut keep(&mut seen)).unwrap();
            let expected: Vec<&[u8]> = rest
                .into_iter()
                .map(|rest| &rest[..])
                .chain([&b"{}"[..]])
                .collect();
            assert_eq!(seen, expected);
        }
    }

    #[test]
    fn a_frame_from_several_chunks_is_owned_when_large() {
        for (size, owned) in [(DIRECT_READ - 1, false), (DIRECT_READ, true)] {
            let mut framer = Framer::new(&lines(), MIB);
            let mut seen = None;
            let mut sink =
                |frame: Cow<'_, [u8]>| seen = Some((frame.len(), matches!(frame, Cow::Owned(_))));
            framer.feed(&vec![b'x'; size], &mut sink).unwrap();
            framer.feed(b"\n", &mut sink).unwrap();
            assert_eq!(seen, Some((size, owned)));
        }
    }

    #[test]
    fn direct_opens_at_its_threshold() {
        let mut framer = Framer::new(&delimiter(b"\n"), MIB);
        let mut seen = Vec::new();
        framer
            .feed(&vec![b'x'; DIRECT_READ - 1], &mut keep(&mut seen))
            .unwrap();
        assert!(framer.direct().is_none());
        framer.feed(b"x", &mut keep(&mut seen)).unwrap();
        framer
            .direct()
            .unwrap()
            .extend_from_slice(b"yy\nnext\nrest");
        framer.scan(&mut keep(&mut seen)).unwrap();
        assert_eq!(seen.len(), 2);
        assert!(seen[0].ends_with(b"xyy"));
        assert_eq!(seen[1], b"next");
        assert_eq!(framer.buffered(), 4);
        assert!(framer.direct().is_none());
    }

    /// Framings, each with what stands before and after the content of a frame.
    fn framings() -> impl Strategy<Value = (Framing, &'static str, &'static str)> {
        prop::sample::select(vec![
            (delimiter(b"\n"), "", "\n"),
            (delimiter(b"aab"), "", "aab"),
            (delimiter(b"abab"), "", "abab"),
            (lines(), "", "\r\n"),
            (
                Framing::Line {
                    separator: Some(b"aab"[..].into()),
                },
                "",
                "aab",
            ),
            (Framing::JsonObject, "{\"\":\"", "\"}"),
        ])
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn feeding_and_reading_directly_mix(
            (framing, before, after) in framings(),
            contents in prop::collection::vec(
                prop_oneof![0usize..9, DIRECT_READ - 2..DIRECT_READ + 300], 1..6,
            ),
            sizes in sizes(40_000),
            directly in prop::collection::vec(any::<bool>(), 1..9),
        ) {
            let in_frame = framing == Framing::JsonObject;
            let mut stream = Vec::new();
            let mut expected = Vec::new();
            for (content, byte) in contents.iter().zip(b"xyaxba".iter()) {
                // A content that ends like the beginning of the end.
                let content = [&vec![*byte; *content][..], b"xa"].concat();
                let whole = [before.as_bytes(), &content, after.as_bytes()].concat();
                stream.extend_from_slice(&whole);
                expected.push(if in_frame { whole } else { content });
            }
            stream.extend_from_slice(b"{\"re");
            let mut framer = Framer::new(&framing, MIB);
            let mut seen = Vec::new();
            for (chunk, directly) in cut(&stream, &sizes).into_iter().zip(directly.iter().cycle()) {
                match framer.direct() {
                    Some(pending) if *directly => {
                        pending.extend_from_slice(chunk);
                        framer.scan(&mut keep(&mut seen)).unwrap();
                    }
                    _ => framer.feed(chunk, &mut keep(&mut seen)).unwrap(),
                }
            }
            prop_assert!(seen == expected, "{} frames of {}", seen.len(), expected.len());
            prop_assert_eq!(framer.buffered(), 4);
        }
    }
}
