//! May a frame travel to `JSON.parse` inside a joined array?
//!
//! To parse `[f1,f2,…]` once is much cheaper than to parse each frame, but only right if no frame
//! can reach into its neighbour: `1,2` would become two values, and `"a` with `b"` one. A
//! comparison of lengths does not find such frames.

/// What a byte means outside of strings.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    /// May stand between the brackets of valid JSON.
    Plain,
    Open,
    Close,
    Quote,
    /// Never stands outside of a string in valid JSON.
    Alien,
}

const CLASSES: [Class; 256] = {
    let mut classes = [Class::Alien; 256];
    let plain = b" \t\r\n,:+-.0123456789Eaeflnrstu";
    let mut at = 0;
    while at < plain.len() {
        classes[plain[at] as usize] = Class::Plain;
        at += 1;
    }
    classes[b'{' as usize] = Class::Open;
    classes[b'[' as usize] = Class::Open;
    classes[b'}' as usize] = Class::Close;
    classes[b']' as usize] = Class::Close;
    classes[b'"' as usize] = Class::Quote;
    classes
};

/// Whether `[f1,f2,…]` of frames for which this holds parses either to exactly the value of each
/// frame, or not at all.
///
/// It holds if the frame begins with a bracket, all its strings are closed and the brackets are
/// balanced for the first time at its last byte. Then a parser that accepts the array has read
/// precisely this frame as one value. The frame need not be valid JSON: the array is not either,
/// then, and the caller parses frame by frame. Any doubt is `false`: scalars, white space around
/// the value, control characters in strings.
#[must_use]
pub fn joinable(frame: &[u8]) -> bool {
    if !matches!(frame.first(), Some(b'{' | b'[')) {
        return false;
    }
    let mut depth = 0usize;
    let mut rest = frame;
    while let [byte, after @ ..] = rest {
        rest = after;
        match CLASSES[usize::from(*byte)] {
            Class::Plain => {}
            Class::Open => depth += 1,
            Class::Close => {
                depth -= 1;
                if depth == 0 {
                    return rest.is_empty();
                }
            }
            Class::Quote => match after_string(rest) {
                Some(after) => rest = after,
                None => return false,
            },
            Class::Alien => return false,
        }
    }
    false
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

/// The string, with its quotes, that `bytes` begin with, and what follows it.
pub(super) fn string(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let after = after_string(bytes.strip_prefix(b"\"")?)?;
    Some((bytes.get(..bytes.len() - after.len())?, after))
}

/// What follows the string whose opening quote stands before `bytes`. `None` if it is not closed,
/// or holds a control character. Escapes are skipped, not checked.
fn after_string(bytes: &[u8]) -> Option<&[u8]> {
    let mut rest = bytes;
    loop {
        match rest.get(plain_run(rest)..)? {
            [b'"', after @ ..] => return Some(after),
            [b'\\', _, after @ ..] => rest = after,
            _ => return None,
        }
    }
}

/// How many bytes from the start mean nothing but themselves inside a string: up to the first `"`,
/// `\` or control character, or all of them.
pub(super) fn plain_run(bytes: &[u8]) -> usize {
    let mut at = 0;
    while let Some(word) = word(bytes, at) {
        let found = specials(word);
        if found != 0 {
            return at + first(found);
        }
        at += 8;
        // Not before: most runs are short.
        while window(bytes, at).is_some_and(all_plain) {
            at += BLOCK;
        }
    }
    while let Some(b' ' | b'!' | b'#'..=b'[' | b']'..) = bytes.get(at) {
        at += 1;
    }
    at
}

/// How many bytes from the start surely stay within a string: plain ones and whole escapes of one
/// character. JSON within a string has one every few bytes, so all of a word are looked at together.
pub(super) fn string_run(bytes: &[u8]) -> usize {
    let mut at = 0;
    'words: while let Some(word) = word(bytes, at) {
        let mut found = specials(word);
        while found != 0 {
            let place = first(found);
            if !is_escape(bytes, at + place) {
                return at + place;
            }
            if place == 7 {
                at += 9;
                continue 'words;
            }
            found &= !(0xFFFF << (place * 8));
        }
        at += 8;
        // Not before: most strings are short.
        while let Some(bytes) = window(bytes, at)
            && only_quotes_escaped(bytes)
        {
            // An escape that begins with the last byte ends behind it.
            at += BLOCK + usize::from(bytes[BLOCK - 1] == b'\\');
        }
    }
    loop {
        at += plain_run(bytes.get(at..).unwrap_or_default());
        if !is_escape(bytes, at) {
            return at;
        }
        at += 2;
    }
}

