//! The functions of libuv. Node exports them, other runtimes do not or only pretend to, so they are looked up, not linked.

use std::ffi::{c_int, c_void};
use std::sync::OnceLock;

use libloading::os::unix::Library;

/// Any libuv handle or loop; their layout stays libuv's business.
pub type Raw = *mut c_void;
/// A callback that only gets its handle.
pub type Callback = unsafe extern "C" fn(Raw);
/// A poll callback: handle, status, events.
pub type PollCallback = unsafe extern "C" fn(Raw, c_int, c_int);

/// `UV_READABLE`
pub const READABLE: c_int = 1;
/// `UV_WRITABLE`
pub const WRITABLE: c_int = 2;

/// `uv_handle_type`, a stable part of libuv's ABI.
#[derive(Clone, Copy, Debug)]
#[repr(i32)]
pub enum Type {
    /// `UV_CHECK`
    Check = 2,
    /// `UV_IDLE`
    Idle = 6,
    /// `UV_POLL`
    Poll = 8,
    /// `UV_PREPARE`
    Prepare = 10,
}

macro_rules! table {
    ($($name:ident: fn($($arg:ty),*) $(-> $ret:ty)?;)+) => {
        /// The functions used, under their names without `uv_`.
        #[derive(Debug)]
        #[allow(missing_docs)]
        pub struct Uv { $(pub $name: unsafe extern "C" fn($($arg),*) $(-> $ret)?,)+ }

        impl Uv {
            fn load() -> Option<Self> {
                let host = Library::this();
                Some(Self {
                    // SAFETY: the types are those of uv.h 1.x, whose ABI is stable; the host process is never unloaded.
                    $($name: *unsafe { host.get(concat!("uv_", stringify!($name)).as_bytes()) }.ok()?,)+
                })
            }
        }
    };
}

table! {
    handle_size: fn(c_int) -> usize;
    handle_set_data: fn(Raw, *mut c_void);
    handle_get_data: fn(Raw) -> *mut c_void;
    close: fn(Raw, Option<Callback>);
    unref: fn(Raw);
    backend_fd: fn(Raw) -> c_int;
    backend_timeout: fn(Raw) -> c_int;
    poll_init: fn(Raw, Raw, c_int) -> c_int;
    poll_start: fn(Raw, c_int, PollCallback) -> c_int;
    poll_stop: fn(Raw) -> c_int;
    prepare_init: fn(Raw, Raw) -> c_int;
    prepare_start: fn(Raw, Callback) -> c_int;
    check_init: fn(Raw, Raw) -> c_int;
    check_start: fn(Raw, Callback) -> c_int;
    idle_init: fn(Raw, Raw) -> c_int;
    idle_start: fn(Raw, Callback) -> c_int;
    idle_stop: fn(Raw) -> c_int;
}

/// The table, or nothing where a function is missing. Whether the runtime may be trusted to mean them is decided by
/// the caller: Bun exports stubs that abort.
pub fn get() -> Option<&'static Uv> {
    static UV: OnceLock<Option<Uv>> = OnceLock::new();
    UV.get_or_init(Uv::load).as_ref()
}
