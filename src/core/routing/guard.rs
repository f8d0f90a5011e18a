//! What node-ipc's guarded parsers ask of a frame before anybody is told of it: `{"type":…,"data":…}`, a JSON object
//! whose type is a name that may come from outside.
//!
//! Which names those are is data. The frame is judged as `JSON.parse` would understand it: escapes are resolved, of a
//! repeated member the last one counts, bytes that are not UTF-8 are U+FFFD.

use std::borrow::Cow;

use rustc_hash::FxHashSet;

use crate::core::framing::json_scanner::{Scanner, Step, is_space};
use crate::core::intake::Refusal;

/// Names of events. Peers choose what is looked up here, never what is in it.
pub type Names = FxHashSet<Box<str>>;

/// See the module.
#[derive(Clone, Debug)]
pub struct Guard {
    /// Longest name, in UTF-16 code units: what JavaScript calls a string's length.
    pub longest: usize,
    /// Names that are properties of every object.
    pub inherited: Names,
    /// Names of what happens at this end.
    pub reserved: Names,
    /// The names there are; none: any.
    pub allowed: Option<Names>,
}

impl Guard {
    /// Judges one frame. The scanner is that of the stream, for its memory; after an error it is of no use any more.
    ///
    /// # Errors
    /// Why it must not be passed on.
    pub(in crate::core) fn inspect(
        &self,
        scanner: &mut Scanner,
        frame: &[u8],
    ) -> Result<(), Refusal> {
        let text = trimmed(frame);
        if text.first() != Some(&b'{') {
            return Err(if is_value(scanner, text) {
                Refusal::NotAnObject
            } else {
                Refusal::NotJson
            });
        }
        let name = type_of(scanner, text)
            .map_err(|NotJson| Refusal::NotJson)?
            .ok_or(Refusal::NoName)?;
        self.judge(name)
    }

    /// `raw` is what stands between the quotes.
    fn judge(&self, raw: &[u8]) -> Result<(), Refusal> {
        if raw.is_empty() {
            return Err(Refusal::NoName);
        }
        let name = Name::of(raw);
        if name.units > self.longest {
            return Err(Refusal::LongName);
        }
        let within = |names: &Names| {
            name.text
                .as_deref()
                .is_some_and(|text| names.contains(text))
        };
        if within(&self.inherited) {
            return Err(Refusal::InheritedName);
        }
        if within(&self.reserved) {
            return Err(Refusal::ReservedName);
        }
        match &self.allowed {
            Some(allowed) if !within(allowed) => Err(Refusal::UnlistedName),
            _ => Ok(()),
        }
    }
}

/// A name as JavaScript will see it.
struct Name<'a> {
    /// UTF-16 code units.
    units: usize,
    /// Nothing if there are lone surrogates in it: no list has such a name.
    text: Option<Cow<'a, str>>,
}

impl<'a> Name<'a> {
    fn of(raw: &'a [u8]) -> Self {
        let text = String::from_utf8_lossy(raw);
        if memchr::memchr(b'\\', raw).is_none() {
            return Self {
                units: text.encode_utf16().count(),
                text: Some(text),
            };
        }
        let units = unescaped(&text);
        Self {
            units: units.len(),
            text: String::from_utf16(&units).ok().map(Cow::Owned),
        }
    }
}

/// The code units of a JSON string whose escapes have been checked.
fn unescaped(text: &str) -> Vec<u16> {
    let mut units = Vec::with_capacity(text.len());
    let mut characters = text.chars();
    let mut buffer = [0; 2];
    while let Some(character) = characters.next() {
        let meant = match character {
            '\\' => match characters.next().unwrap_or('\\') {
                'b' => '\u{8}',
                'f' => '\u{c}',
                'n' => '\n',
                'r' => '\r',
                't' => '\t',
                'u' => {
                    let digits = characters.by_ref().take(4);
                    let unit = digits.fold(0, |unit: u32, digit| {
                        unit << 4 | digit.to_digit(16).unwrap_or(0)
                    });
                    units.push(u16::try_from(unit).unwrap_or(u16::MAX));
                    continue;
                }
                other => other,
            },
            other => other,
        };
        units.extend_from_slice(meant.encode_utf16(&mut buffer));
    }
    units
}

struct NotJson;

