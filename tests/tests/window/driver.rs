//! The real window, moved by WebDriver: clicks and keys as a person makes them. Nothing here calls into the program.

use fantoccini::elements::Element;
use fantoccini::key::Key;
use fantoccini::{Client, ClientBuilder, Locator};
use hearthcast_tests::{built, free_port, until};
use hyper_util::client::legacy::connect::HttpConnector;
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// How long anything on the screen may take, on a busy machine.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// GStreamer's sinks for real sound, all switched off.
const NO_SOUND_CARD: &str = "pulsesink:NONE,alsasink:NONE,osssink:NONE,oss4sink:NONE,jackaudiosink:NONE,\
    pipewiresink:NONE,openalsink:NONE";

/// How long the making of an MP3 from a long recording may take, on a busy machine without optimisation.
const MAKING: Duration = Duration::from_secs(400);

/// What the driver was asked last: names the place when it never answers.
static ASKED: Mutex<String> = Mutex::new(String::new());

/// What the driver was asked last.
pub fn asked() -> String {
    ASKED.lock().unwrap_or_else(PoisonError::into_inner).clone()
}

/// Notes what the driver is asked now.
pub fn note(what: &str) {
    *ASKED.lock().unwrap_or_else(PoisonError::into_inner) = what.to_string();
}

/// A running desktop program and the driver that moves it.
pub struct Window {
    pub(crate) client: Client,
    driver: Driver,
    folder: PathBuf,
    environment: Vec<(String, String)>,
}

/// WebKitWebDriver; ended with the value, and the program it started with it. Not tauri-driver in front of it:
/// on this system it only passes on.
struct Driver {
    child: Child,
    library: PathBuf,
}

impl Drop for Driver {
    fn drop(&mut self) {
        // It may be gone already; then there is nothing to end.
        let _ = self.child.kill();
        let _ = self.child.wait();
        for program in programs_of(&self.library) {
            let _ = Command::new("kill").args(["-KILL", &program]).status();
        }
    }
}

/// The desktop programs on a library, by process id. A program whose driver is ended at once outlives it, and on the same
/// message bus the next start would only show that one.
fn programs_of(library: &Path) -> Vec<String> {
    let mark = format!("HEARTHCAST_LIBRARY={}\0", library.display());
    let processes = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    let ours = |process: &std::fs::DirEntry| {
        let read = |name: &str| std::fs::read(process.path().join(name)).unwrap_or_default();
        let environment = read("environ");
        // One that is ending has no environment any more, and still its place on the message bus; a dead one has neither.
        let is_ending = environment.is_empty() && !String::from_utf8_lossy(&read("stat")).contains(") Z ");
        let is_of_library = is_ending || String::from_utf8_lossy(&environment).contains(&mark);
        read("comm").starts_with(b"hearthcast-desk") && is_of_library
    };
    processes.filter(ours).map(|process| process.file_name().to_string_lossy().into_owned()).collect()
}

impl Window {
    /// Opens the window on the library in `folder`, with everything the program keeps inside `folder`.
    pub async fn open(folder: &Path) -> Self {
        Self::open_with(folder, &[]).await
    }

    /// The same, with something in its environment.
    pub async fn open_with(folder: &Path, environment: &[(&str, &str)]) -> Self {
        let environment = environment.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect();
        Self::begin(folder, environment).await
    }

    async fn begin(folder: &Path, environment: Vec<(String, String)>) -> Self {
        // A program that begins while the message bus still knows the last one hands over to it, and is gone: WebKitWebDriver would
        // wait for it for ever. Whoever sees no window begins it once more.
        for attempt in 1.. {
            let opened = tokio::time::timeout(PATIENCE, Self::try_once(folder, &environment)).await;
            match opened {
                Ok(window) => return window,
                Err(_) if attempt == 1 && programs_of(&folder.join("library")).is_empty() => note("no window came"),
                Err(_) => break,
            }
        }
        panic!("no window within {PATIENCE:?}")
    }

    async fn try_once(folder: &Path, environment: &[(String, String)]) -> Self {
        note("open the window");
        let port = free_port();
        let driver = Driver { child: driver(folder, port, environment), library: folder.join("library") };
        until("WebKitWebDriver listens", || TcpStream::connect(("127.0.0.1", port)).ok());
        let options = serde_json::json!({ "webkitgtk:browserOptions": { "binary": built("hearthcast-desktop") } });
        let serde_json::Value::Object(options) = options else { unreachable!("an object literal is an object") };
        let client = ClientBuilder::new(HttpConnector::new())
            .capabilities(options)
            .connect(&format!("http://127.0.0.1:{port}"))
            .await
            .expect("the window opens");
        Self { client, driver, folder: folder.into(), environment: environment.to_vec() }
    }

