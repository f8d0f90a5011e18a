//! What the tests of the framings share.

use std::borrow::Cow;

use proptest::prelude::*;

use super::{Framer, Framing};

pub(super) const MIB: usize = 1024 * 1024;

/// A delimiter framing.
pub(super) fn delimiter(bytes: &[u8]) -> Framing {
    Framing::Delimiter(bytes.into())
}

/// A sink that keeps the frames.
pub(super) fn keep(seen: &mut Vec<Vec<u8>>) -> impl FnMut(Cow<'_, [u8]>) + use<'_> {
    |frame| seen.push(frame.into_owned())
}

/// The frames of a whole stream, and whether one of them was too large.
pub(super) fn frames<'a>(
    framing: &Framing,
    max_frame: usize,
    chunks: impl IntoIterator<Item = &'a [u8]>,
) -> (Vec<Vec<u8>>, bool) {
    let mut framer = Framer::new(framing, max_frame);
    let mut seen = Vec::new();
    let failed = chunks
        .into_iter()
        .any(|chunk| framer.feed(chunk, &mut keep(&mut seen)).is_err());
    framer.finish(&mut keep(&mut seen));
    assert_eq!(framer.buffered(), 0);
    (seen, failed)
}

/// Sizes of chunks, to be repeated.
pub(super) fn sizes(longest: usize) -> impl Strategy<Value = Vec<usize>> {
    prop::collection::vec(1..longest + 1, 1..10)
}

/// The stream in chunks of these sizes.
pub(super) fn cut<'a>(stream: &'a [u8], sizes: &[usize]) -> Vec<&'a [u8]> {
    let mut rest = stream;
    let mut chunks = Vec::new();
    for size in sizes.iter().cycle() {
        if rest.is_empty() {
            break;
        }
        let (chunk, after) = rest.split_at(rest.len().min(*size));
        chunks.push(chunk);
        rest = after;
    }
    chunks
}
