//! The server of a named pipe: some instances of it always wait for a client.

use std::collections::HashMap;
use std::io;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use tokio::net::windows::named_pipe::{NamedPipeServer, ServerOptions};
use tokio::task::{unconstrained, yield_now};
use tokio::time::timeout;
use windows_sys::Win32::Foundation::{
    ERROR_ACCESS_DENIED, ERROR_INVALID_NAME, ERROR_PATH_NOT_FOUND,
};
use windows_sys::Win32::Networking::WinSock::{WSAEACCES, WSAEADDRINUSE};

use super::{Stream, code};
use crate::net::local::{Access, Unlink};
use crate::net::runtime;

/// Instances that wait: as many clients are let in at once, others find the pipe busy and ask again. libuv's.
const WAITING: usize = 4;

/// How long a name may still be taken by handles of this process that are being closed.
const CLOSING: Duration = Duration::from_millis(500);

/// Names this process has stopped to serve. The system frees a name with its last handle, and those of cancelled calls and
/// destroyed connections are closed by the background thread a moment after JavaScript has said so.
static CLOSED: LazyLock<Mutex<HashMap<PathBuf, Closed>>> = LazyLock::new(Mutex::default);

/// What became of a name.
struct Closed {
    at: Instant,
    /// Listeners of which a client could still find a place, where nobody serves it.
    leaving: usize,
}

/// An instance that waits for its client.
struct Place {
    pipe: Arc<NamedPipeServer>,
    connecting: Pin<Box<dyn Future<Output = io::Result<()>> + Send>>,
}

impl From<NamedPipeServer> for Place {
    fn from(pipe: NamedPipeServer) -> Self {
        let pipe = Arc::new(pipe);
        let waiting = pipe.clone();
        Self {
            pipe,
            connecting: Box::pin(async move { waiting.connect().await }),
        }
    }
}

impl Place {
    /// The connection; none before it is there.
    fn into_stream(self) -> Option<Stream> {
        drop(self.connecting);
        Arc::into_inner(self.pipe).map(Stream::from)
    }
}

/// An open listener; dropping it lets nobody in any more.
pub struct Listener {
    path: PathBuf,
    places: Mutex<Vec<Place>>,
}

impl std::fmt::Debug for Listener {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Listener")
            .field("path", &self.path)
            .finish_non_exhaustive()
    }
}

/// Listens at the pipe `path`. Called in the context of the runtime.
///
/// # Errors
/// What the operating system says, in the words of libuv: EADDRINUSE for a name that is taken, EACCES for what is no name
/// of a pipe.
pub fn bind(path: &Path, _: Unlink, _: Access, _: i32) -> io::Result<Listener> {
    // Wine gives a name to several, and a client to any of them.
    while is_leaving(path) {
        std::thread::sleep(Duration::from_millis(1));
    }
    let first = loop {
        match instance(path, true) {
            Err(error) if code(&error) == Some(ERROR_ACCESS_DENIED) && is_closing(path) => {
                std::thread::sleep(Duration::from_millis(1));
            }
            outcome => break outcome.map_err(in_words_of_libuv)?,
        }
    };
    Ok(Listener {
        path: path.to_owned(),
        places: Mutex::new(vec![first.into()]),
    })
}

impl Listener {
    /// The next connection.
    ///
    /// # Errors
    /// What the operating system says; the next call goes on.
    pub fn poll_accept(&self, cx: &mut Context<'_>) -> Poll<io::Result<Stream>> {
        let mut places = self.places.lock().unwrap_or_else(PoisonError::into_inner);
        self.fill(&mut places)?;
        for number in 0..places.len() {
            let Some(place) = places.get_mut(number) else {
                break;
            };
            if let Poll::Ready(outcome) = place.connecting.as_mut().poll(cx) {
                let place = places.swap_remove(number);
                // Before the connection is handed on: a client that comes now is to find a place, not a missing name.
                if let Err(error) = self.fill(&mut places)
                    && outcome.is_err()
                {
                    return Poll::Ready(Err(error));
                }
                outcome?;
                if let Some(stream) = place.into_stream() {
                    return Poll::Ready(Ok(stream));
                }
            }
        }
        Poll::Pending
    }

