//! Calls the owner of an inbox again until it has come.
//!
//! Deno now and then forgets the call of a threadsafe function: its loop sees that there is none, and only then leaves
//! word how it is to be woken, so that a call in between wakes nobody. The owner would come with whatever happens next,
//! which may be never.

use std::sync::Weak;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::time::sleep;

use super::inbox::Inbox;
use super::runtime;

/// Longer than a loop that is free takes to come.
const FIRST: Duration = Duration::from_millis(5);
/// Doubled each time up to this: a loop that is busy for long is not to find a heap of calls.
const LAST: Duration = Duration::from_secs(1);

/// See the module.
#[derive(Debug)]
pub(super) struct Reminder {
    inbox: Weak<Inbox>,
    /// A task is at it: one at a time, however often the owner is called.
    running: AtomicBool,
    /// The owner has come since the task looked.
    came: AtomicBool,
}

impl Reminder {
    pub(super) fn new(inbox: Weak<Inbox>) -> Self {
        Self {
            inbox,
            running: AtomicBool::new(false),
            came: AtomicBool::new(false),
        }
    }

    /// The owner has been called.
    pub(super) fn start(&self) {
        if self.begin() && runtime::spawn(remind(self.inbox.clone()), || ()).is_err() {
            // Without that thread nothing comes from it either; the next call tries again.
            self.running.store(false, Ordering::Release);
        }
    }

    /// The owner has come.
    pub(super) fn obeyed(&self) {
        self.came.store(true, Ordering::Release);
    }

    fn begin(&self) -> bool {
        !self.running.swap(true, Ordering::AcqRel)
    }

    /// Calls the owner if it has not come. How long to wait then; nothing if it has left nothing behind.
    fn remind(&self, inbox: &Inbox, waited: Duration) -> Option<Duration> {
        if !self.came.swap(false, Ordering::AcqRel) {
            inbox.call();
            return Some((waited * 2).min(LAST));
        }
        self.running.store(false, Ordering::Release);
        // Looked at after the flag: who calls the owner from now on starts another task.
        (!inbox.is_empty() && self.begin()).then_some(FIRST)
    }
}

async fn remind(inbox: Weak<Inbox>) {
    let mut next = Some(FIRST);
    while let Some(patience) = next {
        sleep(patience).await;
        // Who is gone needs no reminder.
        let Some(inbox) = inbox.upgrade() else { return };
        next = inbox
            .reminder()
            .and_then(|reminder| reminder.remind(&inbox, patience));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::batch::Kind;
    use crate::net::inbox::Content;
    use std::sync::mpsc::channel;

    const DEADLINE: Duration = Duration::from_secs(30);

    #[test]
    fn who_does_not_come_is_called_again() {
        let (called, calls) = channel();
        let inbox = Inbox::insistent(Box::new(move || {
            called.send(()).ok();
        }));
        for _ in 0..3 {
            inbox.event(Kind::Fired, 1, 0, 0);
            // The first call is forgotten, and the second.
            for _ in 0..3 {
                calls.recv_timeout(DEADLINE).unwrap();
            }
            let mut content = Content::default();
            inbox.take(&mut content);
            assert_eq!(content.batch.records().len(), 1);
        }
    }

    #[test]
    fn the_task_ends_when_the_owner_has_come_or_is_gone() {
        let inbox = Inbox::insistent(Box::new(|| ()));
        let running = |inbox: &Inbox| {
            let reminder = inbox.reminder().unwrap();
            reminder.running.load(Ordering::Acquire)
        };
        inbox.event(Kind::Fired, 1, 0, 0);
        assert!(running(&inbox));
        inbox.take(&mut Content::default());
        while running(&inbox) {
            std::thread::yield_now();
        }
        inbox.event(Kind::Fired, 1, 0, 0);
        let weak = std::sync::Arc::downgrade(&inbox);
        drop(inbox);
        while weak.strong_count() > 0 {
            std::thread::yield_now();
        }
    }
}
