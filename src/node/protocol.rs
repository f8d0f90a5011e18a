//! The description of a dialect, converted once and shared by all its connections.

use std::sync::Arc;
use std::time::Duration;

use napi::bindgen_prelude::{Error, Result, Status, Uint8Array};
use napi_derive::napi;

use crate::core::batch::{Codec, Decoding};
use crate::core::envelope::Envelope;
use crate::core::framing::Framing;
use crate::core::limits::{DEFAULT_MAX_FRAME, INBOX_CAP};
use crate::core::members::Members;
use crate::core::protocol;
use crate::core::routing::guard::Guard;

/// What `lib/engine/protocol.js` passes, checked there; sizes in bytes.
#[napi(object)]
pub struct ProtocolOptions {
    /// `delimiter`, `line`, `json-object` or `raw`.
    pub framing: String,
    /// The bytes that end a frame that is received; of lines, besides their own ends.
    pub delimiter: Option<Uint8Array>,
    /// The bytes that follow a frame that is sent.
    pub frame_end: Option<Uint8Array>,
    /// `json`, `text` or `bytes`.
    pub codec: String,
    /// The envelope JSON messages usually have.
    pub envelope: Option<EnvelopeOptions>,
    /// The members that objects in text frames usually have, their names as JSON strings.
    pub members: Option<Vec<String>>,
    /// Longest frame accepted.
    pub max_frame_bytes: Option<f64>,
    /// Waiting bytes from which on a send asks for a pause.
    pub high_water_mark: f64,
    /// Waiting bytes over which a send fails.
    pub max_outbox_bytes: Option<f64>,
    /// Received bytes that may wait for JavaScript.
    pub max_inbox_bytes: Option<f64>,
    /// `TCP_NODELAY`.
    pub no_delay: Option<bool>,
    /// What each frame must be.
    pub guard: Option<GuardOptions>,
    /// Milliseconds a frame may take.
    pub frame_timeout: Option<f64>,
}

/// What `lib/engine/protocol.js` passes of an envelope: the names of its two members, as JSON strings.
#[napi(object)]
pub struct EnvelopeOptions {
    /// Of the name.
    pub name: String,
    /// Of the payload.
    pub payload: String,
}

/// What `lib/engine/protocol.js` passes of a guard: which names events may have.
#[napi(object)]
pub struct GuardOptions {
    /// Longest name, in UTF-16 code units.
    pub longest: f64,
    /// Names that are properties of every object.
    pub inherited: Vec<String>,
    /// Names of what happens at this end.
    pub reserved: Vec<String>,
    /// The names there are; none: any.
    pub allowed: Option<Vec<String>>,
}

impl From<GuardOptions> for Guard {
    fn from(options: GuardOptions) -> Self {
        let names = |list: Vec<String>| list.into_iter().map(String::into_boxed_str).collect();
        Self {
            longest: bytes(options.longest),
            inherited: names(options.inherited),
            reserved: names(options.reserved),
            allowed: options.allowed.map(names),
        }
    }
}

/// See the module.
#[napi]
pub struct Protocol(Arc<protocol::Protocol>);

#[napi]
impl Protocol {
    /// Converts the options.
    #[napi(constructor)]
    #[allow(clippy::needless_pass_by_value)]
    pub fn new(options: ProtocolOptions) -> Result<Self> {
        let delimiter: Box<[u8]> = options.delimiter.as_deref().unwrap_or_default().into();
        let framing = match options.framing.as_str() {
            "delimiter" if !delimiter.is_empty() => Framing::Delimiter(delimiter.clone()),
            "line" => Framing::Line {
                separator: Some(delimiter.clone()).filter(|bytes| !bytes.is_empty()),
            },
            "json-object" => Framing::JsonObject,
            "raw" => Framing::Raw,
            other => return Err(invalid("framing", other)),
        };
        let codec = match options.codec.as_str() {
            "json" => Codec::Json,
            "text" => Codec::Text,
            "bytes" => Codec::Bytes,
            other => return Err(invalid("codec", other)),
        };
        Ok(Self(Arc::new(protocol::Protocol {
            framing,
            frame_end: options.frame_end.as_deref().map_or(delimiter, Into::into),
            decoding: Decoding {
                codec,
                envelope: options
                    .envelope
                    .map(|it| Arc::new(Envelope::new(&it.name, &it.payload))),
                members: options
                    .members
                    .map(|names| {
                        Members::new(&names).ok_or_else(|| invalid("members", &names.join(",")))
                    })
                    .transpose()?
                    .map(Arc::new),
            },
            max_frame: options.max_frame_bytes.map_or(DEFAULT_MAX_FRAME, bytes),
            high_water_mark: bytes(options.high_water_mark),
            outbox_cap: options
                .max_outbox_bytes
                .filter(|cap| cap.is_finite())
                .map(bytes),
            inbox_cap: options.max_inbox_bytes.map_or(INBOX_CAP, bytes),
            no_delay: options.no_delay.unwrap_or(false),
            guard: options.guard.map(|guard| Arc::new(guard.into())),
            frame_timeout: options
                .frame_timeout
                .and_then(|ms| Duration::try_from_secs_f64(ms / 1000.0).ok()),
        })))
    }
}

impl Protocol {
    /// The engine's own description.
    pub fn get(&self) -> Arc<protocol::Protocol> {
        self.0.clone()
    }
}

fn invalid(option: &str, value: &str) -> Error {
    Error::new(Status::InvalidArg, format!("invalid {option}: {value}"))
}

/// A size from JavaScript; infinity is the largest.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
fn bytes(size: f64) -> usize {
    size.max(0.0) as usize
}
