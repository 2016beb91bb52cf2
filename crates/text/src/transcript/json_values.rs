//! Values of JSON transcripts that are of several types: times as numbers and as clocks, names as texts and as numbers. They are
//! read one by one: serde's `untagged` would first keep a copy of whatever stands there.

use crate::clock::{self, MAX_MS};
use serde::de::{IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use std::fmt;

/// Milliseconds.
#[derive(Deserialize, Clone, Copy)]
pub(super) struct Offsets {
    pub(super) from: i64,
    pub(super) to: i64,
}

/// Seconds, or a clock.
pub(super) enum Time {
    Number(f64),
    Text(String),
}

impl Time {
    /// Milliseconds, when a number is so many of them.
    pub(super) fn ms(&self, each: f64) -> Option<i64> {
        let number = match self {
            Self::Number(number) => *number,
            Self::Text(text) => match clock::parse(text.trim()) {
                Some(ms) => return Some(ms),
                None => text.trim().parse().ok()?,
            },
        };
        let ms = (number * each).round();
        (0.0..=MAX_MS as f64).contains(&ms).then_some(ms as i64)
    }
}

impl<'de> Deserialize<'de> for Time {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Read;
        impl Visitor<'_> for Read {
            type Value = Time;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a time as a number or a clock such as 00:01:02.500")
            }
            fn visit_f64<E>(self, number: f64) -> Result<Time, E> {
                Ok(Time::Number(number))
            }
            fn visit_i64<E>(self, number: i64) -> Result<Time, E> {
                Ok(Time::Number(number as f64))
            }
            fn visit_u64<E>(self, number: u64) -> Result<Time, E> {
                Ok(Time::Number(number as f64))
            }
            fn visit_str<E>(self, text: &str) -> Result<Time, E> {
                Ok(Time::Text(text.into()))
            }
        }
        deserializer.deserialize_any(Read)
    }
}

/// A text; anything else that stands in its place says nothing and is passed over.
pub(super) struct Text(pub(super) Option<String>);

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Read;
        impl<'de> Visitor<'de> for Read {
            type Value = Text;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text")
            }
            fn visit_str<E>(self, text: &str) -> Result<Text, E> {
                Ok(Text(Some(text.into())))
            }
            fn visit_bool<E>(self, _: bool) -> Result<Text, E> {
                Ok(Text(None))
            }
            fn visit_f64<E>(self, _: f64) -> Result<Text, E> {
                Ok(Text(None))
            }
            fn visit_i64<E>(self, _: i64) -> Result<Text, E> {
                Ok(Text(None))
            }
            fn visit_u64<E>(self, _: u64) -> Result<Text, E> {
                Ok(Text(None))
            }
            fn visit_unit<E>(self) -> Result<Text, E> {
                Ok(Text(None))
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Text, A::Error> {
                while list.next_element::<IgnoredAny>()?.is_some() {}
                Ok(Text(None))
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Text, A::Error> {
                while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
                Ok(Text(None))
            }
        }
        deserializer.deserialize_any(Read)
    }
}
