//! What one copy of `lib/engine` has open in one environment, and the events on their way to its JavaScript.
//!
//! Everything here runs on the JavaScript thread. No borrow is held while JavaScript runs: it calls back in.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::io;
use std::rc::{Rc, Weak};
use std::sync::Arc;
use std::time::{Duration, Instant};

use rustc_hash::FxHashMap;

use super::connection::{Connecting, Connection, Path, outbox};
#[cfg(unix)]
use super::domain;
#[cfg(unix)]
use super::loop_path::{
    phases::Phases,
    stream::{LoopStream, State},
};
use super::raw::js::Js;
use super::raw::lifetime::Hook;
use crate::core::batch::{Batch, Kind};
use crate::core::intake::Refusal;
use crate::core::limits::{COALESCE, DIRECT_SEND};
use crate::core::outbox::{Accepted, Outbox};
use crate::core::protocol::Protocol;
use crate::core::routing::Identity;
use crate::net::address::Address;
use crate::net::connect;
use crate::net::inbox::{Arrival, Content, Inbox, Joined};
use crate::net::listener::{Endpoint, Listener};
#[cfg(unix)]
use crate::net::routed::{self, Domain};
use crate::net::stream::{Ends, Plain, Stream};
use crate::net::timer::Timer;
use crate::net::tls::config::Config;
use crate::net::tls::handshake::Client;
use crate::net::tls::stream::{Secured, Session};
use crate::net::udp::{self, Datagram};
use crate::net::worker::{Traffic, Worker};

