//! The real window, moved by WebDriver: clicks and keys as a person makes them. Nothing here calls into the program.

use fantoccini::elements::Element;
use fantoccini::key::Key;
use fantoccini::{Client, ClientBuilder, Locator};
use hearthcast_tests::{built, free_port, tools, until};
use hyper_util::client::legacy::connect::HttpConnector;
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// How long anything on the screen may take, on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// GStreamer's sinks for real sound, all switched off.
const NO_SOUND_CARD: &str = "pulsesink:NONE,alsasink:NONE,osssink:NONE,oss4sink:NONE,jackaudiosink:NONE,\
    pipewiresink:NONE,openalsink:NONE";

/// A running desktop program and the driver that moves it.
pub struct Window {
    client: Client,
    driver: Driver,
    folder: PathBuf,
}

/// tauri-driver and, below it, WebKitWebDriver; ended with the value.
struct Driver(Child);

impl Drop for Driver {
    fn drop(&mut self) {
        // It may be gone already; then there is nothing to end.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Window {
    /// Opens the window on the library in `folder`, with everything the program keeps inside `folder`.
    pub async fn open(folder: &Path) -> Self {
        let (port, native) = (free_port(), free_port());
        let driver = Driver(driver(folder, port, native));
        // Both: the driver answers before the native one below it does.
        for (name, port) in [("tauri-driver", port), ("WebKitWebDriver", native)] {
            until(&format!("{name} listens"), || TcpStream::connect(("127.0.0.1", port)).ok());
        }
        let options = serde_json::json!({ "tauri:options": { "application": built("hearthcast-desktop") } });
        let serde_json::Value::Object(options) = options else { unreachable!("an object literal is an object") };
        let client = ClientBuilder::new(HttpConnector::new())
            .capabilities(options)
            .connect(&format!("http://127.0.0.1:{port}"))
            .await
            .expect("the window opens");
        Self { client, driver, folder: folder.into() }
    }

    /// Closes the window and ends the program.
    pub async fn close(self) {
        self.client.close().await.expect("the window closes");
        drop(self.driver);
    }

    /// Closes the window and opens it again on the same library.
    pub async fn restart(self) -> Self {
        let folder = self.folder.clone();
        self.close().await;
        Self::open(&folder).await
    }

    /// Waits for the part called `name`.
    pub async fn part(&self, name: &str) -> Element {
        self.css(&format!("[data-testid='{name}']")).await
    }

    /// Waits for something by its selector.
    pub async fn css(&self, selector: &str) -> Element {
        match self.client.wait().at_most(PATIENCE).for_element(Locator::Css(selector)).await {
            Ok(element) => element,
            Err(error) => panic!("{selector} is not on the screen: {error}\n{}", self.words().await),
        }
    }

    /// Clicks the part called `name`.
    pub async fn click(&self, name: &str) {
        self.part(name).await.click().await.unwrap_or_else(|error| panic!("{name} cannot be clicked: {error}"));
    }

    /// Types into the part called `name`.
    pub async fn write(&self, name: &str, words: &str) {
        let field = self.part(name).await;
        field.click().await.unwrap_or_else(|error| panic!("{name} cannot be clicked: {error}"));
        field.send_keys(words).await.unwrap_or_else(|error| panic!("{name} takes no keys: {error}"));
    }

    /// Types into the part called `name` and presses Enter.
    pub async fn enter(&self, name: &str, words: &str) {
        self.write(name, &format!("{words}{}", char::from(Key::Enter))).await;
    }

    /// The words of the part called `name`, once `right` likes them.
    pub async fn read(&self, name: &str, right: impl Fn(&str) -> bool) -> String {
        // Not the driver's own `text`: it leaves out words in boxes that may cut them.
        self.until(name, async |element| element.prop("innerText").await.ok().flatten(), right).await
    }

    /// An attribute of the part called `name`, once `right` likes it.
    pub async fn attribute(&self, name: &str, attribute: &str, right: impl Fn(&str) -> bool) -> String {
        self.until(name, async |element| element.attr(attribute).await.ok().flatten(), right).await
    }

    /// What stands in the field called `name`, once `right` likes it.
    pub async fn value(&self, name: &str, right: impl Fn(&str) -> bool) -> String {
        self.until(name, async |element| element.prop("value").await.ok().flatten(), right).await
    }

    async fn until(
        &self,
        name: &str,
        ask: impl AsyncFn(Element) -> Option<String>,
        right: impl Fn(&str) -> bool,
    ) -> String {
        let end = std::time::Instant::now() + PATIENCE;
        let mut last = String::new();
        loop {
            // Looked up every time: the page may have drawn it anew.
            if let Some(found) = ask(self.part(name).await).await {
                if right(&found) {
                    return found;
                }
                last = found;
            }
            assert!(std::time::Instant::now() < end, "{name} stays \"{last}\"\n{}", self.words().await);
        }
    }

    /// The words inside the frame called `name`, once `right` likes them.
    pub async fn read_frame(&self, name: &str, right: impl Fn(&str) -> bool) -> String {
        let end = std::time::Instant::now() + PATIENCE;
        loop {
            let frame = self.part(name).await;
            let words = match frame.enter_frame().await {
                Ok(()) => match self.client.find(Locator::Css("body")).await {
                    Ok(body) => body.html(true).await.unwrap_or_default(),
                    Err(_) => String::new(),
                },
                Err(_) => String::new(),
            };
            self.client.clone().enter_parent_frame().await.expect("the page around a frame is there");
            if right(&words) {
                return words;
            }
            assert!(std::time::Instant::now() < end, "the frame {name} stays \"{words}\"");
        }
    }

    /// All parts called `name` that are there now.
    pub async fn all(&self, name: &str) -> Vec<Element> {
        let selector = format!("[data-testid='{name}']");
        self.client.find_all(Locator::Css(&selector)).await.expect("the window answers")
    }

    /// Keeps a picture of the window, when `HEARTHCAST_SHOTS` names a folder for them.
    pub async fn picture(&self, name: &str) {
        let Some(folder) = std::env::var_os("HEARTHCAST_SHOTS") else { return };
        let png = self.client.screenshot().await.expect("the window can be drawn");
        std::fs::write(Path::new(&folder).join(format!("{name}.png")), png).expect("the picture can be kept");
    }

    /// All words on the screen, for a message.
    async fn words(&self) -> String {
        self.picture("last").await;
        let body = self.client.find(Locator::Css("body")).await;
        match body {
            Ok(body) => body.text().await.unwrap_or_default(),
            Err(error) => error.to_string(),
        }
    }
}

fn driver(folder: &Path, port: u16, native: u16) -> Child {
    let home = folder.join("home");
    std::fs::create_dir_all(&home).expect("a home folder can be made");
    let program = tools().join("bin/tauri-driver");
    Command::new(&program)
        .args(["--port", &port.to_string(), "--native-port", &native.to_string()])
        .env("HEARTHCAST_LIBRARY", folder.join("library"))
        .env("HOME", &home)
        .env("XDG_DATA_HOME", home.join("data"))
        .env("XDG_CONFIG_HOME", home.join("config"))
        .env("XDG_CACHE_HOME", home.join("cache"))
        // A machine without sound plays into nothing, in real time, instead of looking for a sound server.
        .env("GST_PLUGIN_FEATURE_RANK", NO_SOUND_CARD)
        .stdin(Stdio::null())
        .spawn()
        .unwrap_or_else(|error| panic!("{} did not start: {error}", program.display()))
}
