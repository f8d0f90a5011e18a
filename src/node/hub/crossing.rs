//! The crossing: what has happened goes to JavaScript, and what that sends leaves.

use crate::core::batch::{Batch, KEEP, Kind};
use crate::core::intake::Refusal;
use crate::net::inbox::Arrival;
use crate::node::connection::{Connection, Path};

#[cfg(unix)]
use crate::node::loop_path::busy_poll::Active;
#[cfg(unix)]
use crate::node::loop_path::stream::LoopStream;

use super::{Hub, Parcel};

impl Hub {
    /// Tells JavaScript something that happened on this thread.
    pub(super) fn report(&self, kind: Kind, id: u32, a: i32, b: i32) {
        if self.on_loop() {
            self.batch.borrow_mut().push(kind, id, a, b);
            self.hurry();
        } else {
            self.inbox
                .record(|content| content.batch.push(kind, id, a, b));
        }
    }

    #[cfg_attr(windows, expect(clippy::unused_self, reason = "there is no loop path"))]
    pub(super) fn hurry(&self) {
        #[cfg(unix)]
        if let Some(phases) = &*self.phases.borrow() {
            phases.hurry();
            self.js.hold_process(true);
        }
    }

    /// The background thread has something. On the loop path the check after this poll phase takes it along.
    pub fn woken(&self) {
        if !self.on_loop() {
            self.cross();
        }
    }

    /// The turn ends: what JavaScript has gathered leaves with what has been coalesced.
    pub fn end_turn(&self) {
        if self.filling.take() {
            self.js.settle();
        }
        self.flush_dirty();
    }

    /// Sends what has been coalesced. Ends the turn, for whom no JavaScript runs any more.
    pub fn flush_dirty(&self) {
        self.turn.set(self.turn.get().wrapping_add(1).max(1));
        self.fanout.turned(self.dirty.borrow().len());
        #[cfg(unix)]
        if !self.dirty.borrow().is_empty() {
            let mut dirty = self.dirty.take();
            for id in dirty.drain(..) {
                self.step(id, |stream, batch, scratch| {
                    stream.dirty = false;
                    stream.flush(batch, scratch)
                });
                self.push(id);
            }
            // Nothing was added meanwhile (no JavaScript ran): the memory is kept for the next turn.
            *self.dirty.borrow_mut() = dirty;
        }
    }

    /// The loop is about to sleep. After a conversation with one peer it may be worth waiting for the answer.
    #[cfg(unix)]
    pub fn linger(&self) {
        let active = self.active.take();
        if self.busy_poll.is_on()
            && matches!(active, Active::One(_))
            && let Some(phases) = &*self.phases.borrow()
        {
            self.busy_poll.wait(phases.uv, phases.uv_loop);
        }
    }

    /// The same for one connection on the worker path.
    #[cfg(unix)]
    fn push(&self, id: u32) {
        if let Some(Connection {
            path: Path::Worker(worker, _),
            pace,
            ..
        }) = self.connections.borrow_mut().get_mut(&id)
        {
            pace.dirty = false;
            worker.push();
        }
    }

    /// Hands everything that has happened to JavaScript, then lets what that sent leave.
    pub fn cross(&self) {
        #[cfg(unix)]
        if let Some(phases) = &*self.phases.borrow() {
            phases.relax();
        }
        self.collect();
        let (mut crossed, mut own) = (false, false);
        loop {
            let next = self.ready.borrow_mut().pop_front();
            let parcel = match next {
                Some(parcel) => parcel,
                // What JavaScript causes meanwhile comes in the next iteration: timers and others have a turn too.
                None if own || self.batch.borrow().is_empty() => break,
                None => {
                    own = true;
                    Parcel {
                        batch: self.batch.take(),
                        credits: Vec::new(),
                    }
                }
            };
            crossed = true;
            self.deliver(parcel);
        }
        if crossed {
            self.begin_fresh();
            self.end_turn();
            if self.batch.borrow().is_empty() {
                self.retired.borrow_mut().clear();
            } else {
                self.hurry();
            }
            self.hold();
        }
    }

