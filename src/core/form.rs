//! The form of messages that are alike: JavaScript tells only what is filled in, and makes no JSON.
//!
//! To make it is most of what a small message costs its sender, and half of the rest is the call with it. Of those that are
//! sent in bursts and have the same members only the values cross, many messages at a time.

use super::json::{escape, escape_units};

/// A number, of a size that JavaScript writes without an exponent.
const NUMBER: i32 = -1;
const TRUE: i32 = -2;
const FALSE: i32 = -3;
const NULL: i32 = -4;
/// Any other number, as JavaScript writes it: the mark is this less its length.
const WRITTEN: i32 = -5;

/// See the module.
#[derive(Debug)]
pub struct Form {
    /// What stands before each value: `{"seq":`, `,"text":`.
    before: Vec<Box<[u8]>>,
    /// And after the last: `}`.
    after: Box<[u8]>,
}

/// The strings of all values, one after the other.
#[derive(Clone, Copy, Debug)]
pub enum Text<'a> {
    /// One byte a unit.
    Ascii(&'a [u8]),
    /// UTF-16, of which not all need be Unicode.
    Units(&'a [u16]),
}

impl Text<'_> {
    /// Takes the first `count` units away.
    fn take(&mut self, count: usize) -> Self {
        match self {
            Self::Ascii(rest) => {
                let (taken, after) = rest.split_at(count.min(rest.len()));
                *rest = after;
                Self::Ascii(taken)
            }
            Self::Units(rest) => {
                let (taken, after) = rest.split_at(count.min(rest.len()));
                *rest = after;
                Self::Units(taken)
            }
        }
    }
}

impl Form {
    /// The form of these parts, one a line: what stands before each value, and after the last.
    #[must_use]
    pub fn new(parts: &[u8]) -> Self {
        let mut before: Vec<Box<[u8]>> =
            parts.split(|byte| *byte == b'\n').map(Box::from).collect();
        let after = before.pop().unwrap_or_default();
        Self { before, after }
    }

    /// Bytes of a message besides its values.
    #[must_use]
    pub fn overhead(&self) -> usize {
        self.before.iter().map(|part| part.len()).sum::<usize>() + self.after.len()
    }

    /// Appends messages, each between `opening` and `closing`, and returns how many they are. A value is a mark and a
    /// number; from 0 on the mark is the length of a string, in UTF-16 units.
    pub fn fill(
        &self,
        values: impl Iterator<Item = (i32, f64)>,
        mut text: Text,
        opening: &[u8],
        closing: &[u8],
        to: &mut Vec<u8>,
    ) -> usize {
        let mut messages = 0;
        let mut values = values.peekable();
        while !self.before.is_empty() && values.peek().is_some() {
            to.extend_from_slice(opening);
            for (part, (mark, number)) in self.before.iter().zip(&mut values) {
                to.extend_from_slice(part);
                put(mark, number, &mut text, to);
            }
            to.extend_from_slice(&self.after);
            to.extend_from_slice(closing);
            messages += 1;
        }
        messages
    }
}

