//! Data left by the programs of issues 6 and 7 (`fixtures/published-issue6`, made by the `make.py` in it, whose numbers stand here): it
//! opens, loses no row and no word, and server, folder and departed shows go on. The judges are sqlite3, libxml2 and curl. DESIGN §6.11.

use hearthcast_tests::{Laptop, Left, Server, enclosures, lost, output, scratch};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::Command;

/// The fixture.
const NAME: &str = "published-issue6";
const SHOW: &str = "dunen-gezeiten";
/// The host where the show was before.
const OLD: &str = "http://127.0.0.1:47125";
/// What SQLite keeps for itself, and what is written anew from the other tables.
const OWN: &str = "name LIKE 'sqlite%' OR name LIKE 'search%'";

fn told(left: &Left, name: &str) -> String {
    let text = std::fs::read_to_string(left.at("told").join(name)).expect("what was told");
    let www = left.at("www");
    text.replace("/srv/hearthcast-fixture/www", www.to_str().expect("temporary folders have plain names"))
}

fn sqlite(file: &Path, sql: &str) -> Vec<String> {
    let said = output(Command::new("sqlite3").arg(file).arg(sql));
    said.lines().map(str::to_owned).collect()
}

/// Rows of `then` that `now` has not, byte for byte, by table; `but` names tables that may change. Columns may come.
fn gone(then: &Path, now: &Path, but: &[&str]) -> Vec<String> {
    let tables = sqlite(then, &format!("SELECT name FROM sqlite_schema WHERE type = 'table' AND NOT ({OWN})"));
    assert!(tables.len() > 15, "{tables:?}");
    let mut sql = format!("ATTACH '{}' AS left;", then.display());
    for table in tables.iter().filter(|table| !but.contains(&table.as_str())) {
        let columns =
            sqlite(then, &format!("SELECT '\"' || name || '\"' FROM pragma_table_info('{table}')")).join(", ");
        let missing = format!("SELECT {columns} FROM left.{table} EXCEPT SELECT {columns} FROM main.{table}");
        sql += &format!("SELECT '{table}', count(*) FROM ({missing}) HAVING count(*) > 0;");
    }
    sqlite(now, &sql)
}

/// What libxml2 finds in a feed, line by line.
fn xpath(feed: &Path, path: &str) -> Vec<String> {
    let found = output(Command::new("xmllint").args(["--nonet", "--xpath", path]).arg(feed));
    found.lines().map(|line| line.trim().to_string()).filter(|line| !line.is_empty()).collect()
}

/// Status, and where it leads, as curl sees it.
fn leads(url: &str) -> (String, String) {
    let seen =
        output(Command::new("curl").args(["-s", "-g", "-o", "/dev/null", "-w", "%{http_code} %{redirect_url}", url]));
    let (status, to) = seen.split_once(' ').unwrap_or((seen.as_str(), ""));
    (status.to_string(), to.to_string())
}

fn get(url: &str) -> String {
    output(Command::new("curl").args(["-sSf", "-g", "--max-time", "30", url]))
}

fn episode(laptop: &Laptop, show: &str, which: &str) -> Value {
    laptop.ask(&["episode", "get", show, which])["episode"].clone()
}

/// Guids of the making, the newest first.
fn guids() -> impl Iterator<Item = String> {
    (1..=20).rev().map(|n| format!("tag:duenen,{n} & «ü»"))
}

#[test]
fn a_library_of_issue_6_has_every_row_and_says_what_it_said() {
    let place = scratch();
    let left = Left::copy(NAME, place.path());
    let laptop = left.laptop(None, None);
    let (file, then) = (left.at("library/library.sqlite"), left.at("then.sqlite"));
    std::fs::copy(&file, &then).expect("a file can be copied");
    for (file, words) in [
        ("show.json", &["show", "get", SHOW][..]),
        ("counted.json", &["show", "get", "zahlwerk"]),
        ("episodes.json", &["episode", "list", SHOW]),
        ("werkstatt.json", &["episode", "get", SHOW, "werkstatt"]),
        ("istanbul.json", &["episode", "get", SHOW, "istanbul"]),
        ("addresses.json", &["show", "addresses", SHOW]),
        ("directories.json", &["show", "directories", SHOW]),
        ("recipe.json", &["show", "recipe", SHOW]),
        ("paths.json", &["target", "paths", "home", "list"]),
        ("shares.json", &["episode", "shares", SHOW]),
        ("remarks.json", &["episode", "remarks", SHOW, "entwurf"]),
        ("cuts.json", &["episode", "cut", SHOW, "werkstatt"]),
        ("transcripts.json", &["episode", "transcript", SHOW, "werkstatt"]),
        ("media.json", &["media", "list"]),
        ("history.json", &["history", SHOW, "--target", "www"]),
    ] {
        let then: Value = serde_json::from_str(&told(&left, file)).expect("JSON");
        let (now, mut found) = (laptop.ask(words), vec![]);
        lost(&then, &now, file, &mut found);
        assert_eq!(found, Vec::<String>::new());
    }
    assert_eq!(laptop.ask(&["doctor"])["findings"], json!([]));
    assert_eq!(gone(&then, &file, &[]), [""; 0], "not a byte of any row");
    for (table, rows) in [
        ("show", 4),
        ("episode", 20 + 2 + 2 + 2),
        ("target", 5),
        ("import_feed", 2),
        // Every episode, and the show.
        ("import_item", 20 + 1 + 2 + 1),
        // Sounds, cover, chapters, transcript and a picture; sounds and cover.
        ("import_file", 20 + 4 + 2 + 1),
        ("share", 1),
        ("remark", 2),
        ("accepted", 2),
        ("media_tag", 3),
        ("edit", 1),
        ("recording", 1),
        ("old_total", 2),
    ] {
        assert_eq!(sqlite(&file, &format!("SELECT count(*) FROM {table}")), [rows.to_string()], "{table}");
    }
}

