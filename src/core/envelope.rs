//! The envelope: the object around the payload of a message.
//!
//! As far as the engine knows it: two members in this order, a name and a payload, written without white space, which
//! is what `JSON.stringify` makes of them. What the members are called is the dialect's. A frame in that form can be
//! taken apart without being parsed, so that only its payload has to be; any other frame is left to JavaScript whole.

use std::ops::Range;

use super::json::{complete, plain_run, string};

/// See the module.
#[derive(Debug)]
pub struct Envelope {
    /// Up to the name: `{"type":`.
    opening: Box<[u8]>,
    /// Between the two: `,"data":`.
    middle: Box<[u8]>,
}

/// After the payload.
pub const CLOSING: u8 = b'}';

const QUOTE: &[u8] = b"\"";

impl Envelope {
    /// The envelope whose members have these names, given as JSON strings.
    #[must_use]
    pub fn new(name: &str, payload: &str) -> Self {
        Self {
            opening: ["{", name, ":"].concat().into_bytes().into(),
            middle: [",", payload, ":"].concat().into_bytes().into(),
        }
    }

    /// The name, with its quotes, and the payload of a frame in exactly this form. To parse both gives what parsing the
    /// frame gives, and both can stand in an array (see [`complete`]); any doubt is `None`.
    #[must_use]
    pub fn open<'a>(&self, frame: &'a [u8]) -> Option<(&'a [u8], &'a [u8])> {
        let (name, rest) = string(frame.strip_prefix(&*self.opening)?)?;
        Some((name, self.payload(rest)?))
    }

    /// The payload, if the name is this one, as it was found in another frame.
    #[must_use]
    pub fn open_named<'a>(&self, name: &[u8], frame: &'a [u8]) -> Option<&'a [u8]> {
        let rest = frame.strip_prefix(&*self.opening)?;
        self.payload(rest.strip_prefix(name)?)
    }

    /// The name, and where the payload stands, both without their quotes, of a frame in exactly this form whose payload is
    /// a string. Both mean themselves: there are no escapes in them.
    #[must_use]
    pub fn open_text<'a>(&self, frame: &'a [u8]) -> Option<(&'a [u8], Range<usize>)> {
        let (name, rest) = plain(frame.strip_prefix(&*self.opening)?)?;
        let rest = rest.strip_prefix(&*self.middle)?;
        let start = frame.len() - rest.len() + QUOTE.len();
        let (text, rest) = plain(rest)?;
        (rest == [CLOSING]).then_some((name, start..start + text.len()))
    }

    fn payload<'a>(&self, rest: &'a [u8]) -> Option<&'a [u8]> {
        let payload = rest.strip_prefix(&*self.middle)?;
        let payload = payload.strip_suffix(&[CLOSING])?;
        complete(payload).then_some(payload)
    }
}

