//! A document without its tables and long texts: what is left is parsed as ever, and they are put back where they were.

use super::joinable::complete;
use super::rows::Rows;
use super::strings::{plain_run, string};

/// Fewer rows are parsed as quickly where they stand.
const FEWEST: usize = 8;

/// Texts of at least this length, 16 KiB, become strings without being parsed.
const LONG: usize = 16 << 10;

/// How much of a document besides these is looked through for them. Where nothing is found in that there is probably
/// nothing, and a document without them must not take longer for it.
const PATIENCE: usize = 4 << 10;

/// What stands in the place of one. `JSON.stringify` writes no member twice, so nothing else has this value there.
/// Known to `lib/engine/outline.js`.
const PLACE: &[u8] = br#""\u0000table""#;

/// See the module.
#[derive(Debug)]
pub struct Outline {
    /// An array: the document with places, then for each table the path to its place, its first row, how many
    /// more there are, and those of their values that are no numbers; for each text the path, and where in the document it
    /// begins and how long it is, in bytes.
    pub text: Vec<u8>,
    /// The values of all tables but those of first rows, row by row: numbers, or [`super::rows::OTHER`].
    pub cells: Vec<f64>,
}

/// Whether it is worth while to look for tables and long texts: shorter documents are parsed as quickly as they are.
#[must_use]
pub fn may_have_outline(document: &[u8]) -> bool {
    let start = document.get(..PATIENCE);
    document.len() > LONG
        || start.is_some_and(|start| memchr::memmem::find(start, b"[{\"").is_some())
}

/// The outline of a document that has tables or long texts.
///
/// What is no JSON has an outline that is none either, if it has one. White space is not expected: `JSON.stringify` writes
/// none.
#[must_use]
pub fn outline(document: &[u8]) -> Option<Outline> {
    let mut outline = Outline {
        text: vec![b'['],
        cells: Vec::new(),
    };
    let mut parts = Vec::new();
    let mut trail = Trail::default();
    let mut rest = document;
    // Where what has been copied ends, and how much of that was looked through.
    let (mut copied, mut seen) = (document, 0);
    while let Some(first) = rest.first() {
        let after = match first {
            b'[' => table(rest, &trail, &mut outline.cells, &mut parts),
            b'"' => long(rest, document.len() - rest.len(), &trail, &mut parts),
            _ => None,
        };
        if let Some(after) = after {
            let before = copied.get(..copied.len() - rest.len())?;
            outline.text.extend_from_slice(before);
            outline.text.extend_from_slice(PLACE);
            (rest, copied) = (after, after);
            continue;
        }
        let next = trail.follow(rest)?;
        seen += rest.len() - next.len();
        rest = next;
        if seen > PATIENCE {
            break;
        }
    }
    if parts.is_empty() {
        return None;
    }
    outline.text.extend_from_slice(copied);
    // In the array it must not become several values.
    complete(outline.text.get(1..)?).then_some(())?;
    outline.text.extend_from_slice(&parts);
    outline.text.push(b']');
    Some(outline)
}

/// Takes the table that `text` begins with. Returns what follows it.
fn table<'a>(
    text: &'a [u8],
    trail: &Trail<'_>,
    cells: &mut Vec<f64>,
    parts: &mut Vec<u8>,
) -> Option<&'a [u8]> {
    let first = text
        .strip_prefix(b"[")
        .filter(|rest| rest.first() == Some(&b'{'))?;
    let (known, length) = (cells.len(), parts.len());
    trail.write(parts);
    let values = parts.len();
    if let Some((rows, after)) = Rows::read(first, cells, parts)
        && rows.count + 1 >= FEWEST
        && let Some(after) = after.strip_prefix(b"]")
    {
        insert_head(parts, values, &rows);
        return Some(after);
    }
    cells.truncate(known);
    parts.truncate(length);
    None
}

/// Takes the long text that `text` begins with, `at` bytes into the document. Returns what follows it.
fn long<'a>(text: &'a [u8], at: usize, trail: &Trail<'_>, parts: &mut Vec<u8>) -> Option<&'a [u8]> {
    if text.len() < LONG {
        return None;
    }
    let inside = text.get(1..)?;
    let length = plain_run(inside);
    let after = inside.get(length..)?.strip_prefix(b"\"")?;
    if length < LONG || after.first() == Some(&b':') {
        return None;
    }
    trail.write(parts);
    parts.extend_from_slice(format!(",{},{length}", at + 1).as_bytes());
    Some(after)
}

