//! The members that the objects of a dialect usually have, around what the user has sent.
//!
//! An object that has exactly these, in this order and without white space, which is what `JSON.stringify` makes of it,
//! can be taken apart without being parsed: V8 then parses the values of many of them at once, and neither keys nor
//! the object around. Any other text is left to JavaScript whole.

use super::envelope::CLOSING;
use super::json::{complete, string};

/// The most members there can be.
pub const MAX: usize = 4;

/// See the module.
#[derive(Debug)]
pub struct Members {
    /// What comes before each value: `{"id":`, `,"message":`.
    openings: Box<[Box<[u8]>]>,
}

impl Members {
    /// Of these names, given as JSON strings: no more than [`MAX`], and no name twice.
    #[must_use]
    pub fn new(names: &[String]) -> Option<Self> {
        let all_different = (1..names.len()).all(|at| !names[..at].contains(&names[at]));
        let openings = names.iter().enumerate().map(|(at, name)| {
            let before = if at == 0 { "{" } else { "," };
            [before, name, ":"].concat().into_bytes().into()
        });
        (all_different && (1..=MAX).contains(&names.len())).then(|| Self {
            openings: openings.collect(),
        })
    }

    /// The value of each. One that has a comma and is no string is only seen in the last place. To parse them gives what parsing the
    /// object gives, and all can stand in an array (see [`complete`]); any doubt is `None`.
    #[must_use]
    pub fn open<'a>(&self, object: &'a [u8]) -> Option<Values<'a>> {
        let mut values = Values::default();
        let (last, others) = self.openings.split_last()?;
        let mut rest = object;
        for opening in others {
            let value = rest.strip_prefix(&**opening)?;
            let len = match value.first()? {
                b'"' => string(value)?.0.len(),
                _ => memchr::memchr(b',', value)?,
            };
            let (value, after) = value.split_at_checked(len)?;
            values.add(value)?;
            rest = after;
        }
        values.add(rest.strip_prefix(&**last)?.strip_suffix(&[CLOSING])?)?;
        Some(values)
    }
}

/// Values of members, in their order.
#[derive(Clone, Copy, Debug, Default)]
pub struct Values<'a> {
    values: [&'a [u8]; MAX],
    len: usize,
}

impl<'a> Values<'a> {
    fn add(&mut self, value: &'a [u8]) -> Option<()> {
        complete(value).then_some(())?;
        *self.values.get_mut(self.len)? = value;
        self.len += 1;
        Some(())
    }

    /// All of them.
    #[must_use]
    pub fn get(&self) -> &[&'a [u8]] {
        self.values.get(..self.len).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::{Value, json};

    fn members() -> Members {
        Members::new(&[r#""id""#, r#""at""#, r#""message""#].map(str::to_owned)).unwrap()
    }

    fn open(object: &str) -> Option<Vec<&str>> {
        let members = members();
        let values = members.open(object.as_bytes())?;
        let text = |value: &&'_ [u8]| std::str::from_utf8(value).map(str::len).unwrap();
        let lens: Vec<_> = values.get().iter().map(text).collect();
        let mut rest = object;
        Some(
            lens.iter()
                .zip(members.openings.iter())
                .map(|(len, opening)| {
                    let (value, after) = rest[opening.len()..].split_at(*len);
                    rest = after;
                    value
                })
                .collect(),
        )
    }

    #[test]
    fn the_usual_form_is_taken_apart() {
        for (id, at, message) in [
            (r#""a""#, "1", "{}"),
            (r#""a\",\"at\":2""#, "-1.5e3", r#""b""#),
            ("null", "true", r#"[{"id":1,"at":2,"message":3}]"#),
        ] {
            let object = format!(r#"{{"id":{id},"at":{at},"message":{message}}}"#);
            assert_eq!(open(&object), Some(vec![id, at, message]));
        }
    }

    #[test]
    fn any_other_form_is_not() {
        for object in [
            "",
            "{}",
            r#"{"id":1,"at":2}"#,
            r#"{"id":1,"at":2,"message":}"#,
            r#"{"id":1,"at":,"message":3}"#,
            r#"{"id":1,"at":2,"message":3"#,
            r#"{"id":1,"at":2,"message":3}}"#,
            r#"{"id":1,"at":2,"message":3} "#,
            r#"{"id":1,"at":2,"message":3,"id":4}"#,
            r#"{"id":1,"at":2,"message":{},"x":{}}"#,
            r#"{"id":1,"at":2, "message":3}"#,
            r#"{"id":1,"message":3,"at":2}"#,
            r#"{"id":[1,2],"at":2,"message":3}"#,
            r#"{"id":"a,"at":2,"message":3}"#,
            r#"{"id":1"at":2,"message":3}"#,
            "{\"id\":\"\n\",\"at\":2,\"message\":3}",
        ] {
            assert_eq!(open(object), None, "{object}");
        }
    }

    #[test]
    fn there_are_few_and_they_differ() {
        let names = |names: &[&str]| {
            Members::new(&names.iter().map(|it| (*it).to_owned()).collect::<Vec<_>>()).is_some()
        };
        assert!(names(&["1", "2", "3", "4"]));
        assert!(!names(&[]));
        assert!(!names(&["1", "2", "1"]));
        assert!(!names(&["1", "2", "3", "4", "5"]));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4000))]

        /// The values, each parsed alone, are what the object says: or it is no JSON, and a value is none either.
        #[test]
        fn the_values_say_what_the_object_says(pieces in prop::collection::vec(prop::sample::select(vec![
            "{", "}", "[", "]", "\"", "\\", ",", ":", "1", "null", " ", "{}", ",\"at\":", ",\"message\":", "\"a\"", "\\\"",
        ]), 0..12)) {
            let object = format!(r#"{{"id":{}}}"#, pieces.concat());
            if let Some(values) = open(&object) {
                let parsed: Result<Vec<Value>, _> =
                    values.iter().map(|value| serde_json::from_str(value)).collect();
                let whole = serde_json::from_str::<Value>(&object);
                prop_assert_eq!(
                    whole.ok(),
                    parsed.ok().map(|it| json!({ "id": it[0], "at": it[1], "message": it[2] }))
                );
            }
        }
    }
}
