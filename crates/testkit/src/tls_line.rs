//! TLS in front of a server that has none, with a certificate of an authority that the test makes known.

use crate::tls::{authority, server_config};
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::channel;
use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

/// A listening front; its thread ends with the test's process.
pub struct TlsLine(SocketAddr);

impl TlsLine {
    /// A front of a server; writes the authority's certificate to `known`.
    pub fn to(server: SocketAddr, known: &Path) -> Self {
        let acceptor = TlsAcceptor::from(Arc::new(server_config(authority(known).issue(None))));
        let (told, address) = channel();
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            runtime.expect("a runtime for the front").block_on(async move {
                let listener = TcpListener::bind("127.0.0.1:0").await.expect("loopback has free ports");
                let _ = told.send(listener.local_addr().expect("a bound socket has an address"));
                while let Ok((socket, _)) = listener.accept().await {
                    let acceptor = acceptor.clone();
                    tokio::spawn(async move {
                        // Whoever does not know the authority hangs up; that is what is tested.
                        if let (Ok(mut here), Ok(mut there)) =
                            (acceptor.accept(socket).await, TcpStream::connect(server).await)
                        {
                            let _ = copy_bidirectional(&mut here, &mut there).await;
                        }
                    });
                }
            });
        });
        Self(address.recv().expect("the front starts"))
    }

    /// Its address without a slash at the end.
    pub fn origin(&self) -> String {
        format!("https://localhost:{}", self.0.port())
    }
}
