//! The message inside another, read where it stands.
//!
//! Who has the server pass a message on sends that message as a string. In the form that all peers write it, with no
//! escapes within its own strings, nothing has to be unescaped to read it: a quote of it is `\"`, and everything between
//! two of them means itself. Any other form is left to [`Envelope::read`] and [`unescape`](super::envelope::unescape).

use std::ops::Range;

use super::envelope::{Envelope, NULL, simple, unescape};
use crate::core::framing::json_scanner::{Scanner, Step};
use crate::core::json::plain_run;

/// Whom a message is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Audience {
    /// The client that the inner message names.
    One,
    /// All clients.
    All,
}

/// Reads a frame that wants a message passed on: for whom, and the inner message, which stands in `memory` as it would
/// without the escapes. `None` leaves it to a reader of any form.
pub(super) fn read<'a>(
    frame: &str,
    memory: &'a mut String,
    scanner: &mut Scanner,
) -> Option<(Audience, Envelope<'a>)> {
    let (_, rest) = simple(frame.strip_prefix("{\"id\":")?)?;
    let rest = rest.strip_prefix(",\"command\":\"")?;
    let (audience, rest) = match rest.strip_prefix("emit\"") {
        Some(rest) => (Audience::One, rest),
        None => (Audience::All, rest.strip_prefix("broadcast\"")?),
    };
    let mut inner = Inner {
        rest: rest.strip_prefix(",\"data\":\"{\\\"id\\\":")?,
        memory,
    };
    inner.memory.clear();
    inner.memory.reserve(frame.len());
    let id = inner.field()?;
    inner.skip(",\\\"command\\\":")?;
    let command = inner.field()?;
    inner.skip(",\\\"data\\\":")?;
    let data = match inner.field() {
        Some(data) => data,
        None => inner.value(scanner)?,
    };
    inner.skip(DELIVERY)?;
    let delivery = inner.field()?;
    inner.skip("}\",\"delivery\":")?;
    let (_, rest) = simple(inner.rest)?;
    if rest != "}" {
        return None;
    }
    let memory = inner.memory;
    let envelope = Envelope {
        id: memory.get(id),
        command: memory.get(command),
        data: memory.get(data),
        delivery: memory.get(delivery),
    };
    Some((audience, envelope))
}

struct Inner<'a, 'm> {
    rest: &'a str,
    memory: &'m mut String,
}

impl Inner<'_, '_> {
    fn skip(&mut self, text: &str) -> Option<()> {
        self.rest = self.rest.strip_prefix(text)?;
        Some(())
    }

    /// A string without escapes of its own, or null; copied as JSON.
    fn field(&mut self) -> Option<Range<usize>> {
        let start = self.memory.len();
        if let Some(rest) = self.rest.strip_prefix(NULL) {
            self.memory.push_str(NULL);
            self.rest = rest;
        } else {
            let inner = self.rest.strip_prefix("\\\"")?;
            let (text, rest) = inner.split_at_checked(plain_run(inner.as_bytes()))?;
            self.rest = rest.strip_prefix("\\\"")?;
            self.memory.push('"');
            self.memory.push_str(text);
            self.memory.push('"');
        }
        Some(start..self.memory.len())
    }

    /// Any value but those; copied as it was before it was written into a string.
    fn value(&mut self, scanner: &mut Scanner) -> Option<Range<usize>> {
        let start = self.memory.len();
        let (escaped, rest) = self.rest.split_at_checked(self.rest.rfind(DELIVERY)?)?;
        self.rest = rest;
        if !unescape(escaped, self.memory) {
            return None;
        }
        // It goes into a frame as it stands: what looks like one value may be the end of it and more members.
        let value = self.memory.get(start..)?.as_bytes();
        let complete = match scanner.advance(value) {
            Step::Complete(len) => len == value.len(),
            // A number ends with what follows it.
            Step::More => scanner.advance(b",") == Step::Complete(0),
            Step::Violation(_) => false,
        };
        scanner.reset();
        complete.then_some(start..self.memory.len())
    }
}

/// The name of an inner message's last member.
const DELIVERY: &str = ",\\\"delivery\\\":";

