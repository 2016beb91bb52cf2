//! Issue 3, point 5: what was published from the terminal is what a website reads. Issue 7, point 2: a player on it draws how
//! loud the sound is; point 7: browsers show the show's small picture. The judges are curl and ImageMagick.

use hearthcast_tests::{Laptop, Server, output, scratch, sound};
use serde_json::Value;
use std::process::Command;

/// What curl gets, read as JSON.
fn curl(url: &str) -> Value {
    let text = output(Command::new("curl").args(["-sSf", "-g", "--compressed", "--max-time", "30", url]));
    serde_json::from_str(&text).expect("the answer is JSON")
}

#[test]
fn a_website_reads_what_was_published() {
    let place = scratch();
    let mut laptop = Laptop::new(place.path());
    let show = laptop.show("Harbour & Sea");
    let file = place.path().join("one.mp3");
    sound::mp3(&file, 66, "One");
    laptop.episode(&show, "The first: <ahoy> & “away”", &file);
    let server = Server::start(&place.path().join("server"));
    laptop.secret("HEARTHCAST_HOME_PAIRING_CODE", &server.pairing_code());
    laptop.ask(&["target", "add", &show, "home", &format!("server+{}", server.origin())]);
    let url = |path: &str| format!("{}{path}", server.origin());
    assert_eq!(curl(&url("/podcasts/"))["data"], Value::Array(vec![]), "nothing is published yet");

    laptop.ask(&["publish", &show]);
    let podcasts = curl(&url("/podcasts/"));
    let podcast = &podcasts["data"][0];
    assert_eq!((&podcast["id"], &podcast["attributes"]["name"]), (&show.as_str().into(), &"Harbour & Sea".into()));
    assert_eq!(podcast["attributes"]["rss-url"], url(&format!("/podcasts/{show}/rss/")));

    // The front end's way to an episode: by its slug, then the sound where the answer says.
    let slug = curl(&url("/episodes/"))["data"][0]["attributes"]["slug"].clone();
    let slug = slug.as_str().expect("an episode has a slug");
    let found = curl(&url(&format!("/episodes/?filter[episode]={slug}&filter[podcast]={show}&include=season")));
    let episode = &found["data"][0]["attributes"];
    assert_eq!(episode["name"], "The first: <ahoy> & “away”");
    let seconds = episode["duration-seconds"].as_f64().expect("a length");
    assert!((65.9..66.2).contains(&seconds), "{seconds}");
    let copy = place.path().join("copy.mp3");
    let audio = episode["audio-url"].as_str().expect("a sound");
    output(Command::new("curl").args(["-sSf", "--max-time", "30", "-o"]).arg(&copy).arg(audio));
    assert_eq!(std::fs::read(copy).expect("curl wrote it"), std::fs::read(&file).expect("ffmpeg wrote it"));

    // An edit that is not published is nobody's business.
    laptop.ask(&["episode", "set", &show, slug, "title=Changed at home"]);
    assert_eq!(curl(&url("/episodes/"))["data"][0]["attributes"]["name"], "The first: <ahoy> & “away”");
}