#[test]
fn a_library_of_issue_6_has_every_value_of_its_making() {
    let place = scratch();
    let left = Left::copy(NAME, place.path());
    let laptop = left.laptop(None, None);
    let show = laptop.ask(&["show", "get", SHOW])["show"].clone();
    let table = json!([{"namespace": "https://tide.example/ns", "name": "table", "attributes": [{"name": "level", "value": "3"}],
        "inside": [{"element": {"namespace": "https://tide.example/ns", "name": "mark",
            "attributes": [{"name": "kind", "value": "hoch"}], "inside": [{"text": "Süd & West"}]}}]}]);
    for (field, value) in [
        ("podcast_guid", json!("9b024349-ccf0-5f69-a609-6b82873eab3c")),
        ("foreign", table),
        ("feed_page", json!(10)),
        ("hub", json!(format!("{OLD}/hub"))),
        ("cover_alt", json!("Eine Düne & \"Gras\"")),
        ("locked", json!(true)),
        ("formats", json!(["opus", "flac"])),
    ] {
        assert_eq!(show[field], value, "{field}");
    }
    assert_eq!(show["feed_variants"][0]["title"], "Kurz & gut");
    assert_eq!((&show["recipe"]["high_pass_hz"], &show["recipe"]["pauses"]["keep_ms"]), (&json!(80), &json!(800)));
    assert_eq!(show["tags"]["values"][0]["recipients"][0]["split"], 100);

    let koog = episode(&laptop, SHOW, "koog");
    let remote = json!({"url": format!("{OLD}/s/10.mp3"), "mime": "audio/mpeg", "size_bytes": 910});
    assert_eq!(
        (&koog["remote_audio"], &koog["audio"], &koog["guid"]),
        (&remote, &Value::Null, &json!(guids().nth(10)))
    );
    assert_eq!(episode(&laptop, SHOW, "ebbe")["link"], format!("{OLD}/episodes/ebbe/"));
    assert_eq!(episode(&laptop, SHOW, "flut")["link"], "http://127.0.0.1:47123/2020/flut.html");
    let newest = episode(&laptop, SHOW, "istanbul");
    assert_eq!(newest["foreign"][0]["inside"], json!([{"text": "2,5"}]));
    assert_eq!(newest["notes"]["pictures"][0]["address"], format!("{OLD}/p/quay.png"));
    assert_eq!((&newest["persons"][0]["name"], &newest["chapters"][1]["start_ms"]), (&json!("Bo"), &json!(1000)));
    let made = episode(&laptop, SHOW, "werkstatt");
    assert_eq!((&made["number"], &made["season"]), (&json!(7.5), &json!(3)));
    assert_eq!(made["image_alt"], "Ein Kran über dem \"Kai\" & <Nebel>");
    assert_eq!(made["tags"]["alternate_enclosures"][2]["poster"]["alt"], "Ein gelbes Feld");
    let cuts = laptop.ask(&["episode", "cut", SHOW, "werkstatt"])["passages"].clone();
    let passage = |start: i64, end: i64, kind: &str| json!({"start_ms": start, "end_ms": end, "kind": kind});
    assert_eq!(cuts, json!([passage(2000, 3000, "remove"), passage(3500, 3800, "bleep")]));

    let counted = laptop.ask(&["show", "get", "zahlwerk"])["show"].clone();
    let sound = episode(&laptop, "zahlwerk", "flut")["remote_audio"]["url"].clone();
    assert_eq!(counted["prefix"], "https://op3.dev/e/pdst.fm/e/");
    assert_eq!(sound, format!("https://op3.dev/e/pdst.fm/e/{OLD}/s/2.mp3"));
    let accepted = laptop.speak(&["check", SHOW, "--offline"]).last["accepted"].clone();
    let codes: Vec<&Value> = accepted.as_array().expect("a list").iter().map(|one| &one["code"]).collect();
    assert_eq!(codes, ["check.owner_name_missing", "check.audio_title"]);
    let tags = |tag: &str| laptop.ask(&["media", "list", "--tag", tag])["media"][0]["name"].clone();
    assert_eq!((tags("möwen"), tags("kräne")), (json!("werk.wav"), json!("quay.png")));
    let totals = laptop.ask(&["stats", SHOW]).to_string();
    assert!(totals.contains("Alter Zähler") && totals.contains("2023-12"), "{totals}");
    // Once more from the host: nothing of the feed is here that was not, and nothing is twice.
    let file = left.at("library/library.sqlite");
    let of = format!("SELECT DISTINCT guid FROM import_item WHERE source = '{OLD}/duenen.xml' AND guid <> ''");
    let (mut known, mut wanted) = (sqlite(&file, &of), guids().collect::<Vec<_>>());
    known.sort();
    wanted.sort();
    assert_eq!(known, wanted);
}

