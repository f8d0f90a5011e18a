//! A socket that tasks have while they poll it, and nobody once its owner has closed it.

use std::sync::{Arc, PoisonError, RwLock};

/// One handle to it, of its owner or of a task.
#[derive(Debug)]
pub struct Lent<T>(Arc<RwLock<Option<T>>>);

impl<T> Lent<T> {
    /// Of something nobody else has.
    pub fn new(value: T) -> Self {
        Self(Arc::new(RwLock::new(Some(value))))
    }

    /// Calls `act` with it; `None` if it is closed. It stays open for so long: `act` must not wait for anything.
    pub fn with<R>(&self, act: impl FnOnce(&T) -> R) -> Option<R> {
        let value = self.0.read().unwrap_or_else(PoisonError::into_inner);
        value.as_ref().map(act)
    }

    /// Drops it. A task that is just polling is waited for, and none gets it any more: were the last of them the one to
    /// drop it, its address would still be in use when this returns.
    pub fn close(&self) {
        let mut value = self.0.write().unwrap_or_else(PoisonError::into_inner);
        drop(value.take());
    }
}

impl<T> Clone for Lent<T> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::thread;

    #[test]
    fn is_gone_when_close_returns_whoever_had_it() {
        struct Socket<'a>(&'a AtomicBool);
        impl Drop for Socket<'_> {
            fn drop(&mut self) {
                self.0.store(false, Ordering::SeqCst);
            }
        }
        for _ in 0..200 {
            let open = AtomicBool::new(true);
            let lent = Lent::new(Socket(&open));
            thread::scope(|scope| {
                let other = lent.clone();
                scope.spawn(move || while other.with(|_| thread::yield_now()).is_some() {});
                thread::yield_now();
                lent.close();
                assert!(!open.load(Ordering::SeqCst));
                assert!(lent.with(|_| ()).is_none());
            });
        }
    }
}
