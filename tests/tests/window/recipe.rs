//! Issue 7, point 3, by clicks: every setting of a show's recipe is chosen in the window and kept, numbers that cannot be are told, and
//! all of it stands there again. The judges are the terminal's program on the same library, and sha256sum.

use crate::alone;
use crate::driver::Window;
use crate::scene::one_episode;
use hearthcast_tests::{Laptop, output, scratch, sound, until};
use serde_json::{Value, json};
use std::process::Command;

fn recipe(laptop: &Laptop, show: &str) -> Value {
    laptop.ask(&["show", "recipe", show])
}

/// Waits until the library has it.
fn kept(laptop: &Laptop, show: &str, field: &str, value: &Value) {
    until(&format!("{field} is {value}"), || (recipe(laptop, show)[field] == *value).then_some(()));
}

/// Writes a number over the one that stands there.
async fn number(window: &Window, name: &str, text: &str) {
    window.clear(name).await;
    window.write(name, text).await;
}

#[tokio::test]
async fn point_3_every_setting_of_a_recipe_is_chosen_by_clicks() {
    alone(async {
        let place = scratch();
        let (laptop, show) = one_episode(place.path());
        let has = |field: &str, value: Value| kept(&laptop, &show, field, &value);
        let window = Window::open(place.path()).await;
        window.click("nav-details").await;
        window.click("recipe-open").await;
        window.choose("recipe-loudness", "ebu").await;
        has("loudness", json!("ebu"));
        window.choose("recipe-loudness", "own").await;
        number(&window, "recipe-lufs", "-20").await;
        has("loudness", json!({"lufs": -200}));
        window.choose("recipe-rate", "44100").await;
        has("sample_rate_hz", json!(44_100));
        window.choose("recipe-vbr", "2").await;
        has("vbr", json!(2));
        window.click("recipe-leveller").await;
        number(&window, "recipe-leveller-percent", "55").await;
        has("leveller", json!(55));
        window.click("recipe-trim").await;
        number(&window, "recipe-ends", "0.8").await;
        has("ends_ms", json!(800));
        noise(&window, &laptop, &show).await;
        window.picture("recipe").await;

        let window = window.restart().await;
        window.click("recipe-open").await;
        window.attribute("recipe-loudness", "data-value", |value| value == "own").await;
        window.value("recipe-lufs", |text| text == "-20").await;
        window.attribute("recipe-rate", "data-value", |value| value == "48000").await;
        window.attribute("recipe-vbr", "data-value", |value| value == "2").await;
        window.value("recipe-leveller-percent", |text| text == "55").await;
        window.value("recipe-ends", |text| text == "0.8").await;
        window.value("recipe-noise-percent", |text| text == "60").await;
        // And away again.
        window.choose("recipe-vbr", "").await;
        has("vbr", Value::Null);
        for (name, field) in [("recipe-leveller", "leveller"), ("recipe-trim", "ends_ms"), ("recipe-noise", "noise")] {
            window.click(name).await;
            has(field, Value::Null);
        }
        window.close().await;
    })
    .await;
}

/// Noise goes with one rate only, and with numbers that make sense.
async fn noise(window: &Window, laptop: &Laptop, show: &str) {
    window.click("recipe-noise").await;
    kept(laptop, show, "noise", &json!(80));
    kept(laptop, show, "sample_rate_hz", &Value::Null);
    number(window, "recipe-noise-percent", "0").await;
    window.css("[data-testid='recipe-noise-percent'][aria-invalid='true']").await;
    number(window, "recipe-noise-percent", "60").await;
    kept(laptop, show, "noise", &json!(60));
    window.click("recipe-rate").await;
    window.css("[data-testid='recipe-rate-44100'][data-disabled]").await;
    window.click("recipe-rate-48000").await;
    kept(laptop, show, "sample_rate_hz", &json!(48_000));
}

#[tokio::test]
async fn point_3_an_intro_and_an_outro_are_given_by_clicks() {
    alone(async {
        let place = scratch();
        let laptop = Laptop::new(place.path());
        let show = laptop.show("Harbour");
        let [intro, outro] = ["jingle.wav", "farewell.wav"].map(|name| place.path().join(name));
        sound::wav(&intro, 2);
        sound::wav(&outro, 3);
        let [intro_hash, outro_hash] = [&intro, &outro].map(|file| {
            let told = output(Command::new("sha256sum").arg(file));
            json!(told.split(' ').next().expect("a hash"))
        });
        let hash = |place: &str| recipe(&laptop, &show)[place]["hash"].clone();
        let window = Window::open(place.path()).await;
        window.click("nav-details").await;
        window.click("recipe-open").await;
        window.enter("recipe-intro", &intro.display().to_string()).await;
        window.part("recipe-intro-none").await;
        until("the intro is kept", || (hash("intro") == intro_hash).then_some(()));
        window.enter("recipe-outro", &outro.display().to_string()).await;
        window.part("recipe-outro-none").await;
        until("the outro is kept", || (hash("outro") == outro_hash).then_some(()));
        window.read("recipe", |words| words.contains("Now: jingle.wav") && words.contains("Now: farewell.wav")).await;
        // What is chosen beside them leaves them there.
        window.click("recipe-mono").await;
        until("it is kept", || (recipe(&laptop, &show)["mono"] == true).then_some(()));
        assert_eq!((hash("intro"), hash("outro")), (intro_hash, outro_hash.clone()));
        window.picture("recipe-around").await;
        window.click("recipe-intro-none").await;
        until("the intro is gone", || hash("intro").is_null().then_some(()));
        window.count("recipe-intro-none", 0).await;
        assert_eq!(hash("outro"), outro_hash, "the other stays");
        window.close().await;
    })
    .await;
}
