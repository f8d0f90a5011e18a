//! The connections of a domain, and what the router decides about them.

use std::collections::HashMap;
use std::collections::hash_map::RandomState;
use std::future::poll_fn;
use std::hash::{BuildHasher, Hasher};
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rustc_hash::FxHashMap;
use tokio::task::AbortHandle;
use tokio::time::timeout;

use super::Options;
use super::member::Member;
use super::pressure::Pressure;
use crate::core::batch::Kind;
use crate::core::outbox::Outbox;
use crate::core::protocol::Protocol;
use crate::core::routing::{Census, ChannelId, Decisions, Router};
use crate::net::errno::errno;
use crate::net::inbox::{Inbox, Joined};
use crate::net::local::{self, Access, Listener, Unlink, fitting, user};
use crate::net::runtime;
use crate::net::stream::{Plain, Stream};
use crate::net::worker::{Handle, Worker};

/// How long a private listener waits for its client.
const ARRIVAL: Duration = Duration::from_secs(10);

/// Connections a private listener keeps until one is accepted: the first is its client.
const PRIVATE_BACKLOG: i32 = 4;

/// What all parts of a domain share.
pub(super) struct Shared {
    id: u32,
    private: String,
    pub(super) protocol: Arc<Protocol>,
    pub(super) inbox: Arc<Inbox>,
    state: Mutex<State>,
}

/// See the module.
pub(super) struct State {
    pub(super) router: Router,
    pub(super) out: Decisions,
    pub(super) peers: FxHashMap<u32, Peer>,
    /// Private listeners that nobody has come to yet.
    pub(super) expected: FxHashMap<u64, AbortHandle>,
    /// Messages dropped by client, since it last kept up.
    pub(super) dropped: HashMap<Arc<str>, u32>,
    closed: bool,
}

pub(super) struct Peer {
    pub(super) handle: Handle,
    /// Kept for its end; private connections belong to the JavaScript side.
    #[allow(dead_code)]
    owned: Option<Worker>,
    pub(super) pressure: Arc<Pressure>,
    /// Of a private connection.
    pub(super) name: Option<Arc<str>>,
    /// Who is at the other end.
    user: Option<u32>,
}

impl State {
    /// Ends this side of a connection.
    pub(super) fn end(&self, peer: u32) {
        if let Some(peer) = self.peers.get(&peer) {
            peer.handle.end();
        }
    }
}

