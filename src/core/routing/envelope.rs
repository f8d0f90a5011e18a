//! The JSON around the payload.

use std::borrow::Cow;
use std::fmt;

use serde::de::{self, Deserialize, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::super::json::{plain_run, string_run};

/// A message: four fields, each as it stands in the frame, without the spaces around it.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Envelope<'a> {
    pub(super) id: Option<&'a str>,
    pub(super) command: Option<&'a str>,
    pub(super) data: Option<&'a str>,
    pub(super) delivery: Option<&'a str>,
}

impl<'a> Envelope<'a> {
    /// Reads a frame; `None` if it is no JSON object, and nothing else.
    pub(super) fn read(frame: &'a str) -> Option<Self> {
        Self::canonical(frame).or_else(|| serde_json::from_str(frame).ok())
    }

    /// Reads a frame in the form that all peers write it in, with nothing but strings in it, which
    /// is every relay.
    fn canonical(frame: &'a str) -> Option<Self> {
        let (id, rest) = simple(frame.strip_prefix("{\"id\":")?)?;
        let (command, rest) = simple(rest.strip_prefix(",\"command\":")?)?;
        let (data, rest) = simple(rest.strip_prefix(",\"data\":")?)?;
        let (delivery, rest) = simple(rest.strip_prefix(",\"delivery\":")?)?;
        (rest == "}").then_some(Self {
            id: Some(id),
            command: Some(command),
            data: Some(data),
            delivery: Some(delivery),
        })
    }
}

impl<'de> Deserialize<'de> for Envelope<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Fields;

        impl<'de> Visitor<'de> for Fields {
            type Value = Envelope<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            // As JSON.parse: of several fields with one name the last counts.
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut envelope = Envelope::default();
                while let Some(key) = map.next_key()? {
                    let field = match key {
                        Key::Id => &mut envelope.id,
                        Key::Command => &mut envelope.command,
                        Key::Data => &mut envelope.data,
                        Key::Delivery => &mut envelope.delivery,
                        Key::Other => {
                            map.next_value::<IgnoredAny>()?;
                            continue;
                        }
                    };
                    *field = Some(map.next_value::<&RawValue>()?.get());
                }
                Ok(envelope)
            }
        }

        deserializer.deserialize_map(Fields)
    }
}

enum Key {
    Id,
    Command,
    Data,
    Delivery,
    Other,
}

impl<'de> Deserialize<'de> for Key {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Name;

        impl Visitor<'_> for Name {
            type Value = Key;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a field name")
            }

            fn visit_str<E: de::Error>(self, name: &str) -> Result<Key, E> {
                Ok(match name {
                    "id" => Key::Id,
                    "command" => Key::Command,
                    "data" => Key::Data,
                    "delivery" => Key::Delivery,
                    _ => Key::Other,
                })
            }
        }

        deserializer.deserialize_str(Name)
    }
}

/// What `text` begins with, null or a string that is simple enough to find its end at a glance; and
/// what follows.
pub(super) fn simple(text: &str) -> Option<(&str, &str)> {
    let end = if text.starts_with(NULL) {
        NULL.len()
    } else {
        let inner = text.strip_prefix('"')?;
        let end = string_run(inner.as_bytes());
        if inner.as_bytes().get(end) != Some(&b'"') {
            return None;
        }
        end + 2
    };
    text.split_at_checked(end)
}

/// The text of a JSON string; `None` for anything else, and for one that is no Unicode.
pub(super) fn text(raw: &str) -> Option<Cow<'_, str>> {
    let inner = raw.strip_prefix('"')?.strip_suffix('"')?;
    if memchr::memchr(b'\\', inner.as_bytes()).is_none() {
        return Some(Cow::Borrowed(inner));
    }
    serde_json::from_str(raw).ok().map(Cow::Owned)
}

/// Bytes that are appended together, by one copy of a fixed size.
const AT_ONCE: usize = 16;