    /// JavaScript has had the chance to say what it wants to hear of new connections.
    pub(super) fn begin_fresh(&self) {
        for id in self.fresh.take() {
            if let Some(Connection {
                path: Path::Worker(worker, _),
                ..
            }) = self.connections.borrow().get(&id)
            {
                worker.begin();
            }
            #[cfg(unix)]
            self.step(id, LoopStream::begin);
        }
    }

    pub(super) fn deliver(&self, mut parcel: Parcel) {
        parcel.batch.take_tables();
        {
            let mut cells = self.cells.borrow_mut();
            cells.clear();
            // A peak is not paid for ever.
            cells.shrink_to(KEEP / size_of::<f64>());
            cells.extend_from_slice(parcel.batch.cells());
        }
        *self.delivering.borrow_mut() = parcel;
        self.js.deliver(&self.delivering);
        let mut parcel = self.delivering.take();
        {
            let connections = self.connections.borrow();
            for (id, bytes) in parcel.credits.drain(..) {
                if let Some(Connection {
                    path: Path::Worker(worker, _),
                    ..
                }) = connections.get(&id)
                {
                    worker.credit(bytes);
                } else {
                    self.with_datagram(id, |datagram| datagram.credit(bytes));
                }
            }
        }
        parcel.batch.clear();
        let mut batch = self.batch.borrow_mut();
        if batch.is_empty() {
            *batch = parcel.batch;
        }
    }

    /// The blob or frame JavaScript asks for while it reads a batch.
    pub fn with_delivering<R>(&self, f: impl FnOnce(&mut Batch) -> R) -> R {
        f(&mut self.delivering.borrow_mut().batch)
    }

    /// Takes what the background thread has, and completes it: streams get their data path, ids that have gone since
    /// are struck out.
    pub(super) fn collect(&self) {
        let mut content = self.spare.take();
        self.inbox.take(&mut content);
        if content.batch.is_empty() {
            *self.spare.borrow_mut() = content;
            return;
        }
        if !self.batch.borrow().is_empty() {
            let parcel = Parcel {
                batch: self.batch.take(),
                credits: Vec::new(),
            };
            self.ready.borrow_mut().push_back(parcel);
        }
        for record in content.batch.records_mut() {
            let stands = match record.kind {
                Kind::Connected => match content.arrivals.pop_front() {
                    Some(Arrival::Stream(stream, _)) => self.connected(record.id, stream),
                    _ => false,
                },
                Kind::Reached => match content.arrivals.pop_front() {
                    Some(Arrival::Ends(ends)) => self
                        .with_connection(record.id, |connection| connection.ends = ends)
                        .is_some(),
                    _ => false,
                },
                Kind::Secured => match content.arrivals.pop_front() {
                    Some(Arrival::Secured(secured, _)) => self.secured(record.id, secured),
                    _ => false,
                },
                Kind::Accepted => {
                    let id = content
                        .arrivals
                        .pop_front()
                        .and_then(|arrival| self.accepted(record.id, arrival));
                    record.a = id.and_then(|id| i32::try_from(id).ok()).unwrap_or_default();
                    id.is_some()
                }
                Kind::Insecure => self.failed(record.id, true),
                Kind::Joined => content
                    .joined
                    .pop_front()
                    .is_some_and(|joined| self.joined(record.id, record.a.cast_unsigned(), joined)),
                Kind::Failed => self.failed(record.id, record.b < 0),
                Kind::Close => {
                    let closed = self.connections.borrow_mut().remove(&record.id);
                    self.retire(record.id, closed);
                    true
                }
                Kind::Fired => {
                    let entry = self.timers.borrow_mut().remove(&record.id);
                    entry.map(|entry| self.gone(entry.referenced)).is_some()
                }
                Kind::Late => {
                    record.kind = Kind::Refused;
                    record.a = Refusal::TooLate as i32;
                    self.late(record.id)
                }
                Kind::AcceptFailed | Kind::Dropped | Kind::ClientInsecure => {
                    self.listeners.borrow().contains_key(&record.id)
                }
                _ => true,
            };
            if !stands {
                record.kind = Kind::Void;
            }
        }
        let parcel = Parcel {
            batch: std::mem::take(&mut content.batch),
            credits: std::mem::take(&mut content.credits),
        };
        self.ready.borrow_mut().push_back(parcel);
        *self.spare.borrow_mut() = content;
    }
}
