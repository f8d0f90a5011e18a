use std::hint::black_box;
use std::io::IoSlice;

use bytes::Bytes;
use criterion::{Criterion, Throughput};

use crate::bytes::message;
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
