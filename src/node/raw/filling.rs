//! What JavaScript calls to send messages that are alike.

use std::ptr;

use napi::sys;

use super::functions::Arguments;
use super::sending::answer;
use super::values::{encode, fill_words, length, slice, utf8, utf16, word};
use crate::core::envelope::CLOSING;
use crate::core::form::{Form, Text};
use crate::node::hub::Hub;

/// Words before the marks of the values, in an `Int32Array`: what this side answers, room and overhead; whom it is for,
/// connection, envelope and form; how many values there are.
const HEADER: usize = 6;

/// `form(number, parts)`: what the messages of this number have in common, the parts one a line.
pub(super) fn form(
    hub: &Hub,
    env: sys::napi_env,
    &[number, parts, _]: &Arguments,
) -> sys::napi_value {
    hub.set_form(word(env, number), Form::new(&utf8(env, parts)));
    ptr::null_mut()
}

/// `gather(marks)`: messages will be gathered. Answered in `marks`: how many bytes may wait besides those that do, -1 if that
/// is not to be, and how many a message has besides its values.
pub(super) fn gather(hub: &Hub, env: sys::napi_env, &[marks, _, _]: &Arguments) -> sys::napi_value {
    let [_, _, id, head, form, _] = header(slice(env, marks));
    let head = hub.with_head(head, <[u8]>::len);
    let end = hub.with_connection(id, |connection| connection.protocol.frame_end.len());
    let form = hub.with_form(form, Form::overhead);
    let overhead = head + form.unwrap_or_default() + end.unwrap_or_default() + 1;
    let room = hub.room(id);
    if room.is_some() {
        hub.gathers();
    }
    fill_words(env, marks, &[room_now(room), clamped(overhead)]);
    ptr::null_mut()
}

/// `fillForm(marks, numbers, text)`: so many messages of a form. The answer is that of `send`, and in `marks`, as by `gather`:
/// how many bytes may wait now.
pub(super) fn fill_form(hub: &Hub, env: sys::napi_env, arguments: &Arguments) -> sys::napi_value {
    let &[marks, _, _] = arguments;
    let [_, _, id, head, _, _] = header(slice(env, marks));
    let mut messages = 0;
    let sent = hub.with_head(head, |head| {
        hub.send(
            id,
            |_, _| true,
            false,
            |outbox, protocol| {
                let closing = [&[CLOSING], &*protocol.frame_end].concat();
                let tail = outbox.tail();
                let before = tail.len();
                messages = fill(hub, env, arguments, head, &closing, tail);
                let n = tail.len() - before;
                (n, outbox.appended(n))
            },
        )
    });
    hub.sent_besides(messages.saturating_sub(1));
    fill_words(env, marks, &[room_now(hub.room(id))]);
    answer(env, sent)
}

/// Appends what JavaScript has gathered, each between `opening` and `closing`, and returns how many they are.
pub(super) fn fill(
    hub: &Hub,
    env: sys::napi_env,
    &[marks, numbers, text]: &Arguments,
    opening: &[u8],
    closing: &[u8],
    to: &mut Vec<u8>,
) -> usize {
    let marks = slice(env, marks);
    let [.., form, count] = header(marks);
    let marks = marks
        .chunks_exact(size_of::<i32>())
        .map(to_word)
        .skip(HEADER);
    let numbers = slice(env, numbers)
        .chunks_exact(size_of::<f64>())
        .map(to_number);
    let values = marks.zip(numbers).take(count as usize);
    let units = length(env, text);
    let mut bytes = Vec::new();
    encode(env, text, units, &mut bytes);
    let wide;
    let text = if bytes.len() == units {
        Text::Ascii(&bytes)
    } else {
        wide = utf16(env, text, units);
        Text::Units(&wide)
    };
    hub.with_form(form, |form| form.fill(values, text, opening, closing, to))
        .unwrap_or(0)
}

fn header(memory: &[u8]) -> [u32; HEADER] {
    let mut words = memory.chunks_exact(size_of::<i32>()).map(to_word);
    std::array::from_fn(|_| words.next().unwrap_or(0).cast_unsigned())
}

fn to_word(bytes: &[u8]) -> i32 {
    bytes.try_into().map_or(0, i32::from_ne_bytes)
}

fn to_number(bytes: &[u8]) -> f64 {
    bytes.try_into().map_or(0.0, f64::from_ne_bytes)
}

/// What is gathered no more is a number below 0.
fn room_now(room: Option<usize>) -> i32 {
    room.map_or(-1, clamped)
}

fn clamped(bytes: usize) -> i32 {
    i32::try_from(bytes).unwrap_or(i32::MAX)
}
