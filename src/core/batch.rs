//! Frames and events that cross to JavaScript together, in order of arrival.
//!
//! Small JSON frames are joined into one array text, so that one string and one `JSON.parse` serve
//! them all; everything else is kept aside as a blob that JavaScript fetches when it comes to it.
//! Of messages in an envelope only the payloads are joined, after the name that a run of them has
//! in common: to parse an object, a key and a name more for each message takes as long as parsing
//! a small payload. Where they are rows of the same members, not even those are (see [`super::tables`]).

use std::borrow::Cow;
use std::ops::{Deref, Range};
use std::sync::Arc;

use bytes::Bytes;

use super::envelope::Envelope;
use super::json::{joinable, may_have_outline};
use super::limits::JOIN_MAX;
use super::members::{Members, Values};
pub use super::record::{Kind, Record, Syscall};
use super::tables::{self, Tables};

/// What a frame becomes on the JavaScript side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Codec {
    /// A value, by `JSON.parse`.
    Json,
    /// A string.
    Text,
    /// A `Buffer`.
    Bytes,
}

/// How the frames of a connection are decoded.
#[derive(Clone, Debug)]
pub struct Decoding {
    /// What a frame becomes.
    pub codec: Codec,
    /// The envelope JSON messages usually have; none: each is an ordinary value.
    pub envelope: Option<Arc<Envelope>>,
    /// The members that objects in texts usually have, if JavaScript wants their values besides.
    pub members: Option<Arc<Members>>,
}

enum Blob {
    Range(Range<usize>),
    Owned(Bytes),
    Taken,
}

/// A blob that was handed out.
#[derive(Debug)]
pub enum TakenBlob<'a> {
    /// A part of the batch's memory.
    Part(&'a [u8]),
    /// Memory of its own.
    Whole(Bytes),
}

impl Deref for TakenBlob<'_> {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        match self {
            Self::Part(bytes) => bytes,
            Self::Whole(bytes) => bytes,
        }
    }
}

/// See the module.
#[derive(Default)]
pub struct Batch {
    records: Vec<Record>,
    joined: Vec<u8>,
    ends: Vec<usize>,
    /// Where the name of the last `Events` stands in `joined`.
    name: Range<usize>,
    /// Whether a run is long enough to be a table.
    long: bool,
    /// The joined text without its tables, if there are any.
    tables: Tables,
    bulk: Vec<u8>,
    blobs: Vec<Blob>,
    /// The blob of the last `Lines`, and where it begins in `bulk`.
    lines: Option<(usize, usize)>,
    bytes: usize,
}

/// Buffers above this are not kept for the next batch, so that a peak is not paid for ever.
pub const KEEP: usize = 1 << 20;

/// The joined text stays below this, 64 MiB: V8 refuses strings of half a gigabyte, and a thousand connections with a full
/// inbox each can come to that while JavaScript is busy.
const JOINED_MAX: usize = 64 << 20;

/// Characters of one `Lines`, 16 KiB: who keeps one line keeps them all.
const LINES_MAX: usize = 16 << 10;

/// What a frame takes besides its bytes: a record, and a blob or the end of a joined one.
const FRAME_COST: usize = size_of::<Record>() + size_of::<Blob>();

