//! Sockets for datagrams, as JavaScript opens and uses them. What they receive crosses with everything else.

use std::io;
use std::net::SocketAddr;
use std::rc::Rc;

use napi::bindgen_prelude::{Error, Result, Status, Uint8Array};
use napi_derive::napi;

use super::engine::{Engine, id_or_errno, parse};
use super::hub::Hub;
use super::protocol::Protocol;
use super::raw;
use crate::net::errno::errno;
use crate::net::udp::{Datagram, Endpoint, Setting};

/// Where to bind.
#[napi(object)]
pub struct DatagramOptions {
    /// An IP address.
    pub ip: String,
    /// The port, 0 for any.
    pub port: u16,
    /// Do not serve IPv4 on an IPv6 address.
    pub ipv6_only: bool,
    /// Others may bind to the same address.
    pub reuse_address: bool,
}

/// All sockets for datagrams of an engine, by their ids.
#[napi]
pub struct Datagrams(Rc<Hub>);

#[napi]
impl Datagrams {
    /// Those of `engine`.
    #[napi(constructor)]
    pub fn new(engine: &Engine) -> Self {
        Self(engine.hub())
    }

    /// Binds. The socket's id, or the negative error number.
    #[napi]
    #[allow(clippy::needless_pass_by_value)]
    pub fn bind(&self, protocol: &Protocol, options: DatagramOptions) -> Result<i32> {
        let endpoint = Endpoint {
            address: SocketAddr::new(parse(&options.ip)?, options.port),
            ipv6_only: options.ipv6_only,
            reuse_address: options.reuse_address,
        };
        Ok(id_or_errno(self.0.bind(endpoint, protocol.get())))
    }

    /// Takes over what a bound descriptor stands for; the descriptor stays its owner's. The socket's id, or the negative
    /// error number.
    #[napi]
    pub fn adopt(&self, protocol: &Protocol, descriptor: i32) -> i32 {
        let adopt = || {
            self.0
                .adopt_datagrams(raw::copied(descriptor)?, protocol.get())
        };
        id_or_errno(adopt())
    }

    /// The port a socket got.
    #[napi]
    pub fn port(&self, id: u32) -> Option<u16> {
        self.0
            .with_datagram(id, Datagram::local)?
            .map(|local| local.port())
    }

    /// Sends one datagram. 0, or the negative error number.
    #[napi]
    #[allow(clippy::needless_pass_by_value)]
    pub fn send(&self, id: u32, bytes: Uint8Array, ip: String, port: u16) -> Result<i32> {
        let to = SocketAddr::new(parse(&ip)?, port);
        Ok(self.call(id, |socket| socket.send(&bytes, to)))
    }

    /// Changes a setting. 0, or the negative error number.
    #[napi]
    #[allow(clippy::needless_pass_by_value)]
    pub fn set(&self, id: u32, setting: String, value: u32) -> Result<i32> {
        let setting = match setting.as_str() {
            "broadcast" => Setting::Broadcast,
            "ttl" => Setting::Ttl,
            "multicastTtl" => Setting::MulticastTtl,
            "multicastLoopback" => Setting::MulticastLoopback,
            "recvBuffer" => Setting::RecvBuffer,
            "sendBuffer" => Setting::SendBuffer,
            other => {
                let message = format!("invalid setting: {other}");
                return Err(Error::new(Status::InvalidArg, message));
            }
        };
        Ok(self.call(id, |socket| socket.set(setting, value)))
    }

    /// Joins or leaves a group. 0, or the negative error number.
    #[napi]
    #[allow(clippy::needless_pass_by_value)]
    pub fn set_membership(
        &self,
        id: u32,
        group: String,
        interface: Option<String>,
        on: bool,
    ) -> Result<i32> {
        let group = parse(&group)?;
        Ok(self.call(id, |socket| {
            socket.set_membership(group, interface.as_deref(), on)
        }))
    }

    /// Closes a socket.
    #[napi]
    pub fn close(&self, id: u32) {
        self.0.unbind(id);
    }

    fn call(&self, id: u32, f: impl FnOnce(&Datagram) -> io::Result<()>) -> i32 {
        match self.0.with_datagram(id, f) {
            Some(Err(error)) => -errno(&error),
            _ => 0,
        }
    }
}