/// Bytes that are looked at together, all of them for the same thing: a compiler makes one instruction of it.
const BLOCK: usize = 16;

#[inline]
fn window<const N: usize>(bytes: &[u8], at: usize) -> Option<&[u8; N]> {
    bytes.get(at..)?.first_chunk()
}

/// Whether none is special within a string.
#[inline]
fn all_plain(bytes: &[u8; BLOCK]) -> bool {
    let special = |byte| byte < 0x20 || byte == b'"' || byte == b'\\';
    let found = bytes
        .iter()
        .fold(0, |found, byte| found | u8::from(special(*byte)));
    found == 0
}

/// Whether they stay within a string, and a quote escaped is all that is special in them. The one more byte shows
/// whether the last is such an escape's beginning.
#[inline]
fn only_quotes_escaped(bytes: &[u8; BLOCK + 1]) -> bool {
    let other = |byte, next| byte < 0x20 || (byte == b'\\') != (next == b'"');
    let pairs = bytes[..BLOCK].iter().zip(&bytes[1..]);
    let found = pairs.fold(0, |found, (byte, next)| {
        found | u8::from(other(*byte, *next))
    });
    found == 0 && bytes[0] != b'"'
}

#[inline]
fn word(bytes: &[u8], at: usize) -> Option<u64> {
    let word = bytes.get(at..)?.first_chunk()?;
    Some(u64::from_le_bytes(*word))
}

/// The highest bit of each byte that is special within a string.
#[inline]
const fn specials(word: u64) -> u64 {
    const ONES: u64 = u64::MAX / 255;
    const LOW: u64 = ONES * 0x7F;
    // No sum carries into the next byte, so all of it is exact.
    let quotes = word ^ (ONES * 0x22);
    let escapes = word ^ (ONES * 0x5C);
    let neither = (((quotes & LOW) + LOW) | quotes) & (((escapes & LOW) + LOW) | escapes);
    let printable = ((word & LOW) + ONES * 0x60) | word;
    !(neither & printable) & (ONES * 0x80)
}

/// The number of the lowest byte marked.
#[inline]
const fn first(marks: u64) -> usize {
    (marks.trailing_zeros() / 8) as usize
}

/// Whether an escape of one character stands at `at`.
#[inline]
fn is_escape(bytes: &[u8], at: usize) -> bool {
    matches!(
        bytes.get(at..).and_then(<[u8]>::first_chunk),
        Some([
            b'\\',
            b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't'
        ])
    )
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
            "[\"\n\"]",
            "{}\r",
            "\u{FEFF}{}",
            "[\0]",
            "[[]",
            "][",
            "{a}b",
        ] {
            assert!(!joinable(frame.as_bytes()), "{frame:?}");
        }
    }

    #[test]
    fn a_string_run_ends_where_a_reader_of_single_bytes_ends() {
        let naive = |bytes: &[u8]| {
            let mut at = 0;
            loop {
                match bytes.get(at..) {
                    Some([b'\\', next, ..]) if b"\"\\/bfnrt".contains(next) => at += 2,
                    Some([byte, ..]) if *byte >= 0x20 && !b"\"\\".contains(byte) => at += 1,
                    _ => return at,
                }
            }
        };
        let pieces: [&[u8]; 8] = [
            b"a",
            b"\\\"",
            b"\\\\",
            b"\\n",
            b"\"",
            b"\\u",
            b"\x01",
            "é".as_bytes(),
        ];
        // Every sequence of six pieces, behind up to eight plain bytes.
        for number in 0..8usize.pow(6) {
            let tail: Vec<u8> = (0..6)
                .flat_map(|digit| pieces[number >> (3 * digit) & 7].iter().copied())
                .collect();
            let bytes = [&b"01234567"[..number % 9], &tail, b"01234567"].concat();
            assert_eq!(string_run(&bytes), naive(&bytes), "{bytes:?}");
        }
    }

    #[test]
    fn a_plain_run_ends_at_the_first_special_byte_wherever_it_stands() {
        for len in 0..40 {
            assert_eq!(plain_run(&vec![b'x'; len]), len);
            for at in 0..len {
                for byte in 0..=255u8 {
                    let mut bytes = vec![b'!'; len];
                    bytes[at] = byte;
                    let special = byte < 0x20 || byte == b'"' || byte == b'\\';
                    assert_eq!(
                        plain_run(&bytes),
                        if special { at } else { len },
                        "{byte} at {at} of {len}"
                    );
                }
            }
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
