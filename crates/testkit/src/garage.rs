//! Garage (crates.io): a storage for several machines, here on one. It is built for a quarter of an hour, so only
//! `cargo xtask test --slow` has it.

use crate::child::{Running, free_port, tool};
use crate::{ACCESS_KEY_ID, BUCKET};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::{Duration, Instant};

/// The name of an access key as Garage makes them.
const KEY_ID: &str = "GK0123456789abcdef01234567";

/// Its secret, as Garage makes them.
const SECRET: &str = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

/// Longest wait for the node to have its place in the layout.
const PATIENCE: Duration = Duration::from_secs(60);

/// A running node with the bucket, which everybody may read as a website; ends with the value.
pub struct Garage {
    running: Running,
    web: u16,
    settings: PathBuf,
}

impl Garage {
    /// Starts one that keeps everything in `folder`.
    pub fn start(folder: &Path) -> Self {
        std::fs::create_dir_all(folder).expect("the server's folder can be made");
        let (settings, rpc, web) = (folder.join("garage.toml"), free_port(), free_port());
        let running = Running::start(|port| {
            let at = |name: &str| folder.join(name).display().to_string();
            let text = format!(
                "metadata_dir = {:?}\ndata_dir = {:?}\ndb_engine = \"sqlite\"\nreplication_factor = 1\n\
                 rpc_bind_addr = \"127.0.0.1:{rpc}\"\nrpc_public_addr = \"127.0.0.1:{rpc}\"\nrpc_secret = \"{SECRET}\"\n\
                 [s3_api]\ns3_region = \"us-east-1\"\napi_bind_addr = \"127.0.0.1:{port}\"\n\
                 [s3_web]\nbind_addr = \"127.0.0.1:{web}\"\nroot_domain = \".web.localhost\"\n",
                at("meta"),
                at("data")
            );
            std::fs::write(&settings, text).expect("the server's settings can be written");
            let mut command = garage(&settings);
            command.arg("server");
            command
        });
        let garage = Self { running, web, settings };
        garage.make_bucket();
        garage
    }

    /// Its address without a slash at the end.
    pub fn origin(&self) -> String {
        format!("http://127.0.0.1:{}", self.running.port())
    }

    /// The address of the bucket as a website, without a slash at the end.
    pub fn web(&self) -> String {
        format!("http://localhost:{}", self.web)
    }

    /// The access key that may write: its name and its secret.
    pub fn key(&self) -> (&'static str, &'static str) {
        (KEY_ID, SECRET)
    }

    fn make_bucket(&self) {
        let node = self.say(&["node", "id", "-q"]);
        let node = node.split('@').next().expect("it names itself").trim().to_string();
        self.say(&["layout", "assign", "-z", "here", "-c", "1G", &node]);
        self.say(&["layout", "apply", "--version", "1"]);
        let end = Instant::now() + PATIENCE;
        while !self.run(&["bucket", "create", BUCKET]).status.success() {
            assert!(Instant::now() < end, "the node takes its place");
            std::thread::park_timeout(Duration::from_millis(100));
        }
        self.say(&["key", "import", "--yes", "-n", ACCESS_KEY_ID, KEY_ID, SECRET]);
        self.say(&["bucket", "allow", "--read", "--write", "--owner", BUCKET, "--key", ACCESS_KEY_ID]);
        self.say(&["bucket", "website", "--allow", BUCKET]);
        // Websites go by the name of the machine that is asked for.
        self.say(&["bucket", "alias", BUCKET, "localhost"]);
    }

    fn say(&self, words: &[&str]) -> String {
        let out = self.run(words);
        assert!(out.status.success(), "garage {words:?}: {}", String::from_utf8_lossy(&out.stderr));
        String::from_utf8_lossy(&out.stdout).into_owned()
    }

    fn run(&self, words: &[&str]) -> Output {
        garage(&self.settings).args(words).output().expect("garage starts")
    }
}

fn garage(settings: &Path) -> Command {
    let mut command = Command::new(tool("garage/bin/garage"));
    command.arg("-c").arg(settings).env("RUST_LOG", "garage=warn");
    command
}
