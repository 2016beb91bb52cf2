//! Issue 7, point 3, by clicks: what is off target is taken as it is, and told again. The judge is the terminal's program.

use crate::alone;
use crate::driver::Window;
use crate::scene::noise_to_publish;
use hearthcast_tests::{scratch, until};

#[tokio::test]
async fn point_3_a_finding_is_taken_as_it_is_by_clicks() {
    alone(async {
        let place = scratch();
        let (laptop, show) = noise_to_publish(place.path(), 0.05);
        let accepted = || {
            let last = laptop.speak(&["check", &show, "--offline"]).last;
            last["accepted"].as_array().is_some_and(|all| all.iter().any(|one| one["code"] == "check.loudness"))
        };
        assert!(!accepted());
        let window = Window::open(place.path()).await;
        window.click("nav-publishing").await;
        window.click("publish-checks").await;
        let finding = "[data-testid='finding'][data-code='check.loudness']";
        window.click_on(&format!("{finding} [data-testid='finding-accept']")).await;
        until("it is accepted", || accepted().then_some(()));
        window.click("accepted-open").await;
        window.css("[data-testid='accepted-finding'][data-code='check.loudness']").await;
        window.picture("accepted").await;
        window.click("finding-reconsider").await;
        window.css(finding).await;
        until("it is told again", || (!accepted()).then_some(()));
        window.close().await;
    })
    .await;
}
