//! The number of an episode: whole as a rule, with a fraction for what came between two (`2.5`), as `podcast:episode` allows.

use serde::de::{Error as _, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;
use std::str::FromStr;

/// Digits after the point that are kept, and what one is made of.
const DIGITS: usize = 3;
const ONE: u64 = 1_000;

/// The number of an episode, from 0 to 4294967295.999. A whole one is written as it was before there were others: `2`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct EpisodeNumber(u64);

/// A text that is no number of an episode.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no number with at most three digits after the point")]
pub struct NoNumber;

impl EpisodeNumber {
    /// The whole number, if it has no fraction.
    pub fn whole(self) -> Option<u32> {
        self.0.is_multiple_of(ONE).then(|| self.floor())
    }

    /// The number without its fraction.
    pub fn floor(self) -> u32 {
        u32::try_from(self.0 / ONE).unwrap_or(u32::MAX)
    }

    /// Whether it is nothing.
    pub fn is_zero(self) -> bool {
        self.0 == 0
    }

    /// The number as programs count with it.
    pub fn to_f64(self) -> f64 {
        self.0 as f64 / ONE as f64
    }

    /// The digits after the point, without the zeros at their end.
    pub fn fraction(self) -> String {
        format!("{:03}", self.0 % ONE).trim_end_matches('0').to_string()
    }

    fn of_f64(number: f64) -> Option<Self> {
        let thousandths = number * ONE as f64;
        let near = (thousandths - thousandths.round()).abs() < 1e-3;
        let bearable = (0.0..(u64::from(u32::MAX) + 1) as f64).contains(&number);
        (near && bearable).then(|| Self(thousandths.round() as u64)).filter(|number| number.0 / ONE <= u32::MAX.into())
    }
}

impl From<u32> for EpisodeNumber {
    fn from(whole: u32) -> Self {
        Self(u64::from(whole) * ONE)
    }
}

impl FromStr for EpisodeNumber {
    type Err = NoNumber;

    /// Reads `2`, `2.5` and `2,5`; people write either.
    fn from_str(text: &str) -> Result<Self, NoNumber> {
        let (whole, fraction) = text.split_once(['.', ',']).unwrap_or((text, "0"));
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        if !digits(whole) || !digits(fraction) || fraction.len() > DIGITS {
            return Err(NoNumber);
        }
        let whole: u32 = whole.parse().map_err(|_| NoNumber)?;
        let thousandths: u64 = format!("{fraction:0<DIGITS$}").parse().map_err(|_| NoNumber)?;
        Ok(Self(u64::from(whole) * ONE + thousandths))
    }
}

impl fmt::Display for EpisodeNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.whole() {
            Some(whole) => write!(f, "{whole}"),
            None => write!(f, "{}.{}", self.floor(), self.fraction()),
        }
    }
}

impl fmt::Debug for EpisodeNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for EpisodeNumber {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.whole() {
            Some(whole) => serializer.serialize_u32(whole),
            None => serializer.serialize_f64(self.to_f64()),
        }
    }
}

impl<'de> Deserialize<'de> for EpisodeNumber {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Read;
        impl Visitor<'_> for Read {
            type Value = EpisodeNumber;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a number such as 2 or 2.5")
            }
            fn visit_u64<E: serde::de::Error>(self, whole: u64) -> Result<EpisodeNumber, E> {
                u32::try_from(whole).map(EpisodeNumber::from).map_err(|_| E::custom("the number is too large"))
            }
            fn visit_i64<E: serde::de::Error>(self, whole: i64) -> Result<EpisodeNumber, E> {
                u32::try_from(whole)
                    .map(EpisodeNumber::from)
                    .map_err(|_| E::custom("the number is below 0 or too large"))
            }
            fn visit_f64<E: serde::de::Error>(self, number: f64) -> Result<EpisodeNumber, E> {
                EpisodeNumber::of_f64(number).ok_or_else(|| E::custom(NoNumber))
            }
        }
        deserializer.deserialize_any(Read).map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{from_str, to_string};

    #[test]
    fn whole_numbers_are_written_as_ever() {
        for text in ["0", "1", "42", "4294967295"] {
            let number: EpisodeNumber = from_str(text).unwrap();
            assert_eq!((to_string(&number).unwrap().as_str(), number.to_string().as_str()), (text, text));
            assert_eq!(number.whole(), text.parse().ok());
        }
        assert_eq!(to_string(&from_str::<EpisodeNumber>("2.0").unwrap()).unwrap(), "2");
    }

    #[test]
    fn fractions_are_exact() {
        for text in ["0.1", "0.2", "0.3", "2.5", "1.005", "19.99", "999.999", "4294967295.999"] {
            let number: EpisodeNumber = text.parse().unwrap();
            assert_eq!(to_string(&number).unwrap(), text);
            assert_eq!(from_str::<EpisodeNumber>(text).unwrap(), number, "{text}");
            assert_eq!((number.to_string().as_str(), number.whole()), (text, None));
        }
        let number: EpisodeNumber = "2,50".parse().unwrap();
        assert_eq!((number.to_string().as_str(), number.floor(), number.to_f64()), ("2.5", 2, 2.5));
        assert!(EpisodeNumber::from(2) < number && number < EpisodeNumber::from(3));
    }

    #[test]
    fn what_is_no_number_is_refused() {
        for text in ["", ".", "2.", ".5", "-1", "1e3", "2.5.1", "2.0001", "4294967296", "٣", "NaN", " 1", "1 "] {
            assert_eq!(text.parse::<EpisodeNumber>(), Err(NoNumber), "{text}");
        }
        for json in
            ["-1", "-0.5", "4294967296", "4294967296.5", "1e300", "2.0001", "\"2\"", "true", "18446744073709551616"]
        {
            assert!(from_str::<EpisodeNumber>(json).is_err(), "{json}");
        }
    }
}
