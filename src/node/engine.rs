//! The class behind `lib/engine`, for everything that does not run per message.
//!
//! Failures of the operating system are returned as negative error numbers: the `Error` that the user sees is made in
//! JavaScript, in the user's own realm.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use napi::bindgen_prelude::{self, Env, Error, JsValue, Object, Result, Status, Unknown};
use napi::sys;
use napi_derive::napi;

use super::connection::{Connection, Path};
use super::endpoint::EndpointOptions;
use super::hub::Hub;
#[cfg(unix)]
use super::loop_path::{phases::Phases, uv};
use super::protocol::Protocol;
use super::raw::js::Js;
use super::raw::lifetime::Hook;
use super::raw::wake::Waker;
use super::raw::{self, functions};
use super::tls::{SessionObject, Tls};
use crate::net::address::{Address, local_end};
use crate::net::errno::errno;
use crate::net::inbox::Inbox;
use crate::net::listener::Listener;
use crate::net::local::fitting;
use crate::net::stream::Stream;
use crate::net::tls::handshake::Client;

/// See the module.
#[napi]
pub struct Engine(Rc<Hub>);

/// Both ends of a TCP connection; nothing of a local one.
#[napi(object)]
#[derive(Default)]
pub struct EndsObject {
    /// IP address of this end.
    pub local_address: Option<String>,
    /// Its port.
    pub local_port: Option<u16>,
    /// IP address of the peer.
    pub remote_address: Option<String>,
    /// Its port.
    pub remote_port: Option<u16>,
}

/// Counters of a connection, bytes.
#[napi(object)]
pub struct TrafficObject {
    /// Received.
    pub read: f64,
    /// Taken by the operating system.
    pub written: f64,
    /// Waiting to leave.
    pub waiting: f64,
}

/// An error of the operating system for JavaScript, where a number cannot be returned.
pub fn refused(error: &io::Error) -> Error {
    Error::new(Status::GenericFailure, error.to_string())
}

fn status(status: sys::napi_status) -> Error {
    Error::new(Status::from(status), "Node-API refused a call")
}

/// A connection's or listener's id, or the negative error number.
pub fn id_or_errno(outcome: io::Result<u32>) -> i32 {
    match outcome {
        Ok(id) => id.cast_signed(),
        Err(error) => -errno(&error),
    }
}

#[napi]
impl Engine {
    /// `dispatch(count, text)` is called for everything that happens; it reads records from `records`, an `Int32Array`.
    /// With `on_loop` established streams are adopted by Node's loop, where that is to be had. With `insistent` a call of
    /// the background thread is made again until it is answered, for runtimes that forget one.
    #[napi(constructor)]
    pub fn new(
        env: Env,
        dispatch: Unknown,
        records: Unknown,
        on_loop: bool,
        insistent: bool,
    ) -> Result<Self> {
        // The background thread outlives the environment. Loaded by worker threads alone, its code would go with the last
        // of them (on Windows it does).
        bindgen_prelude::retain_current_module_for_unload_safety();
        let waker = Waker::new();
        let js =
            Js::new(env.raw(), dispatch.raw(), records.raw(), waker.clone()).map_err(status)?;
        let inbox = {
            let waker = waker.clone();
            let wake = Box::new(move || waker.wake());
            if insistent {
                Inbox::insistent(wake)
            } else {
                Arc::new(Inbox::new(wake))
            }
        };
        let hub = Rc::new_cyclic(|me| Hub::new(js, inbox, me.clone()));
        waker
            .attach(env.raw(), Rc::downgrade(&hub))
            .map_err(status)?;
        let on_loop = on_loop && cfg!(unix);
        hub.set_hook(Hook::add(env.raw(), &hub, on_loop).map_err(status)?);
        #[cfg(unix)]
        if on_loop && let Some(uv) = uv::get() {
            let uv_loop = env.get_uv_event_loop()?;
            if let Ok(phases) = Phases::new(uv, uv_loop.cast(), &Rc::downgrade(&hub)) {
                hub.use_loop(phases);
            }
        }
        #[cfg(not(unix))]
        let _ = on_loop;
        Ok(Self(hub))
    }

    /// Adds the functions that are called per message to `target`.
    #[napi]
    pub fn attach(&self, env: Env, target: Object) -> Result<()> {
        functions::attach(env.raw(), target.raw(), &self.0).map_err(status)
    }

