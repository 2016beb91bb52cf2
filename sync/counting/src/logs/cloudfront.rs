//! CloudFront's standard logs: tab-separated columns named by a `#Fields` line. The time is that of the answer's end,
//! bytes count the answer's head, too.

use super::hit::{Hit, content_range, part, path_of, row_of, unwrapped};
use super::text::{number, present, seconds};
use super::{LATEST_MS, Skip};
use hearthcast_model::clock::parse_rfc3339;

/// Most columns looked at.
const MAX_COLUMNS: usize = 128;

/// The columns of a log without a `#Fields` line, as CloudFront has written them since 2019.
const USUAL: &str = "date time x-edge-location sc-bytes c-ip cs-method cs(Host) cs-uri-stem sc-status cs(Referer) \
    cs(User-Agent) cs-uri-query cs(Cookie) x-edge-result-type x-edge-request-id x-host-header cs-protocol cs-bytes \
    time-taken x-forwarded-for ssl-protocol ssl-cipher x-edge-response-result-type cs-protocol-version fle-status \
    fle-encrypted-fields c-port time-to-first-byte x-edge-detailed-result-type sc-content-type sc-content-len \
    sc-range-start sc-range-end";

/// The names of the columns.
#[derive(Debug)]
pub(super) struct Columns(Vec<String>);

impl Default for Columns {
    fn default() -> Self {
        Self::of(USUAL)
    }
}

impl Columns {
    fn of(names: &str) -> Self {
        Self(names.split_ascii_whitespace().take(MAX_COLUMNS).map(str::to_ascii_lowercase).collect())
    }

