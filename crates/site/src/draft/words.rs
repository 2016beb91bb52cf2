//! The page's own words, in English and German; which, the show's language says.

/// The words of one language.
pub(super) struct Words {
    pub(super) lang: &'static str,
    pub(super) draft: &'static str,
    pub(super) private: &'static str,
    pub(super) until: &'static str,
    pub(super) download: &'static str,
    pub(super) feed: &'static str,
    pub(super) feed_hint: &'static str,
    pub(super) notes: &'static str,
    pub(super) chapters: &'static str,
    pub(super) transcript: &'static str,
    pub(super) remarks: &'static str,
    pub(super) remarks_hint: &'static str,
    pub(super) name: &'static str,
    pub(super) at: &'static str,
    pub(super) at_hint: &'static str,
    pub(super) text: &'static str,
    pub(super) send: &'static str,
    pub(super) now: &'static str,
    pub(super) thanks: &'static str,
    pub(super) empty: &'static str,
    /// `{}` is what was typed.
    pub(super) no_time: &'static str,
    /// `{}` is what was typed, `{end}` how long the sound is.
    pub(super) after_the_end: &'static str,
    pub(super) full: &'static str,
    pub(super) wait: &'static str,
    pub(super) explicit: &'static str,
}

const ENGLISH: Words = Words {
    lang: "en",
    draft: "Draft",
    private: "Only those with this address can hear it. Please do not pass it on.",
    until: "It can be heard until",
    download: "Play or save the sound alone",
    feed: "Address for podcast apps",
    feed_hint: "Follow it as a show by its address in an app that can do that.",
    notes: "Notes",
    chapters: "Chapters",
    transcript: "Transcript",
    remarks: "Your remark",
    remarks_hint: "Only the people who make the show read it.",
    name: "Name (if you like)",
    at: "At",
    at_hint: "Minutes and seconds, such as 1:02:03; leave it empty for all of it.",
    text: "Remark",
    send: "Send the remark",
    now: "Take the player's time",
    thanks: "Thank you, your remark has arrived.",
    empty: "Nothing was sent yet: the remark is empty.",
    no_time: "Nothing was sent yet: “{}” is no time. Write minutes and seconds, such as 2:03, or leave the time empty; then send it again.",
    after_the_end: "Nothing was sent yet: {} is after the end of the sound, which is {end} long. Change the time or leave it empty, then send it again.",
    full: "No more remarks can be taken here. Please tell the people who make the show.",
    wait: "That was fast. Please wait a little, then send the remark again.",
    explicit: "explicit",
};

const GERMAN: Words = Words {
    lang: "de",
    draft: "Entwurf",
    private: "Nur wer diese Adresse hat, kann das hören. Bitte nicht weitergeben.",
    until: "Zu hören bis",
    download: "Nur den Ton abspielen oder speichern",
    feed: "Adresse für Podcast-Apps",
    feed_hint: "In einer App, die das kann, als Sendung über ihre Adresse abonnieren.",
    notes: "Notizen",
    chapters: "Kapitel",
    transcript: "Transkript",
    remarks: "Deine Anmerkung",
    remarks_hint: "Nur wer die Sendung macht, liest sie.",
    name: "Name (freiwillig)",
    at: "Bei",
    at_hint: "Minuten und Sekunden, etwa 1:02:03; leer für das Ganze.",
    text: "Anmerkung",
    send: "Anmerkung senden",
    now: "Zeit des Players übernehmen",
    thanks: "Danke, die Anmerkung ist angekommen.",
    empty: "Noch nichts gesendet: Die Anmerkung ist leer.",
    no_time: "Noch nichts gesendet: „{}“ ist keine Zeit. Schreib Minuten und Sekunden, etwa 2:03, oder lass die Zeit leer; dann noch einmal senden.",
    after_the_end: "Noch nichts gesendet: {} liegt nach dem Ende des Tons, der {end} lang ist. Ändere die Zeit oder lass sie leer, dann noch einmal senden.",
    full: "Hier können keine weiteren Anmerkungen ankommen. Bitte sag es denen, die die Sendung machen.",
    wait: "Das war schnell. Bitte kurz warten und die Anmerkung dann noch einmal senden.",
    explicit: "explizit",
};

impl Words {
    /// The words for a language tag.
    pub(super) fn of(language: &str) -> &'static Self {
        if language.split('-').next().is_some_and(|main| main.eq_ignore_ascii_case("de")) { &GERMAN } else { &ENGLISH }
    }
}

/// What an address says that is over: nothing about what was there.
pub fn ended() -> &'static str {
    "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><meta name=\"robots\" content=\"noindex, nofollow\">\
     <meta name=\"viewport\" content=\"width=device-width\"><title>This address is over</title>\
     <p>This address is over. If you were given it, ask for a new one.</p>\
     <p lang=\"de\">Diese Adresse gilt nicht mehr. Wer sie bekommen hat, fragt nach einer neuen.</p></html>\n"
}
