//! Arguments and answers of the functions JavaScript calls per message.

use std::ptr;

use napi::sys;

use crate::core::json::{escape, escape_units};

/// A string as UTF-8; nothing for anything else.
pub(super) fn utf8(env: sys::napi_env, text: sys::napi_value) -> Vec<u8> {
    let mut bytes = Vec::new();
    encode(env, text, length(env, text), &mut bytes);
    bytes
}

/// A number that is an id, a count or an index.
pub(super) fn word(env: sys::napi_env, value: sys::napi_value) -> u32 {
    let mut word = 0;
    // SAFETY: valid out-pointer; anything but a number leaves 0, which is no id.
    unsafe { sys::napi_get_value_uint32(env, value, &raw mut word) };
    word
}

/// Whether it is `true`.
pub(super) fn is_true(env: sys::napi_env, value: sys::napi_value) -> bool {
    let mut on = false;
    // SAFETY: valid out-pointer; anything but a boolean leaves false.
    unsafe { sys::napi_get_value_bool(env, value, &raw mut on) };
    on
}

/// A number as a value.
pub(super) fn number(env: sys::napi_env, number: i32) -> sys::napi_value {
    let mut value = ptr::null_mut();
    // SAFETY: valid out-pointer.
    unsafe { sys::napi_create_int32(env, number, &raw mut value) };
    value
}

/// UTF-16 units of a string, without looking at them.
pub(super) fn length(env: sys::napi_env, text: sys::napi_value) -> usize {
    let mut units = 0;
    // SAFETY: valid out-pointer; a null buffer asks for the length.
    unsafe { sys::napi_get_value_string_utf16(env, text, ptr::null_mut(), 0, &raw mut units) };
    units
}

/// Whether a string, as UTF-8 with `around` bytes besides, takes no more than `room`. It is read for that only if its length
/// does not tell.
pub(super) fn fits(
    env: sys::napi_env,
    text: sys::napi_value,
    units: usize,
    around: usize,
    room: usize,
) -> bool {
    let Some(room) = room.checked_sub(around) else {
        return false;
    };
    if units.saturating_mul(3) <= room || units > room {
        return units <= room;
    }
    let mut bytes = usize::MAX;
    // SAFETY: valid out-pointer; a null buffer asks for the length.
    unsafe { sys::napi_get_value_string_utf8(env, text, ptr::null_mut(), 0, &raw mut bytes) };
    bytes <= room
}

/// Appends a string as UTF-8, in one pass: a unit takes three bytes at the most, and asking for the exact number first
/// would read the string twice.
pub(super) fn encode(env: sys::napi_env, text: sys::napi_value, units: usize, to: &mut Vec<u8>) {
    let room = units * 3 + 1;
    to.reserve(room);
    let mut written = 0;
    // SAFETY: `room` bytes are reserved behind the length; `written` of them are initialised (and a terminating zero,
    // which is not counted).
    unsafe {
        let end = to.as_mut_ptr().add(to.len());
        let status = sys::napi_get_value_string_utf8(env, text, end.cast(), room, &raw mut written);
        if status == sys::Status::napi_ok {
            to.set_len(to.len() + written);
        }
    }
}

/// Appends a string as JSON, as `JSON.stringify` does.
pub(super) fn quote(env: sys::napi_env, text: sys::napi_value, units: usize, to: &mut Vec<u8>) {
    to.push(b'"');
    let start = to.len();
    encode(env, text, units, to);
    let encoded = to.get(start..).unwrap_or_default();
    // Half a character, which JSON has a form for and UTF-8 has not, has become this one.
    if encoded.len() != units && memchr::memmem::find(encoded, "\u{FFFD}".as_bytes()).is_some() {
        to.truncate(start);
        escape_units(&utf16(env, text, units), to);
    } else {
        escape(to, start);
    }
    to.push(b'"');
}

/// A string as UTF-16.
pub(super) fn utf16(env: sys::napi_env, text: sys::napi_value, units: usize) -> Vec<u16> {
    // And a terminating zero.
    let mut buffer = vec![0; units + 1];
    let mut written = 0;
    // SAFETY: the buffer has the length that is given.
    unsafe {
        sys::napi_get_value_string_utf16(
            env,
            text,
            buffer.as_mut_ptr(),
            buffer.len(),
            &raw mut written,
        )
    };
    buffer.truncate(written);
    buffer
}

/// The same with words, into an `Int32Array`.
pub(super) fn fill_words(env: sys::napi_env, target: sys::napi_value, words: &[i32]) {
    let (data, length) = (words.as_ptr().cast(), size_of_val(words));
    // SAFETY: the same memory, and any byte of it is initialised.
    fill(env, target, unsafe {
        std::slice::from_raw_parts(data, length)
    });
}

/// The memory of a typed array or Buffer, valid until JavaScript runs again.
pub(super) fn slice<'a>(env: sys::napi_env, value: sys::napi_value) -> &'a [u8] {
    match memory(env, value) {
        // SAFETY: Node-API gives the bounds; no JavaScript runs while the slice is used, so the memory stays.
        Some((data, length)) => unsafe { std::slice::from_raw_parts(data, length) },
        None => &[],
    }
}

/// Copies `bytes` into the memory of a typed array or Buffer, as far as they fit.
pub(super) fn fill(env: sys::napi_env, target: sys::napi_value, bytes: &[u8]) {
    if let Some((data, length)) = memory(env, target) {
        // SAFETY: within both; they cannot overlap, `bytes` is ours.
        unsafe { ptr::copy_nonoverlapping(bytes.as_ptr(), data, length.min(bytes.len())) };
    }
}

/// The same with numbers, into a `Float64Array`.
pub(super) fn fill_numbers(env: sys::napi_env, target: sys::napi_value, numbers: &[f64]) {
    let (data, length) = (numbers.as_ptr().cast(), size_of_val(numbers));
    // SAFETY: the same memory, and any byte of it is initialised.
    fill(env, target, unsafe {
        std::slice::from_raw_parts(data, length)
    });
}

fn memory(env: sys::napi_env, value: sys::napi_value) -> Option<(*mut u8, usize)> {
    let (mut kind, mut count, mut data) = (0, 0, ptr::null_mut());
    // SAFETY: valid out-pointers.
    let status = unsafe {
        sys::napi_get_typedarray_info(
            env,
            value,
            &raw mut kind,
            &raw mut count,
            &raw mut data,
            ptr::null_mut(),
            ptr::null_mut(),
        )
    };
    let size = match kind {
        sys::TypedarrayType::int32_array => 4,
        sys::TypedarrayType::float64_array => 8,
        _ => 1,
    };
    (status == sys::Status::napi_ok && !data.is_null()).then(|| (data.cast(), count * size))
}
