//! Datagrams: bound when the call returns, received on the background thread, sent there and then.

use std::collections::VecDeque;
use std::future::poll_fn;
use std::io;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::Poll;
use std::time::Duration;

use socket2::{Domain, SockRef, Socket, Type};
use tokio::io::ReadBuf;
use tokio::net::UdpSocket;
use tokio::sync::Notify;
use tokio::task::AbortHandle;

use super::descriptor::Descriptor;
use super::errno::{errno, no_room};
use super::inbox::Inbox;
use super::lent::Lent;
use super::runtime;
use crate::core::batch::{Decoding, Kind, Syscall};
use crate::core::framing::Framer;
use crate::core::protocol::Protocol;

/// The longest datagram there is, and what receiving one takes.
const LONGEST: usize = 64 * 1024;

/// What a datagram costs beside its bytes while it waits: without counting it, empty ones would be free.
const OVERHEAD: usize = 64;

/// Bytes of datagrams that wait because the operating system has no room; beyond it they are refused.
const WAITING_CAP: usize = 4 * 1024 * 1024;

/// After an error of the socket itself, so that one that repeats does not burn the processor.
const PAUSE: Duration = Duration::from_millis(50);

/// An open socket; dropping it closes it there and then.
pub struct Datagram {
    socket: Lent<UdpSocket>,
    shared: Arc<Shared>,
    tasks: [AbortHandle; 2],
    local: Option<SocketAddr>,
}

struct Shared {
    id: u32,
    inbox: Arc<Inbox>,
    protocol: Arc<Protocol>,
    /// Received bytes JavaScript has not seen.
    unseen: AtomicUsize,
    read_wake: Notify,
    waiting: Mutex<Waiting>,
    write_wake: Notify,
}

#[derive(Default)]
struct Waiting {
    datagrams: VecDeque<(Vec<u8>, SocketAddr)>,
    bytes: usize,
}

/// How to bind.
#[derive(Clone, Copy, Debug)]
pub struct Endpoint {
    /// Port 0 lets the operating system choose.
    pub address: SocketAddr,
    /// Do not serve IPv4 on an IPv6 address.
    pub ipv6_only: bool,
    /// Others may bind to the same address: for multicast.
    pub reuse_address: bool,
}

/// Numbers and switches a socket has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Setting {
    /// Sending to everybody in the network.
    Broadcast,
    /// Hops a datagram may make.
    Ttl,
    /// The same to a group.
    MulticastTtl,
    /// Whether what is sent to a group comes back.
    MulticastLoopback,
    /// Bytes the operating system keeps until they are received.
    RecvBuffer,
    /// Bytes the operating system keeps until they have left.
    SendBuffer,
}

impl Datagram {
    /// Binds, and starts to receive as socket `id`. What is in a datagram is framed by `protocol`; each is by itself.
    ///
    /// # Errors
    /// What the operating system says.
    pub fn bind(
        id: u32,
        endpoint: Endpoint,
        protocol: Arc<Protocol>,
        inbox: Arc<Inbox>,
    ) -> io::Result<Self> {
        let Endpoint { address, .. } = endpoint;
        let socket = Socket::new(Domain::for_address(address), Type::DGRAM, None)?;
        if address.is_ipv6() {
            socket.set_only_v6(endpoint.ipv6_only)?;
        }
        if endpoint.reuse_address {
            socket.set_reuse_address(true)?;
        }
        socket.bind(&address.into())?;
        Self::serve(id, socket, protocol, inbox)
    }

