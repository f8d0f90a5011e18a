//! What is opened and closed: connections, listeners, timers, datagram sockets, domains.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use crate::core::batch::Kind;
use crate::core::outbox::Outbox;
use crate::core::protocol::Protocol;
use crate::core::routing::Identity;
use crate::net::address::Address;
use crate::net::connect;
use crate::net::descriptor::Descriptor;
use crate::net::inbox::{Arrival, Joined};
use crate::net::listener::{Endpoint, Listener};
use crate::net::routed::{self, Domain};
use crate::net::stream::{Ends, Plain, Stream};
use crate::net::timer::Timer;
use crate::net::tls::config::Config;
use crate::net::tls::handshake::Client;
use crate::net::tls::stream::Secured;
use crate::net::udp::{self, Datagram};
use crate::net::worker::{Direct, Worker};
use crate::node::connection::{Connecting, Connection, Pace, Path, outbox};
use crate::node::domain;
#[cfg(unix)]
use crate::node::loop_path::stream::LoopStream;
#[cfg(unix)]
use crate::node::loop_path::wire::Wire;

use super::{Entry, Hub};

impl Hub {
    /// A connection that is not being established yet.
    pub fn connection(&self, protocol: Arc<Protocol>) -> u32 {
        let id = self.new_id();
        let path = Path::Connecting(Connecting::new(&protocol));
        let connection = Connection {
            protocol,
            path,
            ends: Ends::default(),
            referenced: true,
            session: None,
            seat: None,
            pace: Pace::default(),
        };
        self.connections.borrow_mut().insert(id, connection);
        self.opened();
        id
    }

    /// Starts to establish connection `id`. Nothing happens if it has been destroyed meanwhile.
    pub fn dial(&self, id: u32, address: Address, secure: Option<Client>) -> io::Result<()> {
        if let Some(connection) = self.connections.borrow_mut().get_mut(&id)
            && let Path::Connecting(connecting) = &mut connection.path
        {
            let no_delay = connection.protocol.no_delay;
            connecting.task = Some(connect::start(
                id,
                address,
                no_delay,
                secure,
                self.inbox.clone(),
            )?);
        }
        Ok(())
    }

    /// Takes over an established stream.
    pub fn adopt(&self, protocol: Arc<Protocol>, stream: Stream) -> io::Result<u32> {
        let id = self.new_id();
        let arrival = Arrival::Stream(stream, None);
        set_up(&arrival, &protocol);
        self.establish(id, protocol, arrival)?;
        self.opened();
        if !self.on_loop() {
            // The next crossing lets it begin.
            self.report(Kind::Void, id, 0, 0);
        }
        Ok(id)
    }

    pub(super) fn establish(
        &self,
        id: u32,
        protocol: Arc<Protocol>,
        arrival: Arrival,
    ) -> io::Result<()> {
        let outbox = outbox(&protocol);
        let (path, ends, session, seat) = match arrival {
            Arrival::Stream(stream, seat) => {
                let ends = stream.ends();
                let path = self.start(id, &protocol, stream, outbox)?;
                (path, ends, None, seat)
            }
            Arrival::Secured(secured, seat) => {
                let ends = secured.plain.get().ends();
                let session = Box::new(secured.session.clone());
                let path = self.start_secured(id, &protocol, *secured, outbox)?;
                (path, ends, Some(session), seat)
            }
            Arrival::Ends(_) => return Err(io::ErrorKind::InvalidInput.into()),
        };
        let connection = Connection {
            protocol,
            path,
            ends,
            referenced: true,
            session,
            seat,
            pace: Pace::default(),
        };
        self.connections.borrow_mut().insert(id, connection);
        Ok(())
    }

