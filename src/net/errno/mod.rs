//! Error numbers as libuv counts them, without the sign: JavaScript makes Node's codes of them.

#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

use std::io;

#[cfg(unix)]
use self::unix as system;
#[cfg(windows)]
use self::windows as system;

/// The number of an error; tokio's own errors get the nearest one.
#[must_use]
pub fn errno(error: &io::Error) -> i32 {
    match error.raw_os_error() {
        Some(code) => system::translated(code),
        None => system::nearest(error.kind()),
    }
}

/// Nothing more can be kept for sending.
#[must_use]
pub fn no_room() -> io::Error {
    io::Error::from_raw_os_error(system::NO_ROOM)
}
