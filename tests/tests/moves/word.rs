//! Point 5: what apps lose is typed, also where a show moves, goes back to an older version, or ends an old feed.

use crate::scene::{leads, new_feed_url, read, text};
use hearthcast_tests::{Laptop, Listener, Server, file_url, output, scratch, sound, until};
use std::{path::Path, process::Command};

/// A show with one episode in a folder that a web server would show.
pub(crate) fn show_in(place: &Path, laptop: &Laptop) -> String {
    let show = laptop.show("Harbour");
    let file = place.join("one.mp3");
    sound::mp3(&file, 6, "One");
    laptop.episode(&show, "One", &file);
    laptop.ask(&["episode", "set", &show, "one", "at=2026-01-05T08:00:00Z"]);
    let url = file_url(&place.join("old"));
    laptop.ask(&["target", "add", &show, "old", &url, "--public-url", "https://old.example.org/"]);
    laptop.ask(&["publish", &show]);
    show
}

#[test]
fn point_5_a_move_asks_for_the_word() {
    let place = scratch();
    let laptop = Laptop::new(place.path());
    let show = show_in(place.path(), &laptop);
    let url = file_url(&place.path().join("new"));
    laptop.ask(&["target", "add", &show, "new", &url, "--public-url", "https://new.example.org/"]);
    let plan = laptop.speak(&["target", "move", &show, "old", "new", "--plan"]);
    assert_eq!((plan.code, text(&plan.last["confirm"])), (Some(1), show.as_str()), "{}", plan.last);
    assert!(!plan.last["uploads"].as_array().unwrap().is_empty(), "what it would do is told");
    let whats: Vec<&str> = plan.last["consequences"].as_array().unwrap().iter().map(|one| text(&one["what"])).collect();
    assert_eq!(whats, ["address"]);
    for words in
        [&["target", "move", &show, "old", "new"][..], &["target", "move", &show, "old", "new", "--confirm", "yes"]]
    {
        let refused = laptop.speak(words);
        assert_eq!((refused.code, text(&refused.last["code"])), (Some(1), "guard.confirm"), "{}", refused.last);
    }
    assert!(!place.path().join("new/feeds").exists(), "nothing moved");
    laptop.ask(&["target", "move", &show, "old", "new", "--confirm", &show]);
    // The old feed follows until its author ends it, and says who reads it where somebody counts.
    let old = || std::fs::read_to_string(place.path().join(format!("old/feeds/{show}/feed.xml"))).unwrap();
    laptop.ask(&["episode", "set", &show, "one", "title=One, edited"]);
    laptop.ask(&["publish", &show]);
    laptop.ask(&["sync", &show]);
    assert!(old().contains("One, edited"));
    let told = laptop.ask(&["show", "addresses", &show]);
    assert_eq!(told["own"][0]["target"], "old");
    assert!(text(&told["own"][0]["sentence"]).contains("follows the new one"), "{told}");
    assert!(told["own"][0].get("readers").is_none(), "no log was read");
    let refused = laptop.speak(&["target", "end", "old"]);
    assert_eq!((refused.code, text(&refused.last["code"])), (Some(1), "guard.confirm"), "{}", refused.last);
    assert_eq!(laptop.speak(&["target", "end", "new", "--confirm", &show]).code, Some(2), "the show is there");
    laptop.ask(&["target", "end", "old", "--confirm", &show]);
    laptop.ask(&["episode", "set", &show, "one", "title=One, again"]);
    laptop.ask(&["publish", &show]);
    assert_eq!(laptop.ask(&["sync", &show])["published"], 0);
    assert!(old().contains("One, edited") && !old().contains("One, again"), "it hears of nothing new");
    assert_eq!(new_feed_url(&old()), format!("https://new.example.org/feeds/{show}/feed.xml"));
    assert!(laptop.ask(&["show", "addresses", &show])["own"][0]["ended_ms"].is_i64());
}

/// A laptop with a show of one episode.
fn with_an_episode(place: &Path) -> (Laptop, String) {
    let laptop = Laptop::new(place);
    let show = laptop.show("Harbour");
    let file = place.join("one.mp3");
    sound::mp3(&file, 6, "One");
    laptop.episode(&show, "One", &file);
    (laptop, show)
}