/// What stands between the quotes of the last member `type` of the object that is all of `text`; nothing if there is no
/// such member or it is no string.
fn type_of<'a>(scanner: &mut Scanner, text: &'a [u8]) -> Result<Option<&'a [u8]>, NotJson> {
    let mut found = None;
    let mut rest = spaces(text.get(1..).ok_or(NotJson)?);
    if let [b'}', after @ ..] = rest {
        return if after.is_empty() {
            Ok(None)
        } else {
            Err(NotJson)
        };
    }
    loop {
        if rest.first() != Some(&b'"') {
            return Err(NotJson);
        }
        let (key, after) = value(scanner, rest)?;
        let [b':', after @ ..] = spaces(after) else {
            return Err(NotJson);
        };
        let (member, after) = value(scanner, spaces(after))?;
        if is_type(key) {
            found = content(member);
        }
        match spaces(after) {
            [b',', after @ ..] => rest = spaces(after),
            [b'}'] => return Ok(found),
            _ => return Err(NotJson),
        }
    }
}

/// Splits the JSON value off at the beginning of `bytes`.
fn value<'a>(scanner: &mut Scanner, bytes: &'a [u8]) -> Result<(&'a [u8], &'a [u8]), NotJson> {
    if bytes.first().is_none_or(|first| is_space(*first)) {
        return Err(NotJson);
    }
    match scanner.advance(bytes) {
        Step::Complete(at) => Ok(bytes.split_at(at)),
        Step::More | Step::Violation(_) => Err(NotJson),
    }
}

/// Whether `text` is one JSON value and nothing else.
fn is_value(scanner: &mut Scanner, text: &[u8]) -> bool {
    if text.is_empty() {
        return false;
    }
    match scanner.advance(text) {
        Step::Complete(at) => at == text.len(),
        // A number ends with what follows it.
        Step::More => scanner.advance(b" ") == Step::Complete(0),
        Step::Violation(_) => false,
    }
}

fn is_type(key: &[u8]) -> bool {
    let Some(name) = content(key) else {
        return false;
    };
    // The shortest way to write it is four bytes, the longest four escapes of six.
    name == b"type"
        || (name.len() <= 24
            && name.contains(&b'\\')
            && Name::of(name).text.as_deref() == Some("type"))
}

/// What stands between the quotes; nothing for a value that is no string.
fn content(value: &[u8]) -> Option<&[u8]> {
    match value {
        [b'"', content @ .., b'"'] => Some(content),
        _ => None,
    }
}

fn spaces(bytes: &[u8]) -> &[u8] {
    let count = bytes.iter().take_while(|byte| is_space(**byte)).count();
    bytes.get(count..).unwrap_or_default()
}

