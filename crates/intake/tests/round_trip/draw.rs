//! Values drawn by chance, the same for the same seed.

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

pub struct Draw(TestRunner);

impl Draw {
    pub fn of(seed: u8) -> Self {
        Self(TestRunner::new_with_rng(Config::default(), TestRng::from_seed(RngAlgorithm::ChaCha, &[seed; 32])))
    }

    pub fn any<S: Strategy>(&mut self, strategy: S) -> S::Value {
        strategy.new_tree(&mut self.0).expect("the strategy rejects nothing").current()
    }

    pub fn yes(&mut self) -> bool {
        self.any(any::<bool>())
    }

    pub fn one_of<T: Clone + std::fmt::Debug>(&mut self, all: &[T]) -> T {
        let at = self.any(0..all.len());
        all[at].clone()
    }

    /// None to two of something.
    pub fn some<T>(&mut self, make: impl Fn(&mut Self) -> T) -> Vec<T> {
        let count = self.any(0..3usize);
        (0..count).map(|_| make(self)).collect()
    }

    pub fn maybe<T>(&mut self, make: impl Fn(&mut Self) -> T) -> Option<T> {
        self.yes().then(|| make(self))
    }

    /// Pieces that trouble readers and writers of XML, and any characters; without those that XML forbids.
    pub fn raw(&mut self) -> String {
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
            "&nbsp;",
            "\r",
            "\n",
            "\r\n",
            "\t",
            " ",
            "\u{7F}",
            "\u{85}",
            "\u{A0}",
            "\u{200F}",
            "\u{202E}",
            "\u{2028}",
            "\u{FEFF}",
            "\u{FFFD}",
            "👩‍🚀",
            "שלום",
            "日本",
            "e\u{301}",
            "<?xml?>",
            "<b>x</b>",
            "%",
            "{}",
        ]);
        let any_char = any::<char>().prop_map(|c| c.to_string());
        let piece = prop_oneof![3 => nasty.prop_map(str::to_owned), 2 => any_char, 1 => "[a-z ]{1,6}"];
        let text: String = self.any(prop::collection::vec(piece, 0..8)).concat();
        text.chars().filter(|c| hearthcast_text::chars::is_xml(*c)).collect()
    }

    /// A text that says something and has no outer spaces.
    pub fn text(&mut self, most: usize) -> String {
        let cut: String = self.raw().trim().chars().take(most).collect();
        match cut.trim() {
            "" => "x".into(),
            text => text.into(),
        }
    }

    /// The same, or nothing.
    pub fn words(&mut self, most: usize) -> String {
        self.maybe(|draw| draw.text(most)).unwrap_or_default()
    }

    /// Words of a person, on lines and in paragraphs.
    pub fn prose(&mut self) -> String {
        self.any("([a-zé][a-zé,.'& ]{0,20}[a-z](\n[a-z]{1,9})?(\n\n)?){0,4}").trim().into()
    }

    /// Plain words with what HTML would read otherwise, on lines and in paragraphs; each stands behind something.
    pub fn lines(&mut self) -> String {
        let before = prop::sample::select(vec![" ", "\n", "\n\n", "\n\n\n", "\n\n\n\n"]);
        let word = prop::sample::select(vec![
            "<main>",
            "</p>",
            "<br>",
            "<!--",
            "]]>",
            "&",
            "&amp;",
            "&nbsp;",
            "1 < 2 > 0",
            "sea",
            "a\u{A0}é",
        ]);
        let pieces = self.any(prop::collection::vec((before, word), 0..8));
        pieces.into_iter().flat_map(|(before, word)| [before, word]).collect()
    }

    pub fn https(&mut self) -> String {
        self.any("https://[a-z]{1,9}\\.example/[a-zA-Z0-9._~-]{0,9}[a-z](\\?[a-z]=[0-9&]{1,3})?")
    }

    pub fn https_or_none(&mut self) -> String {
        self.maybe(Self::https).unwrap_or_default()
    }

    pub fn ms(&mut self) -> i64 {
        self.any(0..36_000_000_000i64)
    }

    /// Whole seconds between 1970 and 2099.
    pub fn instant(&mut self) -> i64 {
        self.any(0..4_070_000_000i64) * 1000
    }
}
