//! Comments that an import brought: there once, listed while no server has them, given to each server as they stand, and never
//! decided about behind the author's back.

use crate::scene::{NOW, Scene, add_episodes, add_show, sqlite};
use hearthcast_library::{Library, brought, comment};
use hearthcast_model::place::{Location, Role, Target};
use hearthcast_model::record::Table;
use hearthcast_model::{Comment, CommentId, CommentState, EpisodeId, ShowId, TargetId};

/// Before all comments.
const START: (i64, &str) = (i64::MIN, "");

/// The n-th comment about an episode, as an import brings it.
fn told(show: &ShowId, about: &EpisodeId, n: i64) -> Comment {
    Comment {
        id: CommentId::brought(show, &format!("guid#{n}")),
        number: 0,
        show: show.clone(),
        about: about.to_string(),
        name: format!("Visitor {n}"),
        text: format!("Words {n}"),
        created_ms: NOW + n,
        state: CommentState::Approved,
        decided_ms: None,
    }
}

async fn bring(library: &Library, comments: &[Comment]) {
    let mut tx = library.transact().await.unwrap();
    tx.bring_comments(comments).await.unwrap();
    tx.commit().await.unwrap();
}

async fn decide(library: &Library, one: &Comment, state: CommentState) {
    let mut tx = library.transact().await.unwrap();
    assert_eq!(tx.decide_comments(&one.show, &[(one.id.clone(), state)]).await.unwrap().len(), 1);
    tx.commit().await.unwrap();
}

async fn server(library: &Library, show: &ShowId, name: &str) -> TargetId {
    let id = TargetId::fresh(library.ids(), NOW);
    let origin = format!("https://{name}.example");
    let location = Location::Server { origin: origin.clone() };
    let mut tx = library.transact().await.unwrap();
    let target = Target::new(id.clone(), show.clone(), name, &format!("server+{origin}"), location, Role::Primary);
    tx.put_target(&target).await.unwrap();
    tx.commit().await.unwrap();
    id
}

async fn tell(library: &Library, target: &TargetId, comments: &[Comment]) {
    let mut tx = library.transact().await.unwrap();
    tx.put_comments(target, comments).await.unwrap();
    tx.commit().await.unwrap();
}

/// What a target does not have yet.
async fn missing(library: &Library, show: &ShowId, target: &TargetId) -> Vec<Comment> {
    brought::missing(library, show, target, START, 9).await.unwrap()
}

/// Who wrote what is listed in a state, whether a server has it, and whether something is to be told there.
async fn listed(library: &Library, show: &ShowId, state: CommentState) -> Vec<(String, bool, bool)> {
    let known = comment::of_show(library, show, state, 9).await.unwrap();
    assert_eq!(
        comment::counts(library, show).await.unwrap().get(&state).copied().unwrap_or_default(),
        known.len() as u64
    );
    known.into_iter().map(|one| (one.comment.name, one.target.is_some(), one.unsent)).collect()
}

fn row(n: u32, at_server: bool, unsent: bool) -> (String, bool, bool) {
    (format!("Visitor {n}"), at_server, unsent)
}

