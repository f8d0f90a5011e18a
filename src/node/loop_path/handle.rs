//! A libuv handle owned by Rust.

use std::alloc::{Layout, alloc_zeroed, dealloc};
use std::cell::Cell;
use std::ffi::c_int;
use std::rc::{Rc, Weak};

use super::uv::{self, Raw, Type, Uv};
use crate::node::hub::Hub;

/// Counts the handles that libuv still knows: an environment may only go when there is none.
pub struct Lifetime {
    open: Cell<usize>,
    done: Cell<Option<Box<dyn FnOnce()>>>,
}

impl Lifetime {
    /// No handles yet.
    pub fn new() -> Rc<Self> {
        Rc::new(Self {
            open: Cell::new(0),
            done: Cell::new(None),
        })
    }

    /// Calls `done` once when the last handle is closed; at once if there is none.
    pub fn when_closed(&self, done: Box<dyn FnOnce()>) {
        if self.open.get() == 0 {
            done();
        } else {
            self.done.set(Some(done));
        }
    }

    fn opened(&self) {
        self.open.set(self.open.get() + 1);
    }

    fn closed(&self) {
        self.open.set(self.open.get() - 1);
        if self.open.get() == 0
            && let Some(done) = self.done.take()
        {
            done();
        }
    }
}

/// What a callback finds through its handle.
struct Context {
    hub: Weak<Hub>,
    id: u32,
    layout: Layout,
    lifetime: Rc<Lifetime>,
}

/// Dropping it closes the handle; its memory goes when libuv has let go of it.
pub struct Handle {
    raw: Raw,
    uv: &'static Uv,
}

impl Handle {
    /// Makes a handle of type `kind` that never holds the loop alive (the hub does that for everything it has open).
    ///
    /// `init` gets the zeroed memory and calls libuv's own init.
    ///
    /// # Errors
    /// libuv's (negative) error number.
    pub fn new(
        uv: &'static Uv,
        kind: Type,
        hub: Weak<Hub>,
        id: u32,
        lifetime: &Rc<Lifetime>,
        init: impl FnOnce(Raw) -> c_int,
    ) -> Result<Self, c_int> {
        // SAFETY: any value of `Type` is a handle type that libuv knows.
        let size = unsafe { (uv.handle_size)(kind as c_int) };
        let layout = Layout::from_size_align(size, 16).map_err(|_| -12)?;
        if size == 0 {
            return Err(-22);
        }
        // SAFETY: the layout is not empty.
        let raw: Raw = unsafe { alloc_zeroed(layout) }.cast();
        if raw.is_null() {
            return Err(-12);
        }
        let status = init(raw);
        if status < 0 {
            // SAFETY: allocated above with this layout; libuv does not keep a handle it refused.
            unsafe { dealloc(raw.cast(), layout) };
            return Err(status);
        }
        lifetime.opened();
        let context = Box::new(Context {
            hub,
            id,
            layout,
            lifetime: lifetime.clone(),
        });
        // SAFETY: `raw` is an initialised handle; the context is taken back in `on_closed` only.
        unsafe {
            (uv.handle_set_data)(raw, Box::into_raw(context).cast());
            (uv.unref)(raw);
        }
        Ok(Self { raw, uv })
    }

    /// The handle for calls to libuv.
    pub fn raw(&self) -> Raw {
        self.raw
    }

    /// The table it was made with.
    pub fn uv(&self) -> &'static Uv {
        self.uv
    }
}

impl Drop for Handle {
    fn drop(&mut self) {
        // SAFETY: an initialised handle, closed here and nowhere else, on the thread of its loop.
        unsafe { (self.uv.close)(self.raw, Some(on_closed)) };
    }
}

/// The hub and id of a handle in its callback; nothing once the hub is gone.
///
/// # Safety
/// `raw` must be a handle made by [`Handle::new`] that libuv has just called back for.
pub unsafe fn context(raw: Raw) -> Option<(Rc<Hub>, u32)> {
    let uv = uv::get()?;
    // SAFETY: the data of our handles is a `Context` until `on_closed`, which comes after all other callbacks.
    let context = unsafe { (uv.handle_get_data)(raw).cast::<Context>().as_ref() }?;
    Some((context.hub.upgrade()?, context.id))
}

unsafe extern "C" fn on_closed(raw: Raw) {
    let Some(uv) = uv::get() else { return };
    // SAFETY: set in `new`, taken back only here; libuv does not touch the memory after this callback.
    let context = unsafe {
        let context = Box::from_raw((uv.handle_get_data)(raw).cast::<Context>());
        dealloc(raw.cast(), context.layout);
        context
    };
    context.lifetime.closed();
}
