//! TLS, by rustls with ring.
//!
//! - [`config`]: what a program says, checked and prepared once
//! - [`handshake`]: of either side, with a deadline
//! - [`proof`]: the peer has the key of its certificate
//! - [`verify`]: is that certificate to be trusted?
//! - [`certificate`]: what `verify` needs to know of one
//! - [`failure`]: why a connection failed, in OpenSSL's words
//! - [`stream`]: a connection after its handshake
//! - [`secure_stream`]: its bytes, in records
//! - [`tunnel`]: the same for who polls the descriptor himself
//! - [`self_signed`]: a certificate made on the spot

pub mod certificate;
pub mod config;
pub mod failure;
pub mod handshake;
pub mod proof;
pub mod secure_stream;
pub mod self_signed;
pub mod stream;
pub mod tunnel;
pub mod verify;
