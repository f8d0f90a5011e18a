//! Where to listen, as JavaScript says it.

use std::net::SocketAddr;

use napi::bindgen_prelude::{Error, Result, Status};
use napi_derive::napi;

use super::engine::parse;
use crate::net::listener::Endpoint;
use crate::net::local::{Access, Unlink, fitting};

/// Where to listen.
#[napi(object)]
pub struct EndpointOptions {
    /// A local socket.
    pub path: Option<String>,
    /// `never`, `sockets` or `probe`.
    pub unlink: Option<String>,
    /// Everybody may read.
    pub readable_all: Option<bool>,
    /// Everybody may write.
    pub writable_all: Option<bool>,
    /// TCP: an IP address.
    pub ip: Option<String>,
    /// TCP: the port, 0 for any.
    pub port: Option<u16>,
    /// Do not serve IPv4 on an IPv6 address.
    pub ipv6_only: Option<bool>,
    /// Neither: connections are accepted elsewhere and come by `deal`.
    pub dealt: Option<bool>,
    /// Connections the operating system keeps until they are accepted.
    pub backlog: i32,
}

impl EndpointOptions {
    /// The engine's own form.
    pub(super) fn endpoint(self) -> Result<Endpoint> {
        Ok(match (self.ip, self.path) {
            (Some(ip), _) => Endpoint::Host {
                address: SocketAddr::new(parse(&ip)?, self.port.unwrap_or(0)),
                ipv6_only: self.ipv6_only.unwrap_or(false),
            },
            (None, Some(path)) => Endpoint::Path {
                path: fitting(path),
                unlink: match self.unlink.as_deref() {
                    Some("sockets") => Unlink::Sockets,
                    Some("probe") => Unlink::Probe,
                    _ => Unlink::Never,
                },
                access: Access {
                    readable_all: self.readable_all.unwrap_or(false),
                    writable_all: self.writable_all.unwrap_or(false),
                },
            },
            _ if self.dealt == Some(true) => Endpoint::Dealt,
            _ => {
                return Err(Error::new(
                    Status::InvalidArg,
                    "neither a path nor an address to listen on",
                ));
            }
        })
    }
}
