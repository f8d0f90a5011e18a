//! The engine as JavaScript sees it. Nothing here decides anything about a protocol: it converts, and keeps lifetimes.
//!
//! - [`engine`]: the class behind `lib/engine`, for everything that does not run per message
//! - [`endpoint`]: where to listen
//! - [`protocol`]: the description of a dialect, converted once
//! - [`frames`]: framing alone, for streams that stay Node's
//! - [`retry`]: a client's retry state and its timer
//! - [`datagram`]: sockets for datagrams
//! - [`tls`]: what a program says about TLS, and what a handshake brought
//! - [`hub`]: what one environment has open, and the events on their way to JavaScript
//! - [`connection`]: one connection on whichever data path it is
//! - [`domain`]: a listener whose clients talk to each other without JavaScript
//! - [`loop_path`]: the data path on Node's own event loop
//! - [`raw`]: what runs per message or per crossing, in plain Node-API

pub mod connection;
pub mod datagram;
pub mod domain;
pub mod endpoint;
pub mod engine;
pub mod frames;
pub mod hub;
#[cfg(unix)]
pub mod loop_path;
pub mod protocol;
pub mod raw;
pub mod retry;
pub mod tls;