    /// Opens the places that are missing. It is an error only if there are none.
    fn fill(&self, places: &mut Vec<Place>) -> io::Result<()> {
        while places.len() < WAITING {
            match instance(&self.path, false) {
                Ok(pipe) => places.push(pipe.into()),
                Err(error) if places.is_empty() => return Err(error),
                Err(_) => break,
            }
        }
        Ok(())
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        let mut closed = closed();
        forget_old(&mut closed);
        let path = std::mem::take(&mut self.path);
        let entry = closed.entry(path.clone()).or_insert(Closed {
            at: Instant::now(),
            leaving: 0,
        });
        entry.at = Instant::now();
        let places = self
            .places
            .get_mut()
            .unwrap_or_else(PoisonError::into_inner);
        // Without the runtime nobody has ever been let in.
        if let Ok(runtime) = runtime::handle() {
            entry.leaving += 1;
            runtime.spawn(close(path, std::mem::take(places)));
        }
    }
}

fn instance(path: &Path, first: bool) -> io::Result<NamedPipeServer> {
    ServerOptions::new()
        .first_pipe_instance(first)
        .reject_remote_clients(true)
        .create(path)
}

/// Closes instances. What is dropped while its client connects would stay open: mio begins to read from it then, and nobody
/// is there to end that. The client would wait for ever for an answer of somebody who has gone.
async fn close(path: PathBuf, places: Vec<Place>) {
    // The driver has told of all clients that were there before.
    yield_now().await;
    for mut place in places {
        let connected = timeout(Duration::ZERO, unconstrained(place.connecting.as_mut())).await;
        if connected.is_err() {
            // It fails if there is still nobody: then dropping it is enough.
            let _ = place.pipe.disconnect();
        }
    }
    if let Some(entry) = closed().get_mut(&path) {
        entry.leaving = entry.leaving.saturating_sub(1);
    }
}

fn closed() -> MutexGuard<'static, HashMap<PathBuf, Closed>> {
    CLOSED.lock().unwrap_or_else(PoisonError::into_inner)
}

fn is_closing(path: &Path) -> bool {
    let mut closed = closed();
    forget_old(&mut closed);
    closed.contains_key(path)
}

fn is_leaving(path: &Path) -> bool {
    let mut closed = closed();
    forget_old(&mut closed);
    closed.get(path).is_some_and(|entry| entry.leaving > 0)
}

fn forget_old(closed: &mut HashMap<PathBuf, Closed>) {
    closed.retain(|_, entry| entry.at.elapsed() < CLOSING);
}

fn in_words_of_libuv(error: io::Error) -> io::Error {
    match code(&error) {
        Some(ERROR_ACCESS_DENIED) => io::Error::from_raw_os_error(WSAEADDRINUSE),
        Some(ERROR_PATH_NOT_FOUND | ERROR_INVALID_NAME) => io::Error::from_raw_os_error(WSAEACCES),
        _ => error,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_somebody_else_serves_is_taken() {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        let _context = runtime.enter();
        let bind = |path: &str| bind(path.as_ref(), Unlink::Probe, Access::default(), 0);
        let path = format!(r"\\.\pipe\napi-ipc-taken-{}", std::process::id());
        // One-way: that a second instance is to be the first is ignored by wine, that it is of another kind is not.
        let other = ServerOptions::new()
            .access_outbound(false)
            .create(&path)
            .unwrap();
        let error = bind(&path).unwrap_err();
        assert_eq!(error.raw_os_error(), Some(WSAEADDRINUSE));
        drop(other);
        bind(&path).unwrap();
    }

    #[test]
    fn what_is_no_name_of_a_pipe_is_no_access() {
        let error = bind("C:\\x".as_ref(), Unlink::Never, Access::default(), 0).unwrap_err();
        assert_eq!(error.raw_os_error(), Some(WSAEACCES));
    }
}
