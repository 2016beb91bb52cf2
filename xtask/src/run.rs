//! Starts Hearthcast for a person: the window, or, without a display, a sample show published to a folder and to a
//! server on this machine, with addresses that answer.

use crate::sample::{self, Terminal};
use crate::shell::{answers, program, root, run as start, stage, target_dir, text};
use anyhow::{Context, Result, bail};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// Sets up, builds, and starts the window or the headless journey.
pub fn run(headless: bool) -> Result<()> {
    crate::setup::programs()?;
    stage("window: build", || start(program("npm").args(["run", "--silent", "build"]).current_dir(root().join("ui"))))?;
    let packages = ["hearthcast-cli", "hearthcast-server", "hearthcast-desktop"];
    let mut build = program("cargo");
    build.args(["build", "--locked"]).args(packages.iter().flat_map(|name| ["--package", name]));
    stage("build", || start(&mut build))?;
    if headless || !has_display() {
        println!(
            "There is no display here (DISPLAY and WAYLAND_DISPLAY are not set): showing the way without a window."
        );
        return serve_until_stopped();
    }
    open_window()
}

fn has_display() -> bool {
    ["DISPLAY", "WAYLAND_DISPLAY"].iter().any(|name| std::env::var_os(name).is_some_and(|v| !v.is_empty()))
}

/// Opens the window on the person's own library, with a sample show when there is nothing in it.
fn open_window() -> Result<()> {
    let terminal = Terminal { library: None };
    if terminal.is_empty()? {
        println!("The library is empty: making a sample show.");
        sample::make(&terminal, &target_dir().join("sample"))?;
    }
    start(&mut program(&target_dir().join("debug/hearthcast-desktop").to_string_lossy()))
}

fn serve_until_stopped() -> Result<()> {
    let mut journey = Journey::begin()?;
    journey.print();
    println!("Stop with Ctrl-C.");
    journey.server.0.wait().context("the server could not be waited for")?;
    Ok(())
}

/// The headless journey as a check: every printed address answers; then everything is stopped and removed.
pub fn rehearse() -> Result<()> {
    let journey = Journey::begin()?;
    journey.print();
    std::fs::remove_dir_all(&journey.folder).context("could not remove the sample's folder")
}

/// A sample show, published twice and served.
struct Journey {
    folder: PathBuf,
    server: Running,
    _web: Running,
    addresses: Vec<(&'static str, String)>,
}

/// A program that ends with this value.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended by itself; then there is nothing to stop.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Journey {
    fn begin() -> Result<Self> {
        let folder = target_dir().join(format!("sample-{}", std::process::id()));
        let (www, data) = (folder.join("www"), folder.join("server"));
        std::fs::create_dir_all(&www)?;
        let terminal = Terminal { library: Some(folder.join("library")) };
        sample::make(&terminal, &folder.join("made"))?;

        let web_port = free_port()?;
        let web = Running(web_server(&www, web_port).spawn().context("python3 did not start")?);
        let folder_url = format!("http://127.0.0.1:{web_port}/");
        publish_to_folder(&terminal, &www, &folder_url)?;

        let origin = format!("http://127.0.0.1:{}", free_port()?);
        let server = Running(server(&data, &origin).spawn().context("hearthcast-server did not start")?);
        wait_for(&format!("{origin}/"))?;
        publish_to_server(&terminal, &data, &origin)?;

        let feeds = [
            ("feed in the folder", folder_url + "feeds/" + sample::SLUG + "/feed.xml"),
            ("feed on the server", format!("{origin}/podcasts/{}/rss/", sample::SLUG)),
        ];
        let mut addresses = Vec::new();
        for (name, feed) in feeds {
            let audio = enclosure(&feed)?;
            addresses.extend([(name, feed), ("its episode", audio)]);
        }
        let journey = Self { folder, server, _web: web, addresses };
        journey.check()?;
        Ok(journey)
    }

    fn check(&self) -> Result<()> {
        for (name, address) in &self.addresses {
            if !answers(curl().args(["--output", "/dev/null"]).arg(address)) {
                bail!("the {name} does not answer: {address}");
            }
        }
        Ok(())
    }

    fn print(&self) {
        for (name, address) in &self.addresses {
            println!("   {name}: {address}");
        }
        println!("   library and files: {}", self.folder.display());
    }
}

/// Stands in for the author's web host: Hearthcast itself only writes the folder.
fn web_server(www: &Path, port: u16) -> Command {
    let mut command = ends_with_us("python3");
    command.args(["-m", "http.server", "--bind", "127.0.0.1", "--directory"]).arg(www).arg(port.to_string());
    command.stdout(Stdio::null()).stderr(Stdio::null());
    command
}

fn server(data: &Path, origin: &str) -> Command {
    let mut command = ends_with_us(&server_program());
    command.arg("serve").arg("--data").arg(data).args(["--bind", origin.trim_start_matches("http://")]);
    command.env("HEARTHCAST_SERVER_LOG", "warn").stdout(Stdio::null());
    command
}

/// A program that is stopped when this one ends, however it ends; where util-linux is, the kernel sees to it.
fn ends_with_us(name: &str) -> Command {
    if !answers(program("setpriv").arg("--version")) {
        return program(name);
    }
    let mut command = program("setpriv");
    command.args(["--pdeathsig", "TERM", name]);
    command
}

fn server_program() -> String {
    target_dir().join("debug/hearthcast-server").to_string_lossy().into_owned()
}

fn publish_to_folder(terminal: &Terminal, www: &Path, public_url: &str) -> Result<()> {
    let url = format!("file://{}", www.display());
    terminal.run(&["target", "add", sample::SLUG, "folder", &url, "--public-url", public_url])?;
    terminal.run(&["publish", sample::SLUG, "--target", "folder"])
}

fn publish_to_server(terminal: &Terminal, data: &Path, origin: &str) -> Result<()> {
    let code = text(program(&server_program()).arg("pair").arg("--data").arg(data))?;
    let url = format!("server+{origin}");
    let add = ["target", "add", sample::SLUG, "server", &url, "--role", "mirror", "--quiet"];
    start(terminal.command(&add).env("HEARTHCAST_SERVER_PAIRING_CODE", code.trim()))?;
    terminal.run(&["publish", sample::SLUG, "--target", "server"])
}

fn free_port() -> Result<u16> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}

fn curl() -> Command {
    let mut command = program("curl");
    command.args(["--silent", "--show-error", "--fail", "--max-time", "20"]);
    command
}

/// Waits until something answers there, whatever it says.
fn wait_for(address: &str) -> Result<()> {
    let end = Instant::now() + Duration::from_secs(20);
    while !answers(program("curl").args(["--silent", "--max-time", "2", "--output", "/dev/null", address])) {
        if Instant::now() > end {
            bail!("nothing answers at {address}");
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    Ok(())
}

/// The first enclosure of a feed.
fn enclosure(feed: &str) -> Result<String> {
    let xml = text(curl().arg(feed))?;
    let from = xml.find("<enclosure").with_context(|| format!("the feed at {feed} names no episode"))?;
    let rest = &xml[from..];
    let url = rest.split("url=\"").nth(1).and_then(|r| r.split('"').next()).context("an enclosure without url")?;
    Ok(url.replace("&amp;", "&"))
}
