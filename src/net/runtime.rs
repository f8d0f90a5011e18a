//! The one background thread of the process, shared by all environments.

use std::future::Future;
use std::io;
use std::sync::{Mutex, PoisonError};

use tokio::runtime::{Builder, Handle};
use tokio::task::AbortHandle;

static RUNTIME: Mutex<Option<Handle>> = Mutex::new(None);

/// The runtime's handle; starts the thread at first use, so that loading the addon costs nothing.
///
/// # Errors
/// If the operating system gives no thread or no poll descriptor; the next call tries again.
pub fn handle() -> io::Result<Handle> {
    let mut started = RUNTIME.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(handle) = &*started {
        return Ok(handle.clone());
    }
    let runtime = Builder::new_current_thread()
        .enable_io()
        .enable_time()
        .build()?;
    let handle = runtime.handle().clone();
    // One thread serves every environment: tasks are independent, and none of them computes.
    std::thread::Builder::new()
        .name("napi-ipc".to_owned())
        .spawn(move || runtime.block_on(std::future::pending::<()>()))?;
    Ok(started.insert(handle).clone())
}

/// Starts a task. If it panics, `alarm` is called: without it the panic would hang the connection silently.
///
/// # Errors
/// See [`handle`].
pub fn spawn<F, A>(task: F, alarm: A) -> io::Result<AbortHandle>
where
    F: Future<Output = ()> + Send + 'static,
    A: FnOnce() + Send + 'static,
{
    let alarm = Alarm(Some(alarm));
    let task = async move {
        let _alarm = alarm;
        task.await;
    };
    Ok(handle()?.spawn(task).abort_handle())
}

struct Alarm<A: FnOnce()>(Option<A>);

impl<A: FnOnce()> Drop for Alarm<A> {
    fn drop(&mut self) {
        if std::thread::panicking()
            && let Some(alarm) = self.0.take()
        {
            alarm();
        }
    }
}
