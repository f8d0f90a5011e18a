//! Sockets on tokio: establishment for both data paths, and the worker data path.
//!
//! - [`runtime`]: the one background thread, and tasks whose panic closes what they serve
//! - [`address`]: where to connect and listen, and the rules for local paths
//! - [`connect`]: an attempt to establish a connection
//! - [`listener`]: synchronous bind, accept, connection limit
//! - [`local`]: local sockets: files on Unix, named pipes on Windows
//! - [`lent`]: a socket of an owner and of tasks, closed when its owner says so
//! - [`errno`]: error numbers as libuv counts them
//! - [`descriptor`]: what somebody else has opened
//! - [`stream`]: an established connection before a data path takes it
//! - [`tls`]: a secure connection on top of one
//! - [`timer`]: delays before another attempt
//! - [`udp`]: sockets for datagrams
//! - [`inbox`]: what the background thread has for the JavaScript thread
//! - [`reminder`]: calls the JavaScript thread again where a call may be forgotten
//! - [`receiver`]: where the frames and events of a connection on the worker path go
//! - [`routed`]: a listener whose clients talk to each other without JavaScript
//! - [`worker`]: the data path whose reads and writes run on the background thread

pub mod address;
pub mod connect;
pub mod descriptor;
pub mod errno;
pub mod inbox;
pub mod lent;
pub mod listener;
pub mod local;
pub mod receiver;
mod reminder;
pub mod routed;
pub mod runtime;
pub mod stream;
pub mod timer;
pub mod tls;
pub mod udp;
pub mod worker;
