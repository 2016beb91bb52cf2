//! A system bus of the test's own, and on it what NetworkManager says about the connection. What it is not: NetworkManager;
//! it owns the name and has the one property.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use zbus::blocking::Connection;
use zbus::blocking::connection::Builder;

const NAME: &str = "org.freedesktop.NetworkManager";
const PATH: &str = "/org/freedesktop/NetworkManager";

/// What the property says.
struct Says(Arc<AtomicU32>);

#[zbus::interface(name = "org.freedesktop.NetworkManager")]
impl Says {
    #[zbus(property)]
    fn metered(&self) -> u32 {
        self.0.load(Ordering::SeqCst)
    }
}

/// A bus; it ends with the value.
pub struct SystemBus {
    bus: Child,
    address: String,
    metered: Arc<AtomicU32>,
    manager: Option<Connection>,
}

impl SystemBus {
    /// A bus on which nobody is.
    pub fn start() -> Self {
        let mut bus = Command::new("dbus-daemon");
        bus.args(["--session", "--nofork", "--nopidfile", "--print-address"]);
        let mut bus = bus.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("dbus-daemon is installed");
        let mut said = BufReader::new(bus.stdout.take().expect("piped")).lines();
        let address = said.next().and_then(Result::ok).expect("the bus has an address");
        Self { bus, address, metered: Arc::default(), manager: None }
    }

    /// Its address, for `DBUS_SYSTEM_BUS_ADDRESS`.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// NetworkManager comes, and says this (`NMMetered`: 0 unknown, 1 yes, 2 no, 3 and 4 guessed yes and no).
    pub fn says(&mut self, metered: u32) {
        self.metered.store(metered, Ordering::SeqCst);
        if self.manager.is_none() {
            let serving = Builder::address(self.address.as_str())
                .and_then(|builder| builder.name(NAME))
                .and_then(|builder| builder.serve_at(PATH, Says(Arc::clone(&self.metered))))
                .and_then(Builder::build);
            self.manager = Some(serving.expect("the bus gives the name away"));
        }
    }
}

impl Drop for SystemBus {
    fn drop(&mut self) {
        self.manager = None;
        // It may have ended by itself.
        let _ = self.bus.kill();
        let _ = self.bus.wait();
    }
}
