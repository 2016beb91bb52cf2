-- How sounds go over time, by content: what is too much for `media.facts`. Sounds that an older version took in have no row
-- until they are listened to again.
CREATE TABLE course (
    hash       TEXT PRIMARY KEY NOT NULL,
    -- Samples per channel, and whether both channels hold the same.
    samples    INTEGER NOT NULL,
    dual_mono  INTEGER NOT NULL,
    -- Loudness in tenths of LUFS, two bytes each, the lower first; one for each step.
    step_ms    INTEGER NOT NULL,
    short_term BLOB NOT NULL,
    momentary  BLOB NOT NULL,
    -- The finest waveform, one signed byte each.
    slice_ms   INTEGER NOT NULL,
    low        BLOB NOT NULL,
    high       BLOB NOT NULL
) STRICT;
