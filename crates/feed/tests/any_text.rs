//! Any text a person can type arrives at a strict, foreign reader (libxml2) as it was typed.

mod scene;

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use scene::{Scene, xpath};

/// Stands between titles in the answer of one XPath call. No title contains it.
const MARK: char = '\u{E0F0}';
/// Titles read by one run of xmllint.
const BATCH: usize = 250;

fn title() -> impl Strategy<Value = String> {
    let nasty = prop::sample::select(vec![
        "]]>",
        "&",
        "&amp;",
        "<",
        ">",
        "\"",
        "'",
        "<![CDATA[",
        "<!--",
        "-->",
        "&#0;",
        "\r",
        "\n",
        "\r\n",
        "\t",
        " ",
        "\u{0}",
        "\u{1}",
        "\u{8}",
        "\u{B}",
        "\u{1F}",
        "\u{7F}",
        "\u{85}",
        "\u{A0}",
        "\u{200F}",
        "\u{202E}",
        "\u{2028}",
        "\u{FEFF}",
        "\u{FFFD}",
        "\u{FFFE}",
        "\u{FFFF}",
        "\u{1FFFE}",
        "👩‍🚀",
        "שלום",
        "مرحبا",
        "日本",
        "é",
        "e\u{301}",
        "<?xml?>",
        "%",
        "{}",
    ]);
    let any_char = any::<char>().prop_map(|c| c.to_string());
    prop::collection::vec(prop_oneof![3 => nasty.prop_map(str::to_owned), 2 => any_char, 1 => "[a-z ]{1,6}"], 0..12)
        .prop_map(|pieces| pieces.concat())
}

/// XML 1.0 production 2, written out once more, so that the program's own list is checked too.
fn without_forbidden(text: &str) -> String {
    let allowed = |c: &char| {
        let n = *c as u32;
        n == 9 || n == 10 || n == 13 || (0x20..=0xD7FF).contains(&n) || (0xE000..=0xFFFD).contains(&n) || n >= 0x10000
    };
    text.chars().filter(allowed).collect()
}

fn titles(seed: u8) -> Vec<String> {
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[seed; 32]);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    let drawn = (0..BATCH).map(|_| title().new_tree(&mut runner).expect("the strategy rejects nothing").current());
    drawn.filter(|title| !title.contains(MARK)).collect()
}

/// `concat` of one value of every item, in the feed's order (newest first, so the last title comes first).
fn of_every_item(value: &str, count: usize) -> String {
    let values: Vec<String> = (1..=count).map(|n| format!("//item[{n}]/{value}, '{MARK}'")).collect();
    format!("concat({})", values.join(", "))
}

/// The answer of libxml2 must hold exactly the expected texts, the newest (last) first.
fn assert_all(read: &str, expected: impl DoubleEndedIterator<Item = String> + ExactSizeIterator, seed: u8) {
    let read: Vec<&str> = read.split_terminator(MARK).collect();
    assert_eq!(read.len(), expected.len(), "seed {seed}");
    for (read, expected) in read.iter().zip(expected.rev()) {
        assert_eq!(*read, expected, "seed {seed}");
    }
}

#[test]
fn any_title_survives_libxml2() {
    for seed in 0..4 {
        let titles = titles(seed);
        let mut scene = Scene::new();
        for title in &titles {
            scene.episode(title);
        }
        let read = xpath(&scene.render().unwrap(), &of_every_item("title", titles.len()));
        assert_all(&read, titles.iter().map(|title| without_forbidden(title)), seed);
    }
}

#[test]
fn any_attribute_and_html_survive_libxml2() {
    for seed in 4..6 {
        let titles = titles(seed);
        let mut scene = Scene::new();
        for title in &titles {
            let episode = scene.episode("t");
            episode.notes.safe = hearthcast_model::SafeHtml {
                html: format!("x{title}x"),
                sanitizer_version: hearthcast_text::SANITIZER_VERSION,
            };
        }
        let mut urls = scene.urls();
        for ((_, episode), title) in scene.episodes.iter().zip(&titles) {
            urls.insert(episode.audio.as_ref().unwrap(), title.clone());
        }
        let feed = scene.render_with(&urls).unwrap();

        let read = xpath(&feed, &of_every_item("enclosure/@url", titles.len()));
        assert_all(&read, titles.iter().map(|title| without_forbidden(title)), seed);

        let read = xpath(&feed, &of_every_item("description", titles.len()));
        // CDATA knows no references: XML 1.0 §2.11 lets every reader turn CR LF and CR into LF.
        let unix = |text: String| format!("x{}x", text.replace("\r\n", "\n").replace('\r', "\n"));
        assert_all(&read, titles.iter().map(|title| unix(without_forbidden(title))), seed);
    }
}
