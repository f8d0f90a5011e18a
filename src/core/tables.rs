//! Messages of a batch that all have the same members: tables in the joined text.
//!
//! They are taken out of it and cross as those of large documents do (see [`super::json`]): the first row of each stays in
//! the text, behind it stand the values of the others that are no numbers. The text as it was is kept as well, for a batch
//! that does not parse.

use std::ops::Range;

use super::batch::KEEP;
use super::json::Rows;

/// Messages in a row of one connection and one name that are looked at. To find out that they are no rows must not cost
/// those anything who send others.
pub const RUN: i32 = 16;

/// Fewer rows are parsed as quickly where they stand.
const FEWEST: usize = 8;

/// See the module.
#[derive(Default)]
pub struct Tables {
    /// The array text of what is left, as far as it is made.
    text: Vec<u8>,
    /// Known to `lib/engine/tables.js`. For each table how many values of the text stand before its other rows, the last of which
    /// is its first row, and how many those are; then their values, each a number or [`super::json::OTHER`].
    cells: Vec<f64>,
    /// Values of a table that are no numbers.
    others: Vec<u8>,
    /// How many of the joined values have been dealt with.
    done: usize,
}

impl Tables {
    /// Takes what is a table out of a run of joined values. `ends` says where each value of `joined` ends, before the comma.
    pub fn take(&mut self, joined: &[u8], ends: &[usize], mut run: Range<usize>) {
        while run.len() >= FEWEST {
            let known = self.cells.len();
            self.cells.extend([0.0; 2]);
            self.others.clear();
            let values = start(ends, run.start) + 1..start(ends, run.end);
            let read = joined.get(values);
            let read =
                read.and_then(|values| Rows::read(values, &mut self.cells, &mut self.others));
            let Some((rows, _)) = read.filter(|(rows, _)| rows.count + 1 >= FEWEST) else {
                // What begins otherwise probably goes on otherwise.
                self.cells.truncate(known);
                return;
            };
            let before = run.start + 1 - self.done;
            self.leave(joined, ends, run.start + 1);
            self.text.extend_from_slice(&self.others);
            for (cell, number) in self.cells.iter_mut().skip(known).zip([before, rows.count]) {
                *cell = count(number);
            }
            run.start += rows.count + 1;
            self.done = run.start;
        }
    }

    /// There are no more runs.
    pub fn finish(&mut self, joined: &[u8], ends: &[usize]) {
        if self.done > 0 {
            self.cells.extend([count(ends.len() - self.done), 0.0]);
            self.leave(joined, ends, ends.len());
            self.text.push(b']');
        }
    }

    /// What has been taken: empty if there was no table.
    #[must_use]
    pub fn cells(&self) -> &[f64] {
        &self.cells
    }

    /// What is left of the text.
    #[must_use]
    pub fn text(&self) -> &[u8] {
        &self.text
    }

    /// Forgets all, keeping buffers of ordinary size.
    pub fn clear(&mut self) {
        self.done = 0;
        self.cells.clear();
        self.text.clear();
        self.others.clear();
        self.cells.shrink_to(KEEP / size_of::<f64>());
        self.text.shrink_to(KEEP);
        self.others.shrink_to(KEEP);
    }

    /// Leaves the values up to `end` in the text.
    fn leave(&mut self, joined: &[u8], ends: &[usize], end: usize) {
        let rest = joined.get(start(ends, self.done)..start(ends, end));
        self.text.extend_from_slice(rest.unwrap_or_default());
        self.done = end;
    }
}

/// Where the comma before value `index` stands, or the bracket.
fn start(ends: &[usize], index: usize) -> usize {
    let before = index.checked_sub(1).and_then(|before| ends.get(before));
    before.copied().unwrap_or_default()
}

/// Counts of values that fit in memory are exact.
#[allow(clippy::cast_precision_loss)]
fn count(number: usize) -> f64 {
    number as f64
}

