//! ID3v1: 128 bytes at the end of the file, fields of fixed length, by custom in Latin-1.

use super::text::clean;

/// Fields: name, start, end.
const FIELDS: &[(&str, usize, usize)] =
    &[("title", 3, 33), ("artist", 33, 63), ("album", 63, 93), ("date", 93, 97), ("comment", 97, 127)];

/// The fields that hold something.
pub fn read(tag: &[u8]) -> Vec<(&'static str, String)> {
    if tag.len() != 128 || &tag[..3] != b"TAG" {
        return vec![];
    }
    // ID3v1.1: a zero before the last byte of the comment makes that byte the track number.
    let track = (tag[125] == 0 && tag[126] != 0).then(|| ("track", tag[126].to_string()));
    let fields = FIELDS.iter().map(|(name, start, end)| {
        let end = if track.is_some() && *name == "comment" { 125 } else { *end };
        let field = tag[*start..end].split(|byte| *byte == 0).next().unwrap_or_default();
        (*name, clean(&field.iter().map(|byte| char::from(*byte)).collect::<String>(), 30))
    });
    fields.chain(track.clone()).filter(|(_, value)| !value.is_empty()).collect()
}
