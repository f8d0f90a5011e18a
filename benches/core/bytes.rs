//! What is measured: messages as dialects send them.

/// The members of the envelope.
pub const MEMBERS: (&str, &str) = (r#""type""#, r#""data""#);

/// The name in each of them, as JSON.
pub const NAME: &[u8] = br#""message""#;

/// A message in an envelope, of exactly `size` bytes; half of it strings, as in records of small values.
pub fn message(size: usize) -> Vec<u8> {
    let mut text = br#"{"type":"message","data":{"rows":["#.to_vec();
    while text.len() + 40 < size {
        text.extend_from_slice(br#"{"id":1234567,"n":"abcdef"},"#);
    }
    text.extend_from_slice(br#"""#);
    text.resize(size.max(text.len() + 4) - 4, b'x');
    text.extend_from_slice(br#""]}}"#);
    text
}

/// Messages of `size` bytes with `end` behind each, 256 KiB of them: what is read at the most before others have their turn.
pub fn stream(size: usize, end: &[u8]) -> Vec<u8> {
    let one = [&message(size), end].concat();
    one.repeat((256 << 10) / one.len())
}

/// Frame sizes that are told apart.
pub const SIZES: [usize; 3] = [64, 1 << 10, 64 << 10];