/// Appends the text of what stands between the quotes of a JSON string to `to`; false if it is no Unicode. The message within a message is nearly all escapes and plain text in turn, which a
/// general reader is slow at.
pub(super) fn unescape(escaped: &str, to: &mut String) -> bool {
    let mut rest = escaped;
    // Bytes, so that short runs can be appended with what follows them and cut: a call for each costs more.
    let mut text = std::mem::take(to).into_bytes();
    text.reserve(rest.len() + AT_ONCE);
    let outcome = loop {
        let run = plain_run(rest.as_bytes());
        let (plain, escape) = rest.split_at(run);
        let end = text.len() + run;
        match rest.as_bytes().first_chunk::<AT_ONCE>() {
            Some(chunk) if run <= AT_ONCE => text.extend_from_slice(chunk),
            _ => text.extend_from_slice(plain.as_bytes()),
        }
        text.truncate(end);
        text.push(match escape.as_bytes() {
            [] => break true,
            [b'\\', plain @ (b'"' | b'\\' | b'/'), ..] => *plain,
            [b'\\', b'b', ..] => 0x08,
            [b'\\', b'f', ..] => 0x0C,
            [b'\\', b'n', ..] => b'\n',
            [b'\\', b'r', ..] => b'\r',
            [b'\\', b't', ..] => b'\t',
            // Of the rest of the string, as one: it may be half of a pair.
            _ => {
                break serde_json::from_str::<String>(&format!("\"{escape}\""))
                    .map(|more| text.extend_from_slice(more.as_bytes()))
                    .is_ok();
            }
        });
        rest = escape.get(2..).unwrap_or_default();
    };
    // Whole characters went in, so it is Unicode.
    *to = String::from_utf8(text).unwrap_or_default();
    outcome
}

/// Bytes as Node reads text.
pub(super) fn utf8(bytes: &[u8]) -> Cow<'_, str> {
    // Nearly always it is, and finding out is quicker than looking for what is not.
    std::str::from_utf8(bytes).map_or_else(|_| String::from_utf8_lossy(bytes), Cow::Borrowed)
}

/// The text of a name: a string that is not empty, or what a number becomes in the original.
pub(super) fn name(raw: Option<&str>) -> Option<Cow<'_, str>> {
    let raw = raw?;
    if raw.starts_with('"') {
        return text(raw).filter(|name| !name.is_empty());
    }
    (is_number(raw) && !is_falsy(raw)).then_some(Cow::Borrowed(raw))
}

fn is_number(raw: &str) -> bool {
    raw.starts_with(|first: char| first == '-' || first.is_ascii_digit())
}

/// What JavaScript takes for false, as JSON.
pub(super) fn is_falsy(raw: &str) -> bool {
    match raw {
        "null" | "false" | "\"\"" => true,
        _ => is_number(raw) && raw.parse() == Ok(0.0),
    }
}

/// A command, as JSON, in the form it is sent in: a string, or null.
pub(super) fn command(raw: Option<&str>) -> Cow<'_, str> {
    match raw {
        Some(raw) if raw.starts_with('"') && !is_falsy(raw) => Cow::Borrowed(raw),
        Some(raw) if (is_number(raw) || raw == "true") && !is_falsy(raw) => {
            Cow::Owned(format!("\"{raw}\""))
        }
        _ => Cow::Borrowed(NULL),
    }
}

/// A field that counts only if it is truthy, as JSON.
pub(super) fn truthy(raw: Option<&str>) -> Option<&str> {
    raw.filter(|raw| !is_falsy(raw))
}

pub(super) const NULL: &str = "null";

/// Writes a frame. All fields are JSON.
pub(super) fn write(to: &mut Vec<u8>, id: &str, command: &str, data: &str, delivery: &str) {
    let pieces = [
        "{\"id\":",
        id,
        ",\"command\":",
        command,
        ",\"data\":",
        data,
        ",\"delivery\":",
        delivery,
        "}",
    ];
    to.reserve(pieces.iter().map(|piece| piece.len()).sum());
    for piece in pieces {
        to.extend_from_slice(piece.as_bytes());
    }
}

/// A JSON string, as `JSON.stringify` writes it.
pub(super) fn quote(text: &str) -> String {
    // Nothing a string holds can keep it from being written.
    serde_json::to_string(text).unwrap_or_default()
}

