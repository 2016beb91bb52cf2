//! Issue 6, point 4, by clicks: lights beside "Publish", what was found and whose rule it is, and one click that puts it right. The
//! judge is the terminal's program.

use crate::alone;
use crate::driver::Window;
use crate::scene::noise_to_publish;
use hearthcast_tests::{Laptop, scratch, until};
use serde_json::Value;

/// Levels of what the terminal's checks find, and whether the rule is among them.
fn found(laptop: &Laptop, show: &str, code: &str) -> (usize, usize, bool) {
    let findings = laptop.speak(&["check", show, "--offline"]).before;
    let findings: Vec<&Value> = findings.iter().filter(|line| line["type"] == "finding").collect();
    let errors = findings.iter().filter(|line| line["level"] == "error").count();
    (errors, findings.len() - errors, findings.iter().any(|line| line["code"] == code))
}

#[tokio::test]
async fn point_4_a_finding_is_put_right_by_one_click() {
    const CODE: &str = "check.explicit_show";
    alone(async {
        let place = scratch();
        let (laptop, show) = noise_to_publish(place.path(), 0.4);
        laptop.ask(&["episode", "set", &show, "one", "explicit=yes"]);
        let (errors, others, is_found) = found(&laptop, &show, CODE);
        assert!(is_found);

        let window = Window::open(place.path()).await;
        window.click("nav-publishing").await;
        // A light of its own for what would be refused, and one for what could be better.
        window.attribute("publish-checks", "data-errors", |now| now == errors.to_string()).await;
        let lights = async |errors: usize, others: usize| {
            let sign = "[data-testid='publish-checks'] [data-testid='lights']";
            window.css(&format!("{sign}[data-missing='{errors}'][data-look='{others}']")).await;
        };
        lights(errors, others).await;
        window.click("publish-checks").await;
        let finding = format!("[data-testid='finding'][data-code='{CODE}']");
        let words = window.css(&finding).await.text().await.expect("it says what it is");
        assert!(words.contains("Apple"), "whose rule it is: {words}");
        window.css(&format!("{finding} [data-testid='finding-rule']")).await;
        window.picture("checks").await;
        window.click_on(&format!("{finding} [data-testid='finding-fix']")).await;
        until("the show is explicit", || {
            (laptop.ask(&["show", "get", &show])["show"]["explicit"] == true).then_some(())
        });
        let (errors, others, is_found) = found(&laptop, &show, CODE);
        assert!(!is_found);
        lights(errors, others).await;
        window.picture("checks-better").await;
        window.close().await;
    })
    .await;
}
