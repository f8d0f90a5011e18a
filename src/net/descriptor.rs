//! What somebody else has opened and gives away: a file descriptor, known by its number.

#[cfg(unix)]
pub use std::os::fd::OwnedFd as Descriptor;

/// Windows has handles, which JavaScript has no number of: there is none to be given.
#[cfg(windows)]
#[derive(Debug)]
pub enum Descriptor {}

#[cfg(windows)]
impl From<Descriptor> for socket2::Socket {
    fn from(descriptor: Descriptor) -> Self {
        match descriptor {}
    }
}
