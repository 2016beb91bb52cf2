//! Languages by their codes (ISO 639-1, as RFC 5646 tags begin).

/// All 183 two-letter codes of ISO 639-1.
const CODES: &str = "aa ab ae af ak am an ar as av ay az ba be bg bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de \
    dv dz ee el en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik io \
    is it iu ja jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt \
    my na nb nd ne ng nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg si sk sl sm sn \
    so sq sr ss st su sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu";

/// What a language tag is worth to directories.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tag {
    /// A two-letter language, with or without further parts.
    Known,
    /// Right in form, but not a language of two letters.
    Unusual,
    /// No language tag.
    Invalid,
}

/// Judges a language tag.
pub fn judge(tag: &str) -> Tag {
    let mut parts = tag.split('-');
    let language = parts.next().unwrap_or_default().to_ascii_lowercase();
    let parts_fit = parts.all(|p| (1..=8).contains(&p.len()) && p.bytes().all(|b| b.is_ascii_alphanumeric()));
    let letters = language.bytes().all(|b| b.is_ascii_lowercase());
    match language.len() {
        _ if !parts_fit || !letters => Tag::Invalid,
        2 if CODES.split_whitespace().any(|code| code == language) => Tag::Known,
        3 => Tag::Unusual,
        _ => Tag::Invalid,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_judged() {
        assert_eq!(CODES.split_whitespace().count(), 183, "the number ISO 639-1 has");
        for (tag, verdict) in [
            ("en", Tag::Known),
            ("de-at", Tag::Known),
            ("PT-BR", Tag::Known),
            ("gsw", Tag::Unusual),
            ("xx", Tag::Invalid),
            ("english", Tag::Invalid),
            ("", Tag::Invalid),
            ("en_US", Tag::Invalid),
            ("e1", Tag::Invalid),
        ] {
            assert_eq!(judge(tag), verdict, "{tag}");
        }
    }
}