#[cfg(test)]
mod tests {
    use super::super::envelope::{quote, write};
    use super::*;
    use proptest::prelude::*;

    fn frame(command: &str, inner: &str) -> String {
        let mut frame = Vec::new();
        write(&mut frame, "\"me\"", &quote(command), &quote(inner), NULL);
        String::from_utf8(frame).unwrap()
    }

    /// What both ways of reading make of a frame.
    fn both(frame: &str) -> (Option<String>, Option<String>) {
        let mut memory = String::new();
        let short = read(frame, &mut memory, &mut Scanner::default())
            .map(|(audience, inner)| format!("{audience:?} {inner:?}"));
        let mut text = String::new();
        let long = Envelope::read(frame).and_then(|outer| {
            let audience = match outer.command? {
                "\"emit\"" => Audience::One,
                "\"broadcast\"" => Audience::All,
                _ => return None,
            };
            let data = outer.data?.strip_prefix('"')?.strip_suffix('"')?;
            if !unescape(data, &mut text) {
                return None;
            }
            let inner = Envelope::read(&text)?;
            Some(format!("{audience:?} {inner:?}"))
        });
        (short, long)
    }

    #[test]
    fn what_all_peers_write_is_read() {
        for inner in [
            r#"{"id":"b","command":"c","data":"text","delivery":null}"#,
            r#"{"id":"b","command":null,"data":null,"delivery":"0123"}"#,
            r#"{"id":"b","command":"c","data":{"a":[1,"\"",{}]},"delivery":null}"#,
            r#"{"id":"b","command":"c","data":"a\nb \u0001 \\","delivery":null}"#,
            r#"{"id":"b","command":"c","data":-1.5e3,"delivery":null}"#,
            r#"{"id":"b","command":"c","data":",\"delivery\":","delivery":null}"#,
        ] {
            for command in ["emit", "broadcast"] {
                let (short, long) = both(&frame(command, inner));
                assert!(short.is_some(), "{inner}");
                assert_eq!(short, long, "{inner}");
            }
        }
    }

    #[test]
    fn what_is_not_one_value_is_not_taken_for_one() {
        for inner in [
            r#"{"id":"b","command":"c","data":1,"id":"x","delivery":null}"#,
            r#"{"id":"b","command":"c","data":{},"delivery":1},{"x":1,"delivery":null}"#,
            r#"{"id":"b","command":"c","data":"","delivery":null}"#
                .replace("\"\"", "\"")
                .as_str(),
            r#"{"id":"b","command":"c","data":[,"delivery":null}"#,
            r#"{"id":"b","command":"c","data":,"delivery":null}"#,
            r#"{"id":"b","command":"c","data":- ,"delivery":null}"#,
        ] {
            let (short, _) = both(&frame("emit", inner));
            assert_eq!(short, None, "{inner}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(3000))]

        /// The short way gives what the long one gives, or leaves it to that.
        #[test]
        fn both_ways_agree(
            fields in prop::collection::vec(
                prop_oneof![
                    Just(NULL.to_owned()),
                    "(?s).{0,9}".prop_map(|text| quote(&text)),
                    r#""[\\\\"ubn/é\x00-\x1f]{0,5}""#,
                    r#"nullx|null "|[0-9]{1,3}|\[\]|\{"a":1\}|,|,"delivery":null|"#,
                ],
                4,
            ),
            outer in prop_oneof![Just("emit"), Just("broadcast"), Just("discover")],
            extra in prop_oneof![
                8 => Just(""), 1 => prop::sample::select(vec![" ", "}", "\\", "\"", "\u{1}"])
            ],
            at in any::<prop::sample::Index>(),
        ) {
            let [id, command, data, delivery] = [0, 1, 2, 3].map(|at: usize| &fields[at]);
            let inner = format!(
                "{{\"id\":{id},\"command\":{command},\"data\":{data},\"delivery\":{delivery}}}"
            );
            let mut frame = frame(outer, &inner);
            let mut at = at.index(frame.len());
            while !frame.is_char_boundary(at) {
                at -= 1;
            }
            frame.insert_str(at, extra);
            let (short, long) = both(&frame);
            if short.is_some() {
                prop_assert_eq!(short, long, "{}", frame);
            }
        }
    }
}