    /// Closes the window and ends the program.
    pub async fn close(self) {
        note("close the window");
        self.client.close().await.expect("the window closes");
        note("wait for the program to end");
        until("the program ends with its window", || programs_of(&self.driver.library).is_empty().then_some(()));
        drop(self.driver);
    }

    /// Closes the window as its title bar does, and waits until the program has ended; returns its folder.
    pub async fn close_by_the_bar(self) -> PathBuf {
        press_the_cross();
        let library = self.driver.library.clone();
        until("the program ends with its window", || programs_of(&library).is_empty().then_some(()));
        drop(self.driver);
        self.folder
    }

    /// Closes the window as its title bar does while its page is too busy to answer, starts the program again before it has ended,
    /// and waits for the window that comes then; closes that one, too.
    pub async fn close_busy_and_start_again(self) {
        let busy = "setTimeout(() => { const end = Date.now() + 10_000; while (Date.now() < end); })";
        self.client.execute(busy, vec![]).await.expect("the page can be kept busy");
        let first = programs_of(&self.driver.library);
        press_the_cross();
        let mut program = Command::new(built("hearthcast-desktop"));
        let second = with_home(&mut program, &self.folder).spawn().expect("the program starts");
        let _reaped = Reaped(second);
        let others = || programs_of(&self.driver.library).into_iter().filter(|one| !first.contains(one)).count();
        note("wait for the window of the second start");
        until("the first program ends", || {
            programs_of(&self.driver.library).iter().all(|one| !first.contains(one)).then_some(())
        });
        until("another program begins", || (others() > 0).then_some(()));
        until("its window is there, and closes", || {
            // The first that is found may be the window of the one that has just ended.
            crosses_pressed();
            (others() == 0).then_some(())
        });
    }

    /// Goes on in the window that was opened beside this one.
    pub async fn next_window(&self) {
        note("find the other window");
        let end = std::time::Instant::now() + PATIENCE;
        let here = self.client.window().await.expect("this window has a handle");
        loop {
            let windows = self.client.windows().await.expect("the program tells its windows");
            if let Some(other) = windows.into_iter().find(|one| *one != here) {
                return self.client.switch_to_window(other).await.expect("the other window can be moved");
            }
            assert!(std::time::Instant::now() < end, "no other window was opened");
        }
    }

    /// Ends a program of several windows.
    pub async fn end(self) {
        drop(self.kill().await);
    }

    /// Closes the window and opens it again on the same library.
    pub async fn restart(self) -> Self {
        let (folder, environment) = (self.folder.clone(), self.environment.clone());
        self.close().await;
        Self::begin(&folder, environment).await
    }

    /// Ends the program by `kill -9`, in the middle of whatever it does; returns its folder.
    pub async fn kill(self) -> PathBuf {
        note("kill the program");
        let folder = self.folder.clone();
        let library = self.driver.library.clone();
        drop(self.driver);
        until("the program is gone", || programs_of(&library).is_empty().then_some(()));
        folder
    }

    /// The programs behind the window, by process id.
    pub fn programs(&self) -> Vec<String> {
        programs_of(&self.driver.library)
    }

    /// Waits for the part called `name`, as long as making an MP3 takes.
    pub async fn made(&self, name: &str) -> Element {
        note(&format!("wait for {name}"));
        let selector = format!("[data-testid='{name}']");
        match self.client.wait().at_most(MAKING).for_element(Locator::Css(&selector)).await {
            Ok(element) => element,
            Err(error) => panic!("{name} was not made: {error}\n{}", self.words().await),
        }
    }

    /// Waits for the part called `name`.
    pub async fn part(&self, name: &str) -> Element {
        self.css(&format!("[data-testid='{name}']")).await
    }

    /// Waits for something by its selector.
    pub async fn css(&self, selector: &str) -> Element {
        note(&format!("find {selector}"));
        let end = std::time::Instant::now() + PATIENCE;
        loop {
            match self.client.wait().at_most(PATIENCE).for_element(Locator::Css(selector)).await {
                Ok(element) => return element,
                // Drawn anew between being found and being named: it is looked up again.
                Err(error) if error.to_string().contains("Stale element") && std::time::Instant::now() < end => {}
                Err(error) => panic!("{selector} is not on the screen: {error}\n{}", self.words().await),
            }
        }
    }

