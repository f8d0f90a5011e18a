//! What the background thread has established, and what became of attempts.

use std::io;

use crate::core::batch::Kind;
use crate::core::outbox::Outbox;
use crate::core::protocol::Protocol;
use crate::net::errno::errno;
use crate::net::inbox::Arrival;
use crate::net::stream::Stream;
use crate::net::tls::stream::{Secured, Session};
use crate::node::connection::{Connection, Path, outbox};
#[cfg(unix)]
use crate::node::loop_path::stream::LoopStream;

use super::Hub;
use super::opening::set_up;

impl Hub {
    pub(super) fn connected(&self, id: u32, stream: Stream) -> bool {
        self.with_connection(id, |connection| connection.ends = stream.ends());
        self.begin(id, |protocol, outbox| {
            self.start(id, protocol, stream, outbox)
        })
    }

    /// Keeps a secure stream until JavaScript has looked at whom it leads to, and calls [`Hub::proceed`].
    pub(super) fn secured(&self, id: u32, secured: Box<Secured>) -> bool {
        let keep = |connection: &mut Connection| {
            let Path::Connecting(connecting) = &mut connection.path else {
                return false;
            };
            connection.session = Some(Box::new(secured.session.clone()));
            connecting.secured = Some(secured);
            true
        };
        self.with_connection(id, keep).unwrap_or(false)
    }

    /// JavaScript is content with the peer of a connection whose handshake is done.
    pub fn proceed(&self, id: u32) {
        let take = |connection: &mut Connection| {
            let Path::Connecting(connecting) = &mut connection.path else {
                return None;
            };
            connecting.secured.take()
        };
        if let Some(secured) = self.with_connection(id, take).flatten() {
            self.begin(id, |protocol, outbox| {
                self.start_secured(id, protocol, *secured, outbox)
            });
        }
    }

    /// What the handshake of a connection brought.
    pub fn session<R>(&self, id: u32, f: impl FnOnce(&Session) -> R) -> Option<R> {
        let connections = self.connections.borrow();
        connections.get(&id)?.session.as_deref().map(f)
    }

    /// Puts a connection that was being established on its data path, with what was asked of it meanwhile.
    pub(super) fn begin(
        &self,
        id: u32,
        start: impl FnOnce(&Protocol, Outbox) -> io::Result<Path>,
    ) -> bool {
        let (protocol, waiting, paused, tapped, ending) = {
            let mut connections = self.connections.borrow_mut();
            let Some(connection) = connections.get_mut(&id) else {
                return false;
            };
            let Path::Connecting(connecting) = &mut connection.path else {
                return false;
            };
            let waiting = std::mem::replace(&mut connecting.outbox, outbox(&connection.protocol));
            (
                connection.protocol.clone(),
                waiting,
                connecting.paused,
                connecting.tapped,
                connecting.ending,
            )
        };
        #[cfg(unix)]
        let urgent = !waiting.is_empty() || ending;
        match start(&protocol, waiting) {
            Ok(path) => {
                self.with_connection(id, |connection| connection.path = path);
                if paused {
                    self.set_paused(id, true);
                }
                if tapped {
                    self.set_tapped(id, true);
                }
                #[cfg(unix)]
                if urgent {
                    self.step(id, LoopStream::flush);
                }
                if ending {
                    self.end(id);
                }
                true
            }
            Err(error) => {
                // On the worker path the report itself takes the connection away, when it is collected.
                if self.on_loop() {
                    let closed = self.connections.borrow_mut().remove(&id);
                    self.retire(id, closed);
                }
                self.report(Kind::Failed, id, errno(&error), -1);
                false
            }
        }
    }

    pub(super) fn accepted(&self, listener: u32, arrival: Arrival) -> Option<u32> {
        let protocol = self
            .listeners
            .borrow()
            .get(&listener)
            .map(|entry| entry.item.1.clone())?;
        set_up(&arrival, &protocol);
        let id = self.new_id();
        match self.establish(id, protocol, arrival) {
            Ok(()) => {
                self.opened();
                Some(id)
            }
            Err(error) => {
                self.report(Kind::AcceptFailed, listener, errno(&error), 0);
                None
            }
        }
    }

    /// Whether a frame of connection `id` has taken too long.
    pub(super) fn late(&self, id: u32) -> bool {
        let late = |connection: &mut Connection| match &mut connection.path {
            #[cfg(unix)]
            Path::Loop(stream) => stream.late(),
            _ => false,
        };
        self.with_connection(id, late).unwrap_or(false)
    }

    pub(super) fn failed(&self, id: u32, last: bool) -> bool {
        if !last {
            return self.connections.borrow().contains_key(&id);
        }
        let closed = self.connections.borrow_mut().remove(&id);
        let stands = closed.is_some();
        self.retire(id, closed);
        stands
    }
}
