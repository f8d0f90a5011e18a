//! The delay before another attempt.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use tokio::task::AbortHandle;

use super::inbox::Inbox;
use super::runtime;
use crate::core::batch::Kind;

/// A running delay; dropping it cancels.
#[derive(Debug)]
pub struct Timer(AbortHandle);

impl Timer {
    /// Reports timer `id` to `inbox` after `delay`.
    ///
    /// # Errors
    /// If the background thread cannot be started.
    pub fn start(id: u32, delay: Duration, inbox: Arc<Inbox>) -> io::Result<Self> {
        // A timer that is lost would stop a client for ever; fired early it only tries once more.
        Self::report(Kind::Fired, id, delay, inbox)
    }

    /// Reports to `inbox` after `delay` that connection `id` may be late.
    ///
    /// # Errors
    /// If the background thread cannot be started.
    pub fn watch(id: u32, delay: Duration, inbox: Arc<Inbox>) -> io::Result<Self> {
        Self::report(Kind::Late, id, delay, inbox)
    }

    fn report(kind: Kind, id: u32, delay: Duration, inbox: Arc<Inbox>) -> io::Result<Self> {
        let alarm = inbox.clone();
        let task = async move {
            tokio::time::sleep(delay).await;
            inbox.event(kind, id, 0, 0);
        };
        runtime::spawn(task, move || alarm.event(kind, id, 0, 0)).map(Self)
    }
}

impl Drop for Timer {
    fn drop(&mut self) {
        self.0.abort();
    }
}
