//! Who asked: podcast app, browser, tool or robot, told from the user agent. Not proof: an agent is what a client says.

mod pack;
mod service;
mod table;

pub use pack::{Pack, PackError};
pub use service::{Service, service};

use serde::{Deserialize, Serialize};

/// Name in breakdowns of what nobody could name.
pub const UNKNOWN: &str = "Unknown";

/// Name of a robot that only its wording gives away.
const SOME_BOT: &str = "Unnamed bot";

/// Bytes of an agent that are looked at. Real ones are shorter than 400.
const MAX_AGENT_BYTES: usize = 2048;

/// What kind of client an agent is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AgentKind {
    /// A podcast app or another player that people listen with.
    App,
    /// A web browser.
    Browser,
    /// Building blocks of apps whose own name is not told (AppleCoreMedia, ExoPlayer).
    Library,
    /// A robot or a tool: its requests are dropped as `bot`.
    Bot,
    /// None of the others. Counted, because new apps appear every week.
    Unknown,
}

/// What an agent text was recognised as.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Agent {
    /// Name of the app, browser, tool or robot; [`UNKNOWN`] when nobody knows.
    pub app: String,
    /// Name of the device; `None` for robots and when the agent does not tell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub device: Option<String>,
    /// The kind.
    pub kind: AgentKind,
}

/// Recognises agents: by an opawg data pack if one is loaded, then by Hearthcast's own table (`agents/table.txt`).
#[derive(Debug, Default)]
pub struct Classifier {
    pack: Option<Pack>,
}

impl Classifier {
    /// A classifier that asks `pack` first and the own table about what the pack does not know.
    pub fn with_pack(pack: Pack) -> Self {
        Self { pack: Some(pack) }
    }

    /// Recognises an agent. Takes microseconds: callers with many rows keep the answer per text.
    pub fn classify(&self, agent: &str) -> Agent {
        let agent = head(agent.trim());
        let lower = agent.to_ascii_lowercase();
        let packed = self.pack.as_ref().and_then(|pack| pack.client(agent));
        let (app, kind) = packed.unwrap_or_else(|| own(&lower));
        let (app, kind) = if poses_as_browser(kind, &lower) { (SOME_BOT.into(), AgentKind::Bot) } else { (app, kind) };
        let packed_device = || self.pack.as_ref().and_then(|pack| pack.device(agent));
        let device = packed_device().or_else(|| table::own().device(&lower)).filter(|_| kind != AgentKind::Bot);
        Agent { app, device, kind }
    }
}

/// Recognises an agent with the own table alone.
pub fn classify(agent: &str) -> Agent {
    Classifier::default().classify(agent)
}

/// The own table, then the words of robots.
fn own(lower: &str) -> (String, AgentKind) {
    table::own().client(lower).unwrap_or_else(|| {
        let robot = ["bot", "crawler", "spider"].iter().any(|word| lower.contains(word));
        if robot { (SOME_BOT.into(), AgentKind::Bot) } else { (UNKNOWN.into(), AgentKind::Unknown) }
    })
}

/// A robot inside a browser's agent (`… Chrome/120 … (compatible; FooBot/1.0)`): a browser never calls itself one.
/// `cubot` is a brand of phones.
fn poses_as_browser(kind: AgentKind, lower: &str) -> bool {
    let word = |word: &str| {
        (word.ends_with("bot") && word != "cubot") || word.ends_with("crawler") || word.ends_with("spider")
    };
    kind == AgentKind::Browser && lower.split(|c: char| !c.is_ascii_alphanumeric()).any(word)
}

/// The first [`MAX_AGENT_BYTES`] of an agent, cut between two characters.
fn head(agent: &str) -> &str {
    let mut end = agent.len().min(MAX_AGENT_BYTES);
    while !agent.is_char_boundary(end) {
        end -= 1;
    }
    &agent[..end]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(agent: &str) -> AgentKind {
        classify(agent).kind
    }

    #[test]
    fn words_of_robots_give_away_what_no_table_knows() {
        for agent in ["FooBot/1.0", "my-crawler", "SPIDER 3", "Mozilla/5.0 (X11) Chrome/1 Safari/1 (NewBot/2.0)"] {
            assert_eq!(kind(agent), AgentKind::Bot, "{agent}");
        }
        assert_eq!(kind("SomethingNew/1.0 CFNetwork/1410 Darwin/22.6.0"), AgentKind::Unknown);
    }

    #[test]
    fn a_phone_called_cubot_is_a_phone() {
        let agent = "Mozilla/5.0 (Linux; Android 10; CUBOT X30) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Mobile Safari/537.36";
        assert_eq!(kind(agent), AgentKind::Browser);
        assert_eq!(classify("AntennaPod/3.4.0 (CUBOT X30)").app, "AntennaPod");
    }

    /// What Debian's `gpo` and its parts send (gpodder 3.11.1, mygpoclient 1.9).
    #[test]
    fn gpodder_is_an_app() {
        for agent in [
            "gPodder/3.11.1 (+http://gpodder.org/) Linux",
            "mygpoclient/1.9 (+http://gpodder.org/mygpoclient/) gPodder/3.11.1 (+http://gpodder.org/) Linux",
        ] {
            let found = classify(agent);
            assert_eq!((found.app.as_str(), found.kind), ("gPodder", AgentKind::App), "{agent}");
        }
    }

    #[test]
    fn tools_and_watches_are_dropped_like_robots() {
        for agent in [
            "curl/7.88.1",
            "Wget/1.21.3",
            "python-requests/2.31.0",
            "Python-urllib/3.11",
            "Go-http-client/1.1",
            "atc/1.0 watchOS/6.2 model/Watch3,3 hwp/t8004 build/17T529 (6; dt:155)",
            "(null)/(null) watchOS/5.0.1 model/Watch3,3 hwp/t8004 build/16R381 (6; dt:155)",
        ] {
            assert_eq!(kind(agent), AgentKind::Bot, "{agent}");
        }
    }

    #[test]
    fn devices_are_told_for_people_only() {
        let agent = "AppleCoreMedia/1.0.0.16G114 (iPod touch; U; CPU OS 12_4_2 like Mac OS X; en_us)";
        assert_eq!(classify(agent).device.as_deref(), Some("Apple iPod"));
        assert_eq!(classify("Fountain/0.5.3 ios https://www.fountain.fm").device.as_deref(), Some("Apple iPhone"));
        let microsoft = "Microsoft-Windows-XP/2002, UPnP/1.1, J. River Internet Reader/2.0";
        assert_eq!(classify(microsoft).device.as_deref(), Some("Windows Computer"), "not CrOS, a Chromebook");
        assert_eq!(classify("atc/1.0 watchOS/6.2 model/Watch3,3").device, None);
    }

    #[test]
    fn hostile_agents_are_cut_and_survived() {
        let long = format!("{}bot", "é".repeat(40_000));
        assert_eq!(kind(&long), AgentKind::Unknown, "only the head is looked at");
        assert_eq!(kind("\u{0}\u{fffd}"), AgentKind::Unknown);
    }
}