/// What the string without escapes says that `bytes` begin with, and what follows it.
fn plain(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let bytes = bytes.strip_prefix(QUOTE)?;
    let (text, rest) = bytes.split_at_checked(plain_run(bytes))?;
    Some((text, rest.strip_prefix(QUOTE)?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::{Value, json};

    fn envelope() -> Envelope {
        Envelope::new(r#""type""#, r#""data""#)
    }

    fn open(frame: &str) -> Option<(&str, &str)> {
        let (name, payload) = envelope().open(frame.as_bytes())?;
        Some((
            std::str::from_utf8(name).unwrap(),
            std::str::from_utf8(payload).unwrap(),
        ))
    }

    #[test]
    fn the_usual_form_is_taken_apart() {
        for payload in ["{}", "[1]", r#""text""#, "-1.5e+3", "true", "false", "null"] {
            let frame = format!(r#"{{"type":"a\"b","data":{payload}}}"#);
            assert_eq!(open(&frame), Some((r#""a\"b""#, payload)));
        }
    }

    #[test]
    fn any_other_form_is_not() {
        for frame in [
            "",
            "{}",
            r#"{"type":"a"}"#,
            r#"{"type":"a","data":}"#,
            r#"{"type":"a","data":1"#,
            r#"{"type":"a","data":1}}"#,
            r#"{"type":"a","data":1} "#,
            r#"{"type":"a","data":{},"type":"b"}"#,
            r#"{"type":"a","data":1,"type":"b"}"#,
            r#"{"type":"a","data":"x","type":"b"}"#,
            r#"{"type":"a","x":0,"data":1}"#,
            r#"{"data":1,"type":"a"}"#,
            r#"{"type":1,"data":1}"#,
            r#"{"type": "a","data":1}"#,
            r#"{"type":"a,"data":1}"#,
            r#"{"type":"a","data":undefined}"#,
            r#"{"type":"a","data":truefalse}"#,
            "{\"type\":\"a\nb\",\"data\":1}",
            "{\"type\":\"a\",\"data\":\"b\nc\"}",
        ] {
            assert_eq!(open(frame), None, "{frame}");
        }
    }

    #[test]
    fn texts_are_taken_as_they_stand() {
        let text = |frame: &str| {
            let frame = frame.as_bytes().to_vec();
            let (name, text) = envelope().open_text(&frame)?;
            Some([name, &frame[text]].map(|part| String::from_utf8(part.to_vec()).unwrap()))
        };
        for (name, payload) in [("a", "b"), ("", ""), ("é", "日本 }\u{7f}{")] {
            let frame = format!(r#"{{"type":"{name}","data":"{payload}"}}"#);
            assert_eq!(text(&frame), Some([name, payload].map(str::to_owned)));
        }
        for frame in [
            r#"{"type":"a","data":{}}"#,
            r#"{"type":"a","data":"b"}}"#,
            r#"{"type":"a","data":"b","type":"c"}"#,
            r#"{"type":"a","data":"b\n"}"#,
            r#"{"type":"a\u0062","data":"b"}"#,
            "{\"type\":\"a\",\"data\":\"\n\"}",
            r#"{"type":"a","data":"b"#,
        ] {
            assert_eq!(text(frame), None, "{frame}");
        }
    }

    fn frame() -> impl Strategy<Value = String> {
        let piece = prop::sample::select(vec![
            "{",
            "}",
            "[",
            "]",
            "\"",
            "\\",
            ",",
            ":",
            "1",
            "null",
            " ",
            "{}",
            "\"type\":",
            ",\"data\":",
            "\"a\"",
            "\\\"",
        ]);
        prop::collection::vec(piece, 0..9)
            .prop_map(|pieces| format!(r#"{{"type":"a","data":{}}}"#, pieces.concat()))
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4000))]

        /// The parts, each parsed alone, are what the frame says: or the frame is no JSON, and a part is none either.
        #[test]
        fn the_parts_say_what_the_frame_says(frame in frame()) {
            let named = envelope().open_named(br#""a""#, frame.as_bytes());
            prop_assert_eq!(named, open(&frame).map(|(_, payload)| payload.as_bytes()));
            if let Some((name, payload)) = open(&frame) {
                let parts = serde_json::from_str::<Value>(name)
                    .and_then(|name| Ok((name, serde_json::from_str::<Value>(payload)?)));
                let whole = serde_json::from_str::<Value>(&frame);
                prop_assert_eq!(
                    whole.ok(),
                    parts.ok().map(|(name, payload)| json!({ "type": name, "data": payload }))
                );
            }
        }

        /// What `JSON.stringify` writes is always taken apart.
        #[test]
        fn real_messages_are_taken_apart(name in "(?s).{0,9}", text in "(?s).{0,9}", number in any::<f64>()) {
            for payload in [json!({ "a": [text, number] }), json!(text), json!(number)] {
                let frame = format!(r#"{{"type":{},"data":{payload}}}"#, json!(name));
                let parts = (json!(name).to_string(), payload.to_string());
                let opened = open(&frame).map(|(name, payload)| (name.to_owned(), payload.to_owned()));
                prop_assert_eq!(opened, Some(parts));
            }
        }
    }
}
