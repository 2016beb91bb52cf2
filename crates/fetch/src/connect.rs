//! Plain connections for what speaks no HTTP: straight to a machine, or through the proxy that the author set (a tunnel by
//! CONNECT, RFC 9110 §9.3.6, or SOCKS 5, RFC 1928). What it is not: a request; what is said on the line is the caller's.
//!
//! Answers of a proxy are read to their last byte and not further: behind them the other machine may speak first.

use crate::{CONNECT, FetchError, Net};
use std::future::Future;
use std::io;
use std::net::IpAddr;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use url::{Host, Url};

/// Most bytes of a proxy's answer.
const ANSWER: usize = 8 * 1024;

impl Net {
    /// A connection to a machine: through the proxy where one is set, and never through it to this machine itself.
    pub async fn connect(&self, host: &str, port: u16) -> Result<TcpStream, FetchError> {
        let origin = || format!("{host}:{port}");
        let Some(proxy) = self.proxy_to(host) else {
            let connected = in_time(TcpStream::connect((host, port))).await;
            return connected.map_err(|error| FetchError::Offline { origin: origin(), why: error.to_string() });
        };
        let led = in_time(through(proxy, host, port)).await;
        led.map_err(|error| FetchError::Proxy { proxy: shown(proxy), origin: origin(), why: error.to_string() })
    }

    /// Whether the way to a machine goes through a proxy.
    pub fn is_led(&self, host: &str) -> bool {
        self.proxy_to(host).is_some()
    }

    fn proxy_to(&self, host: &str) -> Option<&Url> {
        let here = host.eq_ignore_ascii_case("localhost") || host.parse().is_ok_and(|ip: IpAddr| ip.is_loopback());
        self.proxy().filter(|_| !here)
    }
}

/// A proxy's address as it may be told; it never holds a password.
pub(crate) fn shown(proxy: &Url) -> String {
    proxy.as_str().trim_end_matches('/').to_string()
}

async fn in_time<T>(work: impl Future<Output = io::Result<T>>) -> io::Result<T> {
    tokio::time::timeout(CONNECT, work).await.unwrap_or_else(|_| Err(other("it takes too long")))
}

async fn through(proxy: &Url, host: &str, port: u16) -> io::Result<TcpStream> {
    let socks = matches!(proxy.scheme(), "socks5" | "socks5h");
    if !socks && proxy.scheme() != "http" {
        return Err(other("a proxy that is spoken to over TLS leads only to places that speak HTTP"));
    }
    let there = match proxy.host() {
        Some(Host::Domain(name)) => name.to_string(),
        Some(Host::Ipv4(ip)) => ip.to_string(),
        Some(Host::Ipv6(ip)) => ip.to_string(),
        None => return Err(other("its address names no machine")),
    };
    let at = proxy.port_or_known_default().unwrap_or(1080);
    let mut line = TcpStream::connect((there, at)).await?;
    match socks {
        true => by_socks(&mut line, &looked_up(proxy, host, port).await?, port).await?,
        false => by_tunnel(&mut line, host, port).await?,
    }
    Ok(line)
}

/// `socks5` wants an address, `socks5h` the name.
async fn looked_up(proxy: &Url, host: &str, port: u16) -> io::Result<String> {
    if proxy.scheme() == "socks5h" {
        return Ok(host.into());
    }
    let found = tokio::net::lookup_host((host, port)).await?.next();
    Ok(found.ok_or_else(|| other("nobody knows the name"))?.ip().to_string())
}

async fn by_tunnel(line: &mut TcpStream, host: &str, port: u16) -> io::Result<()> {
    let host = if host.contains(':') { format!("[{host}]") } else { host.into() };
    line.write_all(format!("CONNECT {host}:{port} HTTP/1.1\r\nHost: {host}:{port}\r\n\r\n").as_bytes()).await?;
    let mut head = vec![];
    while !head.ends_with(b"\r\n\r\n") {
        if head.len() >= ANSWER {
            return Err(other("its answer is too long"));
        }
        head.push(line.read_u8().await.map_err(|_| other("it ended the connection instead of answering"))?);
    }
    let text = String::from_utf8_lossy(&head);
    let status = text.strip_prefix("HTTP/1.").and_then(|rest| rest.get(2..5)).and_then(|code| code.parse::<u16>().ok());
    match status {
        Some(200..=299) => Ok(()),
        Some(407) => Err(other("it wants somebody to log in")),
        Some(status) => Err(other(format!("it answers {status}"))),
        None => Err(other("it does not speak HTTP")),
    }
}

