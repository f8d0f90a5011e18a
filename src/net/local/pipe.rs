//! Named pipes of Windows, with the manners libuv gives them.

mod flush;
mod listener;
mod stream;

use std::io;
use std::path::{Path, PathBuf};
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::net::windows::named_pipe::ClientOptions;
use tokio::time::{Instant, sleep};
use windows_sys::Win32::Foundation::{ERROR_PIPE_BUSY, ERROR_SEM_TIMEOUT};
use windows_sys::Win32::Networking::WinSock::WSAENOTSOCK;

pub use self::listener::{Listener, bind};
pub use self::stream::Stream;
use super::BUSY_PAUSE;

/// How long a client waits for a server that has the name but no place free; libuv's.
const PATIENCE: Duration = Duration::from_secs(30);

/// Connects to whoever serves the pipe `path`.
///
/// # Errors
/// What the operating system says.
pub async fn connect(path: &Path) -> io::Result<Stream> {
    let deadline = Instant::now() + PATIENCE;
    loop {
        match ClientOptions::new().open(path) {
            Err(error) if code(&error) != Some(ERROR_PIPE_BUSY) => return Err(error),
            Err(_) if Instant::now() >= deadline => return Err(from_code(ERROR_SEM_TIMEOUT)),
            Err(_) => sleep(BUSY_PAUSE).await,
            Ok(pipe) => {
                // Windows opens a file by the same call: nobody wants messages in there.
                pipe.info()
                    .map_err(|_| io::Error::from_raw_os_error(WSAENOTSOCK))?;
                return Ok(pipe.into());
            }
        }
    }
}

/// Ends this side; see [`Stream::poll_shutdown`].
///
/// # Errors
/// As there.
pub fn poll_shutdown(stream: &Stream, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
    stream.poll_shutdown(cx)
}

/// A path as it is: Windows takes long ones.
#[must_use]
pub fn fitting(path: String) -> PathBuf {
    path.into()
}

/// The user at the other end: nobody but the pipe's own can connect, so there is nothing to tell apart.
#[must_use]
pub fn user(_: &Stream) -> Option<u32> {
    None
}

fn code(error: &io::Error) -> Option<u32> {
    error.raw_os_error().map(i32::cast_unsigned)
}

fn from_code(code: u32) -> io::Error {
    io::Error::from_raw_os_error(code.cast_signed())
}
