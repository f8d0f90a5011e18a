//! What one copy of `lib/engine` has open in one environment, and the events on their way to its JavaScript.
//!
//! Everything here runs on the JavaScript thread. No borrow is held while JavaScript runs: it calls back in.
//!
//! - [`opening`]: what is opened and closed
//! - [`sending`]: what JavaScript does with the connections there are
//! - [`crossing`]: what has happened goes to JavaScript
//! - [`arrivals`]: what the background thread has established

mod arrivals;
mod crossing;
mod opening;
mod sending;

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::{Rc, Weak};
use std::sync::Arc;
use std::time::{Duration, Instant};

use rustc_hash::FxHashMap;

use crate::core::batch::Batch;
use crate::core::fanout::Fanout;
use crate::core::form::Form;
#[cfg(unix)]
use crate::core::limits::COALESCE;
use crate::core::protocol::Protocol;
use crate::core::routing::Identity;
use crate::net::inbox::{Content, Inbox};
use crate::net::listener::Listener;
use crate::net::routed::Domain;
use crate::net::timer::Timer;
use crate::net::udp::Datagram;
use crate::net::worker::Traffic;
use crate::node::connection::{Connection, Path};
#[cfg(unix)]
use crate::node::loop_path::busy_poll::{Active, BusyPoll};
#[cfg(unix)]
use crate::node::loop_path::phases::Phases;
use crate::node::raw::js::Js;
use crate::node::raw::lifetime::Hook;

/// What became of a send. The numbers are known to `lib/engine/records.js`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(i32)]
pub enum Sent {
    /// Taken; go on. Crosses as undefined.
    Below = 0,
    /// Taken; a `drain` will follow.
    AtMark = 1,
    /// There is no such connection any more.
    Gone = 2,
    /// Refused: the hard cap of the outbox.
    Full = 3,
}

/// A listener, and what its connections talk.
type Listening = (Listener, Arc<Protocol>);

struct Entry<T> {
    item: T,
    referenced: bool,
}

/// A batch, and the bytes to give back to worker-path readers once it has been seen.
#[derive(Default)]
pub struct Parcel {
    /// Frames and events.
    pub batch: Batch,
    credits: Vec<(u32, usize)>,
}

/// See the module.
pub struct Hub {
    js: Js,
    #[cfg_attr(not(unix), allow(dead_code))] // The loop path's.
    me: Weak<Hub>,
    inbox: Arc<Inbox>,
    next_id: Cell<u32>,
    connections: RefCell<FxHashMap<u32, Connection>>,
    listeners: RefCell<FxHashMap<u32, Entry<Listening>>>,
    timers: RefCell<FxHashMap<u32, Entry<Timer>>>,
    domains: RefCell<FxHashMap<u32, Entry<Domain>>>,
    /// Who has joined, until JavaScript asks.
    identities: RefCell<FxHashMap<u32, Identity>>,
    datagrams: RefCell<FxHashMap<u32, Entry<Datagram>>>,
    /// Last counters of connections whose `Close` is on its way.
    retired: RefCell<FxHashMap<u32, Traffic>>,
    /// Open things, and those that hold the process alive.
    open: Cell<usize>,
    referenced: Cell<usize>,
    /// What happened on this thread since the last crossing.
    batch: RefCell<Batch>,
    ready: RefCell<VecDeque<Parcel>>,
    /// What JavaScript is reading.
    delivering: RefCell<Parcel>,
    spare: RefCell<Content>,
    /// Beginnings of envelopes, by number.
    heads: RefCell<Vec<Vec<u8>>>,
    /// Forms, by number.
    forms: RefCell<Vec<Form>>,
    /// JavaScript may hold values of one that have to leave with this turn.
    filling: Cell<bool>,
    /// The process exits: no turn ends any more, and what is sent has to leave at once.
    exiting: Cell<bool>,
    /// The frame that JavaScript composes.
    pub composed: RefCell<Vec<u8>>,
    /// Values of the tables of the document that JavaScript is reading.
    pub cells: RefCell<Vec<f64>>,
    /// Connections of the worker path that JavaScript hears of in this crossing.
    fresh: RefCell<Vec<u32>>,
    /// Streams with something coalesced.
    dirty: RefCell<Vec<u32>>,
    /// Counts the moments at which coalesced bytes leave; never 0.
    turn: Cell<u32>,
    /// What was sent in this turn.
    fanout: Fanout,
    #[cfg_attr(not(unix), allow(dead_code))] // The loop path's.
    scratch: RefCell<Vec<u8>>,
    #[cfg(unix)]
    phases: RefCell<Option<Phases>>,
    #[cfg(unix)]
    busy_poll: BusyPoll,
    /// Streams that did something since the loop slept.
    #[cfg(unix)]
    active: Cell<Active>,
    hook: RefCell<Option<Rc<Hook>>>,
}

impl Drop for Hub {
    fn drop(&mut self) {
        self.shut_down();
    }
}