async fn by_socks(line: &mut TcpStream, host: &str, port: u16) -> io::Result<()> {
    // One way to log in is offered: none.
    line.write_all(&[5, 1, 0]).await?;
    match answer::<2>(line).await? {
        [5, 0] => {}
        [5, _] => return Err(other("it wants somebody to log in")),
        _ => return Err(other("it does not speak SOCKS 5")),
    }
    let mut wanted = vec![5, 1, 0];
    match host.parse() {
        Ok(IpAddr::V4(ip)) => wanted.extend([&[1], &ip.octets()[..]].concat()),
        Ok(IpAddr::V6(ip)) => wanted.extend([&[4], &ip.octets()[..]].concat()),
        Err(_) => {
            wanted.extend([3, u8::try_from(host.len()).map_err(|_| other("the name is too long"))?]);
            wanted.extend(host.as_bytes());
        }
    }
    wanted.extend(port.to_be_bytes());
    line.write_all(&wanted).await?;
    let [version, reply, _, kind] = answer::<4>(line).await?;
    if (version, reply) != (5, 0) {
        return Err(other(refusal(reply)));
    }
    // Where it stands on the other side; nobody needs to know.
    let rest = match kind {
        1 => 4,
        4 => 16,
        _ => usize::from(answer::<1>(line).await?[0]),
    };
    line.read_exact(&mut vec![0; rest + 2]).await.map(drop)
}

async fn answer<const N: usize>(line: &mut TcpStream) -> io::Result<[u8; N]> {
    let mut read = [0; N];
    match line.read_exact(&mut read).await {
        Ok(_) => Ok(read),
        Err(_) => Err(other("it ended the connection instead of answering")),
    }
}

/// RFC 1928 §6.
fn refusal(reply: u8) -> &'static str {
    match reply {
        2 => "it may not lead there",
        3 | 4 => "it finds no way there",
        5 => "nobody listens there",
        6 => "it gave up waiting",
        _ => "it does not lead there",
    }
}

fn other(why: impl Into<String>) -> io::Error {
    io::Error::other(why.into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use hearthcast_testkit::{ConnectProxy, SocksProxy};

    /// A machine that speaks first and then says back what it hears.
    async fn greeter() -> (tokio::task::JoinHandle<()>, u16) {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let task = tokio::spawn(async move {
            while let Ok((mut socket, _)) = listener.accept().await {
                socket.write_all(b"hello ").await.unwrap();
                let mut heard = [0; 5];
                socket.read_exact(&mut heard).await.unwrap();
                socket.write_all(&heard).await.unwrap();
            }
        });
        (task, port)
    }

    async fn talk(net: &Net, host: &str, port: u16) -> String {
        let mut line = net.connect(host, port).await.unwrap();
        line.write_all(b"there").await.unwrap();
        let mut heard = String::new();
        line.read_to_string(&mut heard).await.unwrap();
        heard
    }

    #[tokio::test]
    async fn proxies_lead_to_machines_that_speak_first() {
        let (_task, port) = greeter().await;
        let (socks, connect) = (SocksProxy::to_ports(), ConnectProxy::to_ports());
        for proxy in [socks.url(), connect.url()] {
            let net = Net::default().through(&proxy).unwrap();
            for _ in 0..20 {
                assert_eq!(talk(&net, "far.example.test", port).await, "hello there", "{proxy}");
            }
            assert_eq!(talk(&net, "localhost", port).await, "hello there", "{proxy}");
        }
        let asked = vec![format!("far.example.test:{port}"); 20];
        assert_eq!((socks.asked(), connect.asked()), (asked.clone(), asked), "this machine is reached without it");
        let by_address = Net::default().through(&socks.url().replace("socks5h", "socks5")).unwrap();
        assert_eq!(talk(&by_address, "192.0.2.7", port).await, "hello there");
        assert_eq!(socks.asked().last().unwrap(), &format!("192.0.2.7:{port}"));
    }

    #[tokio::test]
    async fn a_proxy_that_does_not_lead_there_is_named() {
        let connect = ConnectProxy::to_ports();
        let socks = SocksProxy::to_ports();
        let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let swapped = |url: String, to: &str| url.replace("socks5h", to).replace("http", to);
        for (proxy, why) in [
            (format!("socks5h://127.0.0.1:{closed}"), "refused"),
            (format!("http://127.0.0.1:{closed}"), "refused"),
            (connect.url(), "502"),
            (swapped(connect.url(), "socks5h"), ""),
            (swapped(socks.url(), "http"), ""),
            (swapped(connect.url(), "https"), "TLS"),
        ] {
            let net = Net::default().through(&proxy).unwrap();
            let error = net.connect("far.example.test", closed).await.unwrap_err();
            let FetchError::Proxy { proxy: named, origin, why: told } = &error else { panic!("{error:?}") };
            assert_eq!((named, origin), (&proxy, &format!("far.example.test:{closed}")));
            assert!(told.contains(why) && !told.is_empty(), "{proxy}: {told}");
        }
    }
}
