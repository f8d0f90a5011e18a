//! The file of a local listener: bound with its permissions in place, taken over atomically, removed only by its owner.

use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hasher};
use std::io;
use std::os::unix::fs::{FileTypeExt, MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};

use rustix::net::SocketAddrUnix;
use socket2::{Domain, Socket, Type};

use super::{Access, Unlink};

/// The longest local path the operating system takes, in bytes, without a terminating zero.
pub(super) const PATH_MAX: usize = if cfg!(target_os = "macos") { 104 } else { 108 };

/// The file this process bound; dropping it removes the file, unless another listener has taken its place since.
#[derive(Debug)]
pub(super) struct SocketFile {
    path: PathBuf,
    device: u64,
    inode: u64,
}

impl SocketFile {
    fn of(path: &Path) -> io::Result<Self> {
        let found = path.symlink_metadata()?;
        Ok(Self {
            path: path.to_owned(),
            device: found.dev(),
            inode: found.ino(),
        })
    }

    fn is_ours(&self) -> bool {
        self.path.symlink_metadata().is_ok_and(|found| {
            found.file_type().is_socket() && found.dev() == self.device && found.ino() == self.inode
        })
    }
}

impl Drop for SocketFile {
    fn drop(&mut self) {
        if self.is_ours() {
            // A file that cannot be removed (a directory made read-only since) is the next listener's to take over.
            let _ = std::fs::remove_file(&self.path);
        }
    }
}

/// Binds and listens on `path`, which must be [`super::fitting`].
///
/// # Errors
/// What the operating system says; EACCES for a missing directory, as libuv reports it.
pub(super) fn bind(
    path: &Path,
    unlink: Unlink,
    access: Access,
    backlog: i32,
) -> io::Result<(Socket, SocketFile)> {
    let direct = bind_at(path, access, backlog);
    match direct {
        Err(error) if error.kind() == io::ErrorKind::AddrInUse && may_replace(path, unlink) => {
            take_over(path, access, backlog)
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => Err(io::Error::from_raw_os_error(
            rustix::io::Errno::ACCESS.raw_os_error(),
        )),
        outcome => outcome,
    }
}

fn may_replace(path: &Path, unlink: Unlink) -> bool {
    let is_socket = path
        .symlink_metadata()
        .is_ok_and(|found| found.file_type().is_socket());
    is_socket
        && match unlink {
            Unlink::Never => false,
            Unlink::Sockets => true,
            Unlink::Probe => is_refused(path),
        }
}

/// Whether nobody listens at `path`. Never blocks: a full backlog answers EAGAIN, which is somebody.
fn is_refused(path: &Path) -> bool {
    connect(path).is_err_and(|error| error.kind() == io::ErrorKind::ConnectionRefused)
}

/// A non-blocking socket connected to `path`. A local socket connects at once or not at all; EAGAIN is a full backlog.
///
/// Not std's or tokio's: they refuse a path of exactly the limit, where the peers meet whose path is longer.
///
/// # Errors
/// What the operating system says.
pub(super) fn connect(path: &Path) -> io::Result<Socket> {
    let socket = Socket::new(Domain::UNIX, Type::STREAM, None)?;
    // One call, where socket2 makes two.
    rustix::io::ioctl_fionbio(&socket, true)?;
    rustix::net::connect(&socket, &SocketAddrUnix::new(path)?)?;
    Ok(socket)
}

/// Binds beside the path and renames over it, so that no client finds the path missing.
fn take_over(path: &Path, access: Access, backlog: i32) -> io::Result<(Socket, SocketFile)> {
    let beside = path.with_file_name(format!(
        ".{:08x}",
        RandomState::new().build_hasher().finish() >> 32
    ));
    if beside.as_os_str().len() > PATH_MAX {
        // A one-letter name at the length limit leaves no room for a name beside it.
        std::fs::remove_file(path)?;
        return bind_at(path, access, backlog);
    }
    let (socket, file) = bind_at(&beside, access, backlog)?;
    std::fs::rename(&beside, path)?;
    Ok((
        socket,
        SocketFile {
            path: path.to_owned(),
            device: file.device,
            inode: file.inode,
        },
    ))
}

fn bind_at(path: &Path, access: Access, backlog: i32) -> io::Result<(Socket, SocketFile)> {
    let socket = Socket::new(Domain::UNIX, Type::STREAM, None)?;
    rustix::net::bind(&socket, &SocketAddrUnix::new(path)?)?;
    let file = SocketFile::of(path)?;
    if access.readable_all || access.writable_all {
        let mode = path.symlink_metadata()?.permissions().mode();
        let read = if access.readable_all { 0o444 } else { 0 };
        let write = if access.writable_all { 0o222 } else { 0 };
        // Before listening: no connection is turned away, or let in, by the permissions of a moment before.
        std::fs::set_permissions(path, PermissionsExt::from_mode(mode | read | write))?;
    }
    socket.listen(backlog)?;
    Ok((socket, file))
}
