//! What JavaScript does with the connections there are.

#[cfg(unix)]
use crate::core::batch::Batch;
use crate::core::batch::Kind;
use crate::core::form::Form;
use crate::core::limits::{COALESCE, DIRECT_SEND};
use crate::core::outbox::{Accepted, Outbox};
use crate::core::protocol::Protocol;
use crate::net::worker::Traffic;
use crate::node::connection::{Connection, Path};
#[cfg(unix)]
use crate::node::loop_path::stream::{LoopStream, State};

use super::{Hub, Sent};

impl Hub {
    /// Calls `f` with connection `id`, if there is one.
    pub fn with_connection<R>(&self, id: u32, f: impl FnOnce(&mut Connection) -> R) -> Option<R> {
        self.connections.borrow_mut().get_mut(&id).map(f)
    }

    /// Counters of a connection, also right after its end.
    pub fn traffic(&self, id: u32) -> Traffic {
        let live = self.connections.borrow().get(&id).map(Connection::traffic);
        live.or_else(|| self.retired.borrow().get(&id).copied())
            .unwrap_or_default()
    }

    /// Runs one step of a loop-path stream and takes away one that has closed by it.
    #[cfg(unix)]
    pub fn step(
        &self,
        id: u32,
        f: impl FnOnce(&mut LoopStream, &mut Batch, &mut Vec<u8>) -> State,
    ) {
        let mut connections = self.connections.borrow_mut();
        let Some(Connection {
            path: Path::Loop(stream),
            ..
        }) = connections.get_mut(&id)
        else {
            return;
        };
        self.active.set(self.active.get().and(id));
        let mut batch = self.batch.borrow_mut();
        let state = f(stream, &mut batch, &mut self.scratch.borrow_mut());
        let happened = !batch.is_empty();
        drop(batch);
        if matches!(state, State::Closed(_)) {
            let closed = connections.remove(&id);
            drop(connections);
            self.retire(id, closed);
        }
        if happened {
            self.hurry();
        }
    }

    pub(super) fn retire(&self, id: u32, connection: Option<Connection>) {
        if let Some(connection) = connection {
            self.retired.borrow_mut().insert(id, connection.traffic());
            self.gone(connection.referenced);
        }
    }

    /// Lets `put` append to the outbox of connection `id` and sees to it that the bytes leave: at once if nothing else
    /// went out on it in this turn (see [`crate::core::fanout::Fanout`] for many), else with the rest at the end of the turn. Where there is a
    /// hard cap, `fits` tells whether that many bytes suffice.
    pub fn send(
        &self,
        id: u32,
        fits: impl FnOnce(&Protocol, usize) -> bool,
        complete: bool,
        put: impl FnOnce(&mut Outbox, &Protocol) -> (usize, Accepted),
    ) -> Sent {
        self.fanout.sent(1);
        let mut connections = self.connections.borrow_mut();
        let Some(connection) = connections.get_mut(&id) else {
            return Sent::Gone;
        };
        if let Some(room) = connection.room()
            && !fits(&connection.protocol, room)
        {
            return Sent::Full;
        }
        let (n, accepted) = connection.append(complete, put);
        match &mut connection.path {
            Path::Connecting(_) => {}
            #[cfg(unix)]
            Path::Loop(stream) => {
                if self.goes_first(&mut stream.turn)
                    || n >= DIRECT_SEND
                    || stream.outbox.len() >= COALESCE
                {
                    drop(connections);
                    self.step(id, LoopStream::flush);
                } else if !stream.dirty {
                    stream.dirty = true;
                    self.dirty.borrow_mut().push(id);
                }
            }
            // Nothing tells the end of a turn without Node's loop.
            Path::Worker(worker, _) if !self.on_loop() => worker.wake(),
            Path::Worker(worker, _) => {
                let pace = &mut connection.pace;
                if self.goes_first(&mut pace.turn)
                    || n >= DIRECT_SEND
                    || worker.waiting() >= COALESCE
                {
                    worker.push();
                } else if !pace.dirty {
                    pace.dirty = true;
                    self.dirty.borrow_mut().push(id);
                }
            }
        }
        match accepted {
            Accepted::Below => Sent::Below,
            Accepted::AtMark => Sent::AtMark,
        }
    }

    /// Whether a connection that wrote at once in turn `last` does so now.
    fn goes_first(&self, last: &mut u32) -> bool {
        let turn = self.turn.get();
        let first = self.exiting.get() || (*last != turn && self.fanout.lets_one_go());
        if first {
            *last = turn;
        }
        first
    }

