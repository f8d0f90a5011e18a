//! JSON, as far as it has to be understood without being parsed.
//!
//! - `joinable`: may a frame travel to `JSON.parse` inside a joined array?
//! - `outline`: a document without its tables and long texts.
//! - `rows`: arrays of objects that all have the same members.
//! - `strings`: where strings end, and how they are written.
//! - `block`: bytes that are compared together.

mod block;
mod joinable;
mod outline;
mod rows;
mod strings;

pub use self::joinable::{complete, joinable};
pub use self::outline::{Outline, may_have_outline, outline};
pub(in crate::core) use self::rows::Rows;
pub use self::strings::{escape, escape_units};
pub(in crate::core) use self::strings::{plain_run, string, string_run};
