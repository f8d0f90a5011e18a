//! Waits until the peer of a pipe has read everything. The system has only a call for it that blocks, so this takes a thread,
//! which a peer that never reads must not have for ever.

use std::fs::File;
use std::io;
use std::os::windows::io::AsHandle;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::task::{JoinHandle, spawn_blocking};
use tokio::time::timeout;

use super::stream::End;

/// How long a peer may take to read what is left.
const PATIENCE: Duration = Duration::from_secs(30);

/// Threads that may be left behind by clients that have given up: only a server can end the call from outside.
const LEFT_MAX: usize = 8;
static LEFT: AtomicUsize = AtomicUsize::new(0);

/// Starts to wait; over when the peer has read everything, has gone, or is not worth waiting for any more.
///
/// # Errors
/// If there is no second handle to be had.
pub fn flush(end: Arc<End>) -> io::Result<JoinHandle<()>> {
    if matches!(*end, End::Client(_)) && LEFT.load(Ordering::Relaxed) >= LEFT_MAX {
        // What was written stays readable; only an answer to it that takes its time is not heard.
        return Ok(tokio::spawn(async {}));
    }
    let flushed = start(&end)?;
    // A task of its own: nobody may be left who polls the stream.
    Ok(tokio::spawn(async move {
        if let Some(flushed) = patiently(&end, flushed, PATIENCE).await {
            leave(&end, flushed);
        }
    }))
}

fn start(end: &End) -> io::Result<JoinHandle<()>> {
    let file = File::from(end.as_handle().try_clone_to_owned()?);
    Ok(spawn_blocking(move || {
        // A peer that has gone without reading fails it: then there is nothing to wait for.
        let _ = file.sync_all();
    }))
}

/// Waits for `patience`, then gives up; the call that still waits. A server frees it by throwing the peer out, with what it
/// has not read.
async fn patiently(
    end: &End,
    mut flushed: JoinHandle<()>,
    patience: Duration,
) -> Option<JoinHandle<()>> {
    if timeout(patience, &mut flushed).await.is_ok() {
        return None;
    }
    if let End::Server(pipe) = end {
        // It fails for a peer that has just gone: then the call is over by itself.
        let _ = pipe.disconnect();
    }
    Some(flushed)
}

/// The thread of a client waits on until its server reads or goes; it is counted, so that there are not many of them.
fn leave(end: &End, flushed: JoinHandle<()>) {
    if matches!(end, End::Client(_)) {
        LEFT.fetch_add(1, Ordering::Relaxed);
        tokio::spawn(async move {
            let _ = flushed.await;
            LEFT.fetch_sub(1, Ordering::Relaxed);
        });
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::windows::named_pipe::{ClientOptions, NamedPipeClient, NamedPipeServer};
    use tokio::net::windows::named_pipe::{PipeMode, ServerOptions};
    use tokio::runtime::{Builder, Runtime};

    use super::*;

    const SOON: Duration = Duration::from_millis(50);
    /// tokio reads the first four KiB before anybody asks for them.
    const SIZE: usize = 16_000;
    /// As long as a test waits for what has to happen.
    const LIMIT: Duration = Duration::from_secs(30);

    fn runtime() -> Runtime {
        Builder::new_current_thread().enable_all().build().unwrap()
    }

    async fn pair(name: &str) -> (NamedPipeServer, NamedPipeClient) {
        let path = format!(r"\\.\pipe\napi-ipc-{name}-{}", std::process::id());
        let server = ServerOptions::new()
            .pipe_mode(PipeMode::Byte)
            .create(&path)
            .unwrap();
        let client = ClientOptions::new().open(&path).unwrap();
        server.connect().await.unwrap();
        (server, client)
    }

    #[test]
    fn it_is_over_when_the_peer_has_read() {
        runtime().block_on(async {
            let (mut server, mut client) = pair("read").await;
            server.write_all(&[7; SIZE]).await.unwrap();
            let end = End::Server(server);
            let flushed = start(&end).unwrap();
            client.read_exact(&mut [0; SIZE]).await.unwrap();
            assert!(patiently(&end, flushed, LIMIT).await.is_none());
        });
    }

    #[test]
    fn a_client_that_never_reads_has_no_thread_of_the_server_for_ever() {
        runtime().block_on(async {
            let (mut server, mut client) = pair("client").await;
            server.write_all(&[7; SIZE]).await.unwrap();
            let end = End::Server(server);
            let flushed = patiently(&end, start(&end).unwrap(), SOON).await.unwrap();
            timeout(LIMIT, flushed).await.unwrap().unwrap();
            // It is thrown out.
            let mut rest = Vec::new();
            let outcome = timeout(LIMIT, client.read_to_end(&mut rest)).await.unwrap();
            assert!(rest.len() < SIZE, "{outcome:?}");
        });
    }

    #[test]
    fn a_server_that_never_reads_has_few_threads_of_its_clients() {
        runtime().block_on(async {
            let mut servers = Vec::new();
            for number in 0..LEFT_MAX {
                let (server, mut client) = pair(&format!("server-{number}")).await;
                client.write_all(&[7; SIZE]).await.unwrap();
                let end = End::Client(client);
                let flushed = patiently(&end, start(&end).unwrap(), SOON).await.unwrap();
                leave(&end, flushed);
                servers.push(server);
            }
            assert_eq!(LEFT.load(Ordering::Relaxed), LEFT_MAX);
            // One more is not waited for.
            let (mut server, mut client) = pair("more").await;
            client.write_all(&[7; SIZE]).await.unwrap();
            let over = flush(Arc::new(End::Client(client))).unwrap();
            timeout(LIMIT, over).await.unwrap().unwrap();
            let mut all = Vec::new();
            let outcome = timeout(LIMIT, server.read_to_end(&mut all)).await.unwrap();
            assert_eq!(all, [7; SIZE], "{outcome:?}");
            // Who reads at last gives the thread back.
            for server in &mut servers {
                server.read_exact(&mut [0; SIZE]).await.unwrap();
            }
            let freed = async {
                while LEFT.load(Ordering::Relaxed) > 0 {
                    tokio::task::yield_now().await;
                }
            };
            timeout(LIMIT, freed).await.unwrap();
        });
    }
}
