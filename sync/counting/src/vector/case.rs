//! Reads a case: the shape of the file, and from it what the rule wants. Unknown fields are left alone.

use super::CountError;
use crate::logs::Lists;
use crate::rule::{Delivery, Flags, MediaVersion, Method, Settings};
use crate::{address, listener, range, referrer};
use hearthcast_model::clock::parse_rfc3339;
use ipnet::IpNet;
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;
use std::net::IpAddr;

/// A case in the words of the rule.
pub(super) struct Case {
    pub settings: Settings,
    pub media: BTreeMap<String, MediaVersion>,
    pub deliveries: Vec<Delivery>,
}

#[derive(Deserialize)]
struct File {
    #[serde(default)]
    settings: FileSettings,
    media: BTreeMap<String, FileMedia>,
    requests: Vec<Request>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct FileSettings {
    window: Option<String>,
    mode: Option<String>,
    exclude_cidrs: Option<Vec<String>>,
    allow_cidrs: Option<Vec<String>>,
    trusted_proxies: Option<Vec<String>>,
    max_downloads_per_ip_per_day: Option<u64>,
}

#[derive(Deserialize)]
struct FileMedia {
    episode: String,
    size: u64,
    #[serde(default)]
    header: u64,
    #[serde(default)]
    trailer: u64,
    duration: Option<f64>,
    published: Option<String>,
}

#[derive(Deserialize)]
struct Request {
    t: String,
    media: String,
    ip: String,
    xff: Option<String>,
    ua: Option<String>,
    method: String,
    status: u16,
    range: Option<String>,
    #[serde(default)]
    start: Option<u64>,
    sent: u64,
    referer: Option<String>,
    id: Option<Value>,
}

/// Files by name.
type Media = BTreeMap<String, MediaVersion>;

/// Reads what a case says besides its requests.
pub(super) fn read_frame(mut json: Value) -> Result<(Settings, Lists, Media), CountError> {
    if let Some(case) = json.as_object_mut() {
        case.insert("requests".into(), Value::Array(vec![]));
    }
    let file: File = serde_json::from_value(json)?;
    let (settings, lists) = settings(file.settings)?;
    Ok((settings, lists, versions(file.media)?))
}

fn versions(media: BTreeMap<String, FileMedia>) -> Result<Media, CountError> {
    media.into_iter().map(|(name, media)| Ok((name.clone(), version(&name, media)?))).collect()
}

/// Reads a case.
pub(super) fn read(json: Value) -> Result<Case, CountError> {
    let file: File = serde_json::from_value(json)?;
    let (settings, lists) = settings(file.settings)?;
    let media = versions(file.media)?;
    let rows = file.requests.into_iter().enumerate();
    let deliveries = rows.map(|(index, request)| delivery(index + 1, request, &media, &lists));
    let deliveries = deliveries.collect::<Result<Vec<_>, _>>()?;
    Ok(Case { settings, media, deliveries })
}

fn settings(file: FileSettings) -> Result<(Settings, Lists), CountError> {
    let wrong = |place: &str, value: &str, expected| Err(field(place.to_owned(), value, expected));
    match file.window.as_deref() {
        None | Some("calendar") => {}
        Some(other) => return wrong("settings.window", other, "\"calendar\""),
    }
    let redirect_mode = match file.mode.as_deref() {
        None | Some("serve") => false,
        Some("redirect") => true,
        Some(other) => return wrong("settings.mode", other, "\"serve\" or \"redirect\""),
    };
    let lists = Lists {
        exclude: networks("settings.exclude_cidrs", file.exclude_cidrs)?,
        allow: networks("settings.allow_cidrs", file.allow_cidrs)?,
        proxies: networks("settings.trusted_proxies", file.trusted_proxies)?,
    };
    Ok((Settings { max_downloads_per_ip_per_day: file.max_downloads_per_ip_per_day, redirect_mode }, lists))
}

fn networks(place: &str, list: Option<Vec<String>>) -> Result<Vec<IpNet>, CountError> {
    let wrong = |text: &str| field(place.to_owned(), text, "an address or a network like 192.0.2.0/24");
    let networks = list.unwrap_or_default().into_iter();
    networks.map(|text| address::parse_network(&text).ok_or_else(|| wrong(&text))).collect()
}

fn version(name: &str, media: FileMedia) -> Result<MediaVersion, CountError> {
    let published_ms = match &media.published {
        Some(text) => instant(format!("media.{name}.published"), text)?,
        None => i64::MIN,
    };
    // Rounded to the millisecond, the unit in which durations are kept everywhere else.
    let duration_ms = media.duration.map(|seconds| (seconds * 1000.0).round() as i64);
    let (size, header, trailer) = (media.size, media.header, media.trailer);
    Ok(MediaVersion { episode: media.episode, size, header, trailer, duration_ms, published_ms })
}

fn delivery(
    number: usize,
    request: Request,
    media: &BTreeMap<String, MediaVersion>,
    lists: &Lists,
) -> Result<Delivery, CountError> {
    let unknown = || CountError::UnknownMedia { number, media: request.media.clone() };
    let size = media.get(&request.media).ok_or_else(unknown)?.size;
    let start_ms = instant(format!("Request {number}, t"), &request.t)?;
    let wrong_peer = || field(format!("Request {number}, ip"), &request.ip, "an IP address");
    let peer = request.ip.trim().parse::<IpAddr>().map_err(|_| wrong_peer())?;
    let client = address::client(peer, request.xff.as_deref(), &lists.proxies);
    let agent = request.ua.unwrap_or_default();
    Ok(Delivery {
        row: row_id(number, request.id),
        start_ms,
        listener: listener::listener(&SALT, client, &agent),
        address: listener::address(&SALT, client),
        agent,
        method: Method::from(request.method.as_str()),
        status: request.status,
        range_len: request.range.and_then(|header| range::asked(&header, size)),
        first_byte: request.start.unwrap_or(0),
        sent: request.sent,
        referrer: request.referer.as_deref().and_then(referrer::host),
        country: None,
        flags: Flags {
            excluded: address::listed(client, &lists.exclude),
            allowed: address::listed(client, &lists.allow),
            preview: false,
            redirected: false,
        },
        media: request.media,
    })
}

/// A case keeps no secrets. Groups are of one day each, so the salt need not change from day to day here.
pub(super) const SALT: [u8; 32] = [0; 32];

/// The id the case gives, or the place of the request in it; the two never meet.
fn row_id(number: usize, id: Option<Value>) -> String {
    match id {
        Some(id) => format!("id {id}"),
        None => format!("request {number}"),
    }
}

fn instant(place: String, text: &str) -> Result<i64, CountError> {
    parse_rfc3339(text).ok_or_else(|| field(place, text, "a time like 2026-11-20T06:00:00Z"))
}

fn field(place: String, value: &str, expected: &'static str) -> CountError {
    CountError::Field { place, value: value.to_owned(), expected }
}
