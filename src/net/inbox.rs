//! What the background thread has for one JavaScript thread, until that comes and takes it.

use std::collections::VecDeque;
use std::io;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use super::errno::errno;
use super::listener::Seat;
use super::reminder::Reminder;
use super::stream::{Ends, Plain, Stream};
use super::tls::failure::Failure;
use super::tls::stream::Secured;
use super::worker::Worker;
use crate::core::batch::{Batch, Kind};
use crate::core::protocol::Protocol;
use crate::core::routing::Identity;

/// Calls the JavaScript thread; must be cheap when called again before that has come.
pub type Wake = Box<dyn Fn() + Send + Sync>;

/// What travels beside the batch.
pub enum Arrival {
    /// With `Connected` and `Accepted`.
    Stream(Stream, Option<Seat>),
    /// With `Reached`.
    Ends(Ends),
    /// With `Secured` and `Accepted`.
    Secured(Box<Secured>, Option<Seat>),
}

/// A connection to a private socket of a domain, which is served already.
#[derive(Debug)]
pub struct Joined {
    /// Its service.
    pub worker: Worker,
    /// For its options.
    pub stream: Plain,
    /// Whose it is.
    pub identity: Identity,
    /// How it talks.
    pub protocol: Arc<Protocol>,
}

/// Records waiting from which on troubles of a domain are not added any more: JavaScript is busy, and whoever causes
/// them could fill the memory.
const TROUBLES_MAX: usize = 65_536;

/// Ids given on the background thread have this bit, those of the JavaScript thread have not.
const BACKGROUND: u32 = 1 << 30;

/// Records of the kinds that [`Arrival`] names have one each, in this order.
#[derive(Default)]
pub struct Content {
    /// Frames and events in order of arrival.
    pub batch: Batch,
    /// What came with the records.
    pub arrivals: VecDeque<Arrival>,
    /// The connections of `Joined`, in order.
    pub joined: VecDeque<Joined>,
    /// Bytes in the batch by connection, given back to its reader once JavaScript has seen them.
    pub credits: Vec<(u32, usize)>,
}

/// See the module.
pub struct Inbox {
    content: Mutex<Content>,
    wake: Wake,
    reminder: Option<Reminder>,
    last_id: AtomicU32,
}

impl std::fmt::Debug for Inbox {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Inbox").finish_non_exhaustive()
    }
}

impl Inbox {
    /// An empty inbox whose owner is called by `wake`.
    #[must_use]
    pub fn new(wake: Wake) -> Self {
        Self {
            content: Mutex::default(),
            wake,
            reminder: None,
            last_id: AtomicU32::new(0),
        }
    }

    /// The same where a call may be forgotten: it is made again until the owner has come.
    #[must_use]
    pub fn insistent(wake: Wake) -> Arc<Self> {
        Arc::new_cyclic(|me: &Weak<Self>| Self {
            reminder: Some(Reminder::new(me.clone())),
            ..Self::new(wake)
        })
    }

    fn lock(&self) -> MutexGuard<'_, Content> {
        // A batch is whole after every push, so a panic elsewhere does not spoil it.
        self.content.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds to the batch and calls the owner if it was empty before: one wake-up however many records follow.
    pub fn record(&self, add: impl FnOnce(&mut Content)) {
        let idle = {
            let mut content = self.lock();
            let idle = content.batch.is_empty();
            add(&mut content);
            idle && !content.batch.is_empty()
        };
        if idle {
            self.call();
            if let Some(reminder) = &self.reminder {
                reminder.start();
            }
        }
    }

    /// Calls the owner.
    pub(super) fn call(&self) {
        (self.wake)();
    }

    pub(super) fn reminder(&self) -> Option<&Reminder> {
        self.reminder.as_ref()
    }

    /// Whether there is nothing to be taken.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.lock().batch.is_empty()
    }

    /// Swaps everything collected so far for the empty `spare`.
    pub fn take(&self, spare: &mut Content) {
        std::mem::swap(&mut *self.lock(), spare);
        if let Some(reminder) = &self.reminder {
            reminder.obeyed();
        }
    }

    pub(super) fn connected(&self, id: u32, stream: Stream) {
        self.record(|content| {
            content.batch.push(Kind::Connected, id, 0, 0);
            content.arrivals.push_back(Arrival::Stream(stream, None));
        });
    }

    /// A failed attempt: a record an address, numbered; the last one has number -1 - n.
    pub(super) fn failed(&self, id: u32, failures: &[io::Error]) {
        self.record(|content| {
            let last = failures.len().saturating_sub(1);
            for (number, error) in (0_i32..).zip(failures) {
                let end = usize::try_from(number) == Ok(last);
                content.batch.push(
                    Kind::Failed,
                    id,
                    errno(error),
                    if end { -1 - number } else { number },
                );
            }
        });
    }

    pub(super) fn reached(&self, id: u32, ends: Ends) {
        self.record(|content| {
            content.batch.push(Kind::Reached, id, 0, 0);
            content.arrivals.push_back(Arrival::Ends(ends));
        });
    }

    pub(super) fn secured(&self, id: u32, secured: Secured) {
        self.record(|content| {
            content.batch.push(Kind::Secured, id, 0, 0);
            let secured = Arrival::Secured(Box::new(secured), None);
            content.arrivals.push_back(secured);
        });
    }

    /// `kind` is one of those that tell of a failure of TLS.
    pub(super) fn insecure(&self, kind: Kind, id: u32, failure: &Failure) {
        self.record(|content| {
            let (text, errno) = (failure.text(), failure.errno());
            content.batch.push_text(kind, id, &text, errno);
        });
    }

    pub(super) fn accepted(&self, listener: u32, arrival: Arrival) {
        self.record(|content| {
            content.batch.push(Kind::Accepted, listener, 0, 0);
            content.arrivals.push_back(arrival);
        });
    }

    /// An id for a connection that the background thread begins to serve by itself.
    pub(super) fn next_id(&self) -> u32 {
        self.last_id.fetch_add(1, Ordering::Relaxed) & (BACKGROUND - 1) | BACKGROUND
    }

    pub(super) fn joined(&self, domain: u32, id: u32, joined: Joined) {
        self.record(|content| {
            content
                .batch
                .push(Kind::Joined, domain, id.cast_signed(), 0);
            content.joined.push_back(joined);
        });
    }

    /// Something went wrong between a domain and the client `name`; see [`Kind::Trouble`].
    pub(super) fn trouble(&self, domain: u32, name: &str, what: i32) {
        self.record(|content| {
            if content.batch.records().len() < TROUBLES_MAX {
                content.batch.push_named(Kind::Trouble, domain, name, what);
            }
        });
    }

    pub(super) fn event(&self, kind: Kind, id: u32, a: i32, b: i32) {
        self.record(|content| content.batch.push(kind, id, a, b));
    }
}