#[tokio::test]
async fn what_an_import_brought_is_given_to_each_server_as_it_stands() {
    use CommentState::{Approved, Rejected};
    let scene = Scene::new();
    let library = scene.open().await;
    let show = add_show(&library, "s").await;
    let episode = add_episodes(&library, &show, 0..1, "").await.remove(0);
    let (first, second) = (told(&show, &episode, 1), told(&show, &episode, 2));
    bring(&library, &[second.clone(), first.clone()]).await;
    bring(&library, &[Comment { text: "Other words".into(), ..first.clone() }]).await;
    assert_eq!(listed(&library, &show, Approved).await, [row(2, false, true), row(1, false, true)]);
    assert_eq!(brought::ids(&library, &show).await.unwrap().len(), 2);

    let home = server(&library, &show, "home").await;
    assert_eq!(missing(&library, &show, &home).await, [first.clone(), second.clone()], "oldest first, as they came");
    let behind = (first.created_ms, first.id.as_str());
    assert_eq!(brought::missing(&library, &show, &home, behind, 9).await.unwrap(), std::slice::from_ref(&second));
    assert_eq!(brought::missing(&library, &show, &home, START, 1).await.unwrap(), std::slice::from_ref(&first));

    // The author rejects one before, and the other while both are on their way.
    decide(&library, &first, Rejected).await;
    let sent = missing(&library, &show, &home).await;
    assert_eq!((sent[0].state, sent[0].decided_ms), (Rejected, Some(NOW)));
    decide(&library, &second, Rejected).await;
    let there = [Comment { number: 1, ..sent[0].clone() }, Comment { number: 2, ..sent[1].clone() }];
    let mut tx = library.transact().await.unwrap();
    tx.put_comments(&home, &there).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(listed(&library, &show, Rejected).await, [row(2, true, true), row(1, true, false)]);
    assert_eq!(missing(&library, &show, &home).await, []);
    let unsent = comment::unsent(&library, &home, 9).await.unwrap();
    assert_eq!(unsent.iter().map(|one| (&one.id, one.state)).collect::<Vec<_>>(), [(&second.id, Rejected)]);

    // The server is told; another laptop approves the first; then the show moves to another server.
    let mut tx = library.transact().await.unwrap();
    let second_there = Comment { state: Rejected, decided_ms: Some(NOW), ..there[1].clone() };
    tx.comments_told(&home, &unsent, std::slice::from_ref(&second_there)).await.unwrap();
    let first_there = Comment { state: Approved, decided_ms: Some(NOW + 5), ..there[0].clone() };
    tx.put_comments(&home, std::slice::from_ref(&first_there)).await.unwrap();
    tx.remove_target(&home).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(listed(&library, &show, Approved).await, [row(1, false, true)]);
    let other = server(&library, &show, "other").await;
    let stands: Vec<_> =
        missing(&library, &show, &other).await.into_iter().map(|one| (one.state, one.decided_ms)).collect();
    assert_eq!(stands, [(Approved, Some(NOW + 5)), (Rejected, Some(NOW))], "what was decided goes along");
}

#[tokio::test]
async fn what_was_deleted_does_not_come_back_and_what_has_no_episode_is_not_seen() {
    use CommentState::{Approved, Deleted};
    let scene = Scene::new();
    let library = scene.open().await;
    let show = add_show(&library, "s").await;
    let episodes = add_episodes(&library, &show, 0..2, "").await;
    let (one, orphan) = (told(&show, &episodes[0], 1), told(&show, &episodes[1], 2));
    bring(&library, &[one.clone(), orphan.clone()]).await;
    let home = server(&library, &show, "home").await;
    let mut tx = library.transact().await.unwrap();
    tx.delete(Table::Episode, episodes[1].as_str()).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(listed(&library, &show, Approved).await, [row(1, false, true)]);
    assert_eq!(missing(&library, &show, &home).await, std::slice::from_ref(&one));

    // Its words are gone there, though nobody here knows that it was deleted.
    let gone = Comment { number: 1, name: String::new(), text: String::new(), state: Deleted, ..one.clone() };
    tell(&library, &home, std::slice::from_ref(&gone)).await;
    assert_eq!(listed(&library, &show, Deleted).await, [row(1, false, true)], "the words are here");
    assert_eq!(missing(&library, &show, &home).await, [], "and go to no server");
    tell(&library, &home, std::slice::from_ref(&gone)).await;
    bring(&library, &[one]).await;
    for state in CommentState::ALL {
        assert!(listed(&library, &show, state).await.is_empty(), "{state:?}");
    }
    assert_eq!(brought::ids(&library, &show).await.unwrap().len(), 2);
    assert_eq!(sqlite(&scene.file(), "SELECT count(*) FROM comment WHERE body LIKE '%Words 1%'"), "0");
}

