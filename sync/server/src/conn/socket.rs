//! What the kernel knows about a connection: bytes not yet acknowledged, and whether it is over.

use socket2::SockRef;
use std::io;
use std::os::fd::{AsFd, AsRawFd};
use tokio::net::TcpStream;

/// Bytes handed to the kernel ahead of the network. Serves memory and prompt rows; does not cap the speed, as
/// SO_SNDBUF would (SERVE.md §4).
const NOT_SENT_LOWAT_BYTES: u32 = 256 * 1024;

/// Files that must stay to be opened beside the connections: database, log, published files, uploads.
const FILES_KEPT_FREE: u64 = 512;

/// How many connections there is room for, at most `wanted`: raises the limit of open files as far as the system lets
/// us, so that connections never take the last file from the database.
pub(super) fn room_for(wanted: usize) -> usize {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    let needed = (wanted as u64).saturating_add(FILES_KEPT_FREE);
    let Some(now) = current.filter(|now| *now < needed) else { return wanted };
    let raised = maximum.map_or(needed, |maximum| needed.min(maximum)).max(now);
    let got = setrlimit(Resource::Nofile, Rlimit { current: Some(raised), maximum }).map_or(now, |()| raised);
    let room = got.saturating_sub(FILES_KEPT_FREE).max(got / 4).min(wanted as u64);
    if room < wanted as u64 {
        tracing::warn!(room, wanted, "the limit of open files is low: fewer connections are taken at one time");
    }
    usize::try_from(room).unwrap_or(wanted).max(1)
}

/// Prepares an accepted connection. A listener's options would be inherited without a call, but not by those who
/// connected before they were set, while the server was starting: they would get megabytes of queue.
pub(super) fn prepare(stream: &TcpStream) -> io::Result<()> {
    stream.set_nodelay(true)?;
    SockRef::from(stream).set_tcp_notsent_lowat(NOT_SENT_LOWAT_BYTES)
}

/// Bytes written that the peer's kernel has not acknowledged; a FIN under way counts as one. Survives a reset.
pub(super) fn queued_bytes(stream: &TcpStream) -> u64 {
    let mut count: libc::c_int = 0;
    #[expect(unsafe_code, reason = "no safe crate offers SIOCOUTQ")]
    // SAFETY: the descriptor is open as long as `stream` lives, and TIOCOUTQ (the same number as SIOCOUTQ) writes
    // one c_int to the address given.
    let result = unsafe { libc::ioctl(stream.as_fd().as_raw_fd(), libc::TIOCOUTQ, &raw mut count) };
    if result == 0 { u64::try_from(count).unwrap_or(0) } else { 0 }
}

/// Whether the connection is gone in both directions: a socket in state CLOSED has no peer.
pub(super) fn is_closed(stream: &TcpStream) -> bool {
    stream.peer_addr().is_err()
}

/// Ends the sending direction: FIN after all that is queued.
pub(super) fn finish_sending(stream: &TcpStream) -> io::Result<()> {
    SockRef::from(stream).shutdown(std::net::Shutdown::Write)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_connection_has_a_short_queue_and_a_send_buffer_as_the_kernel_likes_it() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let stream = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
        let socket = SockRef::from(&stream);
        let before = socket.send_buffer_size().unwrap();
        prepare(&stream).unwrap();
        assert_eq!(socket.tcp_notsent_lowat().unwrap(), NOT_SENT_LOWAT_BYTES);
        // A buffer of fixed size caps the speed at its size in each round trip (SERVE.md §4).
        assert_eq!(socket.send_buffer_size().unwrap(), before);
        assert!(socket.tcp_nodelay().unwrap());
    }
}
