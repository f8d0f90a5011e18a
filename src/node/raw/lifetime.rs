//! The end of an environment: Node aborts if a libuv handle outlives it.

use std::cell::Cell;
use std::ffi::c_void;
use std::ptr;
use std::rc::{Rc, Weak};

use napi::sys;

use super::contain;
use crate::node::hub::Hub;

/// The hook that closes a hub before its environment goes.
pub struct Hook {
    kind: Cell<Kind>,
    hub: *mut Weak<Hub>,
}

#[derive(Clone, Copy)]
enum Kind {
    /// The environment waits until it is removed, which is when libuv has let go of the last handle.
    Waiting(sys::napi_async_cleanup_hook_handle),
    /// It is over when it has run: without libuv there is nothing to wait for.
    Plain(sys::napi_env),
    /// Removed, or about to be called for the only time.
    Gone,
}

impl Hook {
    /// Registers it. Hooks run in reverse order, so it must come after the threadsafe function was made. Without `waits` it is a
    /// hook of the plain kind, which other runtimes do better: Deno frees one that waits twice, if it is removed while it runs.
    ///
    /// # Errors
    /// Node-API's status.
    pub fn add(
        env: sys::napi_env,
        hub: &Rc<Hub>,
        waits: bool,
    ) -> Result<Rc<Self>, sys::napi_status> {
        let hook = Rc::new(Self {
            kind: Cell::new(Kind::Gone),
            hub: Box::into_raw(Box::new(Rc::downgrade(hub))),
        });
        let context = hook.hub.cast();
        let mut handle = ptr::null_mut();
        // SAFETY: valid out-pointer; `context` lives until the hook is removed or has run.
        let status = unsafe {
            if waits {
                sys::napi_add_async_cleanup_hook(env, Some(on_cleanup), context, &raw mut handle)
            } else {
                sys::napi_add_env_cleanup_hook(env, Some(on_plain_cleanup), context)
            }
        };
        if status != sys::Status::napi_ok {
            // SAFETY: made above; Node did not take it.
            drop(unsafe { Box::from_raw(hook.hub) });
            return Err(status);
        }
        hook.kind.set(if waits {
            Kind::Waiting(handle)
        } else {
            Kind::Plain(env)
        });
        Ok(hook)
    }

    /// The hub is closed: the environment need not wait for it (any longer).
    pub fn remove(&self) {
        // SAFETY: registered by `add` and removed only here, once; the context is given back with it.
        unsafe {
            match self.kind.replace(Kind::Gone) {
                Kind::Waiting(handle) => sys::napi_remove_async_cleanup_hook(handle),
                Kind::Plain(env) => {
                    sys::napi_remove_env_cleanup_hook(env, Some(on_plain_cleanup), self.hub.cast())
                }
                Kind::Gone => return,
            };
            drop(Box::from_raw(self.hub));
        }
    }

    /// It runs: nobody is to remove it.
    pub fn forget(&self) {
        self.kind.set(Kind::Gone);
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

unsafe extern "C" fn on_plain_cleanup(context: *mut c_void) {
    contain(|| {
        // SAFETY: made by `add`; this hook is called once, and has not been removed.
        let hub = unsafe { Box::from_raw(context.cast::<Weak<Hub>>()) };
        if let Some(hub) = hub.upgrade() {
            hub.forget_hook();
            hub.shut_down();
        }
    });
}