#[test]
fn point_2_a_player_draws_what_was_measured() {
    let place = scratch();
    let mut laptop = Laptop::new(place.path());
    let show = laptop.show("Harbour");
    laptop.ask(&["show", "set", &show, "preset=Leave alone"]);
    // Ten seconds each: 20 dB below the loudest, the loudest, 40 dB below it, silence.
    let tone = "if(lt(t\\,10)\\,0.05\\,if(lt(t\\,20)\\,0.5\\,if(lt(t\\,30)\\,0.005\\,0)))*sin(2*PI*440*t)";
    let recording = place.path().join("steps.wav");
    let mut ffmpeg = Command::new("ffmpeg");
    ffmpeg.args(["-nostdin", "-v", "error", "-f", "lavfi", "-i", &format!("aevalsrc={tone}:s=48000:d=40")]);
    output(ffmpeg.args(["-c:a", "pcm_s24le"]).arg(&recording));
    // Sixty decibels are the whole height.
    let meant = [100.0 * (1.0 - 20.0 / 60.0), 100.0, 100.0 * (1.0 - 40.0 / 60.0), 0.0];
    let are_meant = |levels: &[f64], where_from: &str| {
        assert_eq!(levels.len(), 200, "{where_from}");
        for (step, meant) in meant.into_iter().enumerate() {
            // Where one goes over into the next, an MP3 smears.
            for level in &levels[step * 50 + 1..step * 50 + 49] {
                assert!((level - meant).abs() <= 1.0, "{where_from}: {level}, not {meant}");
            }
        }
    };
    // Two hexadecimal digits each: of the recording, and of the file that was made of it, in the library.
    let digits = |text: &str| -> Vec<f64> {
        (0..text.len())
            .step_by(2)
            .map(|at| f64::from(u8::from_str_radix(&text[at..at + 2], 16).expect("digits")))
            .collect()
    };
    let probed = laptop.ask(&["media", "probe", recording.to_str().expect("a plain name")]);
    are_meant(&digits(probed["levels"].as_str().expect("levels")), "probe");
    laptop.episode(&show, "One", &recording);
    let mut sqlite = Command::new("sqlite3");
    sqlite.arg(laptop.library().join("library.sqlite"));
    let told = "SELECT json_extract(facts, '$.levels') FROM media WHERE json_extract(facts, '$.codec') = 'mp3'";
    are_meant(&digits(output(sqlite.arg(told)).trim()), "library");

    let server = Server::start(&place.path().join("server"));
    laptop.secret("HEARTHCAST_HOME_PAIRING_CODE", &server.pairing_code());
    laptop.ask(&["target", "add", &show, "home", &format!("server+{}", server.origin())]);
    laptop.ask(&["publish", &show]);
    let id = curl(&format!("{}/episodes/", server.origin()))["data"][0]["id"].clone();
    let episode = curl(&format!("{}/episodes/{}/", server.origin(), id.as_str().expect("an id")));
    let array = episode["data"]["attributes"]["dbfs-array"].as_array().expect("as spodcat calls it");
    let levels: Vec<f64> = array.iter().map(|level| level.as_f64().expect("a number")).collect();
    are_meant(&levels, "API");
    // As recorded of spodcat: the loudest is 100, the quietest 0.
    let (least, most) =
        levels.iter().fold((f64::MAX, f64::MIN), |(least, most), level| (least.min(*level), most.max(*level)));
    assert_eq!((least, most), (0.0, 100.0));
}

#[test]
fn point_7_a_website_gets_the_shows_small_picture_light_and_transparent() {
    let place = scratch();
    let mut laptop = Laptop::new(place.path());
    let show = laptop.show("Harbour");
    let file = place.path().join("one.mp3");
    sound::mp3(&file, 6, "One");
    laptop.episode(&show, "One", &file);
    // Teal with an edge that is not there.
    let lamp = place.path().join("lamp.png");
    let drawn = ["-size", "400x300", "xc:none", "-fill", "teal", "-draw", "rectangle 100,50 300,250", "-depth", "8"];
    // It reads its own words by the letters of the language.
    output(Command::new("convert").env("LC_ALL", "C").args(drawn).arg(&lamp));
    laptop.ask(&["show", "set", &show, &format!("favicon={}", lamp.display())]);

    let server = Server::start(&place.path().join("server"));
    laptop.secret("HEARTHCAST_HOME_PAIRING_CODE", &server.pairing_code());
    laptop.ask(&["target", "add", &show, "home", &format!("server+{}", server.origin())]);
    laptop.ask(&["publish", &show]);
    let told = || curl(&format!("{}/podcasts/", server.origin()))["data"][0]["attributes"].clone();
    let named = told();
    assert_eq!(named["favicon-content-type"], "image/png");
    let fetched = place.path().join("fetched");
    let mut fetch = Command::new("curl");
    fetch.args(["-sSf", "--max-time", "30", "-w", "%{content_type}", "-o"]).arg(&fetched);
    assert_eq!(output(fetch.arg(named["favicon"].as_str().expect("the API names it"))), "image/png");
    let identify = |format: &str| {
        output(Command::new("identify").env("LC_ALL", "C").args(["-format", format]).arg(&fetched)).trim().to_string()
    };
    // The longest side is 192: 300 of 400 are 144.
    assert_eq!(identify("%m %w %h"), "PNG 192 144");
    assert_eq!(identify("%[fx:p{4,4}.a] %[fx:p{96,72}.a]"), "0 1", "what is behind it is seen around it");
    let colour = identify("%[fx:255*p{96,72}.r] %[fx:255*p{96,72}.g] %[fx:255*p{96,72}.b]");
    // Teal, as CSS names it.
    for (seen, meant) in colour.split(' ').zip([0.0, 128.0, 128.0]) {
        assert!((seen.parse::<f64>().expect("a number") - meant).abs() <= 2.0, "{colour}");
    }

    laptop.ask(&["show", "set", &show, "favicon="]);
    assert!(told()["favicon"].is_string(), "nothing is public before it is published");
    laptop.ask(&["publish", &show]);
    assert_eq!((&told()["favicon"], &told()["favicon-content-type"]), (&Value::Null, &Value::Null));
}
