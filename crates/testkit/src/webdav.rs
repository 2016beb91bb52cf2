//! `wsgidav` (PyPI): a real WebDAV server. `/dav` is for whoever knows the password, `/www` shows the same folder to everybody.

use crate::child::{Running, tool};
use std::path::{Path, PathBuf};
use std::process::Command;

/// Who may write.
pub const DAV_USER: &str = "caster";

/// The password.
pub const DAV_PASSWORD: &str = "hearthcast-dav-0123456789";

/// A running server; ends with the value. What it holds stays in its folder.
pub struct WebDavServer {
    running: Running,
    folder: PathBuf,
}

impl WebDavServer {
    /// Starts one that keeps its files below `folder`. It asks for Digest where `digest` is set, else for Basic.
    pub fn start(folder: &Path, digest: bool) -> Self {
        let data = folder.join("data");
        std::fs::create_dir_all(data.join("pods")).expect("the server's folder can be made");
        let running = Running::start(|port| {
            let config = folder.join("dav.json");
            std::fs::write(&config, settings(&data, port, digest)).expect("the server's settings can be written");
            let mut command = Command::new(tool("storages-python/bin/wsgidav"));
            command.arg("--config").arg(config);
            command
        });
        Self { running, folder: data.join("pods") }
    }

    /// The address of the folder as `hearthcast target add` takes it.
    pub fn url(&self) -> String {
        format!("webdav://{DAV_USER}@127.0.0.1:{}/dav/pods", self.running.port())
    }

    /// The address under which everybody may read it.
    pub fn public_url(&self) -> String {
        format!("http://127.0.0.1:{}/www/pods/", self.running.port())
    }

    /// Its address as a socket.
    pub fn address(&self) -> std::net::SocketAddr {
        ([127, 0, 0, 1], self.running.port()).into()
    }

    /// Where its files lie.
    pub fn folder(&self) -> &Path {
        &self.folder
    }
}

fn settings(data: &Path, port: u16, digest: bool) -> String {
    let data = data.to_str().expect("temporary folders have plain names");
    format!(
        r#"{{"host": "127.0.0.1", "port": {port}, "server": "cheroot", "verbose": 0,
        "provider_mapping": {{"/dav": "{data}", "/www": {{"root": "{data}", "readonly": true}}}},
        "simple_dc": {{"user_mapping": {{"/dav": {{"{DAV_USER}": {{"password": "{DAV_PASSWORD}"}}}}, "/www": true}}}},
        "http_authenticator": {{"accept_basic": {}, "accept_digest": {digest}, "default_to_digest": {digest}}}}}"#,
        !digest
    )
}
