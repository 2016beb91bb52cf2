//! Issue 7, point 7, by keys and clicks: the part of a picture is chosen that apps show, chosen again, and given up. The judges are
//! ImageMagick on the picture that was made, and the terminal's program on the same library.

use crate::alone;
use crate::driver::Window;
use crate::scene::one_episode;
use fantoccini::key::Key;
use hearthcast_tests::{Laptop, output, scratch, until};
use serde_json::{Value, json};
use std::process::Command;

/// What the episode says about its picture.
fn picture(laptop: &Laptop, show: &str) -> Value {
    laptop.ask(&["episode", "get", show, "one"])["episode"].clone()
}

/// Waits until that part was chosen.
fn chosen(laptop: &Laptop, show: &str, square: &Value) {
    let part = || picture(laptop, show)["image_from"]["square"].clone();
    until(&format!("the part is {square}"), || (part() == *square).then_some(()));
}

/// Width by height of the episode's picture, and how red and how blue it is.
fn drawn(laptop: &Laptop, show: &str) -> [f64; 3] {
    let episode = picture(laptop, show);
    let hash = episode["image"]["hash"].as_str().unwrap_or_else(|| panic!("a picture: {episode}"));
    let file = laptop.library().join("media").join(&hash[..2]).join(hash);
    let asked = "%[fx:w/h] %[fx:mean.r] %[fx:mean.b]";
    let told = output(Command::new("identify").env("LC_ALL", "C").args(["-format", asked]).arg(file));
    let numbers: Vec<f64> = told.split_whitespace().map(|number| number.parse().expect("a number")).collect();
    numbers.try_into().expect("three numbers")
}

fn near(found: [f64; 3], wanted: [f64; 3]) {
    assert!(found.iter().zip(wanted).all(|(one, other)| (one - other).abs() < 0.02), "{found:?} is not {wanted:?}");
}

#[tokio::test]
async fn point_7_the_part_of_a_picture_is_chosen_by_keys_and_clicks() {
    alone(async {
        let place = scratch();
        let (laptop, show) = one_episode(place.path());
        let wide = place.path().join("wide.png");
        let halves = ["-size", "800x900", "xc:red", "xc:blue", "+append"];
        output(Command::new("convert").env("LC_ALL", "C").args(halves).arg(&wide));
        let window = Window::open(place.path()).await;
        window.click("nav-episodes").await;
        window.click_on("[data-testid='episode-row'] a").await;
        window.enter("episode-picture", &wide.display().to_string()).await;
        // It is no square: which part is shown is asked at once.
        window.attribute("crop-frame", "data-square", |square| square == "0 0 900").await;
        near(drawn(&laptop, &show), [16.0 / 9.0, 0.5, 0.5]);
        // To the right edge: 90 pixels a step, and no further.
        window.tab_to("crop-frame").await;
        for _ in 0..9 {
            window.chord(&[Key::Shift.into(), Key::Right.into()]).await;
        }
        window.attribute("crop-frame", "data-square", |square| square == "700 0 900").await;
        window.read("crop-words", |words| words.contains("900 pixels wide")).await;
        window.picture("crop").await;
        window.click("crop-keep").await;
        window.count("sheet", 0).await;
        chosen(&laptop, &show, &json!({"left": 700, "top": 0, "side": 900}));
        // A hundred columns of it are red.
        near(drawn(&laptop, &show), [1.0, 1.0 / 9.0, 8.0 / 9.0]);

        // Chosen again, it begins where it was; the middle is half and half.
        window.click("episode-picture-crop").await;
        window.attribute("crop-frame", "data-square", |square| square == "700 0 900").await;
        window.click("crop-middle").await;
        window.attribute("crop-frame", "data-square", |square| square == "350 0 900").await;
        window.click("crop-keep").await;
        window.count("sheet", 0).await;
        chosen(&laptop, &show, &json!({"left": 350, "top": 0, "side": 900}));
        near(drawn(&laptop, &show), [1.0, 0.5, 0.5]);

        window.click("episode-picture-crop").await;
        window.click("crop-usual").await;
        window.count("sheet", 0).await;
        chosen(&laptop, &show, &Value::Null);
        near(drawn(&laptop, &show), [16.0 / 9.0, 0.5, 0.5]);
        window.close().await;
    })
    .await;
}
