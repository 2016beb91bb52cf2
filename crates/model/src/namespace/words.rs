//! What words of the podcast namespace may be, for those who write tags and those who read them.

/// Identifiers of the licences that need no address: SPDX names that the namespace's list has, and its own two.
const LICENSES: &[&str] = &[
    "0bsd",
    "apache-2.0",
    "cc-by-1.0",
    "cc-by-2.0",
    "cc-by-2.5",
    "cc-by-3.0",
    "cc-by-4.0",
    "cc-by-nc-1.0",
    "cc-by-nc-2.0",
    "cc-by-nc-2.5",
    "cc-by-nc-3.0",
    "cc-by-nc-4.0",
    "cc-by-nc-nd-1.0",
    "cc-by-nc-nd-2.0",
    "cc-by-nc-nd-2.5",
    "cc-by-nc-nd-3.0",
    "cc-by-nc-nd-4.0",
    "cc-by-nc-sa-1.0",
    "cc-by-nc-sa-2.0",
    "cc-by-nc-sa-2.5",
    "cc-by-nc-sa-3.0",
    "cc-by-nc-sa-4.0",
    "cc-by-nd-1.0",
    "cc-by-nd-2.0",
    "cc-by-nd-2.5",
    "cc-by-nd-3.0",
    "cc-by-nd-4.0",
    "cc-by-sa-1.0",
    "cc-by-sa-2.0",
    "cc-by-sa-2.5",
    "cc-by-sa-3.0",
    "cc-by-sa-4.0",
    "cc0-1.0",
    "gfdl-1.3",
    "mit",
    "odbl-1.0",
    "odc-by-1.0",
    "pddl-1.0",
];

/// Whether a licence needs no address: small and capital letters are the same.
pub fn is_license(id: &str) -> bool {
    LICENSES.contains(&id.trim().to_ascii_lowercase().as_str())
}

/// What a feed can be (`podcast:medium`); each but `mixed` also with an `L` behind it, for lists of such feeds.
pub const MEDIA: [&str; 9] =
    ["podcast", "music", "video", "film", "audiobook", "newsletter", "blog", "publisher", "course"];

/// Whether `podcast:medium` knows the word.
pub fn is_medium(text: &str) -> bool {
    text == "mixed" || MEDIA.contains(&text.strip_suffix('L').unwrap_or(text))
}

/// Whether it is a `geo:` address: RFC 5870 with two or three numbers, and parameters.
pub fn is_geo(text: &str) -> bool {
    let Some(rest) = text.strip_prefix("geo:") else { return false };
    let numbers: Vec<Option<f64>> =
        rest.split(';').next().unwrap_or_default().split(',').map(|number| number.parse().ok()).collect();
    match numbers[..] {
        [Some(latitude), Some(longitude)] | [Some(latitude), Some(longitude), Some(_)] => {
            (-90.0..=90.0).contains(&latitude) && (-180.0..=180.0).contains(&longitude)
        }
        _ => false,
    }
}

/// Whether it is an OpenStreetMap id: a node, way or relation, with or without a revision.
pub fn is_osm(text: &str) -> bool {
    let Some(rest) = text.strip_prefix(['N', 'W', 'R']) else { return false };
    let number = |text: &str| !text.is_empty() && text.len() < 20 && text.bytes().all(|b| b.is_ascii_digit());
    match rest.split_once('#') {
        Some((id, revision)) => number(id) && number(revision),
        None => number(rest),
    }
}

/// An address of any scheme, as it was given; `None` where there is no scheme.
pub fn any_address(link: &str) -> Option<&str> {
    let link = link.trim();
    let scheme = link.split_once(':').map(|(scheme, rest)| (scheme, !rest.is_empty()));
    let named = |scheme: &str| {
        let rest = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-' | b'.');
        scheme.starts_with(|c: char| c.is_ascii_alphabetic()) && scheme.bytes().all(rest)
    };
    let script = |scheme: &str| ["javascript", "data", "vbscript"].contains(&scheme.to_ascii_lowercase().as_str());
    let fine = scheme.is_some_and(|(scheme, more)| more && named(scheme) && !script(scheme));
    (fine && !link.contains(char::is_whitespace)).then_some(link)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_those_of_the_standards() {
        // RFC 5870 §6.1 and §6.3, and what is none.
        for geo in ["geo:13.4125,103.8667", "geo:48.2010,16.3695,183", "geo:66,30;u=6.500;FOo=this%2dthat"] {
            assert!(is_geo(geo), "{geo}");
        }
        for geo in ["geo:", "48,16", "geo:91,0", "geo:0,181", "geo:a,b", "geo:1,2,3,4"] {
            assert!(!is_geo(geo), "{geo}");
        }
        assert!(["R113314", "N5#12"].into_iter().all(is_osm) && !["X1", "R", "R1#", "r12"].into_iter().any(is_osm));
    }
}
