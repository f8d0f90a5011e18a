//! What JavaScript calls to compose a large frame of parts.

use std::ptr;

use bytes::Bytes;
use napi::sys;

use super::filling::fill;
use super::functions::Arguments;
use super::sending::answer;
use super::values::{encode, length, quote, word};
use crate::core::envelope::CLOSING;
use crate::node::hub::Hub;

/// `compose(head)`: begins a frame, in the envelope of this number.
pub(super) fn compose(hub: &Hub, env: sys::napi_env, &[head, _, _]: &Arguments) -> sys::napi_value {
    let frame = hub.with_head(word(env, head), <[u8]>::to_vec);
    hub.composed.replace(frame);
    ptr::null_mut()
}

/// `composeJson(text)`: a part that is JSON.
pub(super) fn compose_json(
    hub: &Hub,
    env: sys::napi_env,
    &[text, _, _]: &Arguments,
) -> sys::napi_value {
    let units = length(env, text);
    encode(env, text, units, &mut hub.composed.borrow_mut());
    ptr::null_mut()
}

/// `composeText(text)`: a part that becomes a JSON string.
pub(super) fn compose_text(
    hub: &Hub,
    env: sys::napi_env,
    &[text, _, _]: &Arguments,
) -> sys::napi_value {
    let units = length(env, text);
    quote(env, text, units, &mut hub.composed.borrow_mut());
    ptr::null_mut()
}

/// `composeRows(marks, numbers, text)`: elements of an array that is not empty.
pub(super) fn compose_rows(
    hub: &Hub,
    env: sys::napi_env,
    arguments: &Arguments,
) -> sys::napi_value {
    fill(
        hub,
        env,
        arguments,
        b",",
        b"",
        &mut hub.composed.borrow_mut(),
    );
    ptr::null_mut()
}

/// `sendComposed(id)`: the frame is complete. The answer is that of `send`; without a connection the frame is let go.
pub(super) fn send_composed(
    hub: &Hub,
    env: sys::napi_env,
    &[id, _, _]: &Arguments,
) -> sys::napi_value {
    let mut frame = hub.composed.take();
    frame.push(CLOSING);
    let length = frame.len();
    let sent = hub.send(
        word(env, id),
        |protocol, room| length + protocol.frame_end.len() <= room,
        false,
        |outbox, protocol| {
            frame.extend_from_slice(&protocol.frame_end);
            let n = frame.len();
            (n, outbox.share(Bytes::from(frame)))
        },
    );
    answer(env, sent)
}