impl Batch {
    /// Nothing has happened.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.records.is_empty()
    }

    /// Bytes of frames and chunks in this batch, and what it costs to keep each of them: a flood of empty frames must
    /// count as well.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.bytes
    }

    /// The records, in order.
    #[must_use]
    pub fn records(&self) -> &[Record] {
        &self.records
    }

    /// The same, to be completed by whoever gives connections their ids.
    pub fn records_mut(&mut self) -> &mut [Record] {
        &mut self.records
    }

    /// Adds an event without a payload.
    pub fn push(&mut self, kind: Kind, id: u32, a: i32, b: i32) {
        self.records.push(Record { kind, id, a, b });
    }

    /// Adds an event that has a text and a number.
    pub fn push_named(&mut self, kind: Kind, id: u32, text: &str, b: i32) {
        let blob = self.keep(Cow::Borrowed(text.as_bytes()));
        self.push(kind, id, blob, b);
    }

    /// Adds one received frame of connection `id`.
    pub fn push_frame(&mut self, id: u32, decoding: &Decoding, frame: Cow<'_, [u8]>) {
        self.bytes += frame.len() + FRAME_COST;
        match decoding.codec {
            Codec::Json if frame.len() < JOIN_MAX && self.joined.len() < JOINED_MAX => {
                let envelope = decoding.envelope.as_ref();
                if let Some(payload) = envelope.and_then(|it| self.payload_in_run(id, it, &frame)) {
                    self.join_payload(payload);
                } else if let Some((name, payload)) = envelope.and_then(|it| it.open(&frame)) {
                    self.name = self.join(name);
                    self.push(Kind::Events, id, 0, 0);
                    self.join_payload(payload);
                } else if joinable(&frame) {
                    self.join_frame(id, &frame);
                } else {
                    self.push_text_frame(id, frame);
                }
            }
            Codec::Json => match decoding.envelope.as_deref() {
                Some(envelope) => self.push_large(id, envelope, frame),
                None => self.push_document(id, frame),
            },
            Codec::Text if frame.len() < JOIN_MAX && frame.is_ascii() => {
                self.push_line(id, decoding, &frame);
            }
            Codec::Text => self.push_text_frame(id, frame),
            Codec::Bytes => {
                let len = word(frame.len());
                let blob = self.keep(frame);
                self.push(Kind::Bytes, id, blob, len);
            }
        }
    }

    fn push_text_frame(&mut self, id: u32, frame: Cow<'_, [u8]>) {
        let blob = self.keep(frame);
        self.push(Kind::Text, id, blob, 0);
    }

    fn push_document(&mut self, id: u32, frame: Cow<'_, [u8]>) {
        if may_have_outline(&frame) {
            let blob = self.keep(frame);
            self.push(Kind::Document, id, blob, 0);
        } else {
            self.push_text_frame(id, frame);
        }
    }

    /// Small texts cross as one, and each is a part of it: a tenth of the time that a string of its own takes.
    fn push_line(&mut self, id: u32, decoding: &Decoding, line: &[u8]) {
        let open = self.lines.filter(|&(blob, start)| {
            // Nothing else has been put behind it.
            matches!(self.blobs.get(blob), Some(Blob::Range(range)) if range.end == self.bulk.len())
                && self.bulk.len() - start + line.len() <= LINES_MAX
        });
        let (blob, start) = open.unwrap_or_else(|| {
            let start = self.bulk.len();
            let blob = self.keep_blob(Blob::Range(start..start));
            self.push(Kind::Lines, 0, blob, 0);
            (self.blobs.len() - 1, start)
        });
        let from = self.bulk.len() - start;
        self.bulk.extend_from_slice(line);
        let part = word(from | (self.bulk.len() - start) << 16);
        let members = decoding.members.as_deref();
        let values = members
            .filter(|_| self.joined.len() < JOINED_MAX)
            .and_then(|members| members.open(line));
        let values = values.as_ref().map_or(&[][..], Values::get);
        for value in values {
            self.join(value);
        }
        self.push(Kind::Line, id, part, word(values.len()));
        if let Some(Blob::Range(range)) = self.blobs.get_mut(blob) {
            range.end = self.bulk.len();
        }
        self.lines = Some((blob, start));
    }

    fn push_large(&mut self, id: u32, envelope: &Envelope, frame: Cow<'_, [u8]>) {
        let Some((name, text)) = envelope.open_text(&frame) else {
            self.push_document(id, frame);
            return;
        };
        let name = self.keep(Cow::Borrowed(name));
        let text = match frame {
            Cow::Borrowed(frame) => self.keep(Cow::Borrowed(frame.get(text).unwrap_or_default())),
            Cow::Owned(frame) => self.keep_blob(Blob::Owned(Bytes::from(frame).slice(text))),
        };
        self.push(Kind::String, id, text, name);
    }

    /// Adds a copy of a received chunk, for the user's own `data` listeners.
    pub fn push_chunk(&mut self, id: u32, chunk: &[u8]) {
        self.bytes += chunk.len() + FRAME_COST;
        let blob = self.keep(Cow::Borrowed(chunk));
        self.push(Kind::Chunk, id, blob, word(chunk.len()));
    }

    /// Adds an event that has a text, and a number besides.
    pub fn push_text(&mut self, kind: Kind, id: u32, text: &str, b: i32) {
        let blob = self.keep(Cow::Borrowed(text.as_bytes()));
        self.push(kind, id, blob, b);
    }

    fn join_frame(&mut self, id: u32, frame: &[u8]) {
        self.join(frame);
        match self.records.last_mut() {
            Some(last) if last.kind == Kind::Frames && last.id == id => {
                last.a += 1;
                self.long |= last.a >= tables::RUN;
            }
            _ => self.push(Kind::Frames, id, 1, 0),
        }
    }

    /// The payload of a frame that goes on with the run of events there is.
    fn payload_in_run<'a>(
        &self,
        id: u32,
        envelope: &Envelope,
        frame: &'a [u8],
    ) -> Option<&'a [u8]> {
        let last = self.records.last()?;
        if last.kind != Kind::Events || last.id != id {
            return None;
        }
        envelope.open_named(self.joined.get(self.name.clone())?, frame)
    }

    fn join_payload(&mut self, payload: &[u8]) {
        self.join(payload);
        if let Some(last) = self.records.last_mut() {
            last.a += 1;
            self.long |= last.a >= tables::RUN;
        }
    }

    /// Appends to the joined text. Returns where.
    fn join(&mut self, value: &[u8]) -> Range<usize> {
        self.joined
            .push(if self.joined.is_empty() { b'[' } else { b',' });
        let start = self.joined.len();
        self.joined.extend_from_slice(value);
        self.ends.push(self.joined.len());
        start..self.joined.len()
    }

    fn keep(&mut self, bytes: Cow<'_, [u8]>) -> i32 {
        let blob = match bytes {
            Cow::Owned(bytes) => Blob::Owned(bytes.into()),
            Cow::Borrowed(bytes) => {
                let start = self.bulk.len();
                self.bulk.extend_from_slice(bytes);
                Blob::Range(start..self.bulk.len())
            }
        };
        self.keep_blob(blob)
    }

    fn keep_blob(&mut self, blob: Blob) -> i32 {
        self.blobs.push(blob);
        word(self.blobs.len() - 1)
    }

    /// Takes the tables out of the joined text, when nothing is to be added to the batch.
    pub fn take_tables(&mut self) {
        if self.long {
            let mut next = 0;
            for record in &self.records {
                let (names, values) = match record.kind {
                    Kind::Events => (1, record.a),
                    Kind::Frames => (0, record.a),
                    Kind::Line => (0, record.b),
                    _ => continue,
                };
                let first = next + names;
                next = first + usize::try_from(values).unwrap_or_default();
                if record.kind != Kind::Line && values >= tables::RUN {
                    self.tables.take(&self.joined, &self.ends, first..next);
                }
            }
            self.tables.finish(&self.joined, &self.ends);
        }
    }

    /// See [`Tables::cells`].
    #[must_use]
    pub fn cells(&self) -> &[f64] {
        self.tables.cells()
    }

    /// The text that JavaScript parses: the array of all joined frames, or what is left of it without the tables. Empty if
    /// there are none.
    pub fn text(&mut self) -> &[u8] {
        if self.cells().is_empty() {
            self.joined()
        } else {
            self.tables.text()
        }
    }

    fn joined(&mut self) -> &[u8] {
        // Only an open text ends where its last frame ends: the frame itself may end with `]`.
        if self.ends.last() == Some(&self.joined.len()) {
            self.joined.push(b']');
        }
        &self.joined
    }

    /// The text of joined frame number `index`, for a batch that does not parse as a whole.
    #[must_use]
    pub fn joined_frame(&self, index: usize) -> Option<&[u8]> {
        let start = match index.checked_sub(1) {
            Some(before) => *self.ends.get(before)?,
            None => 0,
        };
        self.joined.get(start + 1..*self.ends.get(index)?)
    }

    /// The bytes of blob `index`, which is still there.
    #[must_use]
    pub fn blob(&self, index: usize) -> Option<&[u8]> {
        match self.blobs.get(index)? {
            Blob::Range(range) => self.bulk.get(range.clone()),
            Blob::Owned(bytes) => Some(bytes),
            Blob::Taken => None,
        }
    }

    /// Hands out blob `index`, once: its memory is not held while the value made of it is used.
    pub fn take_blob(&mut self, index: usize) -> Option<TakenBlob<'_>> {
        match std::mem::replace(self.blobs.get_mut(index)?, Blob::Taken) {
            Blob::Range(range) => Some(TakenBlob::Part(self.bulk.get(range)?)),
            Blob::Owned(bytes) => Some(TakenBlob::Whole(bytes)),
            Blob::Taken => None,
        }
    }

    /// Empties the batch, keeping buffers of ordinary size for the next one.
    pub fn clear(&mut self) {
        self.records.clear();
        self.ends.clear();
        self.blobs.clear();
        self.lines = None;
        self.long = false;
        self.tables.clear();
        self.bytes = 0;
        for buffer in [&mut self.joined, &mut self.bulk] {
            if buffer.capacity() > KEEP {
                *buffer = Vec::new();
            } else {
                buffer.clear();
            }
        }
    }
}

