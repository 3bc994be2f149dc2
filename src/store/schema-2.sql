-- What a run that is taken up again needs to know: the settings that a file was checked with (see
-- `config::Digests`), and how many findings comments switched off.
ALTER TABLE validations ADD COLUMN settings INTEGER NOT NULL DEFAULT 0;
ALTER TABLE validations ADD COLUMN suppressed INTEGER NOT NULL DEFAULT 0;

-- When a write was taken back.
ALTER TABLE applications ADD COLUMN undone_us INTEGER;
