//! The keyboard as a person has it: keys go to whatever has the focus, and the focus is looked at, never set.

use crate::driver::{Window, note};
use fantoccini::actions::{InputSource, KeyAction, KeyActions};
use fantoccini::elements::Element;
use fantoccini::key::Key;
use fantoccini::wd::WebDriverCompatibleCommand;
use url::{ParseError, Url};

/// More stops than any page has.
const MOST_STOPS: usize = 160;

/// Something that has the focus.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stop {
    /// Its name in tests, or empty.
    pub part: String,
    /// What a screen reader calls it.
    pub label: String,
    /// What kind of thing it says it is.
    pub role: String,
}

/// Asks the driver for what the browser computed for screen readers.
#[derive(Debug)]
struct Computed {
    element: String,
    what: &'static str,
}

impl WebDriverCompatibleCommand for Computed {
    fn endpoint(&self, base_url: &Url, session_id: Option<&str>) -> Result<Url, ParseError> {
        base_url.join(&format!("session/{}/element/{}/{}", session_id.unwrap_or_default(), self.element, self.what))
    }

    fn method_and_body(&self, _request_url: &Url) -> (http::Method, Option<String>) {
        (http::Method::GET, None)
    }
}

impl Window {
    /// Presses keys together and lets go of them.
    pub async fn chord(&self, keys: &[char]) {
        note(&format!("press {keys:?}"));
        let down = keys.iter().map(|key| KeyAction::Down { value: *key });
        let up = keys.iter().rev().map(|key| KeyAction::Up { value: *key });
        let actions = down.chain(up).fold(KeyActions::new("keyboard".into()), |all, one| all.then(one));
        let pressed = self.client.perform_actions(actions).await;
        pressed.unwrap_or_else(|error| panic!("{keys:?} cannot be pressed: {error}"));
    }

    /// Presses one key.
    pub async fn key(&self, key: impl Into<char>) {
        self.chord(&[key.into()]).await;
    }

    /// Types words into whatever has the focus.
    pub async fn type_in(&self, words: &str) {
        note(&format!("type {words:?}"));
        let strokes = words.chars().flat_map(|c| [KeyAction::Down { value: c }, KeyAction::Up { value: c }]);
        let actions = strokes.fold(KeyActions::new("keyboard".into()), |all, one| all.then(one));
        self.client.perform_actions(actions).await.unwrap_or_else(|error| panic!("{words:?} cannot be typed: {error}"));
    }

    /// Presses Tab until the part called `name` has the focus; `back` goes the other way.
    pub async fn tab_to(&self, name: &str) {
        self.part(name).await;
        let mut passed = vec![];
        for _ in 0..MOST_STOPS {
            self.key(Key::Tab).await;
            let part = self.focused_part().await;
            if part == name {
                return;
            }
            passed.push(part);
        }
        panic!("{name} is not reached by Tab; passed were {passed:?}");
    }

    /// Goes to the part called `name` by Tab, types, and presses Enter when `enter`.
    pub async fn fill(&self, name: &str, words: &str, enter: bool) {
        self.tab_to(name).await;
        self.type_in(words).await;
        if enter {
            self.key(Key::Enter).await;
        }
    }

    /// The name in tests of what has the focus, or empty.
    pub async fn focused_part(&self) -> String {
        match self.client.active_element().await {
            Ok(element) => element.attr("data-testid").await.ok().flatten().unwrap_or_default(),
            Err(_) => String::new(),
        }
    }

    /// What has the focus, as a screen reader has it; nothing on the page itself.
    pub async fn stop(&self) -> Option<Stop> {
        let element = self.client.active_element().await.ok()?;
        if element.tag_name().await.ok()? == "body" {
            return None;
        }
        let part = element.attr("data-testid").await.ok().flatten().unwrap_or_default();
        let label = self.computed(&element, "computedlabel").await;
        let role = self.computed(&element, "computedrole").await;
        Some(Stop { part, label, role })
    }

    async fn computed(&self, element: &Element, what: &'static str) -> String {
        note(&format!("ask for the {what}"));
        let asked = Computed { element: element.element_id().to_string(), what };
        let answer = self.client.issue_cmd(asked).await.unwrap_or_else(|error| panic!("no {what}: {error}"));
        answer.as_str().unwrap_or_default().to_string()
    }

    /// Every stop of the page from where the focus is, until it comes round or ends.
    pub async fn stops(&self) -> Vec<Stop> {
        let mut all: Vec<Stop> = vec![];
        for _ in 0..MOST_STOPS {
            self.key(Key::Tab).await;
            match self.stop().await {
                Some(stop) if all.first() == Some(&stop) => break,
                Some(stop) => all.push(stop),
                None => break,
            }
        }
        all
    }
}
