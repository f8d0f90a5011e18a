//! Listening: bound when the call returns, accepting on the background thread.

use std::future::poll_fn;
use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Poll, ready};
use std::time::Duration;

use socket2::{Domain, Socket, Type};
use tokio::net::TcpListener;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::task::{AbortHandle, JoinSet};

use super::errno::errno;
use super::inbox::{Arrival, Inbox};
use super::lent::Lent;
use super::local::{self, Access, Unlink};
use super::runtime;
use super::stream::Stream;
use super::tls::config::Config;
use super::tls::handshake;
use crate::core::batch::Kind;

/// Where to listen.
#[derive(Clone, Debug)]
pub enum Endpoint {
    /// TCP.
    Host {
        /// Port 0 lets the operating system choose.
        address: SocketAddr,
        /// Do not serve IPv4 on an IPv6 address.
        ipv6_only: bool,
    },
    /// A local socket.
    Path {
        /// Fits the operating system's limit.
        path: PathBuf,
        /// What to do with what stands there.
        unlink: Unlink,
        /// Permissions.
        access: Access,
    },
    /// Nowhere: somebody else accepts, and deals the connections out; see [`Listener::deal`].
    Dealt,
}

/// Out of descriptors: accepting again at once would only burn the processor.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// The connections a listener has and may have.
#[derive(Debug)]
pub struct Gate {
    max: AtomicUsize,
    live: AtomicUsize,
}

/// One admitted connection; dropping it makes room.
#[derive(Debug)]
pub struct Seat(Arc<Gate>);

impl Gate {
    /// Sets the limit for connections to come.
    pub fn set_max(&self, max: usize) {
        self.max.store(max, Ordering::Relaxed);
    }

    fn admit(self: &Arc<Self>) -> Option<Seat> {
        let max = self.max.load(Ordering::Relaxed);
        self.live
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |live| {
                (live < max).then_some(live + 1)
            })
            .ok()
            .map(|_| Seat(self.clone()))
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.0.live.fetch_sub(1, Ordering::Relaxed);
    }
}

enum Bound {
    Tcp(TcpListener),
    Local(local::Listener),
    Dealt(Hand),
}

/// Connections on their way from who has accepted them.
struct Hand {
    sender: UnboundedSender<Stream>,
    receiver: Mutex<UnboundedReceiver<Stream>>,
}

impl Bound {
    fn poll_accept(&self, cx: &mut std::task::Context<'_>) -> Poll<io::Result<Stream>> {
        Poll::Ready(match self {
            Self::Tcp(listener) => {
                ready!(listener.poll_accept(cx)).map(|(stream, _)| Stream::Tcp(stream))
            }
            Self::Local(listener) => ready!(listener.poll_accept(cx)).map(Stream::Local),
            Self::Dealt(Hand { receiver, .. }) => {
                let mut receiver = receiver.lock().unwrap_or_else(PoisonError::into_inner);
                // The sender is in here, too: it never goes first.
                ready!(receiver.poll_recv(cx))
                    .ok_or_else(|| io::ErrorKind::ConnectionAborted.into())
            }
        })
    }
}

/// An open listener; dropping it closes what it has at once, its own file first.
pub struct Listener {
    accepting: AbortHandle,
    socket: Lent<Bound>,
    gate: Arc<Gate>,
    local: Option<SocketAddr>,
}

