//! Clean HTML as its words and tags. What it is not: a parser; it reads what the sanitiser wrote, where every `<` begins a tag and
//! every `>` ends one.

/// A piece of clean HTML.
pub(crate) enum Piece<'a> {
    /// What stands between tags, references and all.
    Words(&'a str),
    /// A tag without `<` and `>`.
    Tag(&'a str),
}

/// The pieces, in their order.
pub(crate) fn pieces(html: &str) -> impl Iterator<Item = Piece<'_>> {
    let mut parts = html.split('<');
    let first = Piece::Words(parts.next().unwrap_or_default());
    std::iter::once(first).chain(parts.flat_map(|part| {
        let (tag, words) = part.split_once('>').unwrap_or((part, ""));
        [Piece::Tag(tag), Piece::Words(words)]
    }))
}