/// A feed without the tags that say where it is itself.
fn items(feed: &Path) -> String {
    let text = std::fs::read_to_string(feed).expect("a feed");
    text.lines().filter(|line| !line.contains("<lastBuildDate>")).map(|line| format!("{line}\n")).collect()
}

#[test]
fn a_folder_of_issue_6_goes_on_with_pages_and_further_feeds() {
    let place = scratch();
    let left = Left::copy(NAME, place.path());
    let laptop = left.laptop(None, None);
    let folder = left.at("www/feeds").join(SHOW);
    let feed = folder.join("feed.xml");
    let file = |url: &str| -> PathBuf { left.at("www").join(url.strip_prefix("https://www.example.org/").expect(url)) };
    let before = items(&feed);
    assert_eq!(laptop.ask(&["publish", SHOW, "--target", "www"])["writes"], 0, "nothing is to do");
    laptop.ask(&["episode", "set", SHOW, "werkstatt", "title=Werkstatt, neu"]);
    laptop.ask(&["publish", SHOW, "--target", "www"]);
    assert_eq!(items(&feed).replace("Werkstatt, neu", "Werkstatt"), before);

    let next = xpath(&feed, "string(//channel/*[local-name()='link'][@rel='next']/@href)");
    let pages = [feed.clone(), file(&next[0])];
    let read: Vec<String> = pages.iter().flat_map(|page| xpath(page, "//item[position() > 0]/guid/text()")).collect();
    let wanted: Vec<String> = guids().map(|guid| guid.replace('&', "&amp;")).collect();
    assert_eq!(read[1..], wanted, "all pages have all episodes, in the order of the making");
    assert_eq!(xpath(&pages[1], "count(//item)"), ["10"]);
    assert_eq!(xpath(&folder.join("kurz.xml"), "//item/title/text()"), ["Werkstatt, neu", "İstanbul 🌊"]);
    assert_eq!(xpath(&folder.join("opus.xml"), "string(//item[1]/enclosure/@type)"), ["audio/opus"]);
    for (what, wanted) in [
        ("string(//channel/*[local-name()='link'][@rel='hub']/@href)", "http://127.0.0.1:47125/hub"),
        ("string(//channel/*[local-name()='guid'])", "9b024349-ccf0-5f69-a609-6b82873eab3c"),
        ("string(//channel/*[local-name()='locked']/@owner)", "ada@example.org"),
        ("string(//*[namespace-uri()='https://tide.example/ns'][local-name()='mark'])", "Süd & West"),
        ("string(//item[2]/*[namespace-uri()='https://tide.example/ns'])", "2,5"),
        ("string(//item[2]/*[local-name()='person'])", "Bo"),
        ("count(//item[1]/*[local-name()='transcript'])", "4"),
        ("string(//item[1]/*[@purpose='poster']/@alt)", "Ein gelbes Feld"),
        ("string(//item[1]/*[local-name()='image'][@purpose='artwork']/@alt)", "Ein Kran über dem \"Kai\" & <Nebel>"),
        ("count(//item[1]/*[local-name()='alternateEnclosure'])", "3"),
        ("string(//item[1]/*[local-name()='soundbite']/@duration)", "2"),
        ("string(//item[4]/enclosure/@url)", "http://127.0.0.1:47125/s/18.mp3"),
        ("string(//item[4]/enclosure/@length)", "918"),
    ] {
        assert_eq!(xpath(&feed, what), [wanted], "{what}");
    }
    // Everything that lies here and that the feed names is there.
    let named = xpath(&feed, "//enclosure/@url | //@uri | //item/*/@href | //item/*[local-name()='transcript']/@url");
    let urls = named.iter().filter_map(|one| one.split('"').nth(1)).filter(|url| url.contains("www.example.org"));
    assert_eq!(urls.filter(|url| file(url).is_file()).count(), 3 + 3 + 3 + 5);
}

