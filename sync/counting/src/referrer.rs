//! The host of a linking page: all that is ever kept of a `Referer`.

/// The host of an absolute http(s) address, lower case, without port.
pub fn host(referer: &str) -> Option<String> {
    let (scheme, rest) = referer.trim().split_once("://")?;
    let authority = rest.split(['/', '?', '#']).next()?;
    let name = authority.rsplit('@').next()?;
    let name = if name.starts_with('[') { name.split_inclusive(']').next()? } else { name.split(':').next()? };
    let web = scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https");
    (web && !name.is_empty()).then(|| name.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::host;

    #[test]
    fn hosts_of_referrers() {
        for (referer, expected) in [
            ("https://Player.Example.org/x?y", Some("player.example.org")),
            ("http://user:pw@example.org:8080", Some("example.org")),
            ("https://[2001:db8::1]:8080/x", Some("[2001:db8::1]")),
            ("android-app://com.example", None),
            ("example.org", None),
            ("https:///x", None),
        ] {
            assert_eq!(host(referer).as_deref(), expected, "{referer}");
        }
    }
}
