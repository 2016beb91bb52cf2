//! A service account as Google has them: the key that is handed out, and how its tokens and its signatures are checked, by a
//! library that is not the one under test.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::{Method, Uri};
use jsonwebtoken::{Algorithm, DecodingKey, Validation, crypto, decode, decode_header};
use percent_encoding::percent_decode_str;
use rcgen::{KeyPair, PKCS_RSA_SHA256, RsaKeySize};
use sha2::{Digest as _, Sha256};
use std::fmt::Write as _;

/// Who it is.
const EMAIL: &str = "caster@harbour-light.iam.gserviceaccount.com";

/// The name of its one key.
const KEY_ID: &str = "0123456789abcdef0123456789abcdef01234567";

/// What tokens must be for.
const SCOPES: [&str; 3] = [
    "https://www.googleapis.com/auth/devstorage.full_control",
    "https://www.googleapis.com/auth/devstorage.read_write",
    "https://www.googleapis.com/auth/cloud-platform",
];

/// The account.
pub(super) struct Account {
    private: String,
    public: DecodingKey,
}

/// Whoever is not let in, and why.
pub(super) struct Stranger(pub(super) &'static str);

/// What a token says (AIP-4111).
#[derive(serde::Deserialize)]
struct Claims {
    iss: String,
    sub: String,
    scope: String,
    iat: u64,
    exp: u64,
}

impl Account {
    /// One with a key of its own.
    pub(super) fn make() -> Self {
        let key = KeyPair::generate_rsa_for(&PKCS_RSA_SHA256, RsaKeySize::_2048).expect("a key can be made");
        let public = DecodingKey::from_rsa_der(key.public_key_raw());
        Self { private: key.serialize_pem(), public }
    }

    /// The file that Google hands out.
    pub(super) fn key(&self) -> String {
        let file = serde_json::json!({
            "type": "service_account", "project_id": "harbour-light", "private_key_id": KEY_ID,
            "private_key": self.private, "client_email": EMAIL, "client_id": "100000000000000000001",
            "token_uri": "https://oauth2.googleapis.com/token", "universe_domain": "googleapis.com",
        });
        serde_json::to_string_pretty(&file).expect("it is plain data")
    }

    /// Whether a token was made by the account, for the storage, for an hour at most, and has not run out.
    pub(super) fn made(&self, token: &str) -> Result<(), Stranger> {
        let head = decode_header(token).map_err(|_| Stranger("that is no token"))?;
        if head.kid.as_deref() != Some(KEY_ID) {
            return Err(Stranger("another key signed it"));
        }
        let mut wanted = Validation::new(Algorithm::RS256);
        wanted.validate_aud = false;
        let claims = decode::<Claims>(token, &self.public, &wanted)
            .map_err(|_| Stranger("its signature or its time is wrong"))?;
        let Claims { iss, sub, scope, iat, exp } = claims.claims;
        match iss == EMAIL && sub == EMAIL && SCOPES.contains(&scope.as_str()) && exp <= iat + 3600 {
            true => Ok(()),
            false => Err(Stranger("it is somebody else's, or for something else")),
        }
    }

    /// Whether an address was signed by the account (V4 signing, "Signatures" and "Canonical requests"). It signs Google's
    /// own name, whatever the machine.
    pub(super) fn signed(&self, method: &Method, uri: &Uri) -> Result<(), Stranger> {
        let query = uri.query().unwrap_or_default();
        let mut pairs: Vec<&str> = query.split('&').filter(|pair| !pair.starts_with("X-Goog-Signature=")).collect();
        pairs.sort_unstable();
        let said = |name: &str| {
            let value = query.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='));
            percent_decode_str(value.unwrap_or_default()).decode_utf8_lossy().into_owned()
        };
        let scope = said("X-Goog-Credential").strip_prefix(&format!("{EMAIL}/")).map(str::to_string);
        let scope = scope.ok_or(Stranger("somebody else signed it"))?;
        let request = format!(
            "{method}\n{}\n{}\nhost:storage.googleapis.com\n\nhost\nUNSIGNED-PAYLOAD",
            uri.path(),
            pairs.join("&")
        );
        let hash = hex(&Sha256::digest(request));
        let text = format!("GOOG4-RSA-SHA256\n{}\n{scope}\n{hash}", said("X-Goog-Date"));
        let signature = URL_SAFE_NO_PAD.encode(unhex(&said("X-Goog-Signature")));
        match crypto::verify(&signature, text.as_bytes(), &self.public, Algorithm::RS256) {
            Ok(true) if said("X-Goog-Algorithm") == "GOOG4-RSA-SHA256" => Ok(()),
            _ => Err(Stranger("its signature is wrong")),
        }
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

fn unhex(text: &str) -> Vec<u8> {
    let digits: Vec<u8> = text.chars().filter_map(|c| u8::try_from(c.to_digit(16)?).ok()).collect();
    digits.chunks(2).map(|pair| pair.iter().fold(0, |byte, digit| byte << 4 | digit)).collect()
}