impl Shared {
    pub(super) fn new(
        id: u32,
        options: &Options,
        protocol: Arc<Protocol>,
        inbox: Arc<Inbox>,
    ) -> Self {
        Self {
            id,
            private: options.private.clone(),
            protocol,
            inbox,
            state: Mutex::new(State {
                router: Router::new(options.settings, Box::new(random)),
                out: Decisions::default(),
                peers: FxHashMap::default(),
                expected: FxHashMap::default(),
                dropped: HashMap::new(),
                closed: false,
            }),
        }
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, State> {
        // A panic ends its connection, whose `left` puts the tables in order.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Nothing goes on any more, except with the connections that JavaScript has.
    pub(super) fn close(&self) {
        let (peers, expected) = {
            let mut state = self.lock();
            state.closed = true;
            (
                std::mem::take(&mut state.peers),
                std::mem::take(&mut state.expected),
            )
        };
        for listener in expected.into_values() {
            listener.abort();
        }
        for peer in peers.into_values() {
            peer.pressure.release();
        }
    }

    // ---- what the server wants ---------------------------------------------------------------------------------------

    pub(super) fn emit(self: &Arc<Self>, name: &str, frame: &[u8]) {
        let mut guard = self.lock();
        let state = &mut *guard;
        state.router.emit(name, frame, &mut state.out);
        self.carry_out(state, None);
    }

    pub(super) fn broadcast(self: &Arc<Self>, except: Option<&str>, frame: &[u8]) {
        let mut guard = self.lock();
        let state = &mut *guard;
        state.router.broadcast(except, frame, &mut state.out);
        self.carry_out(state, None);
    }

    pub(super) fn set_commands(&self, commands: &[String]) {
        let commands = commands.iter().map(String::as_str);
        self.lock().router.set_commands(commands);
    }

    pub(super) fn census(&self) -> Census {
        self.lock().router.census()
    }

    // ---- what happens ------------------------------------------------------------------------------------------------

    /// Somebody has come to the shared socket.
    pub(super) fn entered(self: &Arc<Self>, stream: local::Stream) {
        let mut guard = self.lock();
        let state = &mut *guard;
        let Some((id, worker, _, mut peer)) = self.serve(state, stream, false) else {
            return;
        };
        peer.owned = Some(worker);
        state.peers.insert(id, peer);
        state.router.entered(id, &mut state.out);
        self.carry_out(state, None);
    }

    /// A client has come to its private socket.
    fn arrived(self: &Arc<Self>, client: u64, stream: local::Stream) {
        let mut guard = self.lock();
        let state = &mut *guard;
        state.expected.remove(&client);
        let Some((id, worker, stream, mut peer)) = self.serve(state, stream, true) else {
            drop(guard);
            self.abandoned(client, None);
            return;
        };
        let Some(identity) = state.router.arrived(client, id, &mut state.out) else {
            return;
        };
        peer.name = Some(identity.name.clone());
        state.peers.insert(id, peer);
        // Before its frames: its task runs only after this one.
        let joined = Joined {
            worker,
            stream,
            identity,
            protocol: self.protocol.clone(),
        };
        self.inbox.joined(self.id, id, joined);
        self.carry_out(state, None);
    }

    fn serve(
        self: &Arc<Self>,
        state: &State,
        stream: local::Stream,
        private: bool,
    ) -> Option<(u32, Worker, Plain, Peer)> {
        if state.closed {
            return None;
        }
        let id = loop {
            let id = self.inbox.next_id();
            if !state.peers.contains_key(&id) {
                break id;
            }
        };
        let user = user(&stream);
        let stream = Plain::from(Stream::Local(stream));
        let member = Member {
            id,
            private,
            domain: self.clone(),
            slow: Arc::default(),
        };
        let halves = (stream.clone(), stream.clone());
        // The hard cap is looked at when a frame is routed.
        let outbox = Outbox::new(self.protocol.high_water_mark, None);
        let worker = Worker::serve(member, halves, &self.protocol, outbox).ok()?;
        let peer = Peer {
            handle: worker.handle(),
            owned: None,
            pressure: Arc::default(),
            name: None,
            user,
        };
        Some((id, worker, stream, peer))
    }

    /// Nobody has come to a private listener, or there could be none.
    fn abandoned(self: &Arc<Self>, client: u64, error: Option<&io::Error>) {
        let mut guard = self.lock();
        let state = &mut *guard;
        state.expected.remove(&client);
        let name = state.router.abandoned(client, &mut state.out);
        if let Some(name) = name {
            state.dropped.remove(&name);
            if let Some(error) = error {
                self.report(&name, -errno(error));
            }
        }
        self.carry_out(state, None);
    }

    /// A connection has closed.
    pub(super) fn left(self: &Arc<Self>, id: u32) {
        let mut guard = self.lock();
        let state = &mut *guard;
        if let Some(peer) = state.peers.remove(&id) {
            peer.pressure.release();
            if let Some(name) = peer.name {
                state.dropped.remove(&name);
            }
        }
        state.router.left(id, &mut state.out);
        self.carry_out(state, None);
    }

    /// A connection has sent everything.
    pub(super) fn drained(&self, id: u32) {
        let mut guard = self.lock();
        let state = &mut *guard;
        if let Some(peer) = state.peers.get(&id) {
            peer.pressure.release();
            if let Some(name) = &peer.name {
                state.dropped.remove(name);
            }
        }
    }

    /// A connection is closed because of a frame over the cap.
    pub(super) fn too_large(&self, id: u32) {
        let name = self
            .lock()
            .peers
            .get(&id)
            .and_then(|peer| peer.name.clone());
        self.report(name.as_deref().unwrap_or_default(), 0);
    }

    pub(super) fn accept_failed(&self, errno: i32) {
        self.inbox.event(Kind::AcceptFailed, self.id, errno, 0);
    }

    pub(super) fn report(&self, name: &str, what: i32) {
        self.inbox.trouble(self.id, name, what);
    }

    /// Opens the private listener of a client.
    pub(super) fn expect(self: &Arc<Self>, state: &mut State, client: u64, id: ChannelId) {
        let user = state
            .router
            .lobby(client)
            .and_then(|lobby| state.peers.get(&lobby)?.user);
        let alarm = self.clone();
        let outcome = listen(format!("{}{id}", self.private)).and_then(|socket| {
            let domain = self.clone();
            let task = async move {
                let found = timeout(ARRIVAL, accept(&socket, user)).await;
                // Gone before anybody is told that the client has arrived.
                drop(socket);
                match found {
                    Ok(Ok(stream)) => domain.arrived(client, stream),
                    Ok(Err(error)) => domain.abandoned(client, Some(&error)),
                    Err(_) => domain.abandoned(client, None),
                }
            };
            runtime::spawn(task, move || alarm.abandoned(client, None))
        });
        match outcome {
            Ok(task) => {
                state.expected.insert(client, task);
            }
            Err(error) => {
                // The client finds no socket, and tries again.
                if let Some(name) = state.router.abandoned(client, &mut state.out) {
                    self.report(&name, -errno(&error));
                }
            }
        }
    }
}

fn listen(path: String) -> io::Result<Listener> {
    let _context = runtime::handle()?.enter();
    local::bind(
        &fitting(path),
        Unlink::Never,
        Access::default(),
        PRIVATE_BACKLOG,
    )
}

/// The first connection of the user who shook hands: on a socket open to all, another user could be quicker.
async fn accept(socket: &Listener, expected: Option<u32>) -> io::Result<local::Stream> {
    loop {
        let stream = poll_fn(|cx| socket.poll_accept(cx)).await?;
        if expected.is_none() || user(&stream) == expected {
            return Ok(stream);
        }
    }
}

/// Bits nobody can foresee: a keyed hash, whose keys come from the operating system.
fn random() -> u128 {
    let half = || u128::from(RandomState::new().build_hasher().finish());
    half() << 64 | half()
}