    /// Whether streams run on Node's loop.
    #[napi(getter)]
    pub fn on_loop(&self) -> bool {
        self.0.on_loop()
    }

    /// Microseconds the loop may wait for an answer without sleeping; 0: none. The worker path has no use for it.
    #[napi]
    #[cfg_attr(windows, allow(clippy::unused_self))]
    pub fn set_busy_poll(&self, microseconds: u32) {
        #[cfg(unix)]
        self.0
            .set_busy_poll(std::time::Duration::from_micros(microseconds.into()));
        #[cfg(not(unix))]
        let _ = microseconds;
    }

    /// A connection that is not being established yet; what is sent on it waits.
    #[napi]
    pub fn connection(&self, protocol: &Protocol) -> u32 {
        self.0.connection(protocol.get())
    }

    /// Connects to a local path. 0, or the negative error number.
    #[napi]
    pub fn dial_path(&self, id: u32, path: String) -> i32 {
        self.dial(id, Address::Path(fitting(path)), None)
    }

    /// Connects to the first of `ips` that answers; with `secure` by TLS, asking for `server_name`.
    #[napi]
    #[allow(clippy::needless_pass_by_value, clippy::too_many_arguments)]
    pub fn dial_host(
        &self,
        id: u32,
        ips: Vec<String>,
        port: u16,
        local_ip: Option<String>,
        local_port: Option<u16>,
        secure: Option<&Tls>,
        server_name: Option<String>,
    ) -> Result<i32> {
        let candidates = ips
            .iter()
            .map(|ip| Ok(SocketAddr::new(parse(ip)?, port)))
            .collect::<Result<Vec<_>>>()?;
        let local_ip = local_ip.as_deref().map(parse).transpose()?;
        let Some(first) = candidates.first() else {
            return Err(Error::new(Status::InvalidArg, "no address to connect to"));
        };
        let local = local_end(local_ip, local_port, *first);
        let secure = secure.map(|tls| Client {
            config: tls.get(),
            server_name,
        });
        Ok(self.dial(id, Address::Host { candidates, local }, secure))
    }

    fn dial(&self, id: u32, address: Address, secure: Option<Client>) -> i32 {
        match self.0.dial(id, address, secure) {
            Ok(()) => 0,
            Err(error) => -errno(&error),
        }
    }

    /// Takes over a connected descriptor; with `copy` a duplicate of it, and the descriptor stays its owner's. The
    /// connection's id, or the negative error number.
    #[napi]
    pub fn adopt(&self, protocol: &Protocol, descriptor: i32, copy: bool) -> i32 {
        let adopt = || {
            let fd = if copy {
                raw::copied(descriptor)?
            } else {
                raw::given(descriptor)?
            };
            self.0.adopt(protocol.get(), Stream::from_fd(fd)?)
        };
        id_or_errno(adopt())
    }

    /// What the TLS handshake of a connection brought.
    #[napi]
    pub fn session(&self, id: u32) -> Option<SessionObject> {
        self.0.session(id, |session| session.into())
    }

    /// Begins a connection whose handshake is done, once the peer has been looked at.
    #[napi]
    pub fn proceed(&self, id: u32) {
        self.0.proceed(id);
    }

    /// Binds and listens, with `secure` for TLS. The listener's id, or the negative error number.
    #[napi]
    pub fn listen(
        &self,
        protocol: &Protocol,
        options: EndpointOptions,
        secure: Option<&Tls>,
    ) -> Result<i32> {
        let backlog = options.backlog;
        let endpoint = options.endpoint()?;
        Ok(id_or_errno(self.0.listen(
            &endpoint,
            backlog,
            protocol.get(),
            secure.map(Tls::get),
        )))
    }

    /// Gives listener `id` a connection that was accepted elsewhere: a duplicate of its descriptor. 0, or the negative
    /// error number.
    #[napi]
    pub fn deal(&self, id: u32, descriptor: i32) -> i32 {
        let deal = || {
            let stream = Stream::from_fd(raw::copied(descriptor)?)?;
            self.0.with_listener(id, |listener| listener.deal(stream));
            Ok(0)
        };
        id_or_errno(deal())
    }

    /// The port a TCP listener got.
    #[napi]
    pub fn listener_port(&self, id: u32) -> Option<u16> {
        self.0
            .with_listener(id, Listener::local)?
            .map(|local| local.port())
    }

