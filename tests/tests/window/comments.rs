//! What visitors wrote, decided by clicks: a comment that waits is approved and public; one that was deleted comes back by
//! the message's undo, and from the list of deleted ones. The judge is curl at the server's public API.

use crate::alone;
use crate::driver::Window;
use crate::scene::published;
use hearthcast_tests::{curl, scratch, until, visitor_writes};

#[tokio::test]
async fn a_comment_is_approved_and_public_and_a_deleted_one_comes_back() {
    alone(async {
        let place = scratch();
        let (laptop, server, show) = published(place.path());
        laptop.ask(&["show", "set", &show, "comments=approved"]);
        laptop.ask(&["publish", &show]);
        let got = laptop.ask(&["episode", "get", &show, "one"]);
        let episode = got["episode"]["id"].as_str().or(got["id"].as_str()).expect("an id").to_string();
        let origin = server.origin();
        let wanted = visitor_writes(&origin, &show, &episode, "Dave", "I was on that stair in 1987");
        visitor_writes(&origin, &show, &episode, "Mallory", "Buy things");
        let window = Window::open(place.path()).await;
        window.click("nav-comments").await;
        window.click("comments-fetch").await;
        window.count("comment", 2).await;
        // The newest stands first.
        window.read("comment-words", |words| words == "Buy things").await;
        assert!(public(&origin).is_empty(), "nobody sees what waits");
        window.picture("comments-waiting").await;

        window.click("comment-reject").await;
        window.count("comment", 1).await;
        window.click("comment-approve").await;
        window.count("comment", 0).await;
        until("the approved comment is public", || (public(&origin) == [wanted.as_str()]).then_some(()));

        window.click("comments-filter-rejected").await;
        window.click("comment-delete").await;
        window.count("comment", 0).await;
        window.click("toast-action").await;
        window.read("comment-words", |words| words == "Buy things").await;
        window.click("comment-delete").await;
        window.click("comments-filter-deleted").await;
        window.read("comment-words", |words| words == "Buy things").await;
        window.picture("comments-deleted").await;
        window.click("comment-restore").await;
        window.count("comment", 0).await;
        window.click("comments-filter-waiting").await;
        window.read("comment-words", |words| words == "Buy things").await;
        window.close().await;
        assert_eq!(public(&origin), [wanted], "what waits again is seen by nobody");
    })
    .await;
}

/// Numbers of the comments that everybody sees.
fn public(origin: &str) -> Vec<String> {
    let (_, list) = curl(&[&format!("{origin}/comments/")]);
    let ids = list["data"].as_array().expect("a list").iter();
    ids.map(|one| one["id"].as_str().expect("an id").to_string()).collect()
}