fn trimmed(bytes: &[u8]) -> &[u8] {
    let bytes = spaces(bytes);
    let after = bytes
        .iter()
        .rev()
        .take_while(|byte| is_space(**byte))
        .count();
    bytes.get(..bytes.len() - after).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::Value;

    fn names(list: &[&str]) -> Names {
        list.iter().map(|name| Box::from(*name)).collect()
    }

    fn guard(allowed: Option<&[&str]>) -> Guard {
        Guard {
            longest: 8,
            inherited: names(&["toString", "__proto__"]),
            reserved: names(&["connect", "data"]),
            allowed: allowed.map(names),
        }
    }

    fn judge(frame: &str) -> Result<(), Refusal> {
        guard(None).inspect(&mut Scanner::default(), frame.as_bytes())
    }

    #[test]
    fn events_pass() {
        for frame in [
            r#"{"type":"a"}"#,
            r#"{"type":"a","data":{"type":"connect","deep":[[{}]]}}"#,
            " \t\r\n{ \"data\" : [1, -2.5e+3, \"}\"] , \"type\" : \"12345678\" } \n",
            r#"{"type":5,"type":"a"}"#,
            r#"{"type":"connect","type":"a"}"#,
            r#"{"\u0074ype":"connect","type":"a"}"#,
            r#"{"type":"Connect"}"#,
            r#"{"type":"\ud83d\ude00\u00e9"}"#,
            r#"{"type":"\ud800"}"#,
            r#"{"type":"a\"b"}"#,
            r#"{"type":"😀😀😀😀"}"#,
            r#"{"type":"a","typed":null,"":0}"#,
        ] {
            assert_eq!(judge(frame), Ok(()), "{frame}");
        }
    }

    #[test]
    fn what_is_no_event_does_not() {
        for (refusal, frames) in [
            (
                Refusal::NotJson,
                &[
                    "",
                    " ",
                    "{",
                    "}",
                    "{}{}",
                    "{} {}",
                    "{\"type\":\"a\"",
                    "{\"type\":\"a\"}x",
                    "{\"type\":\"a\",}",
                    "{,}",
                    "{\"type\" \"a\"}",
                    "{\"type\":}",
                    "{type:1}",
                    "{'type':'a'}",
                    "nul",
                    "nulll",
                    "1,2",
                    "01",
                    "\"a",
                    "\"a\"b",
                    "[",
                    "[1]]",
                    "\u{feff}{\"type\":\"a\"}",
                    "{\"type\":\"a\nb\"}",
                    "{\"type\":\"\\x\"}",
                    "{\"type\":\"connect\",\"data\":nul}",
                    "{\"a\":1 \"b\":2}",
                    "- 1",
                    "-",
                    "1.",
                    "{\"type\":\"a\",\"data\":01}",
                    "undefined",
                    "NaN",
                    "{\"type\": \"a\",\"data\":[1,]}",
                ][..],
            ),
            (
                Refusal::NotAnObject,
                &[
                    "null",
                    "5",
                    "-0.5e-3",
                    "true",
                    "\"a\"",
                    "[]",
                    " [{\"type\":\"a\"}] ",
                    "\"{}\"",
                ][..],
            ),
            (
                Refusal::NoName,
                &[
                    "{}",
                    " { } ",
                    r#"{"data":1}"#,
                    r#"{"type":5}"#,
                    r#"{"type":null}"#,
                    r#"{"type":""}"#,
                    r#"{"type":["a"]}"#,
                    r#"{"type":{"type":"a"}}"#,
                    r#"{"type":"a","type":1}"#,
                    r#"{"type":"a","\u0074\u0079\u0070\u0065":null}"#,
                    r#"{"Type":"a"}"#,
                    r#"{"data":{"type":"a"}}"#,
                ][..],
            ),
            (
                Refusal::LongName,
                &[
                    r#"{"type":"123456789"}"#,
                    r#"{"type":"😀😀😀😀x"}"#,
                    r#"{"type":"\u0061\u0061\u0061\u0061aaaaa"}"#,
                ][..],
            ),
            (
                Refusal::InheritedName,
                &[r#"{"type":"toString"}"#, r#"{"type":"\u0074oString"}"#][..],
            ),
            (
                Refusal::ReservedName,
                &[
                    r#"{"type":"connect"}"#,
                    r#"{"type":"a","type":"data"}"#,
                    r#"{"typ\u0065":"c\u006fnnect"}"#,
                    "\t{\"data\":1,\"type\":\"connect\"}\r",
                ][..],
            ),
        ] {
            for frame in frames {
                assert_eq!(judge(frame), Err(refusal), "{frame}");
            }
        }
    }

    #[test]
    fn only_listed_names_pass_where_there_is_a_list() {
        let guard = guard(Some(&["é", "connect"]));
        for (frame, verdict) in [
            (r#"{"type":"é"}"#, Ok(())),
            (r#"{"type":"\u00e9"}"#, Ok(())),
            (r#"{"type":"e"}"#, Err(Refusal::UnlistedName)),
            (r#"{"type":"\ud800"}"#, Err(Refusal::UnlistedName)),
            (r#"{"type":"connect"}"#, Err(Refusal::ReservedName)),
        ] {
            assert_eq!(
                guard.inspect(&mut Scanner::default(), frame.as_bytes()),
                verdict,
                "{frame}"
            );
        }
    }

    #[test]
    fn bytes_that_are_no_text_are_replacement_characters() {
        let inspect = |frame: &[u8]| guard(None).inspect(&mut Scanner::default(), frame);
        assert_eq!(inspect(b"{\"type\":\"\xff\xfe\"}"), Ok(()));
        assert_eq!(
            inspect(b"{\"type\":\"\xff\xff\xff\xff\xff\xff\xff\xff\xff\"}"),
            Err(Refusal::LongName)
        );
        assert_eq!(inspect(b"{\"type\":\"a\"\xff}"), Err(Refusal::NotJson));
    }

    proptest! {
        #[test]
        fn it_agrees_with_a_parser(frame in r#"[ ]?[\{\["1tn][\}\]",:\\a0-9.eE+\- tnrufls"typeconnectdata\{\[]{0,24}"#) {
            let verdict = judge(&frame);
            match serde_json::from_str::<Value>(&frame) {
                Err(error) if error.to_string().contains("surrogate") || error.to_string().contains("number") => {}
                Err(_) => prop_assert_eq!(verdict, Err(Refusal::NotJson)),
                Ok(Value::Object(members)) => match members.get("type").and_then(Value::as_str) {
                    None | Some("") => prop_assert_eq!(verdict, Err(Refusal::NoName)),
                    Some(name) => prop_assert_eq!(verdict, guard(None).judge(name.as_bytes())),
                },
                Ok(_) => prop_assert_eq!(verdict, Err(Refusal::NotAnObject)),
            }
        }
    }
}
