//! Behind nginx, set up by the very lines of docs/guide/proxy.md.

use crate::early::held;
use crate::scene::{Client, start_with, wait_for};
use axum::Router;
use hearthcast_server::conn::ConnOptions;
use hearthcast_server::public::Networks;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command};

const GUIDE: &str = include_str!("../../../../docs/guide/proxy.md");

/// nginx before a server; ends with the test.
struct Proxy {
    child: Child,
    address: SocketAddr,
}

impl Drop for Proxy {
    fn drop(&mut self) {
        // In order, so that nginx takes its worker with it.
        let _ =
            rustix::process::kill_process(rustix::process::Pid::from_child(&self.child), rustix::process::Signal::TERM);
        let _ = self.child.wait();
    }
}

/// The guide's `server` block, without TLS and at addresses of this test.
fn block(address: SocketAddr, server: SocketAddr) -> String {
    let (_, rest) = GUIDE.split_once("```nginx\n").unwrap();
    let text = rest.split_once("```").unwrap().0;
    assert!(text.contains("listen 443 ssl sndbuf=128k;") && text.contains("proxy_buffering off;"), "{text}");
    text.replace("listen 443 ssl", &format!("listen {address}")).replace("127.0.0.1:8080", &server.to_string())
}

fn nginx(folder: &Path, server: SocketAddr) -> Proxy {
    // A free port may be taken in between: then another one.
    wait_for("nginx", || {
        let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let root = folder.display();
        let kept: String = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
            .map(|name| format!("{name}_temp_path {root}/{name};\n"))
            .concat();
        let block = block(address, server);
        let text = format!(
            "daemon off; error_log {root}/error.log; pid {root}/nginx.pid;\nevents {{}}\n\
             http {{ access_log off;\n{kept}{block} }}\n"
        );
        std::fs::write(folder.join("nginx.conf"), text).unwrap();
        let mut command = Command::new("nginx");
        command.arg("-c").arg(folder.join("nginx.conf")).arg("-p").arg(folder);
        command.arg("-e").arg(folder.join("error.log"));
        let mut proxy = Proxy { child: command.spawn().expect("nginx is installed"), address };
        let up = wait_for("nginx to listen or to end", || match TcpStream::connect(address) {
            Ok(_) => Some(true),
            Err(_) => proxy.child.try_wait().unwrap().map(|_| false),
        });
        up.then_some(proxy)
    })
}

#[test]
pub fn who_leaves_early_behind_the_proxy_of_the_guide_is_not_taken_for_a_listener() {
    let networks = Networks { trusted_proxies: vec!["127.0.0.1/32".parse().unwrap()], ..Networks::default() };
    let mut scene = start_with(ConnOptions::default(), networks, Router::new());
    let folder = tempfile::tempdir().unwrap();
    let proxy = nginx(folder.path(), scene.address);
    // A listener's window is small beside loopback's, which grows with what goes through it, the proxy's own with it.
    let mut client = Client::small(proxy.address, 32 * 1024);
    client.send(&scene.ask("")).head();
    client.read_exactly(100_000);
    // A player that pauses: meanwhile a proxy that buffers takes all.
    held(proxy.address.port());
    drop(client);
    let row = scene.wait_for_entries(1);
    drop(proxy);
    let rows = scene.stop();
    assert_eq!((row.len(), rows.len()), (1, 1));
    assert!(rows[0].flags.proxied, "the row says that its bytes are the proxy's");
    // A minute of 128 kbit/s; without the guide's two lines it is megabytes.
    assert!((100_000..960_000).contains(&rows[0].sent), "{} logged", rows[0].sent);
}
