//! JSON, as far as it has to be understood without being parsed.
//!
//! - `joinable`: may a frame travel to `JSON.parse` inside a joined array?
//! - `strings`: where strings end.
//! - `block`: bytes that are compared together.

mod block;
mod joinable;
mod strings;

pub use self::joinable::{complete, joinable};
pub(in crate::core) use self::strings::{plain_run, string, string_run};
