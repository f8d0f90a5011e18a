//! The grammar of JSON, one value at a time, cut anywhere.

use super::nesting::Nesting;
use crate::core::json::string_run;

/// How far a [`Scanner`] came in the bytes it was given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::core) enum Step {
    /// The value ends before the byte at this place.
    Complete(usize),
    /// All bytes belong to the value and it goes on.
    More,
    /// The byte at this place cannot stand there.
    Violation(usize),
}

/// Follows one JSON value through the chunks of a stream, without memory for its content.
///
/// It accepts exactly what `JSON.parse` accepts, so that what it calls complete can be parsed.
/// Counting brackets alone would not do: after one bracket too many everything that follows would
/// seem to belong to the same value.
#[derive(Debug, Default)]
pub(in crate::core) struct Scanner {
    state: State,
    nesting: Nesting,
    /// Bytes looked at, for the tests of linear time.
    #[cfg(test)]
    pub(super) work: usize,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum State {
    /// Between two values of the stream, no white space allowed: the caller skips it.
    #[default]
    Start,
    /// After `:` or `,`.
    Value,
    /// After `[`.
    ValueOrEnd,
    /// After `{`.
    KeyOrEnd,
    /// After `,` in an object.
    Key,
    /// After a key.
    Colon,
    /// After a value inside of another one.
    CommaOrEnd,
    String(Role),
    /// After `\` in a string.
    Escape(Role),
    /// After `\u`, and the number of digits that are missing.
    Hex(Role, u8),
    Number(Number),
    /// In `true`, `false` or `null`; what of it is missing.
    Literal(&'static [u8]),
}

/// What a string is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Role {
    Key,
    Value,
}

/// What was last seen of a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Number {
    Minus,
    /// A 0 at the beginning, which no digit may follow.
    Zero,
    Integer,
    Point,
    Fraction,
    /// `e` or `E`.
    E,
    ESign,
    Exponent,
}

impl Scanner {
    /// Whether a value has begun and not ended.
    pub(super) fn in_value(&self) -> bool {
        self.state != State::Start
    }

    /// Forgets the value.
    pub(in crate::core) fn reset(&mut self) {
        self.state = State::Start;
        self.nesting = Nesting::default();
    }

    /// Reads on, at most to the end of the value. Before a value begins there must be no white
    /// space.
    pub(in crate::core) fn advance(&mut self, bytes: &[u8]) -> Step {
        let step = self.follow(bytes);
        #[cfg(test)]
        {
            self.work += match step {
                Step::Complete(at) | Step::Violation(at) => at,
                Step::More => bytes.len(),
            };
        }
        step
    }

    fn follow(&mut self, bytes: &[u8]) -> Step {
        let mut at = 0;
        while let Some(&byte) = bytes.get(at) {
            let taken = self.take(byte);
            match taken {
                Taken::Into(State::Literal(missing))
                    if bytes
                        .get(at + 1..)
                        .is_some_and(|rest| rest.starts_with(missing)) =>
                {
                    at += 1 + missing.len();
                    if self.ended() {
                        return Step::Complete(at);
                    }
                }
                Taken::Into(state) => {
                    self.state = state;
                    at += 1;
                    if let State::String(role) = state {
                        at += self.follow_strings(role, bytes.get(at..).unwrap_or_default());
                    }
                }
                Taken::Last | Taken::EndBefore => {
                    if let Taken::Last = taken {
                        at += 1;
                    }
                    if self.ended() {
                        return Step::Complete(at);
                    }
                }
                Taken::Not => return Step::Violation(at),
            }
        }
        Step::More
    }

    /// A value has ended. Whether it was the outermost.
    fn ended(&mut self) -> bool {
        let outermost = self.nesting.is_empty();
        self.state = if outermost {
            State::Start
        } else {
            State::CommaOrEnd
        };
        outermost
    }

    /// Reads on within a string, and within those that follow it with nothing but `":"` or `","` in between: most of
    /// what programs write. How many bytes that were.
    fn follow_strings(&mut self, mut role: Role, bytes: &[u8]) -> usize {
        let mut at = 0;
        loop {
            at += string_run(bytes.get(at..).unwrap_or_default());
            role = match (role, bytes.get(at..).and_then(<[u8]>::first_chunk)) {
                (Role::Key, Some(b"\":\"")) => Role::Value,
                (Role::Value, Some(b"\",\"")) if self.nesting.in_object() => Role::Key,
                _ => break,
            };
            at += 3;
        }
        self.state = State::String(role);
        at
    }

