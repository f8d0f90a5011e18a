use std::borrow::Cow;
use std::hint::black_box;

use criterion::{Criterion, Throughput};

use crate::bytes::{MEMBERS, NAME, message};
use crate::core::batch::{Batch, Codec, Decoding};
use crate::core::envelope::Envelope;
use crate::core::json::joinable;

/// Small frames: larger ones are not joined.
const SIZES: [usize; 2] = [64, 500];

/// Frames in a batch.
const FRAMES: usize = 100;

/// The structural check; the limit is to count the quotes, which looks at each byte once.
pub fn structure(criterion: &mut Criterion) {
    for size in SIZES {
        let frame = message(size);
        let mut group = criterion.benchmark_group(format!("structure {size} B"));
        group.throughput(Throughput::Bytes(frame.len() as u64));
        group.bench_function("limit", |bencher| {
            bencher.iter(|| memchr::memchr_iter(b'"', black_box(&frame)).count());
        });
        group.bench_function("ours", |bencher| {
            bencher.iter(|| joinable(black_box(&frame)));
        });
        group.finish();
    }
}

/// Taking a frame apart, the payload checked; the limit is to count the quotes, which looks at each byte once.
pub fn envelope(criterion: &mut Criterion) {
    let envelope = Envelope::new(MEMBERS.0, MEMBERS.1);
    for size in SIZES {
        let frame = message(size);
        let mut group = criterion.benchmark_group(format!("envelope {size} B"));
        group.throughput(Throughput::Bytes(frame.len() as u64));
        group.bench_function("limit", |bencher| {
            bencher.iter(|| memchr::memchr_iter(b'"', black_box(&frame)).count());
        });
        group.bench_function("ours", |bencher| {
            bencher.iter(|| envelope.open(black_box(&frame)).is_some());
        });
        group.bench_function("ours, name known", |bencher| {
            bencher.iter(|| envelope.open_named(NAME, black_box(&frame)).is_some());
        });
        group.finish();
    }
}

/// All that is done with a frame until JavaScript has it; the limit is to copy it.
pub fn batch(criterion: &mut Criterion) {
    let decoding = Decoding {
        codec: Codec::Json,
        envelope: Some(Envelope::new(MEMBERS.0, MEMBERS.1).into()),
        members: None,
    };
    for size in SIZES {
        let frame = message(size);
        let mut group = criterion.benchmark_group(format!("batch {size} B"));
        group.throughput(Throughput::Bytes((frame.len() * FRAMES) as u64));
        group.bench_function("limit", |bencher| {
            let mut all = Vec::with_capacity(frame.len() * FRAMES);
            bencher.iter(|| {
                all.clear();
                for _ in 0..FRAMES {
                    all.extend_from_slice(black_box(&frame));
                }
                black_box(&all).len()
            });
        });
        group.bench_function("ours", |bencher| {
            let mut batch = Batch::default();
            bencher.iter(|| {
                batch.clear();
                for _ in 0..FRAMES {
                    batch.push_frame(1, &decoding, Cow::Borrowed(black_box(&frame)));
                }
                batch.take_tables();
                batch.text().len()
            });
        });
        group.finish();
    }
}
