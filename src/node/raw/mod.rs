//! What runs per message or per crossing, in plain Node-API: a call costs 12 ns here, around 100 ns through `#[napi]`.
//!
//! - [`js`]: the crossing, and what holds the callback and the process alive
//! - [`functions`]: the functions JavaScript calls per message
//! - [`wake`]: how the background thread calls the JavaScript thread
//! - [`lifetime`]: the end of an environment

pub mod functions;
pub mod js;
pub mod lifetime;
pub mod wake;

/// Keeps a panic from crossing into C, which would be undefined: the callback just ends. The panic has been printed.
pub fn contain<R: Default>(f: impl FnOnce() -> R) -> R {
    std::panic::catch_unwind(std::panic::AssertUnwindSafe(f)).unwrap_or_default()
}

/// The descriptor `number`, which somebody else has opened and now gives away.
///
/// # Errors
/// `InvalidInput` if there is no such descriptor.
#[cfg(unix)]
pub fn owned(number: i32) -> std::io::Result<std::os::fd::OwnedFd> {
    use std::os::fd::{BorrowedFd, FromRawFd, OwnedFd};

    if number < 0 {
        return Err(std::io::ErrorKind::InvalidInput.into());
    }
    // SAFETY: not negative, and only asked whether it is open.
    rustix::io::fcntl_getfd(unsafe { BorrowedFd::borrow_raw(number) })?;
    // SAFETY: open; the caller has it from JavaScript, which gives it away.
    Ok(unsafe { OwnedFd::from_raw_fd(number) })
}