#[tokio::test]
async fn what_was_decided_here_holds_where_nobody_heard_that_a_server_has_the_comment() {
    use CommentState::{Approved, Rejected};
    let scene = Scene::new();
    let library = scene.open().await;
    let show = add_show(&library, "s").await;
    let episode = add_episodes(&library, &show, 0..1, "").await.remove(0);
    let (one, two) = (told(&show, &episode, 1), told(&show, &episode, 2));
    bring(&library, std::slice::from_ref(&one)).await;
    let home = server(&library, &show, "home").await;
    // The server's answer was lost; the author rejects the comment before the server tells of it.
    decide(&library, &one, Rejected).await;
    tell(&library, &home, &[Comment { number: 1, ..one.clone() }]).await;
    assert_eq!(listed(&library, &show, Rejected).await, [row(1, true, true)]);
    let unsent = comment::unsent(&library, &home, 9).await.unwrap();
    assert_eq!(unsent.iter().map(|one| (one.state, one.at_ms)).collect::<Vec<_>>(), [(Rejected, NOW)]);
    // A copy of the library brought the other one, and it was rejected: an import here brings it as it stands.
    tell(&library, &home, &[Comment { number: 2, state: Rejected, decided_ms: Some(NOW - 5), ..two.clone() }]).await;
    bring(&library, std::slice::from_ref(&two)).await;
    let other = server(&library, &show, "other").await;
    let stand: Vec<_> = missing(&library, &show, &other).await.iter().map(|one| (one.state, one.decided_ms)).collect();
    assert_eq!(stand, [(Rejected, Some(NOW)), (Rejected, Some(NOW - 5))]);
    // Both servers have them: each is listed once.
    tell(&library, &other, &missing(&library, &show, &other).await).await;
    assert_eq!(listed(&library, &show, Rejected).await.len(), 2);
    assert_eq!(listed(&library, &show, Approved).await, []);
}

#[tokio::test]
async fn no_server_of_another_show_changes_a_comment_and_words_of_what_was_deleted_go() {
    use CommentState::{Approved, Deleted, Rejected, Waiting};
    let scene = Scene::new();
    let library = scene.open().await;
    let (show, foreign) = (add_show(&library, "s").await, add_show(&library, "t").await);
    let episode = add_episodes(&library, &show, 0..1, "").await.remove(0);
    let one = told(&show, &episode, 1);
    bring(&library, std::slice::from_ref(&one)).await;
    let hostile = server(&library, &foreign, "hostile").await;
    let lie = Comment { show: foreign, number: 1, state: Rejected, decided_ms: Some(NOW), ..one.clone() };
    tell(&library, &hostile, std::slice::from_ref(&lie)).await;
    let emptied = Comment { text: String::new(), ..lie.clone() };
    tell(&library, &hostile, &[emptied.clone(), emptied.clone()]).await;
    assert_eq!(listed(&library, &show, Approved).await, [row(1, false, true)]);

    // What its own server has is listed, whoever else says to have it.
    let home = server(&library, &show, "home").await;
    tell(&library, &hostile, std::slice::from_ref(&lie)).await;
    tell(&library, &home, &[Comment { number: 1, ..one.clone() }]).await;
    assert_eq!(listed(&library, &show, Approved).await, [row(1, true, false)]);
    tell(&library, &hostile, std::slice::from_ref(&emptied)).await;

    // It says twice in one answer that the words are gone: they are here until it says so once more.
    let emptied = Comment { show: show.clone(), ..emptied };
    tell(&library, &home, &[emptied.clone(), emptied]).await;
    assert_eq!(listed(&library, &show, Deleted).await, [row(1, false, true)]);
    decide(&library, &one, Waiting).await;
    let shows = hearthcast_library::show::list(&library).await.unwrap();
    assert_eq!(shows.iter().map(|row| row.comments_waiting).collect::<Vec<_>>(), [1, 0], "the sidebar counts it, too");

    decide(&library, &one, Deleted).await;
    let words = || sqlite(&scene.file(), "SELECT count(*) FROM comment WHERE body LIKE '%Words 1%'");
    for (days, left) in [(29, "1"), (2, "0")] {
        scene.clock.advance(days * 24 * 60 * 60 * 1000);
        let mut tx = library.transact().await.unwrap();
        tx.forget_deleted(&show).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(words(), left, "{days} days");
    }
    assert_eq!(brought::ids(&library, &show).await.unwrap().len(), 1, "that it was brought stays known");
}
