use std::hint::black_box;

use criterion::{Criterion, Throughput};

use crate::core::routing::{Decision, Decisions, PeerId, Router, Settings};

/// Messages of one turn.
const BURST: usize = 100;

/// Messages from one client to another; the limit is to copy them.
pub fn relay(criterion: &mut Criterion) {
    for size in [64, 1 << 10] {
        let (mut router, sender) = domain();
        let frame = emitted(size);
        let mut group = criterion.benchmark_group(format!("routing {size} B"));
        group.throughput(Throughput::Bytes((frame.len() * BURST) as u64));
        group.bench_function("limit", |bencher| {
            let mut all = Vec::with_capacity(frame.len() * BURST);
            bencher.iter(|| {
                all.clear();
                for _ in 0..BURST {
                    all.extend_from_slice(black_box(&frame));
                }
                black_box(&all).len()
            });
        });
        group.bench_function("ours", |bencher| {
            let mut out = Decisions::default();
            bencher.iter(|| {
                out.clear();
                for _ in 0..BURST {
                    router.frame(sender, black_box(&frame), &mut out);
                }
                assert!(!out.is_empty());
                out.list().len()
            });
        });
        group.finish();
    }
}

/// A domain with two clients that have arrived, and the connection by which the first one sends.
fn domain() -> (Router, PeerId) {
    let mut bits = 0;
    let random = Box::new(move || {
        bits += 1;
        bits
    });
    let mut router = Router::new(Settings::default(), random);
    let mut out = Decisions::default();
    for (name, lobby) in [("a", 1), ("b", 2)] {
        router.entered(lobby, &mut out);
        let hello =
            format!(r#"{{"id":null,"command":"handshake","data":"{name}","delivery":null}}"#);
        router.frame(lobby, hello.as_bytes(), &mut out);
        let expected: Vec<u64> = out.list().iter().filter_map(opened).collect();
        for client in expected {
            router.arrived(client, lobby + 10, &mut out);
        }
        out.clear();
    }
    (router, 1)
}

fn opened(decision: &Decision) -> Option<u64> {
    match decision {
        Decision::Open { client, .. } => Some(*client),
        _ => None,
    }
}

/// What a client hands in for another one: a message as a string within a message.
fn emitted(size: usize) -> Vec<u8> {
    let pad = "x".repeat(size.saturating_sub(20));
    let inner =
        format!(r#"{{"id":"b","command":"c","data":{{"n":1,"pad":"{pad}"}},"delivery":null}}"#);
    let quoted = serde_json::Value::String(inner);
    format!(r#"{{"id":"a","command":"emit","data":{quoted},"delivery":null}}"#).into_bytes()
}
