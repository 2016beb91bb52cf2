//! How many letters stand before a place in a text. Counted once: a long cue is asked for each of its parts, and counting from its
//! beginning every time would take as long as the square of its length.

/// The letters of a text, counted once in blocks.
pub(super) struct Letters<'a> {
    text: &'a [u8],
    /// Letters before each block.
    before: Vec<usize>,
}

impl<'a> Letters<'a> {
    const BLOCK: usize = 256;

    pub(super) fn of(text: &'a str) -> Self {
        let text = text.as_bytes();
        let sums = text.chunks(Self::BLOCK).scan(0, |all, block| {
            *all += begun(block);
            Some(*all)
        });
        Self { text, before: std::iter::once(0).chain(sums).collect() }
    }

    /// Letters before a place that stands between two of them.
    pub(super) fn before(&self, place: usize) -> usize {
        let block = place / Self::BLOCK;
        self.before[block] + begun(&self.text[block * Self::BLOCK..place])
    }
}

/// How many letters begin in these bytes of UTF-8: all bytes but those that go on with one.
fn begun(bytes: &[u8]) -> usize {
    bytes.iter().filter(|b| **b & 0xC0 != 0x80).count()
}

#[cfg(test)]
mod tests {
    use super::Letters;

    #[test]
    fn letters_are_counted_across_blocks() {
        // One, two, three and four bytes; 10 for every four letters, so that no block ends with the same one.
        let text = "aé港🌊".repeat(200);
        let letters = Letters::of(&text);
        for (n, (place, _)) in text.char_indices().enumerate() {
            assert_eq!(letters.before(place), n, "at byte {place}");
        }
        assert_eq!(letters.before(text.len()), 800);
        assert_eq!(Letters::of("").before(0), 0);
        assert_eq!(Letters::of(&"a".repeat(Letters::BLOCK)).before(Letters::BLOCK), Letters::BLOCK);
    }
}