    /// The same with a bound socket that somebody else has opened.
    ///
    /// # Errors
    /// What the operating system says, and `InvalidInput` for anything but a socket for datagrams over IP.
    pub fn adopt(
        id: u32,
        descriptor: Descriptor,
        protocol: Arc<Protocol>,
        inbox: Arc<Inbox>,
    ) -> io::Result<Self> {
        let socket = Socket::from(descriptor);
        if socket.r#type()? != Type::DGRAM || socket.local_addr()?.as_socket().is_none() {
            return Err(io::ErrorKind::InvalidInput.into());
        }
        Self::serve(id, socket, protocol, inbox)
    }

    fn serve(
        id: u32,
        socket: Socket,
        protocol: Arc<Protocol>,
        inbox: Arc<Inbox>,
    ) -> io::Result<Self> {
        socket.set_nonblocking(true)?;
        let local = socket.local_addr()?.as_socket();
        let _context = runtime::handle()?.enter();
        let socket = Lent::new(UdpSocket::from_std(socket.into())?);
        let shared = Arc::new(Shared {
            id,
            inbox: inbox.clone(),
            protocol,
            unseen: AtomicUsize::new(0),
            read_wake: Notify::new(),
            waiting: Mutex::default(),
            write_wake: Notify::new(),
        });
        let alarm = move || inbox.event(Kind::Panicked, id, 0, 0);
        let receiving = runtime::spawn(receive(socket.clone(), shared.clone()), alarm.clone())?;
        let sending = runtime::spawn(send_waiting(socket.clone(), shared.clone()), alarm)?;
        Ok(Self {
            socket,
            shared,
            tasks: [receiving, sending],
            local,
        })
    }

    /// The bound address.
    #[must_use]
    pub fn local(&self) -> Option<SocketAddr> {
        self.local
    }

    /// Sends one datagram, there and then unless others wait already.
    ///
    /// # Errors
    /// What the operating system says; that it has no room is no error until very much waits.
    pub fn send(&self, bytes: &[u8], to: SocketAddr) -> io::Result<()> {
        let mut waiting = self.shared.waiting();
        if waiting.datagrams.is_empty() {
            match self.with(|socket| socket.send_to(bytes, &to.into())) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                outcome => return outcome.map(drop),
            }
        }
        if waiting.bytes + bytes.len() > WAITING_CAP {
            return Err(no_room());
        }
        waiting.bytes += bytes.len();
        waiting.datagrams.push_back((bytes.to_vec(), to));
        drop(waiting);
        self.shared.write_wake.notify_one();
        Ok(())
    }

    /// JavaScript has seen `bytes` more.
    pub fn credit(&self, bytes: usize) {
        self.shared.unseen.fetch_sub(bytes, Ordering::Relaxed);
        self.shared.read_wake.notify_one();
    }

    /// Changes a setting; switches are 0 or 1.
    ///
    /// # Errors
    /// What the operating system says.
    pub fn set(&self, setting: Setting, value: u32) -> io::Result<()> {
        let is_v6 = self.local.is_some_and(|local| local.is_ipv6());
        self.with(|socket| match setting {
            Setting::Broadcast => socket.set_broadcast(value != 0),
            Setting::Ttl if is_v6 => socket.set_unicast_hops_v6(value),
            Setting::Ttl => socket.set_ttl_v4(value),
            Setting::MulticastTtl if is_v6 => socket.set_multicast_hops_v6(value),
            Setting::MulticastTtl => socket.set_multicast_ttl_v4(value),
            Setting::MulticastLoopback if is_v6 => socket.set_multicast_loop_v6(value != 0),
            Setting::MulticastLoopback => socket.set_multicast_loop_v4(value != 0),
            Setting::RecvBuffer => socket.set_recv_buffer_size(value as usize),
            Setting::SendBuffer => socket.set_send_buffer_size(value as usize),
        })
    }

    fn with<R>(&self, act: impl FnOnce(&Socket) -> io::Result<R>) -> io::Result<R> {
        self.socket
            .with(|socket| act(&SockRef::from(socket)))
            .unwrap_or_else(|| Err(io::ErrorKind::NotConnected.into()))
    }

    /// Joins or leaves a group, on the interface of that address or index; none: the system's choice.
    ///
    /// # Errors
    /// What the operating system says; `InvalidInput` for what is no group.
    pub fn set_membership(
        &self,
        group: std::net::IpAddr,
        interface: Option<&str>,
        on: bool,
    ) -> io::Result<()> {
        let invalid = || io::Error::from(io::ErrorKind::InvalidInput);
        match group {
            std::net::IpAddr::V4(group) => {
                let interface: Ipv4Addr = match interface {
                    Some(address) => address.parse().map_err(|_| invalid())?,
                    None => Ipv4Addr::UNSPECIFIED,
                };
                self.with(|socket| {
                    if on {
                        socket.join_multicast_v4(&group, &interface)
                    } else {
                        socket.leave_multicast_v4(&group, &interface)
                    }
                })
            }
            std::net::IpAddr::V6(group) => {
                let index = interface_index(interface).ok_or_else(invalid)?;
                self.with(|socket| membership_v6(socket, &group, index, on))
            }
        }
    }
}

