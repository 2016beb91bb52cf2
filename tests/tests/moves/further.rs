//! Who reads a further feed goes on with that one, not with the whole feed.

use crate::scene::{leads, new_feed_url, read, text};
use hearthcast_tests::{Laptop, Server, file_url, scratch, sound};

#[test]
fn point_3_each_further_feed_goes_on_to_its_own_new_address() {
    let place = scratch();
    let mut laptop = Laptop::new(place.path());
    let show = laptop.show("Harbour");
    for title in ["One", "Two"] {
        let file = place.path().join(format!("{title}.mp3"));
        sound::mp3(&file, 6, title);
        laptop.episode(&show, title, &file);
    }
    laptop.ask(&["show", "set", &show, "variants.newest=last:1", "variants.two=season:2 Second"]);
    let servers = ["old", "new"].map(|name| (name, Server::start(&place.path().join(name))));
    for (name, server) in &servers {
        laptop.secret(&format!("HEARTHCAST_{}_PAIRING_CODE", name.to_uppercase()), &server.pairing_code());
        laptop.ask(&["target", "add", &show, name, &format!("server+{}", server.origin())]);
        if *name == "old" {
            laptop.ask(&["publish", &show]);
        }
    }
    let base = |server: &Server| format!("{}/podcasts/{show}/rss/", server.origin());
    let (old, new) = (base(&servers[0].1), base(&servers[1].1));
    laptop.mean(&["target", "move", &show, "old", "new", "--grace", "1"]);
    laptop.ask(&["sync"]);
    for name in ["", "newest/", "two/"] {
        let there = format!("{new}{name}");
        assert_eq!(new_feed_url(&read(&format!("{old}{name}"))), there, "in its days the old one sends to its own");
        assert_eq!(new_feed_url(&read(&there)), there, "and that one says that it is there");
    }
    // Back, and away again with no days: 301.
    laptop.mean(&["target", "move", &show, "new", "old", "--grace", "1"]);
    laptop.mean(&["target", "move", &show, "old", "new", "--grace", "0"]);
    laptop.ask(&["sync"]);
    for (from, to) in [("", ""), ("newest/", "newest/"), ("two/", "two/"), ("page/1/", ""), ("never-was/", "")] {
        assert_eq!(leads(&format!("{old}{from}")), ("301".into(), format!("{new}{to}")), "{from}");
    }
    // To a folder: the addresses there are made otherwise.
    let (www, public) = (place.path().join("www"), "https://pods.example.org/");
    laptop.ask(&["target", "add", &show, "www", &file_url(&www), "--public-url", public]);
    laptop.mean(&["target", "move", &show, "new", "www", "--grace", "0"]);
    laptop.ask(&["sync"]);
    let newest = format!("{public}feeds/{show}/newest.xml");
    let file = std::fs::read_to_string(www.join(format!("feeds/{show}/newest.xml"))).expect("it is there");
    assert_eq!(new_feed_url(&file), newest);
    for base in [&old, &new] {
        assert_eq!(leads(&format!("{base}newest/")), ("301".into(), newest.clone()), "{base}: straight there");
    }
}

#[test]
fn point_3_a_hub_that_nobody_reaches_is_refused_when_it_is_set() {
    let place = scratch();
    let laptop = Laptop::new(place.path());
    let show = laptop.show("Harbour");
    for hub in ["https://10.0.0.1/", "https://[fd00::1]/", "https://169.254.169.254/", "https://hub.local/"] {
        let refused = laptop.speak(&["show", "set", &show, &format!("hub={hub}")]);
        assert_eq!((refused.code, text(&refused.last["code"])), (Some(2), "field.invalid"), "{hub}: {}", refused.last);
        assert!(text(&refused.last["hint"]).contains("everybody reaches"), "{}", refused.last);
    }
    laptop.ask(&["show", "set", &show, "hub=https://hub.example/"]);
}