fn put(mark: i32, number: f64, text: &mut Text, to: &mut Vec<u8>) {
    let length = |from: i32| from.abs_diff(mark) as usize;
    match mark {
        0.. => {
            to.push(b'"');
            match text.take(length(0)) {
                Text::Ascii(bytes) => {
                    let start = to.len();
                    to.extend_from_slice(bytes);
                    escape(to, start);
                }
                Text::Units(units) => escape_units(units, to),
            }
            to.push(b'"');
        }
        NUMBER => {
            #[expect(clippy::cast_possible_truncation, reason = "it is looked at")]
            let whole = number as i64;
            #[expect(
                clippy::cast_precision_loss,
                clippy::float_cmp,
                reason = "it is looked at"
            )]
            let is_whole = whole as f64 == number;
            if is_whole {
                to.extend_from_slice(itoa::Buffer::new().format(whole).as_bytes());
            } else {
                to.extend_from_slice(zmij::Buffer::new().format(number).as_bytes());
            }
        }
        TRUE => to.extend_from_slice(b"true"),
        FALSE => to.extend_from_slice(b"false"),
        NULL => to.extend_from_slice(b"null"),
        _ => match text.take(length(WRITTEN)) {
            Text::Ascii(bytes) => to.extend_from_slice(bytes),
            // Digits, a point, an exponent: all of them ASCII.
            Text::Units(units) => {
                to.extend(units.iter().filter_map(|unit| u8::try_from(*unit).ok()));
            }
        },
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write;

    use super::*;
    use proptest::prelude::*;
    use serde_json::{Value, json};

    fn form() -> Form {
        Form::new(b"{\"a\":\n,\"b\":\n}")
    }

    /// The marks, numbers and units of a value.
    fn crossing(value: &Value, units: &mut Vec<u16>) -> (i32, f64) {
        let mark = |text: &str, units: &mut Vec<u16>| {
            let before = units.len();
            units.extend(text.encode_utf16());
            i32::try_from(units.len() - before).unwrap()
        };
        match value {
            Value::String(text) => (mark(text, units), 0.0),
            Value::Bool(on) => (if *on { TRUE } else { FALSE }, 0.0),
            Value::Number(number) if number.as_f64().unwrap().abs() < 1e9 => {
                (NUMBER, number.as_f64().unwrap())
            }
            Value::Number(number) => (WRITTEN - mark(&number.to_string(), units), 0.0),
            _ => (NULL, 0.0),
        }
    }

    fn value() -> impl Strategy<Value = Value> {
        prop_oneof![
            Just(json!(null)),
            any::<bool>().prop_map(|on| json!(on)),
            (-(1_i64 << 53)..1 << 53).prop_map(|number| json!(number)),
            (-1e9..1e9).prop_map(|number| json!(number)),
            (-1e-4..1e-4).prop_map(|number| json!(number)),
            any::<i32>().prop_map(|cents| json!(f64::from(cents) / 100.0 + 0.001)),
            "[ -~]{0,20}".prop_map(|text| json!(text)),
            "(?s).{0,8}".prop_map(|text| json!(text)),
        ]
    }

    proptest! {
        #[test]
        fn filled_in_it_is_what_a_writer_of_json_writes(
            rows in prop::collection::vec((value(), value()), 0..20),
        ) {
            let mut units = Vec::new();
            let mut values = Vec::new();
            let mut expected = String::new();
            for (a, b) in &rows {
                values.extend([crossing(a, &mut units), crossing(b, &mut units)]);
                write!(expected, "<{{\"a\":{a},\"b\":{b}}}>").unwrap();
            }
            let mut wide = Vec::new();
            let text = Text::Units(&units);
            let messages = form().fill(values.iter().copied(), text, b"<", b">", &mut wide);
            prop_assert_eq!(messages, rows.len());
            prop_assert_eq!(String::from_utf8(wide).unwrap(), &*expected);
            let text = String::from_utf16(&units).unwrap();
            if text.is_ascii() {
                let mut narrow = Vec::new();
                let text = Text::Ascii(text.as_bytes());
                form().fill(values.into_iter(), text, b"<", b">", &mut narrow);
                prop_assert_eq!(String::from_utf8(narrow).unwrap(), expected);
            }
        }
    }

    #[test]
    fn a_form_of_nothing_but_a_value() {
        let mut got = Vec::new();
        let form = Form::new(b"\n");
        let values = [(2, 0.0), (NUMBER, -0.0)].into_iter();
        assert_eq!(
            form.fill(values, Text::Ascii(b"hi"), b"", b";", &mut got),
            2
        );
        assert_eq!((got.as_slice(), form.overhead()), (&b"\"hi\";0;"[..], 0));
    }

    #[test]
    fn what_cannot_be_does_no_harm() {
        let mut got = Vec::new();
        let none = Form::new(b"");
        assert_eq!(
            none.fill(
                [(NULL, 0.0)].into_iter(),
                Text::Ascii(b""),
                b"<",
                b">",
                &mut got
            ),
            0
        );
        let values = [(9, 0.0), (i32::MIN, 0.0)].into_iter();
        form().fill(values, Text::Ascii(b"abc"), b"", b"", &mut got);
        assert_eq!(got, br#"{"a":"abc","b":}"#);
    }
}
