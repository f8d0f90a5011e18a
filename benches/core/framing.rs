use std::hint::black_box;

use criterion::{Criterion, Throughput};

use crate::bytes::{SIZES, stream};
use crate::core::framing::{Framer, Framing};

/// As the loop path reads.
const CHUNK: usize = 64 << 10;

/// Frames found in a stream; the limit is to find their ends.
pub fn frames(criterion: &mut Criterion) {
    let line = Framing::Line { separator: None };
    let ways: [(&str, Framing, &[u8]); 3] = [
        ("delimiter", Framing::Delimiter(b"\x0c"[..].into()), b"\x0c"),
        ("line", line, b"\n"),
        ("json-object", Framing::JsonObject, b""),
    ];
    for (name, framing, end) in ways {
        for size in SIZES {
            let bytes = stream(size, end);
            let last = bytes[bytes.len() - 1];
            let mut group = criterion.benchmark_group(format!("framing {name} {size} B"));
            group.throughput(Throughput::Bytes(bytes.len() as u64));
            group.bench_function("limit", |bencher| {
                let ends = || memchr::memchr_iter(last, black_box(&bytes));
                // A bracket need not be the last one: to count them looks at each byte once.
                if end.is_empty() {
                    bencher.iter(|| ends().count());
                } else {
                    bencher.iter(|| ends().sum::<usize>());
                }
            });
            group.bench_function("ours", |bencher| {
                let mut framer = Framer::new(&framing, usize::MAX);
                bencher.iter(|| {
                    let mut found = 0;
                    for chunk in black_box(&bytes).chunks(CHUNK) {
                        // There is no cap to exceed.
                        let _ = framer.feed(chunk, &mut |frame| found += frame.len());
                    }
                    found
                });
            });
            group.finish();
        }
    }
}