/// Puts the first row of a table and the number of the others before their values, which stand from `at` on.
fn insert_head(parts: &mut Vec<u8>, at: usize, rows: &Rows<'_>) {
    let values = parts.split_off(at);
    parts.push(b',');
    parts.extend_from_slice(rows.first);
    parts.extend_from_slice(format!(",{}", rows.count).as_bytes());
    parts.extend_from_slice(&values);
}

/// Where in the document we are.
#[derive(Default)]
struct Trail<'a> {
    levels: Vec<Level<'a>>,
}

enum Level<'a> {
    /// In an array, at this place.
    Array(usize),
    /// In an object, at the member of this name: a JSON string.
    Object(&'a [u8]),
}

/// Deeper documents are not looked through.
const DEEPEST: usize = 64;

impl<'a> Trail<'a> {
    /// Goes one step on from the beginning of `text`. Returns what follows; `None` for what `JSON.stringify` does not write.
    fn follow(&mut self, text: &'a [u8]) -> Option<&'a [u8]> {
        let (first, after) = text.split_first()?;
        match first {
            b'{' => self.levels.push(Level::Object(br#""""#)),
            b'[' => self.levels.push(Level::Array(0)),
            b'}' | b']' => {
                self.levels.pop()?;
            }
            b',' => {
                if let Some(Level::Array(place)) = self.levels.last_mut() {
                    *place += 1;
                }
            }
            b'"' => {
                let (text, after) = string(text)?;
                return Some(match (self.levels.last_mut(), after.strip_prefix(b":")) {
                    (Some(Level::Object(name)), Some(after)) => {
                        *name = text;
                        after
                    }
                    _ => after,
                });
            }
            b' ' | b'\t' | b'\n' | b'\r' => return None,
            _ => {}
        }
        (self.levels.len() <= DEEPEST).then_some(after)
    }

    /// Appends the path, behind a comma. It begins with the document's own place in the array that the outline is.
    fn write(&self, to: &mut Vec<u8>) {
        to.extend_from_slice(b",[0");
        for level in &self.levels {
            to.push(b',');
            match level {
                Level::Array(place) => to.extend_from_slice(place.to_string().as_bytes()),
                Level::Object(name) => to.extend_from_slice(name),
            }
        }
        to.push(b']');
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::{Value, json};

    /// Puts the parts back, as `lib/engine/outline.js` does.
    fn together(outline: &Outline, whole: &str) -> Option<Value> {
        let mut parts: Vec<Value> = serde_json::from_slice(&outline.text).ok()?;
        let mut rest = parts.split_off(1).into_iter();
        let mut cells = outline.cells.iter();
        let mut document = parts.pop()?;
        while let Some(path) = rest.next() {
            let first = rest.next()?;
            let count = usize::try_from(rest.next()?.as_u64()?).ok()?;
            let part = match first {
                Value::Object(mut row) => {
                    let mut table = vec![json!(row)];
                    for _ in 0..count {
                        for value in row.values_mut() {
                            let cell = *cells.next()?;
                            *value = if cell.is_nan() {
                                rest.next()?
                            } else {
                                json!(cell)
                            };
                        }
                        table.push(json!(row));
                    }
                    json!(table)
                }
                start => {
                    let start = usize::try_from(start.as_u64()?).ok()?;
                    json!(whole.get(start..start + count)?)
                }
            };
            let mut place = &mut document;
            for step in path.as_array()?.get(1..)? {
                place = match step {
                    Value::String(name) => place.get_mut(name)?,
                    step => place.get_mut(usize::try_from(step.as_u64()?).ok()?)?,
                };
            }
            assert_eq!(place.as_str(), Some("\0table"));
            *place = part;
        }
        assert_eq!(cells.next(), None);
        Some(document)
    }

    /// All numbers as the same kind: a cell does not tell 1 from 1.0.
    fn plain(value: Value) -> Value {
        match value {
            Value::Number(number) => json!(number.as_f64()),
            Value::Array(items) => items.into_iter().map(plain).collect(),
            Value::Object(members) => Value::Object(
                members
                    .into_iter()
                    .map(|(name, it)| (name, plain(it)))
                    .collect(),
            ),
            other => other,
        }
    }

    fn table(rows: usize) -> String {
        let rows: Vec<_> = (0..rows)
            .map(|at| format!(r#"{{"id":{at},"on":true,"s":"[{{"}}"#))
            .collect();
        format!("[{}]", rows.join(","))
    }

    #[test]
    fn tables_are_taken_out_and_their_places_known() {
        let rows = table(FEWEST);
        for document in [
            rows.clone(),
            format!(r#"{{"rows":{rows}}}"#),
            format!(r#"{{"a":{{"b":[0,[{rows}],1,{rows}]}},"c":{rows},"d":[{{}}]}}"#),
            format!(r#"["]","\"",{{"a\"b":{rows},"":{rows}}}]"#),
        ] {
            let outline = outline(document.as_bytes()).unwrap();
            let tables = document.matches(&rows).count();
            assert_eq!(outline.cells.len(), tables * (FEWEST - 1) * 3);
            let whole = serde_json::from_str(&document).unwrap();
            assert_eq!(
                plain(together(&outline, &document).unwrap()),
                plain(whole),
                "{document}"
            );
        }
    }

    #[test]
    fn long_texts_are_taken_out() {
        let text = "é".repeat(LONG / 2);
        for document in [
            format!(r#""{text}""#),
            format!(r#"{{"a":"{text}","b":[1,"{text}"],"c":{}}}"#, table(FEWEST)),
        ] {
            let outline = outline(document.as_bytes()).unwrap();
            assert!(outline.text.len() < LONG);
            let whole = serde_json::from_str(&document).unwrap();
            assert_eq!(plain(together(&outline, &document).unwrap()), plain(whole));
        }
    }

    #[test]
    fn what_has_no_tables_is_left_alone() {
        let (rows, few) = (table(FEWEST), table(FEWEST - 1));
        let late = format!(r#"{{"a":[{}0],"rows":{rows}}}"#, "0,".repeat(PATIENCE / 2));
        for document in [
            "",
            "{}",
            "[]",
            "[{",
            &json!("x".repeat(LONG - 1)).to_string(),
            &json!(format!("{}\n", "x".repeat(LONG))).to_string(),
            &json!({ "x".repeat(LONG): 1 }).to_string(),
            &json!("x".repeat(LONG)).to_string()[..=LONG],
            &few,
            &late,
            &format!(r#"{{"rows": {rows}}}"#),
            &format!(r#"{{"text":{}}}"#, json!(rows)),
            &format!(
                "{}{rows}{}",
                "[".repeat(DEEPEST + 1),
                "]".repeat(DEEPEST + 1)
            ),
            &rows[..rows.len() - 1],
            &format!("{rows},1"),
            &format!("1,{rows}"),
            &rows.replace("true", "{}"),
        ] {
            assert!(outline(document.as_bytes()).is_none(), "{document}");
        }
    }

    #[test]
    fn only_long_documents_are_looked_through() {
        let rows = table(PATIENCE / 8);
        assert!(may_have_outline(rows.as_bytes()));
        assert!(!may_have_outline(&rows.as_bytes()[..PATIENCE - 1]));
        assert!(!may_have_outline("[".repeat(PATIENCE).as_bytes()));
        assert!(may_have_outline("[".repeat(LONG + 1).as_bytes()));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]

        /// What comes together again is what the document says; of what is no JSON there is no outline that is.
        #[test]
        fn an_outline_says_what_the_document_says(
            pieces in prop::collection::vec(prop::sample::select(vec![
                "T", "T", "L", "[", "]", "{\"a\":", "}", ",", "\"x\"", "1", ",\"b\":", "null", "\"[{\"", "\\", " ",
            ]), 0..12),
            wrapped in any::<bool>(),
        ) {
            let text = pieces.concat().replace('T', &table(FEWEST)).replace('L', &json!("x".repeat(LONG)).to_string());
            let document = if wrapped { format!(r#"{{"type":"a","data":{text}}}"#) } else { text };
            if let Some(outline) = outline(document.as_bytes()) {
                let parsed = serde_json::from_slice::<Value>(&outline.text);
                let whole = serde_json::from_str::<Value>(&document);
                prop_assert_eq!(parsed.is_ok(), whole.is_ok());
                // A member that is there twice may have taken a table with it.
                if let Ok(whole) = whole && document.matches("\"a\":").count() < 2 && document.matches("\"b\":").count() < 2 {
                    prop_assert_eq!(together(&outline, &document).map(plain), Some(plain(whole)));
                }
            }
        }
    }
}
