//! JSON, as far as it has to be understood without being parsed.
//!
//! - `joinable`: may a frame travel to `JSON.parse` inside a joined array?
//! - `strings`: where strings end, and how they are written.
//! - `block`: bytes that are compared together.

mod block;
mod joinable;
mod strings;

pub use self::joinable::{complete, joinable};
pub use self::strings::{escape, escape_units};
pub(in crate::core) use self::strings::{plain_run, string, string_run};