#[test]
fn point_3_an_old_feed_at_a_server_says_who_reads_it_until_it_is_ended() {
    let place = scratch();
    let (mut laptop, show) = with_an_episode(place.path());
    let servers = ["old", "new"].map(|name| (name, Server::start(&place.path().join(name))));
    for (name, server) in &servers {
        laptop.secret(&format!("HEARTHCAST_{}_PAIRING_CODE", name.to_uppercase()), &server.pairing_code());
        laptop.ask(&["target", "add", &show, name, &format!("server+{}", server.origin())]);
        if *name == "old" {
            laptop.ask(&["publish", &show]);
        }
    }
    let old_url = format!("{}/podcasts/{show}/rss/", servers[0].1.origin());
    let old_sound = sound_at(&old_url);
    let id = text(&laptop.ask(&["episode", "get", &show, "one"])["id"]).to_owned();
    let stable = ["e/ID/audio.mp3", "episodes/ID/audio/"].map(|path| path.replace("ID", &id));
    let stable = stable.map(|path| format!("{}/{path}", servers[0].1.origin()));
    assert_eq!(stable.each_ref().map(|url| leads(url).0), ["200", "302"].map(String::from));
    laptop.ask(&["target", "move", &show, "old", "new", "--grace", "0", "--confirm", &show]);
    read(&old_url);
    laptop.ask(&["sync"]);
    assert_eq!(leads(&old_url).0, "301");
    let there = sound_at(&format!("{}/podcasts/{show}/rss/", servers[1].1.origin()));
    for url in stable.iter().chain([&old_sound]) {
        assert_eq!(leads(url), ("301".into(), there.clone()), "{url}");
    }
    assert!(text(&laptop.ask(&["show", "addresses", &show])["own"][0]["sentence"]).contains("sends askers on"));
    let asks = laptop.speak(&["target", "end", "old"]);
    assert!(text(&asks.last["message"]).contains("older addresses of sounds lead to where those are now"), "{asks:?}");
    laptop.ask(&["target", "end", "old", "--confirm", &show]);
    for _ in 0..2 {
        assert_eq!(leads(&old_url).0, "410", "it is gone for those who ask, and stays so");
        for url in stable.iter().chain([&old_sound]) {
            assert_eq!(leads(url), ("301".into(), there.clone()), "who kept {url} still hears it");
        }
        laptop.ask(&["sync"]);
    }
}

/// What apps read today they read two days ago: those days are over, and their numbers come.
const TWO_DAYS_LATER: &str = "UPDATE view_row SET day = date('now', '-2 day');
    UPDATE feed_day SET day = date('now', '-2 day'), body = json_set(body, '$.day', date('now', '-2 day'));";

#[test]
fn point_3_an_old_feed_stays_up_to_date_and_says_how_many_still_read_it() {
    let place = scratch();
    let (mut laptop, show) = with_an_episode(place.path());
    let mut server = Server::start(&place.path().join("old"));
    laptop.secret("HEARTHCAST_OLD_PAIRING_CODE", &server.pairing_code());
    laptop.ask(&["target", "add", &show, "old", &format!("server+{}", server.origin())]);
    laptop.ask(&["publish", &show]);
    let old_url = format!("{}/podcasts/{show}/rss/", server.origin());
    let url = file_url(&place.path().join("new"));
    laptop.ask(&["target", "add", &show, "new", &url, "--public-url", "https://new.example.org/"]);
    laptop.ask(&["target", "move", &show, "old", "new", "--confirm", &show]);
    laptop.ask(&["episode", "set", &show, "one", "title=One, edited"]);
    laptop.ask(&["publish", &show]);
    laptop.ask(&["sync"]);
    // Two apps still ask here, one of them twice, and something that is no app.
    for _ in 0..2 {
        assert!(read(&old_url).contains("One, edited"), "it follows the new one");
    }
    let other = Listener::fast("Overcast/3.0 (+http://overcast.fm/; iOS podcast app)");
    assert_eq!(other.get(&old_url).unwrap().status, 200);
    assert_eq!(leads(&old_url).0, "200");
    let own = |laptop: &Laptop| laptop.ask(&["show", "addresses", &show])["own"][0].clone();
    until("both apps are in the numbers of today", || {
        laptop.ask(&["sync"]);
        (laptop.ask(&["stats", &show])["subscribers"] == 2).then_some(())
    });
    let today = own(&laptop);
    assert!(text(&today["sentence"]).contains("has not told yet"), "the day is not over: {today}");

    server.kill();
    output(Command::new("sqlite3").arg(place.path().join("old/server.sqlite")).arg(TWO_DAYS_LATER));
    server.kill_and_start_again();
    let over = until("the numbers of a day that is over", || {
        laptop.ask(&["sync"]);
        Some(own(&laptop)).filter(|old| old["readers"].is_u64())
    });
    let day = output(Command::new("date").args(["-u", "-d", "2 days ago", "+%F"])).trim().to_string();
    assert_eq!((&over["readers"], text(&over["day"])), (&2.into(), day.as_str()), "{over}");
    let sentence = format!("It follows the new one until you end it. On {day} 2 subscribers read it.");
    assert_eq!(text(&over["sentence"]), sentence);
    laptop.ask(&["target", "end", "old", "--confirm", &show]);
    let ended = own(&laptop);
    assert!(text(&ended["sentence"]).starts_with("You ended it"), "{ended}");
}

/// The address of the sound of a feed's only item.
fn sound_at(feed: &str) -> String {
    let feed = read(feed);
    let tag = feed.split("<enclosure ").nth(1).expect("a sound");
    let url = tag.split("url=\"").nth(1).and_then(|rest| rest.split('"').next());
    url.expect("an address").to_string()
}

