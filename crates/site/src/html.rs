//! Text in HTML.

use std::fmt::{Display, Formatter, Result, Write};

/// Text that is escaped as it is written: right between tags and in attributes in double quotes.
pub(crate) struct Text<'a>(pub(crate) &'a str);

impl Display for Text<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        for c in self.0.chars() {
            match c {
                '&' => f.write_str("&amp;")?,
                '<' => f.write_str("&lt;")?,
                '>' => f.write_str("&gt;")?,
                '"' => f.write_str("&quot;")?,
                '\'' => f.write_str("&#39;")?,
                // Direction marks of the text must not turn the page around it.
                '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {}
                c if c.is_control() && !matches!(c, '\n' | '\t') => {}
                c => f.write_char(c)?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_ends_a_tag_or_an_attribute() {
        assert_eq!(
            Text("<b a='x' b=\"y\">&\u{202e}\u{0}\u{9b}ü").to_string(),
            "&lt;b a=&#39;x&#39; b=&quot;y&quot;&gt;&amp;ü"
        );
    }
}
