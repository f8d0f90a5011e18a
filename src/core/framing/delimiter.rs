//! One fixed delimiter after each frame.

use memchr::{memchr, memmem};

use super::split::{Found, FrameEnd, begun_of};

/// The bytes after each frame; at least one.
#[derive(Debug)]
pub(super) enum Delimiter {
    /// By far the most frequent case, the fastest, and without memory of its own.
    Byte(u8),
    /// Boxed for its size, which every connection would pay.
    Bytes(Box<memmem::Finder<'static>>),
}

impl Delimiter {
    /// `None` without bytes: an empty delimiter would be found for ever at the same place.
    pub(super) fn new(bytes: &[u8]) -> Option<Self> {
        match bytes {
            [] => None,
            [byte] => Some(Self::Byte(*byte)),
            _ => Some(Self::Bytes(Box::new(
                memmem::Finder::new(bytes).into_owned(),
            ))),
        }
    }
}

impl FrameEnd for Delimiter {
    const REST_IS_FRAME: bool = false;

    fn longest(&self) -> usize {
        match self {
            Self::Byte(_) => 1,
            Self::Bytes(finder) => finder.needle().len(),
        }
    }

    fn find(&self, bytes: &[u8]) -> Option<Found> {
        let end = match self {
            Self::Byte(byte) => memchr(*byte, bytes),
            Self::Bytes(finder) => finder.find(bytes),
        }?;
        Some(Found {
            end,
            next: end + self.longest(),
        })
    }

    fn begun(&self, bytes: &[u8]) -> usize {
        match self {
            Self::Byte(_) => 0,
            Self::Bytes(finder) => begun_of(finder.needle(), bytes),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{cut, delimiter, frames, sizes};
    use super::super::{FrameTooLarge, Framer};
    use proptest::prelude::*;
    use std::borrow::Cow;

    /// What the framing means, said in the most naive way: frames, and whether one was too large.
    fn reference(stream: &[u8], end: &[u8], max: usize) -> (Vec<Vec<u8>>, bool) {
        let (mut seen, mut start, mut at) = (Vec::new(), 0, 0);
        while at < stream.len() {
            if stream[at..].starts_with(end) {
                if at - start > max {
                    return (seen, true);
                }
                seen.push(stream[start..at].to_vec());
                at += end.len();
                start = at;
            } else {
                at += 1;
            }
        }
        // The shortest frame the rest can still become.
        let rest = &stream[start..];
        let begun = (0..end.len())
            .filter(|&n| rest.ends_with(&end[..n]))
            .max()
            .unwrap_or(0);
        (seen, rest.len() - begun > max)
    }

    #[test]
    fn frames_come_in_order_and_may_be_empty() {
        let (seen, _) = frames(
            &delimiter(b"\x0C"),
            9,
            [&b"one\x0C\x0Ctwo\x0Cre"[..], b"st"],
        );
        assert_eq!(seen, [&b"one"[..], b"", b"two"]);
    }

    #[test]
    fn an_end_with_a_repeating_prefix_is_found_at_every_cut() {
        for stream in [&b"aaab1aab"[..], b"aaaab", b"aabaab", b"abaaabb"] {
            let expected = reference(stream, b"aab", 9);
            assert!(!expected.0.is_empty());
            for cut in 0..=stream.len() {
                let (head, tail) = stream.split_at(cut);
                assert_eq!(frames(&delimiter(b"aab"), 9, [head, tail]), expected);
            }
            assert_eq!(frames(&delimiter(b"aab"), 9, stream.chunks(1)), expected);
        }
    }

    #[test]
    fn the_cap_counts_the_frame_alone() {
        for end in [&b"\n"[..], b"\n\n\n\n"] {
            let fits = [b"12345678", end].concat();
            assert_eq!(
                frames(&delimiter(end), 8, [&fits[..]]),
                (vec![b"12345678".to_vec()], false)
            );
            assert_eq!(
                frames(&delimiter(end), 8, fits.chunks(1)),
                (vec![b"12345678".to_vec()], false)
            );
            assert_eq!(frames(&delimiter(end), 7, [&fits[..]]), (vec![], true));
            assert_eq!(frames(&delimiter(end), 7, fits.chunks(1)), (vec![], true));
        }
    }

    #[test]
    fn an_unfinished_frame_fails_with_the_first_byte_too_many() {
        let mut framer = Framer::new(&delimiter(b"ab"), 3);
        let sink = &mut |_: Cow<'_, [u8]>| ();
        assert_eq!(framer.feed(b"12", sink), Ok(()));
        // The `a` may be the beginning of the end, a second one shows that the first was not.
        assert_eq!(framer.feed(b"3a", sink), Ok(()));
        assert_eq!(framer.feed(b"a", sink), Err(FrameTooLarge { max_frame: 3 }));
    }

    proptest! {
        #[test]
        fn the_chunking_does_not_matter(
            stream in prop::collection::vec(prop::sample::select(&b"aaabbc\n"[..]), 0..80),
            end in prop_oneof![
                prop::sample::select(vec!["a", "\n", "aa", "ab", "aab", "aba", "aaab", "abab"])
                    .prop_map(|end| end.as_bytes().to_vec()),
                prop::collection::vec(prop::sample::select(&b"abc\n"[..]), 1..5),
            ],
            max in prop_oneof![Just(1000usize), 0usize..12],
            sizes in sizes(9),
        ) {
            let seen = frames(&delimiter(&end), max, cut(&stream, &sizes));
            prop_assert_eq!(seen, reference(&stream, &end, max));
        }

        #[test]
        fn any_bytes_survive(
            // No byte of the end in a frame, or the end might be found there.
            expected in prop::collection::vec(prop::collection::vec(2u8..0xFF, 0..40), 0..12),
            sizes in sizes(50),
        ) {
            let end = b"\xFF\x00\xFF\x01";
            let whole = |frame: &Vec<u8>| [&frame[..], end].concat();
            let stream: Vec<u8> = expected.iter().flat_map(whole).collect();
            let seen = frames(&delimiter(end), 40, cut(&stream, &sizes));
            prop_assert_eq!(seen, (expected, false));
        }
    }
}
