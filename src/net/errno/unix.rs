//! The numbers are the system's own.

use std::io::ErrorKind;

use rustix::io::Errno;

pub(super) const NO_ROOM: i32 = Errno::NOBUFS.raw_os_error();

pub(super) fn translated(code: i32) -> i32 {
    code
}

pub(super) fn nearest(kind: ErrorKind) -> i32 {
    match kind {
        ErrorKind::TimedOut => Errno::TIMEDOUT,
        ErrorKind::InvalidInput => Errno::INVAL,
        ErrorKind::UnexpectedEof => Errno::CONNRESET,
        ErrorKind::WriteZero | ErrorKind::BrokenPipe => Errno::PIPE,
        _ => Errno::IO,
    }
    .raw_os_error()
}