    fn take(&mut self, byte: u8) -> Taken {
        use State::{
            Colon, CommaOrEnd, Escape, Hex, Key, KeyOrEnd, Literal, Start, Value, ValueOrEnd,
        };

        match (self.state, byte) {
            (State::String(Role::Key), b'"') => Taken::Into(Colon),
            (State::String(Role::Value), b'"') => Taken::Last,
            (State::String(role), b'\\') => Taken::Into(Escape(role)),
            (State::String(role), 0x20..) => Taken::Into(State::String(role)),

            (Escape(role), b'u') => Taken::Into(Hex(role, 4)),
            (Escape(role), b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => {
                Taken::Into(State::String(role))
            }
            (Hex(role, missing), b'0'..=b'9' | b'a'..=b'f' | b'A'..=b'F') => {
                Taken::Into(if missing > 1 {
                    Hex(role, missing - 1)
                } else {
                    State::String(role)
                })
            }

            (State::Number(number), _) => match number.followed_by(byte) {
                Some(number) => Taken::Into(State::Number(number)),
                None if number.may_end() => Taken::EndBefore,
                None => Taken::Not,
            },
            (Literal(missing), _) => match missing {
                [last] if *last == byte => Taken::Last,
                [first, missing @ ..] if *first == byte => Taken::Into(Literal(missing)),
                _ => Taken::Not,
            },

            (
                Value | ValueOrEnd | KeyOrEnd | Key | Colon | CommaOrEnd,
                b' ' | b'\t' | b'\r' | b'\n',
            ) => Taken::Into(self.state),
            (KeyOrEnd | Key, b'"') => Taken::Into(State::String(Role::Key)),
            (Colon, b':') => Taken::Into(Value),
            (CommaOrEnd, b',') => Taken::Into(if self.nesting.in_object() { Key } else { Value }),
            (KeyOrEnd, b'}') | (ValueOrEnd, b']') => self.close(),
            (CommaOrEnd, b'}') if self.nesting.in_object() => self.close(),
            (CommaOrEnd, b']') if !self.nesting.in_object() => self.close(),
            (Start | Value | ValueOrEnd, _) => self.begin_value(byte),
            _ => Taken::Not,
        }
    }

    fn begin_value(&mut self, byte: u8) -> Taken {
        Taken::Into(match byte {
            b'"' => State::String(Role::Value),
            b'{' => {
                self.nesting.push(true);
                State::KeyOrEnd
            }
            b'[' => {
                self.nesting.push(false);
                State::ValueOrEnd
            }
            b'-' => State::Number(Number::Minus),
            b'0' => State::Number(Number::Zero),
            b'1'..=b'9' => State::Number(Number::Integer),
            b't' => State::Literal(b"rue"),
            b'f' => State::Literal(b"alse"),
            b'n' => State::Literal(b"ull"),
            _ => return Taken::Not,
        })
    }

    fn close(&mut self) -> Taken {
        self.nesting.pop();
        Taken::Last
    }
}

/// What became of a byte.
enum Taken {
    /// It belongs to the value and leads to this state.
    Into(State),
    /// It is the last one of a value.
    Last,
    /// It shows that a number has ended before it, and is still to be taken itself.
    EndBefore,
    /// It cannot stand here.
    Not,
}

/// White space as JSON has it.
pub(in crate::core) fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n')
}

impl Number {
    fn followed_by(self, byte: u8) -> Option<Self> {
        match (self, byte) {
            (Self::Minus, b'0') => Some(Self::Zero),
            (Self::Minus, b'1'..=b'9') | (Self::Integer, b'0'..=b'9') => Some(Self::Integer),
            (Self::Zero | Self::Integer, b'.') => Some(Self::Point),
            (Self::Point | Self::Fraction, b'0'..=b'9') => Some(Self::Fraction),
            (Self::Zero | Self::Integer | Self::Fraction, b'e' | b'E') => Some(Self::E),
            (Self::E, b'+' | b'-') => Some(Self::ESign),
            (Self::E | Self::ESign | Self::Exponent, b'0'..=b'9') => Some(Self::Exponent),
            _ => None,
        }
    }

