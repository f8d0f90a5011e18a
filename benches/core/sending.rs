use std::hint::black_box;
use std::io::IoSlice;

use bytes::Bytes;
use criterion::{Criterion, Throughput};

use crate::bytes::message;
use crate::core::form::{Form, Text};
use crate::core::outbox::Outbox;

/// Messages of one turn.
const BURST: usize = 100;

/// A burst into an outbox and out again; the limit is to copy it. A shared buffer is not copied at all.
pub fn outbox(criterion: &mut Criterion) {
    for size in [64, 1 << 10] {
        let one = message(size);
        let mut group = criterion.benchmark_group(format!("outbox {size} B"));
        group.throughput(Throughput::Bytes((one.len() * BURST) as u64));
        group.bench_function("limit", |bencher| {
            let mut all = Vec::with_capacity(one.len() * BURST);
            bencher.iter(|| {
                all.clear();
                for _ in 0..BURST {
                    all.extend_from_slice(black_box(&one));
                }
                black_box(&all).len()
            });
        });
        group.bench_function("ours", |bencher| {
            let mut outbox = Outbox::new(1 << 20, None);
            bencher.iter(|| {
                for _ in 0..BURST {
                    outbox.tail().extend_from_slice(black_box(&one));
                    outbox.appended(one.len());
                }
                leave(&mut outbox)
            });
        });
        group.bench_function("ours, shared", |bencher| {
            let shared = Bytes::from(one.repeat(BURST));
            let mut outbox = Outbox::new(1 << 20, None);
            bencher.iter(|| {
                outbox.share(black_box(&shared).clone());
                leave(&mut outbox)
            });
        });
        group.finish();
    }
}

fn leave(outbox: &mut Outbox) -> bool {
    let mut slices = [IoSlice::new(&[]); 8];
    let used = outbox.slices(&mut slices);
    let length = slices[..used].iter().map(|slice| slice.len()).sum();
    outbox.consume(length).drained
}

/// A burst of messages that are alike: a number and a text each, written into their form. The limit is to copy what comes
/// of it.
pub fn form(criterion: &mut Criterion) {
    const LENGTH: i32 = 38;
    let form = Form::new(b"{\"seq\":\n,\"pad\":\n}");
    let text = "x".repeat(BURST * LENGTH as usize);
    let values: Vec<(i32, f64)> = (1_000_000..)
        .take(BURST)
        .flat_map(|seq| [(-1, f64::from(seq)), (LENGTH, 0.0)])
        .collect();
    let fill = |to: &mut Vec<u8>| {
        let text = Text::Ascii(black_box(text.as_bytes()));
        let opening = br#"{"type":"message","data":"#;
        form.fill(
            black_box(&values).iter().copied(),
            text,
            opening,
            b"}\x0c",
            to,
        )
    };
    let mut once = Vec::new();
    fill(&mut once);
    let mut group = criterion.benchmark_group(format!("form {} B", once.len() / BURST));
    group.throughput(Throughput::Bytes(once.len() as u64));
    let mut to = Vec::with_capacity(once.len());
    group.bench_function("limit", |bencher| {
        bencher.iter(|| {
            to.clear();
            for one in black_box(&once).chunks(once.len() / BURST) {
                to.extend_from_slice(one);
            }
            black_box(&to).len()
        });
    });
    group.bench_function("ours", |bencher| {
        bencher.iter(|| {
            to.clear();
            fill(&mut to)
        });
    });
    group.finish();
}
