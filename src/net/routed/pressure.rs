//! Senders wait for those who do not keep up.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::timeout;

/// How long a sender waits for others. A client that takes longer holds nobody up until it has caught up: what is sent to
/// it waits in its outbox, up to the hard cap.
const PATIENCE: Duration = Duration::from_secs(1);

/// Whether one client keeps up.
#[derive(Debug, Default)]
pub(super) struct Pressure {
    full: AtomicBool,
    given_up: AtomicBool,
    relief: Notify,
}

impl Pressure {
    /// Its outbox has reached its mark. Whether senders should wait.
    pub(super) fn rise(&self) -> bool {
        self.full.store(true, Ordering::Relaxed);
        !self.given_up.load(Ordering::Relaxed)
    }

    /// Its outbox is empty, or it has gone.
    pub(super) fn release(&self) {
        self.full.store(false, Ordering::Relaxed);
        self.given_up.store(false, Ordering::Relaxed);
        self.relief.notify_waiters();
    }

    async fn relieved(&self) {
        let relief = self.relief.notified();
        tokio::pin!(relief);
        // Registered before looking, so that none is missed in between.
        relief.as_mut().enable();
        if self.full.load(Ordering::Relaxed) {
            relief.await;
        }
    }
}

/// Waits until all of them have caught up, or for so long.
pub(super) async fn relieved(all: Vec<Arc<Pressure>>) {
    let each = async {
        for pressure in &all {
            pressure.relieved().await;
        }
    };
    if timeout(PATIENCE, each).await.is_err() {
        for pressure in &all {
            let full = pressure.full.load(Ordering::Relaxed);
            pressure.given_up.store(full, Ordering::Relaxed);
        }
    }
}