#[test]
fn point_3_an_old_feed_at_a_server_ends_alone_also_while_its_files_stay() {
    let place = scratch();
    let (mut laptop, show) = with_an_episode(place.path());
    let server = Server::start(&place.path().join("old"));
    laptop.secret("HEARTHCAST_OLD_PAIRING_CODE", &server.pairing_code());
    laptop.ask(&["target", "add", &show, "old", &format!("server+{}", server.origin())]);
    laptop.ask(&["publish", &show]);
    let old_url = format!("{}/podcasts/{show}/rss/", server.origin());
    let old_sound = sound_at(&old_url);
    let url = file_url(&place.path().join("new"));
    laptop.ask(&["target", "add", &show, "new", &url, "--public-url", "https://new.example.org/"]);
    laptop.ask(&["target", "move", &show, "old", "new", "--confirm", &show]);
    laptop.ask(&["sync"]);
    assert_eq!((leads(&old_url).0, leads(&old_sound).0), ("200".into(), "200".into()), "it serves them for 30 days");
    laptop.ask(&["target", "end", "old", "--confirm", &show]);
    for _ in 0..2 {
        assert_eq!(leads(&old_url).0, "410");
        let (status, to) = leads(&old_sound);
        assert!(status == "301" && to.starts_with("https://new.example.org/media/"), "{status} {to}");
        laptop.ask(&["sync"]);
    }
    // The way back is open: its files lie there still.
    laptop.ask(&["target", "move", &show, "new", "old", "--confirm", &show]);
    assert_eq!(leads(&sound_at(&old_url)).0, "200");
}

#[test]
fn point_5_going_back_says_what_apps_make_of_it_and_asks_for_the_word() {
    let place = scratch();
    let laptop = Laptop::new(place.path());
    let show = show_in(place.path(), &laptop);
    let feed = || std::fs::read_to_string(place.path().join(format!("old/feeds/{show}/feed.xml"))).unwrap();
    let first = feed();
    // A title alone asks for nothing.
    laptop.ask(&["episode", "set", &show, "one", "title=One, edited"]);
    laptop.ask(&["publish", &show]);
    assert!(laptop.ask(&["rollback", &show, "--to", "1", "--plan"]).get("confirm").is_none());
    laptop.ask(&["rollback", &show, "--to", "1"]);
    laptop.ask(&["publish", &show]);
    // Guid and date are typed twice: there, and back.
    laptop.ask(&["episode", "set", &show, "one", "guid=another", "at=2026-01-06T08:00:00Z"]);
    laptop.mean(&["publish", &show]);
    let plan = laptop.speak(&["rollback", &show, "--to", "1", "--plan"]);
    assert_eq!((plan.code, text(&plan.last["confirm"])), (Some(1), show.as_str()), "{}", plan.last);
    let told = plan.last["consequences"].as_array().unwrap();
    assert_eq!((text(&told[0]["what"]), text(&told[0]["examples"][0]["before"])), ("guid", "another"), "{told:?}");
    assert!(!text(&told[0]["effects"][0]["source"]).is_empty());
    let refused = laptop.speak(&["rollback", &show, "--to", "1"]);
    assert_eq!((refused.code, text(&refused.last["code"])), (Some(1), "guard.confirm"), "{}", refused.last);
    assert!(feed().contains("another"));
    laptop.ask(&["rollback", &show, "--to", "1", "--confirm", &show]);
    assert_eq!(feed(), first);
    // The date alone, with the same guid.
    laptop.mean(&["publish", &show]);
    laptop.ask(&["episode", "set", &show, "one", "at=2026-01-07T08:00:00Z"]);
    laptop.mean(&["publish", &show]);
    let versions = laptop.ask(&["history", &show])["versions"].as_array().unwrap().len();
    let back = (versions - 1).to_string();
    let plan = laptop.speak(&["rollback", &show, "--to", &back, "--plan"]).last;
    assert_eq!(text(&plan["consequences"][0]["what"]), "date", "{plan}");
}

#[test]
fn point_5_sound_taken_over_from_another_computer_has_an_address_of_its_own() {
    let place = scratch();
    let laptop = Laptop::new(place.path());
    let show = show_in(place.path(), &laptop);
    // A second laptop begins as a copy of the first, and replaces the sound.
    let copy = place.path().join("second");
    output(Command::new("cp").arg("-a").arg(laptop.library()).arg(&copy));
    let second = Laptop::on(&copy, &place.path().join("elsewhere"));
    let other = place.path().join("other.mp3");
    sound::mp3(&other, 12, "Another sound");
    let audio = format!("audio={}", other.display());
    second.ask(&["episode", "set", &show, "one", &audio, "--replace", "same-guid"]);
    second.mean(&["publish", &show]);
    // The first has the same file in another episode.
    laptop.episode(&show, "Other", &other);
    let guid = text(&laptop.ask(&["episode", "get", &show, "one"])["episode"]["guid"]).to_string();
    let taken = laptop.ask(&["settle", &show, "--take", &guid]);
    let hash = output(Command::new("sha256sum").arg(&other));
    assert_eq!(taken["episode"]["audio"]["hash"], hash.split(' ').next().unwrap_or_default(), "{taken}");
    assert_eq!(taken["episode"]["audio_edition"], 1, "who heard the one of before gets this one, too");
}