impl Listener {
    /// Binds, and starts to accept for listener `id`; with `secure` only what has passed the TLS handshake.
    ///
    /// # Errors
    /// What the operating system says of bind and listen.
    pub fn bind(
        id: u32,
        endpoint: &Endpoint,
        backlog: i32,
        secure: Option<Config>,
        inbox: Arc<Inbox>,
    ) -> io::Result<Self> {
        let mut local_end = None;
        let context = runtime::handle()?;
        let _context = context.enter();
        let socket = Lent::new(match endpoint {
            Endpoint::Host { address, ipv6_only } => {
                let socket = tcp(*address, *ipv6_only, backlog)?;
                local_end = socket.local_addr()?.as_socket();
                socket.set_nonblocking(true)?;
                Bound::Tcp(TcpListener::from_std(socket.into())?)
            }
            Endpoint::Path {
                path,
                unlink,
                access,
            } => Bound::Local(local::bind(path, *unlink, *access, backlog)?),
            Endpoint::Dealt => {
                let (sender, receiver) = unbounded_channel();
                let receiver = Mutex::new(receiver);
                Bound::Dealt(Hand { sender, receiver })
            }
        });
        let gate = Arc::new(Gate {
            max: AtomicUsize::new(usize::MAX),
            live: AtomicUsize::new(0),
        });
        let alarm = inbox.clone();
        let accepting = runtime::spawn(
            accept(id, socket.clone(), gate.clone(), secure, inbox),
            move || {
                alarm.event(Kind::Panicked, id, 0, 0);
            },
        )?;
        Ok(Self {
            accepting,
            socket,
            gate,
            local: local_end,
        })
    }

    /// The bound TCP address.
    #[must_use]
    pub fn local(&self) -> Option<SocketAddr> {
        self.local
    }

    /// Goes on with a connection that somebody else has accepted, as with one of its own.
    pub fn deal(&self, stream: Stream) {
        self.socket.with(|bound| {
            if let Bound::Dealt(Hand { sender, .. }) = bound {
                // Fails only when nobody is left to serve it, and closes it thereby.
                let _ = sender.send(stream);
            }
        });
    }

    /// The connection limit.
    #[must_use]
    pub fn gate(&self) -> &Gate {
        &self.gate
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.accepting.abort();
        self.socket.close();
    }
}

fn tcp(address: SocketAddr, ipv6_only: bool, backlog: i32) -> io::Result<Socket> {
    let socket = Socket::new(Domain::for_address(address), Type::STREAM, None)?;
    if address.is_ipv6() {
        socket.set_only_v6(ipv6_only)?;
    }
    // As libuv: a restarted server must not wait for TIME_WAIT. On Windows the option means something else.
    #[cfg(unix)]
    socket.set_reuse_address(true)?;
    socket.bind(&address.into())?;
    socket.listen(backlog)?;
    Ok(socket)
}

/// Has the socket only while it polls: closing the listener closes the descriptor there and then.
async fn accept(
    id: u32,
    socket: Lent<Bound>,
    gate: Arc<Gate>,
    secure: Option<Config>,
    inbox: Arc<Inbox>,
) {
    // Each its own task, so that a slow client holds nobody up; gone with the listener.
    let mut handshakes = JoinSet::new();
    loop {
        let next = poll_fn(|cx| {
            while let Poll::Ready(Some(_)) = handshakes.poll_join_next(cx) {}
            match socket.with(|bound| bound.poll_accept(cx)) {
                Some(accepted) => accepted.map(Some),
                None => Poll::Ready(None),
            }
        });
        match next.await {
            None => return,
            Some(Ok(stream)) => match (gate.admit(), &secure) {
                (None, _) => inbox.event(Kind::Dropped, id, 0, 0),
                (Some(seat), None) => inbox.accepted(id, Arrival::Stream(stream, Some(seat))),
                (Some(seat), Some(config)) => {
                    handshakes.spawn(greet(id, stream, seat, config.clone(), inbox.clone()));
                }
            },
            Some(Err(error)) if error.kind() == io::ErrorKind::ConnectionAborted => {}
            Some(Err(error)) => {
                inbox.event(Kind::AcceptFailed, id, errno(&error), 0);
                tokio::time::sleep(ACCEPT_PAUSE).await;
            }
        }
    }
}

async fn greet(id: u32, stream: Stream, seat: Seat, config: Config, inbox: Arc<Inbox>) {
    match handshake::accept(stream, &config).await {
        Ok(secured) => inbox.accepted(id, Arrival::Secured(Box::new(secured), Some(seat))),
        Err(failure) => inbox.insecure(Kind::ClientInsecure, id, &failure),
    }
}