    /// Keeps the beginning of an envelope under a number that JavaScript chose, in place of what was there.
    pub fn set_head(&self, number: u32, head: Vec<u8>) {
        let mut heads = self.heads.borrow_mut();
        let number = number as usize;
        if number >= heads.len() {
            heads.resize_with(number + 1, Vec::new);
        }
        if let Some(place) = heads.get_mut(number) {
            *place = head;
        }
    }

    /// Calls `f` with the beginning of an envelope. JavaScript has set what it uses.
    pub fn with_head<R>(&self, number: u32, f: impl FnOnce(&[u8]) -> R) -> R {
        f(self
            .heads
            .borrow()
            .get(number as usize)
            .map_or(&[], Vec::as_slice))
    }

    /// Keeps a form under a number that JavaScript chose, in place of what was there.
    pub fn set_form(&self, number: u32, form: Form) {
        let mut forms = self.forms.borrow_mut();
        let number = number as usize;
        if number >= forms.len() {
            forms.resize_with(number + 1, || Form::new(b""));
        }
        if let Some(place) = forms.get_mut(number) {
            *place = form;
        }
    }

    /// Calls `f` with a form. JavaScript has set what it uses.
    pub fn with_form<R>(&self, number: u32, f: impl FnOnce(&Form) -> R) -> Option<R> {
        self.forms.borrow().get(number as usize).map(f)
    }

    /// Whether the message just sent is one of many in this turn: JavaScript may then gather more.
    pub fn in_burst(&self) -> bool {
        self.on_loop() && !self.exiting.get() && self.fanout.is_burst()
    }

    /// How many bytes may wait on connection `id` besides those that do, before the sender should pause. `None` if messages for
    /// it cannot be gathered: where nothing tells the end of a turn, or where there is a hard cap, so that each is refused or
    /// taken.
    pub fn room(&self, id: u32) -> Option<usize> {
        if !self.on_loop() {
            return None;
        }
        self.with_connection(id, |connection| {
            let mark = connection.protocol.high_water_mark;
            let free = connection.protocol.outbox_cap.is_none();
            free.then(|| mark.saturating_sub(connection.waiting()))
        })
        .flatten()
    }

    /// JavaScript gathers messages: it is called back at the end of the turn.
    pub fn gathers(&self) {
        self.filling.set(true);
    }

    /// So many messages more than one left in the last [`Hub::send`].
    pub fn sent_besides(&self, messages: usize) {
        self.fanout.sent(messages);
    }

    /// Ends this side of a connection when everything has left.
    pub fn end(&self, id: u32) {
        let mut connections = self.connections.borrow_mut();
        let Some(connection) = connections.get_mut(&id) else {
            return;
        };
        match &mut connection.path {
            Path::Connecting(connecting) => connecting.ending = true,
            Path::Worker(worker, _) => worker.end(),
            #[cfg(unix)]
            Path::Loop(_) => {
                drop(connections);
                self.step(id, LoopStream::end);
            }
        }
    }

    /// Closes a connection in whatever state it is; its `Close` follows.
    pub fn destroy(&self, id: u32) {
        // Of a client whose domain was closed before it was told of it, and who will not ask any more.
        self.identities.borrow_mut().remove(&id);
        let mut connections = self.connections.borrow_mut();
        let Some(connection) = connections.get_mut(&id) else {
            return;
        };
        match &mut connection.path {
            Path::Worker(worker, _) => worker.destroy(),
            Path::Connecting(_) => {
                let closed = connections.remove(&id);
                drop(connections);
                self.retire(id, closed);
                self.report(Kind::Close, id, 0, 0);
            }
            #[cfg(unix)]
            Path::Loop(_) => {
                drop(connections);
                self.step(id, |stream, batch, _| stream.destroy(batch));
            }
        }
    }

    /// Stops or resumes reading.
    pub fn set_paused(&self, id: u32, on: bool) {
        self.with_connection(id, |connection| match &mut connection.path {
            Path::Connecting(connecting) => connecting.paused = on,
            Path::Worker(worker, _) => worker.set_paused(on),
            #[cfg(unix)]
            Path::Loop(stream) => stream.set_paused(on),
        });
        #[cfg(unix)]
        if !on {
            self.step(id, LoopStream::begin);
        }
    }

    /// Whether received chunks cross besides their frames.
    pub fn set_tapped(&self, id: u32, on: bool) {
        self.with_connection(id, |connection| match &mut connection.path {
            Path::Connecting(connecting) => connecting.tapped = on,
            Path::Worker(worker, _) => worker.set_tapped(on),
            #[cfg(unix)]
            Path::Loop(stream) => stream.set_tapped(on),
        });
    }
}
