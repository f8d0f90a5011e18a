//! Where strings end.

use super::block::Short;

/// The string, with its quotes, that `bytes` begin with, and what follows it. `None` if it is not closed, or holds a
/// control character. Escapes are skipped, not checked.
pub(in crate::core) fn string(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let mut at = 1;
    bytes.first().filter(|first| **first == b'"')?;
    loop {
        at += plain_run(bytes.get(at..)?);
        match bytes.get(at)? {
            b'"' => return bytes.split_at_checked(at + 1),
            b'\\' => at += 2,
            _ => return None,
        }
    }
}

/// How many bytes from the start mean nothing but themselves inside a string: up to the first `"`,
/// `\` or control character, or all of them.
pub(in crate::core) fn plain_run(bytes: &[u8]) -> usize {
    let mut at = 0;
    while let Some(rest @ [_, ..]) = bytes.get(at..) {
        let block = Short::of(rest);
        let special = block.is(b'"') | block.is(b'\\') | block.is_below(b' ');
        if special != 0 {
            return at + special.trailing_zeros() as usize;
        }
        at += Short::LEN;
    }
    bytes.len()
}

/// How many bytes from the start surely stay within a string: plain ones and whole escapes of one
/// character.
pub(in crate::core) fn string_run(bytes: &[u8]) -> usize {
    const LAST: usize = Short::LEN - 1;
    let mut at = 0;
    'blocks: while let Some(rest @ [_, ..]) = bytes.get(at..) {
        let block = Short::of(rest);
        let quotes = block.is(b'"');
        let escapes = block.is(b'\\');
        let controls = block.is_below(b' ');
        // JSON within a string is full of quotes, each of them escaped: those are looked at together.
        let last = escapes >> LAST & 1;
        if controls == 0 && quotes == (escapes ^ last << LAST) << 1 {
            at += Short::LEN - last as usize;
            continue;
        }
        let mut found = quotes | escapes | controls;
        while found != 0 {
            let place = found.trailing_zeros() as usize;
            if !is_escape(rest, place) {
                return at + place;
            }
            if place == LAST {
                at += Short::LEN + 1;
                continue 'blocks;
            }
            found &= !(0b11 << place);
        }
        at += Short::LEN;
    }
    bytes.len()
}

/// Makes what stands in `text` from `start` on the inside of a JSON string, in the form that `JSON.stringify` writes.
/// Not by `serde_json`, which looks at each byte: one line break would make a long text as slow as V8 is at it.
pub fn escape(text: &mut Vec<u8>, start: usize) {
    let plain = plain_run(text.get(start..).unwrap_or_default());
    let mut rest = &*text.split_off(text.len().min(start + plain));
    while let Some((special, after)) = rest.split_first() {
        match special {
            b'"' | b'\\' => text.extend_from_slice(&[b'\\', *special]),
            0x08 => text.extend_from_slice(b"\\b"),
            0x0C => text.extend_from_slice(b"\\f"),
            b'\n' => text.extend_from_slice(b"\\n"),
            b'\r' => text.extend_from_slice(b"\\r"),
            b'\t' => text.extend_from_slice(b"\\t"),
            control => text.extend_from_slice(format!("\\u{control:04x}").as_bytes()),
        }
        let plain;
        (plain, rest) = after.split_at(plain_run(after));
        text.extend_from_slice(plain);
    }
}

/// Appends the inside of a JSON string that says `units`, of which not all need be Unicode, in the form that
/// `JSON.stringify` writes.
pub fn escape_units(units: &[u16], to: &mut Vec<u8>) {
    for unit in char::decode_utf16(units.iter().copied()) {
        match unit {
            Ok(char @ ('\0'..='\x1f' | '"' | '\\')) => {
                let start = to.len();
                to.extend(u8::try_from(char));
                escape(to, start);
            }
            Ok(char) if char.is_ascii() => to.extend(u8::try_from(char)),
            Ok(char) => to.extend_from_slice(char.encode_utf8(&mut [0; 4]).as_bytes()),
            Err(half) => {
                let half = half.unpaired_surrogate();
                to.extend_from_slice(format!("\\u{half:04x}").as_bytes());
            }
        }
    }
}

/// Whether an escape of one character stands at `at`.
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

    proptest! {
        #[test]
        fn escaped_text_is_what_a_writer_of_json_writes(
            text in r#"(?s)([ -~]{0,20}|["\\\\\x00-\x20\x7f]{0,3}|.{0,4}){0,6}"#,
        ) {
            let mut got = b"before\"".to_vec();
            let start = got.len() - 1;
            got.extend_from_slice(text.as_bytes());
            escape(&mut got, start + 1);
            let expected = format!("before{}", serde_json::to_string(&text).unwrap());
            prop_assert_eq!([&got[..], b"\""].concat(), expected.as_bytes());
            let units: Vec<u16> = text.encode_utf16().collect();
            let mut units_got = b"before\"".to_vec();
            escape_units(&units, &mut units_got);
            prop_assert_eq!(units_got, got);
        }
    }

    #[test]
    fn halves_of_characters_are_written_by_number() {
        let mut got = Vec::new();
        escape_units(
            &[0x61, 0xD83D, 0x62, 0xD83D, 0xDE00, 0xDE00, 0x0A],
            &mut got,
        );
        assert_eq!(got, r"a\ud83db😀\ude00\n".as_bytes());
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
}