/// A JSON array of strings.
pub(super) fn quote_all<'a>(texts: impl Iterator<Item = &'a str>) -> String {
    let mut list = String::from("[");
    for text in texts {
        if list.len() > 1 {
            list.push(',');
        }
        list.push_str(&quote(text));
    }
    list.push(']');
    list
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn fields_stand_as_they_came() {
        let frame =
            " {\"x\":[{\"id\":1}], \"d\\u0061ta\" : {\"a\" : [1, \"\\ud800\"]} ,\"command\":\"c\"}";
        let envelope = Envelope::read(frame).unwrap();
        assert_eq!(envelope.data, Some("{\"a\" : [1, \"\\ud800\"]}"));
        assert_eq!(envelope.command, Some("\"c\""));
        assert_eq!((envelope.id, envelope.delivery), (None, None));
    }

    #[test]
    fn the_last_of_equal_fields_counts() {
        let envelope = Envelope::read(r#"{"id":1,"id":2,"__proto__":3}"#).unwrap();
        assert_eq!(envelope.id, Some("2"));
    }

    #[test]
    fn anything_but_an_object_is_refused() {
        for frame in [
            "",
            "5",
            "null",
            "[]",
            "[1,2,3,4]",
            "\"a\"",
            "{",
            "{}{}",
            "{}x",
        ] {
            assert!(Envelope::read(frame).is_none(), "{frame}");
        }
    }

    #[test]
    fn deep_payloads_do_no_harm() {
        let deep = format!(
            "{{\"data\":{}{}}}",
            "[".repeat(100_000),
            "]".repeat(100_000)
        );
        assert_eq!(
            Envelope::read(&deep).unwrap().data.map(str::len),
            Some(200_000)
        );
        let ignored = format!("{{\"x\":{}{}}}", "[".repeat(100_000), "]".repeat(100_000));
        assert!(Envelope::read(&ignored).is_some());
    }

    proptest! {
        /// The short way gives what the long one gives, or leaves it to that.
        #[test]
        fn the_short_way_of_reading_is_a_way_of_reading(
            fields in prop::collection::vec(
                prop_oneof![
                    Just(NULL.to_owned()),
                    "(?s).{0,9}".prop_map(|text| quote(&text)),
                    r#""[\\\\"ubn/é\x00-\x1f]{0,5}""#,
                    "nullx|null \"|[0-9]{1,3}|\\[\\]|",
                ],
                4,
            ),
        ) {
            let [id, command, data, delivery] = [0, 1, 2, 3].map(|at: usize| &fields[at]);
            let frame = format!(
                "{{\"id\":{id},\"command\":{command},\"data\":{data},\"delivery\":{delivery}}}"
            );
            if let Some(short) = Envelope::canonical(&frame) {
                let long: Envelope<'_> = serde_json::from_str(&frame).unwrap();
                prop_assert_eq!(format!("{short:?}"), format!("{long:?}"));
            }
        }
    }

    #[test]
    fn the_short_way_is_taken() {
        let mut relay = Vec::new();
        write(
            &mut relay,
            "\"a\"",
            "\"emit\"",
            &quote("{\"id\":\"b\"}\n"),
            NULL,
        );
        let relay = String::from_utf8(relay).unwrap();
        assert!(Envelope::canonical(&relay).is_some());
        assert!(Envelope::canonical(&relay.replace("emit", "e\\u0000")).is_none());
    }

    #[test]
    fn strings_within_strings() {
        let texts = [
            "",
            "plain",
            r#"{"id":"b","data":"a\"b\n"}"#,
            "\u{8}\u{c}\n\r\t/\\\"\u{1}é😀",
        ];
        for text in texts {
            let mut got = String::from("x");
            let quoted = quote(text);
            assert!(unescape(&quoted[1..quoted.len() - 1], &mut got));
            assert_eq!(got, format!("x{text}"));
        }
        let mut got = String::new();
        assert!(unescape(r#"a\/\"\ud83d\ude00\n\u0041"#, &mut got));
        assert_eq!(got, "a/\"😀\nA");
        for none in ["\"", "\\", r"\x", r"\ud800", "a\n"] {
            assert!(!unescape(none, &mut String::new()), "{none}");
        }
    }

    #[test]
    fn what_is_false_in_javascript() {
        for raw in ["null", "false", "\"\"", "0", "-0", "0.0", "0e9", "-0.00E-3"] {
            assert!(is_falsy(raw), "{raw}");
        }
        for raw in ["true", "\" \"", "\"0\"", "1", "-1", "0.1", "[]", "{}"] {
            assert!(!is_falsy(raw), "{raw}");
        }
    }

    #[test]
    fn names_and_commands() {
        let names = [
            ("\"a\"", Some("a")),
            (r#""\u0061\"""#, Some("a\"")),
            ("5", Some("5")),
            ("\"\"", None),
            ("0", None),
            ("true", None),
            ("{}", None),
            (r#""\ud800""#, None),
        ];
        for (raw, expected) in names {
            assert_eq!(name(Some(raw)).as_deref(), expected, "{raw}");
        }
        let commands = [
            ("\"c\"", "\"c\""),
            ("5", "\"5\""),
            ("true", "\"true\""),
            ("false", NULL),
            ("\"\"", NULL),
            ("[1]", NULL),
        ];
        for (raw, expected) in commands {
            assert_eq!(command(Some(raw)), expected, "{raw}");
        }
        assert_eq!(command(None), NULL);
    }
}
