//! Lines of text: they end with a newline, or with one more separator.

use memchr::{memchr, memchr2_iter};

use super::split::{Found, FrameEnd, begun_of};

const NEWLINE: &[u8] = b"\r\n";

/// What ends a line: `\n`, the `\r` before it included, and the separator if there is one.
#[derive(Debug)]
pub(super) struct Line {
    separator: Separator,
}

#[derive(Debug)]
enum Separator {
    None,
    /// At least one byte, none of them a newline: where it is found, no newline can be meant.
    Own(Box<[u8]>),
    /// A newline with something before it, which goes with it.
    BeforeNewline(Box<[u8]>),
}

impl Line {
    /// A separator with a newline before its last byte cannot be found, as the newline ends the
    /// line first.
    pub(super) fn new(separator: Option<&[u8]>) -> Self {
        let separator = match separator {
            None | Some([]) => Separator::None,
            Some(bytes) => match memchr(b'\n', bytes) {
                None => Separator::Own(bytes.into()),
                Some(at) if at > 0 && at + 1 == bytes.len() => {
                    Separator::BeforeNewline(bytes.into())
                }
                Some(_) => Separator::None,
            },
        };
        Self { separator }
    }

    fn separator(&self) -> &[u8] {
        match &self.separator {
            Separator::None => &[],
            Separator::Own(bytes) | Separator::BeforeNewline(bytes) => bytes,
        }
    }

    /// The end made by the newline at `at`.
    fn newline(&self, bytes: &[u8], at: usize) -> Found {
        let next = at + 1;
        let (through, _) = bytes.split_at(next);
        let end = match &self.separator {
            Separator::BeforeNewline(separator) if through.ends_with(separator) => {
                next - separator.len()
            }
            _ if through.ends_with(NEWLINE) => at - 1,
            _ => at,
        };
        Found { end, next }
    }
}

impl FrameEnd for Line {
    const REST_IS_FRAME: bool = true;

    fn longest(&self) -> usize {
        self.separator().len().max(NEWLINE.len())
    }

    fn find(&self, bytes: &[u8]) -> Option<Found> {
        let Separator::Own(separator) = &self.separator else {
            return memchr(b'\n', bytes).map(|at| self.newline(bytes, at));
        };
        // One pass for both: two searches, each to its own next hit, would search the same bytes
        // again and again where one of them is rare.
        let first = *separator.first()?;
        memchr2_iter(b'\n', first, bytes).find_map(|at| {
            let here = bytes.get(at..)?;
            if here.starts_with(separator) {
                Some(Found {
                    end: at,
                    next: at + separator.len(),
                })
            } else if here.starts_with(b"\n") {
                Some(self.newline(bytes, at))
            } else {
                None
            }
        })
    }

    fn begun(&self, bytes: &[u8]) -> usize {
        begun_of(self.separator(), bytes).max(begun_of(NEWLINE, bytes))
    }
}

#[cfg(test)]
mod tests {
    use super::super::Framing;
    use super::super::testing::{cut, frames, sizes};
    use proptest::prelude::*;

    /// What the framing means, said in the most naive way, byte by byte.
    fn reference(stream: &[u8], separator: Option<&[u8]>) -> Vec<Vec<u8>> {
        let (mut lines, mut line) = (Vec::new(), Vec::new());
        for byte in stream {
            line.push(*byte);
            // Of several ends that are complete with this byte the longest counts.
            let ends = [separator.unwrap_or_default(), b"\r\n", b"\n"];
            let Some(end) = ends
                .iter()
                .filter(|end| line.ends_with(end))
                .map(|end| end.len())
                .max()
            else {
                continue;
            };
            if end == 0 {
                continue;
            }
            line.truncate(line.len() - end);
            lines.push(std::mem::take(&mut line));
        }
        if !line.is_empty() {
            lines.push(line);
        }
        lines
    }

    fn line(separator: Option<&[u8]>) -> Framing {
        Framing::Line {
            separator: separator.map(Into::into),
        }
    }

    fn at_every_cut(separator: Option<&[u8]>, stream: &[u8], expected: &[&str]) {
        for cut in 0..=stream.len() {
            let (head, tail) = stream.split_at(cut);
            let (seen, _) = frames(&line(separator), 99, [head, tail]);
            assert_eq!(
                seen,
                expected
                    .iter()
                    .map(|line| line.as_bytes())
                    .collect::<Vec<_>>(),
                "cut at {cut}"
            );
        }
    }

    #[test]
    fn both_newlines_end_a_line_and_the_rest_is_one() {
        at_every_cut(
            None,
            "a\r\nb\n\n\r\nc\rd\r\r\né".as_bytes(),
            &["a", "b", "", "", "c\rd\r", "é"],
        );
        at_every_cut(Some(b""), b"a\n", &["a"]);
    }

    #[test]
    fn the_separator_ends_a_line_too() {
        at_every_cut(Some(b"|"), b"a|b\r\nc|\n|d", &["a", "b", "c", "", "", "d"]);
        at_every_cut(Some(b"aab"), b"aaab1\naabaa", &["a", "1", "", "aa"]);
        at_every_cut(Some(b"\0\0"), b"1\0\0\x002\0\0\r\n", &["1", "\u{0}2", ""]);
    }

    #[test]
    fn a_separator_with_a_newline_gives_way_to_it() {
        at_every_cut(Some(b";\n"), b"a;\nb\r\n;c\n;\n", &["a", "b", ";c", ""]);
        at_every_cut(Some(b"\n\n"), b"a\n\nb", &["a", "", "b"]);
        at_every_cut(Some(b"\r\n"), b"a\r\nb\n", &["a", "b"]);
        at_every_cut(Some(b"x\ny"), b"ax\nyb\n", &["ax", "yb"]);
    }

    #[test]
    fn the_cap_counts_the_line_alone() {
        assert_eq!(
            frames(&line(None), 3, b"abc\r\n".chunks(1)),
            (vec![b"abc".to_vec()], false)
        );
        assert_eq!(frames(&line(None), 2, b"abc\r\n".chunks(1)), (vec![], true));
        assert_eq!(
            frames(&line(Some(b"ab")), 3, b"abcab".chunks(1)),
            (vec![vec![], b"c".to_vec()], false)
        );
        assert_eq!(frames(&line(None), 3, [&b"abc\rd"[..]]), (vec![], true));
    }

    fn bytes(most: usize) -> impl Strategy<Value = Vec<u8>> {
        prop::collection::vec(prop::sample::select(&b"aab|\r\n"[..]), 0..most)
    }

    proptest! {
        #[test]
        fn the_chunking_does_not_matter(
            stream in bytes(60),
            separator in prop::option::of(bytes(5)),
            sizes in sizes(9),
        ) {
            let separator = separator.as_deref();
            let (seen, _) = frames(&line(separator), 99, cut(&stream, &sizes));
            prop_assert_eq!(seen, reference(&stream, separator));
        }
    }
}
