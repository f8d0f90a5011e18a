//! May a frame travel to `JSON.parse` inside a joined array?
//!
//! To parse `[f1,f2,…]` once is much cheaper than to parse each frame, but only right if no frame
//! can reach into its neighbour: `1,2` would become two values, and `"a` with `b"` one. A
//! comparison of lengths does not find such frames.

use super::block::{Escapes, Long};
use super::strings::string;

/// Whether `[f1,f2,…]` of frames for which this holds parses either to exactly the value of each
/// frame, or not at all.
///
/// It holds if the frame begins with a bracket and its brackets, those in strings not counted, are
/// balanced for the first time at its last byte. Then a parser that accepts the array has read
/// precisely this frame as one value. The frame need not be valid JSON: the array is not either,
/// then, and the caller parses frame by frame. Any doubt is `false`: scalars, white space around
/// the value.
#[must_use]
pub fn joinable(frame: &[u8]) -> bool {
    if !matches!(frame.first(), Some(b'{' | b'[')) {
        return false;
    }
    let mut escapes = Escapes::default();
    // All ones within a string.
    let mut string = 0u64;
    let mut depth = 0usize;
    for start in (0..frame.len()).step_by(Long::LEN) {
        let block = Long::of(frame, start);
        let quotes = block.quotes & !escapes.escaped(&block);
        // From a string's first quote on, without its last one.
        let inside = toggled(quotes) ^ string;
        string = ones_if(inside >> 63 == 1);
        let opening = block.opening & !inside;
        let closing = block.closing & !inside;
        let mut brackets = opening | closing;
        while brackets != 0 {
            let place = brackets.trailing_zeros();
            if opening >> place & 1 == 1 {
                depth += 1;
            } else {
                depth -= 1;
                if depth == 0 {
                    return start + place as usize + 1 == frame.len();
                }
            }
            brackets &= brackets - 1;
        }
    }
    false
}

/// Each bit is set if among it and those below an odd number is set.
const fn toggled(mut bits: u64) -> u64 {
    let mut distance = 1;
    while distance < 64 {
        bits ^= bits << distance;
        distance *= 2;
    }
    bits
}

const fn ones_if(on: bool) -> u64 {
    if on { u64::MAX } else { 0 }
}

/// Whether a value may stand in an array like a frame that is [`joinable`]; this one may also be a string, a number or one
/// of the three words.
#[must_use]
pub fn complete(value: &[u8]) -> bool {
    match value.first() {
        Some(b'{' | b'[') => joinable(value),
        Some(b'"') => matches!(string(value), Some((_, []))),
        Some(b'-' | b'0'..=b'9') => value
            .iter()
            .all(|byte| matches!(byte, b'0'..=b'9' | b'+' | b'-' | b'.' | b'e' | b'E')),
        _ => matches!(value, b"true" | b"false" | b"null"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::Value;

    #[test]
    fn complete_objects_and_arrays_are_joinable() {
        for frame in [
            "{}",
            "[]",
            r#"{"type":"message","data":{"a":[1,-2.5e+3,true,false,null]}}"#,
            r#"["}{][\"\\","\\\\",",",":"]"#,
            "{ \"a\" :\r\n\t[ ] }",
            r#"{"é":"日本 😀 \ud83d"}"#,
        ] {
            assert!(joinable(frame.as_bytes()), "{frame}");
        }
    }

    #[test]
    fn doubtful_frames_are_not() {
        for frame in [
            "",
            "1",
            "1,2",
            "null",
            "\"a\"",
            "\"a",
            "b\"",
            "{",
            "[",
            "}",
            "]",
            "{}{}",
            "{},{}",
            "{} ",
            " {}",
            "{}1",
            "[1],[2]",
            "{\"a",
            "{\"a\\\"}",
            "[\"\\",
            "{}\r",
            "\u{FEFF}{}",
            "[[]",
            "][",
            "{a}b",
        ] {
            assert!(!joinable(frame.as_bytes()), "{frame:?}");
        }
    }

    /// The rule `joinable` is there for.
    fn check_join(frames: &[Vec<u8>]) -> Result<(), TestCaseError> {
        let joinable: Vec<&[u8]> = frames
            .iter()
            .map(Vec::as_slice)
            .filter(|frame| joinable(frame))
            .collect();
        let joined = [&b"["[..], &joinable.join(&b','), b"]"].concat();
        if let Ok(parsed) = serde_json::from_slice::<Vec<Value>>(&joined) {
            let alone: Result<Vec<Value>, _> = joinable
                .iter()
                .map(|frame| serde_json::from_slice(frame))
                .collect();
            prop_assert_eq!(alone.ok(), Some(parsed));
        }
        Ok(())
    }

    fn value() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            "(?s).{0,12}".prop_map(Value::from),
            r#"[\\"{}\[\],:]{0,9}"#.prop_map(Value::from),
        ];
        leaf.prop_recursive(4, 24, 5, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
                prop::collection::btree_map("(?s).{0,6}", inner, 0..5)
                    .prop_map(|map| Value::Object(map.into_iter().collect())),
            ]
        })
    }

    /// Text made of the pieces that decide: most of it nearly JSON.
    fn pieces() -> impl Strategy<Value = Vec<u8>> {
        let piece = prop::sample::select(vec![
            "{", "}", "[", "]", "\"", "\\", ",", ":", "1", "null", " ", "\n", "é", "{}", "[1]",
            "\"a\":", "\"\\\"\"", "\\u00e9",
        ]);
        prop_oneof![
            prop::collection::vec(piece.clone(), 0..8).prop_map(|all| all.concat().into_bytes()),
            prop::collection::vec(piece, 0..8)
                .prop_map(|all| format!("[{}]", all.concat()).into_bytes()),
        ]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]

        #[test]
        fn a_joined_array_holds_each_frame_or_does_not_parse(
            frames in prop::collection::vec(pieces(), 1..4),
        ) {
            check_join(&frames)?;
        }

        #[test]
        fn real_json_is_joinable_and_survives_the_join(
            values in prop::collection::vec(value(), 1..4),
        ) {
            let frames: Vec<_> =
                values.iter().map(|value| value.to_string().into_bytes()).collect();
            for (frame, value) in frames.iter().zip(&values) {
                prop_assert_eq!(joinable(frame), value.is_object() || value.is_array());
            }
            check_join(&frames)?;
        }

        #[test]
        fn nearly_real_json_survives_the_join(
            value in value(),
            at in any::<prop::sample::Index>(),
            byte in prop::sample::select(&b"\"\\{}[],: 0"[..]),
        ) {
            let mut frame = serde_json::to_vec(&value).unwrap();
            let at = at.index(frame.len());
            let mut cut = frame.clone();
            cut.remove(at);
            frame[at] = byte;
            check_join(&[frame.clone(), cut.clone()])?;
            check_join(&[cut, frame])?;
        }
    }
}