    fn may_end(self) -> bool {
        matches!(
            self,
            Self::Zero | Self::Integer | Self::Fraction | Self::Exponent
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Whether `text` is one complete value, fed in two chunks cut at each place.
    fn accepts(text: &[u8]) -> bool {
        let mut results = (0..=text.len()).map(|cut| {
            let mut scanner = Scanner::default();
            let (head, tail) = text.split_at(cut);
            match scanner.advance(head) {
                // The space ends a number, as anything would that can follow one.
                Step::More => match scanner.advance(tail) {
                    Step::More => scanner.in_value() && scanner.advance(b" ") == Step::Complete(0),
                    step => step == Step::Complete(tail.len()),
                },
                step => step == Step::Complete(head.len()) && tail.is_empty(),
            }
        });
        let first = results.next().unwrap();
        let last = results.next_back().unwrap_or(first);
        // A value that ends by itself is complete at the end of its first chunk, if that holds all
        // of it.
        assert!(
            results.all(|result| result == first),
            "{}",
            String::from_utf8_lossy(text)
        );
        first || last
    }

    #[test]
    fn numbers() {
        for good in [
            "0",
            "-0",
            "10",
            "1.5",
            "0.00",
            "1e5",
            "1E+5",
            "0e-07",
            "-12.5e009",
        ] {
            assert!(accepts(good.as_bytes()), "{good}");
        }
        for bad in [
            "-", "01", "1.", ".5", "1e", "1e+", "+1", "--1", "1.e5", "0x1", "1..2", "NaN",
            "Infinity",
        ] {
            assert!(!accepts(bad.as_bytes()), "{bad}");
        }
    }

    #[test]
    fn strings() {
        for good in [
            r#""""#,
            r#""\u00e9\uD83D""#,
            r#""\"\\\/\b\f\n\r\t}{][""#,
            "\"\u{7F}\u{80}é😀\"",
            "\"\\\\\"",
        ] {
            assert!(accepts(good.as_bytes()), "{good}");
        }
        for bad in [
            r#""\x""#,
            r#""\u12g4""#,
            r#""\u123""#,
            "\"\n\"",
            "\"\u{0}\"",
            "\"\u{1F}\"",
            "'a'",
            "\"",
        ] {
            assert!(!accepts(bad.as_bytes()), "{bad}");
        }
    }

    #[test]
    fn order_of_the_tokens() {
        for good in [
            "{}",
            "[]",
            "[[],{}]",
            r#"{ "a" : 1 , "b":[ true ,false, null ]}"#,
            "[{\"\":{}}]",
            "null",
            "[1\r\n,2\t]",
        ] {
            assert!(accepts(good.as_bytes()), "{good}");
        }
        for bad in [
            "{]",
            "[}",
            "{\"a\"}",
            "{\"a\":}",
            "{\"a\":1,}",
            "[1,]",
            "[,1]",
            "{,}",
            "[1 2]",
            "{\"a\" 1}",
            "{1:2}",
            "{\"a\":1:2}",
            "[tru]",
            "[nulll]",
            "{\"a\":1]",
            "[1}",
            "}",
            "]",
            ":",
            ",",
            "\u{FEFF}1",
            "[\u{B}]",
        ] {
            assert!(!accepts(bad.as_bytes()), "{bad}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(3000))]

        #[test]
        fn it_accepts_what_a_parser_accepts(
            pieces in prop::collection::vec(prop::sample::select(vec![
                "{", "}", "[", "]", "\"", ",", ":", "\"a\":", "\"\":1", "{}", "[0]", "1", "-0.5e3",
                "true", "null", "\\u00e9", "é", " ", "{\"k\":", "\"b\"", "\r\n", ",\"c\":2", "\\",
            ]), 1..9),
        ) {
            let text = pieces.concat();
            // White space around a value is none of the scanner's business.
            let text = text.trim();
            prop_assume!(!text.is_empty());
            // Only the grammar: a number too large for Rust is none for JavaScript.
            let parsed = serde_json::from_str::<serde::de::IgnoredAny>(text);
            prop_assert_eq!(accepts(text.as_bytes()), parsed.is_ok(), "{}", text);
        }
    }
}
