//! S3 server access logs. Bytes sent are those of the body. Of a part its place is not told: the `Range` is not logged.

use super::hit::{Hit, path_of, row_of, unwrapped};
use super::text::{clf_time, fields, number, present};
use super::{LATEST_MS, Skip};

const TIME: usize = 2;
const ADDRESS: usize = 3;
const OPERATION: usize = 6;
const KEY: usize = 7;
const REQUEST: usize = 8;
const STATUS: usize = 9;
const BYTES: usize = 11;
const REFERRER: usize = 15;
const AGENT: usize = 16;
const AUTHENTICATION: usize = 21;

/// Operations that answer a request for a file.
const ANSWERS: [&str; 4] = ["REST.GET.OBJECT", "REST.HEAD.OBJECT", "WEBSITE.GET.OBJECT", "WEBSITE.HEAD.OBJECT"];

/// Reads a line.
pub(super) fn read(line: &str) -> Result<Hit, Skip> {
    let fields = fields(line).filter(|fields| fields.len() > AGENT).ok_or(Skip::Garbage)?;
    let start_ms = clf_time(fields[TIME]).ok_or(Skip::Garbage)?;
    let operation = fields[OPERATION];
    if !operation.contains('.') {
        return Err(Skip::Garbage);
    }
    if !ANSWERS.contains(&operation) {
        return Err(Skip::OtherOperation);
    }
    // Signed by a header: somebody with a key of the bucket. By the address: whoever was given a link that expires.
    if fields.get(AUTHENTICATION) == Some(&"AuthHeader") {
        return Err(Skip::SignedIn);
    }
    if !(0..LATEST_MS).contains(&start_ms) {
        return Err(Skip::Impossible);
    }
    Ok(Hit {
        start_ms,
        peer: fields[ADDRESS].parse().map_err(|_| Skip::Impossible)?,
        forwarded: None,
        method: fields[REQUEST].split(' ').next().unwrap_or_default().to_owned(),
        path: path_of(fields[KEY]),
        status: fields[STATUS].parse().map_err(|_| Skip::Impossible)?,
        range: None,
        part: None,
        bytes: present(fields[BYTES]).map_or(Some(0), number).ok_or(Skip::Impossible)?,
        with_head: None,
        agent: present(fields[AGENT]).map(unwrapped).unwrap_or_default(),
        referrer: present(fields[REFERRER]).map(unwrapped),
        row: row_of(line),
    })
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// The first example of AWS' page "Amazon S3 server access log format", with a file asked for.
    pub(in super::super) const LINE: &str = r#"79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be amzn-s3-demo-bucket1 [06/Feb/2019:00:00:38 +0000] 192.0.2.3 - 3E57427F3EXAMPLE REST.GET.OBJECT pod/two%2520four.mp3 "GET /pod/two%20four.mp3?versionId=1 HTTP/1.1" 206 - 960128 9604128 170 169 "https://example.org/a" "AppleCoreMedia/1.0.0.20G75 (iPhone; U; CPU OS 16_6 like Mac OS X; en_us)" - s9lzHYrFp76ZVxRcpX9+5cjAnEH2ROuNkd2BHfIa6UkFVdtjf5mKR3/eTPFvsiP/XV/VLi31234= - ECDHE-RSA-AES128-GCM-SHA256 - amzn-s3-demo-bucket1.s3.us-west-1.amazonaws.com TLSV1.2 - -"#;

    #[test]
    fn the_documented_fields_are_read() {
        let hit = read(LINE).unwrap();
        // 2019-02-06T00:00:38Z by GNU date.
        assert_eq!((hit.start_ms, hit.peer.to_string().as_str()), (1_549_411_238_000, "192.0.2.3"));
        assert_eq!((hit.method.as_str(), hit.path.as_str(), hit.status), ("GET", "pod/two%2520four.mp3", 206));
        assert_eq!((hit.bytes, hit.range, hit.part), (960_128, None, None));
        assert_eq!(hit.agent, "AppleCoreMedia/1.0.0.20G75 (iPhone; U; CPU OS 16_6 like Mac OS X; en_us)");
        assert_eq!(hit.referrer.as_deref(), Some("https://example.org/a"));
    }

    #[test]
    fn what_is_no_listener_is_named() {
        let with = |from: &str, to: &str| read(&LINE.replacen(from, to, 1)).map(drop);
        assert_eq!(with("REST.GET.OBJECT", "REST.PUT.OBJECT"), Err(Skip::OtherOperation));
        assert_eq!(with("REST.GET.OBJECT", "S3.EXPIRE.OBJECT"), Err(Skip::OtherOperation));
        assert_eq!(with(" - amzn-s3-demo-bucket1.s3", " AuthHeader amzn-s3-demo-bucket1.s3"), Err(Skip::SignedIn));
        assert_eq!(
            with(" - amzn-s3-demo-bucket1.s3", " QueryString amzn-s3-demo-bucket1.s3"),
            Ok(()),
            "a link that expires"
        );
        assert_eq!(with("192.0.2.3", "somewhere"), Err(Skip::Impossible));
        assert_eq!(with(" 206 ", " 99999999 "), Err(Skip::Impossible));
        assert_eq!(with("960128", "99999999999999999999999"), Err(Skip::Impossible));
        assert_eq!(with("2019", "2200"), Err(Skip::Impossible));
        assert_eq!(with("06/Feb", "06/Abc"), Err(Skip::Garbage));
        assert_eq!(read("a b c"), Err(Skip::Garbage));
    }
}