    /// Puts a stream whose handshake is done on its data path.
    pub(super) fn start_secured(
        &self,
        id: u32,
        protocol: &Protocol,
        secured: Secured,
        outbox: Outbox,
    ) -> io::Result<Path> {
        #[cfg(unix)]
        if self.on_loop() {
            let (stream, tunnel) = secured.into_parts().ok_or(io::ErrorKind::ResourceBusy)?;
            let path = self.poll(
                id,
                protocol,
                (stream, Wire::Secure(Box::new(tunnel))),
                outbox,
            )?;
            self.fresh.borrow_mut().push(id);
            return Ok(path);
        }
        let Secured { stream, plain, .. } = secured;
        let settings = plain.settings();
        let direct: Box<dyn Direct> = Box::new(stream.clone());
        let halves = (stream.clone(), stream);
        let inbox = self.inbox.clone();
        let worker = Worker::start(id, halves, Some(direct), protocol, outbox, inbox)?;
        self.fresh.borrow_mut().push(id);
        Ok(Path::Worker(worker, settings))
    }

    pub(super) fn start(
        &self,
        id: u32,
        protocol: &Protocol,
        stream: Stream,
        outbox: Outbox,
    ) -> io::Result<Path> {
        #[cfg(unix)]
        if self.on_loop() {
            return self.poll(id, protocol, (stream, Wire::Plain), outbox);
        }
        let stream = Plain::from(stream);
        let settings = stream.settings();
        let halves = (stream.clone(), stream);
        let worker = Worker::start(id, halves, None, protocol, outbox, self.inbox.clone())?;
        self.fresh.borrow_mut().push(id);
        Ok(Path::Worker(worker, settings))
    }

    /// Has Node's loop poll the descriptor of a stream.
    #[cfg(unix)]
    fn poll(
        &self,
        id: u32,
        protocol: &Protocol,
        (stream, wire): (Stream, Wire),
        outbox: Outbox,
    ) -> io::Result<Path> {
        let phases = self.phases.borrow();
        let phases = phases.as_ref().ok_or(io::ErrorKind::Unsupported)?;
        let stream = LoopStream::adopt(
            id,
            (stream.into_fd()?, wire),
            protocol,
            outbox,
            phases,
            (self.me.clone(), self.inbox.clone()),
        )
        .map_err(|errno| io::Error::from_raw_os_error(-errno))?;
        Ok(Path::Loop(Box::new(stream)))
    }

    /// Binds a listener; its connections talk `protocol`.
    pub fn listen(
        &self,
        endpoint: &Endpoint,
        backlog: i32,
        protocol: Arc<Protocol>,
        secure: Option<Config>,
    ) -> io::Result<u32> {
        let id = self.new_id();
        let listener = Listener::bind(id, endpoint, backlog, secure, self.inbox.clone())?;
        self.listeners.borrow_mut().insert(
            id,
            Entry {
                item: (listener, protocol),
                referenced: true,
            },
        );
        self.opened();
        Ok(id)
    }

    /// Calls `f` with listener `id`, if it is open.
    pub fn with_listener<R>(&self, id: u32, f: impl FnOnce(&Listener) -> R) -> Option<R> {
        self.listeners
            .borrow()
            .get(&id)
            .map(|entry| f(&entry.item.0))
    }

    /// Stops listening and removes the listener's own file.
    pub fn close_listener(&self, id: u32) {
        let entry = self.listeners.borrow_mut().remove(&id);
        if let Some(entry) = entry {
            self.gone(entry.referenced);
            self.hold();
        }
    }

    /// Starts a delay.
    pub fn start_timer(&self, delay: Duration) -> io::Result<u32> {
        let id = self.new_id();
        let timer = Timer::start(id, delay, self.inbox.clone())?;
        self.timers.borrow_mut().insert(
            id,
            Entry {
                item: timer,
                referenced: true,
            },
        );
        self.opened();
        Ok(id)
    }

    /// Stops a delay.
    pub fn stop_timer(&self, id: u32) {
        let entry = self.timers.borrow_mut().remove(&id);
        if let Some(entry) = entry {
            self.gone(entry.referenced);
            self.hold();
        }
    }

    /// Binds a socket for datagrams, whose contents are framed by `protocol`.
    pub fn bind(&self, endpoint: udp::Endpoint, protocol: Arc<Protocol>) -> io::Result<u32> {
        let id = self.new_id();
        let datagram = Datagram::bind(id, endpoint, protocol, self.inbox.clone())?;
        self.keep(id, datagram);
        Ok(id)
    }