/// What became of a send. The numbers are known to `lib/engine/connection.js`.
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
    me: Weak<Hub>,
    inbox: Arc<Inbox>,
    next_id: Cell<u32>,
    connections: RefCell<FxHashMap<u32, Connection>>,
    listeners: RefCell<FxHashMap<u32, Entry<Listening>>>,
    timers: RefCell<FxHashMap<u32, Entry<Timer>>>,
    #[cfg(unix)]
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
    /// Streams with something coalesced.
    dirty: RefCell<Vec<u32>>,
    /// Counts the moments at which coalesced bytes leave; never 0.
    turn: Cell<u32>,
    scratch: RefCell<Vec<u8>>,
    #[cfg(unix)]
    phases: RefCell<Option<Phases>>,
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
            #[cfg(unix)]
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
            dirty: RefCell::default(),
            turn: Cell::new(1),
            scratch: RefCell::default(),
            #[cfg(unix)]
            phases: RefCell::new(None),
            hook: RefCell::new(None),
        }
    }

    /// Turns the loop path on.
    #[cfg(unix)]
    pub fn use_loop(&self, phases: Phases) {
        self.scratch.borrow_mut().reserve_exact(COALESCE);
        *self.phases.borrow_mut() = Some(phases);
    }

    /// Whether the loop path is on.
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

    // ---- opening -------------------------------------------------------------------------------------------------

    /// Ids are 31 bits (a small integer in V8) and are used again only after all others.
    fn new_id(&self) -> u32 {
        loop {
            let id = (self.next_id.get() + 1) & 0x3fff_ffff;
            self.next_id.set(id);
            let taken = self.connections.borrow().contains_key(&id)
                || self.listeners.borrow().contains_key(&id)
                || self.timers.borrow().contains_key(&id)
                || self.datagrams.borrow().contains_key(&id);
            #[cfg(unix)]
            let taken = taken || self.domains.borrow().contains_key(&id);
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
        let pending = !self.batch.borrow().is_empty() || !self.ready.borrow().is_empty();
        self.js.hold_callback(pending || self.open.get() > 0);
        self.js.hold_process(pending || self.referenced.get() > 0);
    }

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
        self.establish(id, protocol, Arrival::Stream(stream, None))?;
        self.opened();
        Ok(id)
    }

    fn establish(&self, id: u32, protocol: Arc<Protocol>, arrival: Arrival) -> io::Result<()> {
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
        };
        self.connections.borrow_mut().insert(id, connection);
        Ok(())
    }

    /// What is encrypted is not the operating system's to read: it runs on the worker path everywhere.
    fn start_secured(
        &self,
        id: u32,
        protocol: &Protocol,
        secured: Secured,
        outbox: Outbox,
    ) -> io::Result<Path> {
        let Secured { stream, plain, .. } = secured;
        let halves = tokio::io::split(stream);
        let worker = Worker::start(id, halves, protocol, outbox, self.inbox.clone())?;
        Ok(Path::Worker(worker, plain))
    }

    fn start(
        &self,
        id: u32,
        protocol: &Protocol,
        stream: Stream,
        outbox: Outbox,
    ) -> io::Result<Path> {
        #[cfg(unix)]
        if let Some(phases) = &*self.phases.borrow() {
            let fd = stream.into_fd()?;
            let stream = LoopStream::adopt(
                id,
                fd,
                protocol,
                outbox,
                phases,
                (self.me.clone(), self.inbox.clone()),
            )
            .map_err(|errno| io::Error::from_raw_os_error(-errno))?;
            return Ok(Path::Loop(Box::new(stream)));
        }
        let stream = Plain::from(stream);
        let halves = (stream.clone(), stream.clone());
        Ok(Path::Worker(
            Worker::start(id, halves, protocol, outbox, self.inbox.clone())?,
            stream,
        ))
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
        self.datagrams.borrow_mut().insert(
            id,
            Entry {
                item: datagram,
                referenced: true,
            },
        );
        self.opened();
        Ok(id)
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
        } else {
            #[cfg(unix)]
            if let Some(entry) = self.domains.borrow_mut().get_mut(&id) {
                std::mem::replace(&mut entry.referenced, on)
            } else {
                return;
            }
            #[cfg(not(unix))]
            return;
        };
        match (before, on) {
            (false, true) => self.referenced.set(self.referenced.get() + 1),
            (true, false) => self.referenced.set(self.referenced.get() - 1),
            _ => {}
        }
        self.hold();
    }

    // ---- domains -------------------------------------------------------------------------------------------------

    /// Opens a routed domain.
    #[cfg(unix)]
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
    #[cfg(unix)]
    pub fn with_domain<R>(&self, id: u32, f: impl FnOnce(&Domain) -> R) -> Option<R> {
        self.domains.borrow().get(&id).map(|entry| f(&entry.item))
    }

    /// Closes domain `id`, all but the connections JavaScript knows of.
    #[cfg(unix)]
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

    #[cfg(unix)]
    fn joined(&self, domain: u32, id: u32, joined: Joined) -> bool {
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

    // ---- connections ---------------------------------------------------------------------------------------------

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

    fn retire(&self, id: u32, connection: Option<Connection>) {
        if let Some(connection) = connection {
            self.retired.borrow_mut().insert(id, connection.traffic());
            self.gone(connection.referenced);
        }
    }

    /// Lets `put` append to the outbox of connection `id` and sees to it that the bytes leave: at once if nothing else
    /// went out on it in this turn, else with the others at the end of the turn.
    pub fn send(
        &self,
        id: u32,
        at_least: usize,
        complete: bool,
        put: impl FnOnce(&mut Outbox, &Protocol) -> (usize, Accepted),
    ) -> Sent {
        let mut connections = self.connections.borrow_mut();
        let Some(connection) = connections.get_mut(&id) else {
            return Sent::Gone;
        };
        let at_least = at_least.saturating_add(connection.protocol.frame_end.len());
        if !connection.has_room(at_least) {
            return Sent::Full;
        }
        let (n, accepted) = connection.append(complete, put);
        #[cfg(unix)]
        if let Path::Loop(stream) = &mut connection.path {
            let turn = self.turn.get();
            if stream.turn != turn || n >= DIRECT_SEND || stream.outbox.len() >= COALESCE {
                stream.turn = turn;
                drop(connections);
                self.step(id, LoopStream::flush);
            } else if !stream.dirty {
                stream.dirty = true;
                self.dirty.borrow_mut().push(id);
            }
        }
        match accepted {
            Accepted::Below => Sent::Below,
            Accepted::AtMark => Sent::AtMark,
        }
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

    // ---- crossing ------------------------------------------------------------------------------------------------

    /// Tells JavaScript something that happened on this thread.
    fn report(&self, kind: Kind, id: u32, a: i32, b: i32) {
        if self.on_loop() {
            self.batch.borrow_mut().push(kind, id, a, b);
            self.hurry();
        } else {
            self.inbox
                .record(|content| content.batch.push(kind, id, a, b));
        }
    }

    fn hurry(&self) {
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

    /// Sends what has been coalesced. Ends the turn.
    pub fn flush_dirty(&self) {
        self.turn.set(self.turn.get().wrapping_add(1).max(1));
        #[cfg(unix)]
        if !self.dirty.borrow().is_empty() {
            let mut dirty = self.dirty.take();
            for id in dirty.drain(..) {
                self.step(id, |stream, batch, scratch| {
                    stream.dirty = false;
                    stream.flush(batch, scratch)
                });
            }
            // Nothing was added meanwhile (no JavaScript ran): the memory is kept for the next turn.
            *self.dirty.borrow_mut() = dirty;
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
            self.flush_dirty();
            if self.batch.borrow().is_empty() {
                self.retired.borrow_mut().clear();
            } else {
                self.hurry();
            }
            self.hold();
        }
    }

    fn deliver(&self, parcel: Parcel) {
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
    fn collect(&self) {
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
                #[cfg(unix)]
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

    fn connected(&self, id: u32, stream: Stream) -> bool {
        self.with_connection(id, |connection| connection.ends = stream.ends());
        self.begin(id, |protocol, outbox| {
            self.start(id, protocol, stream, outbox)
        })
    }

    /// Keeps a secure stream until JavaScript has looked at whom it leads to, and calls [`Hub::proceed`].
    fn secured(&self, id: u32, secured: Box<Secured>) -> bool {
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
        let take = |connection: &mut Connection| match &mut connection.path {
            Path::Connecting(connecting) => connecting.secured.take(),
            _ => None,
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
    fn begin(&self, id: u32, start: impl FnOnce(&Protocol, Outbox) -> io::Result<Path>) -> bool {
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
                let closed = self.connections.borrow_mut().remove(&id);
                self.retire(id, closed);
                self.report(Kind::Failed, id, crate::net::inbox::errno(&error), -1);
                false
            }
        }
    }

    fn accepted(&self, listener: u32, arrival: Arrival) -> Option<u32> {
        let protocol = self
            .listeners
            .borrow()
            .get(&listener)
            .map(|entry| entry.item.1.clone())?;
        if protocol.no_delay {
            // Only a delay more: a connection that cannot have it is still a connection.
            let _ = match &arrival {
                Arrival::Stream(stream, _) => stream.set_no_delay(true),
                Arrival::Secured(secured, _) => secured.plain.get().set_no_delay(true),
                Arrival::Ends(_) => Ok(()),
            };
        }
        let id = self.new_id();
        match self.establish(id, protocol, arrival) {
            Ok(()) => {
                self.opened();
                Some(id)
            }
            Err(error) => {
                self.report(
                    Kind::AcceptFailed,
                    listener,
                    crate::net::inbox::errno(&error),
                    0,
                );
                None
            }
        }
    }

    /// Whether a frame of connection `id` has taken too long.
    fn late(&self, id: u32) -> bool {
        let late = |connection: &mut Connection| match &mut connection.path {
            #[cfg(unix)]
            Path::Loop(stream) => stream.late(),
            _ => false,
        };
        self.with_connection(id, late).unwrap_or(false)
    }

    fn failed(&self, id: u32, last: bool) -> bool {
        if !last {
            return self.connections.borrow().contains_key(&id);
        }
        let closed = self.connections.borrow_mut().remove(&id);
        let stands = closed.is_some();
        self.retire(id, closed);
        stands
    }

    // ---- the end -------------------------------------------------------------------------------------------------

    /// Sends what waits, waiting at most `patience` for peers that do not read: for `process.exit()`.
    pub fn flush_now(&self, patience: Duration) {
        let deadline = Instant::now() + patience;
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

    /// Closes everything, because the environment or the last user of the hub goes. The environment waits (by the hook)
    /// until libuv has let go of the last handle.
    pub fn shut_down(&self) {
        self.flush_dirty();
        self.connections.take();
        self.listeners.take();
        self.timers.take();
        #[cfg(unix)]
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
