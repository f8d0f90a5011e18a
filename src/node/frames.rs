//! Framing alone, for streams that stay Node's: a socket that the user supplies keeps its descriptor, its events and its
//! methods; only its bytes run through the engine.

use std::borrow::Cow;
use std::sync::Arc;

use napi::bindgen_prelude::{Buffer, Either, Error, Result, Status, Uint8Array};
use napi_derive::napi;

use super::protocol::Protocol;
use crate::core::batch::Codec;
use crate::core::framing::Framer;
use crate::core::protocol;

/// See the module.
#[napi]
pub struct Frames {
    framer: Framer,
    protocol: Arc<protocol::Protocol>,
}

/// What becomes of frames that are passed to JavaScript one by one.
type Frame = Either<String, Buffer>;

#[napi]
impl Frames {
    /// At the beginning of a stream.
    #[napi(constructor)]
    pub fn new(protocol: &Protocol) -> Self {
        let protocol = protocol.get();
        Self {
            framer: Framer::new(&protocol.framing, protocol.max_frame),
            protocol,
        }
    }

    /// The frames that `chunk` completes. Those before an oversized one come first, its error with the next call.
    #[napi(ts_return_type = "Array<string | Buffer>")]
    #[allow(clippy::needless_pass_by_value)]
    pub fn feed(&mut self, chunk: Uint8Array) -> Result<Vec<Frame>> {
        let mut frames = Vec::new();
        let codec = self.protocol.decoding.codec;
        let outcome = self
            .framer
            .feed(&chunk, &mut |frame| frames.push(convert(codec, frame)));
        match outcome {
            Err(error) if frames.is_empty() => {
                Err(Error::new(Status::GenericFailure, error.to_string()))
            }
            // The framer has failed for good: the next call says so.
            _ => Ok(frames),
        }
    }

    /// The frames that the end of the stream completes.
    #[napi(ts_return_type = "Array<string | Buffer>")]
    pub fn finish(&mut self) -> Vec<Frame> {
        let mut frames = Vec::new();
        let codec = self.protocol.decoding.codec;
        self.framer
            .finish(&mut |frame| frames.push(convert(codec, frame)));
        frames
    }
}

fn convert(codec: Codec, frame: Cow<'_, [u8]>) -> Frame {
    match codec {
        Codec::Json | Codec::Text => Either::A(String::from_utf8_lossy(&frame).into_owned()),
        Codec::Bytes => Either::B(frame.into_owned().into()),
    }
}