#[test]
fn a_server_of_issue_6_goes_on_with_drafts_and_shows_that_left() {
    let place = scratch();
    let left = Left::copy(NAME, place.path());
    let then = place.path().join("server.sqlite");
    std::fs::copy(left.at("server/server.sqlite"), &then).expect("a file can be copied");
    let server = Server::start(&left.at("server"));
    let origin = server.origin();
    let said = |file: &str| told(&left, file).replace("http://127.0.0.1:47123/podcasts", &format!("{origin}/podcasts"));
    let said = |file: &str| said(file).replace("http://127.0.0.1:47123/m/", &format!("{origin}/m/"));
    let feed = format!("{origin}/podcasts/{SHOW}/rss/");
    for (file, path) in [("rss.xml", ""), ("page.xml", "page/1/"), ("kurz.xml", "kurz/")] {
        assert_eq!(get(&format!("{feed}{path}")), said(file), "{file}: the same bytes");
    }
    for (path, status, to) in [
        ("/feed.xml", "301", feed.clone()),
        ("/2020/ebbe.html", "301", format!("{OLD}/episodes/ebbe/")),
        ("/alt/7.mp3", "302", format!("{OLD}/s/7.mp3")),
        ("/podcasts/fort/rss/", "301", "https://www.example.org/feeds/fort/feed.xml".into()),
        ("/podcasts/weg/rss/", "410", String::new()),
    ] {
        assert_eq!(leads(&format!("{origin}{path}")), (status.into(), to), "{path}");
    }
    let laptop = left.laptop(Some(&origin), None);
    let fort = laptop.ask(&["episode", "list", "fort"])["episodes"][0]["id"].clone();
    let (status, to) = leads(&format!("{origin}/e/{}/audio.mp3", fort.as_str().expect("an id")));
    let here = to.strip_prefix("https://www.example.org/").unwrap_or_default();
    assert!(status == "301" && left.at("www").join(here).is_file(), "{status} {to}: the sound is in the folder");
    // The draft is heard until its days are over, with the sound it had; some months later nobody remembers it.
    let share = laptop.ask(&["episode", "shares", SHOW])["shares"][0].clone();
    let page = share["address"].as_str().expect("an address").replace("http://127.0.0.1:47123", &origin);
    let now = std::time::UNIX_EPOCH.elapsed().expect("after 1970").as_millis();
    let alive = share["expires_ms"].as_u64().is_some_and(|end| u128::from(end) > now);
    let status = leads(&page).0;
    assert!(if alive { status == "200" } else { ["410", "404"].contains(&status.as_str()) }, "{alive} {status}");
    // What counting and sweeping go over may change; records, versions, files, drafts and remarks do not.
    let mut counted =
        vec!["day_due", "log_row", "log_mark", "day_count", "feed_day", "salt", "meta", "answer", "upload"];
    if !alive {
        counted.extend(["draft", "remark", "media", "media_gone"]);
    }
    assert_eq!(gone(&then, &left.at("server/server.sqlite"), &counted), [""; 0]);
    laptop.ask(&["episode", "set", SHOW, "werkstatt", "title=Werkstatt, neu"]);
    laptop.ask(&["publish", SHOW, "--target", "home"]);
    let after = get(&feed);
    assert!(after.contains("<title>Werkstatt, neu</title>"), "{after}");
    assert_eq!(enclosures(&after), enclosures(&said("rss.xml")));
    assert_eq!(get(&format!("{feed}page/1/")), said("page.xml"), "a page stays as it is");
    // A show that its author removed comes back within its days, and the one that moved goes on where it is.
    laptop.ask(&["episode", "set", "fort", "eins", "title=Eins, neu"]);
    laptop.ask(&["publish", "fort"]);
    let fort = std::fs::read_to_string(left.at("www/feeds/fort/feed.xml")).expect("a feed");
    assert!(fort.contains("<title>Eins, neu</title>"), "{fort}");
    assert_eq!(leads(&format!("{origin}/podcasts/fort/rss/")).0, "301");
}