    /// Reads a line; a head changes what the next ones mean.
    pub(super) fn read(&mut self, line: &str) -> Result<Hit, Skip> {
        if let Some(names) = line.strip_prefix("#Fields:") {
            *self = Self::of(names);
        }
        if line.starts_with('#') {
            return Err(Skip::Comment);
        }
        let cells: Vec<&str> = line.split('\t').take(MAX_COLUMNS).collect();
        let cell = |name: &str| self.0.iter().position(|known| known == name).and_then(|at| cells.get(at).copied());
        let told = |name: &str| cell(name).and_then(present);
        let (day, time) = cell("date").zip(cell("time")).ok_or(Skip::Garbage)?;
        let end_ms = parse_rfc3339(&format!("{day}T{time}Z")).ok_or(Skip::Garbage)?;
        let taken_ms = told("time-taken").map_or(Some(0), seconds).ok_or(Skip::Impossible)?;
        let start_ms = Some(end_ms - taken_ms).filter(|ms| (0..LATEST_MS).contains(ms)).ok_or(Skip::Impossible)?;
        let ends = told("sc-range-start").and_then(number).zip(told("sc-range-end").and_then(number));
        let optional =
            |name: &str| told(name).map_or(Some(None), |cell| number(cell).map(Some)).ok_or(Skip::Impossible);
        Ok(Hit {
            start_ms,
            peer: cell("c-ip").ok_or(Skip::Garbage)?.parse().map_err(|_| Skip::Impossible)?,
            forwarded: told("x-forwarded-for").map(unwrapped),
            method: cell("cs-method").ok_or(Skip::Garbage)?.to_owned(),
            path: path_of(cell("cs-uri-stem").ok_or(Skip::Garbage)?),
            status: cell("sc-status").ok_or(Skip::Garbage)?.parse().map_err(|_| Skip::Impossible)?,
            range: told("cs(range)").map(unwrapped),
            part: ends
                .and_then(|(first, last)| part(first, last))
                .or(told("sc(content-range)").and_then(content_range)),
            bytes: optional("sc-bytes")?.ok_or(Skip::Garbage)?,
            with_head: Some(optional("sc-content-len")?),
            agent: told("cs(user-agent)").map(unwrapped).unwrap_or_default(),
            referrer: told("cs(referer)").map(unwrapped),
            row: row_of(line),
        })
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub(in super::super) const FIELDS: &str = "#Fields: date time x-edge-location sc-bytes c-ip cs-method cs(Host) cs-uri-stem sc-status cs(Referer) cs(User-Agent) cs-uri-query cs(Cookie) x-edge-result-type x-edge-request-id x-host-header cs-protocol cs-bytes time-taken x-forwarded-for ssl-protocol ssl-cipher x-edge-response-result-type cs-protocol-version fle-status fle-encrypted-fields c-port time-to-first-byte x-edge-detailed-result-type sc-content-type sc-content-len sc-range-start sc-range-end";

    /// After the example of AWS' page "Standard logging reference", as a part of a file.
    pub(in super::super) const LINE: &str = "2019-12-04\t21:02:31\tLAX1\t392534\t192.0.2.100\tGET\td111111abcdef8.cloudfront.net\t/two%20four.mp3\t206\thttps://example.org/%3Fa\tPodcast%20App/1%20(iPhone)\t-\t-\tHit\tSOX4xwn4XV6Q4rgb7XiVGOHms_BGlTAC4KyHmureZmBNrjGdRLiNIQ==\td111111abcdef8.cloudfront.net\thttps\t23\t1.500\t-\tTLSv1.2\tECDHE-RSA-AES128-GCM-SHA256\tHit\tHTTP/2.0\t-\t-\t11040\t0.001\tHit\taudio/mpeg\t392000\t1000\t392999";

    fn read(line: &str) -> Result<Hit, Skip> {
        Columns::default().read(line)
    }

    #[test]
    fn the_documented_columns_are_read() {
        let hit = read(LINE).unwrap();
        // 2019-12-04T21:02:31Z is 1575493351 by GNU date; the answer took a second and a half.
        assert_eq!((hit.start_ms, hit.peer.to_string().as_str()), (1_575_493_349_500, "192.0.2.100"));
        assert_eq!((hit.path.as_str(), hit.status, hit.part), ("/two%20four.mp3", 206, Some((1_000, 392_999))));
        assert_eq!(
            (hit.agent.as_str(), hit.referrer.as_deref()),
            ("Podcast App/1 (iPhone)", Some("https://example.org/?a"))
        );
        assert_eq!(hit.delivered(1_000_000), 392_000);
    }

    #[test]
    fn the_head_says_which_columns_follow() {
        let mut columns = Columns::default();
        for comment in ["#Version: 1.0", "#Fields: sc-status time date c-ip sc-bytes cs-method cs-uri-stem"] {
            assert_eq!(columns.read(comment), Err(Skip::Comment));
        }
        let hit = columns.read("200\t10:00:00\t2026-11-20\t192.0.2.1\t7\tGET\t/a").unwrap();
        assert_eq!((hit.start_ms, hit.bytes, hit.agent.as_str(), hit.part), (1_795_168_800_000, 7, "", None));
    }

    #[test]
    fn agents_of_older_logs_are_escaped_twice() {
        let twice = LINE.replace("Podcast%20App/1%20(iPhone)", "Podcast%2520App/1%2520(iPhone)");
        assert_eq!(read(&twice).unwrap().agent, "Podcast App/1 (iPhone)");
        let own = LINE.replace("Podcast%20App/1%20(iPhone)", "Podcast%2520App/1%20CFNetwork/1");
        assert_eq!(read(&own).unwrap().agent, "Podcast%20App/1 CFNetwork/1", "an escape of the app's own stays");
    }

    #[test]
    fn what_cannot_be_is_named() {
        let with = |from: &str, to: &str| read(&LINE.replacen(from, to, 1)).map(drop);
        assert_eq!(with("192.0.2.100", "here"), Err(Skip::Impossible));
        assert_eq!(with("392534", "-5"), Err(Skip::Impossible));
        assert_eq!(with("1.500", "1e9"), Err(Skip::Impossible));
        assert_eq!(with("2019-12-04", "2219-12-04"), Err(Skip::Impossible));
        assert_eq!(with("2019-12-04", "yesterday"), Err(Skip::Garbage));
        assert_eq!(
            with("\t1000\t392999", "\t1000\t999").map(|()| read(&LINE.replacen("\t392999", "\t999", 1)).unwrap().part),
            Ok(None)
        );
        assert_eq!(read("a\tb"), Err(Skip::Garbage));
    }
}
