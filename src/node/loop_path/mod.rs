//! The loop data path: descriptors polled by Node's own libuv loop, read and written on the JavaScript thread.
//!
//! - [`uv`]: the functions of libuv, found at run time
//! - [`handle`]: a libuv handle that is closed when dropped, and the count of those still closing
//! - [`phases`]: what happens before the loop sleeps and after it polled
//! - [`busy_poll`]: waiting for an answer without sleeping
//! - [`stream`]: one connection
//! - [`wire`]: what lies between its descriptor and its bytes: nothing, or TLS

pub mod busy_poll;
pub mod handle;
pub mod phases;
pub mod stream;
pub mod uv;
pub mod wire;
