//! libuv has numbers of its own on Windows, and the system has two families of them: Win32's and those of sockets.

use std::io::ErrorKind;

use windows_sys::Win32::Foundation as win32;
use windows_sys::Win32::Networking::WinSock as sock;

// As in libuv's header, where they are negative.
const EACCES: i32 = 4092;
const EADDRINUSE: i32 = 4091;
const EADDRNOTAVAIL: i32 = 4090;
const EAFNOSUPPORT: i32 = 4089;
const EAGAIN: i32 = 4088;
const EALREADY: i32 = 4084;
const EBADF: i32 = 4083;
const EBUSY: i32 = 4082;
const ECANCELED: i32 = 4081;
const ECONNABORTED: i32 = 4079;
const ECONNREFUSED: i32 = 4078;
const ECONNRESET: i32 = 4077;
const EFAULT: i32 = 4074;
const EHOSTUNREACH: i32 = 4073;
const EINVAL: i32 = 4071;
const EIO: i32 = 4070;
const EISCONN: i32 = 4069;
const EMFILE: i32 = 4066;
const EMSGSIZE: i32 = 4065;
const ENAMETOOLONG: i32 = 4064;
const ENETUNREACH: i32 = 4062;
const ENOBUFS: i32 = 4060;
const ENOENT: i32 = 4058;
const ENOMEM: i32 = 4057;
const ENOTCONN: i32 = 4053;
const ENOTSOCK: i32 = 4050;
const ENOTSUP: i32 = 4049;
const EPERM: i32 = 4048;
const EPIPE: i32 = 4047;
const EPROTONOSUPPORT: i32 = 4045;
const ETIMEDOUT: i32 = 4039;
const UNKNOWN: i32 = 4094;

pub(super) const NO_ROOM: i32 = sock::WSAENOBUFS;

pub(super) fn translated(code: i32) -> i32 {
    of_socket(code)
        .or_else(|| of_win32(code.cast_unsigned()))
        .unwrap_or(UNKNOWN)
}

fn of_socket(code: i32) -> Option<i32> {
    Some(match code {
        sock::WSAEACCES => EACCES,
        sock::WSAEADDRINUSE => EADDRINUSE,
        sock::WSAEADDRNOTAVAIL => EADDRNOTAVAIL,
        sock::WSAEAFNOSUPPORT => EAFNOSUPPORT,
        sock::WSAEWOULDBLOCK => EAGAIN,
        sock::WSAEALREADY => EALREADY,
        sock::WSAEBADF => EBADF,
        sock::WSAEINTR => ECANCELED,
        sock::WSAECONNABORTED => ECONNABORTED,
        sock::WSAECONNREFUSED => ECONNREFUSED,
        sock::WSAECONNRESET | sock::WSAENETRESET => ECONNRESET,
        sock::WSAEFAULT => EFAULT,
        sock::WSAEHOSTUNREACH => EHOSTUNREACH,
        sock::WSAEINVAL | sock::WSAEPFNOSUPPORT => EINVAL,
        sock::WSAEISCONN => EISCONN,
        sock::WSAEMFILE => EMFILE,
        sock::WSAEMSGSIZE => EMSGSIZE,
        sock::WSAENETUNREACH => ENETUNREACH,
        sock::WSAENOBUFS => ENOBUFS,
        sock::WSAENOTCONN => ENOTCONN,
        sock::WSAENOTSOCK => ENOTSOCK,
        sock::WSAEOPNOTSUPP => ENOTSUP,
        sock::WSAESHUTDOWN => EPIPE,
        sock::WSAEPROTONOSUPPORT => EPROTONOSUPPORT,
        sock::WSAETIMEDOUT => ETIMEDOUT,
        _ => return None,
    })
}

fn of_win32(code: u32) -> Option<i32> {
    Some(match code {
        win32::ERROR_ACCESS_DENIED | win32::ERROR_NOACCESS => EACCES,
        win32::ERROR_ADDRESS_ALREADY_ASSOCIATED => EADDRINUSE,
        win32::ERROR_INVALID_HANDLE => EBADF,
        win32::ERROR_PIPE_BUSY | win32::ERROR_SHARING_VIOLATION => EBUSY,
        win32::ERROR_OPERATION_ABORTED => ECANCELED,
        win32::ERROR_CONNECTION_ABORTED => ECONNABORTED,
        win32::ERROR_CONNECTION_REFUSED => ECONNREFUSED,
        win32::ERROR_NETNAME_DELETED => ECONNRESET,
        win32::ERROR_HOST_UNREACHABLE => EHOSTUNREACH,
        win32::ERROR_INVALID_DATA
        | win32::ERROR_INVALID_PARAMETER
        | win32::ERROR_INSUFFICIENT_BUFFER => EINVAL,
        win32::ERROR_GEN_FAILURE | win32::ERROR_IO_DEVICE => EIO,
        win32::ERROR_TOO_MANY_OPEN_FILES => EMFILE,
        win32::ERROR_FILENAME_EXCED_RANGE => ENAMETOOLONG,
        win32::ERROR_NETWORK_UNREACHABLE => ENETUNREACH,
        win32::ERROR_FILE_NOT_FOUND
        | win32::ERROR_PATH_NOT_FOUND
        | win32::ERROR_BAD_PATHNAME
        | win32::ERROR_INVALID_NAME
        | win32::ERROR_INVALID_DRIVE => ENOENT,
        win32::ERROR_NOT_ENOUGH_MEMORY | win32::ERROR_OUTOFMEMORY => ENOMEM,
        win32::ERROR_NOT_CONNECTED => ENOTCONN,
        win32::ERROR_NOT_SUPPORTED => ENOTSUP,
        win32::ERROR_PRIVILEGE_NOT_HELD => EPERM,
        // For a reader the first of them is the end and no error.
        win32::ERROR_BROKEN_PIPE
        | win32::ERROR_BAD_PIPE
        | win32::ERROR_NO_DATA
        | win32::ERROR_PIPE_NOT_CONNECTED => EPIPE,
        win32::ERROR_SEM_TIMEOUT => ETIMEDOUT,
        _ => return None,
    })
}

pub(super) fn nearest(kind: ErrorKind) -> i32 {
    match kind {
        ErrorKind::TimedOut => ETIMEDOUT,
        ErrorKind::InvalidInput => EINVAL,
        ErrorKind::UnexpectedEof => ECONNRESET,
        ErrorKind::WriteZero | ErrorKind::BrokenPipe => EPIPE,
        ErrorKind::Unsupported => ENOTSUP,
        _ => EIO,
    }
}
