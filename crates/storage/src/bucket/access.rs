//! The key to a bucket. It is never shown: not in logs, not in errors, not in what a debugger prints.

/// An access key: a name, and the secret that proves it.
#[derive(Clone, PartialEq, Eq)]
pub struct AccessKey {
    id: String,
    secret: String,
}

impl AccessKey {
    /// A key of these two; white space around them, as it comes with copying, is left out. `None` when one is empty.
    pub fn new(id: &str, secret: &str) -> Option<Self> {
        let (id, secret) = (id.trim().to_string(), secret.trim().to_string());
        (!id.is_empty() && !secret.is_empty()).then_some(Self { id, secret })
    }

    /// Its name, which may be shown.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The secret, for signing and for the keychain.
    pub fn secret(&self) -> &str {
        &self.secret
    }
}

impl std::fmt::Debug for AccessKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("AccessKey(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_secret_is_not_shown() {
        let key = AccessKey::new(" AKIA1 ", "hush-hush\n").unwrap();
        assert_eq!((key.id(), key.secret()), ("AKIA1", "hush-hush"));
        assert!(!format!("{key:?}").contains("hush"));
        assert_eq!(AccessKey::new("AKIA1", " "), None);
    }
}
