//! What runs per message or per crossing, in plain Node-API: a call costs 12 ns here, around 100 ns through `#[napi]`.
//!
//! - [`js`]: the crossing, and what holds the callback and the process alive
//! - [`functions`]: the functions JavaScript calls per message, bodies in `sending`, `filling`, `composing`
//!   and `reading`
//! - `values`: their arguments and answers
//! - [`wake`]: how the background thread calls the JavaScript thread
//! - [`lifetime`]: the end of an environment

mod composing;
mod filling;
pub mod functions;
pub mod js;
pub mod lifetime;
mod reading;
mod sending;
mod values;
pub mod wake;

use std::io;
#[cfg(unix)]
use std::os::fd::{BorrowedFd, FromRawFd};

use crate::net::descriptor::Descriptor;

/// Keeps a panic from crossing into C, which would be undefined: the callback just ends. The panic has been printed.
pub fn contain<R: Default>(f: impl FnOnce() -> R) -> R {
    std::panic::catch_unwind(std::panic::AssertUnwindSafe(f)).unwrap_or_default()
}

/// The descriptor `number`, which somebody else has opened and now gives away.
///
/// # Errors
/// If there is no such descriptor.
#[cfg(unix)]
pub fn given(number: i32) -> io::Result<Descriptor> {
    // Before it is ours: on failure it stays the caller's.
    crate::net::stream::check(&socket2::SockRef::from(&borrowed(number)?))?;
    // SAFETY: open; the caller has it from JavaScript, which gives it away.
    Ok(unsafe { Descriptor::from_raw_fd(number) })
}

/// A descriptor of our own for what the descriptor `number` of somebody else stands for.
///
/// # Errors
/// If there is no such descriptor.
#[cfg(unix)]
pub fn copied(number: i32) -> io::Result<Descriptor> {
    Ok(rustix::io::fcntl_dupfd_cloexec(borrowed(number)?, 0)?)
}

/// There is none on Windows.
///
/// # Errors
/// Always.
#[cfg(windows)]
pub fn given(_: i32) -> io::Result<Descriptor> {
    Err(io::ErrorKind::Unsupported.into())
}

#[cfg(windows)]
pub use given as copied;

#[cfg(unix)]
fn borrowed(number: i32) -> io::Result<BorrowedFd<'static>> {
    if number < 0 {
        return Err(io::ErrorKind::InvalidInput.into());
    }
    // SAFETY: not negative; used at once, while JavaScript, which knows it, does not run.
    let descriptor = unsafe { BorrowedFd::borrow_raw(number) };
    rustix::io::fcntl_getfd(descriptor)?;
    Ok(descriptor)
}