fn membership_v6(socket: &Socket, group: &Ipv6Addr, index: u32, on: bool) -> io::Result<()> {
    if on {
        socket.join_multicast_v6(group, index)
    } else {
        socket.leave_multicast_v6(group, index)
    }
}

/// Of `::%2` or `2`; Node names interfaces of IPv6 by an address with a scope.
fn interface_index(interface: Option<&str>) -> Option<u32> {
    match interface {
        None => Some(0),
        Some(text) => text.rsplit('%').next().and_then(|index| index.parse().ok()),
    }
}

impl Drop for Datagram {
    fn drop(&mut self) {
        for task in &self.tasks {
            task.abort();
        }
        self.socket.close();
    }
}

impl Shared {
    fn waiting(&self) -> std::sync::MutexGuard<'_, Waiting> {
        // The queue is whole between calls, whatever panicked elsewhere.
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Has the socket only while it polls: closing it frees the port there and then.
async fn receive(socket: Lent<UdpSocket>, shared: Arc<Shared>) {
    let mut buffer = vec![0; LONGEST].into_boxed_slice();
    loop {
        // What comes while JavaScript is busy stays with the operating system, which drops what is too much.
        while shared.unseen.load(Ordering::Relaxed) >= shared.protocol.inbox_cap {
            shared.read_wake.notified().await;
        }
        let mut room = ReadBuf::new(&mut buffer);
        let next = poll_fn(
            |cx| match socket.with(|socket| socket.poll_recv_from(cx, &mut room)) {
                Some(received) => received.map(Some),
                None => Poll::Ready(None),
            },
        );
        match next.await {
            None => return,
            Some(Ok(from)) => received(&shared, room.filled(), from),
            // Windows tells by it that one this socket has sent found nobody: no news for who sends datagrams.
            Some(Err(error)) if error.kind() == io::ErrorKind::ConnectionReset => {}
            Some(Err(error)) => {
                let (id, call) = (shared.id, Syscall::Receive as i32);
                shared.inbox.event(Kind::Error, id, errno(&error), call);
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
}

/// A datagram is told by a record, its frames follow. What is left behind the last of them is no frame.
fn received(shared: &Shared, bytes: &[u8], from: SocketAddr) {
    let (id, protocol) = (shared.id, &shared.protocol);
    // Whom a message is from is found out once a datagram, which mostly brings one: a run of payloads is worth nothing.
    let decoding = Decoding {
        codec: protocol.decoding.codec,
        envelope: None,
        members: None,
    };
    let sender = format!("{} {}", from.ip(), from.port());
    let size = i32::try_from(bytes.len()).unwrap_or(i32::MAX);
    shared.inbox.record(|content| {
        let before = content.batch.bytes();
        content.batch.push_text(Kind::Datagram, id, &sender, size);
        let mut framer = Framer::new(&protocol.framing, protocol.max_frame);
        // A frame over the cap ends the datagram; those before it are good.
        let _ = framer.feed(bytes, &mut |frame| {
            content.batch.push_frame(id, &decoding, frame);
        });
        let cost = content.batch.bytes() - before + OVERHEAD;
        shared.unseen.fetch_add(cost, Ordering::Relaxed);
        content.credits.push((id, cost));
    });
}

async fn send_waiting(socket: Lent<UdpSocket>, shared: Arc<Shared>) {
    loop {
        let next = shared.waiting().datagrams.front().cloned();
        let Some((bytes, to)) = next else {
            shared.write_wake.notified().await;
            continue;
        };
        let sent = poll_fn(|cx| {
            socket
                .with(|socket| socket.poll_send_to(cx, &bytes, to))
                .unwrap_or(Poll::Ready(Ok(0)))
        });
        if let Err(error) = sent.await {
            let (id, call) = (shared.id, Syscall::Send as i32);
            shared.inbox.event(Kind::Error, id, errno(&error), call);
        }
        // Removed only now, so that none is sent past it.
        let mut waiting = shared.waiting();
        waiting.datagrams.pop_front();
        waiting.bytes = waiting.bytes.saturating_sub(bytes.len());
    }
}
