//! The end of an environment: Node aborts if a libuv handle outlives it.

use std::cell::Cell;
use std::ffi::c_void;
use std::rc::{Rc, Weak};

use napi::sys;

use super::contain;
use crate::node::hub::Hub;

/// The hook that closes a hub before its environment goes.
pub struct Hook {
    handle: Cell<sys::napi_async_cleanup_hook_handle>,
    hub: *mut Weak<Hub>,
}

impl Hook {
    /// Registers it. Hooks run in reverse order, so it must come after the threadsafe function was made.
    ///
    /// # Errors
    /// Node-API's status.
    pub fn add(env: sys::napi_env, hub: &Rc<Hub>) -> Result<Rc<Self>, sys::napi_status> {
        let context = Box::into_raw(Box::new(Rc::downgrade(hub)));
        let mut handle = std::ptr::null_mut();
        // SAFETY: valid out-pointer; `context` lives until the hook is removed.
        let status = unsafe {
            sys::napi_add_async_cleanup_hook(env, Some(on_cleanup), context.cast(), &raw mut handle)
        };
        if status == sys::Status::napi_ok {
            Ok(Rc::new(Self {
                handle: Cell::new(handle),
                hub: context,
            }))
        } else {
            // SAFETY: made above; Node did not take it.
            drop(unsafe { Box::from_raw(context) });
            Err(status)
        }
    }

    /// The hub is closed: the environment need not wait for it (any longer).
    pub fn remove(&self) {
        let handle = self.handle.replace(std::ptr::null_mut());
        if !handle.is_null() {
            // SAFETY: registered by `add` and removed only here, once.
            unsafe {
                sys::napi_remove_async_cleanup_hook(handle);
                drop(Box::from_raw(self.hub));
            }
        }
    }
}

unsafe extern "C" fn on_cleanup(_: sys::napi_async_cleanup_hook_handle, context: *mut c_void) {
    contain(|| {
        // SAFETY: freed only together with the hook's removal.
        if let Some(hub) = unsafe { context.cast::<Weak<Hub>>().as_ref() }.and_then(Weak::upgrade) {
            hub.shut_down();
        }
        // Without a hub there is a removal under way: it waits for libuv's last callback.
    });
}
