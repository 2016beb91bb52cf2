//! The device key: an Ed25519 pair made on this laptop. Servers know its public half; tokens are signed with the private one.
//!
//! It lies beside the library in `secrets/device.pk8`, readable by its owner only (as ssh keeps its keys), never in the
//! database and never in a copy of it.

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair as _};
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use hearthcast_model::{Code, DeviceId, Error, Result};
use hearthcast_protocol::token::{Claims, MAX_AGE_S};
use std::io::Write as _;
use std::path::Path;

/// This laptop's key.
pub struct DeviceKey {
    device: DeviceId,
    pkcs8: Vec<u8>,
    public: Vec<u8>,
}

impl std::fmt::Debug for DeviceKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "DeviceKey({})", self.device)
    }
}

impl DeviceKey {
    /// Reads the key of the library in `root`, or makes one.
    pub fn load_or_make(root: &Path, device: &DeviceId) -> Result<Self> {
        let path = root.join("secrets").join("device.pk8");
        let pkcs8 = match std::fs::read(&path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => make(&path)?,
            Err(error) => return Err(unusable(&path, &error.to_string())),
        };
        let pair = Ed25519KeyPair::from_pkcs8(&pkcs8).map_err(|e| unusable(&path, &e.to_string()))?;
        Ok(Self { device: device.clone(), public: pair.public_key().as_ref().to_vec(), pkcs8 })
    }

    /// The public half, base64url without padding.
    pub fn public_key(&self) -> String {
        BASE64_URL_SAFE_NO_PAD.encode(&self.public)
    }

    /// A token for `server_id`, valid for five minutes from `now_ms` on.
    pub fn token(&self, server_id: &str, now_ms: i64) -> Result<String> {
        let issued = now_ms.div_euclid(1000);
        let claims =
            Claims { iss: self.device.to_string(), aud: server_id.into(), iat: issued, exp: issued + MAX_AGE_S };
        let mut header = jsonwebtoken::Header::new(jsonwebtoken::Algorithm::EdDSA);
        header.kid = Some(self.device.to_string());
        let key = jsonwebtoken::EncodingKey::from_ed_der(&self.pkcs8);
        jsonwebtoken::encode(&header, &claims, &key)
            .map_err(|e| Error::new(Code::Internal, format!("A token could not be signed: {e}.")))
    }
}

/// Makes a key file whole or not at all; a second process that comes at the same time reads the first one's.
fn make(path: &Path) -> Result<Vec<u8>> {
    let failed = |e: std::io::Error| unusable(path, &e.to_string());
    let pair = Ed25519KeyPair::generate().map_err(|_| unusable(path, "no randomness"))?;
    let pkcs8 = pair.to_pkcs8().map_err(|_| unusable(path, "the key could not be written"))?;
    let folder = path.parent().unwrap_or(path);
    std::fs::create_dir_all(folder).map_err(failed)?;
    let part = folder.join(format!("device.{}.part", std::process::id()));
    let mut file = private_file(&part).map_err(failed)?;
    file.write_all(pkcs8.as_ref()).and_then(|()| file.sync_all()).map_err(failed)?;
    let linked = std::fs::hard_link(&part, path);
    let _ = std::fs::remove_file(&part);
    match linked {
        Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => Err(failed(error)),
        _ => std::fs::read(path).map_err(failed),
    }
}

fn private_file(path: &Path) -> std::io::Result<std::fs::File> {
    let mut options = std::fs::File::options();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

fn unusable(path: &Path, why: &str) -> Error {
    Error::new(Code::AuthRefused, format!("This laptop's key {} cannot be used: {why}.", path.display()))
        .hint("If it is lost, delete the file and pair with your server again.")
        .about("file", path.display().to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_is_made_once_and_private() {
        let dir = tempfile::tempdir().unwrap();
        let device = DeviceId::parse("018f0000-0000-7000-8000-000000000001").unwrap();
        let first = DeviceKey::load_or_make(dir.path(), &device).unwrap();
        let second = DeviceKey::load_or_make(dir.path(), &device).unwrap();
        assert_eq!(first.public_key(), second.public_key());
        use std::os::unix::fs::PermissionsExt as _;
        let mode = std::fs::metadata(dir.path().join("secrets/device.pk8")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }

    #[test]
    fn a_token_is_a_jwt_that_the_public_half_verifies() {
        let dir = tempfile::tempdir().unwrap();
        let device = DeviceId::parse("018f0000-0000-7000-8000-000000000001").unwrap();
        let key = DeviceKey::load_or_make(dir.path(), &device).unwrap();
        let token = key.token("server", 1_000_000).unwrap();
        let (signed, signature) = token.rsplit_once('.').unwrap();
        let public = aws_lc_rs::signature::UnparsedPublicKey::new(&aws_lc_rs::signature::ED25519, &key.public);
        public.verify(signed.as_bytes(), &BASE64_URL_SAFE_NO_PAD.decode(signature).unwrap()).unwrap();
        assert!(public.verify(b"something else", &BASE64_URL_SAFE_NO_PAD.decode(signature).unwrap()).is_err());
    }
}