    /// Connections beyond `max` are closed at once when they come; none: no limit.
    #[napi]
    pub fn set_max_connections(&self, id: u32, max: Option<u32>) {
        self.0.with_listener(id, |listener| {
            listener
                .gate()
                .set_max(max.map_or(usize::MAX, |max| max as usize));
        });
    }

    /// Stops listening and removes the listener's own file.
    #[napi]
    pub fn close_listener(&self, id: u32) {
        self.0.close_listener(id);
    }

    /// Ends this side of a connection when everything has left.
    #[napi]
    pub fn end(&self, id: u32) {
        self.0.end(id);
    }

    /// Closes a connection in whatever state it is.
    #[napi]
    pub fn destroy(&self, id: u32) {
        self.0.destroy(id);
    }

    /// Stops or resumes reading.
    #[napi]
    pub fn set_paused(&self, id: u32, on: bool) {
        self.0.set_paused(id, on);
    }

    /// Whether received chunks cross besides their frames.
    #[napi]
    pub fn set_tapped(&self, id: u32, on: bool) {
        self.0.set_tapped(id, on);
    }

    /// Whether a connection, listener or timer holds the process alive.
    #[napi]
    pub fn set_referenced(&self, id: u32, on: bool) {
        self.0.set_referenced(id, on);
    }

    /// Switches Nagle's algorithm off or on. An option that a socket in its state cannot have is not an error, as in Node.
    #[napi]
    pub fn set_no_delay(&self, id: u32, on: bool) {
        self.0
            .with_connection(id, |connection| match &connection.path {
                Path::Worker(_, stream) => stream.set_no_delay(on).is_ok(),
                #[cfg(unix)]
                Path::Loop(stream) => socket2::SockRef::from(stream.fd())
                    .set_tcp_nodelay(on)
                    .is_ok(),
                Path::Connecting(_) => false,
            });
    }

    /// Switches TCP's own probes on, after `idle` ms, or off. See [`Engine::set_no_delay`] on errors.
    #[napi]
    pub fn set_keep_alive(&self, id: u32, idle: Option<f64>) {
        let idle = idle
            .map(|ms| Duration::try_from_secs_f64(ms.clamp(0.0, 1e9) / 1000.0).unwrap_or_default());
        self.0
            .with_connection(id, |connection| match &connection.path {
                Path::Worker(_, stream) => stream.set_keep_alive(idle).is_ok(),
                #[cfg(unix)]
                Path::Loop(stream) => {
                    crate::net::stream::keep_alive(&socket2::SockRef::from(stream.fd()), idle)
                        .is_ok()
                }
                Path::Connecting(_) => false,
            });
    }

    /// Both ends of a TCP connection.
    #[napi]
    pub fn ends(&self, id: u32) -> EndsObject {
        let ends = self
            .0
            .with_connection(id, |connection| connection.ends)
            .unwrap_or_default();
        let ip = |end: Option<SocketAddr>| end.map(|end| end.ip().to_string());
        EndsObject {
            local_address: ip(ends.local),
            local_port: ends.local.map(|end| end.port()),
            remote_address: ip(ends.remote),
            remote_port: ends.remote.map(|end| end.port()),
        }
    }

    /// Whether nothing waits to leave on a connection. If something does, `Drain` follows when it has left.
    #[napi]
    pub fn drained(&self, id: u32) -> bool {
        self.0
            .with_connection(id, Connection::drained)
            .unwrap_or(false)
    }

    /// Counters of a connection, also while its end is being told.
    #[napi]
    #[allow(clippy::cast_precision_loss)]
    pub fn traffic(&self, id: u32) -> TrafficObject {
        let traffic = self.0.traffic(id);
        TrafficObject {
            read: traffic.read as f64,
            written: traffic.written as f64,
            waiting: traffic.waiting as f64,
        }
    }

    /// Sends what waits on all connections, waiting at most `patience` ms for peers that do not read.
    #[napi]
    pub fn flush(&self, patience: u32) {
        self.0.flush_now(Duration::from_millis(patience.into()));
    }
}

impl Engine {
    /// For other classes of this room.
    pub fn hub(&self) -> Rc<Hub> {
        self.0.clone()
    }
}

/// An IP address, which JavaScript has checked.
pub fn parse(ip: &str) -> Result<IpAddr> {
    ip.parse()
        .map_err(|_| Error::new(Status::InvalidArg, format!("not an IP address: {ip}")))
}
