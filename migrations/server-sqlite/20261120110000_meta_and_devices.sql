-- Facts about this server: server_id (audience of device tokens), epoch (a restored server gets a new one).
CREATE TABLE meta (
    name  TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
);

-- Paired laptops. Only public keys: nothing here lets anybody in.
CREATE TABLE device (
    id         TEXT   NOT NULL PRIMARY KEY,
    name       TEXT   NOT NULL,
    public_key TEXT   NOT NULL,
    paired_ms  BIGINT NOT NULL,
    revoked_ms BIGINT,
    last_n     BIGINT NOT NULL DEFAULT 0
);

-- One-time codes by hash. A code is open while it is unused, not expired and has fewer than five wrong guesses.
CREATE TABLE pairing_code (
    hash       TEXT   NOT NULL PRIMARY KEY,
    created_ms BIGINT NOT NULL,
    expires_ms BIGINT NOT NULL,
    used_ms    BIGINT,
    wrong      BIGINT NOT NULL DEFAULT 0
);
