//! The native engine of napi-ipc.
//!
//! - [`core`]: bytes and decisions, no I/O
//! - [`net`]: sockets on tokio, and the worker data path
//! - [`node`]: the engine as JavaScript sees it, and the loop data path
//!
//! Arrows run one way: `node` → `net` → `core`.

pub mod core;
pub mod net;
// Its functions are registered with a Node that tests do not have.
#[cfg(not(test))]
mod node;
