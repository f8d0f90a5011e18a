//! How far `src/core` is from the limit, which is `memchr` or `memcpy` over the same bytes.
//!
//! Each group has a `limit` and what comes up to it; `npm run bench:core` prints the ratios. The core is compiled in, not
//! linked: the addon is a library for Node only, optimised as a whole.
//!
//! - `framing`: frames found in a stream
//! - `sending`: messages through an outbox, and written into their form
//! - `receiving`: frames looked at and joined for JavaScript
//! - `routing`: messages from client to client
//! - `bytes`: what they are made of

#![allow(missing_docs, reason = "criterion's own functions")]

mod bytes;
// All of it, with its tests, which run elsewhere.
#[allow(dead_code, unused_imports)]
#[path = "../../src/core/mod.rs"]
mod core;
mod framing;
mod receiving;
mod routing;
mod sending;

use std::time::Duration;

use criterion::{Criterion, criterion_group, criterion_main};

/// Short: a regression that matters is one of more than a few per cent.
fn short() -> Criterion {
    Criterion::default()
        .sample_size(20)
        .warm_up_time(Duration::from_millis(200))
        .measurement_time(Duration::from_millis(800))
}

criterion_group! {
    name = all;
    config = short();
    targets = framing::frames, sending::outbox, sending::form, receiving::structure, receiving::envelope, receiving::batch, routing::relay
}
criterion_main!(all);