#[cfg(test)]
mod tests {
    use crate::core::batch::{Batch, Codec, Decoding, Kind};
    use crate::core::envelope::Envelope;
    use proptest::prelude::*;
    use serde_json::{Value, json};
    use std::borrow::Cow;
    use std::sync::Arc;

    fn batch(frames: &[String]) -> Batch {
        let decoding = Decoding {
            codec: Codec::Json,
            envelope: Some(Arc::new(Envelope::new(r#""type""#, r#""data""#))),
            members: None,
        };
        let mut batch = Batch::default();
        for frame in frames {
            batch.push_frame(1, &decoding, Cow::Borrowed(frame.as_bytes()));
        }
        batch.take_tables();
        batch
    }

    fn event(payload: &str) -> String {
        format!(r#"{{"type":"e","data":{payload}}}"#)
    }

    /// Payloads of one event.
    fn run(payloads: impl IntoIterator<Item = String>) -> Batch {
        batch(
            &payloads
                .into_iter()
                .map(|it| event(&it))
                .collect::<Vec<_>>(),
        )
    }

    fn row(at: usize) -> String {
        format!(r#"{{"n":{at},"s":"{at}"}}"#)
    }

    fn text(batch: &mut Batch) -> String {
        String::from_utf8(batch.text().to_vec()).unwrap()
    }

    /// All values of the batch, with the rows put together as `lib/engine/tables.js` does.
    fn together(batch: &mut Batch) -> Option<Vec<Value>> {
        if batch.text().is_empty() {
            return Some(Vec::new());
        }
        let mut parsed = serde_json::from_slice::<Vec<Value>>(batch.text())
            .ok()?
            .into_iter();
        if batch.cells().is_empty() {
            return Some(parsed.collect());
        }
        let mut cells = batch.cells().iter().copied();
        let mut values = Vec::new();
        while let (Some(before), Some(count)) = (cells.next(), cells.next()) {
            for _ in 0..whole(before) {
                values.push(parsed.next()?);
            }
            for _ in 0..whole(count) {
                let mut row = values.last()?.clone();
                for value in row.as_object_mut()?.values_mut() {
                    let cell = cells.next()?;
                    *value = if cell.is_nan() {
                        parsed.next()?
                    } else {
                        json!(cell)
                    };
                }
                values.push(row);
            }
        }
        assert_eq!(parsed.next(), None);
        Some(values)
    }

    fn whole(cell: f64) -> usize {
        format!("{cell}").parse().unwrap()
    }

    /// What the joined values are, all numbers of the same kind: a cell does not tell 1 from 1.0.
    fn parsed(batch: &Batch) -> Option<Vec<Value>> {
        (0..)
            .map_while(|index| batch.joined_frame(index))
            .map(|value| serde_json::from_slice(value).ok())
            .collect()
    }

    fn plain(value: Value) -> Value {
        match value {
            Value::Number(number) => json!(number.as_f64()),
            Value::Array(items) => items.into_iter().map(plain).collect(),
            Value::Object(members) => {
                let members = members.into_iter().map(|(name, it)| (name, plain(it)));
                Value::Object(members.collect())
            }
            other => other,
        }
    }

    fn check(batch: &mut Batch) {
        let all = |values: Option<Vec<Value>>| values.map(|it| plain(Value::Array(it)));
        assert_eq!(all(together(batch)), all(parsed(batch)));
    }

    #[test]
    fn a_run_of_rows_is_a_table() {
        let mut batch = run((0..16).map(row));
        let others: Vec<_> = (1..16).map(|at| format!(r#""{at}""#)).collect();
        assert_eq!(
            text(&mut batch),
            format!(r#"["e",{{"n":0,"s":"0"}},{}]"#, others.join(","))
        );
        assert_eq!((batch.cells()[0], batch.cells()[1]), (2.0, 15.0));
        assert_eq!(batch.cells().len(), 2 + 15 * 2 + 2);
        let [record] = batch.records() else {
            panic!("one record");
        };
        assert_eq!((record.kind, record.a), (Kind::Events, 16));
        assert_eq!(batch.joined_frame(16), Some(row(15).as_bytes()));
        check(&mut batch);
        batch.clear();
        assert!(batch.cells().is_empty() && batch.text().is_empty());
    }

    #[test]
    fn what_is_no_run_of_rows_stays_in_the_text() {
        let runs: [Vec<String>; 7] = [
            (0..15).map(row).collect(),
            (0..99).map(|at| at.to_string()).collect(),
            (0..99)
                .map(|at| json!(at.to_string()).to_string())
                .collect(),
            (0..99).map(|_| "{}".to_owned()).collect(),
            (0..99).map(|at| format!("[{}]", row(at))).collect(),
            (0..99)
                .map(|at| format!(r#"{{"a":{at},"b":{{}}}}"#))
                .collect(),
            (0..99)
                .map(|at| format!(r#"{{"m{}":{at}}}"#, at % 2))
                .collect(),
        ];
        for payloads in runs {
            let mut batch = run(payloads.clone());
            assert!(batch.cells().is_empty());
            assert_eq!(text(&mut batch), format!(r#"["e",{}]"#, payloads.join(",")));
        }
    }

    #[test]
    fn other_values_around_and_between_tables() {
        let other = |at: usize| format!(r#"{{"on":{},"x":"y"}}"#, at.is_multiple_of(2));
        let frames: Vec<String> = (0..20)
            .map(row)
            .chain((0..9).map(other))
            .chain(["[1]".to_owned()])
            .chain((0..30).map(row))
            .map(|payload| event(&payload))
            .chain(["1".to_owned()])
            .chain((0..20).map(row))
            .collect();
        let mut batch = batch(&frames);
        // Behind what is no row the run is left alone: three tables, of rows of two members.
        assert_eq!(batch.cells().len(), 4 * 2 + (19 + 8 + 19) * 2);
        check(&mut batch);
        assert_eq!(together(&mut batch).map(|it| it.len()), Some(1 + 60 + 20));
    }

    #[test]
    fn a_batch_that_is_no_json_is_none_without_its_tables_either() {
        let bad = r#"{"n":1,"s":"\x"}"#;
        for at in [0, 1, 7, 15, 16] {
            let mut batch = run((0..16).map(|it| if it == at { bad.to_owned() } else { row(it) }));
            assert_eq!(together(&mut batch).is_none(), at < 16);
            assert_eq!(parsed(&batch).is_none(), at < 16);
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(1000))]

        /// What comes together again is what the joined values are, and of what is no JSON nothing comes together.
        #[test]
        fn tables_say_what_the_text_says(
            pieces in prop::collection::vec((prop::sample::select(vec![
                r#"{"a":@}"#, r#"{"a":"@"}"#, r#"{"a":@,"b":null}"#, r#"{"a":true,"b":@.5}"#, r#"{"a":"\u00e9@","b":-@e3}"#,
                r#"{"a":[@]}"#, "{}", "@", r#""@""#, r#"{"a":1@,"a":@}"#, r#"{"a": @}"#, r#"{"__proto__":@}"#, r#"{"1":@,"0":@}"#, r#"{"é":@}"#,
            ]), 1usize..30), 1..6),
            bad in prop::option::weighted(0.2, (prop::sample::select(vec![
                r#"{"a":01}"#, r#"{"a":"\x"}"#, r#"{"a":tru}"#, r#"{"a"}"#, r#"{"a":1,}"#,
            ]), any::<prop::sample::Index>())),
            enveloped in any::<bool>(),
        ) {
            let mut payloads: Vec<String> = pieces
                .iter()
                .flat_map(|(piece, times)| (0..*times).map(|at| piece.replace('@', &(at + 1).to_string())))
                .collect();
            if let Some((bad, at)) = bad {
                payloads.insert(at.index(payloads.len() + 1), bad.to_owned());
            }
            let frames: Vec<_> =
                payloads.iter().map(|it| if enveloped { event(it) } else { it.clone() }).collect();
            check(&mut batch(&frames));
        }
    }
}