    /// Takes over a bound socket for datagrams.
    pub fn adopt_datagrams(
        &self,
        descriptor: Descriptor,
        protocol: Arc<Protocol>,
    ) -> io::Result<u32> {
        let id = self.new_id();
        let datagram = Datagram::adopt(id, descriptor, protocol, self.inbox.clone())?;
        self.keep(id, datagram);
        Ok(id)
    }

    fn keep(&self, id: u32, datagram: Datagram) {
        self.datagrams.borrow_mut().insert(
            id,
            Entry {
                item: datagram,
                referenced: true,
            },
        );
        self.opened();
    }

    /// Calls `f` with socket `id`, if it is open.
    pub fn with_datagram<R>(&self, id: u32, f: impl FnOnce(&Datagram) -> R) -> Option<R> {
        self.datagrams.borrow().get(&id).map(|entry| f(&entry.item))
    }

    /// Closes a socket; nothing more comes from it.
    pub fn unbind(&self, id: u32) {
        let entry = self.datagrams.borrow_mut().remove(&id);
        if let Some(entry) = entry {
            self.gone(entry.referenced);
            self.hold();
        }
    }

    /// Whether connection, listener, timer or socket `id` holds the process alive.
    pub fn set_referenced(&self, id: u32, on: bool) {
        let before = if let Some(connection) = self.connections.borrow_mut().get_mut(&id) {
            std::mem::replace(&mut connection.referenced, on)
        } else if let Some(entry) = self.listeners.borrow_mut().get_mut(&id) {
            std::mem::replace(&mut entry.referenced, on)
        } else if let Some(entry) = self.timers.borrow_mut().get_mut(&id) {
            std::mem::replace(&mut entry.referenced, on)
        } else if let Some(entry) = self.datagrams.borrow_mut().get_mut(&id) {
            std::mem::replace(&mut entry.referenced, on)
        } else if let Some(entry) = self.domains.borrow_mut().get_mut(&id) {
            std::mem::replace(&mut entry.referenced, on)
        } else {
            return;
        };
        match (before, on) {
            (false, true) => self.referenced.set(self.referenced.get() + 1),
            (true, false) => self.referenced.set(self.referenced.get() - 1),
            _ => {}
        }
        self.hold();
    }

    /// Opens a routed domain.
    pub fn open_domain(
        &self,
        options: &routed::Options,
        protocol: Arc<Protocol>,
    ) -> io::Result<u32> {
        let id = self.new_id();
        let domain = Domain::open(id, options, protocol, self.inbox.clone())?;
        self.domains.borrow_mut().insert(
            id,
            Entry {
                item: domain,
                referenced: true,
            },
        );
        self.opened();
        Ok(id)
    }

    /// Calls `f` with domain `id`, if it is open.
    pub fn with_domain<R>(&self, id: u32, f: impl FnOnce(&Domain) -> R) -> Option<R> {
        self.domains.borrow().get(&id).map(|entry| f(&entry.item))
    }

    /// Closes domain `id`, all but the connections JavaScript knows of.
    pub fn close_domain(&self, id: u32) {
        let entry = self.domains.borrow_mut().remove(&id);
        if let Some(entry) = entry {
            self.gone(entry.referenced);
            self.hold();
        }
    }

    /// Who the new connection `id` of a domain belongs to; once.
    pub fn take_identity(&self, id: u32) -> Option<Identity> {
        self.identities.borrow_mut().remove(&id)
    }

    pub(super) fn joined(&self, domain: u32, id: u32, joined: Joined) -> bool {
        if !self.domains.borrow().contains_key(&domain) {
            // Dropping it closes it.
            return false;
        }
        let (connection, identity) = domain::connection(joined);
        self.connections.borrow_mut().insert(id, connection);
        self.identities.borrow_mut().insert(id, identity);
        self.opened();
        true
    }
}

/// What a connection's protocol asks of the operating system.
pub(super) fn set_up(arrival: &Arrival, protocol: &Protocol) {
    if protocol.no_delay {
        // Only a delay more: a connection that cannot have it is still a connection.
        let _ = match arrival {
            Arrival::Stream(stream, _) => stream.set_no_delay(true),
            Arrival::Secured(secured, _) => secured.plain.get().set_no_delay(true),
            Arrival::Ends(_) => Ok(()),
        };
    }
}
