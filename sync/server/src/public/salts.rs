//! The salts of the days that are open, in memory: a request never waits for a database.
//!
//! Salts are made, kept and deleted by the server's state (one row per UTC day, shared by all nodes); it hands them
//! out here ahead of their day.

use hearthcast_model::clock::parse_rfc3339;
use std::sync::{PoisonError, RwLock};

const DAY_MS: i64 = 86_400_000;

/// Salts by UTC day.
#[derive(Default)]
pub struct Salts(RwLock<Vec<(i64, [u8; 32])>>);

impl Salts {
    /// Takes the salt of a UTC day (`2026-11-20`); false when that is no day. A day's first salt stays.
    pub fn insert(&self, day: &str, salt: [u8; 32]) -> bool {
        let Some(start_ms) = parse_rfc3339(&format!("{day}T00:00:00Z")) else { return false };
        let number = start_ms.div_euclid(DAY_MS);
        let mut salts = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if !salts.iter().any(|(known, _)| *known == number) {
            salts.push((number, salt));
        }
        true
    }

    /// Forgets the salts of all days before the one of `now_ms`.
    pub fn forget_before(&self, now_ms: i64) {
        let today = now_ms.div_euclid(DAY_MS);
        self.0.write().unwrap_or_else(PoisonError::into_inner).retain(|(day, _)| *day >= today);
    }

    /// The salt of the UTC day of an instant.
    pub fn salt_for(&self, at_ms: i64) -> Option<[u8; 32]> {
        let number = at_ms.div_euclid(DAY_MS);
        let salts = self.0.read().unwrap_or_else(PoisonError::into_inner);
        salts.iter().find(|(day, _)| *day == number).map(|(_, salt)| *salt)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_a_utc_day() {
        let salts = Salts::default();
        assert!(salts.insert("2026-11-20", [1; 32]) && salts.insert("2026-11-21", [2; 32]));
        assert!(!salts.insert("tomorrow", [3; 32]));
        let at = |text| salts.salt_for(parse_rfc3339(text).unwrap());
        assert_eq!(at("2026-11-20T00:00:00Z"), Some([1; 32]));
        assert_eq!(at("2026-11-20T23:59:59.999Z"), Some([1; 32]));
        assert_eq!(at("2026-11-21T13:44:59+13:45"), Some([1; 32]), "still the 20th in UTC, whatever the zone");
        assert_eq!(at("2026-11-21T00:00:00Z"), Some([2; 32]));
        assert_eq!(at("2026-11-22T00:00:00Z"), None);
    }

    #[test]
    fn the_first_salt_stays_and_old_ones_go() {
        let salts = Salts::default();
        salts.insert("2026-11-20", [1; 32]);
        salts.insert("2026-11-20", [9; 32]);
        salts.insert("2026-11-21", [2; 32]);
        let noon = parse_rfc3339("2026-11-21T12:00:00Z").unwrap();
        assert_eq!(salts.salt_for(noon - DAY_MS), Some([1; 32]));
        salts.forget_before(noon);
        assert_eq!((salts.salt_for(noon - DAY_MS), salts.salt_for(noon)), (None, Some([2; 32])));
    }
}