    /// Types into the part called `name`.
    pub async fn write(&self, name: &str, words: &str) {
        let field = self.clicked(name).await;
        note(&format!("type into {name}"));
        field.send_keys(words).await.unwrap_or_else(|error| panic!("{name} takes no keys: {error}"));
    }

    /// Empties the field called `name`.
    pub async fn clear(&self, name: &str) {
        // Not before it can be reached: a menu that closes just then is still in front of it.
        self.clicked(name).await.clear().await.unwrap_or_else(|error| panic!("{name} cannot be emptied: {error}"));
    }

    /// Types into the part called `name` and presses Enter.
    pub async fn enter(&self, name: &str, words: &str) {
        self.write(name, &format!("{words}{}", char::from(Key::Enter))).await;
    }

    /// Presses a key with Ctrl, wherever the focus is.
    pub async fn ctrl(&self, key: char) {
        let keys: String = [Key::Control.into(), key, Key::Null.into()].into_iter().collect();
        self.press(&keys).await;
    }

    /// Presses keys, wherever the focus is.
    pub async fn press(&self, keys: &str) {
        note(&format!("press {keys:?}"));
        let focused = self.client.active_element().await.expect("something has the focus");
        focused.send_keys(keys).await.unwrap_or_else(|error| panic!("{keys:?} cannot be pressed: {error}"));
    }

    /// Waits until there are so many parts called `name`.
    pub async fn count(&self, name: &str, right: usize) {
        let end = std::time::Instant::now() + PATIENCE;
        while self.all(name).await.len() != right {
            assert!(std::time::Instant::now() < end, "there are not {right} of {name}\n{}", self.words().await);
        }
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
            let part = self.part(name).await;
            note(&format!("read {name}"));
            if let Some(found) = ask(part).await {
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
            note(&format!("enter the frame {name}"));
            let words = match frame.enter_frame().await {
                Ok(()) => match self.client.find(Locator::Css("body")).await {
                    Ok(body) => body.html(true).await.unwrap_or_default(),
                    Err(_) => String::new(),
                },
                Err(_) => String::new(),
            };
            note(&format!("leave the frame {name}"));
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
        note(&format!("draw {name}"));
        let png = self.client.screenshot().await.expect("the window can be drawn");
        std::fs::write(Path::new(&folder).join(format!("{name}.png")), png).expect("the picture can be kept");
    }

    /// Makes the window so many pixels wide and high, for a picture of it.
    pub async fn size(&self, width: u32, height: u32) {
        if std::env::var_os("HEARTHCAST_SHOTS").is_some() {
            self.client.set_window_size(width, height).await.expect("the window can be made larger and smaller");
        }
    }

    /// All words on the screen, for a message.
    pub async fn words(&self) -> String {
        self.picture("last").await;
        let body = self.client.find(Locator::Css("body")).await;
        match body {
            Ok(body) => body.text().await.unwrap_or_default(),
            Err(error) => error.to_string(),
        }
    }
}

/// A program that no driver moves; ended with the value.
struct Reaped(Child);

impl Drop for Reaped {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn press_the_cross() {
    note("press the cross of the title bar");
    assert!(crosses_pressed(), "there is no window to be closed");
}

/// Whether there was a window whose cross could be pressed.
fn crosses_pressed() -> bool {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("readers/close_window.py");
    let pressed = Command::new("python3").arg(script).arg("Hearthcast").output().expect("python3 runs");
    pressed.status.success()
}

fn driver(folder: &Path, port: u16, environment: &[(String, String)]) -> Child {
    with_home(Command::new("WebKitWebDriver").arg(format!("--port={port}")), folder)
        // Lets a driver move Tauri's web view.
        .env("TAURI_WEBVIEW_AUTOMATION", "true")
        .envs(environment.iter().map(|(name, value)| (name, value)))
        .spawn()
        .expect("WebKitWebDriver starts: Debian's package webkit2gtk-driver has it")
}

/// Keeps everything that the program writes inside a folder.
fn with_home<'a>(command: &'a mut Command, folder: &Path) -> &'a mut Command {
    let home = folder.join("home");
    std::fs::create_dir_all(&home).expect("a home folder can be made");
    command
        .env("HEARTHCAST_LIBRARY", folder.join("library"))
        .env("HOME", &home)
        .env("XDG_DATA_HOME", home.join("data"))
        .env("XDG_CONFIG_HOME", home.join("config"))
        .env("XDG_CACHE_HOME", home.join("cache"))
        // A machine without sound plays into nothing, in real time, instead of looking for a sound server.
        .env("GST_PLUGIN_FEATURE_RANK", NO_SOUND_CARD)
        .stdin(Stdio::null())
}
