//! A SOCKS5 proxy (RFC 1928) that leads every connection to one machine, whatever the name, and notes where it was asked to go.

use std::io::{self, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};

/// A running proxy; its threads end with the test.
pub struct SocksProxy {
    address: SocketAddr,
    asked: Arc<Mutex<Vec<String>>>,
}

impl SocksProxy {
    /// Starts a proxy behind which there is nothing but `to`.
    pub fn to(to: SocketAddr) -> Self {
        Self::leading(move |_| to)
    }

    /// Starts a proxy that leads to the ports of this machine.
    pub fn to_ports() -> Self {
        Self::leading(|port| ([127, 0, 0, 1], port).into())
    }

    fn leading(to: impl Fn(u16) -> SocketAddr + Clone + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("loopback has free ports");
        let address = listener.local_addr().expect("a bound socket has an address");
        let asked: Arc<Mutex<Vec<String>>> = Arc::default();
        let log = Arc::clone(&asked);
        std::thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let (to, log) = (to.clone(), Arc::clone(&log));
                // A client that hangs up is the client's business.
                std::thread::spawn(move || lead(client, to, &log));
            }
        });
        Self { address, asked }
    }

    /// Its address as a setting takes it: names are looked up by the proxy.
    pub fn url(&self) -> String {
        format!("socks5h://{}", self.address)
    }

    /// Where it was asked to go, as `host:port`.
    pub fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

fn lead(mut client: TcpStream, to: impl Fn(u16) -> SocketAddr, asked: &Mutex<Vec<String>>) -> io::Result<()> {
    greet(&mut client)?;
    let (name, port) = wanted(&mut client)?;
    asked.lock().unwrap_or_else(PoisonError::into_inner).push(format!("{name}:{port}"));
    let Ok(there) = TcpStream::connect(to(port)) else {
        // Section 6: connection refused.
        return client.write_all(&[5, 5, 0, 1, 0, 0, 0, 0, 0, 0]);
    };
    // Succeeded, bound to an IPv4 address that nobody needs to know.
    client.write_all(&[5, 0, 0, 1, 0, 0, 0, 0, 0, 0])?;
    pass(client, there)
}

/// Carries bytes both ways until both sides have ended.
pub(crate) fn pass(mut client: TcpStream, mut there: TcpStream) -> io::Result<()> {
    let (mut from, mut back) = (client.try_clone()?, there.try_clone()?);
    std::thread::spawn(move || {
        let _ = io::copy(&mut back, &mut from);
        let _ = from.shutdown(Shutdown::Write);
    });
    io::copy(&mut client, &mut there)?;
    there.shutdown(Shutdown::Write)
}

/// Section 3: no authentication.
fn greet(client: &mut TcpStream) -> io::Result<()> {
    let [version, methods] = bytes(client)?;
    if version != 5 {
        return Err(io::Error::other("something else is spoken"));
    }
    client.read_exact(&mut vec![0; methods.into()])?;
    client.write_all(&[5, 0])
}

/// Section 4: CONNECT to a name (3) or an IPv4 address (1).
fn wanted(client: &mut TcpStream) -> io::Result<(String, u16)> {
    let [_, command, _, kind] = bytes(client)?;
    assert_eq!(command, 1, "a connection is wanted");
    let host = match kind {
        3 => {
            let [length] = bytes(client)?;
            let mut name = vec![0; length.into()];
            client.read_exact(&mut name)?;
            String::from_utf8_lossy(&name).into_owned()
        }
        _ => std::net::Ipv4Addr::from(bytes::<4>(client)?).to_string(),
    };
    Ok((host, u16::from_be_bytes(bytes(client)?)))
}

fn bytes<const N: usize>(client: &mut TcpStream) -> io::Result<[u8; N]> {
    let mut read = [0; N];
    client.read_exact(&mut read)?;
    Ok(read)
}
