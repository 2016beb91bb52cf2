//! An unguessable word: who knows it may ask the loopback addresses of this run.

use rand::Rng as _;

/// 256 random bits, in hex. Lives as long as the program.
#[derive(Clone)]
pub struct Token(String);

impl Token {
    /// A fresh token from the operating system's randomness.
    pub fn fresh() -> Self {
        let mut bytes = [0u8; 32];
        rand::rng().fill_bytes(&mut bytes);
        Self(bytes.iter().map(|b| format!("{b:02x}")).collect())
    }

    /// The token as text, for the one page that may have it.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether somebody's word is this token; takes the same time wherever they differ.
    pub fn matches(&self, given: &str) -> bool {
        let differs = self.0.bytes().zip(given.bytes()).fold(0u8, |sum, (a, b)| sum | (a ^ b));
        given.len() == self.0.len() && differs == 0
    }
}

impl std::fmt::Debug for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Token(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_whole_word_matches() {
        let token = Token::fresh();
        let word = token.as_str().to_string();
        assert_eq!(word.len(), 64);
        assert!(token.matches(&word));
        assert!(!token.matches(""), "an empty word opens nothing");
        assert!(!token.matches(&word[..63]), "a beginning opens nothing");
        assert!(!token.matches(&format!("{word}0")), "a longer word opens nothing");
        assert!(!token.matches(Token::fresh().as_str()));
        assert!(!format!("{token:?}").contains(&word), "a log must not hold it");
    }
}
