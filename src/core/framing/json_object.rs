//! JSON objects one after the other, with nothing between them.

use std::borrow::Cow;

use super::json_scanner::{Scanner, Step, is_space};
use super::{FrameTooLarge, deliver};

/// Finds the objects in a stream of concatenated JSON values.
#[derive(Debug)]
pub(super) struct JsonObjects {
    scanner: Scanner,
    max_frame: usize,
    /// The object in the making. Empty between values and while a scalar or an array is being
    /// skipped.
    pending: Vec<u8>,
    /// How much of `pending` the scanner has seen. Differs from its length only between
    /// `pending_mut` and `scan`.
    scanned: usize,
}

impl JsonObjects {
    pub(super) fn new(max_frame: usize) -> Self {
        Self {
            scanner: Scanner::default(),
            max_frame,
            pending: Vec::new(),
            scanned: 0,
        }
    }

    pub(super) fn feed(
        &mut self,
        chunk: &[u8],
        sink: &mut impl FnMut(Cow<'_, [u8]>),
    ) -> Result<(), FrameTooLarge> {
        if self.scanned != self.pending.len() {
            self.scan(sink)?;
        }
        // A peer may have died, or lost its way, in the middle of a value. Whether the value begun
        // earlier goes on in this chunk is only known when it does not: then the chunk has its own
        // second chance. Once an object has come out of the chunk there is none, as it would come
        // out again.
        let mut second_chance = self.scanner.in_value();
        let mut rest = chunk;
        loop {
            if !self.scanner.in_value() {
                let spaces = rest.iter().take_while(|byte| is_space(**byte)).count();
                (_, rest) = rest.split_at(spaces);
            }
            let Some(first) = rest.first() else {
                return Ok(());
            };
            let wanted = !self.pending.is_empty() || (*first == b'{' && !self.scanner.in_value());
            match self.scanner.advance(rest) {
                Step::More => {
                    if wanted {
                        self.pending.extend_from_slice(rest);
                        self.scanned = self.pending.len();
                        self.check(self.scanned)?;
                    }
                    return Ok(());
                }
                Step::Complete(len) => {
                    let (value, after) = rest.split_at(len);
                    if wanted {
                        self.check(self.pending.len() + len)?;
                        self.deliver(value, sink);
                        second_chance = false;
                    }
                    rest = after;
                }
                Step::Violation(at) => {
                    if wanted {
                        self.check(self.pending.len() + at)?;
                    }
                    self.forget();
                    if !second_chance {
                        return Ok(());
                    }
                    second_chance = false;
                    rest = chunk;
                }
            }
        }
    }

    pub(super) fn scan(
        &mut self,
        sink: &mut impl FnMut(Cow<'_, [u8]>),
    ) -> Result<(), FrameTooLarge> {
        let seen = self.scanned.min(self.pending.len());
        let fresh = self.pending.get(seen..).unwrap_or_default();
        let after = match self.scanner.advance(fresh) {
            Step::More => {
                self.scanned = self.pending.len();
                return self.check(self.scanned);
            }
            Step::Complete(len) => {
                self.check(seen + len)?;
                let after = self.pending.split_off(seen + len);
                self.deliver(&[], sink);
                after
            }
            Step::Violation(at) => {
                self.check(seen + at)?;
                let chunk = self.pending.split_off(seen);
                self.forget();
                chunk
            }
        };
        self.feed(&after, sink)
    }

    /// The end of the stream: half an object is of no use to anybody.
    pub(super) fn finish(&mut self) {
        self.forget();
    }

    pub(super) fn pending_mut(&mut self) -> &mut Vec<u8> {
        &mut self.pending
    }

    pub(super) fn buffered(&self) -> usize {
        self.pending.len()
    }

    /// Passes on the object that ends with `last`.
    fn deliver(&mut self, last: &[u8], sink: &mut impl FnMut(Cow<'_, [u8]>)) {
        self.scanned = 0;
        if self.pending.is_empty() {
            sink(Cow::Borrowed(last));
        } else {
            self.pending.extend_from_slice(last);
            deliver(&mut self.pending, sink);
        }
    }

    fn forget(&mut self) {
        self.scanner.reset();
        self.pending = Vec::new();
        self.scanned = 0;
    }

    fn check(&self, len: usize) -> Result<(), FrameTooLarge> {
        FrameTooLarge::check(len, self.max_frame)
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::limits::DIRECT_READ;
    use super::super::Framing;
    use super::super::testing::{MIB, cut, frames, keep, sizes};
    use super::*;
    use proptest::prelude::*;
    use serde_json::{Value, json};

    fn objects<'a>(chunks: impl IntoIterator<Item = &'a [u8]>) -> Vec<String> {
        let (seen, failed) = frames(&Framing::JsonObject, 2 * MIB, chunks);
        assert!(!failed);
        seen.into_iter()
            .map(|frame| String::from_utf8(frame).unwrap())
            .collect()
    }

    /// One chunk an item.
    fn chunks(chunks: &[&str]) -> Vec<String> {
        objects(chunks.iter().map(|chunk| chunk.as_bytes()))
    }

    const HELLO: &str =
        r#"{"id":null,"command":"hello","data":{"x":[1,"é}{\r\n\\"]},"delivery":null}"#;

    #[test]
    fn objects_are_split_at_every_cut() {
        let stream = [HELLO, HELLO, "\r\n", "{}", " \t", r#"{"":"日本 😀"}"#].concat();
        let expected = [HELLO, HELLO, "{}", r#"{"":"日本 😀"}"#];
        for cut in 0..=stream.len() {
            let (head, tail) = stream.as_bytes().split_at(cut);
            assert_eq!(objects([head, tail]), expected, "cut at {cut}");
        }
        assert_eq!(objects(stream.as_bytes().chunks(1)), expected);
    }

    #[test]
    fn scalars_and_arrays_between_objects_are_skipped_at_every_cut() {
        let stream = r#"5{}null{} "a{}"[{},[{}]]-1.5e3 {"a":1}true false"b"{}7"#;
        for cut in 0..=stream.len() {
            let (head, tail) = stream.as_bytes().split_at(cut);
            assert_eq!(
                objects([head, tail]),
                ["{}", "{}", r#"{"a":1}"#, "{}"],
                "cut at {cut}"
            );
        }
        let mut framer = JsonObjects::new(8);
        assert_eq!(
            framer.feed(&[b"[\"", &[b'x'; 99][..]].concat(), &mut |_| ()),
            Ok(())
        );
        assert_eq!(
            framer.buffered(),
            0,
            "what is skipped needs no memory and no cap"
        );
    }

    #[test]
    fn garbage_costs_the_rest_of_its_chunk() {
        assert_eq!(chunks(&["{}garbage{}", "{}"]), ["{}", "{}"]);
        assert_eq!(chunks(&["}{}", "{}"]), ["{}"]);
        assert_eq!(
            chunks(&["{\"a\":x,\"b\":{\"c\":1}}", HELLO]),
            [HELLO],
            "what is inside must not come out"
        );
        let unfinished = r#"[|{|"|"\|"\u1|{"a|{"a":"|{"a":|[{},|-|1.|1e|t|nul"#;
        for garbage in unfinished.split('|').chain(["}", "\0", "\u{FEFF}"]) {
            let seen = chunks(&[garbage, HELLO, HELLO]);
            assert_eq!(seen.last().map(String::as_str), Some(HELLO), "{garbage}");
        }
    }

    #[test]
    fn the_rest_of_a_frame_is_no_second_chance() {
        // The chunk has yielded a frame: read again from its start it would yield `{"b":1}` out of
        // the middle of it.
        assert_eq!(
            chunks(&[r#"{"a":"#, r#"{"b":1}}garbage{}"#, HELLO]),
            [r#"{"a":{"b":1}}"#, HELLO]
        );
    }

    #[test]
    fn half_an_object_does_not_harm_the_next_one() {
        for cut in 1..HELLO.len() {
            let half = &HELLO.as_bytes()[..cut];
            let seen = objects([half, HELLO.as_bytes(), HELLO.as_bytes()]);
            // Where a value is due the next object is one: nobody can tell before the one after it.
            let swallowed = half.ends_with(b":") || half.ends_with(b"[") || half.ends_with(b"1,");
            assert_eq!(
                seen,
                vec![HELLO; if swallowed { 1 } else { 2 }],
                "cut at {cut}"
            );
        }
    }

    #[test]
    fn an_object_over_the_cap_fails_at_once() {
        let error = Err(FrameTooLarge { max_frame: 7 });
        let mut framer = JsonObjects::new(7);
        let mut seen = Vec::new();
        assert_eq!(
            framer.feed(br#"{"a":1}{"a":"#, &mut keep(&mut seen)),
            Ok(())
        );
        assert_eq!(framer.feed(b"12", &mut keep(&mut seen)), Ok(()));
        assert_eq!(framer.feed(b"3", &mut keep(&mut seen)), error);
        assert_eq!(seen, [br#"{"a":1}"#]);
        for chunk in [&br#"{"a":12}"#[..], br#"{"a":123x"#, br#"{"a":123"#] {
            assert_eq!(JsonObjects::new(7).feed(chunk, &mut |_| ()), error);
        }
    }

    #[test]
    fn large_objects_arrive_fed_or_read_directly() {
        let large = format!(
            "{{\"data\":\"{}\",\"é\":[{{}}]}}",
            "x}{é\\n".repeat(MIB / 8)
        );
        let stream = [HELLO, &large, &large, "{}"].concat();
        let expected = [HELLO, &large, &large, "{}"];
        assert_eq!(objects(stream.as_bytes().chunks(64 * 1024 - 7)), expected);

        let mut framer = JsonObjects::new(2 * MIB);
        let mut seen = Vec::new();
        for chunk in stream.as_bytes().chunks(50_001) {
            if framer.buffered() >= DIRECT_READ {
                framer.pending_mut().extend_from_slice(chunk);
                framer.scan(&mut keep(&mut seen)).unwrap();
            } else {
                framer.feed(chunk, &mut keep(&mut seen)).unwrap();
            }
        }
        assert_eq!(seen, expected.map(str::as_bytes));
        assert_eq!(framer.scanner.work, stream.len());
    }

    #[test]
    fn a_broken_large_object_read_directly_gives_way_to_the_chunk() {
        let mut framer = JsonObjects::new(2 * MIB);
        let mut seen = Vec::new();
        let half = format!("{{\"a\":\"{}", "x".repeat(DIRECT_READ));
        framer.feed(half.as_bytes(), &mut keep(&mut seen)).unwrap();
        framer.pending_mut().extend_from_slice(HELLO.as_bytes());
        framer.scan(&mut keep(&mut seen)).unwrap();
        assert_eq!((framer.buffered(), framer.pending.capacity()), (0, 0));
        assert_eq!(seen, [HELLO.as_bytes()]);
    }

    #[test]
    fn no_chunk_is_scanned_more_than_twice() {
        let storms: [&[&str]; 5] = [
            &["{\"a\":\"", "{\"a\":\""],
            &["\"", "x\"y", "\\"],
            &["[[[[", "}"],
            &["{\"a\":1", "{\"a\":1", "1"],
            &["1", "{\"a\":[{}", "\"", "\0"],
        ];
        for storm in storms {
            let long = &*"x".repeat(1000);
            let mut framer = JsonObjects::new(MIB);
            let mut fed = 0;
            let round = storm.iter().copied().chain([HELLO, long]);
            for chunk in round.cycle().take(10_000) {
                framer.feed(chunk.as_bytes(), &mut |_| ()).unwrap();
                fed += chunk.len();
            }
            assert!(framer.scanner.work <= 2 * fed);
        }
    }

    fn object() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            (-1e9..1e9).prop_map(|number: f64| json!(number)),
            "(?s).{0,9}".prop_map(Value::from),
            r#"[\\"{}\[\],:\r\n]{0,9}"#.prop_map(Value::from),
        ];
        let inner = leaf.prop_recursive(3, 16, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                prop::collection::btree_map("(?s).{0,4}", inner, 0..4)
                    .prop_map(|map| Value::Object(map.into_iter().collect())),
            ]
        });
        prop::collection::btree_map(".{0,4}", inner, 0..4)
            .prop_map(|map| Value::Object(map.into_iter().collect()))
    }

    proptest! {
        #[test]
        fn the_chunking_does_not_matter(
            values in prop::collection::vec((object(), any::<bool>(), "[ \r\n\t]{0,3}"), 0..6),
            sizes in sizes(30),
        ) {
            let (mut stream, mut expected) = (String::new(), Vec::new());
            for (value, pretty, space) in values {
                let text = if pretty { format!("{value:#}") } else { value.to_string() };
                stream.push_str(&text);
                stream.push_str(&space);
                expected.push(text);
            }
            prop_assert_eq!(objects(cut(stream.as_bytes(), &sizes)), expected);
        }

        #[test]
        fn nothing_keeps_the_second_of_two_frames_from_arriving(
            garbage in prop::collection::vec(prop_oneof![
                "(?s).{0,9}",
                prop::collection::vec(prop::sample::select(vec![
                    "{", "}", "[", "]", "\"", "\\", ",", ":", "1", "-", "true", "nul", "\\u",
                    "\"a\":", "{\"id\":",
                ]), 0..9).prop_map(|pieces| pieces.concat()),
            ], 0..5),
        ) {
            let mut framer = JsonObjects::new(MIB);
            let mut fed = 0;
            for chunk in &garbage {
                framer.feed(chunk.as_bytes(), &mut |frame| {
                    assert!(serde_json::from_slice::<serde_json::Map<_, Value>>(&frame).is_ok());
                }).unwrap();
                fed += chunk.len();
            }
            let mut last = Vec::new();
            for _ in 0..2 {
                framer.feed(HELLO.as_bytes(), &mut |frame| last = frame.into_owned()).unwrap();
                fed += HELLO.len();
            }
            prop_assert_eq!(last, HELLO.as_bytes());
            prop_assert_eq!(framer.buffered(), 0);
            prop_assert!(framer.scanner.work <= 2 * fed);
        }
    }
}
