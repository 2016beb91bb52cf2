//! Clicks that reach what they are meant for. A page that has just come moves while its parts fill: what is under the pointer by then
//! gets nothing of the click, and the right one is clicked again, as by a person who looks where the pointer is.

use crate::driver::{PATIENCE, Window, note};
use fantoccini::elements::Element;
use serde_json::Value;

/// Says what the next click is meant for. Where it comes down on something else, nothing gets it; where it comes down right, a menu
/// may open under the pointer before it goes up.
const MEANT: &str = "
    const stop = (event) => {
        const click = window.meant;
        if (!click) return;
        const label = event.target.closest?.('label');
        const right = click.part.contains(event.target) || (label?.contains(click.part) ?? false);
        click.missed ??= !right;
        if (!click.missed) return;
        event.preventDefault();
        event.stopImmediatePropagation();
    };
    if (window.meant === undefined) {
        for (const kind of ['pointerdown', 'mousedown', 'pointerup', 'mouseup', 'click']) window.addEventListener(kind, stop, true);
    }
    window.meant = { part: arguments[0] };";

/// Whether something else got it.
const MISSED: &str = "const click = window.meant; window.meant = null; return click?.missed ?? false;";

/// What lies half behind an edge counts as seen, and cannot be reached: a person would roll to it.
const ROLL: &str = "arguments[0].scrollIntoView({ block: 'center' })";

impl Window {
    /// Clicks the part called `name`.
    pub async fn click(&self, name: &str) {
        self.clicked(name).await;
    }

    /// Clicks the part called `name` and returns it.
    pub async fn clicked(&self, name: &str) -> Element {
        self.click_on(&format!("[data-testid='{name}']")).await
    }

    /// Takes another of the choices of a list that opens.
    pub async fn choose(&self, name: &str, value: &str) {
        self.click(name).await;
        self.click(&format!("{name}-{value}")).await;
        self.attribute(name, "data-value", |now| now == value).await;
    }

    /// Clicks the first that a selector finds, and returns it.
    pub async fn click_on(&self, selector: &str) -> Element {
        let end = std::time::Instant::now() + PATIENCE;
        loop {
            let part = self.css(selector).await;
            note(&format!("click {selector}"));
            let name = serde_json::to_value(&part).expect("a part has a name");
            let clicked = match self.client.execute(MEANT, vec![name.clone()]).await {
                Ok(_) => part.click().await,
                Err(error) => Err(error),
            };
            // A page that the click led away from tells nothing, and neither does a window that it closed.
            let missed = matches!(self.client.execute(MISSED, vec![]).await, Ok(Value::Bool(true)));
            match clicked {
                Ok(()) if !missed => return part,
                Err(error) if std::time::Instant::now() > end => {
                    panic!("{selector} cannot be clicked: {error:?}\n{}", self.words().await)
                }
                Ok(()) => assert!(std::time::Instant::now() < end, "{selector} does not stand still"),
                Err(_) => drop(self.client.execute(ROLL, vec![name]).await),
            }
        }
    }
}
