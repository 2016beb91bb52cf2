//! Point 3: who still reads an old feed at a storage is told by its access logs, each line once.

use crate::scene::text;
use crate::word::show_in;
use hearthcast_tests::{Laptop, file_url, output, scratch};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::Command;

const ANTENNAPOD: &str = "AntennaPod/3.4.0";
const OVERCAST: &str = "Overcast/3.0 (+http://overcast.fm/; iOS podcast app)";

/// A day of the past in the format of `date`.
fn day(ago: u8, format: &str) -> String {
    let date = format!("{ago} days ago");
    output(Command::new("date").env("LC_ALL", "C").args(["-u", "-d", &date, format])).trim().to_string()
}

/// A line of nginx's `combined`: which day, which second of it, who, what, and how it was answered.
fn combined(ago: u8, second: u8, ip: u8, agent: &str, request: &str, status: u16) -> String {
    let at = format!("{}:10:00:{second:02} +0000", day(ago, "+%d/%b/%Y"));
    format!(r#"198.51.100.{ip} - - [{at}] "{request} HTTP/1.1" {status} 900 "-" "{agent}""#)
}

/// A line as AWS documents it ("Amazon S3 server access log format").
fn s3(ago: u8, ip: u8, agent: &str, key: &str) -> String {
    let at = format!("{}:11:00:00 +0000", day(ago, "+%d/%b/%Y"));
    format!(
        r#"79a59df9 pods [{at}] 198.51.100.{ip} - 3E57427F33A59F07 REST.GET.OBJECT {key} "GET /{key} HTTP/1.1" 200 - 900 900 70 10 "-" "{agent}" - host= - TLS - pods.s3.eu-west-1.amazonaws.com TLSv1.2 - -"#
    )
}

fn log(place: &Path, name: &str, lines: &[String]) -> PathBuf {
    let path = place.join(name);
    std::fs::write(&path, lines.join("\n") + "\n").expect("a log can be written");
    path
}

/// Reads a log; which rows were new, known and late.
fn import(laptop: &Laptop, show: &str, log: &Path, more: &[&str]) -> (Value, [u64; 3]) {
    let log = log.to_str().expect("temporary folders have plain names");
    let report = laptop.ask(&[&["logs", "import", show, log][..], more].concat());
    let rows = ["new_rows", "known_rows", "late_rows"].map(|key| report[key].as_u64().expect("a number"));
    (report, rows)
}

#[test]
fn point_3_access_logs_tell_how_many_still_read_an_old_feed() {
    let place = scratch();
    let laptop = Laptop::new(place.path());
    let show = show_in(place.path(), &laptop);
    let url = file_url(&place.path().join("new"));
    laptop.ask(&["target", "add", &show, "new", &url, "--public-url", "https://new.example.org/"]);
    laptop.ask(&["target", "move", &show, "old", "new", "--confirm", &show]);
    let own = || laptop.ask(&["show", "addresses", &show])["own"][0].clone();
    let none = own();
    let command = format!("hearthcast logs import {show} FILE --target old");
    assert!(none.get("readers").is_none() && text(&none["sentence"]).contains(&command), "{none}");

    // On the first day three apps, one of them five times and one that has it already; on the second day one.
    let feed = format!("GET /feeds/{show}/feed.xml");
    let of_feed = |ago, second, ip, agent, status| combined(ago, second, ip, agent, &feed, status);
    let mut lines: Vec<String> = (0..5).map(|second| of_feed(3, second, 1, ANTENNAPOD, 200)).collect();
    lines.extend([
        of_feed(3, 5, 2, OVERCAST, 304),
        of_feed(3, 6, 3, ANTENNAPOD, 200),
        of_feed(3, 7, 4, "curl/8.0", 200),
        of_feed(2, 0, 1, ANTENNAPOD, 200),
        // These ask for something else, or are not told the feed.
        combined(3, 8, 5, ANTENNAPOD, &format!("HEAD /feeds/{show}/feed.xml"), 200),
        of_feed(3, 9, 6, ANTENNAPOD, 404),
        combined(3, 10, 7, ANTENNAPOD, &format!("GET /feeds/{show}/last-ten.xml"), 200),
    ]);
    let access = log(place.path(), "access.log", &lines);
    // Both places have a feed under this path: whose log it is has to be said.
    let (report, rows) = import(&laptop, &show, &access, &[]);
    assert_eq!((rows, &report["skipped"]["several_places"]), ([0, 0, 0], &json!(9)), "{report}");
    let log_of_old = ["--target", "old"];
    let (report, rows) = import(&laptop, &show, &access, &log_of_old);
    assert_eq!((rows, &report["skipped"]), ([9, 0, 0], &json!({"other_file": 1, "other_operation": 2})), "{report}");
    assert_eq!(report["downloads"], 0);
    let (first, second) = (day(3, "+%F"), day(2, "+%F"));
    let days = json!([
        {"day": first, "subscribers": 3, "readers": 3, "requests": 8, "provisional": false},
        {"day": second, "subscribers": 1, "readers": 1, "requests": 1, "provisional": false},
    ]);
    let stats = laptop.ask(&["stats", &show]);
    assert_eq!((&stats["feed_days"], &stats["subscribers"], &stats["downloads"]), (&days, &json!(1), &json!(0)));
    let told = own();
    let sentence = format!("It follows the new one until you end it. On {second} 1 subscriber read it.");
    assert_eq!(
        (&told["readers"], text(&told["day"]), text(&told["sentence"])),
        (&json!(1), second.as_str(), sentence.as_str())
    );

    // The same log, from its end, and a piece of it change nothing.
    lines.reverse();
    let backwards = log(place.path(), "backwards.log", &lines);
    let piece = log(place.path(), "piece.log", &lines[4..8]);
    for (again, known) in [(&access, 9), (&backwards, 9), (&piece, 4)] {
        assert_eq!(import(&laptop, &show, again, &log_of_old).1, [0, known, 0]);
        assert_eq!(laptop.ask(&["stats", &show])["feed_days"], days);
    }
    // Another format of the same place: who is known is one reader, who is not is one more.
    let key = format!("feeds/{show}/feed.xml");
    let bucket = log(place.path(), "bucket.log", &[s3(2, 1, ANTENNAPOD, &key), s3(2, 8, ANTENNAPOD, &key)]);
    assert_eq!(import(&laptop, &show, &bucket, &log_of_old).1, [2, 0, 0]);
    assert_eq!(own()["readers"], 2);

    // Neither an address nor an agent was written down.
    for secret in ["198.51.100", ANTENNAPOD, OVERCAST] {
        let search = ["-c", "grep -rl -a -F -e \"$1\" \"$0\" || true"];
        let found = output(Command::new("sh").args(search).arg(laptop.library()).arg(secret));
        assert_eq!(found, "", "{secret} is in the library");
    }
    let wrong = laptop.speak(&["logs", "import", &show, access.to_str().expect("plain"), "--target", "nowhere"]);
    assert_ne!(wrong.code, Some(0), "{}", wrong.last);
}

#[test]
fn point_3_the_same_place_under_another_address_has_each_reader_once() {
    let place = scratch();
    let laptop = Laptop::new(place.path());
    let show = show_in(place.path(), &laptop);
    let url = file_url(&place.path().join("old"));
    laptop.ask(&["target", "add", &show, "new", &url, "--public-url", "https://new.example.org/"]);
    laptop.mean(&["target", "move", &show, "old", "new"]);
    let own = laptop.ask(&["show", "addresses", &show])["own"][0].clone();
    let told = "It is the same feed under its older address. Who reads it is counted with the new address where access logs do not tell the two apart.";
    assert_eq!((text(&own["sentence"]), &own["same_place"]), (told, &json!(true)), "nobody is told to read its log");

    let feed = format!("GET /feeds/{show}/feed.xml");
    let lines = [1, 2].map(|ip| combined(3, ip, ip, ANTENNAPOD, &feed, 200));
    let access = log(place.path(), "access.log", &lines);
    assert_eq!(import(&laptop, &show, &access, &["--target", "new"]).1, [2, 0, 0]);
    for of in [&["--target", "old"][..], &["--target", "new"], &[]] {
        assert_eq!(import(&laptop, &show, &access, of).1, [0, 2, 0], "{of:?}: the same lines of the same log");
        assert_eq!(laptop.ask(&["stats", &show])["subscribers"], 2, "{of:?}");
    }
    let own = laptop.ask(&["show", "addresses", &show])["own"][0].clone();
    assert!(own.get("readers").is_none(), "{own}");
}