impl Hub {
    /// An empty hub. Without `phases` everything runs on the worker path.
    pub fn new(js: Js, inbox: Arc<Inbox>, me: Weak<Self>) -> Self {
        Self {
            js,
            me,
            inbox,
            next_id: Cell::new(0),
            connections: RefCell::default(),
            listeners: RefCell::default(),
            timers: RefCell::default(),
            domains: RefCell::default(),
            identities: RefCell::default(),
            datagrams: RefCell::default(),
            retired: RefCell::default(),
            open: Cell::new(0),
            referenced: Cell::new(0),
            batch: RefCell::default(),
            ready: RefCell::default(),
            delivering: RefCell::default(),
            spare: RefCell::default(),
            heads: RefCell::default(),
            forms: RefCell::default(),
            filling: Cell::new(false),
            exiting: Cell::new(false),
            composed: RefCell::default(),
            cells: RefCell::default(),
            fresh: RefCell::default(),
            dirty: RefCell::default(),
            turn: Cell::new(1),
            fanout: Fanout::default(),
            scratch: RefCell::default(),
            #[cfg(unix)]
            phases: RefCell::new(None),
            #[cfg(unix)]
            busy_poll: BusyPoll::default(),
            #[cfg(unix)]
            active: Cell::default(),
            hook: RefCell::new(None),
        }
    }

    /// Turns the loop path on.
    #[cfg(unix)]
    pub fn use_loop(&self, phases: Phases) {
        self.scratch.borrow_mut().reserve_exact(COALESCE);
        *self.phases.borrow_mut() = Some(phases);
    }

    /// How long the loop may wait for an answer without sleeping.
    #[cfg(unix)]
    pub fn set_busy_poll(&self, limit: Duration) {
        self.busy_poll.set(limit);
    }

    /// Whether the loop path is on.
    #[cfg_attr(windows, expect(clippy::unused_self, reason = "there is no loop path"))]
    pub fn on_loop(&self) -> bool {
        #[cfg(unix)]
        return self.phases.borrow().is_some();
        #[cfg(not(unix))]
        false
    }

    /// The JavaScript side.
    pub fn js(&self) -> &Js {
        &self.js
    }

    /// Ids are 31 bits (a small integer in V8) and are used again only after all others.
    fn new_id(&self) -> u32 {
        loop {
            let id = (self.next_id.get() + 1) & 0x3fff_ffff;
            self.next_id.set(id);
            let taken = self.connections.borrow().contains_key(&id)
                || self.listeners.borrow().contains_key(&id)
                || self.timers.borrow().contains_key(&id)
                || self.datagrams.borrow().contains_key(&id)
                || self.domains.borrow().contains_key(&id);
            if id != 0 && !taken {
                return id;
            }
        }
    }

    fn opened(&self) {
        self.open.set(self.open.get() + 1);
        self.referenced.set(self.referenced.get() + 1);
        self.hold();
    }

    /// What is gone stops holding the process only after the crossing that tells JavaScript.
    fn gone(&self, referenced: bool) {
        self.open.set(self.open.get() - 1);
        if referenced {
            self.referenced.set(self.referenced.get() - 1);
        }
    }

    fn hold(&self) {
        // What waits in the inbox may be the end of something that is no longer counted.
        let pending = !self.batch.borrow().is_empty()
            || !self.ready.borrow().is_empty()
            || !self.inbox.is_empty();
        self.js.hold_callback(pending || self.open.get() > 0);
        self.js.hold_process(pending || self.referenced.get() > 0);
    }

    /// Sends what waits, waiting at most `patience` for peers that do not read: for `process.exit()`.
    pub fn flush_now(&self, patience: Duration) {
        let deadline = Instant::now() + patience;
        self.exiting.set(true);
        self.flush_dirty();
        // A socket that is closed with something unread takes back what its peer has not read yet.
        self.begin_fresh();
        loop {
            #[cfg(unix)]
            self.flush_blocked();
            let waits = |connection: &Connection| {
                !matches!(connection.path, Path::Connecting(_)) && connection.waiting() > 0
            };
            if !self.connections.borrow().values().any(waits) || Instant::now() >= deadline {
                return;
            }
            std::thread::sleep(Duration::from_millis(1));
        }
    }

    #[cfg(unix)]
    fn flush_blocked(&self) {
        let ids: Vec<u32> = self.connections.borrow().keys().copied().collect();
        for id in ids {
            self.step(id, |stream, batch, scratch| {
                stream.retry_blocked();
                stream.flush(batch, scratch)
            });
        }
    }

    /// The hook to remove when everything is closed.
    pub fn set_hook(&self, hook: Rc<Hook>) {
        *self.hook.borrow_mut() = Some(hook);
    }

    /// The hook runs: it is over by itself.
    pub fn forget_hook(&self) {
        if let Some(hook) = self.hook.take() {
            hook.forget();
        }
    }

    /// Closes everything, because the environment or the last user of the hub goes. The environment waits (by the hook)
    /// until libuv has let go of the last handle.
    pub fn shut_down(&self) {
        self.flush_dirty();
        self.connections.take();
        self.listeners.take();
        self.timers.take();
        self.domains.take();
        // Connections that were not collected any more would keep their tasks, and these the inbox they wait in.
        self.inbox.take(&mut Content::default());
        self.datagrams.take();
        self.js.close();
        let hook = self.hook.take();
        let done = move || {
            if let Some(hook) = hook {
                hook.remove();
            }
        };
        #[cfg(unix)]
        if let Some(phases) = self.phases.take() {
            let lifetime = phases.lifetime.clone();
            drop(phases);
            lifetime.when_closed(Box::new(done));
            return;
        }
        done();
    }
}
