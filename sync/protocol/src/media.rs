//! Media: resumable upload by offset, following tus 1.0 (core, creation, checksum, expiration, termination).
//!
//! `POST /sync/v1/files` with `Upload-Length` and `Upload-Metadata: sha256 <base64 of the 64 hex digits>,type <base64>`
//! → 201 with `Location: /sync/v1/files/<id>`. The same device creating the same hash and length again gets the same
//! upload (200/201, same `Location`) so a lost answer costs nothing. `HEAD` → `Upload-Offset`. `PATCH` → 204 with the new
//! offset; the one that completes the file answers only after length and hash were checked and the file is durable
//! (hash mismatch: 460, bytes discarded). `HEAD /sync/v1/media/<sha256>` → 200 with `Content-Length` once it is there, else 404.

/// Where uploads are made.
pub const FILES_PATH: &str = "/sync/v1/files";

/// Where finished media are asked for (`<path>/<sha256>`).
pub const MEDIA_PATH: &str = "/sync/v1/media";

/// Version of tus in `Tus-Resumable`.
pub const TUS_VERSION: &str = "1.0.0";

/// Largest file a server takes, bytes (4 GiB).
pub const MAX_FILE_BYTES: u64 = 4 * 1024 * 1024 * 1024;