/// Counts and lengths cross as 32-bit words; a batch is flushed long before one could overflow.
fn word(n: usize) -> i32 {
    i32::try_from(n).unwrap_or(i32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoding() -> Decoding {
        Decoding {
            codec: Codec::Json,
            envelope: Some(Arc::new(Envelope::new(r#""type""#, r#""data""#))),
            members: None,
        }
    }

    fn push(batch: &mut Batch, id: u32, frame: &str) {
        batch.push_frame(id, &decoding(), Cow::Borrowed(frame.as_bytes()));
    }

    fn records(batch: &Batch) -> Vec<(Kind, u32, i32)> {
        let short = |record: &Record| (record.kind, record.id, record.a);
        batch.records().iter().map(short).collect()
    }

    #[test]
    fn payloads_of_one_name_follow_it_in_one_run() {
        let mut batch = Batch::default();
        push(&mut batch, 1, r#"{"type":"a","data":1}"#);
        push(&mut batch, 1, r#"{"type":"a","data":{"b":"c"}}"#);
        push(&mut batch, 1, r#"{"type":"b","data":[]}"#);
        push(&mut batch, 2, r#"{"type":"b","data":"x"}"#);
        assert_eq!(batch.joined(), br#"["a",1,{"b":"c"},"b",[],"b","x"]"#);
        let events = Kind::Events;
        assert_eq!(
            records(&batch),
            [(events, 1, 2), (events, 1, 1), (events, 2, 1)]
        );
        assert_eq!(batch.joined_frame(0), Some(&br#""a""#[..]));
        assert_eq!(batch.joined_frame(2), Some(&br#"{"b":"c"}"#[..]));
    }

    #[test]
    fn what_comes_otherwise_interrupts_a_run() {
        let mut batch = Batch::default();
        push(&mut batch, 1, r#"{"type":"a","data":1}"#);
        push(&mut batch, 1, r#"{"data":1,"type":"a"}"#);
        push(&mut batch, 1, r#"{"type":"a","data":2}"#);
        push(&mut batch, 1, "1,2");
        push(&mut batch, 1, r#"{"type":"a","data":3}"#);
        assert_eq!(
            batch.joined(),
            br#"["a",1,{"data":1,"type":"a"},"a",2,"a",3]"#
        );
        assert_eq!(
            records(&batch),
            [
                (Kind::Events, 1, 1),
                (Kind::Frames, 1, 1),
                (Kind::Events, 1, 1),
                (Kind::Text, 1, 0),
                (Kind::Events, 1, 1)
            ]
        );
    }

    #[test]
    fn small_texts_are_parts_of_one() {
        let mut batch = Batch::default();
        let text = Decoding {
            codec: Codec::Text,
            envelope: None,
            members: None,
        };
        let long = "x".repeat(JOIN_MAX);
        for (id, frame) in [
            (1, "ab"),
            (2, ""),
            (2, "cde"),
            (1, "\u{e9}"),
            (1, &long),
            (3, "f"),
        ] {
            batch.push_frame(id, &text, Cow::Borrowed(frame.as_bytes()));
        }
        let seen: Vec<_> = batch
            .records()
            .iter()
            .map(|it| (it.kind, it.id, it.a, it.b))
            .collect();
        assert_eq!(
            seen,
            [
                (Kind::Lines, 0, 0, 0),
                (Kind::Line, 1, 2 << 16, 0),
                (Kind::Line, 2, 2 | 2 << 16, 0),
                (Kind::Line, 2, 2 | 5 << 16, 0),
                (Kind::Text, 1, 1, 0),
                (Kind::Text, 1, 2, 0),
                (Kind::Lines, 0, 3, 0),
                (Kind::Line, 3, 1 << 16, 0)
            ]
        );
        let blobs = [0, 1, 2, 3].map(|index| batch.take_blob(index).map(|blob| blob.to_vec()));
        let expected = ["abcde", "\u{e9}", &long, "f"].map(|text| Some(text.as_bytes().to_vec()));
        assert_eq!(blobs, expected);
    }

    #[test]
    fn who_keeps_one_text_keeps_few_others() {
        let mut batch = Batch::default();
        let text = Decoding {
            codec: Codec::Text,
            envelope: None,
            members: None,
        };
        for _ in 0..1000 {
            batch.push_frame(1, &text, Cow::Borrowed(&[b'x'; 100]));
        }
        let (texts, parts): (Vec<&Record>, Vec<&Record>) = batch
            .records()
            .iter()
            .partition(|it| it.kind == Kind::Lines);
        assert_eq!((texts.len(), parts.len()), (7, 1000));
        assert!(parts.iter().all(|it| it.a >> 16 <= word(LINES_MAX)));
    }

    #[test]
    fn members_of_objects_come_besides() {
        let mut batch = Batch::default();
        let names = [r#""id""#, r#""message""#].map(str::to_owned);
        let decoding = Decoding {
            codec: Codec::Text,
            envelope: None,
            members: Members::new(&names).map(Arc::new),
        };
        for line in [
            r#"{"id":1,"message":[2]}"#,
            "3",
            r#"{"id":"a","message":{}}"#,
        ] {
            batch.push_frame(1, &decoding, Cow::Borrowed(line.as_bytes()));
        }
        assert_eq!(batch.joined(), br#"[1,[2],"a",{}]"#);
        let seen: Vec<_> = batch.records().iter().map(|it| (it.kind, it.b)).collect();
        let line = Kind::Line;
        assert_eq!(seen, [(Kind::Lines, 0), (line, 2), (line, 0), (line, 2)]);
    }

    #[test]
    fn a_large_text_stands_alone() {
        let text = "x".repeat(JOIN_MAX);
        let frame = format!(r#"{{"type":"a","data":"{text}"}}"#);
        let escaped = format!(r#"{{"type":"a","data":"{text}\n"}}"#);
        for owned in [false, true] {
            let mut batch = Batch::default();
            for frame in [&frame, &escaped] {
                let bytes = if owned {
                    Cow::Owned(frame.clone().into_bytes())
                } else {
                    Cow::Borrowed(frame.as_bytes())
                };
                batch.push_frame(1, &decoding(), bytes);
            }
            let [string, whole] = batch.records() else {
                panic!("two records");
            };
            assert_eq!((string.kind, whole.kind), (Kind::String, Kind::Text));
            let (name, payload, whole) = (string.b, string.a, whole.a);
            for (blob, expected) in [(name, "a"), (payload, &*text), (whole, &*escaped)] {
                let blob = batch.take_blob(usize::try_from(blob).unwrap()).unwrap();
                assert_eq!(&*blob, expected.as_bytes());
            }
        }
    }

    #[test]
    fn a_batch_begins_without_a_name() {
        let mut batch = Batch::default();
        push(&mut batch, 1, r#"{"type":"a","data":1}"#);
        batch.clear();
        push(&mut batch, 1, r#"{"type":"a","data":1}"#);
        assert_eq!(batch.joined(), br#"["a",1]"#);
        assert_eq!(records(&batch), [(Kind::Events, 1, 1)]);
    }
}
